//> [sum-header] One order of additions
/**
 * @file
 * How this program adds: in double, in eight lanes, folded in a fixed tree.
 * Told in chapter 5.
 *
 * Things that are not obvious:
 * - the product of two floats is exact in a double (24 + 24 bits fit into
 *   53), so a multiply-add, fused or not, rounds once, in the addition;
 * - lane k takes terms k, k + 8, k + 16, …: eight chains that know nothing
 *   of each other. One register of eight doubles, two of four, four of two
 *   or eight variables of plain C hold the same eight numbers;
 * - so every machine gives the same bits, at the speed it has.
 */
#ifndef V4_NUMERICS_SUM_H
#define V4_NUMERICS_SUM_H

#include <stddef.h>

/** @defgroup ch_sum 05 · Sums
 *  Prose: chapter 5.
 *  @{ */
//< [sum-header]

//> [sum-lanes] Eight lanes, one tree
enum { LANES = 8 }; ///< chains of additions side by side

/** A sum under way; it begins as `{ 0 }`. */
struct sum {
    double lane[LANES]; ///< lane k has the terms k, k + 8, k + 16, …
};

/** Add one term.
 *  @param[in,out] s     the sum
 *  @param         i     the number of the term
 *  @param         term  the term */
static inline void sum_add(struct sum *s, size_t i, double term)
{
    s->lane[i % LANES] += term;
}

/** Fold eight into four, four into two, two into one: as halves of a
 *  register are added.
 *  @param s  the sum
 *  @return its value */
static inline double sum_total(const struct sum *s)
{
    const double *a = s->lane;
    return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}
/** @} */
#endif
//< [sum-lanes]
