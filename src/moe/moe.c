//> [moe-includes] What the mixture needs
#include "moe/moe.h"

#include "numerics/faithful.h"
#include "numerics/primitives.h"

#include <string.h>
//< [moe-includes]

//> [moe-group] The tokens that chose expert e
/* Fills token and weight, returns how many there are. */
static int tokens_of(int e, int *token, float *weight, const int *experts,
                     const float *weights, const struct pass *p)
{
    int n = 0, k = p->c->num_experts_per_tok;
    for (int i = 0; i < p->T * k; i++)
        if (experts[i] == e) {
            token[n] = i / k;
            weight[n++] = weights[i];
        }
    return n;
}
//< [moe-group]

//> [moe-expert] Run one expert on its tokens and add to their sums
static void run_expert(float *sum, const float *x, int n, const int *token,
                       const float *weight, const struct expert_weights *w,
                       const struct pass *p)
{
    size_t d = (size_t)p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    float *in = arena_floats(p->scratch, (size_t)n * d);
    float *out = arena_floats(p->scratch, (size_t)n * d);
    for (int i = 0; i < n; i++)
        memcpy(in + (size_t)i * d, x + (size_t)token[i] * d,
               d * sizeof *in);
    expert(out, in, weight, w, n, p);
    for (int i = 0; i < n; i++) {
        float *y = sum + (size_t)token[i] * d;
        prim->axpy(y, 1.0f, out + (size_t)i * d, d);
    }
    arena_release(p->scratch, mark);
}
//< [moe-expert]

//> [moe-routed] Every expert in turn, each with all its tokens
static void routed(float *out, const float *x, const struct moe_weights *w,
                   const struct pass *p)
{
    size_t T = (size_t)p->T, k = (size_t)p->c->num_experts_per_tok;
    int *experts = arena_alloc(p->scratch, T * k, sizeof *experts);
    float *weights = arena_floats(p->scratch, T * k);
    int *token = arena_alloc(p->scratch, T * k, sizeof *token);
    float *weight = arena_floats(p->scratch, T * k);
    route(experts, weights, x, &w->gate, p);
    memset(out, 0, T * (size_t)p->c->hidden_size * sizeof *out);
    for (int e = 0; e < p->c->n_routed_experts; e++) {
        int n = tokens_of(e, token, weight, experts, weights, p);
        if (n)
            run_expert(out, x, n, token, weight, &w->experts[e], p);
    }
    trace(p->trace, "moe.routed", out, 2, p->T, p->c->hidden_size);
}
//< [moe-routed]

//> [moe] Routed and shared
void moe(float *out, const float *x, const struct moe_weights *w,
         const struct pass *p)
{
    size_t n = (size_t)p->T * (size_t)p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    routed(out, x, w, p);
    float *shared = arena_floats(p->scratch, n);
    expert(shared, x, NULL, &w->shared_experts, p->T, p);
    trace(p->trace, "moe.shared", shared, 2, p->T, p->c->hidden_size);
    prim->axpy(out, 1.0f, shared, n);
    faithful_bf16(out, n, p->c->numerics);
    trace(p->trace, "moe.out", out, 2, p->T, p->c->hidden_size);
    arena_release(p->scratch, mark);
}
//< [moe]
