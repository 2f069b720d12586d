/**
 * @file
 * Faithful numerics, stage by stage: every stage is fed the golden input
 * and its output compared, because end to end one flipped rounding grows
 * to several percent. Set V4_STAGES to see the figures.
 *
 * A stage is accepted when 99.5 % of its elements are equal and none is
 * farther off than 1 % of the largest.
 */
#include "attention/cache.h"
#include "attention/rmsnorm.h"
#include "model/block.h"
#include "model/mtp.h"
#include "numerics/linear.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/models.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One layer of one model, and the golden tensors of the short prefill. */
struct fixture {
    const struct tiny *t;
    const struct config *c;
    const struct block_weights *w;
    const struct rope *rope;
    int layer, T;
    struct cache cache;
    struct arena scratch, arena;
    struct trace trace;
    struct pass p;
    int *ids;
};

static void start(struct fixture *f, const struct tiny *t, int layer)
{
    const struct model *m = &t->ck.model;
    *f = (struct fixture){ .t = t, .c = &m->config, .layer = layer,
                           .w = &m->weights.layers[layer],
                           .rope = model_rope(m, layer),
                           .scratch = poisoned_arena(),
                           .arena = poisoned_arena() };
    f->T = tiny_number(t, "short.prefill_len");
    f->ids = tiny_tokens(t, NULL);
    f->trace.length = f->T;
    cache_init(&f->cache, f->c, layer, 1, f->T);
    f->p = (struct pass){ .c = f->c, .scratch = &f->scratch,
                          .trace = &f->trace, .ids = f->ids, .T = f->T };
}

static void stop(struct fixture *f)
{
    cache_free(&f->cache);
    arena_free(&f->scratch);
    arena_free(&f->arena);
    trace_free(&f->trace);
    free(f->ids);
}

/* The layer's golden tensor, or NULL. */
static float *tap(struct fixture *f, const char *what)
{
    char name[64];
    snprintf(name, sizeof name, "short.L%d.%s", f->layer, what);
    if (!golden_has(f->t->golden, name))
        return NULL;
    size_t n;
    float *found = golden_floats(f->t->golden, name, &n);
    float *own = arena_floats(&f->arena, n);
    memcpy(own, found, n * sizeof *own);
    free(found);
    return own;
}

static float *room(struct fixture *f, int rows, int cols)
{
    return arena_floats(&f->arena, (size_t)rows * (size_t)cols);
}

/* The golden streams a layer reads, in memory that a stage may change. */
static float *input(struct fixture *f, int layer)
{
    float *X = tiny_input(f->t, layer);
    if (!X)
        return NULL;
    size_t n = (size_t)f->T * (size_t)f->c->hc_mult
               * (size_t)f->c->hidden_size;
    float *own = arena_floats(&f->arena, n);
    memcpy(own, X, n * sizeof *own);
    free(X);
    return own;
}

/* The worst a stage did in any model. */
struct worst {
    char stage[32];
    int cases;
    double different, max_rel, rms_rel;
};

static struct worst table[64];

static struct worst *entry(const char *stage)
{
    struct worst *w = table;
    while (w->cases && strcmp(w->stage, stage) != 0)
        w++;
    cr_assert_lt(w - table, 63);
    snprintf(w->stage, sizeof w->stage, "%s", stage);
    return w;
}

static void note(const char *stage, const float *found, const float *want,
                 size_t n)
{
    struct worst *w = entry(stage);
    w->cases++;
    w->different = fmax(w->different, fraction_different(found, want, n));
    w->max_rel = fmax(w->max_rel, max_rel(found, want, n));
    w->rms_rel = fmax(w->rms_rel, rms_rel(found, want, n));
}

static void print_table(void)
{
    if (!getenv("V4_STAGES"))
        return;
    fprintf(stderr, "%-24s %5s %10s %10s %10s\n", "stage", "cases",
            "different", "max rel", "rms rel");
    for (const struct worst *w = table; w->cases; w++)
        fprintf(stderr, "%-24s %5d %10.2g %10.2g %10.2g\n", w->stage,
                w->cases, w->different, w->max_rel, w->rms_rel);
}

/* A stage that ends in bf16 or in a quantized format. */
static void agree(const struct fixture *f, const char *stage,
                  const float *found, const float *want, size_t n)
{
    note(stage, found, want, n);
    double different = fraction_different(found, want, n);
    double most = max_rel(found, want, n);
    cr_assert(different <= 0.005, "%s L%d %s: %.2g of the elements differ",
              f->t->name, f->layer, stage, different);
    cr_assert(most <= 1e-2, "%s L%d %s: max rel %.2g", f->t->name, f->layer,
              stage, most);
}

/* A stage that stays in float32: never equal, always close. */
static void close_to(const struct fixture *f, const char *stage,
                     const float *found, const float *want, size_t n,
                     double limit)
{
    note(stage, found, want, n);
    char what[96];
    snprintf(what, sizeof what, "%s L%d %s", f->t->name, f->layer, stage);
    assert_close(what, found, want, n, limit);
}

/* What was traced against the golden tensor of the same name. */
static void traced(struct fixture *f, const char *what)
{
    const struct array *a = trace_find(&f->trace, what);
    cr_assert_not_null(a, "%s is not traced", what);
    size_t n = array_count(a);
    float *found = arena_floats(&f->arena, n);
    cr_assert(array_to_floats(found, a));
    agree(f, what, found, tap(f, what), n);
}

static void traced_close(struct fixture *f, const char *what, double limit)
{
    const struct array *a = trace_find(&f->trace, what);
    cr_assert_not_null(a, "%s is not traced", what);
    close_to(f, what, a->data, tap(f, what), array_count(a), limit);
}

/* The index keys as they are remembered: golden rows put into a store. */
static void fill_rows(struct rows *rows, const float *data, int n)
{
    for (int i = 0; i < n; i++)
        rows_put(rows, i, data + (size_t)i * (size_t)rows->width);
}

/* --- the stages -------------------------------------------------------- */

static void hc_attn_stage(struct fixture *f)
{
    int d = f->c->hidden_size, n = f->c->hc_mult;
    float *X = input(f, f->layer), *u = room(f, f->T, d);
    struct hc_mix mix;
    hc_mixtures(&mix, X, &f->w->hc_attn, &f->p);
    size_t T = (size_t)f->T, streams = (size_t)n;
    close_to(f, "hc_attn.pre", mix.pre, tap(f, "hc_attn.pre"), T * streams,
             1e-6);
    close_to(f, "hc_attn.post", mix.post, tap(f, "hc_attn.post"),
             T * streams, 1e-6);
    close_to(f, "hc_attn.comb", mix.comb, tap(f, "hc_attn.comb"),
             T * streams * streams, 1e-6);
    hc_read(u, X, tap(f, "hc_attn.pre"), &f->p);
    float *y = tap(f, "hc_attn.y"), *x = tap(f, "attn.x");
    agree(f, "hc_attn.y", u, y, T * (size_t)d);
    rmsnorm(u, y, f->w->attn_norm, f->T, d, &f->p);
    agree(f, "attn.x", u, x, T * (size_t)d);
}

static void query_and_key_stages(struct fixture *f)
{
    const struct config *c = f->c;
    const float *x = tap(f, "attn.x");
    float *qr = room(f, f->T, c->q_lora_rank);
    float *q = room(f, f->T, c->num_attention_heads * c->head_dim);
    float *kv = room(f, f->T, c->head_dim);
    attention_key(kv, x, &f->w->attn, f->rope, &f->p);
    traced(f, "attn.kv");
    if (!tap(f, "attn.q"))
        return;
    attention_query(q, qr, x, &f->w->attn, f->rope, &f->p);
    traced(f, "attn.qr");
    traced(f, "attn.q");
}

/* Compressed keys of any layer that has some. */
static void compressor_stage(struct fixture *f)
{
    struct attention_state *s = &f->cache.layers[0];
    if (!tap(f, "attn.comp_kv"))
        return;
    compressor(&s->entries, &s->open, tap(f, "attn.x"),
               f->w->attn.compressor,
               config_layer(f->c, f->layer).ratio, f->rope,
               &f->p);
    traced(f, "attn.comp_kv");
}

static void indexer_stages(struct fixture *f)
{
    const struct config *c = f->c;
    struct attention_state *s = &f->cache.layers[0];
    const float *x = tap(f, "attn.x");
    int H = c->index_n_heads, D = c->index_head_dim, n = f->T / CSA_RATIO;
    compressor(&s->index_keys, &s->index_open, x,
               &f->w->attn.indexer->compressor, CSA_RATIO, f->rope, &f->p);
    traced(f, "idx.kv");
    indexer_query(room(f, f->T, H * D), room(f, f->T, H), x,
                  tap(f, "attn.qr"), f->w->attn.indexer, f->rope, &f->p);
    traced(f, "idx.q");
    traced(f, "idx.w");
    fill_rows(&s->index_keys, tap(f, "idx.kv"), n);
    const float *q = tap(f, "idx.q"), *omega = tap(f, "idx.w");
    int chosen[64];
    for (int t = 0; t < f->T; t++)
        indexer_choose(chosen, t, q + (size_t)t * (size_t)H * (size_t)D,
                       omega + (size_t)t * (size_t)H, &s->index_keys,
                       CSA_RATIO, &f->p);
    traced(f, "idx.score");
    traced(f, "idx.sel");
}

/* Every query over the golden list: window part, then chosen entries. */
static void attend_stage(struct fixture *f)
{
    const struct config *c = f->c;
    size_t D = (size_t)c->head_dim, HD = D * (size_t)c->num_attention_heads;
    const float *q = tap(f, "attn.q"), *kv = tap(f, "attn.kv");
    const float *entries = tap(f, "attn.comp_kv");
    char name[64];
    snprintf(name, sizeof name, "short.L%d.attn.topk_raw", f->layer);
    int S = golden_size(f->t->golden, name, 1);
    int *list = golden_ints(f->t->golden, name, NULL);
    float *o = room(f, f->T, (int)HD);
    for (size_t t = 0; t < (size_t)f->T; t++) {
        const float *keys[128];
        cr_assert_leq(S, 128);
        for (int j = 0; j < S; j++) {
            int i = list[t * (size_t)S + (size_t)j];
            keys[j] = i < 0 ? NULL : i < f->T ? kv + (size_t)i * D
                : entries + (size_t)(i - f->T) * D;
        }
        attend(o + t * HD, NULL, q + t * HD, keys, f->w->attn.attn_sink, S,
               &f->p);
    }
    free(list);
    agree(f, "attn.o", o, tap(f, "attn.o"), (size_t)f->T * HD);
}

static void output_stages(struct fixture *f)
{
    int d = f->c->hidden_size;
    float *out = room(f, f->T, d);
    attention_output(out, tap(f, "attn.o"), &f->w->attn, f->rope, &f->p);
    traced(f, "attn.o_lora");
    faithful_linear(out, tap(f, "attn.o_lora"), &f->w->attn.wo_b, f->T,
                    &f->p);
    agree(f, "attn.out", out, tap(f, "attn.out"), (size_t)f->T * (size_t)d);
}

/* The whole sub-layer at once. */
static void attention_stage(struct fixture *f)
{
    struct pass quiet = f->p;
    quiet.trace = NULL;
    size_t n = (size_t)f->T * (size_t)f->c->hidden_size;
    float *out = room(f, f->T, f->c->hidden_size);
    cache_reset(&f->cache);
    attention(out, tap(f, "attn.x"), &f->w->attn, &f->cache.layers[0],
              f->rope, f->layer, &quiet);
    const float *want = tap(f, "attn.out");
    note("attention (attn.x->out)", out, want, n);
    cr_assert(rms_rel(out, want, n) <= 1e-2, "%s L%d: rms %.2g",
              f->t->name, f->layer, rms_rel(out, want, n));
}

/* The write after attention; HCA layers keep no golden of it. */
static float *write_stage(struct fixture *f)
{
    float *X = input(f, f->layer);
    if (!X)
        return NULL;
    struct hc_mix mix;
    hc_mixtures(&mix, X, &f->w->hc_attn, &f->p);
    hc_write(X, tap(f, "attn.out"), &mix, &f->p);
    float *mid = tap(f, "mid");
    if (mid)
        agree(f, "mid", X, mid, (size_t)f->T * (size_t)f->c->hc_mult
                                * (size_t)f->c->hidden_size);
    return mid ? mid : X;
}

static void hc_ffn_stage(struct fixture *f, const float *mid)
{
    int d = f->c->hidden_size;
    size_t T = (size_t)f->T, n = (size_t)f->c->hc_mult;
    float *u = room(f, f->T, d);
    struct hc_mix mix;
    hc_mixtures(&mix, mid, &f->w->hc_ffn, &f->p);
    /* known only of HCA layers, whose mid is ours: a rounding may flip */
    if (tap(f, "hc_ffn.post")) {
        close_to(f, "hc_ffn.post (mid ours)", mix.post,
                 tap(f, "hc_ffn.post"), T * n, 1e-3);
        close_to(f, "hc_ffn.comb (mid ours)", mix.comb,
                 tap(f, "hc_ffn.comb"), T * n * n, 1e-3);
    }
    hc_read(u, mid, mix.pre, &f->p);
    float *y = tap(f, "hc_ffn.y");
    if (y)
        agree(f, "hc_ffn.y", u, y, T * (size_t)d);
    rmsnorm(u, y ? y : u, f->w->ffn_norm, f->T, d, &f->p);
    agree(f, "ffn.x", u, tap(f, "ffn.x"), T * (size_t)d);
}

static void moe_stages(struct fixture *f)
{
    float *out = room(f, f->T, f->c->hidden_size);
    moe(out, tap(f, "ffn.x"), &f->w->ffn, &f->p);
    traced(f, "gate.indices");
    if (tap(f, "gate.scores"))
        traced_close(f, "gate.scores", 1e-6);
    traced_close(f, "gate.weights", 1e-6);
    traced(f, "moe.shared");
    traced(f, "moe.routed");
    if (tap(f, "moe.out"))
        traced(f, "moe.out");
}

static void out_stage(struct fixture *f)
{
    float *X = tap(f, "mid"), *out = tap(f, "out");
    if (!X)
        return;
    struct hc_mix mix;
    hc_mixtures(&mix, X, &f->w->hc_ffn, &f->p);
    hc_write(X, tap(f, "moe.out"), &mix, &f->p);
    agree(f, "out", X, out, (size_t)f->T * (size_t)f->c->hc_mult
                            * (size_t)f->c->hidden_size);
}

/* The head of a model whose last streams are golden. */
static void head_stages(struct fixture *f)
{
    const struct model *m = &f->t->ck.model;
    const char *file = f->t->golden;
    float *X = input(f, f->c->num_hidden_layers), *want;
    size_t n, V = (size_t)f->c->vocab_size;
    float *logits = room(f, f->T, f->c->vocab_size);
    if (X) {
        model_head(logits, X, &m->weights.hc_head, m->weights.norm, m,
                   &f->p);
        want = golden_floats(file, "short.head.normed", &n);
        agree(f, "head.normed", trace_find(&f->trace, "head.normed")->data,
              want, n);
        free(want);
    }
    float *normed = golden_floats(file, "short.head.normed", NULL);
    linear(logits, normed, &m->weights.head, f->T, &f->arena);
    want = golden_floats(file, "short.logits", &n);
    cr_assert_eq(n, (size_t)f->T * V);
    close_to(f, "logits", logits, want, n, 1e-6);
    free(want);
    free(normed);
}

/* Every stage whose golden input is there. */
Test(stages, every_stage)
{
    for (int i = 0; i < TINY_MODELS; i++)
        for (int kind = LAYER_CSA; kind <= LAYER_HCA; kind++) {
            const struct tiny *t = tiny_open(tiny_names[i], FAITHFUL);
            struct fixture f;
            start(&f, t, tiny_layer(t, (enum layer_kind)kind));
            bool full = kind == LAYER_CSA;
            query_and_key_stages(&f);
            compressor_stage(&f);
            if (full) {
                hc_attn_stage(&f);
                indexer_stages(&f);
                attend_stage(&f);
                output_stages(&f);
            }
            attention_stage(&f);
            float *mid = write_stage(&f);
            if (mid)
                hc_ffn_stage(&f, mid);
            moe_stages(&f);
            out_stage(&f);
            if (full)
                head_stages(&f);
            stop(&f);
        }
    print_table();
}

/* --- a block, a network ------------------------------------------------ */

Test(stages, whole_blocks)
{
    int blocks = 0;
    for (int i = 0; i < TINY_MODELS; i++) {
        const struct tiny *t = tiny_open(tiny_names[i], FAITHFUL);
        for (int l = 0; l < t->ck.model.config.num_hidden_layers; l++) {
            struct fixture f;
            start(&f, t, l);
            float *X = input(&f, l), *want = tap(&f, "out");
            if (X && want) {
                size_t n = (size_t)f.T * (size_t)f.c->hc_mult
                           * (size_t)f.c->hidden_size;
                char what[48];
                block(X, f.w, &f.cache.layers[0], f.rope, l, &f.p);
                snprintf(what, sizeof what, "%s L%d", t->name, l);
                note(what, X, want, n);
                cr_assert(rms_rel(X, want, n) <= 1e-2, "%s: rms %.2g", what,
                          rms_rel(X, want, n));
                blocks++;
            }
            stop(&f);
        }
    }
    cr_assert_eq(blocks, 8);
    print_table();
}

/* The MTP block on the golden streams of the trunk. */
static void check_mtp(const struct tiny *t)
{
    const struct config *c = &t->ck.model.config;
    float *X = tiny_input(t, c->num_hidden_layers);
    if (!X)
        return;
    struct state s;
    struct error err;
    int S = tiny_number(t, "short.prefill_len"), *ids = tiny_tokens(t, NULL);
    size_t n;
    float *want = golden_floats(t->golden, "short.mtp.logits", &n);
    float *logits = calloc(n, sizeof *logits);
    mtp_state_init(&s, c, S, S);
    s.scratch.poison = true;
    cr_assert(mtp_forward(logits, X, &t->ck.model, &t->ck.mtp, &s, ids + 1,
                          S - 1, &err), "%s", err.message);
    note("mtp.logits (streams->)", logits, want, n);
    cr_assert(rms_rel(logits, want, n) <= 2e-2, "%s: rms %.2g", t->name,
              rms_rel(logits, want, n));
    state_free(&s);
    free(logits);
    free(want);
    free(ids);
    free(X);
}

Test(stages, mtp)
{
    for (int i = 0; i < TINY_MODELS; i++)
        check_mtp(tiny_open(tiny_names[i], FAITHFUL));
    print_table();
}

/* Tokens [from, to) in one call; the logits against a golden tensor. */
static void run_free(const struct tiny *t, struct state *s, const int *ids,
                     int to, const char *name, float *logits)
{
    struct error err;
    int from = s->cache.position;
    cr_assert(model_forward(logits, LOGITS_ALL, NULL, &t->ck.model, s,
                            ids + from, to - from, &err), "%s",
              err.message);
    if (!name)
        return;
    size_t n;
    float *want = golden_floats(t->golden, name, &n);
    char what[64];
    snprintf(what, sizeof what, "%s %s", t->name, name + 6);
    note(what, logits, want, n);
    cr_assert(rms_rel(logits, want, n) <= 0.25, "%s: rms %.2g", what,
              rms_rel(logits, want, n));
    free(want);
}

/* Nothing is fed in between: only a bound on how far flips may carry. */
Test(stages, free_running)
{
    for (int i = 0; i < TINY_MODELS; i++) {
        const struct tiny *t = tiny_open(tiny_names[i], FAITHFUL);
        struct state s;
        int S = tiny_number(t, "short.prefill_len");
        int ND = tiny_number(t, "short.decode_len");
        int *ids = tiny_tokens(t, NULL);
        size_t V = (size_t)t->ck.model.config.vocab_size;
        float *logits = calloc((size_t)(S + ND) * V, sizeof *logits);
        state_init(&s, &t->ck.model.config, S + ND, S);
        s.scratch.poison = true;
        run_free(t, &s, ids, S, "short.logits", logits);
        for (int j = 0; j < ND; j++)
            run_free(t, &s, ids, S + j + 1, NULL, logits + (size_t)j * V);
        size_t n;
        float *want = golden_floats(t->golden, "short.dec.logits", &n);
        char what[64];
        snprintf(what, sizeof what, "%s dec.logits", t->name);
        note(what, logits, want, n);
        cr_assert(rms_rel(logits, want, n) <= 0.25, "%s: rms %.2g", what,
                  rms_rel(logits, want, n));
        free(want);
        free(logits);
        free(ids);
        state_free(&s);
    }
    print_table();
}
