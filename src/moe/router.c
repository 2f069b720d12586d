//> [router-includes] What the router needs
#include "moe/router.h"

#include "numerics/exp.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"

#include <math.h>
//< [router-includes]

//> [router-score] A score that is positive and grows like a root
float sqrt_softplus(float z)
{
    /* log(1 + e^z) is z to the last bit from 20 on, and e^z overflows
       later; the released code changes over at the same place. */
    return sqrtf(z > 20.0f ? z : (float)log1p((double)exp32(z)));
}
//< [router-score]

//> [router-choose] By token id, or the best biased scores
static void choose(int *experts, const float *score, int id,
                   const struct router_weights *w, const struct pass *p)
{
    int E = p->c->n_routed_experts, k = p->c->num_experts_per_tok;
    if (w->tid2eid) {
        for (int j = 0; j < k; j++)
            experts[j] = (int)w->tid2eid[(size_t)id * (size_t)k
                                         + (size_t)j];
        return;
    }
    struct arena_mark mark = arena_mark(p->scratch);
    float *biased = arena_floats(p->scratch, (size_t)E);
    for (int e = 0; e < E; e++)
        biased[e] = score[e] + w->bias[e];
    prim->topk(experts, biased, E, k);
    arena_release(p->scratch, mark);
}
//< [router-choose]

//> [router-weigh] Weights come from the unbiased scores
void route_token(int *experts, float *weights, const float *score, int id,
                 const struct router_weights *w, const struct pass *p)
{
    int k = p->c->num_experts_per_tok;
    choose(experts, score, id, w, p);
    float sum = 0;
    for (int j = 0; j < k; j++)
        sum += score[experts[j]];
    for (int j = 0; j < k; j++)
        weights[j] = score[experts[j]] / sum * p->c->routed_scaling_factor;
}
//< [router-weigh]

//> [router] All tokens
void route(int *experts, float *weights, const float *x,
           const struct router_weights *w, const struct pass *p)
{
    const struct config *c = p->c;
    int T = p->T, E = c->n_routed_experts, k = c->num_experts_per_tok;
    struct arena_mark mark = arena_mark(p->scratch);
    float *score = arena_floats(p->scratch, (size_t)T * (size_t)E);
    linear(score, x, &w->weight, T, p->scratch);
    for (size_t i = 0; i < (size_t)T * (size_t)E; i++)
        score[i] = sqrt_softplus(score[i]);
    for (int t = 0; t < T; t++) {
        size_t row = (size_t)t * (size_t)k;
        route_token(experts + row, weights + row,
                    score + (size_t)t * (size_t)E, p->ids[t], w, p);
    }
    trace(p->trace, "gate.scores", score, 2, T, E);
    trace_ints(p->trace, "gate.indices", experts, 2, T, k);
    trace(p->trace, "gate.weights", weights, 2, T, k);
    arena_release(p->scratch, mark);
}
//< [router]
