//> [exp-header] e to the x, the same everywhere
/**
 * @file
 * The exponential of a float, in a fixed order of double operations. The C
 * library's own differs from library to library and cannot be put into a
 * vector register; this one can. Told in chapter 5.
 *
 * Things that are not obvious:
 * - off by less than 0.500001 units in the last place, because everything
 *   is done in double, to 2^-44, and rounded once to float32;
 * - subnormal results, 0 and infinity need no case of their own: 2^k is
 *   always an ordinary double, and the last rounding does the rest;
 * - products and sums are rounded apart: a fused multiply-add would give
 *   other bits.
 */
#ifndef V4_NUMERICS_EXP_H
#define V4_NUMERICS_EXP_H

#include <stdint.h>
#include <string.h>

/** @defgroup ch_exp 05 · Exponential
 *  Prose: chapter 5.
 *  @{ */
//< [exp-header]

//> [exp-polynomial] Twelve terms of the series
/** @param r  at most ln 2 / 2 from zero @return `Σ r^n / n!` to n = 11 */
static inline double exp_series(double r)
{
    static const double term[] = {
        1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720,
        1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
        1.0 / 39916800,
    };
    double sum = term[11];
    for (int n = 10; n >= 0; n--)
        sum = sum * r + term[n];
    return sum;
}
//< [exp-polynomial]

//> [exp] e^x = 2^k e^r
/** The exponential function.
 *  @param x  any float
 *  @return e^x; infinity, 0 and NaN where they belong */
static inline float exp32(float x)
{
    const double log2_e = 0x1.71547652b82fep+0, ln_2 = 0x1.62e42fefa39efp-1;
    /* Adding this moves the integer part to the low bits of the fraction:
       it rounds to an integer and shows its bits at the same time. */
    const double shift = 0x1.8p52;
    double y = (double)x;
    y = y < -200.0 ? -200.0 : y; /* a float32 result is 0 long before, */
    y = y > 200.0 ? 200.0 : y;   /* or infinite */
    double shifted = y * log2_e + shift;
    double k = shifted - shift;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 52) + ((uint64_t)1023 << 52); /* the exponent field */
    double two_to_k;
    memcpy(&two_to_k, &bits, sizeof two_to_k);
    return (float)(exp_series(y - k * ln_2) * two_to_k);
}
/** @} */
#endif
//< [exp]
