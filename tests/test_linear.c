/**
 * @file
 * y = W x against the golden cases, against sums in double, and against
 * itself: one vector or many, some rows or all, one thread or three.
 */
#include "numerics/linear.h"

#include "numerics/lowfloat.h"
#include "support/compare.h"
#include "support/matrices.h"
#include "support/parts.h"
#include "support/threads.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const struct config exact = { .numerics = EXACT };
static const struct config released = { .numerics = FAITHFUL };

static void check_case(const char *name)
{
    struct arena a = poisoned_arena();
    size_t n;
    struct matrix W = part_matrix("%s.weight", name);
    float *x = part_floats(&a, NULL, "%s.x", name);
    float *right = part_floats(&a, &n, "%s.out_exact", name);
    float *rounded = part_floats(&a, NULL, "%s.out_faithful", name);
    float *y = arena_floats(&a, n);
    int T = part_size(0, "%s.x", name);
    struct pass p = pass_of(&exact, &a, T, 0);
    faithful_linear(y, x, &W, T, &p);
    assert_close(name, y, right, n, 5e-7);
    linear(y, x, &W, T, &a);
    assert_close(name, y, right, n, 5e-7);
    p.c = &released;
    faithful_linear(y, x, &W, T, &p);
    assert_same_floats(name, y, rounded, n);
    arena_free(&a);
}

Test(linear, golden)
{
    check_case("fp8_gemm.a"); /* 192 rows, 384 columns: a grid of 2×3 */
    check_case("fp4_gemm.a");
    check_case("fp4_gemm.b");
}

/* W in double, x as it is; every format, and columns that fill no block. */
Test(linear, every_format)
{
    static const int cols[] = { 32, 128, 160, 416 };
    enum { ROWS = 150, T = 3 };
    struct rng r;
    rng_seed(&r, 7);
    for (enum format f = FORMAT_F32; f < FORMAT_COUNT; f++)
        for (size_t k = 0; k < sizeof cols / sizeof *cols; k++) {
            struct arena a = poisoned_arena();
            size_t n = (size_t)cols[k];
            struct matrix W = random_matrix(&a, &r, f, ROWS, cols[k]);
            float *x = random_floats(&a, &r, T * n, 1);
            float *y = arena_floats(&a, T * ROWS);
            double in[512], out[ROWS];
            float right[ROWS];
            linear(y, x, &W, T, &a);
            for (size_t t = 0; t < T; t++) {
                for (size_t i = 0; i < n; i++)
                    in[i] = (double)x[t * n + i];
                times(out, &W, in);
                for (int i = 0; i < ROWS; i++)
                    right[i] = (float)out[i];
                assert_close("linear", y + t * ROWS, right, ROWS, 1e-6);
            }
            arena_free(&a);
        }
}

/* Scales of another release: float32, not powers of two. */
Test(linear, float_scales)
{
    enum { ROWS = 200, COLS = 300, GRID = 6 };
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, 11);
    struct matrix W = random_matrix(&a, &r, FORMAT_FP8, ROWS, COLS);
    float *scale = arena_floats(&a, GRID), *y = arena_floats(&a, ROWS);
    for (int i = 0; i < GRID; i++)
        scale[i] = 0.01f + rng_uniform(&r);
    W.scale = scale;
    W.scale_is_f32 = true;
    float *x = random_floats(&a, &r, COLS, 1), right[ROWS];
    double in[COLS], out[ROWS];
    for (int i = 0; i < COLS; i++)
        in[i] = (double)x[i];
    times(out, &W, in);
    for (int i = 0; i < ROWS; i++)
        right[i] = (float)out[i];
    linear(y, x, &W, 1, &a);
    assert_close("F32 scales", y, right, ROWS, 1e-6);
    arena_free(&a);
}

/* In both numerics, T vectors at once are T times one vector, and rows
   first … are those rows of the whole: the same bits. */
Test(linear, splits_do_not_matter)
{
    enum { ROWS = 300, COLS = 256, T = 6 };
    struct rng r;
    rng_seed(&r, 12);
    for (enum format f = FORMAT_F32; f < FORMAT_COUNT; f++)
        for (int faithful = 0; faithful < 2; faithful++) {
            struct arena a = poisoned_arena();
            struct matrix W = random_matrix(&a, &r, f, ROWS, COLS);
            float *x = random_floats(&a, &r, T * COLS, 1);
            float *all = arena_floats(&a, T * ROWS);
            float *one = arena_floats(&a, T * ROWS);
            struct pass p = pass_of(faithful ? &released : &exact, &a, T, 0);
            faithful_linear(all, x, &W, T, &p);
            for (int t = 0; t < T; t++)
                faithful_linear(one + t * ROWS, x + t * COLS, &W, 1, &p);
            assert_same_floats("one by one", one, all, T * ROWS);
            linear(all, x, &W, 1, &a);
            for (int first = 0, n = 1; first < ROWS; first += n++) {
                int rows = n < ROWS - first ? n : ROWS - first;
                struct product some = product(one + first, x, &W, 1);
                some.first = first;
                some.rows = rows;
                linear_many(&some, 1, &a);
            }
            assert_same_floats("some rows", one, all, ROWS);
            arena_free(&a);
        }
}

Test(linear, threads_do_not_matter)
{
    enum { ROWS = 260, COLS = 512, T = 3 };
    struct rng r;
    rng_seed(&r, 13);
    for (enum format f = FORMAT_F32; f < FORMAT_COUNT; f++) {
        struct arena a = poisoned_arena();
        struct matrix W = random_matrix(&a, &r, f, ROWS, COLS);
        float *x = random_floats(&a, &r, T * COLS, 1);
        float *y[4];
        for (int n = 1; n <= 3; n++) {
            use_threads(n);
            y[n] = arena_floats(&a, T * ROWS);
            linear(y[n], x, &W, T, &a);
        }
        assert_same_floats("two threads", y[2], y[1], T * ROWS);
        assert_same_floats("three threads", y[3], y[1], T * ROWS);
        arena_free(&a);
    }
}

/* The scale belongs to 128 activations: a huge one drowns its block only,
   and codes of weights are not rounded again. */
Test(linear, activations_are_rounded_in_blocks)
{
    enum { COLS = 256 };
    static float w[2 * COLS], x[COLS];
    struct arena a = poisoned_arena();
    for (int i = 0; i < COLS; i++)
        x[i] = 1.1875f; /* 19/16: e4m3 keeps 10/8 */
    for (int i = 0; i < COLS; i++)
        w[i] = w[COLS + i] = 0;
    x[5] = 1e6f;
    w[6] = 1;          /* row 0 sees a small number beside the huge one */
    w[COLS + 200] = 1; /* row 1 sees the other block */
    struct matrix W = float_matrix(w, 2, COLS);
    struct pass p = pass_of(&released, &a, 1, 0);
    float y[2];
    faithful_linear(y, x, &W, 1, &p);
    cr_assert_eq(y[0], 0);
    cr_assert_eq(y[1], 1.25f);
    arena_free(&a);
}

/* The numbers of chapter 5's worked example. */
Test(linear, worked_example)
{
    static const float w[8] = { 1, -2, 0.5f, 3, 2, 1.5f, -1, 0 };
    static const float x[4] = { 0.3f, -1, 2, 7 };
    struct arena a = poisoned_arena();
    uint8_t codes[8], half = 126, two = 128;
    for (int i = 0; i < 8; i++)
        codes[i] = e4m3_encode(w[i]);
    struct matrix W = { .format = FORMAT_FP8, .rows = 2, .cols = 4,
                        .data = codes, .scale = &half };
    float y[2];
    linear(y, x, &W, 1, &a);
    cr_assert(fabsf(y[0] - 12.15f) < 1e-5f && fabsf(y[1] + 1.45f) < 1e-5f);
    struct pass p = pass_of(&released, &a, 1, 0);
    faithful_linear(y, x, &W, 1, &p);
    cr_assert(y[0] == 12.125f && y[1] == -1.4375f);

    static const uint8_t pairs[16] = { 0x62, 0x9a };
    static const float tens[32] = { 1, 10, 100, 1000 };
    W = (struct matrix){ .format = FORMAT_FP4, .rows = 1, .cols = 32,
                         .data = pairs, .scale = &two };
    linear(y, tens, &W, 1, &a);
    cr_assert_eq(y[0], -1118); /* -2072 with the nibbles exchanged */
    arena_free(&a);
}
