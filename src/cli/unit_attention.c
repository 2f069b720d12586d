//> [unit-attention-includes] What the units of attention need
#include "cli/unit.h"

#include "attention/indexer.h"
#include "attention/rmsnorm.h"
#include "attention/window.h"
#include "numerics/quant.h"

#include <math.h>
#include <string.h>
//< [unit-attention-includes]

//> [unit-attention-norms] The two norms
static void run_rmsnorm(struct bench *b)
{
    int T = 0, n = 0;
    float *x = bench_floats(b, "x", 2, &T, &n);
    const float *w = bench_floats(b, "w", 1, &n);
    b->config.rms_norm_eps = bench_number(b, "eps", 1e-6f);
    if (!bench_ok(b))
        return;
    rmsnorm(x, x, w, T, n, &b->pass);
    trace(&b->out, "out", x, 2, T, n);
}

static void run_qnorm(struct bench *b)
{
    int T = 0, H = 0, D = 0;
    float *x = bench_floats(b, "x", 3, &T, &H, &D);
    b->config.rms_norm_eps = bench_number(b, "eps", 1e-6f);
    if (!bench_ok(b))
        return;
    head_norm(x, T * H, D, &b->pass);
    trace(&b->out, "out", x, 3, T, H, D);
}
//< [unit-attention-norms]

//> [unit-attention-frequencies] Rotary frequencies from six numbers
/* params: R, original length (0 = no YaRN), theta, factor, fast, slow. The
   default is what the compressor's cases were made with. */
static struct rope read_rope(struct bench *b)
{
    static float usual[] = { 64, 64, 160000, 16, 32, 1 };
    int six = 6;
    const float *p = bench_has(b, "params")
        ? bench_floats(b, "params", 1, &six) : usual;
    struct rope r = { 0 };
    bench_require(b, p && p[0] >= 2 && p[0] <= 512 && fmodf(p[0], 2) == 0
                     && p[1] >= 0 && p[1] < 0x1p30f,
                  "params: expected R, length, theta, factor, fast, slow");
    if (!p || !bench_ok(b))
        return r;
    r.R = (int)p[0];
    r.freq = bench_room(b, (size_t)r.R / 2);
    rope_frequencies(r.freq, r.R, p[2], (int)p[1], p[3], p[4], p[5]);
    b->config.qk_rope_head_dim = r.R;
    return r;
}
//< [unit-attention-frequencies]

//> [unit-attention-rope] Rotation, there and back
static void rotate(struct bench *b, const char *name, enum rotation way,
                   const float *x, const int *at, int T, int h, int D,
                   const struct rope *r)
{
    size_t row = (size_t)h * (size_t)D;
    float *y = bench_room(b, (size_t)T * row);
    memcpy(y, x, (size_t)T * row * sizeof *y);
    for (int t = 0; t < T; t++)
        rope_rotate(y + (size_t)t * row, h, D, r, at[t], way,
                    b->config.numerics);
    trace(&b->out, name, y, 3, T, h, D);
}

static void run_rope(struct bench *b)
{
    int T = 0, h = 0, D = 0;
    const float *x = bench_floats(b, "x", 3, &T, &h, &D);
    const int *at = bench_ints(b, "positions", 1, &T);
    struct rope r = read_rope(b);
    bench_require(b, D >= r.R, "x: %d wide, expected at least %d", D, r.R);
    if (!bench_ok(b))
        return;
    trace(&b->out, "freqs", r.freq, 1, r.R / 2);
    rotate(b, "fwd", ROTATE, x, at, T, h, D, &r);
    rotate(b, "inv", UNROTATE, x, at, T, h, D, &r);
}
//< [unit-attention-rope]

//> [unit-attention-compressor] A compressor over all tokens at once
struct compressing {
    struct compressor_weights w;
    struct compressor_state state;
    struct rows entries;
    int m, width;
};

/* Weights are named `before` + wkv, …; D comes from the norm. */
static void read_compressor(struct bench *b, struct compressing *c, int d,
                            const char *before, int *D)
{
    const char *const last[] = { "wkv", "wgate", "norm", "ape" };
    char name[4][64];
    for (int i = 0; i < 4; i++)
        snprintf(name[i], sizeof name[i], "%s%s", before, last[i]);
    c->w.norm = bench_floats(b, name[2], 1, D);
    c->width = c->m == CSA_RATIO ? 2 * *D : *D;
    c->w.wkv = bench_matrix(b, name[0], "", &c->width, &d);
    c->w.wgate = bench_matrix(b, name[1], "", &c->width, &d);
    c->w.ape = bench_floats(b, name[3], 2, &c->m, &c->width);
}
//< [unit-attention-compressor]

//> [unit-attention-compress] Room for its entries, then run it
static void compress(struct bench *b, struct compressing *c,
                     const float *x, enum row_kind kind,
                     const struct rope *r)
{
    size_t open;
    b->pass.start = 0;
    rows_describe(&c->entries, &b->config, kind, b->pass.T / c->m);
    c->entries.data = arena_alloc(&b->arena, rows_bytes(&c->entries), 1);
    compressor_describe(&c->state, &b->config, kind, c->m);
    open = (size_t)c->state.slots * (size_t)c->state.width;
    c->state.kv = bench_room(b, open);
    c->state.gate = bench_room(b, open);
    compressor(&c->entries, &c->state, x, &c->w, c->m, r, &b->pass);
}

static void give_rows(struct bench *b, const char *name,
                      const struct rows *rows)
{
    size_t width = (size_t)rows->width;
    float *row = bench_room(b, width);
    for (int i = 0; i < rows->capacity; i++)
        trace(&b->out, name, rows_get(rows, i, row), 2, 1, rows->width);
}
//< [unit-attention-compress]

//> [unit-attention-widths] What the formats of the cache demand
static void require_key(struct bench *b, int D, int R)
{
    bench_require(b, D >= R && (D - R) % FP8_KV_BLOCK == 0,
                  "norm: %d wide, expected %d and a multiple of 64", D, R);
}

static void require_index_key(struct bench *b, int D, int R)
{
    bench_require(b, D >= R && D >= FP4_BLOCK && (D & (D - 1)) == 0,
                  "norm: %d wide, expected a power of two from %d on", D,
                  R);
}
//< [unit-attention-widths]

//> [unit-attention-run-compressor] Read, check, compress
static void run_either(struct bench *b, enum row_kind kind)
{
    int T = 0, d = 0, D = 0;
    struct compressing c = { .m = bench_whole(b, "ratio", 4) };
    const float *x = bench_floats(b, "x", 2, &T, &d);
    struct rope r = read_rope(b);
    bench_require(b, c.m > 0, "ratio: expected a positive one");
    if (bench_ok(b))
        read_compressor(b, &c, d, "", &D);
    if (kind == ROW_KEY)
        require_key(b, D, r.R);
    else
        require_index_key(b, D, r.R);
    if (!bench_ok(b))
        return;
    char name[32];
    b->config.head_dim = b->config.index_head_dim = D;
    b->pass.T = T;
    compress(b, &c, x, kind, &r);
    snprintf(name, sizeof name, "out%d", T);
    give_rows(b, name, &c.entries);
}
//< [unit-attention-run-compressor]

//> [unit-attention-compressors] Entries of keys, or of index keys
static void run_compressor(struct bench *b)
{
    run_either(b, ROW_KEY);
}

static void run_compressor_idx(struct bench *b)
{
    run_either(b, ROW_INDEX);
}
//< [unit-attention-compressors]

//> [unit-attention-scores] All queries against their visible entries
static void give_scores(struct bench *b, const struct rows *keys,
                        const float *q, const float *omega, int k)
{
    int n = keys->capacity, T = b->pass.T, H = b->config.index_n_heads;
    size_t row = (size_t)H * (size_t)b->config.index_head_dim;
    float *score = bench_room(b, (size_t)n);
    int *chosen = arena_alloc(&b->arena, (size_t)(n + k) + 1,
                              sizeof *chosen);
    for (int t = 0; t < T; t++) {
        int seen = visible_entries(t, CSA_RATIO);
        for (int i = 0; i < n; i++)
            score[i] = -INFINITY;
        indexer_score(score, q + (size_t)t * row,
                      omega + (size_t)t * (size_t)H, keys, seen, &b->pass);
        trace(&b->out, "score", score, 2, 1, n);
        int found = indexer_choose(chosen, t, q + (size_t)t * row,
                                   omega + (size_t)t * (size_t)H, keys,
                                   &b->pass);
        for (int i = found; i < k; i++)
            chosen[i] = -1;
        trace_ints(&b->out, "topk", chosen, 2, 1, k);
    }
}
//< [unit-attention-scores]

//> [unit-attention-indexer] The whole indexer
static void run_indexer(struct bench *b)
{
    int T = 0, d = 0, rank = 0, H = 0, D = 0, HD = 0;
    struct compressing c = { .m = CSA_RATIO };
    struct indexer_weights w = { 0 };
    const float *x = bench_floats(b, "x", 2, &T, &d);
    const float *qr = bench_floats(b, "qr", 2, &T, &rank);
    struct rope r = read_rope(b);
    w.wq_b = bench_matrix(b, "wq_b.weight", "wq_b.scale", &HD, &rank);
    w.weights_proj = bench_matrix(b, "weights_proj.weight", "", &H, &d);
    if (bench_ok(b))
        read_compressor(b, &c, d, "compressor.", &D);
    require_index_key(b, D, r.R);
    bench_require(b, HD == H * D, "wq_b.weight: %d rows, expected %d", HD,
                  H * D);
    float topk = bench_number(b, "k", 4);
    bench_require(b, topk >= 1 && topk < 0x1p20f, "k: expected 1 or more");
    if (!bench_ok(b))
        return;
    //> [unit-attention-indexer-run] Keys, queries, scores
    b->config.index_n_heads = H;
    b->config.index_head_dim = D;
    b->config.index_topk = (int)topk;
    b->pass.T = T;
    float *q = bench_room(b, (size_t)T * (size_t)HD);
    float *omega = bench_room(b, (size_t)T * (size_t)H);
    compress(b, &c, x, ROW_INDEX, &r);
    give_rows(b, "kv", &c.entries);
    indexer_query(q, omega, x, qr, &w, &r, &b->pass);
    trace(&b->out, "q", q, 3, T, H, D);
    trace(&b->out, "w", omega, 2, T, H);
    give_scores(b, &c.entries, q, omega, (int)topk);
    //< [unit-attention-indexer-run]
}
//< [unit-attention-indexer]

//> [unit-attention-attend] Attention over lists of keys
static void run_attn(struct bench *b)
{
    int T = 0, H = 0, D = 0, N = 0, S = 0;
    const float *q = bench_floats(b, "q", 3, &T, &H, &D);
    const float *kv = bench_floats(b, "kv", 2, &N, &D);
    const float *sink = bench_floats(b, "sink", 1, &H);
    const int *idx = bench_ints(b, "idx", 2, &T, &S);
    for (int i = 0; bench_ok(b) && i < T * S; i++)
        bench_require(b, idx[i] >= -1 && idx[i] < N,
                      "idx: found %d, expected -1 … %d", idx[i], N - 1);
    if (!bench_ok(b))
        return;
    //> [unit-attention-attend-run] Token by token
    b->config.num_attention_heads = H;
    b->config.head_dim = D;
    const float **keys = arena_alloc(&b->arena, (size_t)S, sizeof *keys);
    float *probs = bench_room(b, (size_t)H * (size_t)(S + 1));
    float *o = bench_room(b, (size_t)H * (size_t)D);
    for (int t = 0; t < T; t++, idx += S) {
        for (int j = 0; j < S; j++)
            keys[j] = idx[j] < 0 ? NULL
                                 : kv + (size_t)idx[j] * (size_t)D;
        attend(o, probs, q + (size_t)t * (size_t)H * (size_t)D, keys, sink,
               S, &b->pass);
        trace(&b->out, "out", o, 3, 1, H, D);
        trace(&b->out, "probs", probs, 3, 1, H, S + 1);
    }
    //< [unit-attention-attend-run]
}
//< [unit-attention-attend]

//> [unit-attention-table] data: The units of attention
const struct unit units_attention[] = {
    { "rmsnorm", "rmsnorm", "x (T, n), w (n); [eps]", "out", run_rmsnorm },
    { "qnorm", "qnorm", "x (T, H, D); [eps]", "out", run_qnorm },
    { "rope", "rope.yarn_release", "x (T, h, D), positions (T); [params]",
      "freqs, fwd, inv", run_rope },
    { "compressor", "compressor.r4",
      "x (T, d), wkv, wgate, ape, norm; [ratio]", "outT",
      run_compressor },
    { "compressor_idx", "compressor.r4_idx",
      "x (T, d), wkv, wgate, ape, norm; [ratio]", "outT",
      run_compressor_idx },
    { "indexer", "indexer",
      "x, qr, wq_b, weights_proj, compressor; [k]",
      "kv, q, w, score, topk", run_indexer },
    { "attn", "attn.small", "q (T, H, D), kv (N, D), sink, idx (T, S)",
      "out, probs", run_attn },
    { 0 },
};
//< [unit-attention-table]
