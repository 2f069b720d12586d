/**
 * @file
 * Small attention layers with random weights, and the layer computed once
 * more in double: all tokens at once, no caches, no lists, straight from
 * the formulas.
 */
#ifndef V4_TESTS_LAYERS_H
#define V4_TESTS_LAYERS_H

#include "attention/attention.h"
#include "base/rng.h"
#include "support/heads.h"
#include "support/pools.h"

/** Random weights of one layer.
 *  @param a      owns them
 *  @param r      where they come from
 *  @param c      the configuration
 *  @param layer  its number, for its kind
 *  @param f      format of the large matrices
 *  @return the weights */
struct attention_weights random_layer(struct arena *a, struct rng *r,
                                      const struct config *c, int layer,
                                      enum format f);

/** The same layer in double. */
struct brute {
    int width;     ///< T + floor(T/m) + 1
    float *out;    ///< `(T, d)`
    float *probs;  ///< `(T, H, width)`: raw keys, entries, sink
    int *visible;  ///< `(T, width)`: 1 attended to, 2 not selected, 0 no
};

/** Compute a layer from the formulas, in exact numerics.
 *  @param a      owns the result
 *  @param x      `(T, d)`
 *  @param w      the weights
 *  @param c      the configuration with its experiments
 *  @param layer  number of the layer
 *  @param T      how many tokens
 *  @return everything about it */
struct brute brute_attention(struct arena *a, const float *x,
                             const struct attention_weights *w,
                             const struct config *c, int layer, int T);

#endif
