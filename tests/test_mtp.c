/**
 * @file
 * The MTP block, fed with the model's own streams: golden logits of both
 * prefills and of decoding, its experts, and its errors.
 */
#include "model/mtp.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/paper.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A model that has read T tokens, and an MTP block that has read none. */
struct fixture {
    struct tiny *t;
    struct state state; /* of the MTP block */
    struct trace trace;
    int *tokens, T;
    size_t nd, V;
    float *streams; /* (T, n, d) */
    float *logits;  /* (T, V) of the MTP block */
};

/* Prefill, then single tokens, as the golden run did. */
static void read_trunk(struct fixture *f, int prefill)
{
    struct state s;
    struct error err;
    const struct model *m = &f->t->ck.model;
    state_init(&s, &m->config, f->T, prefill);
    s.scratch.poison = true;
    for (int at = 0; at < f->T; at = s.cache.position)
        cr_assert(model_forward(NULL, LOGITS_NONE,
                                f->streams + (size_t)at * f->nd, m, &s,
                                f->tokens + at, at ? 1 : prefill, &err),
                  "%s", err.message);
    state_free(&s);
}

/* The short run with its decoded tokens, or the long run's prefill. */
static void start(struct fixture *f, const char *name, bool is_long)
{
    *f = (struct fixture){ .t = tiny_open(name, EXACT) };
    const struct config *c = &f->t->ck.model.config;
    cr_assert(f->t->ck.has_mtp);
    int prefill = tiny_number(f->t, is_long ? "long.prefill_len"
                                            : "short.prefill_len");
    f->T = prefill + (is_long ? 0 : tiny_number(f->t, "short.decode_len"));
    f->V = (size_t)c->vocab_size;
    f->nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    f->tokens = tiny_tokens(f->t, NULL);
    f->streams = calloc((size_t)f->T * f->nd, sizeof *f->streams);
    f->logits = calloc((size_t)f->T * f->V, sizeof *f->logits);
    read_trunk(f, prefill);
    mtp_state_init(&f->state, c, f->T, f->T);
    f->state.scratch.poison = true;
    f->state.trace = &f->trace;
    f->trace.length = f->T;
}

static void stop(struct fixture *f)
{
    state_free(&f->state);
    trace_free(&f->trace);
    free(f->tokens);
    free(f->streams);
    free(f->logits);
}

/* Streams of the next n positions, each with the token after it. */
static void feed(struct fixture *f, int n)
{
    struct error err;
    int at = f->state.cache.position;
    cr_assert(mtp_forward(f->logits + (size_t)at * f->V,
                          f->streams + (size_t)at * f->nd, &f->t->ck.model,
                          &f->t->ck.mtp, &f->state, f->tokens + at + 1, n,
                          &err), "%s", err.message);
    cr_assert_eq(f->state.cache.position, at + n);
}

static void agree(const struct fixture *f, const char *name, int first)
{
    char what[128];
    size_t n;
    float *want = golden_floats(f->t->golden, name, &n);
    snprintf(what, sizeof what, "%s %s", f->t->name, name);
    assert_close(what, f->logits + (size_t)first * f->V, want, n, 1e-5);
    free(want);
}

static void same_experts(const struct fixture *f)
{
    char name[64], traced[64];
    int layer = f->t->ck.model.config.num_hidden_layers;
    snprintf(name, sizeof name, "short.L%d.gate.indices", layer);
    snprintf(traced, sizeof traced, "L%d.gate.indices", layer);
    size_t n;
    int *want = golden_ints(f->t->golden, name, &n);
    const struct array *found = trace_find(&f->trace, traced);
    cr_assert_not_null(found, "%s is not traced", traced);
    cr_assert_geq(array_count(found), n);
    assert_same_ints(name, found->data, want, n);
    free(want);
}

Test(mtp, short_prefill_and_decoding)
{
    for (int i = 0; i < TINY_MODELS; i++) {
        struct fixture f;
        start(&f, tiny_names[i], false);
        int S = tiny_number(f.t, "short.prefill_len");
        feed(&f, S - 1);
        agree(&f, "short.mtp.logits", 0);
        same_experts(&f);
        while (f.state.cache.position < f.T - 1)
            feed(&f, 1);
        feed(&f, 1); /* the last one has a token after it, too */
        agree(&f, "short.mtp.dec.logits", S - 1);
        cr_assert_not_null(trace_find(&f.trace, "mtp.logits"));
        cr_assert_not_null(trace_find(&f.trace, "mtp.head.normed"));
        stop(&f);
    }
}

Test(mtp, long_prefill)
{
    for (int i = 0; i < TINY_MODELS; i++) {
        struct fixture f;
        start(&f, tiny_names[i], true);
        feed(&f, f.T - 1);
        size_t n;
        int *pos = golden_ints(f.t->golden, "long.mtp.pos", &n);
        float *want = golden_floats(f.t->golden, "long.mtp.logits", NULL);
        for (size_t j = 0; j < n; j++)
            assert_close(f.t->name, f.logits + (size_t)pos[j] * f.V,
                         want + j * f.V, f.V, 1e-5);
        free(want);
        free(pos);
        stop(&f);
    }
}

Test(mtp, pieces_change_nothing)
{
    struct fixture one, some;
    start(&one, "tiny-flash", false);
    start(&some, "tiny-flash", false);
    feed(&one, one.T - 1);
    for (int left = some.T - 1, n = 1; left > 0; left -= n, n = n % 7 + 1) {
        n = n < left ? n : left;
        feed(&some, n);
    }
    assert_same_floats("pieces", some.logits, one.logits,
                       (size_t)(one.T - 1) * one.V);
    stop(&some);
    stop(&one);
}

Test(mtp, bad_input_is_refused)
{
    struct fixture f;
    struct error err;
    start(&f, "tiny-long", false);
    const struct model *m = &f.t->ck.model;
    int bad[] = { 3, -1 };
    cr_assert_not(mtp_forward(f.logits, f.streams, m, &f.t->ck.mtp,
                              &f.state, bad, 2, &err));
    cr_assert_str_eq(err.message,
                     "token 1 has id -1: expected 0 … 255");
    cr_assert_not(mtp_forward(f.logits, f.streams, m, &f.t->ck.mtp,
                              &f.state, f.tokens, f.T + 1, &err));
    cr_assert_str_eq(err.message, "61 tokens do not fit: position 0 of a "
                     "context of 60 leaves room for 60");
    cr_assert_eq(f.state.cache.position, 0);
    stop(&f);
}

/* Chapter 29: streams (7, 1) and (1, 7) with a next token, on paper. */
static void on_paper(struct paper *p, int next, const float *want)
{
    static const float streams[] = { 7, 1, 1, 7 };
    struct state s;
    struct error err;
    struct trace trace = { .length = 1 };
    float logits[PAPER_TOKENS];
    mtp_state_init(&s, &p->model.config, 1, 1);
    s.scratch.poison = true;
    s.trace = &trace;
    cr_assert(mtp_forward(logits, streams, &p->model, &p->mtp, &s, &next, 1,
                          &err), "%s", err.message);
    assert_close("streams", trace_find(&trace, "L1.out")->data, want, 4,
                 1e-5);
    assert_close("logits", logits, want + 4, PAPER_TOKENS, 1e-5);
    state_free(&s);
    trace_free(&trace);
}

Test(mtp, worked_example)
{
    static const float e_proj[] = { 0.6f, 0, 0, 3 };
    static const float h_proj[] = { 1, 1, 0, 5 };
    /* the streams after the block, then the logits */
    static const float next_is_2[] = { 1, 7, 1, 7, 0.2f, 1.4f, 1.6f };
    static const float next_is_0[] = { 1.72f, 8.2f, 1.72f, 8.2f, 0.290322f,
                                       1.384093f, 1.674415f };
    struct paper p;
    paper_model(&p);
    paper_set(&p, &p.mtp.e_proj, e_proj);
    paper_set(&p, &p.mtp.h_proj, h_proj);
    on_paper(&p, 2, next_is_2);
    on_paper(&p, 0, next_is_0);
    paper_free(&p);
}

/* mtp_follow() reads a text behind the trunk: what is traced are the logits
   of mtp_forward(), and its passes end where those of the trunk end. */
Test(mtp, follows_the_trunk)
{
    struct fixture f;
    struct error err;
    start(&f, "tiny-flash", false);
    const struct model *m = &f.t->ck.model;
    feed(&f, f.T - 1);
    for (int singly = 1; singly <= f.T; singly += 17) {
        struct trace t = { 0 };
        struct state trunk = { .trace = &t, .chunk = 11,
                               .singly = singly };
        cr_assert(mtp_follow(m, &f.t->ck.mtp, &trunk, f.streams, f.tokens,
                             f.T, &err), "%s", err.message);
        const struct array *a = trace_find(&t, "mtp.logits");
        cr_assert_eq(a->shape[0], f.T - 1);
        assert_same_floats("logits", a->data, f.logits,
                           (size_t)(f.T - 1) * f.V);
        trace_free(&t);
    }
    struct state trunk = { .chunk = 4, .singly = 9 };
    cr_assert_not(mtp_follow(m, &f.t->ck.mtp, &trunk, f.streams, f.tokens,
                             1, &err));
    cr_assert_str_eq(err.message, "the MTP block: found 1 token, expected "
                     "a next one");
    stop(&f);
}
