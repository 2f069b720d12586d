//> [moe-includes] What the mixture needs
#include "moe/moe.h"

#include "numerics/faithful.h"
#include "numerics/primitives.h"

#include <string.h>
//< [moe-includes]

//> [moe-pass] The pass of the experts
/* Their tokens come from anywhere in the block's pass, so that there is no
   first position; and what they see is no part of the block's picture. */
static struct pass own_pass(const int *ids, int n, const struct pass *p)
{
    struct pass own = *p;
    own.ids = ids;
    own.T = n;
    own.start = -1;
    own.trace = NULL;
    return own;
}
//< [moe-pass]

//> [moe-group] Sort the choices by expert, by counting them
void moe_group(struct moe_groups *g, const int *experts, int choices,
               int E, struct arena *scratch)
{
    size_t most = (size_t)(choices < E ? choices : E), n = (size_t)choices;
    *g = (struct moe_groups){ 0 };
    g->expert = arena_alloc(scratch, most, sizeof *g->expert);
    g->first = arena_alloc(scratch, most + 1, sizeof *g->first);
    g->choice = arena_alloc(scratch, n, sizeof *g->choice);
    int *next = arena_alloc(scratch, (size_t)E, sizeof *next), at = 0;
    memset(next, 0, (size_t)E * sizeof *next);
    for (int i = 0; i < choices; i++)
        next[experts[i]]++;
    for (int e = 0; e < E; e++) { /* from how many to where they begin */
        int count = next[e];
        next[e] = at;
        if (!count)
            continue;
        g->expert[g->n] = e;
        g->first[g->n++] = at;
        at += count;
    }
    g->first[g->n] = at;
    for (int i = 0; i < choices; i++)
        g->choice[next[experts[i]]++] = i;
}
//< [moe-group]

//> [moe-gather] The tokens of every expert, one group after the other
/* Row i of `in` is the token of choice i; what the experts make of it goes
   to row i of `rows`. */
static void run_groups(float *rows, const float *x, const float *weights,
                       const struct moe_groups *g,
                       const struct moe_weights *w, const struct pass *p)
{
    size_t d = (size_t)p->c->hidden_size;
    int k = p->c->num_experts_per_tok, choices = p->T * k;
    struct arena_mark mark = arena_mark(p->scratch);
    int *ids = arena_alloc(p->scratch, (size_t)choices, sizeof *ids);
    float *weight = arena_floats(p->scratch, (size_t)choices);
    float *in = arena_floats(p->scratch, (size_t)choices * d);
    const struct expert_weights **chosen =
        arena_alloc(p->scratch, (size_t)g->n, sizeof *chosen);
    //> [moe-copy] Token by token, in the order of the groups
    for (int i = 0; i < choices; i++) {
        int t = g->choice[i] / k;
        ids[i] = p->ids[t];
        weight[i] = weights[g->choice[i]];
        memcpy(in + (size_t)i * d, x + (size_t)t * d, d * sizeof *in);
    }
    //< [moe-copy]
    for (int i = 0; i < g->n; i++)
        chosen[i] = &w->experts[g->expert[i]];
    struct pass own = own_pass(ids, choices, p);
    experts(rows, in, weight, chosen, g->first, g->n, &own);
    arena_release(p->scratch, mark);
}
//< [moe-gather]

//> [moe-add] Add up what the experts have made
/* The rows stand in ascending number of their experts, so every token adds
   its own in that order: in whatever order they were made, and whoever
   else was in the pass. */
static void add_rows(float *out, const float *rows,
                     const struct moe_groups *g, const struct pass *p)
{
    size_t d = (size_t)p->c->hidden_size;
    int k = p->c->num_experts_per_tok;
    memset(out, 0, (size_t)p->T * d * sizeof *out);
    for (int i = 0; i < p->T * k; i++)
        prim->axpy(out + (size_t)(g->choice[i] / k) * d, 1.0f,
                   rows + (size_t)i * d, d);
}
//< [moe-add]

//> [moe-routed] Route, group, run, add
static void routed(float *out, const float *x, const struct moe_weights *w,
                   const struct pass *p)
{
    const struct config *c = p->c;
    int choices = p->T * c->num_experts_per_tok;
    size_t n = (size_t)choices;
    struct arena_mark mark = arena_mark(p->scratch);
    int *experts = arena_alloc(p->scratch, n, sizeof *experts);
    float *weights = arena_floats(p->scratch, n);
    float *rows = arena_floats(p->scratch, n * (size_t)c->hidden_size);
    struct moe_groups g;
    route(experts, weights, x, &w->gate, p);
    moe_group(&g, experts, choices, c->n_routed_experts, p->scratch);
    /* From here on it is known which experts will be read. */
    run_groups(rows, x, weights, &g, w, p);
    add_rows(out, rows, &g, p);
    trace(p->trace, "moe.routed", out, 2, p->T, c->hidden_size);
    arena_release(p->scratch, mark);
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
    struct pass own = own_pass(p->ids, p->T, p);
    expert(shared, x, NULL, &w->shared_experts, &own);
    trace(p->trace, "moe.shared", shared, 2, p->T, p->c->hidden_size);
    prim->axpy(out, 1.0f, shared, n);
    faithful_bf16(out, n, p->c->numerics);
    trace(p->trace, "moe.out", out, 2, p->T, p->c->hidden_size);
    arena_release(p->scratch, mark);
}
//< [moe]
