//> [compressor-includes] What the compressor needs
#include "attention/compressor.h"

#include "attention/rmsnorm.h"
#include "numerics/exp.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"
#include "numerics/sum.h"

#include <math.h>
#include <string.h>
//< [compressor-includes]

//> [compressor-visible] Completed blocks only, one's own included
int visible_entries(int t, int m)
{
    return m ? (t + 1) / m : 0;
}
//< [compressor-visible]

//> [compressor-describe] Overlap doubles the slots and the features
void compressor_describe(struct compressor_state *s,
                         const struct config *c, enum row_kind kind, int m,
                         bool overlaps)
{
    int width = kind == ROW_KEY ? c->head_dim : c->index_head_dim;
    int twice = overlaps ? 2 : 1;
    *s = (struct compressor_state){ .slots = twice * m,
                                    .width = twice * width };
}
//< [compressor-describe]

//> [compressor-slot] The slot of the open block that token t fills
static size_t slot_of(const struct compressor_state *s, int t, int m)
{
    return (size_t)(s->slots - m + t % m);
}
//< [compressor-slot]

//> [compressor-place] Where slot j keeps what feature f pools
/* The previous block's slots come first and give their FIRST half, the
   block's own slots give their SECOND; without overlap there is one half. */
static size_t place(const struct compressor_state *s, int j, int f, int D,
                    int m)
{
    int half = j < s->slots - m ? 0 : s->width - D;
    return (size_t)j * (size_t)s->width + (size_t)(half + f);
}
//< [compressor-place]

//> [compressor-pool] A softmax over the slots for every feature
/* Slots before `first` are not there: they have weight 0. Also gives each
   slot's share of each feature, (slots, D). */
static void pool(float *entry, float *share,
                 const struct compressor_state *s, int first, int D, int m)
{
    memset(share, 0, (size_t)s->slots * (size_t)D * sizeof *share);
    for (int f = 0; f < D; f++) {
        float max = -INFINITY;
        for (int j = first; j < s->slots; j++)
            max = fmaxf(max, s->gate[place(s, j, f, D, m)]);
        struct sum sum = { 0 }, weight = { 0 };
        for (int j = first; j < s->slots; j++) {
            size_t at = place(s, j, f, D, m);
            float share_j = exp32(s->gate[at] - max);
            share[(size_t)j * (size_t)D + (size_t)f] = share_j;
            sum_add(&sum, (size_t)j, (double)share_j * (double)s->kv[at]);
            sum_add(&weight, (size_t)j, (double)share_j);
        }
        double whole = sum_total(&weight);
        entry[f] = (float)(sum_total(&sum) / whole);
        for (int j = first; j < s->slots; j++)
            share[(size_t)j * (size_t)D + (size_t)f] /= (float)whole;
    }
}
//< [compressor-pool]

//> [compressor-finish] Norm, rotate, and round as it will be stored
static void finish(float *entry, int i, int m, const struct rows *entries,
                   const struct compressor_weights *w,
                   const struct rope *rope, const struct pass *p)
{
    const struct config *c = p->c;
    int D = entries->width;
    faithful_bf16(entry, (size_t)D, c->numerics);
    rmsnorm(entry, entry, w->norm, 1, D, p);
    rope_rotate(entry, 1, D, rope, i * m, ROTATE, c->numerics);
    if (entries->kind == ROW_KEY) {
        faithful_e4m3(entry, (size_t)(D - c->qk_rope_head_dim),
                      FP8_KV_BLOCK, c->numerics);
        trace(p->trace, "attn.comp_kv", entry, 2, 1, D);
        return;
    }
    //> [compressor-finish-index] Index keys are mixed and go to FP4
    if (!(c->without & WITHOUT_HADAMARD))
        prim->hadamard(entry, (size_t)D);
    faithful_bf16(entry, (size_t)D, c->numerics);
    faithful_e2m1(entry, (size_t)D, c->numerics);
    trace(p->trace, "idx.kv", entry, 2, 1, D);
    //< [compressor-finish-index]
}
//< [compressor-finish]

//> [compressor-emit] A block is full: make its entry, close it
static void emit(struct rows *entries, struct compressor_state *s, int i,
                 const struct compressor_weights *w, int m,
                 const struct rope *rope, const struct pass *p)
{
    int D = entries->width, own = s->slots - m; /* own = 0: no overlap */
    bool alone = i == 0 || p->c->without & WITHOUT_OVERLAP;
    int first = alone ? own : 0;
    struct arena_mark mark = arena_mark(p->scratch);
    float *entry = arena_floats(p->scratch, (size_t)D);
    float *share = arena_floats(p->scratch, (size_t)s->slots * (size_t)D);
    pool(entry, share, s, first, D, m);
    trace(p->trace, entries->kind == ROW_KEY ? "attn.comp_pool"
                                             : "idx.comp_pool",
          share, 3, 1, s->slots, D);
    finish(entry, i, m, entries, w, rope, p);
    rows_put(entries, i, entry);
    arena_release(p->scratch, mark);
    if (own > 0) { /* the block becomes the previous one */
        size_t half = (size_t)m * (size_t)s->width;
        memcpy(s->kv, s->kv + half, half * sizeof *s->kv);
        memcpy(s->gate, s->gate + half, half * sizeof *s->gate);
    }
}
//< [compressor-emit]

//> [compressor] Project all tokens, then take them one by one
void compressor(struct rows *entries, struct compressor_state *s,
                const float *x, const struct compressor_weights *w, int m,
                const struct rope *rope, const struct pass *p)
{
    size_t width = (size_t)s->width;
    struct arena_mark mark = arena_mark(p->scratch);
    float *kv = arena_floats(p->scratch, (size_t)p->T * width);
    float *gate = arena_floats(p->scratch, (size_t)p->T * width);
    linear(kv, x, &w->wkv, p->T, p->scratch);
    linear(gate, x, &w->wgate, p->T, p->scratch);
    //> [compressor-tokens] Each token fills its slot; the last one emits
    for (int i = 0; i < p->T; i++) {
        int t = p->start + i;
        float *slot_kv = s->kv + slot_of(s, t, m) * width;
        float *slot_gate = s->gate + slot_of(s, t, m) * width;
        memcpy(slot_kv, kv + (size_t)i * width, width * sizeof *kv);
        memcpy(slot_gate, gate + (size_t)i * width, width * sizeof *gate);
        if (!(p->c->without & WITHOUT_APE))
            prim->axpy(slot_gate, 1.0f, w->ape + (size_t)(t % m) * width,
                       width);
        if ((t + 1) % m == 0)
            emit(entries, s, t / m, w, m, rope, p);
    }
    //< [compressor-tokens]
    arena_release(p->scratch, mark);
}
//< [compressor]
