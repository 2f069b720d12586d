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

/** Layer numbers of small_config(), by kind. */
enum { WINDOW_LAYER, CSA_LAYER, HCA_LAYER, LAYERS };

/** A configuration with one layer of each kind: d 64, 4 heads of 96 with
 *  32 rotary numbers, 2 groups, a window of 7, ratios 0, 4 and 6, an
 *  indexer of 3 heads of 64 that selects 3.
 *  @param num  the numerics
 *  @return the configuration */
struct config small_config(enum numerics num);

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
