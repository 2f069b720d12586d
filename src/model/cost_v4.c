//> [cost-v4-includes] What the formulas of V4 need
#include "model/cost.h"

#include "base/plan.h"

#include <math.h>
//< [cost-v4-includes]

//> [cost-v4-add] Numbers of a matrix, and numbers beside matrices
/* Every number of a matrix is multiplied and added once for each token. */
static void matrix(struct cost *cost, enum cost_term term, double rows,
                   double cols)
{
    cost->params[term] += rows * cols;
    cost->active[term] += rows * cols;
    cost->ops[term] += 2 * rows * cols;
}

static void numbers(struct cost *cost, enum cost_term term, double n)
{
    cost->params[term] += n;
    cost->active[term] += n;
}
//< [cost-v4-add]

//> [cost-v4-vectors] Operations on vectors
static void vectors(struct cost *cost, double ops)
{
    cost->ops[COST_VECTORS] += ops;
}

/* Gains, and a sum of squares. */
static void norm(struct cost *cost, double width)
{
    numbers(cost, COST_VECTORS, width);
    vectors(cost, 2 * width);
}

/* log2 of it rounds of additions. */
static double hadamard_ops(double width)
{
    return width * log2(width);
}

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

static double whole_entries(int n, int ratio)
{
    int whole = n / ratio;
    return whole;
}
//< [cost-v4-vectors]

//> [cost-v4-matrices] Queries, keys, output: what every layer has
static void attention_matrices(struct cost *cost, const struct config *c)
{
    double d = c->hidden_size, r = c->q_lora_rank, D = c->head_dim;
    double H = c->num_attention_heads;
    double G = c->o_groups, rank = c->o_lora_rank;
    matrix(cost, COST_ATTENTION, r, d);         /* wq_a */
    matrix(cost, COST_ATTENTION, H * D, r);     /* wq_b */
    matrix(cost, COST_ATTENTION, D, d);         /* wkv */
    matrix(cost, COST_WO_A, G * rank, H * D / G);
    matrix(cost, COST_ATTENTION, d, G * rank);  /* wo_b */
    norm(cost, r);
    norm(cost, D);
    numbers(cost, COST_VECTORS, H);             /* attn_sink */
}
//< [cost-v4-matrices]

//> [cost-v4-compressor] A compressor, every token; its norm, every m
static void compressor(struct cost *cost, const struct config *c, double D,
                       const struct layer *l, int n)
{
    double width = l->attention->overlaps ? 2 * D : D;
    bool emits = n % l->ratio == 0;
    matrix(cost, COST_COMPRESSORS, width, c->hidden_size); /* wkv */
    matrix(cost, COST_COMPRESSORS, width, c->hidden_size); /* wgate */
    numbers(cost, COST_VECTORS, l->ratio * width);         /* ape … */
    vectors(cost, 2 * width);                              /* … added */
    numbers(cost, COST_VECTORS, D);                        /* norm */
    vectors(cost, emits ? 2 * D : 0);
}
//< [cost-v4-compressor]

//> [cost-v4-indexer] The indexer: a score for every entry
static void indexer(struct cost *cost, const struct config *c,
                    const struct layer *l, int n)
{
    double H = c->index_n_heads, D = c->index_head_dim;
    bool emits = n % l->ratio == 0;
    matrix(cost, COST_INDEX_QUERIES, H * D, c->q_lora_rank); /* wq_b */
    matrix(cost, COST_INDEX_WEIGHTS, H, c->hidden_size);
    compressor(cost, c, D, l, n);
    vectors(cost, (H + emits) * hadamard_ops(D));
    cost->ops[COST_INDEX_FP4] += 2 * H * D * whole_entries(n, l->ratio);
}
//< [cost-v4-indexer]

//> [cost-v4-keys] How many keys a query meets
static double keys_met(const struct config *c, const struct layer *l, int n)
{
    double window = smaller(n, c->sliding_window);
    double entries = l->attention->compresses ? n / l->ratio : 0;
    if (l->attention->selects)
        entries = smaller(entries, c->index_topk);
    return window + entries;
}
//< [cost-v4-keys]

//> [cost-v4-attention] An attention layer
/* With each key a query of each head is multiplied twice: for its score,
   and to be added with its weight. */
static void attention(struct cost *cost, const struct config *c, int layer,
                      int n)
{
    double H = c->num_attention_heads, D = c->head_dim;
    struct layer l = config_layer(c, layer);
    double keys = keys_met(c, &l, n);
    attention_matrices(cost, c);
    if (l.attention->compresses)
        compressor(cost, c, D, &l, n);
    if (l.attention->selects)
        indexer(cost, c, &l, n);
    cost->ops[COST_CORE] += 2 * (2 * H * D) * keys;
    vectors(cost, 2 * H * keys); /* softmax */
}
//< [cost-v4-attention]

//> [cost-v4-moe] A mixture of experts
static void moe(struct cost *cost, const struct config *c, int layer)
{
    double d = c->hidden_size, E = c->n_routed_experts;
    double k = c->num_experts_per_tok;
    double expert = 3 * d * c->moe_intermediate_size; /* w1, w2, w3 */
    matrix(cost, COST_ROUTER, E, d);
    if (config_layer(c, layer).router == ROUTER_SCORE)
        numbers(cost, COST_VECTORS, E); /* bias */
    matrix(cost, COST_SHARED, expert, 1);
    matrix(cost, COST_EXPERTS, k, expert);
    cost->params[COST_EXPERTS] += (E - k) * expert;
    vectors(cost, 2 * d * (k + 1)); /* added up */
}
//< [cost-v4-moe]

//> [cost-v4-mhc] Hyper-connections around a sub-layer, and its norm
static void sub_layer(struct cost *cost, const struct config *c)
{
    double n = c->hc_mult, d = c->hidden_size, maps = n * (2 + n);
    matrix(cost, COST_MHC, maps, n * d);
    numbers(cost, COST_MHC_SHIFT, maps + 3);
    cost->ops[COST_MHC_SHIFT] += 2 * (maps + 3);
    vectors(cost, 2 * n * d);     /* mean square of the streams */
    vectors(cost, 2 * n * d);     /* read */
    vectors(cost, 2 * n * n * d); /* write */
    norm(cost, d);
}
//< [cost-v4-mhc]

//> [cost-v4-ends] Both ends of the model
static void ends(struct cost *cost, const struct config *c)
{
    double n = c->hc_mult, d = c->hidden_size;
    cost->params[COST_EMBED] = c->vocab_size * d;
    matrix(cost, COST_HEAD, c->vocab_size, d);
    matrix(cost, COST_MHC_HEAD, n, n * d);
    numbers(cost, COST_VECTORS, n + 1); /* its base and scale */
    vectors(cost, 2 * 2 * n * d);       /* mean square, read */
    norm(cost, d);
}
//< [cost-v4-ends]

//> [cost-v4-read] Bytes of the matrices that a token meets
static void read_matrices(struct cost *cost, const struct config *c)
{
    static const double bytes[COST_TERMS] = {
        [COST_ATTENTION] = 1, [COST_WO_A] = 1, [COST_INDEX_QUERIES] = 1,
        [COST_SHARED] = 1, [COST_EXPERTS] = 1, [COST_INDEX_WEIGHTS] = 2,
        [COST_COMPRESSORS] = 2, [COST_ROUTER] = 2, [COST_HEAD] = 2,
        [COST_MHC] = 4, [COST_MHC_HEAD] = 4,
    };
    for (int i = 0; i < COST_TERMS; i++)
        cost->read[i] = bytes[i] * cost->active[i];
    if (c->fp4_experts)
        cost->read[COST_EXPERTS] /= 2;
}
//< [cost-v4-read]

//> [cost-v4] The whole of V4
void cost_v4(struct cost *cost, const struct config *c, int n)
{
    *cost = (struct cost){ 0 };
    for (int layer = 0; layer < c->num_hidden_layers; layer++) {
        attention(cost, c, layer, n);
        moe(cost, c, layer);
        sub_layer(cost, c); /* around the attention */
        sub_layer(cost, c); /* around the experts */
    }
    ends(cost, c);
    read_matrices(cost, c);
}
//< [cost-v4]

//> [cost-v4-key] Bytes of a key, and of an index key
static double key_bytes(const struct config *c, enum cost_format format)
{
    double D = c->head_dim, R = c->qk_rope_head_dim;
    double codes = (D - R) + 2 * R, scales = ceil((D - R) / 64);
    switch (format) {
    case CACHE_F32: return 4 * D;
    case CACHE_BF16: return 2 * D;
    case CACHE_CODES: return codes;
    default: return 8 * ceil((codes + scales) / 8);
    }
}

static double index_key_bytes(const struct config *c,
                              enum cost_format format)
{
    double D = c->index_head_dim;
    switch (format) {
    case CACHE_F32: return 4 * D;
    case CACHE_BF16: return 2 * D;
    case CACHE_CODES: return D / 2;
    default: return D / 2 + D / 32;
    }
}
//< [cost-v4-key]

//> [cost-v4-open] Blocks that are not full yet
/* Values and gates in float32; overlap doubles slots and features. */
static double open_bytes(const struct layer *l, double D)
{
    double twice = l->attention->overlaps ? 2 : 1;
    return 2 * 4 * (twice * l->ratio) * (twice * D);
}
//< [cost-v4-open]

//> [cost-v4-cache] The cache of all layers
struct cost_cache cost_v4_cache(const struct config *c, int n,
                                enum cost_format format)
{
    double key = key_bytes(c, format);
    struct cost_cache b = { 0 };
    for (int i = 0; i < c->num_hidden_layers; i++) {
        struct layer l = config_layer(c, i);
        b.window += key * smaller(n, c->sliding_window);
        if (l.attention->compresses) {
            b.entries += key * whole_entries(n, l.ratio);
            b.open += open_bytes(&l, c->head_dim);
        }
        if (l.attention->selects) {
            b.index_keys += index_key_bytes(c, format)
                            * whole_entries(n, l.ratio);
            b.open += open_bytes(&l, c->index_head_dim);
        }
    }
    return b;
}
//< [cost-v4-cache]
