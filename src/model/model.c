//> [model-includes] What the model needs
#include "model/model.h"

#include "attention/rmsnorm.h"
#include "base/plan.h"
#include "numerics/linear.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
//< [model-includes]

//> [model-state] A cache for all layers, and scratch
void state_init(struct state *s, const struct config *c, int context,
                int chunk)
{
    *s = (struct state){ .chunk = chunk, .singly = INT_MAX };
    cache_init(&s->cache, c, 0, c->num_hidden_layers, context);
}

void state_free(struct state *s)
{
    cache_free(&s->cache);
    arena_free(&s->scratch);
}
//< [model-state]

//> [model-embed] A row of the table for every token
void model_embed(float *x, const struct model *m, const int *ids, int T)
{
    int d = m->config.hidden_size;
    float piece[UNPACK];
    for (int t = 0; t < T; t++) {
        struct held row = weights_hold(&m->weights.embed, ids[t], 1);
        for (int i = 0; i < d; i += UNPACK) {
            int n = held_unpack(piece, &row, 0, i);
            memcpy(x + (size_t)t * (size_t)d + i, piece,
                   (size_t)n * sizeof *x);
        }
        weights_release(&row);
    }
}
//< [model-embed]

//> [model-streams] n copies of the embedding
static void start_streams(float *X, const struct model *m,
                          const struct pass *p)
{
    size_t n = (size_t)p->c->hc_mult, d = (size_t)p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    float *x = arena_floats(p->scratch, (size_t)p->T * d);
    model_embed(x, m, p->ids, p->T);
    for (size_t t = 0; t < (size_t)p->T; t++)
        for (size_t j = 0; j < n; j++)
            memcpy(X + (t * n + j) * d, x + t * d, d * sizeof *X);
    arena_release(p->scratch, mark);
}
//< [model-streams]

//> [model-head] Fold, norm, project
void model_head(float *logits, const float *X, const struct hc_weights *mix,
                const float *norm, const struct model *m,
                const struct pass *p)
{
    int d = p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    float *u = arena_floats(p->scratch, (size_t)p->T * (size_t)d);
    hc_head(u, X, mix, p);
    rmsnorm(u, u, norm, p->T, d, p);
    trace(p->trace, "head.normed", u, 2, p->T, d);
    linear(logits, u, &m->weights.head, p->T, p->scratch);
    trace(p->trace, "logits", logits, 2, p->T, p->c->vocab_size);
    arena_release(p->scratch, mark);
}
//< [model-head]

//> [model-check] What a caller may get wrong
bool model_check_input(const struct model *m, const struct state *s,
                       const int *ids, int n, struct error *err)
{
    int room = s->cache.context - s->cache.position;
    if (n < 1)
        return fail(err, "the prompt is empty: expected at least one token");
    if (n > room)
        return fail(err, "%d tokens do not fit: position %d of a context "
                    "of %d leaves room for %d", n, s->cache.position,
                    s->cache.context, room);
    for (int i = 0; i < n; i++)
        if (ids[i] < 0 || ids[i] >= m->config.vocab_size)
            return fail(err, "token %d has id %d: expected 0 … %d", i,
                        ids[i], m->config.vocab_size - 1);
    return true;
}
//< [model-check]

//> [model-finite] A sum notices every number that is none
static bool all_finite(const float *x, size_t n)
{
    double sum = 0; /* inf - inf and anything with NaN is NaN */
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * 0.0;
    return sum == 0.0;
}
//< [model-finite]

//> [model-sound] The first position where something went wrong
bool state_sound(struct state *s, const char *part, const float *x,
                 size_t width, const struct pass *p, struct error *err)
{
    int t = 0;
    while (t < p->T && all_finite(x + (size_t)t * width, width))
        t++;
    if (t == p->T)
        return true;
    snprintf(s->broken, sizeof s->broken, "%s", part);
    return fail(err, "%s made a number that is not finite, at position %d",
                part, p->start + t);
}
//< [model-sound]

//> [model-blocks] All blocks, each checked
static bool run_blocks(float *X, const struct model *m, struct state *s,
                       const struct pass *p, struct error *err)
{
    int layers = m->config.num_hidden_layers;
    size_t nd = (size_t)p->c->hc_mult * (size_t)p->c->hidden_size;
    for (int i = 0; i < layers; i++) {
        char part[sizeof s->broken];
        snprintf(part, sizeof part, "layers.%d", i);
        block(X, &m->weights.layers[i], &s->cache.layers[i],
              model_rope(m, i), i, p);
        if (!state_sound(s, part, X, nd, p, err))
            return false;
        progress_update(s->progress, p->start + (int64_t)p->T * (i + 1)
                                                / layers);
    }
    return true;
}
//< [model-blocks]

//> [model-rope] Two sets of frequencies for three kinds of layer
const struct rope *model_rope(const struct model *m, int layer)
{
    return &m->rope[config_layer(&m->config, layer).attention->rope];
}
//< [model-rope]

//> [model-pass] How a text is cut, the only place that knows
struct pass state_pass(struct state *s, const struct config *c,
                       const int *ids, int done, int n)
{
    int start = s->cache.position + done, T = n - done;
    if (start >= s->singly)
        T = 1;
    else if (T > s->singly - start)
        T = s->singly - start;
    return (struct pass){ .c = c, .scratch = &s->scratch,
                          .trace = s->trace, .ids = ids + done,
                          .T = T < s->chunk ? T : s->chunk,
                          .start = start };
}
//< [model-pass]

//> [model-logits] The logits of one pass, where they are wanted
/* `last`: the last of the tokens that were fed is in this pass. */
static bool want_logits(float *logits, enum logits which, bool last,
                        const float *X, const struct model *m,
                        struct state *s, struct pass p, struct error *err)
{
    size_t nd = (size_t)p.c->hc_mult * (size_t)p.c->hidden_size;
    size_t V = (size_t)p.c->vocab_size;
    if (which == LOGITS_NONE || (which == LOGITS_LAST && !last))
        return true;
    if (which == LOGITS_LAST) { /* a pass of one token */
        int before = p.T - 1;
        X += (size_t)before * nd;
        p.ids += before;
        p.start += before;
        p.T = 1;
    }
    if (!logits)
        logits = arena_floats(p.scratch, (size_t)p.T * V);
    model_head(logits, X, &m->weights.hc_head, m->weights.norm, m, &p);
    return state_sound(s, "head", logits, V, &p, err);
}
//< [model-logits]

//> [model-forward] Pass by pass through the same blocks
bool model_forward(float *logits, enum logits which, float *streams,
                   const struct model *m, struct state *s, const int *ids,
                   int n, struct error *err)
{
    const struct config *c = &m->config;
    s->broken[0] = '\0';
    if (!model_check_input(m, s, ids, n, err))
        return false;
    size_t nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    struct arena_mark mark = arena_mark(&s->scratch);
    bool ok = true;
    for (int done = 0; ok && done < n;) {
        struct pass p = state_pass(s, c, ids, done, n);
        float *X = arena_floats(&s->scratch, (size_t)p.T * nd);
        start_streams(X, m, &p);
        ok = run_blocks(X, m, s, &p, err);
        //> [model-forward-results] Logits and streams of this pass
        if (ok) {
            float *to = logits && which == LOGITS_ALL
                ? logits + (size_t)done * (size_t)c->vocab_size : logits;
            ok = want_logits(to, which, done + p.T == n, X, m, s, p, err);
        }
        if (ok && streams)
            memcpy(streams + (size_t)done * nd, X,
                   (size_t)p.T * nd * sizeof *X);
        arena_release(&s->scratch, mark);
        done += p.T;
        //< [model-forward-results]
    }
    if (ok)
        s->cache.position += n;
    return ok;
}
//< [model-forward]
