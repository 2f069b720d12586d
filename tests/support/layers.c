#include "support/layers.h"

#include "support/matrices.h"
#include "support/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096 }; /* numbers a row of these small layers may have */

/* ---------------------------------------------------------- random weights */

struct attention_weights random_layer(struct arena *a, struct rng *r,
                                      const struct config *c, int layer,
                                      enum format f)
{
    int m = c->compress_ratios[layer];
    struct attention_weights w = random_heads(a, r, c, f);
    if (m == 0)
        return w;
    w.compressor = arena_alloc(a, 1, sizeof *w.compressor);
    *w.compressor = random_compressor(a, r, c, m, c->head_dim);
    if (m != 4)
        return w;
    int width = c->index_n_heads * c->index_head_dim;
    w.indexer = arena_alloc(a, 1, sizeof *w.indexer);
    w.indexer->wq_b = random_matrix(a, r, f, width, c->q_lora_rank);
    w.indexer->weights_proj = random_matrix(a, r, FORMAT_BF16,
                                            c->index_n_heads, c->hidden_size);
    w.indexer->compressor = random_compressor(a, r, c, m,
                                              c->index_head_dim);
    return w;
}

/* ------------------------------------------------------------ its formulas */

static void widen(double *y, const float *x, int n)
{
    for (int i = 0; i < n; i++)
        y[i] = (double)x[i];
}

/* --------------------------------------------------------------- selection */

/* Which of n entries does token t choose? taken[i] becomes 1. */
static void choose(int *taken, int n, const double *low, const float *x,
                   int t, const double *keys,
                   const struct indexer_weights *w, const struct rope *rope,
                   const struct config *c)
{
    int H = c->index_n_heads, D = c->index_head_dim;
    double q[MOST], omega[16], in[MOST], score[256];
    times(q, &w->wq_b, low);
    widen(in, x + t * c->hidden_size, c->hidden_size);
    times(omega, &w->weights_proj, in);
    for (int h = 0; h < H; h++)
        brute_rotate(q + h * D, D, rope, t);
    for (int i = 0; i < n; i++) {
        score[i] = 0;
        for (int h = 0; h < H; h++) {
            double dot = 0;
            for (int f = 0; f < D; f++)
                dot += q[h * D + f] * keys[i * D + f];
            if (dot > 0)
                score[i] += omega[h] / sqrt((double)(H * D)) * dot;
        }
    }
    int k = c->without & WITHOUT_TOPK ? n : c->index_topk;
    for (; k > 0; k--) { /* the best that is left, k times */
        int best = -1;
        for (int i = 0; i < n; i++)
            if (!taken[i] && (best < 0 || score[i] > score[best]))
                best = i;
        if (best >= 0)
            taken[best] = 1;
    }
}

/* --------------------------------------------------------------- the layer */

/* Softmax over the visible keys and the sink, then the weighted sum. */
static void attend_brute(double *o, float *probs, const double *q,
                         const double *keys, const int *visible, int width,
                         double sink, int D)
{
    double sum = exp(sink), p[512];
    for (int s = 0; s < width - 1; s++) {
        double dot = 0;
        for (int f = 0; f < D; f++)
            dot += q[f] * keys[s * D + f];
        p[s] = visible[s] == 1 ? exp(dot / sqrt((double)D)) : 0;
        sum += p[s];
    }
    memset(o, 0, (size_t)D * sizeof *o);
    for (int s = 0; s < width - 1; s++) {
        probs[s] = (float)(p[s] / sum);
        for (int f = 0; f < D; f++)
            o[f] += p[s] / sum * keys[s * D + f];
    }
    probs[width - 1] = (float)(exp(sink) / sum);
}

/* The mask of one token: its window, and of the complete blocks all, or
   those that the indexer chooses. */
static void look(int *visible, int t, int T, int width, int m,
                 const int *taken, const struct config *c)
{
    memset(visible, 0, (size_t)width * sizeof *visible);
    for (int s = 0; s <= t; s++)
        visible[s] = t - s < c->sliding_window;
    for (int i = 0; T + i < width - 1; i++)
        if ((i + 1) * m <= t + 1)
            visible[T + i] = taken[i] ? 1 : 2;
    visible[width - 1] = !(c->without & WITHOUT_SINK);
}

/* All raw keys, then all entries. */
static double *all_keys(const float *x, const struct attention_weights *w,
                        const struct config *c, int m,
                        const struct rope *rope, int T)
{
    int d = c->hidden_size, D = c->head_dim;
    double *keys = calloc((size_t)T * 2 * (size_t)D, sizeof *keys);
    double in[MOST];
    for (int t = 0; t < T; t++) {
        widen(in, x + t * d, d);
        times(keys + t * D, &w->wkv, in);
        brute_normalize(keys + t * D, w->kv_norm, D, c);
        brute_rotate(keys + t * D, D, rope, t);
    }
    if (m)
        brute_compressor(keys + T * D, x, w->compressor, m, D, rope, c, T);
    return keys;
}

struct brute brute_attention(struct arena *a, const float *x,
                             const struct attention_weights *w,
                             const struct config *c, int layer, int T)
{
    int d = c->hidden_size, H = c->num_attention_heads, D = c->head_dim;
    int m = c->compress_ratios[layer], n = m ? T / m : 0;
    int width = T + n + 1;
    struct brute b = { .width = width };
    size_t rows = (size_t)T * (size_t)width;
    b.out = arena_floats(a, (size_t)T * (size_t)d);
    b.probs = arena_floats(a, rows * (size_t)H);
    b.visible = arena_alloc(a, rows, sizeof *b.visible);
    struct rope rope;
    rope_init(&rope, c, m != 0, a);
    double *keys = all_keys(x, w, c, m, &rope, T);
    double *index = calloc((size_t)T * (size_t)c->index_head_dim,
                           sizeof *index);
    if (w->indexer)
        brute_compressor(index, x, &w->indexer->compressor, m,
                         c->index_head_dim, &rope, c, T);
    for (int t = 0; t < T; t++) {
        double in[MOST], low[MOST], q[MOST], o[MOST];
        int taken[256] = { 0 }, seen = m ? (t + 1) / m : 0;
        widen(in, x + t * d, d);
        times(low, &w->wq_a, in);
        brute_normalize(low, w->q_norm, c->q_lora_rank, c);
        times(q, &w->wq_b, low);
        if (w->indexer)
            choose(taken, seen, low, x, t, index, w->indexer, &rope, c);
        for (int i = 0; i < seen && !w->indexer; i++)
            taken[i] = 1;
        int *visible = b.visible + t * width;
        look(visible, t, T, width, m, taken, c);
        for (int h = 0; h < H; h++) {
            brute_normalize(q + h * D, NULL, D, c);
            brute_rotate(q + h * D, D, &rope, t);
            attend_brute(o + h * D, b.probs + (t * H + h) * width,
                         q + h * D, keys, visible, width,
                         visible[width - 1] ? (double)w->attn_sink[h]
                                            : -HUGE_VAL, D);
        }
        brute_output(b.out + t * d, o, w, &rope, c, t);
    }
    free(keys);
    free(index);
    return b;
}
