//> [router-header] Which experts, and how much of each
/**
 * @file
 * The router: scores every expert for every token, chooses k of them and
 * weighs them. Told in chapter 22.
 *
 * Things that are not obvious:
 * - the score is sqrt(softplus(z)): positive, unbounded, no softmax;
 * - the bias only selects; the weights are made from unbiased scores. In
 *   layer 3 of the released Flash the biases average 9, so mixing them up
 *   is loud;
 * - the first num_hash_layers layers look the experts up by token id.
 *   They have no bias, but still need the scores for the weights.
 */
#ifndef V4_MOE_ROUTER_H
#define V4_MOE_ROUTER_H

#include "base/pass.h"
#include "numerics/matrix.h"

#include <stdint.h>

/** @defgroup ch_router 22 · Router
 *  Prose: chapter 22.
 *  @{ */
//< [router-header]

//> [router-weights] The gate's tensors
/** Weights under `….ffn.gate.`, named as there. */
struct router_weights {
    struct matrix weight;   ///< `(E, d)`
    float *bias;            ///< `(E)`, or NULL in hash layers
    const int64_t *tid2eid; ///< `(V, k)` in hash layers, else NULL
};
//< [router-weights]

//> [router-api] For all tokens, and for one
/** Choose and weigh: `score = sqrt(softplus(W x))`; experts from the table,
 *  or the top k of `score + bias`; `weight_j = score_j / Σ score ·
 *  routed_scaling_factor` over the chosen.
 *  @param[out] experts  `(T, k)` table order, or best first
 *  @param[out] weights  `(T, k)`
 *  @param      x        `(T, d)` the normed input
 *  @param      w        the weights
 *  @param      p        the pass; its ids choose in hash layers */
void route(int *experts, float *weights, const float *x,
           const struct router_weights *w, const struct pass *p);

/** The same for one token, from its scores.
 *  @param[out] experts  `(k)`
 *  @param[out] weights  `(k)`
 *  @param      score    `(E)` unbiased
 *  @param      id       the token
 *  @param      w        the weights
 *  @param      p        k, scale, scratch */
void route_token(int *experts, float *weights, const float *score, int id,
                 const struct router_weights *w, const struct pass *p);

/** @param z a logit @return sqrt(softplus(z)) = sqrt(log(1 + e^z)) */
float sqrt_softplus(float z);
/** @} */
#endif
//< [router-api]
