#include "support/heads.h"

#include "support/matrices.h"
#include "support/parts.h"

#include <math.h>

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

float *random_gains(struct arena *a, struct rng *r, int n)
{
    float *g = random_floats(a, r, (size_t)n, 0.2f);
    for (int i = 0; i < n; i++)
        g[i] += 1;
    return g;
}

struct attention_weights random_heads(struct arena *a, struct rng *r,
                                      const struct config *c, enum format f)
{
    int d = c->hidden_size, H = c->num_attention_heads, D = c->head_dim;
    int low = c->q_lora_rank, grouped = c->o_groups * c->o_lora_rank;
    struct attention_weights w = {
        .wq_a = random_matrix(a, r, f, low, d),
        .wq_b = random_matrix(a, r, f, H * D, low),
        .wkv = random_matrix(a, r, f, D, d),
        .wo_a = random_matrix(a, r, f, grouped, H * D / c->o_groups),
        .wo_b = random_matrix(a, r, f, d, grouped),
    };
    w.q_norm = random_gains(a, r, low);
    w.kv_norm = random_gains(a, r, D);
    w.attn_sink = random_floats(a, r, (size_t)H, 1);
    return w;
}

/* ------------------------------------------------------------ its formulas */

void brute_normalize(double *x, const float *gain, int n,
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
