/**
 * @file
 * The order of additions, which every set of primitives may rely on: eight
 * lanes, a fixed tree; and what it has to do with the sum as one would
 * write it, one term after the other.
 */
#include "numerics/primitives.h"
#include "numerics/sum.h"

#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>

enum { N = 1100 };

/* 2^54 swallows a 1, unless they meet only after -2^54 has come. */
static float with_big(int plus, int minus, int one)
{
    float a[24] = { 0 }, b[24] = { 0 };
    a[plus] = a[minus] = 0x1p27f;
    b[plus] = 0x1p27f;
    b[minus] = -0x1p27f;
    a[one] = b[one] = 1;
    return primitives_scalar.dot(a, b, 24);
}

Test(sum, every_eighth_term_is_in_a_lane)
{
    for (int i = 0; i < 8; i++)
        for (int one = 0; one < 8; one++)
            cr_assert_eq(with_big(i, i + 16, one + 8), one != i,
                         "lane %d, the 1 in lane %d", i, one);
}

/* The same where 8 terms are not there any more. */
Test(sum, the_rest_goes_on_in_the_lanes)
{
    float a[13] = { 0 }, b[13] = { 0 };
    for (int i = 8; i < 13; i++) {
        a[i - 8] = a[i] = b[i - 8] = 0x1p27f;
        b[i] = -0x1p27f;
        a[7] = b[7] = 1;
        cr_assert_eq(primitives_scalar.dot(a, b, 13), 1, "term %d", i);
        a[i - 8] = a[i] = 0;
    }
}

/* Lanes 0 and 4 meet first, then 2 and 6 with them, then the odd ones. */
Test(sum, the_tree)
{
    for (int one = 1; one < 8; one++) {
        if (one != 4)
            cr_assert_eq(with_big(0, 4, one), 1);
        if (one != 2)
            cr_assert_eq(with_big(0, 2, one), one != 4 && one != 6);
        if (one != 1)
            cr_assert_eq(with_big(0, 1, one), 0, "they meet last");
    }
    struct sum s = { { 1, 2, 4, 8, 16, 32, 64, 128 } };
    cr_assert_eq(sum_total(&s), 255);
}

/* The same lanes with a fused multiply-add: the product of two floats is
   exact, so there is one rounding either way. */
static float fused(const float *a, const float *b, size_t n)
{
    struct sum s = { 0 };
    for (size_t i = 0; i < n; i++)
        s.lane[i % 8] = fma((double)a[i], (double)b[i], s.lane[i % 8]);
    return (float)sum_total(&s);
}

/* One term after another: in double, and as wide as it gets. */
static void chains(float *narrow, float *wide, const float *a,
                   const float *b, size_t n)
{
    double sum = 0;
    long double all = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)a[i] * (double)b[i];
        all += (long double)a[i] * (long double)b[i];
    }
    *narrow = (float)sum;
    *wide = (float)all;
}

/* Carried with 29 bits more than it keeps, a sum comes out the same in
   either order: so it does in all of these. */
Test(sum, equals_the_chain_on_20000_vectors)
{
    struct arena arena = { 0 };
    struct rng r;
    rng_seed(&r, 20000);
    for (int k = 0; k < 20000; k++) {
        struct arena_mark mark = arena_mark(&arena);
        size_t n = 1 + rng_below(&r, k % 100 ? 129 : N);
        float *a = random_floats(&arena, &r, n, 1);
        float *b = random_floats(&arena, &r, n, 1);
        float found = primitives_scalar.dot(a, b, n), narrow, wide;
        chains(&narrow, &wide, a, b, n);
        cr_assert_eq(found, narrow, "vector %d of %zu", k, n);
        cr_assert_eq(found, wide, "vector %d of %zu", k, n);
        cr_assert_eq(found, fused(a, b, n), "vector %d of %zu", k, n);
        arena_release(&arena, mark);
    }
    arena_free(&arena);
}
