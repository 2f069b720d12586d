/**
 * @file
 * Every set of this machine is held to the scalar one, entry by entry; sets
 * whose lanes have one order, to each other. A new set is one more name.
 */
#include "numerics/fast.h"

#include "numerics/linear.h"

#include "support/compare.h"
#include "support/matrices.h"
#include "support/parts.h"
#include "support/twin.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Every set this machine has. */
Test(fast, sets_agree)
{
    static const char *const sets[] = { "avx2-bits", "avx2", "avx512-bits",
                                        "avx512" };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (primitives_choose(sets[i], NULL))
            assert_twins(prim, &primitives_scalar);
}

/* The lanes are the same, whatever they are made of; and a vector among
   many has the bits it has alone. */
Test(fast, lanes_have_one_order)
{
    enum { ROWS = 45, COLS = 1184, T = 70 };
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 15);
    for (enum format f = FORMAT_F32; f < FORMAT_COUNT; f++) {
        struct matrix W = random_matrix(&a, &r, f, ROWS, COLS);
        float *x = random_floats(&a, &r, T * COLS, 1);
        float *wide = arena_floats(&a, T * ROWS);
        float *y = arena_floats(&a, T * ROWS);
        if (!primitives_choose("avx2", NULL))
            continue;
        linear(wide, x, &W, T, &a);
        for (int t = 0; t < T; t++)
            linear(y + t * ROWS, x + t * COLS, &W, 1, &a);
        assert_same_floats("one by one", y, wide, T * ROWS);
        if (!primitives_choose("avx512", NULL))
            continue;
        linear(y, x, &W, T, &a);
        assert_same_floats("other registers", y, wide, T * ROWS);
    }
    arena_free(&a);
}

/* A weight that is no number is not taken for 480. */
Test(fast, nan_weights_are_seen)
{
    enum { ROWS = 40, COLS = 160, T = 5 };
    static const char *const sets[] = { "scalar", "avx2-bits", "avx2",
                                        "avx512-bits", "avx512" };
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 16);
    struct matrix W = random_matrix(&a, &r, FORMAT_FP8, ROWS, COLS);
    uint8_t *bytes = arena_alloc(&a, ROWS * COLS, 1);
    memcpy(bytes, W.data, ROWS * COLS);
    bytes[3 * COLS + 7] = 0x7f;
    bytes[33 * COLS + 159] = 0xff;
    W.data = bytes;
    float *x = random_floats(&a, &r, T * COLS, 1);
    float *y = arena_floats(&a, T * ROWS);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        for (int n = 1; primitives_choose(sets[i], NULL) && n <= T; n += 4) {
            linear(y, x, &W, n, &a);
            for (int j = 0; j < n * ROWS; j++)
                cr_assert_eq(isnan(y[j]), j % ROWS == 3 || j % ROWS == 33,
                             "%s, row %d", sets[i], j % ROWS);
        }
    arena_free(&a);
}

Test(fast, choosing_a_set)
{
    struct error err;
    cr_assert(primitives_choose("count", &err));
    cr_assert_eq(prim, &primitives_count);
    cr_assert_not(primitives_choose("abacus", &err));
    cr_assert(strstr(err.message, "unknown kernel set \"abacus\": this "
                                  "machine has scalar, count"));
    cr_assert_eq(prim, &primitives_count, "a failure changes nothing");
    cr_assert(primitives_choose(NULL, &err));
    cr_assert_str_neq(prim->name, "count", "nobody counts unasked");
}

/* A machine without AVX2, as far as this program is concerned. */
Test(fast, levels_can_be_switched_off)
{
    struct error err;
    cr_assert_eq(setenv("V4_NO_LEVELS", "x,avx2", 1), 0);
    cr_assert_not(primitives_choose("avx2", &err));
    cr_assert_not(primitives_choose("avx512-bits", &err));
    cr_assert(primitives_choose(NULL, &err));
    cr_assert_eq(prim, &primitives_scalar);
}

/* Σ_h ω_h max(q_h · key_i, 0), once more in long double: heads and keys that
   fill no register, a NaN that stays one, and one order for every width. */
Test(fast, index_scores_by_definition)
{
    static const char *const sets[] = { "avx2", "avx512" };
    enum { N = 23, D = 96, MOST = 70 };
    struct arena a = { .poison = true };
    struct rng r;
    rng_seed(&r, 17);
    const float *keys[N];
    float *key = random_floats(&a, &r, N * D, 1), score[2][N];
    float *q = random_floats(&a, &r, MOST * D, 1);
    float *omega = random_floats(&a, &r, MOST, 1);
    key[4 * D + 50] = NAN;
    for (int i = 0; i < N; i++)
        keys[i] = key + i * D;
    for (int H = 1; H <= MOST; H += 23)
        for (int set = 0; set < 2; set++) {
            if (!primitives_choose(sets[set], NULL))
                continue;
            prim->index_scores(score[set], q, omega, keys, H, N, D, &a);
            for (int i = 0; i < N; i++) {
                long double sum = 0, size = 0;
                for (int h = 0; h < H; h++) {
                    long double dot = 0;
                    for (int k = 0; k < D; k++) {
                        long double x = (long double)q[h * D + k] * keys[i][k];
                        dot += x;
                        size += fabsl(x * omega[h]);
                    }
                    sum += dot < 0 ? 0 : dot * omega[h];
                }
                long double off = fabsl(score[set][i] - sum);
                cr_assert(i == 4 ? isnan(score[set][i])
                                 : off <= (D + H + 4) * 0x1p-24L * size,
                          "%s, %d heads, key %d", sets[set], H, i);
            }
            assert_same_floats("other registers", score[set], score[0], 4);
            assert_same_floats("other registers", score[set] + 5,
                               score[0] + 5, N - 5);
        }
    arena_free(&a);
}
