//> [unit-model-includes] What the units of the model need
#include "cli/unit.h"

#include "model/mhc.h"
#include "moe/moe.h"
//< [unit-model-includes]

//> [unit-model-mixtures] Projections into mixtures
static bool run_sinkhorn(struct bench *b)
{
    int M = b->size['M'], n = 1;
    const float *z = given(b, "mixes")->floats;
    struct hc_weights w = { .scale = given(b, "scale")->floats,
                            .base = given(b, "base")->floats };
    while ((2 + n) * n < M)
        n++;
    if ((2 + n) * n != M)
        return fail(b->err, "mixes: %d columns, expected (2+n)n", M);
    b->config.hc_mult = n;
    b->config.hc_sinkhorn_iters = (int)given(b, "iters")->number;
    float *pre = arena_floats(&b->arena, (size_t)M);
    float *post = pre + n, *comb = post + n;
    for (int t = 0; t < b->size['T']; t++, z += M) {
        hc_split(pre, post, comb, z, &w, &b->config);
        trace(&b->trace, "pre", pre, 2, 1, n);
        trace(&b->trace, "post", post, 2, 1, n);
        trace(&b->trace, "comb", comb, 3, 1, n, n);
    }
    return true;
}
//< [unit-model-mixtures]

//> [unit-model-hc-run] Fold at the top; read, write
static void fold_and_mix(struct bench *b, const struct hc_weights *head,
                         const struct hc_weights *w)
{
    int T = b->size['T'], n = b->size['n'], d = b->size['d'];
    struct hc_mix mix;
    float *X = given(b, "h")->floats;
    float *y = arena_floats(&b->arena, (size_t)T * (size_t)d);
    hc_head(y, X, head, &b->pass);
    trace(&b->trace, "head_out", y, 2, T, d);
    hc_mixtures(&mix, X, w, &b->pass);
    hc_read(y, X, mix.pre, &b->pass);
    trace(&b->trace, "pre_y", y, 2, T, d);
    trace(&b->trace, "post", mix.post, 2, T, n);
    trace(&b->trace, "comb", mix.comb, 3, T, n, n);
    hc_write(X, given(b, "sub_out")->floats, &mix, &b->pass);
    trace(&b->trace, "post_out", X, 3, T, n, d);
}
//< [unit-model-hc-run]

//> [unit-model-hc] The weights of hyper-connections
static bool run_hc(struct bench *b)
{
    int n = b->size['n'], d = b->size['d'];
    struct hc_weights w = { .fn = given(b, "fn")->matrix,
                            .base = given(b, "base")->floats,
                            .scale = given(b, "scale")->floats };
    struct hc_weights head = { .fn = given(b, "head_fn")->matrix,
                               .base = given(b, "head_base")->floats,
                               .scale = given(b, "head_scale")->floats };
    if (n > 64)
        return fail(b->err, "h: %d streams, expected at most 64", n);
    if (w.fn.rows != (2 + n) * n || w.fn.cols != n * d)
        return fail(b->err, "fn: %d rows and %d columns, expected %d and "
                    "%d", w.fn.rows, w.fn.cols, (2 + n) * n, n * d);
    b->config.hc_mult = n;
    b->config.hidden_size = d;
    fold_and_mix(b, &head, &w);
    return true;
}
//< [unit-model-hc]

//> [unit-model-below] Every number of an input is an index
static bool check_below(struct bench *b, const char *name, const int *x,
                        size_t n, int end)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] < 0 || x[i] >= end)
            return fail(b->err, "%s: found %d, expected 0 … %d", name, x[i],
                        end - 1);
    return true;
}
//< [unit-model-below]

//> [unit-model-gate] The router, by table and by score
static bool run_gate(struct bench *b)
{
    int T = b->size['T'], E = b->size['E'], k = b->size['k'];
    int V = b->size['V'];
    const int *ids = given(b, "token_ids")->ints;
    const int *table = given(b, "tid2eid")->ints;
    size_t count = (size_t)V * (size_t)k, chosen = (size_t)T * (size_t)k;
    if (k > E)
        return fail(b->err, "tid2eid: %d experts, expected 1 … %d", k, E);
    if (!check_below(b, "tid2eid", table, count, E)
        || !check_below(b, "token_ids", ids, (size_t)T, V))
        return false;
    //> [unit-model-gate-run] The same scores, chosen from in two ways
    int64_t *wide = arena_alloc(&b->arena, count, sizeof *wide);
    for (size_t i = 0; i < count; i++)
        wide[i] = table[i];
    struct router_weights w = { .weight = given(b, "w")->matrix,
                                .bias = given(b, "bias")->floats,
                                .tid2eid = wide };
    int *experts = arena_alloc(&b->arena, chosen, sizeof *experts);
    float *weights = arena_floats(&b->arena, chosen);
    b->config.n_routed_experts = E;
    b->config.num_experts_per_tok = k;
    b->config.routed_scaling_factor = given(b, "route_scale")->number;
    b->pass.ids = ids;
    int outer = trace_enter(&b->trace, "hash.");
    route(experts, weights, given(b, "x")->floats, &w, &b->pass);
    trace_leave(&b->trace, outer);
    w.tid2eid = NULL;
    trace_enter(&b->trace, "score.");
    route(experts, weights, given(b, "x")->floats, &w, &b->pass);
    trace_leave(&b->trace, outer);
    return true;
    //< [unit-model-gate-run]
}
//< [unit-model-gate]

//> [unit-model-expert] One expert; an FP8 one is shared, and not weighted
static bool run_expert(struct bench *b)
{
    size_t n = (size_t)b->size['T'] * (size_t)b->size['d'];
    struct expert_weights w = { .w1 = given(b, "w1.weight")->matrix,
                                .w3 = given(b, "w3.weight")->matrix,
                                .w2 = given(b, "w2.weight")->matrix };
    const float *weight = w.w1.format == FORMAT_FP4
        ? given(b, "route_weight")->floats : NULL;
    b->config.swiglu_limit = given(b, "swiglu_limit")->number;
    b->config.moe_intermediate_size = b->size['I'];
    float *y = arena_floats(&b->arena, n);
    expert(y, given(b, "x")->floats, weight, &w, &b->pass);
    return true;
}
//< [unit-model-expert]

//> [unit-model-units] data: The units of moe/ and model/
const struct unit units_model[] = {
    { "sinkhorn", "sinkhorn",
      "mixes (T, M), scale (3), base (M), [int iters 20]",
      "pre, post, comb", run_sinkhorn },
    { "hc", "hc",
      "h (T, n, d), sub_out (T, d), fn (M x K), base (M), scale (3), "
      "head_fn (n x K), head_base (n), head_scale (1)",
      "pre_y, post, comb, post_out, head_out", run_hc },
    { "gate", "gate",
      "x (T, d), w (E x d), bias (E), int tid2eid (V, k), "
      "int token_ids (T), [route_scale 1]",
      "hash.scores = hash.gate.scores, hash.weights = hash.gate.weights, "
      "hash.indices = hash.gate.indices, "
      "score.scores = score.gate.scores, "
      "score.weights = score.gate.weights, "
      "score.indices = score.gate.indices", run_gate },
    { "expert", "expert.fp4",
      "x (T, d), w1.weight (I x d), w3.weight (I x d), "
      "w2.weight (d x I), [route_weight (T, 1)], [swiglu_limit 10]",
      "w1x = expert.gate, w3x = expert.up, out = expert.out", run_expert },
    { 0 },
};
//< [unit-model-units]
