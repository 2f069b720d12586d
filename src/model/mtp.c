//> [mtp-includes] What the draft block needs
#include "model/mtp.h"

#include "attention/rmsnorm.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"

#include <string.h>
//< [mtp-includes]

//> [mtp-state] A cache with one layer
void mtp_state_init(struct state *s, const struct config *c, int context)
{
    *s = (struct state){ .chunk = context };
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
    float *e = arena_floats(p->scratch, Td);
    float *projected = arena_floats(p->scratch, Td);
    float *h = arena_floats(p->scratch, Td * (size_t)n);
    model_embed(e, m, p->ids, T);
    rmsnorm(e, e, w->enorm, T, d, p);
    faithful_linear(projected, e, &w->e_proj, T, p);
    rmsnorm(h, streams, w->hnorm, T * n, d, p);
    faithful_linear(X, h, &w->h_proj, T * n, p);
    for (int i = 0; i < T * n; i++)
        prim->axpy(X + (size_t)i * row, 1.0f,
                   projected + (size_t)(i / n) * row, row);
    faithful_bf16(X, Td * (size_t)n, p->c->numerics);
    arena_release(p->scratch, mark);
}
//< [mtp-join]

//> [mtp-forward] The draft block, around the trunk
bool mtp_forward(float *logits, const float *streams, const struct model *m,
                 const struct mtp_weights *w, struct state *s,
                 const int *next, int n, struct error *err)
{
    const struct config *c = &m->config;
    if (!model_check_input(m, s, next, n, err))
        return false;
    struct pass p = { .c = c, .scratch = &s->scratch, .trace = s->trace,
                      .ids = next, .T = n, .start = s->cache.position };
    int layer = c->num_hidden_layers;
    size_t total = (size_t)n * (size_t)c->hc_mult * (size_t)c->hidden_size;
    struct arena_mark mark = arena_mark(&s->scratch);
    float *X = arena_floats(&s->scratch, total);
    //> [mtp-forward-run] Join, run the block, fold with its own mix
    join(X, streams, m, w, &p);
    block(X, &w->block, &s->cache.layers[0], model_rope(m, layer), layer,
          &p);
    int outer = trace_enter(s->trace, "mtp.");
    model_head(logits, X, &w->hc_head, w->norm, m, &p);
    trace_leave(s->trace, outer);
    //< [mtp-forward-run]
    bool ok = all_finite(X, total)
              || fail(err, "mtp.0 made a number that is not finite");
    arena_release(&s->scratch, mark);
    if (ok)
        s->cache.position += n;
    return ok;
}
//< [mtp-forward]
