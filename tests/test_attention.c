/**
 * @file
 * Whole attention layers of all three kinds against the layer written from
 * the formulas in double, and against themselves, token by token and in
 * random chunks.
 */
#include "attention/attention.h"

#include "attention/cache.h"
#include "base/plan.h"
#include "support/compare.h"
#include "support/layers.h"
#include "support/matrices.h"
#include "support/parts.h"
#include "support/threads.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { T = 41, D_MODEL = 64, H = 4, N = T * D_MODEL };

/* Memory of an older sequence: nothing of it may be looked at. */
static void poison(struct attention_state *s)
{
    struct rows *rows[] = { &s->ring, &s->entries, &s->index_keys };
    struct compressor_state *open[] = { &s->open, &s->index_open };
    for (int i = 0; i < 3; i++)
        if (rows_bytes(rows[i]))
            memset(rows[i]->data, 0xff, rows_bytes(rows[i]));
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < open[i]->slots * open[i]->width; j++)
            open[i]->kv[j] = open[i]->gate[j] = NAN;
}

/* Feed x in chunks of the given lengths, again and again; 0 = all. */
static void feed(float *out, const float *x,
                 const struct attention_weights *w, const struct config *c,
                 int layer, const int *chunks, int n_chunks,
                 struct trace *trace)
{
    struct arena a = poisoned_arena();
    struct cache cache;
    struct rope rope;
    cache_init(&cache, c, layer, 1, T);
    poison(cache.layers);
    rope_init(&rope, c, config_layer(c, layer).ratio != 0, &a);
    for (int at = 0, i = 0, n; at < T; at += n, i++) {
        n = chunks ? chunks[i % n_chunks] : T;
        n = n < T - at ? n : T - at;
        struct pass p = pass_of(c, &a, n, at);
        p.trace = trace;
        attention(out + at * D_MODEL, x + at * D_MODEL, w, cache.layers,
                  &rope, layer, &p);
    }
    cache_free(&cache);
    arena_free(&a);
}

static void check_brute(const struct config *c, int layer, uint64_t seed)
{
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, seed);
    struct attention_weights w = random_layer(&a, &r, c, layer, FORMAT_F32);
    float *x = random_floats(&a, &r, N, 1), *out = arena_floats(&a, N);
    struct brute b = brute_attention(&a, x, &w, c, layer, T);
    struct trace trace = { .length = T };
    feed(out, x, &w, c, layer, NULL, 0, &trace);
    const struct array *probs = trace_find(&trace, "attn.probs");
    const struct array *seen = trace_find(&trace, "attn.probs.visible");
    cr_assert(probs && probs->rank == 3 && seen && seen->rank == 2);
    cr_assert_eq(probs->shape[0], T);
    cr_assert_eq(probs->shape[1], H);
    cr_assert_eq(probs->shape[2], b.width);
    cr_assert_eq(seen->shape[1], b.width);
    assert_same_ints("visible", seen->data, b.visible,
                     T * (size_t)b.width);
    assert_close("probs", probs->data, b.probs, T * H * (size_t)b.width,
                 1e-5);
    assert_close("out", out, b.out, N, 1e-5);
    const float *row = probs->data;
    for (int i = 0; i < T * H; i++, row += b.width) {
        double sum = 0;
        for (int s = 0; s < b.width; s++)
            sum += (double)row[s];
        cr_assert_float_eq(sum, 1, 1e-6, "row %d", i);
    }
    trace_free(&trace);
    arena_free(&a);
}

Test(attention, window_by_brute_force)
{
    struct config c = small_config(EXACT);
    check_brute(&c, WINDOW_LAYER, 1);
    c.sliding_window = T; /* reaches everything */
    check_brute(&c, WINDOW_LAYER, 2);
    c.sliding_window = 1; /* itself alone */
    check_brute(&c, WINDOW_LAYER, 3);
}

Test(attention, csa_by_brute_force)
{
    struct config c = small_config(EXACT);
    check_brute(&c, CSA_LAYER, 4);
    c.index_topk = 1;
    check_brute(&c, CSA_LAYER, 5);
    c.index_topk = 100; /* drops nothing */
    check_brute(&c, CSA_LAYER, 6);
}

Test(attention, hca_by_brute_force)
{
    struct config c = small_config(EXACT);
    check_brute(&c, HCA_LAYER, 7);
}

/* Each mechanism switched off is the formula without it. */
Test(attention, experiments_by_brute_force)
{
    for (unsigned bit = WITHOUT_SINK; bit <= WITHOUT_HADAMARD; bit *= 2) {
        struct config c = small_config(EXACT);
        c.without = bit;
        check_brute(&c, CSA_LAYER, 10 + bit);
        check_brute(&c, HCA_LAYER, 11 + bit);
    }
}

static void trace_same(const struct trace *a, const struct trace *b)
{
    cr_assert_eq(a->count, b->count);
    for (int i = 0; i < b->count; i++) {
        const struct array *x = &b->entries[i].array;
        const struct array *y = trace_find(a, x->name);
        char where[128];
        cr_assert(y && array_bytes(y) == array_bytes(x), "%s", x->name);
        cr_assert(same_bits(y->data, x->data, array_count(x),
                            dtype_size(x->dtype), where, sizeof where),
                  "%s: %s", x->name, where);
    }
}

/* In exact numerics any split gives the same bits, in everything traced. */
Test(attention, splits_do_not_matter)
{
    static const int splits[][4] = { { 1, 1, 1, 1 }, { 7, 7, 7, 7 },
                                     { 13, 1, 2, 9 }, { 3, 30, 1, 1 },
                                     { 40, 1, 1, 1 }, { 4, 6, 5, 2 } };
    struct config c = small_config(EXACT);
    for (int layer = 0; layer < LAYERS; layer++) {
        struct arena a = poisoned_arena();
        struct rng r;
        rng_seed(&r, 20);
        struct attention_weights w = random_layer(&a, &r, &c, layer,
                                                  FORMAT_FP8);
        float *x = random_floats(&a, &r, N, 1);
        float *once = arena_floats(&a, N), *out = arena_floats(&a, N);
        struct trace whole = { .length = T };
        feed(once, x, &w, &c, layer, NULL, 0, &whole);
        for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
            struct trace trace = { .length = T };
            feed(out, x, &w, &c, layer, splits[i], 4, &trace);
            assert_same_floats("out", out, once, N);
            trace_same(&trace, &whole);
            trace_free(&trace);
        }
        trace_free(&whole);
        arena_free(&a);
    }
}

/* Faithful numerics reads nothing unwritten, in whatever chunks; decoding
   stays near the prefill although its list is padded otherwise. */
Test(attention, faithful_runs)
{
    struct config c = small_config(FAITHFUL);
    const int one = 1;
    for (int layer = 0; layer < LAYERS; layer++) {
        struct arena a = poisoned_arena();
        struct rng r;
        rng_seed(&r, 30);
        struct attention_weights w = random_layer(&a, &r, &c, layer,
                                                  FORMAT_FP8);
        float *x = random_bf16(&a, &r, N, 1);
        float *once = arena_floats(&a, N), *out = arena_floats(&a, N);
        float *threads = arena_floats(&a, N);
        use_threads(1);
        feed(once, x, &w, &c, layer, NULL, 0, NULL);
        use_threads(3);
        feed(threads, x, &w, &c, layer, NULL, 0, NULL);
        assert_same_floats("threads", threads, once, N);
        feed(out, x, &w, &c, layer, &one, 1, NULL);
        cr_assert_leq(rms_rel(out, once, N), 0.02, "layer %d: %g", layer,
                      rms_rel(out, once, N));
        struct config exact = small_config(EXACT);
        feed(out, x, &w, &exact, layer, NULL, 0, NULL);
        double off = rms_rel(once, out, N);
        cr_assert(off > 1e-3 && off < 0.5, "layer %d: %g", layer, off);
        arena_free(&a);
    }
}

/* The released lists: raw keys, then nothing up to min(T, w) in a prefill
   and up to w in decoding, then the entries. Where an entry stands decides
   the chunk of 64 in which it is rounded; here they cross 128. */
Test(attention, faithful_lists)
{
    enum { MANY = 97, PREFILL = 90, W = 100, D = 96 };
    struct config c = small_config(FAITHFUL);
    int ratios[LAYERS] = { 2, 2, 2 };
    c.compress_ratios = ratios;
    c.sliding_window = W;
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, 40);
    struct attention_weights w = random_layer(&a, &r, &c, 0, FORMAT_FP8);
    float *x = random_bf16(&a, &r, MANY * D_MODEL, 1), out[N * 3];
    struct trace trace = { .length = MANY };
    struct cache cache;
    struct rope rope;
    cache_init(&cache, &c, 0, 1, MANY);
    rope_init(&rope, &c, true, &a);
    for (int at = 0, n = PREFILL; at < MANY; at += n, n = 1) {
        struct pass p = pass_of(&c, &a, n, at);
        p.trace = &trace;
        attention(out, x + at * D_MODEL, &w, cache.layers, &rope, 0, &p);
    }
    const float *q = trace_find(&trace, "attn.q")->data;
    const float *kv = trace_find(&trace, "attn.kv")->data;
    const float *entries = trace_find(&trace, "attn.comp_kv")->data;
    const float *right = trace_find(&trace, "attn.o")->data;
    struct pass p = pass_of(&c, &a, 1, 0);
    for (int t = 0; t < MANY; t++) {
        const float *keys[2 * W] = { NULL };
        float o[H * D];
        int raw = t < PREFILL ? PREFILL : W, n = (t + 1) / 2;
        for (int s = 0; s <= t; s++)
            keys[s] = kv + s * D;
        for (int i = 0; i < n; i++)
            keys[raw + i] = entries + i * D;
        attend(o, NULL, q + t * H * D, keys, w.attn_sink, raw + n, &p);
        assert_same_floats("attn.o", o, right + t * H * D, H * D);
    }
    trace_free(&trace);
    cache_free(&cache);
    arena_free(&a);
}

/* The layer of chapter 18: all queries and sinks are zero, so everything in
   the list and the sink get the same share. Window 4, ratios 0, 4 and 8. */
static void check_paper(int layer, int topk, float share, int entries)
{
    enum { MANY = 15, WINDOW = 4 };
    static const int asked[] = { 0, 2, 3, 6, 7, 9, 14 };
    static const int exist[LAYERS][7] = { { 0 }, { 0, 0, 1, 1, 2, 2, 3 },
                                          { 0, 0, 0, 0, 1, 1, 1 } };
    int ratios[LAYERS] = { 0, 4, 8 };
    struct config c = small_config(EXACT);
    c.compress_ratios = ratios;
    c.sliding_window = WINDOW;
    c.index_topk = topk;
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, 50);
    struct attention_weights w = random_layer(&a, &r, &c, layer, FORMAT_F32);
    float *zeros = random_floats(&a, &r, 1 << 16, 0);
    w.wq_b = float_matrix(zeros, w.wq_b.rows, w.wq_b.cols);
    w.attn_sink = zeros;
    if (w.indexer)
        w.indexer->wq_b = float_matrix(zeros, w.indexer->wq_b.rows,
                                       w.indexer->wq_b.cols);
    float *x = random_floats(&a, &r, MANY * D_MODEL, 1);
    float *out = arena_floats(&a, MANY * D_MODEL);
    struct trace trace = { .length = MANY };
    struct cache cache;
    struct rope rope;
    cache_init(&cache, &c, layer, 1, MANY);
    rope_init(&rope, &c, layer != WINDOW_LAYER, &a);
    struct pass p = pass_of(&c, &a, MANY, 0);
    p.trace = &trace;
    attention(out, x, &w, cache.layers, &rope, layer, &p);

    const struct array *probs = trace_find(&trace, "attn.probs");
    const int *seen = trace_find(&trace, "attn.probs.visible")->data;
    int width = (int)probs->shape[2];
    for (int i = 0; i < 7; i++) {
        int t = asked[i];
        for (int s = 0; s < width - 1; s++) {
            bool there = s < MANY ? s <= t && s > t - WINDOW
                                  : s - MANY < exist[layer][i];
            cr_assert_eq(seen[t * width + s] != 0, there,
                         "layer %d, query %d, key %d", layer, t, s);
        }
    }
    const float *row = (const float *)probs->data + 9 * H * width;
    for (int s = 0; s < width; s++) {
        bool listed = s < MANY ? s >= 6 && s <= 9
                               : s < MANY + entries || s == width - 1;
        cr_assert_float_eq(row[s], listed ? share : 0, 1e-6, "key %d", s);
    }
    trace_free(&trace);
    cache_free(&cache);
    arena_free(&a);
}

Test(attention, worked_example)
{
    check_paper(WINDOW_LAYER, 2, 1.0f / 5, 0);
    check_paper(CSA_LAYER, 2, 1.0f / 7, 2);
    check_paper(CSA_LAYER, 1, 1.0f / 6, 1);
    check_paper(HCA_LAYER, 2, 1.0f / 6, 1);
}
