/**
 * @file
 * The mixture of experts: against a brute-force sum in double, and the
 * same bits however tokens are grouped, experts ordered, threads counted.
 */
#include "moe/moe.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/matrices.h"
#include "support/models.h"
#include "support/parts.h"
#include "support/threads.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 24 };

/* One layer's mixture and random input; the router's ids count up. */
struct fixture {
    const struct config *c;
    struct moe_weights w;
    struct arena scratch;
    struct trace trace;
    struct pass p;
    int ids[TOKENS];
    struct arena arena;
    float *x, *y;
    size_t n, d;
};

static void start(struct fixture *f, const char *name, int layer,
                  enum numerics numerics)
{
    const struct model *m = &tiny_open(name, numerics)->ck.model;
    *f = (struct fixture){ .c = &m->config,
                           .w = m->weights.layers[layer].ffn,
                           .scratch = poisoned_arena() };
    f->d = (size_t)f->c->hidden_size;
    f->n = TOKENS * f->d;
    for (int t = 0; t < TOKENS; t++)
        f->ids[t] = (7 * t) % f->c->vocab_size;
    struct rng rng;
    rng_seed(&rng, 5 + (unsigned)layer);
    f->x = random_floats(&f->arena, &rng, f->n, 1.5f);
    f->y = arena_floats(&f->arena, f->n);
    f->p = (struct pass){ .c = f->c, .scratch = &f->scratch,
                          .trace = &f->trace, .ids = f->ids, .T = TOKENS };
    moe(f->y, f->x, &f->w, &f->p);
    f->p.trace = NULL;
}

static void stop(struct fixture *f)
{
    arena_free(&f->scratch);
    trace_free(&f->trace);
    arena_free(&f->arena);
}

/* y += weight · expert(x), from the formula. */
static void add_expert(double *y, const double *x, double weight,
                       const struct expert_weights *w, double limit)
{
    double gate[256], up[256], out[256];
    cr_assert(w->w1.rows <= 256 && w->w2.rows <= 256);
    times(gate, &w->w1, x);
    times(up, &w->w3, x);
    for (int i = 0; i < w->w1.rows; i++) {
        double g = fmin(gate[i], limit);
        double u = fmax(fmin(up[i], limit), -limit);
        gate[i] = g / (1 + exp(-g)) * u;
    }
    times(out, &w->w2, gate);
    for (int i = 0; i < w->w2.rows; i++)
        y[i] += weight * out[i];
}

/* The experts of one token and their weights, from the formula. */
static void choose(int *experts, double *weights, const double *x, int id,
                   const struct router_weights *w, const struct config *c)
{
    double score[16], sum = 0;
    int E = c->n_routed_experts, k = c->num_experts_per_tok;
    bool taken[16] = { false };
    times(score, &w->weight, x);
    for (int e = 0; e < E; e++)
        score[e] = sqrt(log1p(exp(score[e])));
    for (int j = 0; j < k; j++) {
        int best = -1;
        for (int e = 0; e < E && w->bias; e++)
            if (!taken[e] && (best < 0 || score[e] + (double)w->bias[e]
                              > score[best] + (double)w->bias[best]))
                best = e;
        experts[j] = w->bias ? best : (int)w->tid2eid[id * k + j];
        taken[experts[j]] = true;
        sum += score[experts[j]];
    }
    for (int j = 0; j < k; j++)
        weights[j] = score[experts[j]] / sum
                     * (double)c->routed_scaling_factor;
}

/* One hash layer and one scored layer of each model. */
Test(moe, brute_force)
{
    for (int i = 0; i < 2 * TINY_MODELS; i++) {
        struct fixture f;
        int last = tiny_open(tiny_names[i / 2], EXACT)
                       ->ck.model.config.num_hidden_layers - 1;
        start(&f, tiny_names[i / 2], i % 2 ? last : 0, EXACT);
        for (size_t t = 0; t < TOKENS; t += 5) {
            double x[256], y[256] = { 0 }, weights[16];
            int experts[16];
            float want[256];
            for (size_t j = 0; j < f.d; j++)
                x[j] = (double)f.x[t * f.d + j];
            choose(experts, weights, x, f.ids[t], &f.w.gate, f.c);
            for (int j = 0; j < f.c->num_experts_per_tok; j++)
                add_expert(y, x, weights[j], &f.w.experts[experts[j]],
                           (double)f.c->swiglu_limit);
            add_expert(y, x, 1, &f.w.shared_experts,
                       (double)f.c->swiglu_limit);
            for (size_t j = 0; j < f.d; j++)
                want[j] = (float)y[j];
            assert_close(tiny_names[i / 2], f.y + t * f.d, want, f.d, 2e-6);
        }
        stop(&f);
    }
}

Test(moe, grouped_is_one_by_one)
{
    for (int i = 0; i < 4 * TINY_MODELS; i++) {
        struct fixture f;
        const char *name = tiny_names[i / 4];
        int last = tiny_open(name, EXACT)->ck.model.config.num_hidden_layers
                   - 1;
        start(&f, name, i & 1 ? last : 0, i & 2 ? FAITHFUL : EXACT);
        float *one = calloc(f.n, sizeof *one);
        for (int t = 0; t < TOKENS; t++) {
            size_t row = (size_t)t * f.d;
            struct pass p = f.p;
            p.ids = f.ids + t;
            p.T = 1;
            moe(one + row, f.x + row, &f.w, &p);
        }
        assert_same_floats(name, one, f.y, f.n);
        free(one);
        stop(&f);
    }
}

/* Turn every row of the table round: the same experts, the same bits. */
Test(moe, order_of_choice_does_not_matter)
{
    struct fixture f;
    start(&f, "tiny-pro", 0, EXACT);
    int V = f.c->vocab_size, k = f.c->num_experts_per_tok;
    int64_t *table = calloc((size_t)V * (size_t)k, sizeof *table);
    for (int v = 0; v < V; v++)
        for (int j = 0; j < k; j++)
            table[v * k + j] = f.w.gate.tid2eid[v * k + k - 1 - j];
    f.w.gate.tid2eid = table;
    float *y = calloc(f.n, sizeof *y);
    moe(y, f.x, &f.w, &f.p);
    /* the weights' sum is taken in another order: equal but for that */
    assert_close("reversed", y, f.y, f.n, 1e-6);
    free(y);
    free(table);
    stop(&f);
}

/* Experts renumbered, the router's rows with them: only the order of the
   sum changes. */
Test(moe, numbers_of_experts_do_not_matter)
{
    struct fixture f;
    start(&f, "tiny-long", 2, EXACT);
    int E = f.c->n_routed_experts, d = f.c->hidden_size;
    struct expert_weights experts[16];
    uint16_t *rows = calloc((size_t)E * (size_t)d, sizeof *rows);
    float bias[16];
    for (int e = 0; e < E; e++) {
        int old = E - 1 - e;
        experts[e] = f.w.experts[old];
        bias[e] = f.w.gate.bias[old];
        memcpy(rows + e * d,
               (const uint16_t *)f.w.gate.weight.data + old * d,
               (size_t)d * sizeof *rows);
    }
    f.w.experts = experts;
    f.w.gate.bias = bias;
    f.w.gate.weight.data = rows;
    float *y = calloc(f.n, sizeof *y);
    moe(y, f.x, &f.w, &f.p);
    assert_close("renumbered", y, f.y, f.n, 1e-6);
    free(y);
    free(rows);
    stop(&f);
}

Test(moe, threads_do_not_matter)
{
    for (int threads = 1; threads <= 3; threads++) {
        use_threads(threads);
        struct fixture f, one;
        start(&f, "tiny-flash", 3, FAITHFUL);
        use_threads(1);
        start(&one, "tiny-flash", 3, FAITHFUL);
        assert_same_floats("threads", f.y, one.y, f.n);
        stop(&one);
        stop(&f);
    }
}

/* Random choices: every one stands in the group of its expert, groups and
   what is in them ascend, and none is empty. */
Test(moe, groups)
{
    struct arena a = poisoned_arena();
    struct rng rng;
    rng_seed(&rng, 23);
    for (int round = 0; round < 60; round++) {
        int E = 1 + (int)rng_below(&rng, 40), seen = 0;
        int n = (int)rng_below(&rng, 90), experts[90];
        for (int i = 0; i < n; i++)
            experts[i] = (int)rng_below(&rng, (uint64_t)E);
        struct moe_groups g;
        moe_group(&g, experts, n, E, &a);
        for (int j = 0; j < g.n; j++) {
            cr_assert(j == 0 || g.expert[j] > g.expert[j - 1]);
            cr_assert_eq(g.first[j], seen);
            cr_assert_gt(g.first[j + 1], g.first[j], "an empty group");
            for (int i = g.first[j]; i < g.first[j + 1]; i++) {
                cr_assert_eq(experts[g.choice[i]], g.expert[j]);
                cr_assert(i == seen || g.choice[i] > g.choice[i - 1]);
            }
            seen = g.first[j + 1];
        }
        cr_assert_eq(seen, n, "every choice is in a group");
        cr_assert_eq(g.first[g.n], n);
    }
    arena_free(&a);
}

/* An expert that multiplies the second number by `times`, if the first is
   64: silu(64) is 64 to the last bit. w2 is owned by the caller. */
static struct expert_weights multiplier(float *w2, float times)
{
    static const float w1[] = { 1, 0 }, w3[] = { 0, 1 };
    w2[0] = 0;
    w2[1] = times / 64;
    return (struct expert_weights){
        .w1 = { .format = FORMAT_F32, .rows = 1, .cols = 2, .data = w1 },
        .w3 = { .format = FORMAT_F32, .rows = 1, .cols = 2, .data = w3 },
        .w2 = { .format = FORMAT_F32, .rows = 2, .cols = 1, .data = w2 },
    };
}

/* Chapter 23: four tokens, four experts, two each; every weight is 1. */
Test(moe, worked_example)
{
    const int64_t table[] = { 2, 0, 1, 2, 2, 3, 0, 2 };
    const float zeros[8] = { 0 }, x[] = { 64, 1, 64, 2, 64, 3, 64, 4 };
    const float want[] = { 14, 30, 51, 56 };
    float w2[5][2], y[8];
    struct expert_weights experts[4];
    for (int e = 0; e < 4; e++)
        experts[e] = multiplier(w2[e], (float)(e + 1));
    struct moe_weights w = {
        .gate = { .weight = { .format = FORMAT_F32, .rows = 4, .cols = 2,
                              .data = zeros },
                  .tid2eid = table },
        .experts = experts,
        .shared_experts = multiplier(w2[4], 10),
    };
    struct config c = { .vocab_size = 4, .hidden_size = 2,
                        .n_routed_experts = 4, .num_experts_per_tok = 2,
                        .moe_intermediate_size = 1,
                        .routed_scaling_factor = 2 };
    struct arena scratch = poisoned_arena();
    const int ids[] = { 0, 1, 2, 3 };
    struct pass p = { .c = &c, .scratch = &scratch, .ids = ids, .T = 4 };
    moe(y, x, &w, &p);
    for (int t = 0; t < 4; t++) {
        cr_assert_eq(y[2 * t], 0);
        cr_assert_eq(y[2 * t + 1], want[t], "token %d: found %g", t,
                     (double)y[2 * t + 1]);
    }
    arena_free(&scratch);
}

/* What is traced adds up to what comes out. */
Test(moe, traces_add_up)
{
    struct fixture f;
    start(&f, "tiny-flash", 2, EXACT);
    const float *routed = trace_find(&f.trace, "moe.routed")->data;
    const float *shared = trace_find(&f.trace, "moe.shared")->data;
    assert_same_floats("moe.out", trace_find(&f.trace, "moe.out")->data,
                       f.y, f.n);
    for (size_t i = 0; i < f.n; i++)
        cr_assert_eq(f.y[i], routed[i] + shared[i]);
    stop(&f);
}
