/**
 * @file
 * The small formats against the golden tables, against their definition,
 * and against a search for the nearest of all codes.
 */
#include "numerics/lowfloat.h"

#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>

Test(lowfloat, tables)
{
    struct arena a = { 0 };
    float *e4m3 = part_floats(&a, NULL, "fmt.e4m3.table");
    float *e2m1 = part_floats(&a, NULL, "fmt.e2m1.table");
    float *e8m0 = part_floats(&a, NULL, "fmt.e8m0.table");
    for (int i = 0; i < 256; i++) {
        float x = e4m3_decode((uint8_t)i);
        if (i % 128 == 127) {
            cr_assert(isnan(x) && isnan(e4m3[i]) && isnan(e4m3_value(i)));
        } else {
            assert_same_floats("e4m3", &x, &e4m3[i], 1);
            cr_assert_eq((double)x, e4m3_value(i));
            cr_assert_eq(e4m3_encode(x), i, "e4m3 %d", i);
        }
        float y = e8m0_decode((uint8_t)i);
        if (i == 255)
            cr_assert(isnan(y) && isnan(e8m0[i]));
        else
            cr_assert_eq((double)y, ldexp(1, i - 127), "e8m0 %d", i);
        cr_assert_eq(e8m0_encode(y), i, "e8m0 %d", i);
        if (i < 255)
            assert_same_floats("e8m0", &y, &e8m0[i], 1);
    }
    for (int i = 0; i < 16; i++) {
        float x = e2m1_decode((uint8_t)i);
        assert_same_floats("e2m1", &x, &e2m1[i], 1);
        cr_assert_eq(e2m1_encode(x), i);
    }
    arena_free(&a);
}

/* Every code, every midpoint, one float on either side, too large. */
Test(lowfloat, golden_encodings)
{
    struct arena a = { 0 };
    size_t n;
    float *in = part_floats(&a, &n, "fmt.e4m3.enc_in");
    int *out = part_ints(&a, NULL, "fmt.e4m3.enc_out");
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(e4m3_encode(in[i]), out[i], "e4m3 of %.9g",
                     (double)in[i]);
    in = part_floats(&a, &n, "fmt.e2m1.enc_in");
    out = part_ints(&a, NULL, "fmt.e2m1.enc_out");
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(e2m1_encode(in[i]), out[i], "e2m1 of %.9g",
                     (double)in[i]);
    in = part_floats(&a, &n, "fmt.bf16.in");
    float *rounded = part_floats(&a, NULL, "fmt.bf16.out");
    for (size_t i = 0; i < n; i++)
        in[i] = bf16_round(in[i]);
    assert_same_floats("bf16", in, rounded, n);
    arena_free(&a);
}

/* The code 0 … largest whose value is nearest; between two, the even. */
static int nearest(double x, const double *value, int largest)
{
    int best = 0;
    for (int i = 1; i <= largest; i++) {
        double d = fabs(x - value[i]), now = fabs(x - value[best]);
        if (d < now || (d == now && i % 2 == 0))
            best = i;
    }
    return best;
}

Test(lowfloat, nearest_of_all_codes)
{
    static const double e2m1[8] = { 0, .5, 1, 1.5, 2, 3, 4, 6 };
    double e4m3[127];
    for (int i = 0; i < 127; i++)
        e4m3[i] = e4m3_value(i);
    struct rng r;
    rng_seed(&r, 4);
    for (int i = 0; i < 40000; i++) {
        int k = (int)rng_below(&r, 24) - 13;
        float x = ldexpf(1 + rng_uniform(&r), k);
        if (i % 4 == 0) /* a midpoint, or right beside it */
            x = (float)((e4m3[i / 4 % 126] + e4m3[i / 4 % 126 + 1]) / 2);
        if (i % 4 == 0 && i % 3)
            x = nextafterf(x, i % 3 == 1 ? 0 : 1000);
        cr_assert_eq(e4m3_encode(x), nearest((double)x, e4m3, 126),
                     "e4m3 of %.9g", (double)x);
        cr_assert_eq(e4m3_encode(-x), e4m3_encode(x) | 0x80);
        cr_assert_eq(e2m1_encode(x), nearest((double)x, e2m1, 7),
                     "e2m1 of %.9g", (double)x);
        cr_assert_eq(e2m1_encode(-x), e2m1_encode(x) | 8);
    }
}

/* bf16: no neighbour is nearer, and on a tie the code is even. */
Test(lowfloat, nearest_bf16)
{
    struct rng r;
    rng_seed(&r, 16);
    for (int i = 0; i < 300000; i++) {
        uint32_t bits = (uint32_t)rng_next(&r) & 0x7fffffff;
        if (i % 3 == 0)
            bits = (bits & 0xffff0000) | 0x8000; /* a midpoint */
        float x = bits_float(bits);
        uint16_t code = bf16_encode(x);
        if (isnan(x)) {
            cr_assert(isnan(bf16_decode(code)));
            continue;
        }
        if (bits >= 0x7f7f8000) { /* half a step above the largest */
            cr_assert_eq(code, 0x7f80, "%.9g is infinity", (double)x);
            continue;
        }
        double d = fabs((double)bf16_decode(code) - (double)x);
        double above = fabs((double)bf16_decode((uint16_t)(code + 1))
                            - (double)x);
        double below = code ? fabs((double)bf16_decode(
            (uint16_t)(code - 1)) - (double)x) : HUGE_VAL;
        cr_assert(d <= above && d <= below, "%.9g", (double)x);
        if (d == above || d == below)
            cr_assert_eq(code % 2, 0, "tie at %.9g", (double)x);
        cr_assert_eq(bf16_encode(-x), code | 0x8000);
    }
    for (uint32_t i = 0; i < 65536; i++) /* a bf16 stays what it is */
        if (!isnan(bf16_decode((uint16_t)i)))
            cr_assert_eq(bf16_encode(bf16_decode((uint16_t)i)), i);
}

Test(lowfloat, what_is_no_number)
{
    cr_assert_eq(e4m3_encode(NAN) & 0x7f, 0x7f);
    cr_assert_eq(e4m3_encode(INFINITY), 0x7e); /* 448: there is no inf */
    cr_assert_eq(e4m3_encode(-FLT_MAX), 0xfe);
    cr_assert_eq(e2m1_encode(-INFINITY), 15);
    cr_assert_eq(e4m3_encode(-0.0f), 0x80);
    cr_assert_eq(e2m1_encode(-0.0f), 8);
    cr_assert_eq(e4m3_encode(FLT_TRUE_MIN), 0);
    cr_assert(isnan(bf16_round(bits_float(0x7f800001)))); /* low bits only */
    cr_assert_eq(power_of_two(-126), FLT_MIN);
    cr_assert_eq(power_of_two(127), 0x1p127f);
}

/* The numbers of chapter 4's worked example. */
Test(lowfloat, worked_example)
{
    cr_assert_eq(e4m3_encode(0.3f), 0x2a); /* 9.6 steps of 1/32: 10 */
    cr_assert_eq(e4m3_decode(0x2a), 0.3125f);
    cr_assert_eq(e4m3_encode(0.01f), 5); /* subnormal: 5.12 of 1/512 */
    cr_assert_eq(e4m3_decode(5), 5.0f / 512);
    cr_assert_eq(e4m3_encode(0.99f), 0x38); /* 15.84 of 1/16: 16 */
    cr_assert_eq(e4m3_decode(0x38), 1.0f);
    cr_assert_eq(e4m3_encode(1000), 0x7e);
    cr_assert_eq(e4m3_decode(0x7e), 448.0f);
    static const float tie[7] = { .25f, .75f, 1.25f, 1.75f, 2.5f, 3.5f, 5 };
    static const float even[7] = { 0, 1, 1, 2, 2, 4, 4 };
    for (int i = 0; i < 7; i++)
        cr_assert_eq(e2m1_decode(e2m1_encode(tie[i])), even[i]);
    cr_assert_eq(e8m0_decode(120), 0.0078125f); /* an exponent: 2^-7 */
    cr_assert_eq(e8m0_encode(0.0078125f), 120);
}
