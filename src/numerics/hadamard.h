//> [hadamard-header] Mix every number with every other
/**
 * @file
 * The Hadamard transform: a rotation whose matrix has only ±1/√n in it,
 * applied in n log2 n additions. Told in chapter 4.
 *
 * Things that are not obvious:
 * - rows are in Sylvester order, H_2n = [[H_n, H_n], [H_n, -H_n]];
 * - it is its own inverse, and it leaves every dot product as it was:
 *   rotating both q and k changes nothing, except that outliers are spread
 *   over all dimensions before they are rounded to FP4.
 */
#ifndef V4_NUMERICS_HADAMARD_H
#define V4_NUMERICS_HADAMARD_H

#include <stddef.h>

/** @defgroup ch_hadamard 04 · Hadamard transform
 *  Prose: chapter 4.
 *  @{ */

/** Transform in place: x <- H x / sqrt(n).
 *  @param[in,out] x  `(n)`
 *  @param         n  a power of two */
void hadamard(float *x, size_t n);
/** @} */
#endif
//< [hadamard-header]
