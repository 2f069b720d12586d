//> [moe-header] The mixture
/**
 * @file
 * The mixture of experts: route, group the tokens by expert, add up.
 * Told in chapter 23.
 *
 * Things that are not obvious:
 * - tokens are grouped so that each expert's weights are read once a pass;
 * - which experts a pass needs is known before the first of them runs;
 * - a token's experts are added in ascending expert number, whatever the
 *   order of choice or of execution: so its bits do not depend on its
 *   neighbours, nor on when a weight arrives;
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

//> [moe-groups] The choices of a pass, by expert
/** Who chose which expert. Choice `t k + j` is the j-th of token t. */
struct moe_groups {
    int n;       ///< how many experts were chosen
    int *expert; ///< `(n)` their numbers, ascending
    int *first;  ///< `(n + 1)` where in `choice` each one's group begins
    int *choice; ///< `(T k)` the choices, group by group, each ascending
};

/** Group the choices of a pass by expert, in time O(E + T k).
 *  @param[out] g        the groups, in memory of scratch
 *  @param      experts  `(choices)` the expert of every choice
 *  @param      choices  T k
 *  @param      E        number of experts
 *  @param      scratch  memory */
void moe_group(struct moe_groups *g, const int *experts, int choices,
               int E, struct arena *scratch);
//< [moe-groups]

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
