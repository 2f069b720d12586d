//> [cost-v32-includes] What the formulas of V3.2 need
#include "model/cost_v32.h"

#include "base/json.h"

#include <math.h>
#include <stddef.h>
//< [cost-v32-includes]

//> [cost-v32-keys] data: The keys that are read
#define TO(field) offsetof(struct v32_numbers, field)

static const struct {
    const char *name;
    size_t offset;
    int min;
} keys[] = {
    { "vocab_size", TO(vocab_size), 1 },
    { "hidden_size", TO(hidden_size), 1 },
    { "num_hidden_layers", TO(num_hidden_layers), 1 },
    { "first_k_dense_replace", TO(first_k_dense_replace), 0 },
    { "intermediate_size", TO(intermediate_size), 1 },
    { "moe_intermediate_size", TO(moe_intermediate_size), 1 },
    { "n_routed_experts", TO(n_routed_experts), 1 },
    { "n_shared_experts", TO(n_shared_experts), 0 },
    { "num_experts_per_tok", TO(num_experts_per_tok), 1 },
    { "num_attention_heads", TO(num_attention_heads), 1 },
    { "q_lora_rank", TO(q_lora_rank), 1 },
    { "kv_lora_rank", TO(kv_lora_rank), 1 },
    { "qk_nope_head_dim", TO(qk_nope_head_dim), 1 },
    { "qk_rope_head_dim", TO(qk_rope_head_dim), 1 },
    { "v_head_dim", TO(v_head_dim), 1 },
    { "index_n_heads", TO(index_n_heads), 1 },
    { "index_head_dim", TO(index_head_dim), 1 },
    { "index_topk", TO(index_topk), 1 },
};
//< [cost-v32-keys]

//> [cost-v32-read-key] One key
static bool read_key(struct v32_numbers *v, size_t i, const cJSON *json,
                     struct error *err)
{
    enum { MOST = 1 << 24 };
    const cJSON *item = json_get(json, keys[i].name);
    double x = cJSON_IsNumber(item) ? item->valuedouble : -1;
    if (x < keys[i].min || x > MOST || x != floor(x))
        return json_refuse(err, keys[i].name, item, keys[i].min
                           ? "a whole number from 1 to 16777216"
                           : "a whole number from 0 to 16777216");
    *(int *)(void *)((char *)v + keys[i].offset) = (int)x;
    return true;
}
//< [cost-v32-read-key]

//> [cost-v32-read] All keys, and two that must go together
static bool read_keys(struct v32_numbers *v, const cJSON *json,
                      struct error *err)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!read_key(v, i, json, err))
            return false;
    if (v->first_k_dense_replace > v->num_hidden_layers)
        return fail(err, "first_k_dense_replace: found %d, expected at most "
                    "num_hidden_layers = %d", v->first_k_dense_replace,
                    v->num_hidden_layers);
    if (v->num_experts_per_tok > v->n_routed_experts)
        return fail(err, "num_experts_per_tok: found %d, expected at most "
                    "n_routed_experts = %d", v->num_experts_per_tok,
                    v->n_routed_experts);
    return true;
}
//< [cost-v32-read]

//> [cost-v32-read-file] From the file of a V3.2
bool v32_numbers_read(struct v32_numbers *v, const char *path,
                      struct error *err)
{
    struct error why;
    cJSON *json = json_file(path, 1 << 20, err);
    if (!json)
        return false;
    bool ok = read_keys(v, json, &why);
    cJSON_Delete(json);
    return ok || fail(err, "%s: %s", path, why.message);
}
//< [cost-v32-read-file]

//> [cost-v32-matrix] Two operations for each number
static void matrix(struct cost *cost, enum cost_term term, double rows,
                   double cols)
{
    cost->params[term] += rows * cols;
    cost->active[term] += rows * cols;
    cost->ops[term] += 2 * rows * cols;
}

static void numbers(struct cost *cost, double n)
{
    cost->params[COST_VECTORS] += n;
    cost->active[COST_VECTORS] += n;
}
//< [cost-v32-matrix]

//> [cost-v32-mla] Multi-head latent attention, absorbed
/* A selected token is one latent and one rotary key for all heads: scores
   take r + d_r products a head, the weighted sum takes r. */
static void mla(struct cost *cost, const struct v32_numbers *v, int n)
{
    double d = v->hidden_size, H = v->num_attention_heads;
    double rq = v->q_lora_rank, r = v->kv_lora_rank;
    double nope = v->qk_nope_head_dim, rope = v->qk_rope_head_dim;
    double selected = n < v->index_topk ? n : v->index_topk;
    matrix(cost, COST_ATTENTION, rq, d);                 /* q_a */
    matrix(cost, COST_ATTENTION, H * (nope + rope), rq); /* q_b */
    matrix(cost, COST_ATTENTION, r + rope, d);           /* kv_a */
    matrix(cost, COST_ABSORBED, H * (nope + v->v_head_dim), r);
    matrix(cost, COST_ATTENTION, d, H * v->v_head_dim);  /* o */
    numbers(cost, rq + r);                               /* their norms */
    cost->ops[COST_CORE] += 2 * H * (2 * r + rope) * selected;
}
//< [cost-v32-mla]

//> [cost-v32-indexer] The lightning indexer: a score for every token
static void indexer(struct cost *cost, const struct v32_numbers *v, int n)
{
    double d = v->hidden_size, H = v->index_n_heads, D = v->index_head_dim;
    matrix(cost, COST_INDEX_QUERIES, H * D, v->q_lora_rank); /* wq_b */
    matrix(cost, COST_INDEX_QUERIES, D, d);                  /* wk */
    matrix(cost, COST_INDEX_WEIGHTS, H, d);
    numbers(cost, 2 * D); /* LayerNorm: weight and bias */
    cost->ops[COST_INDEX_FP8] += 2 * H * D * n;
}
//< [cost-v32-indexer]

//> [cost-v32-moe] One wide MLP, or many narrow experts
static void mlp(struct cost *cost, const struct v32_numbers *v, int layer)
{
    double d = v->hidden_size, E = v->n_routed_experts;
    double k = v->num_experts_per_tok;
    double expert = 3 * d * v->moe_intermediate_size;
    if (layer < v->first_k_dense_replace) {
        matrix(cost, COST_SHARED, 3 * d, v->intermediate_size);
        return;
    }
    matrix(cost, COST_ROUTER, E, d);
    numbers(cost, E); /* e_score_correction_bias */
    matrix(cost, COST_SHARED, v->n_shared_experts, expert);
    matrix(cost, COST_EXPERTS, k, expert);
    cost->params[COST_EXPERTS] += (E - k) * expert;
}
//< [cost-v32-moe]

//> [cost-v32-read-bytes] Bytes of its matrices
static void read_matrices(struct cost *cost)
{
    static const double bytes[COST_TERMS] = {
        [COST_ATTENTION] = 1, [COST_ABSORBED] = 1, [COST_INDEX_QUERIES] = 1,
        [COST_SHARED] = 1, [COST_EXPERTS] = 1, [COST_INDEX_WEIGHTS] = 2,
        [COST_ROUTER] = 2, [COST_HEAD] = 2,
    };
    for (int i = 0; i < COST_TERMS; i++)
        cost->read[i] = bytes[i] * cost->active[i];
}
//< [cost-v32-read-bytes]

//> [cost-v32] The whole of V3.2
void cost_v32(struct cost *cost, const struct v32_numbers *v, int n)
{
    double d = v->hidden_size;
    *cost = (struct cost){ 0 };
    for (int layer = 0; layer < v->num_hidden_layers; layer++) {
        mla(cost, v, n);
        indexer(cost, v, n);
        mlp(cost, v, layer);
        numbers(cost, 2 * d); /* norms before attention and MLP */
    }
    cost->params[COST_EMBED] = v->vocab_size * d;
    matrix(cost, COST_HEAD, v->vocab_size, d);
    numbers(cost, d);
    read_matrices(cost);
}
//< [cost-v32]

//> [cost-v32-cache] A latent and an index key for each token
/* FP8: 512 codes with 4 float scales and 64 bf16 are 656 bytes, 128 codes
   with a float scale are 132. */
struct cost_cache cost_v32_cache(const struct v32_numbers *v, int n,
                                 enum cost_format format)
{
    double r = v->kv_lora_rank, rope = v->qk_rope_head_dim;
    double index = v->index_head_dim, latent = 0, key = 0;
    switch (format) {
    case CACHE_F32:
    case CACHE_BF16:
        latent = (r + rope) * (format == CACHE_F32 ? 4 : 2);
        key = index * (format == CACHE_F32 ? 4 : 2);
        break;
    default:
        latent = r + 2 * rope;
        key = index;
    }
    if (format == CACHE_FP8) {
        latent += 4 * ceil(r / 128);
        key += 4 * ceil(index / 128);
    }
    double rows = (double)n * v->num_hidden_layers;
    return (struct cost_cache){ .entries = latent * rows,
                                .index_keys = key * rows };
}
//< [cost-v32-cache]
