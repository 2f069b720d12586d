//> [unit-attention-includes] What the units of attention need
#include "cli/unit.h"

#include "attention/indexer.h"
#include "attention/rmsnorm.h"
#include "attention/window.h"
#include "base/plan.h"
#include "numerics/quant.h"

#include <math.h>
#include <string.h>
//< [unit-attention-includes]

//> [unit-attention-norms] The two norms
static bool run_rmsnorm(struct bench *b)
{
    int T = b->size['T'], n = b->size['n'];
    float *x = given(b, "x")->floats;
    b->config.rms_norm_eps = given(b, "eps")->number;
    rmsnorm(x, x, given(b, "w")->floats, T, n, &b->pass);
    trace(&b->trace, "out", x, 2, T, n);
    return true;
}

static bool run_qnorm(struct bench *b)
{
    int T = b->size['T'], H = b->size['H'], D = b->size['D'];
    float *x = given(b, "x")->floats;
    b->config.rms_norm_eps = given(b, "eps")->number;
    head_norm(x, T * H, D, &b->pass);
    trace(&b->trace, "out", x, 3, T, H, D);
    return true;
}
//< [unit-attention-norms]

//> [unit-attention-frequencies] Rotary frequencies from six numbers
/* params: R, original length (0 = no YaRN), theta, factor, fast, slow. The
   usual ones are those the compressor's cases were made with. */
static bool read_rope(struct rope *r, struct bench *b)
{
    static const float usual[] = { 64, 64, 160000, 16, 32, 1 };
    const float *p = given(b, "params")->floats;
    if (!p)
        p = usual;
    if (!(p[0] >= 2 && p[0] <= 512 && fmodf(p[0], 2) == 0 && p[1] >= 0
          && p[1] < 0x1p30f))
        return fail(b->err, "params: expected R, length, theta, factor, "
                    "fast, slow");
    r->R = (int)p[0];
    r->freq = arena_floats(&b->arena, (size_t)r->R / 2);
    rope_frequencies(r->freq, r->R, p[2], (int)p[1], p[3], p[4], p[5]);
    b->config.qk_rope_head_dim = r->R;
    return true;
}
//< [unit-attention-frequencies]

//> [unit-attention-rotate] Rotation, there and back
static void rotate(struct bench *b, const char *name, enum rotation way,
                   const int *at, const struct rope *r)
{
    int T = b->size['T'], h = b->size['h'], D = b->size['D'];
    size_t row = (size_t)h * (size_t)D;
    float *y = arena_floats(&b->arena, (size_t)T * row);
    memcpy(y, given(b, "x")->floats, (size_t)T * row * sizeof *y);
    for (int t = 0; t < T; t++)
        rope_rotate(y + (size_t)t * row, h, D, r, at[t], way,
                    b->config.numerics);
    trace(&b->trace, name, y, 3, T, h, D);
}
//< [unit-attention-rotate]

//> [unit-attention-rope] The unit
static bool run_rope(struct bench *b)
{
    struct rope r = { 0 };
    if (!read_rope(&r, b))
        return false;
    if (b->size['D'] < r.R)
        return fail(b->err, "x: %d wide, expected at least %d",
                    b->size['D'], r.R);
    const int *at = given(b, "positions")->ints;
    trace(&b->trace, "freqs", r.freq, 1, r.R / 2);
    rotate(b, "fwd", ROTATE, at, &r);
    rotate(b, "inv", UNROTATE, at, &r);
    return true;
}
//< [unit-attention-rope]

//> [unit-attention-widths] What the formats of the cache demand
static bool check_width(struct bench *b, enum row_kind kind, int R)
{
    int D = b->size['D'], m = b->size['m'];
    int width = attention_kind(ratio_kind(m))->overlaps ? 2 * D : D;
    if (b->size['c'] != width)
        return fail(b->err, "ape: %d wide, expected %d for %d tokens",
                    b->size['c'], width, m);
    if (kind == ROW_KEY && (D < R || (D - R) % FP8_KV_BLOCK != 0))
        return fail(b->err, "norm: %d wide, expected %d and a multiple of "
                    "64", D, R);
    if (kind == ROW_INDEX && (D < R || D < FP4_BLOCK || D & (D - 1)))
        return fail(b->err, "norm: %d wide, expected a power of two from "
                    "%d on", D, R);
    return true;
}
//< [unit-attention-widths]

//> [unit-attention-compress] All tokens at once, into an empty state
static void compress(struct bench *b, struct rows *entries,
                     const struct compressor_weights *w, enum row_kind kind,
                     const struct rope *r)
{
    struct compressor_state s;
    int m = b->size['m'];
    b->config.head_dim = b->config.index_head_dim = b->size['D'];
    rows_describe(entries, &b->config, kind, b->pass.T / m);
    entries->data = arena_alloc(&b->arena, rows_bytes(entries) + 1, 1);
    compressor_describe(&s, &b->config, kind, m,
                        attention_kind(ratio_kind(m))->overlaps);
    size_t open = (size_t)s.slots * (size_t)s.width;
    s.kv = arena_floats(&b->arena, open);
    s.gate = arena_floats(&b->arena, open);
    compressor(entries, &s, given(b, "x")->floats, w, m, r, &b->pass);
}
//< [unit-attention-compress]

//> [unit-attention-compressors] Entries of keys, or of index keys
static bool run_either(struct bench *b, enum row_kind kind)
{
    struct rope r = { 0 };
    struct rows entries;
    struct compressor_weights w = {
        .wkv = given(b, "wkv")->matrix, .wgate = given(b, "wgate")->matrix,
        .ape = given(b, "ape")->floats, .norm = given(b, "norm")->floats,
    };
    if (!read_rope(&r, b) || !check_width(b, kind, r.R))
        return false;
    compress(b, &entries, &w, kind, &r);
    return true;
}

static bool run_compressor(struct bench *b)
{
    return run_either(b, ROW_KEY);
}

static bool run_compressor_idx(struct bench *b)
{
    return run_either(b, ROW_INDEX);
}
//< [unit-attention-compressors]

//> [unit-attention-indexer-read] The indexer's weights, and its sizes
static bool read_indexer(struct indexer_weights *w, struct rope *r,
                         struct bench *b)
{
    int H = b->size['H'], D = b->size['D'], k = (int)given(b, "k")->number;
    *w = (struct indexer_weights){
        .wq_b = given(b, "wq_b.weight")->matrix,
        .weights_proj = given(b, "weights_proj.weight")->matrix,
        .compressor = {
            .wkv = given(b, "compressor.wkv")->matrix,
            .wgate = given(b, "compressor.wgate")->matrix,
            .ape = given(b, "compressor.ape")->floats,
            .norm = given(b, "compressor.norm")->floats,
        },
    };
    b->config.index_n_heads = H;
    b->config.index_topk = k;
    if (b->size['q'] != H * D)
        return fail(b->err, "wq_b.weight: %d rows, expected %d",
                    b->size['q'], H * D);
    if (!attention_kind(ratio_kind(b->size['m']))->selects || k < 1)
        return fail(b->err, "found a ratio of %d and k %d, expected 4 and 1 "
                    "or more", b->size['m'], k);
    return read_rope(r, b) && check_width(b, ROW_INDEX, r->R);
}
//< [unit-attention-indexer-read]

//> [unit-attention-indexer] Keys, queries, choices
static bool run_indexer(struct bench *b)
{
    struct indexer_weights w;
    struct rope r = { 0 };
    struct rows keys;
    if (!read_indexer(&w, &r, b))
        return false;
    int T = b->size['T'], m = b->size['m'];
    size_t H = (size_t)b->size['H'], row = (size_t)w.wq_b.rows;
    float *q = arena_floats(&b->arena, (size_t)T * row);
    float *omega = arena_floats(&b->arena, (size_t)T * H);
    int *chosen = arena_alloc(&b->arena, (size_t)(T / m) + 1, sizeof *chosen);
    compress(b, &keys, &w.compressor, ROW_INDEX, &r);
    indexer_query(q, omega, given(b, "x")->floats, given(b, "qr")->floats, &w,
                  &r, &b->pass);
    for (size_t t = 0; t < (size_t)T; t++)
        indexer_choose(chosen, (int)t, q + t * row, omega + t * H, &keys,
                       m, &b->pass);
    return true;
}
//< [unit-attention-indexer]

//> [unit-attention-attend] Attention over lists of keys
static bool run_attn(struct bench *b)
{
    int T = b->size['T'], H = b->size['H'], D = b->size['D'];
    int N = b->size['N'], S = b->size['S'];
    const int *idx = given(b, "idx")->ints;
    const float **keys = arena_alloc(&b->arena, (size_t)S, sizeof *keys);
    float *probs = arena_floats(&b->arena, (size_t)H * (size_t)(S + 1));
    float *o = arena_floats(&b->arena, (size_t)H * (size_t)D);
    b->config.num_attention_heads = H;
    b->config.head_dim = D;
    for (int t = 0; t < T; t++, idx += S) {
        //> [unit-attention-attend-keys] What index -1 names is not seen
        for (int j = 0; j < S; j++) {
            if (idx[j] < -1 || idx[j] >= N)
                return fail(b->err, "idx: found %d, expected -1 … %d",
                            idx[j], N - 1);
            keys[j] = idx[j] < 0 ? NULL : given(b, "kv")->floats
                                          + (size_t)idx[j] * (size_t)D;
        }
        //< [unit-attention-attend-keys]
        attend(o, probs, given(b, "q")->floats
                         + (size_t)t * (size_t)H * (size_t)D,
               keys, given(b, "sink")->floats, S, &b->pass);
        trace(&b->trace, "out", o, 3, 1, H, D);
        trace(&b->trace, "probs", probs, 3, 1, H, S + 1);
    }
    return true;
}
//< [unit-attention-attend]

//> [unit-attention-table] data: The units of attention
const struct unit units_attention[] = {
    { "rmsnorm", "rmsnorm", "x (T, n), w (n), [eps 1e-6]", "out",
      run_rmsnorm },
    { "qnorm", "qnorm", "x (T, H, D), [eps 1e-6]", "out", run_qnorm },
    { "rope", "rope.yarn_release",
      "x (T, h, D), int positions (T), [params (6)]", "freqs, fwd, inv",
      run_rope },
    { "compressor", "compressor.r4",
      "x (T, d), wkv (c x d), wgate (c x d), ape (m, c), norm (D), "
      "[params (6)]", "outT = attn.comp_kv", run_compressor },
    { "compressor_idx", "compressor.r4_idx",
      "x (T, d), wkv (c x d), wgate (c x d), ape (m, c), norm (D), "
      "[params (6)]", "outT = idx.kv", run_compressor_idx },
    { "indexer", "indexer",
      "x (T, d), qr (T, r), wq_b.weight (q x r), "
      "weights_proj.weight (H x d), compressor.wkv (c x d), "
      "compressor.wgate (c x d), compressor.ape (m, c), "
      "compressor.norm (D), [params (6)], [int k 4]",
      "kv = idx.kv, q = idx.q, w = idx.w, score = idx.score, "
      "topk = idx.sel", run_indexer },
    { "attn", "attn.small",
      "q (T, H, D), kv (N, D), sink (H), int idx (T, S)", "out, probs",
      run_attn },
    { 0 },
};
//< [unit-attention-table]
