/**
 * @file
 * The named roundings: nothing in exact numerics, the golden values in
 * faithful numerics (test_quant.c), and nothing more when done twice.
 */
#include "numerics/faithful.h"

#include "numerics/lowfloat.h"
#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { N = 256 };

Test(faithful, exact_numerics_change_no_bit)
{
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 1);
    float *x = random_floats(&a, &r, N, 1), *y = arena_floats(&a, N);
    x[0] = NAN;
    x[1] = -0.0f;
    memcpy(y, x, N * sizeof *y);
    faithful_bf16(y, N, EXACT);
    faithful_e4m3(y, N, 64, EXACT);
    faithful_e2m1(y, N, EXACT);
    assert_same_floats("exact", y, x, N);
    for (int i = 1; i < N; i++)
        cr_assert_eq(faithful(x[i], EXACT), x[i]);
    arena_free(&a);
}

Test(faithful, rounding_twice_is_rounding_once)
{
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 2);
    for (int k = -30; k <= 30; k++) {
        float *x = random_floats(&a, &r, N, ldexpf(1, k));
        float *y = arena_floats(&a, N);
        for (int way = 0; way < 3; way++) {
            for (int again = 0; again < 2; again++) {
                memcpy(y, x, N * sizeof *y);
                if (way == 0)
                    faithful_bf16(x, N, FAITHFUL);
                else if (way == 1)
                    faithful_e4m3(x, N, 64, FAITHFUL);
                else
                    faithful_e2m1(x, N, FAITHFUL);
                if (again)
                    assert_same_floats("again", x, y, N);
                for (int i = 0; i < N; i++)
                    cr_assert_eq(x[i], bf16_round(x[i]), "a bf16 holds it");
            }
        }
    }
    arena_free(&a);
}

/* Blocks do not touch: a huge number drowns its own block only. */
Test(faithful, a_scale_for_each_block)
{
    float x[N];
    for (int i = 0; i < N; i++)
        x[i] = 1.1875f; /* needs more than 3 bits of mantissa: 1.0011 */
    x[64] = 1e6f;
    faithful_e4m3(x, N, 64, FAITHFUL);
    cr_assert_eq(x[63], 1.25f);
    cr_assert_eq(x[65], 0);
    cr_assert_eq(x[128], 1.25f);
    for (int i = 0; i < N; i++)
        x[i] = 1.5f; /* amax / 6 = 1/4: a power of two */
    x[33] = 1e6f;
    faithful_e2m1(x, N, FAITHFUL);
    cr_assert_eq(x[31], 1.5f);
    cr_assert_eq(x[32], 0);
}
