/**
 * @file
 * The whole network against the official code: every golden of the three
 * tiny checkpoints in exact numerics; any split of the input and any
 * number of threads give the same bits.
 */
#include "base/rng.h"
#include "model/checkpoint.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/paper.h"
#include "support/threads.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const models[] = { "tiny-flash", "tiny-pro",
                                      "tiny-long" };
enum { MODELS = 3 };
static const double TOLERANCE = 1e-5; /* the reference's own is 3.5e-6 */

/* One tiny model, its tokens, and what was traced while it ran. */
struct run {
    char file[64];
    struct checkpoint ck;
    struct state state;
    struct trace trace;
    int *tokens;
    int T, V;
    size_t nd;
    float *logits;  /* (T, V) */
    float *streams; /* (T, n, d) */
};

static void start(struct run *r, const char *name)
{
    char dir[64];
    struct checkpoint_options o = { .numerics = EXACT };
    struct faults faults = { 0 };
    struct error err;
    *r = (struct run){ 0 };
    snprintf(dir, sizeof dir, "tiny_models/%s", name);
    snprintf(r->file, sizeof r->file, "%s/golden-exact.safetensors", name);
    cr_assert(checkpoint_open(&r->ck, dir, &o, &faults, &err), "%s",
              err.message);
    const struct config *c = &r->ck.model.config;
    size_t count;
    r->tokens = golden_ints(r->file, "tokens", &count);
    r->T = (int)count;
    r->V = c->vocab_size;
    r->nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    r->logits = calloc(count * (size_t)r->V, sizeof *r->logits);
    r->streams = calloc(count * r->nd, sizeof *r->streams);
    state_init(&r->state, c, r->T, 512);
    r->state.scratch.poison = true;
    r->state.trace = &r->trace;
    r->trace.length = r->T;
    faults_free(&faults);
}

static void stop(struct run *r)
{
    state_free(&r->state);
    trace_free(&r->trace);
    checkpoint_close(&r->ck);
    free(r->tokens);
    free(r->logits);
    free(r->streams);
}

/* Feed tokens up to position `end` in one call. */
static void feed(struct run *r, int end)
{
    struct error err;
    int at = r->state.cache.position;
    cr_assert(model_forward(r->logits + (size_t)at * (size_t)r->V,
                            LOGITS_ALL, r->streams + (size_t)at * r->nd,
                            &r->ck.model, &r->state, r->tokens + at,
                            end - at, &err), "%s", err.message);
}

static void feed_singly(struct run *r, int end)
{
    while (r->state.cache.position < end)
        feed(r, r->state.cache.position + 1);
}

static void close_to(const struct run *r, const char *name,
                     const float *found)
{
    size_t n;
    float *want = golden_floats(r->file, name, &n);
    char what[128];
    snprintf(what, sizeof what, "%s %s", r->file, name);
    assert_close(what, found, want, n, TOLERANCE);
    free(want);
}

static int number(const struct run *r, const char *name)
{
    int *v = golden_ints(r->file, name, NULL), x = v[0];
    free(v);
    return x;
}

/* A traced tensor of integers against a golden one, row by row; the golden
   may be narrower or wider when its run was shorter or longer. */
static void same_choices(const struct run *r, const char *golden_name,
                         const char *traced, int first_row)
{
    const struct array *a = trace_find(&r->trace, traced);
    cr_assert_not_null(a, "%s was not traced", traced);
    size_t n;
    int *want = golden_ints(r->file, golden_name, &n);
    int width = golden_size(r->file, golden_name, 1);
    const int *got = a->data;
    for (size_t i = 0; i < n; i++) {
        size_t row = i / (size_t)width + (size_t)first_row;
        int64_t col = (int64_t)(i % (size_t)width);
        int found = col < a->shape[1]
            ? got[row * (size_t)a->shape[1] + (size_t)col] : -1;
        cr_assert_eq(found, want[i], "%s: row %zu column %d: found %d, "
                     "expected %d", golden_name, row, (int)col, found,
                     want[i]);
    }
    free(want);
}

/* Every layer's choices and hidden states for one run's prefix. */
static void check_layers(struct run *r, const char *run, int first_row)
{
    int compared = 0;
    for (int i = 0; i < r->ck.model.config.num_hidden_layers; i++) {
        char golden_name[64], traced[64];
        const char *const choices[] = { "gate.indices", "idx.sel" };
        for (int k = 0; k < 2; k++) {
            snprintf(golden_name, sizeof golden_name, "%s.L%d.%s", run, i,
                     choices[k]);
            snprintf(traced, sizeof traced, "L%d.%s", i, choices[k]);
            if (!golden_has(r->file, golden_name))
                continue;
            same_choices(r, golden_name, traced, first_row);
            compared++;
        }
    }
    cr_assert_gt(compared, 0, "%s has no choices", run);
}

static void check_short_hidden(struct run *r)
{
    for (int i = 0; i < r->ck.model.config.num_hidden_layers; i++) {
        char golden_name[64], traced[64];
        snprintf(golden_name, sizeof golden_name, "short.L%d.out", i);
        snprintf(traced, sizeof traced, "L%d.out", i);
        close_to(r, golden_name, trace_find(&r->trace, traced)->data);
    }
}

static void check_last_hidden(struct run *r)
{
    for (int i = 0; i < r->ck.model.config.num_hidden_layers; i++) {
        char golden_name[64], traced[64];
        snprintf(golden_name, sizeof golden_name, "short.dec_last.L%d.out",
                 i);
        snprintf(traced, sizeof traced, "L%d.out", i);
        const struct array *a = trace_find(&r->trace, traced);
        close_to(r, golden_name, (const float *)a->data
                 + (size_t)(a->shape[0] - 1) * r->nd);
    }
}

/* Prefill, then single tokens: logits, hidden states, every choice. */
Test(model, short_runs)
{
    for (int k = 0; k < MODELS; k++) {
        struct run r;
        start(&r, models[k]);
        int S = number(&r, "short.prefill_len");
        int ND = number(&r, "short.decode_len");
        r.trace.length = S + ND;
        feed(&r, S);
        close_to(&r, "short.logits", r.logits);
        check_short_hidden(&r);
        feed_singly(&r, S + ND);
        close_to(&r, "short.dec.logits",
                 r.logits + (size_t)S * (size_t)r.V);
        check_layers(&r, "short", 0);
        check_last_hidden(&r);
        stop(&r);
    }
}

static void check_positions(struct run *r, const char *golden_name,
                            const char *positions, const float *rows,
                            size_t width)
{
    size_t n;
    int *pos = golden_ints(r->file, positions, &n);
    float *found = calloc(n * width, sizeof *found);
    for (size_t i = 0; i < n; i++)
        memcpy(found + i * width, rows + (size_t)pos[i] * width,
               width * sizeof *found);
    close_to(r, golden_name, found);
    free(found);
    free(pos);
}

static void check_argmax(struct run *r)
{
    size_t n;
    int *want = golden_ints(r->file, "long.argmax", &n);
    for (size_t t = 0; t < n; t++) {
        const float *row = r->logits + t * (size_t)r->V;
        int best = 0;
        for (int v = 1; v < r->V; v++)
            if (row[v] > row[best])
                best = v;
        cr_assert_eq(best, want[t], "position %zu", t);
    }
    free(want);
}

static void check_long_layers(struct run *r)
{
    int compared = 0;
    for (int i = 0; i < r->ck.model.config.num_hidden_layers; i++) {
        char golden_name[64], traced[64];
        snprintf(golden_name, sizeof golden_name, "long.L%d.out", i);
        snprintf(traced, sizeof traced, "L%d.out", i);
        check_positions(r, golden_name, "long.hidden_pos",
                        trace_find(&r->trace, traced)->data, r->nd);
        snprintf(golden_name, sizeof golden_name, "long.L%d.attn.comp_kv",
                 i);
        snprintf(traced, sizeof traced, "L%d.attn.comp_kv", i);
        if (!golden_has(r->file, golden_name))
            continue;
        close_to(r, golden_name, trace_find(&r->trace, traced)->data);
        compared++;
    }
    cr_assert_gt(compared, 0, "no layer has compressed entries");
}

/* The long run crosses every boundary: window, blocks, ring, top-k. */
Test(model, long_runs)
{
    for (int k = 0; k < MODELS; k++) {
        struct run r;
        start(&r, models[k]);
        int P = number(&r, "long.prefill_len");
        feed(&r, P);
        check_positions(&r, "long.logits", "long.pos", r.logits,
                        (size_t)r.V);
        check_argmax(&r);
        check_long_layers(&r);
        check_layers(&r, "long", 0);
        feed_singly(&r, r.T);
        close_to(&r, "long.dec.logits",
                 r.logits + (size_t)P * (size_t)r.V);
        check_layers(&r, "long.dec", P);
        stop(&r);
    }
}

/* Logits of a run whose cuts are chosen by `cut`: 0 = one token first,
   then singly; else random pieces with that seed. */
static float *cut_logits(const char *name, unsigned cut, size_t *n)
{
    struct run r;
    start(&r, name);
    r.state.trace = NULL;
    struct rng rng;
    rng_seed(&rng, cut);
    r.state.chunk = cut ? 7 + (int)rng_below(&rng, 90) : 512;
    while (r.state.cache.position < r.T) {
        int at = r.state.cache.position;
        int more = cut ? 1 + (int)rng_below(&rng, 60) : 1;
        feed(&r, at + more < r.T ? at + more : r.T);
    }
    *n = (size_t)r.T * (size_t)r.V;
    float *logits = r.logits;
    r.logits = NULL;
    stop(&r);
    return logits;
}

Test(model, every_split_gives_the_same_bits)
{
    for (int k = 0; k < MODELS; k++) {
        size_t n;
        float *want = cut_logits(models[k], 0, &n);
        float *found = cut_logits(models[k], 1 + (unsigned)k, &n);
        assert_same_floats(models[k], found, want, n);
        free(found);
        free(want);
    }
}

Test(model, every_number_of_threads_gives_the_same_bits)
{
    size_t n;
    use_threads(1);
    float *want = cut_logits("tiny-long", 3, &n);
    for (int threads = 2; threads <= 3; threads++) {
        use_threads(threads);
        float *found = cut_logits("tiny-long", 3, &n);
        assert_same_floats("threads", found, want, n);
        free(found);
    }
    free(want);
}

Test(model, bad_input_is_refused)
{
    struct run r;
    struct error err;
    start(&r, "tiny-long");
    const struct model *m = &r.ck.model;
    int ids[2] = { 1, 256 };
    cr_assert_not(model_forward(NULL, LOGITS_NONE, NULL, m, &r.state, ids,
                                0, &err));
    cr_assert(strstr(err.message, "empty"), "%s", err.message);
    cr_assert_not(model_forward(NULL, LOGITS_NONE, NULL, m, &r.state, ids,
                                2, &err));
    cr_assert(strstr(err.message, "256"), "%s", err.message);
    feed(&r, r.T);
    cr_assert_not(model_forward(NULL, LOGITS_NONE, NULL, m, &r.state, ids,
                                1, &err));
    cr_assert(strstr(err.message, "room for 0"), "%s", err.message);
    stop(&r);
}

/* Chapter 28: five tokens in chunks of three through a block that says
   nothing. What comes out is the embedding, normed, times the head. The
   last pass has two tokens, so that the last of them is not the first. */
Test(model, worked_example)
{
    static const int ids[] = { 0, 1, 2, 0, 1 };
    static const float of_id[PAPER_TOKENS][PAPER_TOKENS] = {
        { 0.2f, 1.4f, 1.6f }, { 1.4f, 0.2f, 1.6f }, { -1, 1, 0 },
    };
    enum { N = sizeof ids / sizeof *ids };
    struct paper p;
    struct state s;
    struct error err;
    float all[N * PAPER_TOKENS], last[PAPER_TOKENS];
    paper_model(&p);
    state_init(&s, &p.model.config, 2 * N, 3);
    s.scratch.poison = true;
    cr_assert(model_forward(all, LOGITS_ALL, NULL, &p.model, &s, ids, N,
                            &err), "%s", err.message);
    for (int t = 0; t < N; t++)
        assert_close("logits", all + t * PAPER_TOKENS, of_id[ids[t]],
                     PAPER_TOKENS, 1e-5);
    cr_assert_eq(s.cache.position, N);
    cr_assert(model_forward(last, LOGITS_LAST, NULL, &p.model, &s, ids, N,
                            &err), "%s", err.message);
    assert_close("last", last, of_id[1], PAPER_TOKENS, 1e-5);
    cr_assert_eq(s.cache.position, 2 * N);
    cr_assert_not(model_forward(NULL, LOGITS_NONE, NULL, &p.model, &s, ids,
                                1, &err));
    cr_assert_str_eq(err.message, "1 tokens do not fit: position 10 of a "
                     "context of 10 leaves room for 0");
    state_free(&s);
    paper_free(&p);
}

/* A NaN in one row of the embedding: the message names the first position
   it comes to, wherever the passes are cut, and not those before it. */
Test(model, first_broken_position)
{
    static const int ids[] = { 0, 1, 0, 1, 0, 2, 1 };
    static const float embed[] = { 1, 7, 7, 1, NAN, 5 };
    struct paper p;
    paper_model(&p);
    paper_set(&p, &p.model.weights.embed, embed);
    for (int chunk = 1; chunk <= 7; chunk++) {
        struct state s;
        struct error err;
        state_init(&s, &p.model.config, 7, chunk);
        cr_assert(model_forward(NULL, LOGITS_NONE, NULL, &p.model, &s, ids,
                                4, &err), "%s", err.message);
        cr_assert_str_eq(s.broken, "");
        cr_assert_not(model_forward(NULL, LOGITS_NONE, NULL, &p.model, &s,
                                    ids + 4, 3, &err));
        cr_assert_str_eq(err.message, "layers.0 made a number that is not "
                         "finite, at position 5");
        cr_assert_str_eq(s.broken, "layers.0");
        cr_assert_eq(s.cache.position, 4);
        state_free(&s);
    }
    paper_free(&p);
}

/* The head's logits of the last token only: it is the eighth that breaks
   them, not the first of its pass. */
Test(model, broken_head)
{
    static const int ids[] = { 0, 1, 0, 1, 2, 0, 2, 1 };
    static const float head[] = { 1, 0, 0, NAN, 1, 1 };
    struct paper p;
    struct state s;
    struct error err;
    paper_model(&p);
    paper_set(&p, &p.model.weights.head, head);
    state_init(&s, &p.model.config, 8, 512);
    cr_assert_not(model_forward(NULL, LOGITS_LAST, NULL, &p.model, &s, ids,
                                8, &err));
    cr_assert_str_eq(err.message, "head made a number that is not finite, "
                     "at position 7");
    cr_assert_str_eq(s.broken, "head");
    cr_assert_not(model_forward(NULL, LOGITS_ALL, NULL, &p.model, &s, ids,
                                8, &err));
    cr_assert_str_eq(err.message, "head made a number that is not finite, "
                     "at position 0");
    cr_assert_not(model_forward(NULL, LOGITS_ALL, NULL, &p.model, &s, ids,
                                9, &err));
    cr_assert_str_eq(s.broken, "", "a prompt too long breaks nothing");
    state_free(&s);
    paper_free(&p);
}

/* Every way of cutting: passes are whole chunks up to `singly`, then one
   token each, and together they are the text. */
Test(model, passes)
{
    static const int ids[20] = { 0 };
    struct config c = { 0 };
    for (int chunk = 1; chunk <= 6; chunk++)
        for (int start = 0; start <= 9; start++)
            for (int singly = 0; singly <= 30; singly++) {
                struct state s = { .chunk = chunk, .singly = singly,
                                   .cache.position = start };
                for (int done = 0; done < 20;) {
                    struct pass p = state_pass(&s, &c, ids, done, 20);
                    int left = 20 - done, bulk = singly - start - done;
                    int want = left < bulk ? left : bulk;
                    want = want > chunk ? chunk : want < 1 ? 1 : want;
                    cr_assert_eq(p.T, want);
                    cr_assert_eq(p.start, start + done);
                    cr_assert_eq(p.ids, ids + done);
                    done += p.T;
                    cr_assert_leq(done, 20);
                }
            }
}
