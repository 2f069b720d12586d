/**
 * @file
 * Queries, keys and outputs of small attention layers: a configuration with
 * a layer of each kind, random weights, and the formulas in double.
 */
#ifndef V4_TESTS_HEADS_H
#define V4_TESTS_HEADS_H

#include "attention/window.h"
#include "base/rng.h"

/** Layer numbers of small_config(), by kind. */
enum { WINDOW_LAYER, CSA_LAYER, HCA_LAYER, LAYERS };

/** A configuration with one layer of each kind: d 64, 4 heads of 96 with
 *  32 rotary numbers, 2 groups, a window of 7, ratios 0, 4 and 6, an
 *  indexer of 3 heads of 64 that selects 3.
 *  @param num  the numerics
 *  @return the configuration */
struct config small_config(enum numerics num);

/** Gains of a norm, about 1.
 *  @param a  owns them
 *  @param r  where they come from
 *  @param n  how many
 *  @return `(n)` floats */
float *random_gains(struct arena *a, struct rng *r, int n);

/** Random weights of what every layer has: queries, keys, sinks, output.
 *  @param a  owns them
 *  @param r  where they come from
 *  @param c  the configuration
 *  @param f  format of the matrices
 *  @return the weights, without compressor and indexer */
struct attention_weights random_heads(struct arena *a, struct rng *r,
                                      const struct config *c, enum format f);

/** RMSNorm.
 *  @param x     `(n)`
 *  @param gain  `(n)`, or NULL for none
 *  @param n     how many
 *  @param c     for its epsilon */
void brute_normalize(double *x, const float *gain, int n,
                     const struct config *c);

/** Rotate the last R of n numbers.
 *  @param x     `(n)`
 *  @param n     how many
 *  @param rope  the frequencies
 *  @param t     by t times the frequency; negative turns back */
void brute_rotate(double *x, int n, const struct rope *rope, int t);

/** From the heads' outputs to the layer's.
 *  @param[out]    out   `(d)`
 *  @param[in,out] o     `(H, D)`, turned back
 *  @param         w     the weights
 *  @param         rope  the frequencies
 *  @param         c     the configuration
 *  @param         t     the position */
void brute_output(float *out, double *o, const struct attention_weights *w,
                  const struct rope *rope, const struct config *c, int t);

#endif
