/**
 * @file
 * Compressors with random weights, and their formula in double.
 */
#ifndef V4_TESTS_POOLS_H
#define V4_TESTS_POOLS_H

#include "attention/compressor.h"
#include "base/rng.h"

/** Random weights of one compressor.
 *  @param a  owns them
 *  @param r  where they come from
 *  @param c  the configuration
 *  @param m  the ratio
 *  @param D  width of an entry
 *  @return the weights */
struct compressor_weights random_compressor(struct arena *a, struct rng *r,
                                            const struct config *c, int m,
                                            int D);

/** Entries of a compressor from the formulas, before the Hadamard
 *  transform.
 *  @param[out] entries  `(floor(T/m), D)`
 *  @param      x     `(T, d)`
 *  @param      w     the weights
 *  @param      m     the ratio
 *  @param      D     width of an entry
 *  @param      rope  the frequencies
 *  @param      c     the configuration with its experiments
 *  @param      T     how many tokens */
void brute_compressor(double *entries, const float *x,
                      const struct compressor_weights *w, int m, int D,
                      const struct rope *rope, const struct config *c,
                      int T);

#endif
