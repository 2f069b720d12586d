/**
 * @file
 * One harness for every set of primitives: each entry of a table is held to
 * the same entry of another one, which is taken to be right. To test a new
 * set is one line, `assert_twins(&primitives_new, &primitives_scalar)`.
 *
 * What it looks for: results at sizes around every vector width, from
 * starts that are aligned to nothing; writes before and behind an output;
 * reads before an input (they meet NaN) and behind it (ASan sees them);
 * infinities, NaN and subnormals; bits that differ where sums are exact.
 *
 * The tolerance of a sum follows from its length. A float32 sum of n
 * products in any order is off by at most n u Σ|a_i b_i|, u = 2^-24, to
 * first order; (n + 4) u Σ|a_i b_i| leaves room for the second order and
 * for the rounding of the right result.
 */
#ifndef V4_TESTS_TWIN_H
#define V4_TESTS_TWIN_H

#include "numerics/primitives.h"

/** Fail the test unless two sets agree in every entry.
 *  @param set    the set to test
 *  @param right  the set that is right */
void assert_twins(const struct primitives *set,
                  const struct primitives *right);

/** Every entry written once more, straight from its definition, with sums
 *  in long double: what the scalar set is held to. */
extern const struct primitives primitives_naive;

#endif
