//> [block-includes] What a block needs
#include "model/block.h"

#include "attention/rmsnorm.h"
//< [block-includes]

//> [block-report] The mixtures, for whoever is watching
static void report(const char *const names[3], const struct hc_mix *mix,
                   const struct pass *p)
{
    int T = p->T, n = p->c->hc_mult;
    trace(p->trace, names[0], mix->pre, 2, T, n);
    trace(p->trace, names[1], mix->post, 2, T, n);
    trace(p->trace, names[2], mix->comb, 3, T, n, n);
}
//< [block-report]

//> [block-attention] The first half
static void attention_half(float *X, const struct block_weights *w,
                           struct attention_state *state,
                           const struct rope *rope, int layer,
                           const struct pass *p)
{
    static const char *const names[] = { "hc_attn.pre", "hc_attn.post",
                                         "hc_attn.comb" };
    int T = p->T, d = p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    float *u = arena_floats(p->scratch, (size_t)T * (size_t)d);
    float *f = arena_floats(p->scratch, (size_t)T * (size_t)d);
    struct hc_mix mix;
    hc_mixtures(&mix, X, &w->hc_attn, p);
    report(names, &mix, p);
    hc_read(u, X, mix.pre, p);
    trace(p->trace, "hc_attn.y", u, 2, T, d);
    rmsnorm(u, u, w->attn_norm, T, d, p);
    trace(p->trace, "attn.x", u, 2, T, d);
    attention(f, u, &w->attn, state, rope, layer, p);
    hc_write(X, f, &mix, p);
    trace(p->trace, "mid", X, 3, T, p->c->hc_mult, d);
    arena_release(p->scratch, mark);
}
//< [block-attention]

//> [block-experts] The second half
static void experts_half(float *X, const struct block_weights *w,
                         const struct pass *p)
{
    static const char *const names[] = { "hc_ffn.pre", "hc_ffn.post",
                                         "hc_ffn.comb" };
    int T = p->T, d = p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    float *u = arena_floats(p->scratch, (size_t)T * (size_t)d);
    float *f = arena_floats(p->scratch, (size_t)T * (size_t)d);
    struct hc_mix mix;
    hc_mixtures(&mix, X, &w->hc_ffn, p);
    report(names, &mix, p);
    hc_read(u, X, mix.pre, p);
    trace(p->trace, "hc_ffn.y", u, 2, T, d);
    rmsnorm(u, u, w->ffn_norm, T, d, p);
    trace(p->trace, "ffn.x", u, 2, T, d);
    moe(f, u, &w->ffn, p);
    hc_write(X, f, &mix, p);
    arena_release(p->scratch, mark);
}
//< [block-experts]

//> [block] Both halves
void block(float *X, const struct block_weights *w,
           struct attention_state *state, const struct rope *rope,
           int layer, const struct pass *p)
{
    trace_prefix(p->trace, "L%d.", layer);
    attention_half(X, w, state, rope, layer, p);
    experts_half(X, w, p);
    trace(p->trace, "out", X, 3, p->T, p->c->hc_mult, p->c->hidden_size);
    trace_prefix(p->trace, "%s", "");
}
//< [block]
