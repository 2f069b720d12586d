//> [attention-includes] What the layer needs
#include "attention/attention.h"

#include "base/plan.h"
#include "numerics/primitives.h"

#include <assert.h>
#include <math.h>
#include <string.h>
//< [attention-includes]

//> [attention-queries] What one pass through the layer works with
/* Everything made from the T tokens before the first query looks around. */
struct queries {
    struct layer layer;  /* what kind it is, and its ratio m */
    float *q, *qr, *kv;  /* (T, H, D), (T, q_lora_rank), (T, D) */
    float *index_q;      /* (T, H_I, D_I), CSA only */
    float *omega;        /* (T, H_I), CSA only */
    const float **recent; /* keys of positions first … start + T - 1 */
    int first;           /* the oldest position in recent */
};
//< [attention-queries]

//> [attention-recent] The keys of the last tokens, old and new
/* Positions before this pass are in the ring, the others in kv. */
static void find_recent(struct queries *a,
                        const struct attention_state *state,
                        const struct pass *p)
{
    int w = p->c->sliding_window, D = p->c->head_dim;
    a->first = window_first(p->start, w);
    size_t n = (size_t)(p->start + p->T - a->first);
    a->recent = arena_alloc(p->scratch, n, sizeof *a->recent);
    for (int s = a->first; s < p->start; s++)
        a->recent[s - a->first] = rows_reach(&state->ring, s % w,
                                             p->scratch);
    for (int s = p->start; s < p->start + p->T; s++)
        a->recent[s - a->first] = a->kv
                                  + (size_t)(s - p->start) * (size_t)D;
}
//< [attention-recent]

//> [attention-remember] Keep the last w keys for the next pass
static void remember(struct attention_state *state, const float *kv,
                     const struct pass *p)
{
    int w = p->c->sliding_window, D = p->c->head_dim;
    int first = p->T > w ? p->T - w : 0;
    for (int i = first; i < p->T; i++)
        rows_put(&state->ring, (p->start + i) % w,
                 kv + (size_t)i * (size_t)D);
}
//< [attention-remember]

//> [attention-prepare] Queries, keys, new entries, index queries
static void prepare(struct queries *a, const float *x,
                    const struct attention_weights *w,
                    struct attention_state *state, const struct rope *rope,
                    const struct pass *p)
{
    const struct config *c = p->c;
    const struct attention_kind *kind = a->layer.attention;
    size_t T = (size_t)p->T;
    a->q = arena_floats(p->scratch, T * (size_t)c->num_attention_heads
                                    * (size_t)c->head_dim);
    a->qr = arena_floats(p->scratch, T * (size_t)c->q_lora_rank);
    a->kv = arena_floats(p->scratch, T * (size_t)c->head_dim);
    attention_query(a->q, a->qr, x, w, rope, p);
    attention_key(a->kv, x, w, rope, p);
    find_recent(a, state, p);
    if (kind->compresses)
        compressor(&state->entries, &state->open, x, w->compressor,
                   a->layer.ratio, rope, p);
    //> [attention-prepare-index] CSA: index keys and index queries
    if (kind->selects) {
        size_t heads = (size_t)c->index_n_heads;
        compressor(&state->index_keys, &state->index_open, x,
                   &w->indexer->compressor, a->layer.ratio, rope, p);
        a->index_q = arena_floats(p->scratch, T * heads
                                              * (size_t)c->index_head_dim);
        a->omega = arena_floats(p->scratch, T * heads);
        indexer_query(a->index_q, a->omega, x, a->qr, w->indexer, rope, p);
    }
    //< [attention-prepare-index]
}
//< [attention-prepare]

//> [attention-choose] Which entries does token i attend to?
/* HCA: all that are complete. CSA: those its indexer chooses. */
static int choose_entries(int *chosen, int i, const struct queries *a,
                          const struct attention_state *state,
                          const struct pass *p)
{
    const struct config *c = p->c;
    int m = a->layer.ratio;
    if (a->layer.attention->selects) {
        size_t heads = (size_t)i * (size_t)c->index_n_heads;
        return indexer_choose(chosen, i,
                              a->index_q + heads * (size_t)c->index_head_dim,
                              a->omega + heads, &state->index_keys, m, p);
    }
    int n = visible_entries(p->start + i, m);
    for (int j = 0; j < n; j++)
        chosen[j] = j;
    return n;
}
//< [attention-choose]

//> [attention-report] The picture of one token's attention
/* Spread the probabilities of the list over the key axis of the picture:
   raw keys, compressed entries, sink. mask: 1 seen, 2 not selected. */
static void report(const float *probs, int pad, const int *chosen, int n,
                   int t, int m, const struct pass *p)
{
    int H = p->c->num_attention_heads;
    int first = window_first(t, p->c->sliding_window);
    int L = trace_length(p->trace, p->start + p->T);
    int raw = t - first + 1, S = raw + pad + n;
    int width = L + visible_entries(L - 1, m) + 1;
    struct arena_mark mark = arena_mark(p->scratch);
    float *wide = arena_floats(p->scratch, (size_t)H * (size_t)width);
    int *mask = arena_alloc(p->scratch, (size_t)width, sizeof *mask);
    memset(wide, 0, (size_t)H * (size_t)width * sizeof *wide);
    memset(mask, 0, (size_t)width * sizeof *mask);
    //> [attention-report-spread] Every key to its place
    for (int h = 0; h < H; h++, probs += S + 1) {
        float *row = wide + (size_t)h * (size_t)width;
        memcpy(row + first, probs, (size_t)raw * sizeof *row);
        for (int j = 0; j < n; j++)
            row[L + chosen[j]] = probs[raw + pad + j];
        row[width - 1] = probs[S];
    }
    for (int s = first; s <= t; s++)
        mask[s] = 1;
    for (int i = 0; i < visible_entries(t, m); i++)
        mask[L + i] = 2;
    for (int j = 0; j < n; j++)
        mask[L + chosen[j]] = 1;
    mask[width - 1] = !(p->c->without & WITHOUT_SINK);
    //< [attention-report-spread]
    trace(p->trace, "attn.probs", wide, 3, 1, H, width);
    trace_ints(p->trace, "attn.probs.visible", mask, 2, 1, width);
    arena_release(p->scratch, mark);
}
//< [attention-report]

//> [attention-token] One token: make its list of keys, attend
static void attend_token(float *o, int i, const struct queries *a,
                         const struct attention_weights *w,
                         const struct attention_state *state,
                         const struct pass *p)
{
    const struct config *c = p->c;
    int t = p->start + i, H = c->num_attention_heads, D = c->head_dim;
    int window = c->sliding_window, first = window_first(t, window);
    int raw = t - first + 1, end = p->start + p->T;
    int pad = (p->T == 1 || end > window ? window : end) - raw;
    if (c->numerics == EXACT)
        pad = 0; /* it would change nothing */
    struct arena_mark mark = arena_mark(p->scratch);
    size_t most = (size_t)visible_entries(t, a->layer.ratio);
    int *chosen = arena_alloc(p->scratch, most, sizeof *chosen);
    int n = choose_entries(chosen, i, a, state, p);
    //> [attention-none] Without a choice there is no result
    if (n < 0) {
        for (int j = 0; j < H * D; j++)
            o[j] = NAN;
        arena_release(p->scratch, mark);
        return;
    }
    //< [attention-none]

    //> [attention-list] The list: raw keys, padding, chosen entries
    int S = raw + pad + n;
    const float **keys = arena_alloc(p->scratch, (size_t)S, sizeof *keys);
    for (int j = 0; j < raw + pad; j++)
        keys[j] = j < raw ? a->recent[first - a->first + j] : NULL;
    for (int j = 0; j < n; j++)
        keys[raw + pad + j] = rows_reach(&state->entries, chosen[j],
                                         p->scratch);
    //< [attention-list]
    float *probs = trace_wants(p->trace, "attn.probs")
        ? arena_floats(p->scratch, (size_t)H * (size_t)(S + 1)) : NULL;
    attend(o, probs, a->q + (size_t)i * (size_t)H * (size_t)D, keys,
           w->attn_sink, S, p);
    if (probs)
        report(probs, pad, chosen, n, t, a->layer.ratio, p);
    arena_release(p->scratch, mark);
}
//< [attention-token]

//> [attention] The whole layer
void attention(float *out, const float *x,
               const struct attention_weights *w,
               struct attention_state *state, const struct rope *rope,
               int layer, const struct pass *p)
{
    size_t HD = (size_t)p->c->num_attention_heads * (size_t)p->c->head_dim;
    struct arena_mark mark = arena_mark(p->scratch);
    struct queries a = { .layer = config_layer(p->c, layer) };
    prepare(&a, x, w, state, rope, p);
    float *o = arena_floats(p->scratch, (size_t)p->T * HD);
    for (int i = 0; i < p->T; i++)
        attend_token(o + (size_t)i * HD, i, &a, w, state, p);
    remember(state, a.kv, p);
    attention_output(out, o, w, rope, p);
    arena_release(p->scratch, mark);
}
//< [attention]
