//> [unit-model-includes] What the units of the model need
#include "cli/unit.h"

#include "model/mhc.h"
#include "moe/moe.h"
#include "numerics/linear.h"

#include <math.h>
#include <string.h>
//< [unit-model-includes]

//> [unit-model-sinkhorn] How many streams a projection is for
/* n of (2+n)n numbers, or 0 if there is no such n. */
static int streams_of(int count)
{
    for (int n = 1; (2 + n) * n <= count; n++)
        if ((2 + n) * n == count)
            return n;
    return 0;
}
//< [unit-model-sinkhorn]

//> [unit-model-mixtures] Projections into mixtures
static void run_sinkhorn(struct bench *b)
{
    int T = 0, count = 0, three = 3;
    struct hc_weights w = { 0 };
    const float *z = bench_floats(b, "mixes", 2, &T, &count);
    w.scale = bench_floats(b, "scale", 1, &three);
    w.base = bench_floats(b, "base", 1, &count);
    int n = streams_of(count);
    bench_require(b, n > 0, "mixes: %d columns, expected (2+n)n", count);
    b->config.hc_mult = n;
    b->config.hc_sinkhorn_iters = bench_whole(b, "iters", 20);
    if (!bench_ok(b))
        return;
    //> [unit-model-mixtures-run] Mix for every token
    float *pre = bench_room(b, (size_t)n);
    float *post = bench_room(b, (size_t)n);
    float *comb = bench_room(b, (size_t)n * (size_t)n);
    for (int t = 0; t < T; t++) {
        hc_split(pre, post, comb, z + (size_t)t * (size_t)count, &w,
                 &b->config);
        trace(&b->out, "pre", pre, 2, 1, n);
        trace(&b->out, "post", post, 2, 1, n);
        trace(&b->out, "comb", comb, 3, 1, n, n);
    }
    //< [unit-model-mixtures-run]
}
//< [unit-model-mixtures]

//> [unit-model-hc-read] The weights of hyper-connections
static struct hc_weights read_hc(struct bench *b, const char *before,
                                 int rows, int cols, int scales)
{
    char fn[32], base[32], scale[32];
    snprintf(fn, sizeof fn, "%sfn", before);
    snprintf(base, sizeof base, "%sbase", before);
    snprintf(scale, sizeof scale, "%sscale", before);
    struct hc_weights w = { 0 };
    w.fn = bench_matrix(b, fn, "", &rows, &cols);
    w.base = bench_floats(b, base, 1, &rows);
    w.scale = bench_floats(b, scale, 1, &scales);
    return w;
}
//< [unit-model-hc-read]

//> [unit-model-hc] Read, write, fold
static void run_hc(struct bench *b)
{
    int T = 0, n = 0, d = 0;
    float *X = bench_floats(b, "h", 3, &T, &n, &d);
    const float *f = bench_floats(b, "sub_out", 2, &T, &d);
    bench_require(b, n <= 64, "h: %d streams, expected at most 64", n);
    struct hc_weights w = read_hc(b, "", (2 + n) * n, n * d, 3);
    struct hc_weights head = read_hc(b, "head_", n, n * d, 1);
    if (!bench_ok(b))
        return;
    b->config.hc_mult = n;
    b->config.hidden_size = d;
    b->pass.T = T;
    struct hc_mix mix;
    float *y = bench_room(b, (size_t)T * (size_t)d);
    hc_head(y, X, &head, &b->pass);
    trace(&b->out, "head_out", y, 2, T, d);
    hc_mixtures(&mix, X, &w, &b->pass);
    hc_read(y, X, mix.pre, &b->pass);
    trace(&b->out, "pre_y", y, 2, T, d);
    trace(&b->out, "post", mix.post, 2, T, n);
    trace(&b->out, "comb", mix.comb, 3, T, n, n);
    hc_write(X, f, &mix, &b->pass);
    trace(&b->out, "post_out", X, 3, T, n, d);
}
//< [unit-model-hc]

//> [unit-model-route] Route every token by its scores
static void give_routes(struct bench *b, const char *kind,
                        const float *score, const int *ids,
                        const struct router_weights *w, int T)
{
    int E = b->config.n_routed_experts, k = b->config.num_experts_per_tok;
    char scores[32], indices[32], weights[32];
    snprintf(scores, sizeof scores, "%s.scores", kind);
    snprintf(indices, sizeof indices, "%s.indices", kind);
    snprintf(weights, sizeof weights, "%s.weights", kind);
    int *experts = arena_alloc(&b->arena, (size_t)k, sizeof *experts);
    float *weight = bench_room(b, (size_t)k);
    trace(&b->out, scores, score, 2, T, E);
    for (int t = 0; t < T; t++) {
        route_token(experts, weight, score + (size_t)t * (size_t)E,
                    ids ? ids[t] : 0, w, &b->pass);
        trace_ints(&b->out, indices, experts, 2, 1, k);
        trace(&b->out, weights, weight, 2, 1, k);
    }
}
//< [unit-model-route]

//> [unit-model-table] The table of a hash layer, checked
static int64_t *read_table(struct bench *b, const int *ids, int T, int E,
                           int *k)
{
    int V = 0;
    const int *table = bench_ints(b, "tid2eid", 2, &V, k);
    if (!bench_ok(b))
        return NULL;
    size_t count = (size_t)V * (size_t)*k;
    int64_t *wide = arena_alloc(&b->arena, count, sizeof *wide);
    for (size_t i = 0; i < count; i++) {
        bench_require(b, table[i] >= 0 && table[i] < E,
                      "tid2eid: found %d, expected 0 … %d", table[i],
                      E - 1);
        wide[i] = table[i];
    }
    for (int t = 0; t < T; t++)
        bench_require(b, ids[t] >= 0 && ids[t] < V,
                      "token_ids: found %d, expected 0 … %d", ids[t],
                      V - 1);
    return wide;
}
//< [unit-model-table]

//> [unit-model-gate] The router, both ways
static void run_gate(struct bench *b)
{
    int T = 0, d = 0, E = 0, k = bench_whole(b, "k", 0);
    const float *x = bench_floats(b, "x", 2, &T, &d);
    struct router_weights hash = { 0 }, scored = { 0 };
    struct matrix W = bench_matrix(b, "w", "", &E, &d);
    scored.bias = bench_floats(b, "bias", 1, &E);
    const int *ids = bench_ints(b, "token_ids", 1, &T);
    if (bench_ok(b))
        hash.tid2eid = read_table(b, ids, T, E, &k);
    bench_require(b, k > 0 && k <= E, "tid2eid: %d experts, expected 1 … "
                  "%d", k, E);
    b->config.n_routed_experts = E;
    b->config.num_experts_per_tok = k;
    b->config.routed_scaling_factor = bench_number(b, "route_scale", 1);
    if (!bench_ok(b))
        return;
    float *score = bench_room(b, (size_t)T * (size_t)E);
    linear(score, x, &W, T);
    for (size_t i = 0; i < (size_t)T * (size_t)E; i++)
        score[i] = sqrt_softplus(score[i]);
    give_routes(b, "hash", score, ids, &hash, T);
    give_routes(b, "score", score, NULL, &scored, T);
}
//< [unit-model-gate]

//> [unit-model-expert] One expert
static void run_expert(struct bench *b)
{
    int T = 0, d = 0, inner = 0, one = 1;
    const float *x = bench_floats(b, "x", 2, &T, &d);
    struct expert_weights w = { 0 };
    w.w1 = bench_matrix(b, "w1.weight", "w1.scale", &inner, &d);
    w.w3 = bench_matrix(b, "w3.weight", "w3.scale", &inner, &d);
    w.w2 = bench_matrix(b, "w2.weight", "w2.scale", &d, &inner);
    const float *weight = NULL; /* an FP8 expert is the shared one */
    if (w.w1.format == FORMAT_FP4 && bench_has(b, "route_weight"))
        weight = bench_floats(b, "route_weight", 2, &T, &one);
    b->config.swiglu_limit = bench_number(b, "swiglu_limit", 10);
    b->config.moe_intermediate_size = inner;
    if (!bench_ok(b))
        return;
    float *y = bench_room(b, (size_t)T * (size_t)(d + inner));
    faithful_linear(y, x, &w.w1, T, &b->pass);
    trace(&b->out, "w1x", y, 2, T, inner);
    faithful_linear(y, x, &w.w3, T, &b->pass);
    trace(&b->out, "w3x", y, 2, T, inner);
    b->pass.T = T;
    expert(y, x, weight, &w, &b->pass);
    trace(&b->out, "out", y, 2, T, d);
}
//< [unit-model-expert]

//> [unit-model-units] data: The units of moe/ and model/
const struct unit units_model[] = {
    { "sinkhorn", "sinkhorn", "mixes (T, (2+n)n), scale, base; [iters]",
      "pre, post, comb", run_sinkhorn },
    { "hc", "hc", "h (T, n, d), sub_out, fn, base, scale, head_*",
      "pre_y, post, comb, post_out, head_out", run_hc },
    { "gate", "gate", "x, w, bias, tid2eid, token_ids; [route_scale]",
      "hash.*, score.*: scores, weights, indices", run_gate },
    { "expert", "expert.fp4", "x (T, d), w1, w3, w2; [route_weight]",
      "w1x, w3x, out", run_expert },
    { 0 },
};
//< [unit-model-units]
