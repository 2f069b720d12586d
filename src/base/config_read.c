//> [config-read-includes] What reading the keys needs
#include "base/config_parts.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
//< [config-read-includes]

//> [config-read-field] A key, where its number goes, and its range
enum type { WHOLE, REAL };

struct field {
    const char *key;
    size_t offset; /* into struct config */
    enum type type;
    double min, max;
};

#define KEY(name) #name, offsetof(struct config, name)

/* The product of any two widths fits an int. */
enum { WIDE = 1 << 15, MANY = 1 << 24, LONG = 1 << 30 };
//< [config-read-field]

//> [config-read-needed] data: The keys every model has
static const struct field needed[] = {
    { KEY(vocab_size), WHOLE, 1, MANY },
    { KEY(hidden_size), WHOLE, 1, WIDE },
    { KEY(num_hidden_layers), WHOLE, 1, WIDE },
    { KEY(max_position_embeddings), WHOLE, 1, LONG },
    { KEY(num_attention_heads), WHOLE, 1, WIDE },
    { KEY(head_dim), WHOLE, 1, WIDE },
    { KEY(qk_rope_head_dim), WHOLE, 2, 512 }, /* as many as rope turns */
    { KEY(q_lora_rank), WHOLE, 1, WIDE },
    { KEY(o_groups), WHOLE, 1, WIDE },
    { KEY(o_lora_rank), WHOLE, 1, WIDE },
    { KEY(sliding_window), WHOLE, 1, LONG },
    { KEY(n_routed_experts), WHOLE, 1, WIDE },
    { KEY(n_shared_experts), WHOLE, 1, 1 },
    { KEY(num_experts_per_tok), WHOLE, 1, WIDE },
    { KEY(moe_intermediate_size), WHOLE, 1, WIDE },
    { KEY(num_hash_layers), WHOLE, 0, WIDE },
    { KEY(routed_scaling_factor), REAL, 1e-6, 1e6 },
    { KEY(swiglu_limit), REAL, 0, 1e6 },
    { KEY(hc_mult), WHOLE, 1, 64 },
    { KEY(hc_sinkhorn_iters), WHOLE, 1, WIDE },
    { KEY(hc_eps), REAL, 1e-30, 1 },
    { KEY(rms_norm_eps), REAL, 1e-30, 1 },
    { KEY(rope_theta), REAL, 2, 1e12 },
    { KEY(compress_rope_theta), REAL, 2, 1e12 },
};
//< [config-read-needed]

//> [config-read-groups] Keys of CSA layers, of YaRN, and optional ones
static const struct field indexer[] = {
    { KEY(index_n_heads), WHOLE, 1, WIDE },
    { KEY(index_head_dim), WHOLE, 1, WIDE },
    { KEY(index_topk), WHOLE, 1, LONG },
};

static const struct field yarn[] = {
    { "factor", offsetof(struct config, yarn_factor), REAL, 1, 1e6 },
    { "beta_fast", offsetof(struct config, yarn_beta_fast), REAL, 1e-6,
      1e6 },
    { "beta_slow", offsetof(struct config, yarn_beta_slow), REAL, 1e-6,
      1e6 },
    { "original_max_position_embeddings",
      offsetof(struct config, yarn_original_length), WHOLE, 0, LONG },
};

static const struct field optional[] = {
    { KEY(num_nextn_predict_layers), WHOLE, 0, WIDE },
    { KEY(bos_token_id), WHOLE, 0, MANY },
    { KEY(eos_token_id), WHOLE, 0, MANY },
};
//< [config-read-groups]

//> [config-read-refuse] Name the key, quote what was found
bool config_refuse(struct error *err, const char *key,
                   const struct cJSON *found, const char *expected)
{
    char *text = found ? cJSON_PrintUnformatted(found) : NULL;
    fail(err, "%s: found %.80s, expected %s", key, text ? text : "nothing",
         expected);
    cJSON_free(text);
    return false;
}

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool is_word(const cJSON *item, const char *word)
{
    return cJSON_IsString(item) && strcmp(item->valuestring, word) == 0;
}
//< [config-read-refuse]

//> [config-read-number] A number in range, and whole if it must be
static bool in_range(const cJSON *item, enum type type, double min,
                     double max)
{
    if (!cJSON_IsNumber(item))
        return false;
    double value = item->valuedouble;
    if (!(value >= min && value <= max)) /* a NaN fails too */
        return false;
    return type == REAL || value == (double)(int)value;
}
//< [config-read-number]

//> [config-read-one] A number into its field
static bool read_field(struct config *c, const cJSON *json,
                       const struct field *f, struct error *err)
{
    const cJSON *item = get(json, f->key);
    if (!in_range(item, f->type, f->min, f->max)) {
        struct error range;
        fail(&range, "a %s from %.10g to %.10g",
             f->type == WHOLE ? "whole number" : "number", f->min, f->max);
        return config_refuse(err, f->key, item, range.message);
    }
    void *at = (char *)c + f->offset;
    if (f->type == WHOLE)
        *(int *)at = (int)item->valuedouble;
    else
        *(float *)at = (float)item->valuedouble;
    return true;
}
//< [config-read-one]

//> [config-read-table] All numbers of a table
static bool read_fields(struct config *c, const cJSON *json,
                        const struct field *f, size_t n, struct error *err)
{
    for (size_t i = 0; i < n; i++)
        if (!read_field(c, json, &f[i], err))
            return false;
    return true;
}
//< [config-read-table]

//> [config-read-experts] FP4 experts, unless the file says FP8
static bool read_expert_dtype(struct config *c, const cJSON *json,
                              struct error *err)
{
    const cJSON *item = get(json, "expert_dtype");
    c->fp4_experts = !item || is_word(item, "fp4");
    return c->fp4_experts || is_word(item, "fp8") ||
           config_refuse(err, "expert_dtype", item, "\"fp4\" or \"fp8\"");
}
//< [config-read-experts]

//> [config-read-ratios] One compression ratio per block
static bool read_ratios(struct config *c, const cJSON *json,
                        struct arena *arena, struct error *err)
{
    const cJSON *list = get(json, "compress_ratios"), *item;
    if (!cJSON_IsArray(list))
        return config_refuse(err, "compress_ratios", list, "a list");
    int n = cJSON_GetArraySize(list), i = 0;
    c->n_compress_ratios = n;
    c->compress_ratios =
        arena_alloc(arena, (size_t)n, sizeof *c->compress_ratios);
    cJSON_ArrayForEach(item, list) {
        if (!in_range(item, WHOLE, 0, MANY))
            return config_refuse(err, "compress_ratios", item,
                          "whole numbers from 0 to 16777216");
        c->compress_ratios[i++] = (int)item->valuedouble;
    }
    int blocks = c->num_hidden_layers + c->num_nextn_predict_layers;
    if (n < blocks)
        return fail(err, "compress_ratios: found %d entries, expected at "
                         "least %d: num_hidden_layers %d and "
                         "num_nextn_predict_layers %d", n, blocks,
                    c->num_hidden_layers, c->num_nextn_predict_layers);
    return true;
}
//< [config-read-ratios]

//> [config-read-indexer] The indexer's keys, where a layer has one
static bool read_indexer(struct config *c, const cJSON *json,
                         struct error *err)
{
    int blocks = c->num_hidden_layers + c->num_nextn_predict_layers;
    for (int i = 0; i < blocks; i++)
        if (config_kind(c, i) == LAYER_CSA)
            return read_fields(c, json, indexer,
                               sizeof indexer / sizeof *indexer, err);
    return true;
}
//< [config-read-indexer]

//> [config-read-yarn] YaRN, or none
static bool read_yarn(struct config *c, const cJSON *json,
                      struct error *err)
{
    const cJSON *scaling = get(json, "rope_scaling");
    if (!scaling || cJSON_IsNull(scaling)) {
        c->yarn_factor = c->yarn_beta_fast = c->yarn_beta_slow = 1;
        return true; /* and an original length of 0: no YaRN */
    }
    if (!cJSON_IsObject(scaling))
        return config_refuse(err, "rope_scaling", scaling, "an object or null");
    const cJSON *type = get(scaling, "type");
    if (!type)
        type = get(scaling, "rope_type"); /* its newer name */
    if (!is_word(type, "yarn"))
        return config_refuse(err, "rope_scaling.type", type, "\"yarn\"");
    return read_fields(c, scaling, yarn, sizeof yarn / sizeof *yarn,
                       err) ||
           fail_in(err, "rope_scaling.");
}
//< [config-read-yarn]

//> [config-read-optional] Absent keys, or null, mean none
static bool read_optional(struct config *c, const cJSON *json,
                          struct error *err)
{
    c->num_nextn_predict_layers = 0;
    c->bos_token_id = c->eos_token_id = -1;
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        const cJSON *item = get(json, optional[i].key);
        if (item && !cJSON_IsNull(item) &&
            !read_field(c, json, &optional[i], err))
            return false;
    }
    return true;
}
//< [config-read-optional]

//> [config-read] Every key, each by itself
bool config_read(struct config *c, const struct cJSON *json,
                 struct arena *arena, struct error *err)
{
    return read_fields(c, json, needed, sizeof needed / sizeof *needed,
                       err) &&
           read_optional(c, json, err) &&
           read_expert_dtype(c, json, err) &&
           read_ratios(c, json, arena, err) &&
           read_indexer(c, json, err) && read_yarn(c, json, err);
}
//< [config-read]
