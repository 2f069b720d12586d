//> [mtp-includes] What the draft block needs
#include "model/mtp.h"

#include "attention/rmsnorm.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
//< [mtp-includes]

//> [mtp-state] A cache with one layer
void mtp_state_init(struct state *s, const struct config *c, int context,
                    int chunk)
{
    *s = (struct state){ .chunk = chunk, .singly = INT_MAX };
    cache_init(&s->cache, c, c->num_hidden_layers, 1, context);
}
//< [mtp-state]

//> [mtp-join] Streams at t meet the embedding of t+1
/* X = e_proj RMSNorm(embedding) for all streams + h_proj RMSNorm(stream) */
static void join(float *X, const float *streams, const struct model *m,
                 const struct mtp_weights *w, const struct pass *p)
{
    int T = p->T, n = p->c->hc_mult, d = p->c->hidden_size;
    size_t row = (size_t)d, Td = (size_t)T * row;
    struct arena_mark mark = arena_mark(p->scratch);
    float *embedded = arena_floats(p->scratch, Td);
    float *projected = arena_floats(p->scratch, Td);
    float *h = arena_floats(p->scratch, Td * (size_t)n);
    model_embed(embedded, m, p->ids, T);
    rmsnorm(embedded, embedded, w->enorm, T, d, p);
    faithful_linear(projected, embedded, &w->e_proj, T, p);
    rmsnorm(h, streams, w->hnorm, T * n, d, p);
    faithful_linear(X, h, &w->h_proj, T * n, p);
    for (int i = 0; i < T * n; i++)
        prim->axpy(X + (size_t)i * row, 1.0f,
                   projected + (size_t)(i / n) * row, row);
    faithful_bf16(X, Td * (size_t)n, p->c->numerics);
    arena_release(p->scratch, mark);
}
//< [mtp-join]

//> [mtp-pass] One pass of the draft block, around the trunk
static bool run_pass(float *logits, const float *streams,
                     const struct model *m, const struct mtp_weights *w,
                     struct state *s, const struct pass *p,
                     struct error *err)
{
    int layer = p->c->num_hidden_layers;
    size_t T = (size_t)p->T, V = (size_t)p->c->vocab_size;
    size_t nd = (size_t)p->c->hc_mult * (size_t)p->c->hidden_size;
    struct arena_mark mark = arena_mark(&s->scratch);
    float *X = arena_floats(&s->scratch, T * nd);
    if (!logits)
        logits = arena_floats(&s->scratch, T * V);
    //> [mtp-pass-run] Join, run the block, fold with its own mix
    join(X, streams, m, w, p);
    block(X, &w->block, &s->cache.layers[0], model_rope(m, layer), layer,
          p);
    int outer = trace_enter(s->trace, "mtp.");
    model_head(logits, X, &w->hc_head, w->norm, m, p);
    trace_leave(s->trace, outer);
    //< [mtp-pass-run]
    bool ok = state_sound(s, "mtp.0", X, nd, p, err)
              && state_sound(s, "mtp.0", logits, V, p, err);
    arena_release(&s->scratch, mark);
    return ok;
}
//< [mtp-pass]

//> [mtp-forward] Pass by pass, as the trunk
bool mtp_forward(float *logits, const float *streams, const struct model *m,
                 const struct mtp_weights *w, struct state *s,
                 const int *next, int n, struct error *err)
{
    const struct config *c = &m->config;
    size_t nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    bool ok = model_check_input(m, s, next, n, err);
    s->broken[0] = '\0';
    for (int done = 0; ok && done < n;) {
        struct pass p = state_pass(s, c, next, done, n);
        float *to = logits
            ? logits + (size_t)done * (size_t)c->vocab_size : NULL;
        ok = run_pass(to, streams + (size_t)done * nd, m, w, s, &p, err);
        done += p.T;
    }
    if (ok)
        s->cache.position += n;
    return ok;
}
//< [mtp-forward]

//> [mtp-follow] After the trunk, over the same text
bool mtp_follow(const struct model *m, const struct mtp_weights *w,
                struct state *trunk, const float *streams, const int *ids,
                int n, struct error *err)
{
    struct state s;
    if (n < 2)
        return fail(err, "the MTP block: found %d token%s, expected a next "
                    "one", n, n == 1 ? "" : "s");
    mtp_state_init(&s, &m->config, n - 1, trunk->chunk);
    s.trace = trunk->trace;
    s.singly = trunk->singly - 1;
    if (s.trace)
        s.trace->length = n - 1;
    bool ok = mtp_forward(NULL, streams, m, w, &s, ids + 1, n - 1, err);
    snprintf(trunk->broken, sizeof trunk->broken, "%s", s.broken);
    state_free(&s);
    return ok;
}
//< [mtp-follow]
