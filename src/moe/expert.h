//> [expert-header] One small feed-forward network
/**
 * @file
 * An expert: SwiGLU with a clamp. Told in chapter 23.
 *
 * Things that are not obvious:
 * - gate is clamped from above only, up on both sides;
 * - the shared expert is clamped like the routed ones;
 * - the routing weight multiplies the hidden activation, before w2 and
 *   its quantizer; in exact numerics that is the same as after, but for
 *   the last digit.
 */
#ifndef V4_MOE_EXPERT_H
#define V4_MOE_EXPERT_H

#include "base/pass.h"
#include "numerics/matrix.h"

/** @defgroup ch_expert 23 · Expert
 *  Prose: chapter 23.
 *  @{ */
//< [expert-header]

//> [expert-weights] Three matrices
/** Weights under `….experts.e.` or `….shared_experts.`. */
struct expert_weights {
    struct matrix w1; ///< `(moe_intermediate_size, d)` gate
    struct matrix w3; ///< `(moe_intermediate_size, d)` up
    struct matrix w2; ///< `(d, moe_intermediate_size)` down
};
//< [expert-weights]

//> [expert-api] Some tokens through one expert
/** `y = W2 (weight · silu(min(W1 x, limit)) · clamp(W3 x, ±limit))`.
 *  @param[out] y       `(T, d)`
 *  @param      x       `(T, d)`
 *  @param      weight  `(T)` routing weights, or NULL for 1
 *  @param      w       the expert
 *  @param      p       the pass of the tokens it sees; in a mixture that is
 *                      not the pass of the block, see moe() */
void expert(float *y, const float *x, const float *weight,
            const struct expert_weights *w, const struct pass *p);

/** Several experts, each with rows of its own: expert i sees rows
 *  first[i] … first[i + 1] - 1. Threads are woken once for the gates and ups
 *  of all, and once for their downs.
 *  @param[out] y       `(T, d)`
 *  @param      x       `(T, d)`
 *  @param      weight  `(T)` routing weights, or NULL for 1
 *  @param      w       `(n)` the experts
 *  @param      first   `(n + 1)` where their rows begin; the last is T
 *  @param      n       how many experts
 *  @param      p       T, limit, numerics, scratch */
void experts(float *y, const float *x, const float *weight,
             const struct expert_weights *const *w, const int *first, int n,
             const struct pass *p);
/** @} */
#endif
//< [expert-api]
