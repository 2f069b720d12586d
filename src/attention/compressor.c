//> [compressor-includes] What the compressor needs
#include "attention/compressor.h"

#include "attention/rmsnorm.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"

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
                         const struct config *c, enum row_kind kind, int m)
{
    int width = kind == ROW_KEY ? c->head_dim : c->index_head_dim;
    int twice = m == CSA_RATIO ? 2 : 1;
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

//> [compressor-pool] One feature: softmax over the slots, then the sum
/* Slots `from` … `to - 1` of column `col`; adds exp-weighted values and
   weights, relative to max. */
static void gather(double *sum, double *weight, float max,
                   const struct compressor_state *s, int from, int to,
                   int col)
{
    for (int j = from; j < to; j++) {
        size_t at = (size_t)j * (size_t)s->width + (size_t)col;
        float e = expf(s->gate[at] - max);
        *sum += (double)e * (double)s->kv[at];
        *weight += (double)e;
    }
}

static float largest(float max, const struct compressor_state *s, int from,
                     int to, int col)
{
    for (int j = from; j < to; j++)
        max = fmaxf(max, s->gate[(size_t)j * (size_t)s->width
                                 + (size_t)col]);
    return max;
}
//< [compressor-pool]

//> [compressor-entry] Pool a full block, feature by feature
static void pool(float *entry, const struct compressor_state *s, int D,
                 int m, bool previous)
{
    int own = s->slots - m;     /* first slot of the block itself */
    int second = s->width - D;  /* its half of the features */
    for (int f = 0; f < D; f++) {
        double sum = 0, weight = 0;
        float max = largest(-INFINITY, s, own, s->slots, second + f);
        if (previous)
            max = largest(max, s, 0, m, f);
        if (previous)
            gather(&sum, &weight, max, s, 0, m, f);
        gather(&sum, &weight, max, s, own, s->slots, second + f);
        entry[f] = (float)(sum / weight);
    }
}
//< [compressor-entry]

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
    bool overlap = s->slots > m;
    bool previous = overlap && i > 0 && !(p->c->without & WITHOUT_OVERLAP);
    struct arena_mark mark = arena_mark(p->scratch);
    float *entry = arena_floats(p->scratch, (size_t)entries->width);
    pool(entry, s, entries->width, m, previous);
    finish(entry, i, m, entries, w, rope, p);
    rows_put(entries, i, entry);
    arena_release(p->scratch, mark);
    if (overlap) { /* the block becomes the previous one */
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
    linear(kv, x, &w->wkv, p->T);
    linear(gate, x, &w->wgate, p->T);
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
