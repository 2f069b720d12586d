//> [window-includes] What window attention needs
#include "attention/window.h"

#include "attention/rmsnorm.h"
#include "numerics/exp.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"

#include <math.h>
#include <string.h>

enum { LIST_CHUNK = 64 }; /* keys the released kernel takes at once */
//< [window-includes]

//> [window-first] The last w tokens, itself included
int window_first(int t, int w)
{
    return t - w + 1 > 0 ? t - w + 1 : 0;
}
//< [window-first]

//> [window-query] Down, norm, up, norm again, rotate
void attention_query(float *q, float *qr, const float *x,
                     const struct attention_weights *w,
                     const struct rope *rope, const struct pass *p)
{
    const struct config *c = p->c;
    int T = p->T, H = c->num_attention_heads, D = c->head_dim;
    faithful_linear(qr, x, &w->wq_a, T, p);
    rmsnorm(qr, qr, w->q_norm, T, c->q_lora_rank, p);
    faithful_linear(q, qr, &w->wq_b, T, p);
    head_norm(q, T * H, D, p);
    for (int t = 0; t < T; t++)
        rope_rotate(q + (size_t)t * (size_t)H * (size_t)D, H, D, rope,
                    p->start + t, ROTATE, c->numerics);
    trace(p->trace, "attn.qr", qr, 2, T, c->q_lora_rank);
    trace(p->trace, "attn.q", q, 3, T, H, D);
}
//< [window-query]

//> [window-key] One key for all heads
void attention_key(float *kv, const float *x,
                   const struct attention_weights *w,
                   const struct rope *rope, const struct pass *p)
{
    const struct config *c = p->c;
    int D = c->head_dim, R = c->qk_rope_head_dim;
    faithful_linear(kv, x, &w->wkv, p->T, p);
    rmsnorm(kv, kv, w->kv_norm, p->T, D, p);
    for (int t = 0; t < p->T; t++) {
        float *row = kv + (size_t)t * (size_t)D;
        rope_rotate(row, 1, D, rope, p->start + t, ROTATE, c->numerics);
        faithful_e4m3(row, (size_t)(D - R), FP8_KV_BLOCK, c->numerics);
    }
    trace(p->trace, "attn.kv", kv, 2, p->T, D);
}
//< [window-key]

//> [window-softmax-part] One chunk of the list, one head
/* Bring the head's running maximum, denominator and output up to date with
   n more scores; leaves exp(score - max) in prob. */
static void softmax_part(float *prob, float *max, float *denominator,
                         float *o, const float *score, int n,
                         const struct pass *p)
{
    float seen = *max;
    for (int j = 0; j < n; j++)
        if (!(score[j] <= *max)) /* fmaxf() would hide a NaN */
            *max = score[j];
    if (*max == -INFINITY) { /* nothing to see yet: avoid inf - inf */
        memset(prob, 0, (size_t)n * sizeof *prob);
        return;
    }
    float shrink = exp32(seen - *max); /* 0 at the first chunk */
    *denominator = *denominator * shrink
                   + prim->exp_sum(prob, score, *max, (size_t)n);
    for (int i = 0; i < p->c->head_dim; i++)
        o[i] *= shrink;
    faithful_bf16(prob, (size_t)n, p->c->numerics);
}
//< [window-softmax-part]

//> [window-probs] What a picture wants to know
static void report_probs(float *probs, const float *score,
                         const float *max, const float *denominator,
                         const float *sink, int H, int S)
{
    for (int h = 0; h < H; h++, probs += S + 1, score += S) {
        for (int j = 0; j < S; j++)
            probs[j] = exp32(score[j] - max[h]) / denominator[h];
        probs[S] = sink ? exp32(sink[h] - max[h]) / denominator[h] : 0.0f;
    }
}
//< [window-probs]

//> [window-attend] Scores, softmax with a sink, weighted sum
void attend(float *o, float *probs, const float *q,
            const float *const *keys, const float *sink, int S,
            const struct pass *p)
{
    const struct config *c = p->c;
    int H = c->num_attention_heads, D = c->head_dim;
    int chunk = c->numerics == FAITHFUL ? LIST_CHUNK : S;
    struct arena_mark mark = arena_mark(p->scratch);
    size_t HS = (size_t)H * (size_t)S;
    float *score = arena_floats(p->scratch, HS);
    float *prob = arena_floats(p->scratch, HS);
    float *max = arena_floats(p->scratch, (size_t)H);
    float *denominator = arena_floats(p->scratch, (size_t)H);
    if (c->without & WITHOUT_SINK)
        sink = NULL;

    //> [window-attend-scores] All scores, scaled
    prim->scores(score, q, keys, H, S, D, p->scratch);
    float scale = (float)(1.0 / sqrt((double)D));
    for (size_t i = 0; i < HS; i++)
        score[i] *= scale;
    //< [window-attend-scores]
    //> [window-attend-chunks] Chunk by chunk; in exact numerics there is one
    memset(o, 0, (size_t)H * (size_t)D * sizeof *o);
    for (int h = 0; h < H; h++) {
        max[h] = -INFINITY;
        denominator[h] = 0;
    }
    for (int at = 0; at < S; at += chunk) {
        int n = S - at < chunk ? S - at : chunk;
        for (int h = 0; h < H; h++)
            softmax_part(prob + (size_t)h * (size_t)n, &max[h],
                         &denominator[h], o + (size_t)h * (size_t)D,
                         score + (size_t)h * (size_t)S + at, n, p);
        prim->weigh(o, prob, n, keys + at, H, n, D);
    }
    //< [window-attend-chunks]
    //> [window-attend-sink] The sink joins the denominator, last
    for (int h = 0; h < H; h++) {
        if (sink)
            denominator[h] += exp32(sink[h] - max[h]);
        for (int i = 0; i < D; i++)
            o[(size_t)h * (size_t)D + (size_t)i] /= denominator[h];
    }
    faithful_bf16(o, (size_t)H * (size_t)D, c->numerics);
    //< [window-attend-sink]
    if (probs)
        report_probs(probs, score, max, denominator, sink, H, S);
    arena_release(p->scratch, mark);
}
//< [window-attend]

//> [window-group] Each group of heads through its rows of wo_a
/* o is (T, G, in), grouped is (T, G, rank): G products, side by side. */
static void project_groups(float *grouped, const float *o,
                           const struct attention_weights *w,
                           const struct pass *p)
{
    int G = p->c->o_groups, rank = p->c->o_lora_rank;
    size_t in = (size_t)(p->c->num_attention_heads / G)
                * (size_t)p->c->head_dim;
    struct arena_mark mark = arena_mark(p->scratch);
    struct product *group = arena_alloc(p->scratch, (size_t)G, sizeof *group);
    for (int g = 0; g < G; g++)
        group[g] = (struct product){
            .y = grouped + (size_t)g * (size_t)rank,
            .y_stride = (size_t)G * (size_t)rank,
            .x = o + (size_t)g * in, .x_stride = (size_t)G * in,
            .W = &w->wo_a, .first = g * rank, .rows = rank, .T = p->T,
        };
    linear_many(group, G, p->scratch);
    arena_release(p->scratch, mark);
}
//< [window-group]

//> [window-output] Turn back, project by groups, project together
void attention_output(float *out, float *o,
                      const struct attention_weights *w,
                      const struct rope *rope, const struct pass *p)
{
    const struct config *c = p->c;
    int T = p->T, H = c->num_attention_heads, D = c->head_dim;
    int G = c->o_groups, rank = c->o_lora_rank;
    trace(p->trace, "attn.o", o, 3, T, H, D);
    for (int t = 0; t < T; t++)
        rope_rotate(o + (size_t)t * (size_t)H * (size_t)D, H, D, rope,
                    p->start + t, UNROTATE, c->numerics);

    struct arena_mark mark = arena_mark(p->scratch);
    size_t n = (size_t)T * (size_t)G * (size_t)rank;
    float *grouped = arena_floats(p->scratch, n);
    project_groups(grouped, o, w, p);
    faithful_bf16(grouped, n, c->numerics);
    trace(p->trace, "attn.o_lora", grouped, 3, T, G, rank);
    faithful_linear(out, grouped, &w->wo_b, T, p);
    trace(p->trace, "attn.out", out, 2, T, c->hidden_size);
    arena_release(p->scratch, mark);
}
//< [window-output]
