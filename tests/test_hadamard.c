/**
 * @file
 * The Hadamard transform against the golden cases and against its matrix,
 * whose element (i, j) is the parity of i AND j.
 */
#include "numerics/hadamard.h"

#include "numerics/lowfloat.h"
#include "numerics/quant.h"
#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(hadamard, golden)
{
    for (int n = 64; n <= 128; n *= 2) {
        struct arena a = { 0 };
        size_t count;
        float *x = part_floats(&a, &count, "hadamard.%d.in", n);
        float *exact = part_floats(&a, NULL, "hadamard.%d.out_exact", n);
        float *rounded = part_floats(&a, NULL, "hadamard.%d.out_faithful",
                                     n);
        for (size_t i = 0; i < count; i += (size_t)n)
            hadamard(x + i, (size_t)n);
        assert_close("exact", x, exact, count, 3e-7);
        for (size_t i = 0; i < count; i++)
            x[i] = bf16_round(x[i]);
        assert_same_floats("faithful", x, rounded, count);
        arena_free(&a);
    }
}

Test(hadamard, the_matrix)
{
    struct rng r;
    rng_seed(&r, 128);
    for (size_t n = 1; n <= 512; n *= 2) {
        struct arena a = { 0 };
        float *x = random_floats(&a, &r, n, 1), *y = arena_floats(&a, n);
        memcpy(y, x, n * sizeof *y);
        hadamard(y, n);
        for (size_t i = 0; i < n; i++) {
            double sum = 0, size = 0;
            for (size_t j = 0; j < n; j++) {
                bool odd = __builtin_popcountll(i & j) % 2;
                sum += odd ? -(double)x[j] : (double)x[j];
                size += fabs((double)x[j]);
            }
            double scale = 1 / sqrt((double)n);
            cr_assert_leq(fabs((double)y[i] - sum * scale),
                          size * scale * 12 * 0x1p-24, "n %zu, row %zu", n,
                          i);
        }
        hadamard(y, n); /* its own inverse */
        assert_close("twice", y, x, n, 1e-6);
        arena_free(&a);
    }
}

Test(hadamard, dot_products_stay)
{
    enum { N = 128 };
    struct rng r;
    struct arena a = { 0 };
    rng_seed(&r, 3);
    float *x = random_floats(&a, &r, N, 1), *y = random_floats(&a, &r, N, 1);
    double before = 0, after = 0, size = 0;
    for (int i = 0; i < N; i++) {
        before += (double)x[i] * (double)y[i];
        size += fabs((double)x[i] * (double)y[i]);
    }
    hadamard(x, N);
    hadamard(y, N);
    for (int i = 0; i < N; i++)
        after += (double)x[i] * (double)y[i];
    cr_assert_leq(fabs(before - after), 1e-6 * size);
    arena_free(&a);
}

/* The numbers of chapter 4's worked example: through FP4 and back, with
   an outlier as it is, and spread first. */
Test(hadamard, worked_example)
{
    static const float x[4] = { 20, 1, -1, 3 };
    float plain[4], spread[4];
    float s = quantize_e2m1(plain, x, 4);
    cr_assert_eq(s, 4);
    cr_assert(plain[0] == 4 && plain[1] == 0 && plain[2] == 0
              && plain[3] == 1); /* 16, 0, 0, 4 */
    memcpy(spread, x, sizeof spread);
    hadamard(spread, 4);
    cr_assert(spread[0] == 11.5f && spread[1] == 7.5f && spread[2] == 9.5f
              && spread[3] == 11.5f);
    s = quantize_e2m1(spread, spread, 4);
    cr_assert_eq(s, 2);
    cr_assert(spread[0] == 6 && spread[1] == 4 && spread[2] == 4
              && spread[3] == 6); /* 12, 8, 8, 12 */
    hadamard(spread, 4); /* and rotated back: 20, 0, 0, 4 */
    cr_assert(spread[0] * s == 20 && spread[1] == 0 && spread[2] == 0
              && spread[3] * s == 4);
}
