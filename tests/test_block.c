/**
 * @file
 * One block: every tensor it reports, under the name and in the shape of
 * the golden data, for the first CSA and the first HCA layer of each tiny
 * model; pieces and threads change no bit.
 */
#include "attention/cache.h"
#include "model/block.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/threads.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A block, its memory, and the golden streams it reads. */
struct fixture {
    const struct tiny *t;
    int layer, S;
    struct cache cache;
    struct arena scratch;
    struct trace trace;
    int *ids;
    float *X;
    size_t nd;
};

static void start(struct fixture *f, const struct tiny *t, int layer)
{
    const struct config *c = &t->ck.model.config;
    *f = (struct fixture){ .t = t, .layer = layer,
                           .scratch = poisoned_arena() };
    f->S = tiny_number(t, "short.prefill_len");
    f->nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    f->ids = tiny_tokens(t, NULL);
    f->X = tiny_input(t, layer);
    f->trace.length = f->S;
    cache_init(&f->cache, c, layer, 1, f->S);
}

static void stop(struct fixture *f)
{
    cache_free(&f->cache);
    arena_free(&f->scratch);
    trace_free(&f->trace);
    free(f->ids);
    free(f->X);
}

/* Tokens first … first + T - 1. */
static void run(struct fixture *f, int first, int T, struct trace *trace)
{
    const struct model *m = &f->t->ck.model;
    struct pass p = { .c = &m->config, .scratch = &f->scratch,
                      .trace = trace, .ids = f->ids + first, .T = T,
                      .start = first };
    block(f->X + (size_t)first * f->nd, &m->weights.layers[f->layer],
          &f->cache.layers[0], model_rope(m, f->layer), f->layer, &p);
}

/* "attn.q" of "short.L2.attn.q", or NULL if it is of another layer. */
static const char *of_layer(const char *golden_name, int layer)
{
    char prefix[32];
    snprintf(prefix, sizeof prefix, "short.L%d.", layer);
    size_t n = strlen(prefix);
    return strncmp(golden_name, prefix, n) == 0 ? golden_name + n : NULL;
}

static void same_shape(const struct array *a, const struct array *b)
{
    cr_assert_eq(a->rank, b->rank, "%s: rank %d against %d", b->name,
                 a->rank, b->rank);
    for (int i = 0; i < a->rank; i++)
        cr_assert_eq(a->shape[i], b->shape[i], "%s: axis %d is %lld, "
                     "expected %lld", b->name, i, (long long)a->shape[i],
                     (long long)b->shape[i]);
}

static void same_values(const char *file, const struct array *found,
                        const char *name)
{
    size_t n = array_count(found);
    if (found->dtype == DTYPE_I32) {
        int *want = golden_ints(file, name, NULL);
        assert_same_ints(name, found->data, want, n);
        free(want);
    } else {
        float *want = golden_floats(file, name, NULL);
        assert_close(name, found->data, want, n, 1e-5);
        free(want);
    }
}

/* Every golden tap of the layer; returns how many there are. */
static int check_taps(const struct fixture *f)
{
    const struct array_file *file = golden_file(f->t->golden);
    int taps = 0;
    for (int i = 0; i < file->count; i++) {
        const struct array *a = &file->arrays[i];
        const char *what = of_layer(a->name, f->layer);
        if (!what || strcmp(what, "attn.topk_raw") == 0)
            continue; /* the list is a matter of the released code */
        char name[64];
        snprintf(name, sizeof name, "L%d.%s", f->layer, what);
        const struct array *found = trace_find(&f->trace, name);
        cr_assert_not_null(found, "%s is not traced", name);
        same_shape(found, a);
        same_values(f->t->golden, found, a->name);
        taps++;
    }
    return taps;
}

/* What a block reports, in any layer; with an indexer; with a compressor. */
static const char *const always[] = {
    "hc_attn.pre", "hc_attn.post", "hc_attn.comb", "hc_attn.y", "attn.x",
    "attn.qr", "attn.q", "attn.kv", "attn.probs", "attn.probs.visible",
    "attn.o", "attn.o_lora", "attn.out", "mid", "hc_ffn.pre",
    "hc_ffn.post", "hc_ffn.comb", "hc_ffn.y", "ffn.x", "gate.scores",
    "gate.indices", "gate.weights", "moe.routed", "moe.shared", "moe.out",
    "out",
};
static const char *const compressed[] = { "attn.comp_kv",
                                          "attn.comp_pool" };
static const char *const indexed[] = { "idx.q", "idx.kv", "idx.comp_pool",
                                       "idx.w", "idx.score", "idx.sel" };

static int count_names(const struct fixture *f, const char *const *names,
                       int n)
{
    for (int i = 0; i < n; i++) {
        char name[64];
        snprintf(name, sizeof name, "L%d.%s", f->layer, names[i]);
        cr_assert_not_null(trace_find(&f->trace, name), "no %s", name);
    }
    return n;
}

static void check_names(const struct fixture *f)
{
    const struct config *c = &f->t->ck.model.config;
    enum layer_kind kind = config_layer(c, f->layer).kind;
    int m = config_layer(c, f->layer).ratio;
    int n = count_names(f, always, sizeof always / sizeof *always);
    if (m && f->S >= m)
        n += count_names(f, compressed, 2);
    if (kind == LAYER_CSA)
        n += count_names(f, indexed, sizeof indexed / sizeof *indexed);
    cr_assert_eq(f->trace.count, n, "%d tensors traced, expected %d",
                 f->trace.count, n);
    char name[64];
    snprintf(name, sizeof name, "L%d.attn.probs", f->layer);
    const struct array *probs = trace_find(&f->trace, name);
    cr_assert(probs->rank == 3 && probs->shape[0] == f->S
              && probs->shape[1] == c->num_attention_heads
              && probs->shape[2] == f->S + (m ? f->S / m : 0) + 1);
}

/* Probabilities and the sink's share sum to one, and only what is marked
   as seen has any. */
static void check_probs(const struct fixture *f)
{
    char name[64];
    snprintf(name, sizeof name, "L%d.attn.probs", f->layer);
    const struct array *a = trace_find(&f->trace, name);
    snprintf(name, sizeof name, "L%d.attn.probs.visible", f->layer);
    const int *mask = trace_find(&f->trace, name)->data;
    const float *prob = a->data;
    for (int64_t row = 0; row < a->shape[0] * a->shape[1]; row++) {
        double sum = 0;
        for (int64_t i = 0; i < a->shape[2]; i++, prob++) {
            int seen = mask[row / a->shape[1] * a->shape[2] + i];
            cr_assert(seen == 1 || *prob == 0.0f);
            sum += (double)*prob;
        }
        cr_assert_float_eq(sum, 1.0, 1e-6);
    }
}

Test(block, taps_of_csa_and_hca)
{
    for (int i = 0; i < TINY_MODELS; i++)
        for (int hca = 0; hca < 2; hca++) {
            const struct tiny *t = tiny_open(tiny_names[i], EXACT);
            struct fixture f;
            start(&f, t, tiny_layer(t, hca ? LAYER_HCA : LAYER_CSA));
            run(&f, 0, f.S, &f.trace);
            int taps = check_taps(&f);
            cr_assert_geq(taps, hca ? 8 : 18, "%s: %d taps", t->name, taps);
            check_names(&f);
            check_probs(&f);
            stop(&f);
        }
}

Test(block, every_layer)
{
    for (int i = 0; i < TINY_MODELS; i++) {
        const struct tiny *t = tiny_open(tiny_names[i], EXACT);
        for (int l = 0; l < t->ck.model.config.num_hidden_layers; l++) {
            char name[64];
            struct fixture f;
            start(&f, t, l);
            run(&f, 0, f.S, NULL);
            snprintf(name, sizeof name, "short.L%d.out", l);
            float *want = golden_floats(t->golden, name, NULL);
            assert_close(name, f.X, want, (size_t)f.S * f.nd, 1e-5);
            free(want);
            stop(&f);
        }
    }
}

/* In pieces, the pieces traced together: the same bits, the same taps. */
Test(block, pieces_change_nothing)
{
    for (int i = 0; i < TINY_MODELS; i++)
        for (int kind = LAYER_CSA; kind <= LAYER_HCA; kind++) {
            const struct tiny *t = tiny_open(tiny_names[i], EXACT);
            struct fixture one, some;
            start(&one, t, tiny_layer(t, (enum layer_kind)kind));
            start(&some, t, one.layer);
            run(&one, 0, one.S, &one.trace);
            for (int at = 0, T = 1; at < some.S; at += T, T = 1 + at % 6) {
                T = at + T > some.S ? some.S - at : T;
                run(&some, at, T, &some.trace);
            }
            assert_same_floats("pieces", some.X, one.X,
                               (size_t)one.S * one.nd);
            cr_assert_eq(one.trace.count, some.trace.count);
            for (int k = 0; k < one.trace.count; k++) {
                const struct array *a = &one.trace.entries[k].array;
                const struct array *b = trace_find(&some.trace, a->name);
                same_shape(b, a);
                cr_assert_eq(memcmp(a->data, b->data, array_bytes(a)), 0,
                             "%s", a->name);
            }
            stop(&some);
            stop(&one);
        }
}

Test(block, threads_do_not_matter)
{
    for (int num = EXACT; num <= FAITHFUL; num++)
        for (int threads = 2; threads <= 3; threads++) {
            const struct tiny *t = tiny_open("tiny-flash",
                                             (enum numerics)num);
            struct fixture one, many;
            start(&one, t, 2);
            start(&many, t, 2);
            use_threads(1);
            run(&one, 0, one.S, NULL);
            use_threads(threads);
            run(&many, 0, many.S, NULL);
            assert_same_floats("threads", many.X, one.X,
                               (size_t)one.S * one.nd);
            stop(&many);
            stop(&one);
        }
}
