/* Random numbers: the published sequences, an independent second
 * implementation, and the statistics they promise. */
#include "base/rng.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

/* splitmix64 of seed 1234567, as often published. */
static const uint64_t splitmix_1234567[4] = {
    6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
    4593380528125082431u,
};

Test(rng, seeding)
{
    struct rng r;
    rng_seed(&r, 1234567);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(r.s[i], splitmix_1234567[i], "word %d", i);
}

/* xoshiro256** from the state 1, 2, 3, 4 by hand: the output is s1 * 5,
 * rotated by 7, times 9. At first s1 = 2: 2 * 5 * 128 * 9 = 11520. Then
 * s1 = 2 ^ (3 ^ 1) = 0, and after that s1 = 0 ^ s2 ^ s0 = 262149 with
 * s2 = 2 ^ (2 << 17) and s0 = 7: 262149 * 5 * 128 * 9 = 1509978240. */
Test(rng, by_hand)
{
    struct rng r = { { 1, 2, 3, 4 } };
    cr_assert_eq(rng_next(&r), 11520);
    cr_assert_eq(rng_next(&r), 0);
    cr_assert_eq(rng_next(&r), 1509978240);
}

/* The same step as a linear map: rotations as sums of shifts, the update
 * written out for each word from the old state. */
static uint64_t second(uint64_t s[4])
{
    uint64_t x = s[1] * 5;
    uint64_t out = (x * 128 + x / 0x0200000000000000u) * 9;
    uint64_t a = s[0], b = s[1], c = s[2], d = s[3];
    uint64_t e = d ^ b;
    s[0] = a ^ b ^ d;
    s[1] = a ^ b ^ c;
    s[2] = c ^ a ^ b * 0x20000;
    s[3] = e * 0x200000000000u + e / 0x80000;
    return out;
}

Test(rng, second_implementation)
{
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct rng r, copy;
        rng_seed(&r, seed * 0x123456789abcdefu);
        copy = r;
        for (int i = 0; i < 1000; i++)
            cr_assert_eq(rng_next(&r), second(copy.s));
    }
}

Test(rng, uniform)
{
    enum { N = 1000000 };
    struct rng r;
    rng_seed(&r, 1);
    double sum = 0, squares = 0;
    for (int i = 0; i < N; i++) {
        float x = rng_uniform(&r);
        cr_assert(x >= 0 && x < 1);
        cr_assert_eq(x * 0x1p24f, truncf(x * 0x1p24f));
        sum += (double)x;
        squares += (double)x * (double)x;
    }
    /* Deviations of the two means: sqrt(1/12/N), sqrt(4/45/N); five each. */
    cr_assert_lt(fabs(sum / N - 1.0 / 2), 5 * 2.9e-4);
    cr_assert_lt(fabs(squares / N - 1.0 / 3), 5 * 3.0e-4);
}

Test(rng, normal)
{
    enum { N = 1000000 };
    struct rng r;
    rng_seed(&r, 2);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0, outside = 0;
    for (int i = 0; i < N; i++) {
        double x = (double)rng_normal(&r);
        cr_assert(isfinite(x));
        m1 += x;
        m2 += x * x;
        m3 += x * x * x;
        m4 += x * x * x * x;
        outside += fabs(x) > 1.959964;
    }
    /* Variances of x, x², x³, x⁴: 1, 2, 15, 96; of the share .05 × .95. */
    cr_assert_lt(fabs(m1 / N), 5 * 1e-3);
    cr_assert_lt(fabs(m2 / N - 1), 5 * sqrt(2) * 1e-3);
    cr_assert_lt(fabs(m3 / N), 5 * sqrt(15) * 1e-3);
    cr_assert_lt(fabs(m4 / N - 3), 5 * sqrt(96) * 1e-3);
    cr_assert_lt(fabs(outside / N - 0.05), 5 * sqrt(0.0475) * 1e-3);
}

Test(rng, below)
{
    struct rng r;
    rng_seed(&r, 3);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(rng_below(&r, 1), 0);
    enum { SIDES = 6, N = 600000 };
    int seen[SIDES] = { 0 };
    for (int i = 0; i < N; i++) {
        uint64_t x = rng_below(&r, SIDES);
        cr_assert_lt(x, SIDES);
        seen[x]++;
    }
    for (int i = 0; i < SIDES; i++) /* 1e5 ± 5 deviations of 289 */
        cr_assert_lt(abs(seen[i] - N / SIDES), 5 * 289);
    /* Of three quarters of 2^64, modulo alone would favour the lowest
     * third two to one. */
    uint64_t n = 3ull << 62;
    int low = 0;
    for (int i = 0; i < 30000; i++)
        low += rng_below(&r, n) < n / 3;
    cr_assert_lt(abs(low - 10000), 5 * 82);
}

Test(rng, streams_differ)
{
    struct rng a, b;
    rng_seed(&a, 0);
    rng_seed(&b, 1);
    cr_assert(a.s[0] | a.s[1] | a.s[2] | a.s[3], "never all zero");
    int equal_bits = 0;
    for (int i = 0; i < 1000; i++)
        equal_bits += 64 - __builtin_popcountll(rng_next(&a) ^
                                                rng_next(&b));
    cr_assert_lt(abs(equal_bits - 32000), 5 * 127);
}
