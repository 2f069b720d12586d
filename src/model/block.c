//> [block-includes] What a block needs
#include "model/block.h"

#include "attention/rmsnorm.h"
//< [block-includes]

//> [block-half] One half of a block, around its sub-layer
/* Between half_begin() and half_end() the sub-layer makes f from u. */
struct half {
    const char *name; /* of its traced tensors: "attn", "ffn" */
    float *u, *f;     /* (T, d) */
    struct hc_mix mix;
    struct arena_mark mark;
};
//< [block-half]

//> [block-report] The mixtures, for whoever is watching
static void report(const struct half *h, const struct pass *p)
{
    int T = p->T, n = p->c->hc_mult;
    int outer = trace_enter(p->trace, "hc_%s.", h->name);
    trace(p->trace, "pre", h->mix.pre, 2, T, n);
    trace(p->trace, "post", h->mix.post, 2, T, n);
    trace(p->trace, "comb", h->mix.comb, 3, T, n, n);
    trace(p->trace, "y", h->u, 2, T, p->c->hidden_size);
    trace_leave(p->trace, outer);
}
//< [block-report]

//> [block-half-begin] Mix, read, norm
static void half_begin(struct half *h, const char *name, const float *X,
                       const struct hc_weights *hc, const float *norm,
                       const struct pass *p)
{
    int T = p->T, d = p->c->hidden_size;
    *h = (struct half){ .name = name, .mark = arena_mark(p->scratch) };
    h->u = arena_floats(p->scratch, (size_t)T * (size_t)d);
    h->f = arena_floats(p->scratch, (size_t)T * (size_t)d);
    hc_mixtures(&h->mix, X, hc, p);
    hc_read(h->u, X, h->mix.pre, p);
    report(h, p);
    rmsnorm(h->u, h->u, norm, T, d, p);
    int outer = trace_enter(p->trace, "%s.", name);
    trace(p->trace, "x", h->u, 2, T, d);
    trace_leave(p->trace, outer);
}
//< [block-half-begin]

//> [block-half-end] Write
static void half_end(float *X, const struct half *h, const char *name,
                     const struct pass *p)
{
    hc_write(X, h->f, &h->mix, p);
    trace(p->trace, name, X, 3, p->T, p->c->hc_mult, p->c->hidden_size);
    arena_release(p->scratch, h->mark);
}
//< [block-half-end]

//> [block] Both halves
void block(float *X, const struct block_weights *w,
           struct attention_state *state, const struct rope *rope,
           int layer, const struct pass *p)
{
    struct half h;
    int outer = trace_enter(p->trace, "L%d.", layer);
    half_begin(&h, "attn", X, &w->hc_attn, w->attn_norm, p);
    attention(h.f, h.u, &w->attn, state, rope, layer, p);
    half_end(X, &h, "mid", p);
    half_begin(&h, "ffn", X, &w->hc_ffn, w->ffn_norm, p);
    moe(h.f, h.u, &w->ffn, p);
    half_end(X, &h, "out", p);
    trace_leave(p->trace, outer);
}
//< [block]
