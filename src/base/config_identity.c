//> [config-identity-includes] What telling architectures apart needs
#include "base/config_parts.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
//< [config-identity-includes]

//> [config-identity-get] A key's value
static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}
//< [config-identity-get]

//> [config-identity-model-type] Another architecture is told by its name
static const struct {
    const char *type, *architecture, *sentence;
} others[] = {
    { "deepseek_v41", "DeepseekV41ForCausalLM",
      "DeepSeek-V4.1 is another architecture, with Engram memory" },
    { "deepseek_v32", "DeepseekV32ForCausalLM",
      "DeepSeek-V3.2 is another architecture, with MLA and DSA" },
    { "deepseek_v3", "DeepseekV3ForCausalLM",
      "DeepSeek-V3 is another architecture, with MLA" },
};

static bool is_word(const cJSON *item, const char *word)
{
    return cJSON_IsString(item) && strcmp(item->valuestring, word) == 0;
}
//< [config-identity-model-type]

//> [config-identity-word] The word must be ours
static bool check_word(const char *key, const cJSON *item,
                       const char *expected, struct error *err)
{
    if (is_word(item, expected))
        return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_word(item, others[i].type) ||
            is_word(item, others[i].architecture))
            return fail(err, "%s: found \"%s\", expected \"%s\": %s", key,
                        item->valuestring, expected, others[i].sentence);
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", expected);
    return config_refuse(err, key, item, quoted);
}

static bool check_architecture(const cJSON *json, struct error *err)
{
    const cJSON *list = get(json, "architectures");
    return check_word("model_type", get(json, "model_type"), "deepseek_v4",
                      err) &&
           (!list || check_word("architectures", list->child,
                                "DeepseekV4ForCausalLM", err));
}
//< [config-identity-word]

//> [config-identity-fixed] Values that are the same in every V4
static const struct {
    const char *key, *value; /* as JSON */
    bool needed;
} fixed[] = {
    { "num_key_value_heads", "1", true },
    { "scoring_func", "\"sqrtsoftplus\"", true },
    { "norm_topk_prob", "true", true },
    { "hidden_act", "\"silu\"", true },
    { "topk_method", "\"noaux_tc\"", false },
    { "tie_word_embeddings", "false", false },
    { "attention_bias", "false", false },
};
//< [config-identity-fixed]

//> [config-identity-same] Compared by their text
/* By their text: cJSON_Compare() finds infinity equal to any number. */
static bool same(const cJSON *item, const char *json)
{
    char *text = cJSON_PrintUnformatted(item);
    bool equal = text && strcmp(text, json) == 0;
    cJSON_free(text);
    return equal;
}

static bool check_fixed(const cJSON *json, struct error *err)
{
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        const cJSON *item = get(json, fixed[i].key);
        if (!item && !fixed[i].needed)
            continue;
        if (!same(item, fixed[i].value))
            return config_refuse(err, fixed[i].key, item, fixed[i].value);
    }
    return true;
}
//< [config-identity-same]

//> [config-identity-tiles] FP8 scales cover tiles of 128 × 128
static bool check_tiles(const cJSON *json, struct error *err)
{
    const cJSON *size =
        get(get(json, "quantization_config"), "weight_block_size");
    return !size || same(size, "[128,128]") ||
           config_refuse(err, "quantization_config.weight_block_size", size,
                         "[128,128]");
}
//< [config-identity-tiles]

//> [config-identity] Is this a V4, whatever its size?
bool config_identify(const struct cJSON *json, struct error *err)
{
    return check_architecture(json, err) && check_fixed(json, err) &&
           check_tiles(json, err);
}
//< [config-identity]
