/**
 * @file
 * The Hadamard transform against the golden cases and against its matrix,
 * whose element (i, j) is the parity of i AND j.
 */
#include "numerics/hadamard.h"

#include "numerics/faithful.h"
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
        faithful_bf16(x, count, FAITHFUL);
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
