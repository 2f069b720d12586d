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
/** @} */
#endif
//< [expert-api]
