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
