/**
 * @file
 * exp32() against the C library's long double: at one float in 911 of all
 * there are, and where results begin and end.
 */
#include "numerics/exp.h"
#include "numerics/lowfloat.h"

#include <criterion/criterion.h>
#include <math.h>

/* The distance from the truth, in units in the last place of a float. */
static double off_by(float x)
{
    long double right = expl((long double)x);
    int exponent = right < 0x1p-126L ? -125 : ilogbl(right) + 1;
    return (double)(fabsl((long double)exp32(x) - right)
                    / scalbnl(1, exponent - 24));
}

Test(exp, half_a_unit_in_the_last_place)
{
    double worst = 0;
    for (uint64_t bits = 0; bits < 1ULL << 32; bits += 911) {
        float x = bits_float((uint32_t)bits);
        if (x >= -104 && x <= 88.7f)
            worst = fmax(worst, off_by(x));
    }
    cr_assert_leq(worst, 0.500001);
}

Test(exp, where_results_end)
{
    cr_assert_eq(exp32(0), 1);
    cr_assert_eq(exp32(-0.0f), 1);
    cr_assert_eq(exp32(1), 2.718281746f);
    cr_assert(isnan(exp32(NAN)));
    cr_assert_eq(exp32(INFINITY), INFINITY);
    cr_assert_eq(exp32(-INFINITY), 0);
    cr_assert_eq(exp32(0x1.62e42ep6f), 0x1.ffff08p127f, "the largest");
    cr_assert_eq(exp32(0x1.62e430p6f), INFINITY);
    cr_assert_eq(exp32(-103.97f), 0x1p-149f, "the smallest");
    cr_assert_eq(exp32(-103.98f), 0);
    for (float x = 200; x < 1e38f; x *= 3)
        cr_assert(exp32(x) == INFINITY && exp32(-x) == 0, "%g", (double)x);
}

/* More of x is not less of e^x, also where k changes. */
Test(exp, never_falls)
{
    float last = 0;
    for (float x = -104; x < 89; x += 0x1p-12f) {
        cr_assert_geq(exp32(x), last, "at %.9g", (double)x);
        last = exp32(x);
    }
}
