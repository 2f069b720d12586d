//> [moe-header] The mixture
/**
 * @file
 * The mixture of experts: route, group the tokens by expert, add up.
 * Told in chapter 23.
 *
 * Things that are not obvious:
 * - tokens are grouped so that each expert's weights are read once a pass;
 * - a token's experts are added in ascending expert number, whatever the
 *   order of choice: so its bits do not depend on its neighbours;
 * - the shared expert sees every token and is not weighted.
 */
#ifndef V4_MOE_MOE_H
#define V4_MOE_MOE_H

#include "moe/expert.h"
#include "moe/router.h"

/** @defgroup ch_moe 23 · Mixture of experts
 *  Prose: chapter 23.
 *  @{ */
//< [moe-header]

//> [moe-weights] A router, many experts, one for all
/** Weights under `layers.L.ffn.`. */
struct moe_weights {
    struct router_weights gate;           ///< the router
    struct expert_weights *experts;       ///< `(E)`
    struct expert_weights shared_experts; ///< one
};
//< [moe-weights]

//> [moe-api] All tokens of a pass through their experts
/** `out = Σ_j weight_j expert_j(x) + shared(x)`.
 *  @param[out] out  `(T, d)`
 *  @param      x    `(T, d)` the normed input
 *  @param      w    the weights
 *  @param      p    the pass */
void moe(float *out, const float *x, const struct moe_weights *w,
         const struct pass *p);
/** @} */
#endif
//< [moe-api]
