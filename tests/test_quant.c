/**
 * @file
 * Block quantization against the golden codes, scales and values, bit for
 * bit, and against the two conditions that define the scale.
 */
#include "numerics/quant.h"

#include "numerics/lowfloat.h"
#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* One golden case: scales, codes, and codes times scales. */
static void check_case(const char *name, bool fp8)
{
    struct arena a = poisoned_arena();
    size_t n;
    float *in = part_floats(&a, &n, "%s.in", name);
    int *codes = part_ints(&a, NULL, "%s.codes", name);
    float *scale = part_floats(&a, NULL, "%s.scale", name);
    float *dequant = part_floats(&a, NULL, "%s.dequant", name);
    size_t block = (size_t)*part_ints(&a, NULL, "%s.block", name);
    float *q = arena_floats(&a, n);
    for (size_t i = 0; i < n; i += block) {
        float s = fp8 ? quantize_e4m3(q + i, in + i, block)
                      : quantize_e2m1(q + i, in + i, block);
        assert_same_floats(name, &s, &scale[i / block], 1);
    }
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(fp8 ? e4m3_encode(q[i]) : e2m1_encode(q[i]), codes[i],
                     "%s: code %zu of %.9g", name, i, (double)in[i]);
    for (size_t i = 0; i < n; i++)
        q[i] *= scale[i / block];
    assert_same_floats(name, q, dequant, n);
    arena_free(&a);
}

Test(quant, golden)
{
    check_case("act_quant.a128", true);
    check_case("act_quant.a64", true);
    check_case("act_quant.edge", true);
    check_case("fp4_act_quant.a", false);
    check_case("fp4_act_quant.edge", false);
}

/* s is the smallest power of two with max|x| <= M s, given the floor. */
static void check_scale(float s, double amax, double M, double floor)
{
    double largest = fmax(amax, floor);
    int e;
    cr_assert_eq(frexp((double)s, &e), 0.5, "%g: a power of two", (double)s);
    cr_assert_leq(largest, M * (double)s, "amax %g", amax);
    cr_assert_gt(largest, M * (double)s / 2, "amax %g", amax);
}

Test(quant, the_smallest_scale_that_fits)
{
    enum { N = 32 };
    struct rng r;
    rng_seed(&r, 8);
    float x[N], q[N];
    for (int round = 0; round < 4000; round++) {
        float size = ldexpf(1, (int)rng_below(&r, 60) - 30);
        double amax = 0;
        for (int i = 0; i < N; i++) {
            x[i] = bf16_round(size * rng_normal(&r));
            amax = fmax(amax, fabs((double)x[i]));
        }
        float s = quantize_e4m3(q, x, N);
        check_scale(s, amax, 448, (double)1e-4f);
        for (int i = 0; i < N; i++) /* half a step, or a subnormal's */
            cr_assert_leq(fabs((double)q[i] * (double)s - (double)x[i]),
                          fmax(fabs((double)x[i]) / 16,
                               (double)s * 0x1p-10));
        s = quantize_e2m1(q, x, N);
        check_scale(s, amax, 6, 6 * 0x1p-126);
        for (int i = 0; i < N; i++)
            cr_assert_leq(fabs((double)q[i] * (double)s - (double)x[i]),
                          fmax(fabs((double)x[i]) / 4, (double)s * 0.25));
    }
}

Test(quant, in_place_and_not_a_number)
{
    float x[4] = { 1, -300, 0.013f, 7 }, q[4];
    float s = quantize_e4m3(q, x, 4);
    cr_assert_eq(quantize_e4m3(x, x, 4), s);
    assert_same_floats("in place", x, q, 4);
    float zero[2] = { 0, -0.0f };
    quantize_e2m1(q, zero, 2);
    assert_same_floats("zeros", q, zero, 2);
    float bad[2] = { NAN, 1 };
    quantize_e4m3(q, bad, 2);
    cr_assert(isnan(q[0]) && !isnan(q[1]));
    cr_assert(isnan(quantize_e2m1(q, bad, 2)), "e2m1 has no NaN");
    cr_assert(q[0] - q[0] == 0 && q[1] == 4, "its codes are numbers");
}

/* The numbers of chapter 4's worked example. */
Test(quant, worked_example)
{
    float x[4] = { 0.1f, -0.4f, 0.7f, 2.5f }, q[4];
    cr_assert_eq(quantize_e2m1(q, x, 4), 0.5f);
    cr_assert(q[0] == 0 && q[1] == -1 && q[2] == 1.5f && q[3] == 4);
    x[3] = 12;
    cr_assert_eq(quantize_e2m1(q, x, 4), 2);
    cr_assert(q[0] == 0 && q[1] == 0 && q[2] == 0.5f && q[3] == 6);
}
