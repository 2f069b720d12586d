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
/** 1/n! for n = 0 … 11: enough within ln 2 / 2 of zero. */
static const double EXP_TERM[] = {
    1.0, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720,
    1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800,
    1.0 / 39916800,
};
enum { EXP_TERMS = sizeof EXP_TERM / sizeof *EXP_TERM }; ///< how many

static const double EXP_LOG2_E = 0x1.71547652b82fep+0; ///< log2 e
static const double EXP_LN_2 = 0x1.62e42fefa39efp-1;   ///< ln 2

/** Adding this moves the integer part to the low bits of the fraction: it
 *  rounds to an integer and shows its bits at the same time. */
static const double EXP_SHIFT = 0x1.8p52;

/** Beyond this a float32 result is long 0 or infinite. */
static const double EXP_FAR = 200.0;

/** @param r  at most ln 2 / 2 from zero @return `Σ r^n / n!` */
static inline double exp_series(double r)
{
    double sum = EXP_TERM[EXP_TERMS - 1];
    for (int n = EXP_TERMS - 2; n >= 0; n--)
        sum = sum * r + EXP_TERM[n];
    return sum;
}
//< [exp-polynomial]

//> [exp] e^x = 2^k e^r
/** The exponential function.
 *  @param x  any float
 *  @return e^x; infinity, 0 and NaN where they belong */
static inline float exp32(float x)
{
    double y = (double)x;
    y = y < -EXP_FAR ? -EXP_FAR : y;
    y = y > EXP_FAR ? EXP_FAR : y;
    double shifted = y * EXP_LOG2_E + EXP_SHIFT;
    double k = shifted - EXP_SHIFT;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits << 52) + ((uint64_t)1023 << 52); /* the exponent field */
    double two_to_k;
    memcpy(&two_to_k, &bits, sizeof two_to_k);
    return (float)(exp_series(y - k * EXP_LN_2) * two_to_k);
}
/** @} */
#endif
//< [exp]
