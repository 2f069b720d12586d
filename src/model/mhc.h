//> [mhc-header] A residual stream that is four streams
/**
 * @file
 * Manifold-constrained hyper-connections (mHC): a token's hidden state is
 * n streams of width d; every sub-layer reads a mixture of them, and its
 * result is written back to all of them while they mix among themselves.
 * Told in chapter 24.
 *
 * Things that are not obvious:
 * - comb[src][dst]: row src says where stream src GOES. New stream k is
 *   `Σ_j comb[j][k] · old_j`, a sum over the FIRST index. Columns sum to 1,
 *   so a new stream is a weighted mean of old ones; rows only nearly do.
 *   Three large frameworks shipped it the other way round;
 * - Sinkhorn's first step is a row softmax, then a column step, then
 *   hc_sinkhorn_iters - 1 times rows and columns: it ends with columns;
 * - hc_eps is added to pre and inside Sinkhorn, not to post; post has a
 *   factor 2, so that "write with weight 1" is a sigmoid of 1/2;
 * - the norm is applied after the projection, to n(2+n) numbers instead
 *   of n·d: the same thing, cheaper.
 */
//< [mhc-header]

//> [mhc-group] What hyper-connections rest on
#ifndef V4_MODEL_MHC_H
#define V4_MODEL_MHC_H

#include "base/pass.h"
#include "numerics/matrix.h"

/** @defgroup ch_mhc 24 · mHC
 *  Prose: chapter 24.
 *  @{ */
//< [mhc-group]

//> [mhc-structs] Weights, and the three mixtures of one token
/** Weights `hc_attn_*`, `hc_ffn_*` (or `hc_head_*`), all float32. */
struct hc_weights {
    struct matrix fn; ///< `((2+n)n, n·d)`; of the head: `(n, n·d)`
    float *base;      ///< `((2+n)n)` [pre n, post n, comb n·n]; head `(n)`
    float *scale;     ///< `(3)` [pre, post, comb]; of the head: `(1)`
};

/** The mixtures of T tokens. */
struct hc_mix {
    float *pre;  ///< `(T, n)` how much of each stream is read
    float *post; ///< `(T, n)` how much of the result each one gets
    float *comb; ///< `(T, n, n)` [src][dst] how streams mix
};
//< [mhc-structs]

//> [mhc-api] Mix, read, write, fold
/** Compute the mixtures: `pre`, `post` and `comb` of every token.
 *  @param[out] mix  where to; the arrays come from p->scratch
 *  @param      X    `(T, n, d)` the streams
 *  @param      w    the weights
 *  @param      p    the pass */
void hc_mixtures(struct hc_mix *mix, const float *X,
                 const struct hc_weights *w, const struct pass *p);

/** Read: `u = Σ_j pre_j X_j`.
 *  @param[out] u    `(T, d)`
 *  @param      X    `(T, n, d)`
 *  @param      pre  `(T, n)`
 *  @param      p    the pass */
void hc_read(float *u, const float *X, const float *pre,
             const struct pass *p);
//< [mhc-api]

//> [mhc-api-write] Write, and fold at the top
/** Write: `X'_k = post_k f + Σ_j comb[j][k] X_j`.
 *  @param[in,out] X    `(T, n, d)`
 *  @param         f    `(T, d)` the sub-layer's result
 *  @param         mix  the mixtures
 *  @param         p    the pass */
void hc_write(float *X, const float *f, const struct hc_mix *mix,
              const struct pass *p);

/** Fold the streams at the top: `pre_j = sigmoid(scale z_j + base_j) +
 *  hc_eps`, `u = Σ_j pre_j X_j`.
 *  @param[out] u  `(T, d)`
 *  @param      X  `(T, n, d)`
 *  @param      w  the head's weights
 *  @param      p  the pass */
void hc_head(float *u, const float *X, const struct hc_weights *w,
             const struct pass *p);
//< [mhc-api-write]

//> [mhc-api-parts] Its two steps, for one token
/** From projections to mixtures.
 *  @param[out] pre   `(n)`
 *  @param[out] post  `(n)`
 *  @param[out] comb  `(n, n)` [src][dst]
 *  @param      z     `((2+n)n)` normed projections
 *  @param      w     base and scale
 *  @param      c     n, hc_eps, hc_sinkhorn_iters */
void hc_split(float *pre, float *post, float *comb, const float *z,
              const struct hc_weights *w, const struct config *c);

/** Make a matrix of logits (nearly) doubly stochastic.
 *  @param[in,out] comb   `(n, n)`
 *  @param         n      rows and columns
 *  @param         iters  steps; the first is softmax and columns
 *  @param         eps    added to sums and to the softmax */
void sinkhorn(float *comb, int n, int iters, float eps);
/** @} */
#endif
//< [mhc-api-parts]
