#include "support/layers.h"

#include "support/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 4096 }; /* numbers a row of these small layers may have */

struct config small_config(enum numerics num)
{
    static int ratios[LAYERS] = { 0, 4, 6 };
    return (struct config){
        .hidden_size = 64, .num_hidden_layers = LAYERS,
        .num_attention_heads = 4, .head_dim = 96, .qk_rope_head_dim = 32,
        .q_lora_rank = 40, .o_groups = 2, .o_lora_rank = 24,
        .sliding_window = 7, .compress_ratios = ratios,
        .n_compress_ratios = LAYERS, .index_n_heads = 3,
        .index_head_dim = 64, .index_topk = 3, .rms_norm_eps = 1e-6f,
        .rope_theta = 1e4f, .compress_rope_theta = 1.6e5f,
        .yarn_factor = 4, .yarn_beta_fast = 32, .yarn_beta_slow = 1,
        .yarn_original_length = 64, .numerics = num,
    };
}

/* ---------------------------------------------------------- random weights */

static float *gains(struct arena *a, struct rng *r, int n)
{
    float *g = random_floats(a, r, (size_t)n, 0.2f);
    for (int i = 0; i < n; i++)
        g[i] += 1;
    return g;
}

static struct compressor_weights random_compressor(
    struct arena *a, struct rng *r, const struct config *c, int m, int D)
{
    int width = m == 4 ? 2 * D : D;
    struct compressor_weights w = {
        .wkv = random_matrix(a, r, FORMAT_BF16, width, c->hidden_size),
        .wgate = random_matrix(a, r, FORMAT_BF16, width, c->hidden_size),
    };
    w.ape = random_floats(a, r, (size_t)m * (size_t)width, 1);
    w.norm = gains(a, r, D);
    return w;
}

struct attention_weights random_layer(struct arena *a, struct rng *r,
                                      const struct config *c, int layer,
                                      enum format f)
{
    int d = c->hidden_size, H = c->num_attention_heads, D = c->head_dim;
    int low = c->q_lora_rank, m = c->compress_ratios[layer];
    int grouped = c->o_groups * c->o_lora_rank;
    struct attention_weights w = {
        .wq_a = random_matrix(a, r, f, low, d),
        .wq_b = random_matrix(a, r, f, H * D, low),
        .wkv = random_matrix(a, r, f, D, d),
        .wo_a = random_matrix(a, r, f, grouped, H * D / c->o_groups),
        .wo_b = random_matrix(a, r, f, d, grouped),
    };
    w.q_norm = gains(a, r, low);
    w.kv_norm = gains(a, r, D);
    w.attn_sink = random_floats(a, r, (size_t)H, 1);
    if (m == 0)
        return w;
    w.compressor = arena_alloc(a, 1, sizeof *w.compressor);
    *w.compressor = random_compressor(a, r, c, m, D);
    if (m != 4)
        return w;
    int width = c->index_n_heads * c->index_head_dim;
    w.indexer = arena_alloc(a, 1, sizeof *w.indexer);
    w.indexer->wq_b = random_matrix(a, r, f, width, low);
    w.indexer->weights_proj = random_matrix(a, r, FORMAT_BF16,
                                            c->index_n_heads, d);
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

static void normalize(double *x, const float *gain, int n,
                      const struct config *c)
{
    double square = 0;
    for (int i = 0; i < n; i++)
        square += x[i] * x[i] / n;
    for (int i = 0; i < n; i++)
        x[i] *= (gain ? (double)gain[i] : 1)
                / sqrt(square + (double)c->rms_norm_eps);
}

/* The angle is a float32, as the definition says. */
void brute_rotate(double *x, int n, const struct rope *rope, int t)
{
    for (int i = 0; i < rope->R / 2; i++) {
        double *pair = x + n - rope->R + 2 * i, a = pair[0], b = pair[1];
        double angle = (double)((float)t * rope->freq[i]);
        pair[0] = a * cos(angle) - b * sin(angle);
        pair[1] = a * sin(angle) + b * cos(angle);
    }
}

/* What one token puts into a pool: value and logit of one feature. */
static void projected(double *value, double *logit, const float *x, int t,
                      const struct compressor_weights *w, int m, int column,
                      const struct config *c)
{
    int d = c->hidden_size, width = w->wkv.rows;
    *value = *logit = 0;
    for (int i = 0; i < d; i++) {
        *value += matrix_at(&w->wkv, column, i) * (double)x[t * d + i];
        *logit += matrix_at(&w->wgate, column, i) * (double)x[t * d + i];
    }
    if (!(c->without & WITHOUT_APE))
        *logit += (double)w->ape[t % m * width + column];
}

void brute_compressor(double *entries, const float *x,
                      const struct compressor_weights *w, int m, int D,
                      const struct rope *rope, const struct config *c,
                      int T)
{
    bool halves = m == 4;
    bool overlap = halves && !(c->without & WITHOUT_OVERLAP);
    for (int i = 0; i < T / m; i++) {
        double *entry = entries + i * D;
        for (int f = 0; f < D; f++) {
            double sum = 0, weight = 0;
            int from = overlap && i > 0 ? (i - 1) * m : i * m;
            for (int t = from; t < (i + 1) * m; t++) {
                int column = halves && t >= i * m ? D + f : f;
                double value, logit;
                projected(&value, &logit, x, t, w, m, column, c);
                sum += exp(logit) * value;
                weight += exp(logit);
            }
            entry[f] = sum / weight;
        }
        normalize(entry, w->norm, D, c);
        brute_rotate(entry, D, rope, i * m);
    }
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

void brute_output(float *out, double *o, const struct attention_weights *w,
                  const struct rope *rope, const struct config *c, int t)
{
    int H = c->num_attention_heads, D = c->head_dim, G = c->o_groups;
    int rank = c->o_lora_rank, in = H / G * D;
    double grouped[MOST], y[MOST];
    for (int h = 0; h < H; h++)
        brute_rotate(o + h * D, D, rope, -t);
    for (int j = 0; j < G * rank; j++) {
        grouped[j] = 0;
        for (int i = 0; i < in; i++)
            grouped[j] += matrix_at(&w->wo_a, j, i) * o[j / rank * in + i];
    }
    times(y, &w->wo_b, grouped);
    for (int i = 0; i < c->hidden_size; i++)
        out[i] = (float)y[i];
}

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
        normalize(keys + t * D, w->kv_norm, D, c);
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
        normalize(low, w->q_norm, c->q_lora_rank, c);
        times(q, &w->wq_b, low);
        if (w->indexer)
            choose(taken, seen, low, x, t, index, w->indexer, &rope, c);
        for (int i = 0; i < seen && !w->indexer; i++)
            taken[i] = 1;
        int *visible = b.visible + t * width;
        look(visible, t, T, width, m, taken, c);
        for (int h = 0; h < H; h++) {
            normalize(q + h * D, NULL, D, c);
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
