/* The configuration: the released files are read as published; every key
 * that is missing, of another kind, out of range or at odds with another is
 * refused with a sentence that names it. */
#include "base/config.h"
#include "base/plan.h"

#include "support/tempfile.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char tiny[] = "tiny_models/tiny-flash/config.json";

/* Load a file that must be sound. */
static struct config loaded(const char *path, struct arena *arena)
{
    struct config c;
    struct error err = { 0 };
    if (!config_load(&c, path, NULL, 0, arena, &err))
        cr_assert_fail("%s", err.message);
    return c;
}

/* The tiny configuration with one change must be refused so. */
static void refused(const char *set, const char *message)
{
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    if (config_load(&c, tiny, &set, 1, &arena, &err))
        cr_assert_fail("accepted: %s", set);
    assert_message(err.message, tiny, message);
    arena_free(&arena);
}

/* This text as a file must be refused so. */
static void refused_text(const char *text, const char *message)
{
    char path[128];
    temp_path(path, "config.json");
    write_bytes(path, text, strlen(text));
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    cr_assert_not(config_load(&c, path, NULL, 0, &arena, &err), "%s", text);
    assert_message(err.message, path, message);
    arena_free(&arena);
    unlink(path);
}

/* How many blocks are of a kind, draft blocks included. */
static int blocks_of(const struct config *c, enum layer_kind kind)
{
    int n = 0;
    int blocks = c->num_hidden_layers + c->num_nextn_predict_layers;
    for (int i = 0; i < blocks; i++)
        n += config_layer(c, i).kind == kind;
    return n;
}

Test(config, released_flash)
{
    const char *files[] = { "tiny_models/configs/v4-flash.json",
                            "tiny_models/configs/v4-flash-0731.json" };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct arena arena = { 0 };
        struct config c = loaded(files[i], &arena);
        cr_assert(c.hidden_size == 4096 && c.vocab_size == 129280);
        cr_assert(c.num_hidden_layers == 43 && c.hc_mult == 4);
        cr_assert_eq(c.num_nextn_predict_layers, i == 0);
        cr_assert(c.num_attention_heads == 64 && c.head_dim == 512);
        cr_assert(c.qk_rope_head_dim == 64 && c.q_lora_rank == 1024);
        cr_assert(c.o_groups == 8 && c.o_lora_rank == 1024);
        cr_assert(c.n_routed_experts == 256 && c.num_experts_per_tok == 6);
        cr_assert(c.n_shared_experts == 1 && c.num_hash_layers == 3);
        cr_assert(c.moe_intermediate_size == 2048 && c.fp4_experts);
        cr_assert(c.index_n_heads == 64 && c.index_head_dim == 128);
        cr_assert(c.index_topk == 512 && c.sliding_window == 128);
        cr_assert(c.hc_sinkhorn_iters == 20 && c.hc_eps == 1e-6f);
        cr_assert(c.routed_scaling_factor == 1.5f && c.swiglu_limit == 10);
        cr_assert(c.rms_norm_eps == 1e-6f && c.rope_theta == 10000);
        cr_assert(c.compress_rope_theta == 160000 && c.yarn_factor == 16);
        cr_assert(c.yarn_beta_fast == 32 && c.yarn_beta_slow == 1);
        cr_assert(c.yarn_original_length == 65536);
        cr_assert(c.max_position_embeddings == 1 << 20);
        cr_assert(c.bos_token_id == 0 && c.n_eos_token_id == 1);
        cr_assert_eq(c.eos_token_id[0], 1);
        cr_assert_eq(c.spelling, SPELLED_AS_RELEASED);
        cr_assert_eq(c.n_unknown_keys, 0);
        cr_assert(c.numerics == EXACT && c.without == 0);
        cr_assert_eq(c.n_compress_ratios, i == 0 ? 44 : 46);
        /* 0 0, then 4 and 128 in turn from layer 2 to layer 42; MTP 0. */
        cr_assert_eq(blocks_of(&c, LAYER_WINDOW), i == 0 ? 3 : 2);
        cr_assert_eq(blocks_of(&c, LAYER_CSA), 21);
        cr_assert_eq(blocks_of(&c, LAYER_HCA), 20);
        cr_assert_eq(config_layer(&c, 2).ratio, 4);
        cr_assert_eq(config_layer(&c, 3).ratio, 128);
        cr_assert_eq(config_layer(&c, 43).ratio, 0);
        arena_free(&arena);
    }
}

Test(config, pro)
{
    struct arena arena = { 0 };
    struct config c = loaded("tiny_models/configs/v4-pro.json", &arena);
    cr_assert(c.hidden_size == 7168 && c.num_hidden_layers == 61);
    cr_assert(c.num_attention_heads == 128 && c.q_lora_rank == 1536);
    cr_assert(c.o_groups == 16 && c.index_topk == 1024);
    cr_assert(c.n_routed_experts == 384 && c.num_experts_per_tok == 6);
    cr_assert(c.moe_intermediate_size == 3072);
    cr_assert_eq(c.routed_scaling_factor, 2.5f);
    cr_assert_eq(c.n_compress_ratios, 62);
    cr_assert_eq(blocks_of(&c, LAYER_WINDOW), 1, "the MTP block");
    cr_assert_eq(blocks_of(&c, LAYER_CSA), 30);
    cr_assert_eq(blocks_of(&c, LAYER_HCA), 31);
    arena_free(&arena);
}

Test(config, tiny_models)
{
    struct arena arena = { 0 };
    struct config c = loaded("tiny_models/tiny-flash/config.json", &arena);
    cr_assert(c.hidden_size == 256 && c.sliding_window == 32);
    cr_assert(c.yarn_original_length == 64 && c.index_topk == 8);
    c = loaded("tiny_models/tiny-pro/config.json", &arena);
    cr_assert(c.num_experts_per_tok == 3 && c.index_head_dim == 128);
    c = loaded("tiny_models/tiny-long/config.json", &arena);
    cr_assert_eq(config_layer(&c, 1).kind, LAYER_HCA, "16 is no CSA");
    cr_assert_eq(c.yarn_factor, 8);
    arena_free(&arena);
}

/* ------------------------------------------------ each key by itself */

/* Keys, and whether 0 and fractions are all right. */
static const struct {
    const char *key;
    bool zero, fraction;
} keys[] = {
    { "vocab_size", false, false },
    { "hidden_size", false, false },
    { "num_hidden_layers", false, false },
    { "max_position_embeddings", false, false },
    { "num_attention_heads", false, false },
    { "num_key_value_heads", false, false },
    { "head_dim", false, false },
    { "qk_rope_head_dim", false, false },
    { "q_lora_rank", false, false },
    { "o_groups", false, false },
    { "o_lora_rank", false, false },
    { "sliding_window", false, false },
    { "index_n_heads", false, false },
    { "index_head_dim", false, false },
    { "index_topk", false, false },
    { "n_routed_experts", false, false },
    { "n_shared_experts", false, false },
    { "num_experts_per_tok", false, false },
    { "moe_intermediate_size", false, false },
    { "num_hash_layers", true, false },
    { "routed_scaling_factor", false, true },
    { "swiglu_limit", true, true },
    { "hc_mult", false, false },
    { "hc_sinkhorn_iters", false, false },
    { "hc_eps", false, true },
    { "rms_norm_eps", false, true },
    { "rope_theta", false, true },
    { "compress_rope_theta", false, true },
    { "scoring_func", false, false },
    { "hidden_act", false, false },
    { "norm_topk_prob", false, false },
    { "compress_ratios", false, false },
    { "model_type", false, false },
};

/* The message names the file, the key, what was found, what was expected. */
static void assert_names(const char *message, const char *path,
                         const char *key, const char *found)
{
    char start[256];
    snprintf(start, sizeof start, "%s: %s: found %s, expected ", path, key,
             found);
    cr_assert_eq(strncmp(message, start, strlen(start)), 0,
                 "\nfound:    %s\nexpected: %s…", message, start);
}

Test(config, missing_keys)
{
    char path[128];
    temp_path(path, "config.json");
    char *text = read_bytes(tiny, NULL);
    for (size_t i = 0; i < COUNT(keys); i++) {
        cJSON *json = cJSON_Parse(text);
        cJSON_DeleteItemFromObjectCaseSensitive(json, keys[i].key);
        char *less = cJSON_PrintUnformatted(json);
        write_bytes(path, less, strlen(less));
        struct arena arena = { 0 };
        struct config c;
        struct error err = { 0 };
        cr_assert_not(config_load(&c, path, NULL, 0, &arena, &err), "%s",
                      keys[i].key);
        assert_names(err.message, path, keys[i].key, "nothing");
        arena_free(&arena);
        cJSON_free(less);
        cJSON_Delete(json);
    }
    free(text);
    unlink(path);
}

static void refused_value(const char *key, const char *value,
                          const char *found)
{
    char set[128];
    snprintf(set, sizeof set, "%s=%s", key, value);
    const char *sets[] = { set };
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    if (config_load(&c, tiny, sets, 1, &arena, &err))
        cr_assert_fail("accepted: %s", set);
    assert_names(err.message, tiny, key, found);
    arena_free(&arena);
}

Test(config, values_of_the_wrong_kind)
{
    for (size_t i = 0; i < COUNT(keys); i++) {
        const char *key = keys[i].key;
        if (strcmp(key, "compress_ratios") == 0)
            continue; /* below */
        refused_value(key, "\"word\"", "\"word\"");
        refused_value(key, "\"7\"", "\"7\"");
        refused_value(key, "null", "null");
        refused_value(key, "[1]", "[1]");
        refused_value(key, "{}", "{}");
        refused_value(key, "-1", "-1");
        refused_value(key, "1e18", "1e+18");
        refused_value(key, "1e999", "null"); /* cJSON's infinity */
        refused_value(key, "false", "false");
        if (!keys[i].zero)
            refused_value(key, "0", "0");
        if (!keys[i].fraction)
            refused_value(key, "1.5", "1.5");
    }
}

Test(config, values_that_are_the_same_in_every_v4)
{
    refused("num_key_value_heads=2",
            "num_key_value_heads: found 2, expected 1");
    refused("n_shared_experts=2",
            "n_shared_experts: found 2, expected a whole number from 1 to 1");
    refused("scoring_func=sigmoid",
            "scoring_func: found \"sigmoid\", expected \"sqrtsoftplus\"");
    refused("hidden_act=gelu",
            "hidden_act: found \"gelu\", expected \"silu\"");
    refused("norm_topk_prob=false",
            "norm_topk_prob: found false, expected true");
    refused("tie_word_embeddings=true",
            "tie_word_embeddings: found true, expected false");
    refused("attention_bias=true",
            "attention_bias: found true, expected false");
    refused("topk_method=greedy",
            "topk_method: found \"greedy\", expected \"noaux_tc\"");
    refused("expert_dtype=int4",
            "expert_dtype: found \"int4\", expected \"fp4\" or \"fp8\"");
    refused("quantization_config.fmt=e5m2",
            "quantization_config.fmt: found \"e5m2\", expected \"e4m3\"");
    refused("quantization_config.scale_fmt=float",
            "quantization_config.scale_fmt: found \"float\", expected "
            "\"ue8m0\"");
    refused("quantization_config.quant_method=int8",
            "quantization_config.quant_method: found \"int8\", expected "
            "\"fp8\"");
    refused("quantization_config.activation_scheme=static",
            "quantization_config.activation_scheme: found \"static\", "
            "expected \"dynamic\"");
    refused("quantization_config=7",
            "quantization_config: found 7, expected an object or null");
    refused("quantization_config.weight_block_size=32,32",
            "quantization_config.weight_block_size: found [32,32], "
            "expected [128,128]");
}

Test(config, other_architectures)
{
    refused("model_type=deepseek_v41",
            "model_type: found \"deepseek_v41\", expected \"deepseek_v4\": "
            "DeepSeek-V4.1 is another architecture, with Engram memory");
    refused("architectures=\"DeepseekV41ForCausalLM\"",
            "architectures: found \"DeepseekV41ForCausalLM\", expected "
            "\"DeepseekV4ForCausalLM\": "
            "DeepSeek-V4.1 is another architecture, with Engram memory");
    refused("model_type=deepseek_v32",
            "model_type: found \"deepseek_v32\", expected \"deepseek_v4\": "
            "DeepSeek-V3.2 is another architecture, with MLA and DSA");
    refused("model_type=deepseek_v3",
            "model_type: found \"deepseek_v3\", expected \"deepseek_v4\": "
            "DeepSeek-V3 is another architecture, with MLA");
    refused("model_type=llama",
            "model_type: found \"llama\", expected \"deepseek_v4\"");
    refused("architectures=\"LlamaForCausalLM\"",
            "architectures: found \"LlamaForCausalLM\", expected "
            "\"DeepseekV4ForCausalLM\"");
    refused("architectures=[]",
            "architectures: found nothing, expected "
            "\"DeepseekV4ForCausalLM\"");
    refused_text("{\"model_type\":\"deepseek_v41\"}",
                 "model_type: found \"deepseek_v41\", expected "
                 "\"deepseek_v4\": DeepSeek-V4.1 is another architecture, "
                 "with Engram memory");
}

/* ------------------------------------------------ keys against keys */

Test(config, contradictions_in_attention)
{
    refused("qk_rope_head_dim=63",
            "qk_rope_head_dim: found 63, expected a positive multiple of 2 "
            "(dimensions rotate in pairs)");
    refused("qk_rope_head_dim=128",
            "qk_rope_head_dim: found 128, expected at most 127 (less than "
            "head_dim)");
    refused("head_dim=64",
            "qk_rope_head_dim: found 64, expected at most 63 (less than "
            "head_dim)");
    refused("head_dim=160",
            "head_dim minus qk_rope_head_dim: found 96, expected a "
            "positive multiple of 64 (the rest of a key is rounded to FP8 "
            "in blocks)");
    refused("qk_rope_head_dim=514",
            "qk_rope_head_dim: found 514, expected a whole number from 2 "
            "to 512");
    refused("o_groups=3",
            "num_attention_heads: found 4, expected a positive multiple of "
            "3 (o_groups share the heads evenly)");
    refused("o_groups=8",
            "num_attention_heads: found 4, expected a positive multiple of "
            "8 (o_groups share the heads evenly)");
    refused("index_head_dim=96",
            "index_head_dim: found 96, expected a power of two (it is "
            "Hadamard-transformed)");
    refused("index_head_dim=16",
            "index_head_dim: found 16, expected a positive multiple of 32 "
            "(it is rounded to FP4 in blocks)");
    refused("index_head_dim=32",
            "qk_rope_head_dim: found 64, expected at most 32 "
            "(index_head_dim)");
}

Test(config, contradictions_elsewhere)
{
    refused("num_experts_per_tok=7",
            "num_experts_per_tok: found 7, expected at most 6 "
            "(n_routed_experts)");
    refused("num_hash_layers=6",
            "num_hash_layers: found 6, expected at most 5 "
            "(num_hidden_layers)");
    refused("hidden_size=272",
            "hidden_size: found 272, expected a positive multiple of 32 "
            "(FP4 weights share scales in blocks of this many)");
    refused("moe_intermediate_size=100",
            "moe_intermediate_size: found 100, expected a positive "
            "multiple of 32 (FP4 weights share scales in blocks of this "
            "many)");
    refused("eos_token_id=256",
            "eos_token_id: found 256, expected at most 255 (less than "
            "vocab_size)");
    refused("eos_token_id=[1,256]",
            "eos_token_id: found 256, expected at most 255 (less than "
            "vocab_size)");
    refused("eos_token_id=[1,-1]",
            "eos_token_id: found -1, expected a whole number from 0 to "
            "16777216");
    refused("eos_token_id=word",
            "eos_token_id: found \"word\", expected a whole number from 0 "
            "to 16777216");
    refused("bos_token_id=-2",
            "bos_token_id: found -2, expected a whole number from 0 to "
            "16777216");
    refused("num_hidden_layers=6",
            "compress_ratios: found 6 entries, expected at least 7: "
            "num_hidden_layers 6 and num_nextn_predict_layers 1");
    refused("num_nextn_predict_layers=3",
            "num_nextn_predict_layers: found 3, expected a whole number "
            "from 0 to 1");
    refused("compress_ratios=0,0,4,-128,4,0",
            "compress_ratios: found -128, expected whole numbers from 0 to "
            "16777216");
    refused("compress_ratios=0,0,4,1.5,4,0",
            "compress_ratios: found 1.5, expected whole numbers from 0 to "
            "16777216");
    refused("compress_ratios=[0,0,4,\"4\",4,0]",
            "compress_ratios: found \"4\", expected whole numbers from 0 "
            "to 16777216");
}

Test(config, contradictions_in_yarn)
{
    refused("rope_scaling=7",
            "rope_scaling: found 7, expected an object or null");
    refused("rope_scaling.type=linear",
            "rope_scaling.type: found \"linear\", expected \"yarn\"");
    refused("rope_scaling.factor=0.5",
            "rope_scaling.factor: found 0.5, expected a number from 1 to "
            "1000000");
    refused("rope_scaling.beta_fast=0.5",
            "rope_scaling.beta_fast: found 0.5, expected at least "
            "beta_slow, 1");
    refused("rope_scaling.original_max_position_embeddings=1.5",
            "rope_scaling.original_max_position_embeddings: found 1.5, "
            "expected a whole number from 0 to 1073741824");
    refused("rope_scaling={}",
            "rope_scaling.type: found nothing, expected \"yarn\"");
    refused("rope_scaling={\"type\":\"yarn\"}",
            "rope_scaling.factor: found nothing, expected a number from 1 "
            "to 1000000");
}

/* ------------------------------------------------ two spellings */

static const char by_transformers[] =
    "tiny_models/configs/v4-flash-transformers5.json";

enum { NUMBERS = 38 };

/* All numbers of a configuration that have no list behind them. */
static void numbers_of(double out[NUMBERS], const struct config *c)
{
    const int *whole[] = {
        &c->vocab_size, &c->hidden_size, &c->num_hidden_layers,
        &c->num_nextn_predict_layers, &c->max_position_embeddings,
        &c->num_attention_heads, &c->head_dim, &c->qk_rope_head_dim,
        &c->q_lora_rank, &c->o_groups, &c->o_lora_rank, &c->sliding_window,
        &c->n_compress_ratios, &c->index_n_heads, &c->index_head_dim,
        &c->index_topk, &c->n_routed_experts, &c->n_shared_experts,
        &c->num_experts_per_tok, &c->moe_intermediate_size,
        &c->num_hash_layers, &c->hc_mult, &c->hc_sinkhorn_iters,
        &c->yarn_original_length, &c->bos_token_id, &c->n_eos_token_id,
        &c->dspark_block_size, &c->dspark_stages,
    };
    const float *real[] = {
        &c->routed_scaling_factor, &c->swiglu_limit, &c->hc_eps,
        &c->rms_norm_eps, &c->rope_theta, &c->compress_rope_theta,
        &c->yarn_factor, &c->yarn_beta_fast, &c->yarn_beta_slow,
    };
    for (size_t i = 0; i < COUNT(whole); i++)
        *out++ = *whole[i];
    for (size_t i = 0; i < COUNT(real); i++)
        *out++ = (double)*real[i];
    *out = c->fp4_experts;
}

/* Whoever wrote them. */
static void same_numbers(const struct config *a, const struct config *b)
{
    double x[NUMBERS], y[NUMBERS];
    numbers_of(x, a);
    numbers_of(y, b);
    for (int i = 0; i < NUMBERS; i++)
        cr_assert_eq(x[i], y[i], "number %d", i);
    cr_assert_arr_eq(a->compress_ratios, b->compress_ratios,
                     (size_t)a->n_compress_ratios * sizeof(int));
    cr_assert_arr_eq(a->eos_token_id, b->eos_token_id,
                     (size_t)a->n_eos_token_id * sizeof(int));
}

/* What transformers 5.24 has made of Flash's configuration. */
Test(config, transformers_5_spells_the_same)
{
    struct arena arena = { 0 };
    struct config flash = loaded("tiny_models/configs/v4-flash.json",
                                 &arena);
    struct config c = loaded(by_transformers, &arena);
    cr_assert_eq(c.spelling, SPELLED_BY_TRANSFORMERS_5);
    cr_assert_eq(c.n_unknown_keys, 0);
    cr_assert(c.yarn_factor == 16 && c.yarn_original_length == 65536);
    same_numbers(&c, &flash);
    arena_free(&arena);
}

/* Each of a number's two names may be missing, not both. */
Test(config, transformers_5_without_the_older_names)
{
    static const char *const gone[] = {
        "rope_theta", "compress_rope_theta", "qk_rope_head_dim",
        "expert_dtype", "compress_rates",
    };
    char path[128];
    temp_path(path, "config.json");
    char *text = read_bytes(by_transformers, NULL);
    cJSON *json = cJSON_Parse(text);
    for (size_t i = 0; i < COUNT(gone); i++)
        cJSON_DeleteItemFromObjectCaseSensitive(json, gone[i]);
    char *less = cJSON_PrintUnformatted(json);
    write_bytes(path, less, strlen(less));
    struct arena arena = { 0 };
    struct config flash = loaded("tiny_models/configs/v4-flash.json",
                                 &arena);
    struct config c = loaded(path, &arena);
    same_numbers(&c, &flash);
    arena_free(&arena);
    cJSON_free(less);
    cJSON_Delete(json);
    free(text);
    unlink(path);
}

/* With these changes the file that transformers wrote is refused so. */
static void refused_five(const char *set, const char *message)
{
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    if (config_load(&c, by_transformers, &set, 1, &arena, &err))
        cr_assert_fail("accepted: %s", set);
    assert_message(err.message, by_transformers, message);
    arena_free(&arena);
}

#define MAIN "rope_parameters.main."
#define COMPRESS "rope_parameters.compress."

Test(config, two_names_must_agree)
{
    refused_five(MAIN "rope_theta=500000",
                 MAIN "rope_theta: found 500000, expected the same as "
                 "rope_theta");
    refused_five("compress_rope_theta=10000",
                 COMPRESS "rope_theta: found 160000, expected the same as "
                 "compress_rope_theta");
    refused_five("expert_dtype=fp8",
                 "quantization_config.expert_dtype: found \"fp4\", expected "
                 "the same as expert_dtype");
    refused_five("partial_rotary_factor=0.25",
                 MAIN "partial_rotary_factor: found 0.125, expected the "
                 "same as partial_rotary_factor");
    refused_five("qk_rope_head_dim=32",
                 "partial_rotary_factor: found 0.125, which makes 64 of "
                 "512, expected 32: qk_rope_head_dim");
    refused_five(COMPRESS "type=default",
                 COMPRESS "type: found \"default\", expected the same as "
                 COMPRESS "rope_type");
}

Test(config, rotations_that_are_not_understood)
{
    refused_five("rope_parameters=7",
                 "rope_parameters: found 7, expected an object or null");
    refused_five("rope_parameters={\"rope_type\":\"yarn\",\"factor\":16}",
                 "rope_parameters.rope_type: found \"yarn\", expected only "
                 "keys that are understood");
    refused_five("rope_parameters={\"compress\":null}",
                 "rope_parameters.main: found nothing, expected an object "
                 "or null");
    refused_five(MAIN "rope_type=yarn",
                 MAIN "rope_type: found \"yarn\", expected \"default\"");
    refused_five(COMPRESS "rope_type=longrope",
                 COMPRESS "rope_type: found \"longrope\", expected "
                 "\"default\" or \"yarn\"");
    refused_five(COMPRESS "attention_factor=1.27",
                 COMPRESS "attention_factor: found 1.27, expected 1");
    refused_five(COMPRESS "attention_factor=null",
                 COMPRESS "attention_factor: found null, expected 1");
    refused_five(COMPRESS "factor=null",
                 COMPRESS "factor: found null, expected a number from 1 to "
                 "1000000");
    refused("rope_scaling={\"type\":\"yarn\",\"mscale\":0.7}",
            "rope_scaling.mscale: found 0.7, expected only keys that are "
            "understood");
    refused("rope_scaling={\"rope_type\":\"yarn\",\"type\":\"linear\"}",
            "rope_scaling.type: found \"linear\", expected \"yarn\"");
}

Test(config, numbers_of_yarn_without_yarn)
{
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    const char *set[] = { COMPRESS "rope_type=default",
                          COMPRESS "type=default" };
    cr_assert_not(config_load(&c, by_transformers, set, 2, &arena, &err));
    assert_message(err.message, by_transformers,
                   COMPRESS "rope_type: found \"default\", expected "
                   "\"yarn\", whose numbers are there");
    const char *none[] = {
        "rope_parameters.compress={\"rope_type\":\"default\","
        "\"rope_theta\":160000}" };
    cr_assert(config_load(&c, by_transformers, none, 1, &arena, &err), "%s",
              err.message);
    cr_assert(c.yarn_original_length == 0 && c.yarn_factor == 1);
    arena_free(&arena);
}

Test(config, kinds_of_layers_by_name)
{
    refused_five("layer_types.7=full_attention",
                 "layer_types: found \"full_attention\", expected "
                 "\"sliding_attention\" or \"compressed_sparse_attention\" "
                 "or \"heavily_compressed_attention\"");
    refused_five("layer_types=[\"sliding_attention\"]",
                 "layer_types: found 1 entries, expected 43: "
                 "num_hidden_layers");
    refused_five("compress_rates.compressed_sparse_attention=8",
                 "compress_rates.compressed_sparse_attention: found 8, "
                 "expected 4");
    refused_five("compress_rates.heavily_compressed_attention=4",
                 "compress_rates.heavily_compressed_attention: found 4, "
                 "expected another: 4 means CSA");
    refused_five("compress_rates={\"linear_attention\":2}",
                 "compress_rates.linear_attention: found 2, expected only "
                 "keys that are understood");
    refused_five("mlp_layer_types.3=dense",
                 "mlp_layer_types: found \"dense\", expected \"hash_moe\" "
                 "or \"moe\"");
    refused_five("mlp_layer_types.9=hash_moe",
                 "mlp_layer_types: found \"hash_moe\" for layer 9, "
                 "expected it before all others");
    refused_five("mlp_layer_types=[]",
                 "mlp_layer_types: found 0 entries, expected 43: "
                 "num_hidden_layers");
}

Test(config, hca_layers_have_the_rate_of_the_file)
{
    const char *set[] = { "compress_rates.heavily_compressed_attention=64" };
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    cr_assert(config_load(&c, by_transformers, set, 1, &arena, &err), "%s",
              err.message);
    cr_assert_eq(config_layer(&c, 2).ratio, 4);
    cr_assert_eq(config_layer(&c, 3).ratio, 64);
    cr_assert_eq(config_layer(&c, 43).ratio, 0, "the MTP block");
    arena_free(&arena);
}

/* One file may use both spellings, if they say the same. */
Test(config, ratios_and_kinds_must_agree)
{
    char path[128];
    temp_path(path, "config.json");
    char *text = read_bytes(tiny, NULL);
    static const char *const types[] = {
        "sliding_attention", "sliding_attention",
        "compressed_sparse_attention", "heavily_compressed_attention",
        "compressed_sparse_attention",
    };
    static const char *const mlps[] = { "hash_moe", "hash_moe", "hash_moe",
                                        "moe", "moe" };
    cJSON *json = cJSON_Parse(text);
    cJSON_AddItemToObject(json, "layer_types",
                          cJSON_CreateStringArray(types, 5));
    cJSON_AddItemToObject(json, "mlp_layer_types",
                          cJSON_CreateStringArray(mlps, 5));
    char *both = cJSON_PrintUnformatted(json);
    write_bytes(path, both, strlen(both));
    struct arena arena = { 0 };
    struct config c = loaded(path, &arena), one = loaded(tiny, &arena);
    same_numbers(&c, &one);
    const char *set = "compress_ratios.3=64";
    struct error err = { 0 };
    cr_assert_not(config_load(&c, path, &set, 1, &arena, &err));
    assert_message(err.message, path,
                   "layer_types: found ratio 128 for layer 3, expected 64 "
                   "as in compress_ratios");
    set = "num_hash_layers=2";
    cr_assert_not(config_load(&c, path, &set, 1, &arena, &err));
    assert_message(err.message, path,
                   "mlp_layer_types: found 3 times \"hash_moe\", expected "
                   "2: num_hash_layers");
    arena_free(&arena);
    cJSON_free(both);
    cJSON_Delete(json);
    free(text);
    unlink(path);
}

/* ------------------------------------------------ DSpark */

static const char dspark[] = "tiny_models/configs/v4-flash-0731.json";

Test(config, dspark_stands_instead_of_mtp)
{
    struct arena arena = { 0 };
    struct config c = loaded(dspark, &arena);
    cr_assert_eq(c.num_nextn_predict_layers, 0, "the file says 1");
    cr_assert(c.dspark_block_size == 5 && c.dspark_stages == 3);
    cr_assert(c.dspark_markov_rank == 256);
    cr_assert(c.dspark_noise_token_id == 128799);
    const int layers[] = { 40, 41, 42 };
    cr_assert_eq(c.n_dspark_target_layer_ids, 3);
    cr_assert_arr_eq(c.dspark_target_layer_ids, layers, sizeof layers);
    arena_free(&arena);
}

static void refused_dspark(const char *set, const char *message)
{
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    if (config_load(&c, dspark, &set, 1, &arena, &err))
        cr_assert_fail("accepted: %s", set);
    assert_message(err.message, dspark, message);
    arena_free(&arena);
}

Test(config, contradictions_in_dspark)
{
    refused_dspark("dspark_block_size=null",
                   "dspark_block_size: found nothing, expected a whole "
                   "number from 1 to 64, as there are other keys of DSpark");
    refused_dspark("dspark_block_size=65",
                   "dspark_block_size: found 65, expected a whole number "
                   "from 1 to 64");
    refused_dspark("dspark_markov_rank=null",
                   "dspark_markov_rank: found null, expected a whole number "
                   "from 1 to 32768");
    refused_dspark("dspark_noise_token_id=129280",
                   "dspark_noise_token_id: found 129280, expected at most "
                   "129279 (less than vocab_size)");
    refused_dspark("dspark_target_layer_ids=40,43",
                   "dspark_target_layer_ids: found 43, expected at most 42 "
                   "(less than num_hidden_layers)");
    refused_dspark("dspark_target_layer_ids=40,41,40",
                   "dspark_target_layer_ids: found 40 twice, expected each "
                   "layer once");
    refused_dspark("dspark_target_layer_ids=[]",
                   "dspark_target_layer_ids: found an empty list, expected "
                   "layers");
    refused_dspark("compress_ratios.44=4",
                   "compress_ratios: found 4 for stage 1 of DSpark, "
                   "expected 0");
}

/* ------------------------------------------------ keys nobody knows */

Test(config, unknown_keys_are_noted_once)
{
    char path[128];
    temp_path(path, "config.json");
    char *text = read_bytes(tiny, NULL);
    cJSON *json = cJSON_Parse(text);
    cJSON_AddNumberToObject(json, "n_group", 8);
    cJSON_AddNumberToObject(json, "attention_dropout2", 0);
    cJSON_AddStringToObject(json, "pad_token_id", "harmless");
    cJSON_AddNumberToObject(json, "rope_scaling.factor", 7);
    cJSON_AddNumberToObject(cJSON_GetObjectItem(json,
                                                "quantization_config"),
                            "colour", 1);
    char *more = cJSON_PrintUnformatted(json);
    write_bytes(path, more, strlen(more));
    struct arena arena = { 0 };
    struct config c = loaded(path, &arena);
    const char *const names[] = { "quantization_config.colour", "n_group",
                                  "attention_dropout2",
                                  "rope_scaling.factor" };
    cr_assert_eq(c.n_unknown_keys, 4);
    for (size_t i = 0; i < COUNT(names); i++)
        cr_assert_str_eq(c.unknown_keys[i], names[i]);
    cr_assert_eq(c.yarn_factor, 16, "a dot in a key is no way down");
    arena_free(&arena);
    cJSON_free(more);
    cJSON_Delete(json);
    free(text);
    unlink(path);
}

/* No released configuration has such a key, and none of ours. */
Test(config, shipped_configurations_have_no_unknown_key)
{
    static const char *const files[] = {
        "tiny_models/configs/v4-pro.json", dspark, by_transformers, tiny,
        "tiny_models/configs/v4-flash.json",
        "tiny_models/tiny-pro/config.json",
        "tiny_models/tiny-long/config.json",
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct arena arena = { 0 };
        struct config c = loaded(files[i], &arena);
        cr_assert_eq(c.n_unknown_keys, 0, "%s: %s", files[i],
                     c.n_unknown_keys ? c.unknown_keys[0] : "");
        arena_free(&arena);
    }
}

/* ------------------------------------------------ what may be absent */

Test(config, optional_keys)
{
    char path[128];
    temp_path(path, "config.json");
    char *text = read_bytes(tiny, NULL);
    cJSON *json = cJSON_Parse(text);
    const char *gone[] = {
        "rope_scaling", "num_nextn_predict_layers", "bos_token_id",
        "eos_token_id", "expert_dtype", "architectures", "topk_method",
        "tie_word_embeddings", "attention_bias", "quantization_config",
        "index_n_heads", "index_head_dim", "index_topk",
    };
    for (size_t i = 0; i < COUNT(gone); i++)
        cJSON_DeleteItemFromObjectCaseSensitive(json, gone[i]);
    const int ratios[] = { 0, 128, 16, 0, 5 }; /* no CSA layer */
    cJSON_ReplaceItemInObjectCaseSensitive(
        json, "compress_ratios", cJSON_CreateIntArray(ratios, 5));
    char *less = cJSON_PrintUnformatted(json);
    write_bytes(path, less, strlen(less));
    struct arena arena = { 0 };
    struct config c = loaded(path, &arena);
    cr_assert_eq(c.yarn_original_length, 0, "no YaRN");
    cr_assert_eq(c.num_nextn_predict_layers, 0);
    cr_assert(c.bos_token_id == -1 && c.n_eos_token_id == 0);
    cr_assert(c.fp4_experts);
    cr_assert(c.index_n_heads == 0 && c.index_head_dim == 0);
    cr_assert_eq(config_layer(&c, 4).kind, LAYER_HCA);
    arena_free(&arena);
    cJSON_free(less);
    cJSON_Delete(json);
    free(text);
    unlink(path);
}

/* ------------------------------------------------ replacing values */

Test(config, sets)
{
    const char *sets[] = {
        "hc_sinkhorn_iters=1", "rms_norm_eps=0.001",
        "compress_ratios=128,4,0,0,16,0", "compress_ratios.2=7",
        "rope_scaling.factor=4", "swiglu_limit=0", "expert_dtype=fp8",
        "eos_token_id=null", "hc_sinkhorn_iters=2",
    };
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    cr_assert(config_load(&c, tiny, sets, COUNT(sets), &arena, &err), "%s",
              err.message);
    cr_assert_eq(c.hc_sinkhorn_iters, 2, "the last one counts");
    cr_assert_eq(c.rms_norm_eps, 0.001f);
    const int ratios[] = { 128, 4, 7, 0, 16, 0 };
    cr_assert_eq(c.n_compress_ratios, 6);
    cr_assert_eq(memcmp(c.compress_ratios, ratios, sizeof ratios), 0);
    cr_assert(c.yarn_factor == 4 && c.yarn_beta_fast == 32);
    cr_assert(c.swiglu_limit == 0 && c.n_eos_token_id == 0);
    cr_assert_not(c.fp4_experts);
    const char *none[] = { "rope_scaling=null", "hidden_size=272",
                           "expert_dtype=fp8" };
    cr_assert(config_load(&c, tiny, none, 3, &arena, &err), "%s",
              err.message);
    cr_assert_eq(c.yarn_original_length, 0);
    arena_free(&arena);
}

Test(config, several_tokens_may_end_a_text)
{
    const char *sets[] = { "eos_token_id=[1,7,250]" };
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    cr_assert(config_load(&c, tiny, sets, 1, &arena, &err), "%s",
              err.message);
    const int ends[] = { 1, 7, 250 };
    cr_assert_eq(c.n_eos_token_id, 3);
    cr_assert_arr_eq(c.eos_token_id, ends, sizeof ends);
    arena_free(&arena);
}

Test(config, sets_that_mean_nothing)
{
    refused("hidden_sise=3", "--set hidden_sise=3: found no such key in "
                             "the file, expected one of its keys");
    refused("rope_scaling.fctor=3",
            "--set rope_scaling.fctor=3: found no such key in the file, "
            "expected one of its keys");
    refused("hidden_size.x=3",
            "--set hidden_size.x=3: found no such key in the file, "
            "expected one of its keys");
    refused("compress_ratios.6=3",
            "--set compress_ratios.6=3: found no such key in the file, "
            "expected one of its keys");
    refused("compress_ratios.-1=3",
            "--set compress_ratios.-1=3: found no such key in the file, "
            "expected one of its keys");
    refused("hidden_size", "--set hidden_size: found no key, expected "
                           "KEY=VALUE");
    refused("=3", "--set =3: found no key, expected KEY=VALUE");
    refused("compress_ratios=a,b",
            "--set compress_ratios=a,b: found no numbers, expected a list "
            "of them, separated by commas");
    refused("hidden_size=",
            "hidden_size: found \"\", expected a whole number from 1 to "
            "32768");
    refused("hidden_size=12 34",
            "hidden_size: found \"12 34\", expected a whole number from 1 "
            "to 32768");
}

/* ------------------------------------------------ the file itself */

Test(config, bad_files)
{
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    cr_assert_not(config_load(&c, "nowhere.json", NULL, 0, &arena, &err));
    assert_message(err.message, "nowhere.json",
                   "cannot be read: No such file or directory");
    cr_assert_not(config_load(&c, "tests", NULL, 0, &arena, &err));
    assert_message(err.message, "tests", "found a folder, expected a file");
    arena_free(&arena);
    refused_text("[]", "found a list, expected a JSON object");
    refused_text("7", "found a number, expected a JSON object");
    refused_text("hello", "line 1, column 1: found 'h', expected a value");
    refused_text("{}", "model_type: found nothing, expected "
                       "\"deepseek_v4\"");
    refused_text("{\"a\":1,\"b\":2,\"a\":1}",
                 "a: found twice, expected once");
    refused_text("{\"a\":{\"b\":1,\"b\":2}}",
                 "a.b: found twice, expected once");
    char *big = malloc(70001);
    cr_assert_not_null(big);
    memset(big, ' ', 70000);
    big[70000] = '\0';
    refused_text(big, "found more than 65536 bytes, expected at most that "
                      "many");
    free(big);
}

Test(config, without)
{
    unsigned flags = 0;
    struct error err = { 0 };
    cr_assert(config_without(&flags, "sink", &err));
    cr_assert_eq(flags, WITHOUT_SINK);
    cr_assert(config_without(&flags, "ape,hadamard", &err));
    cr_assert_eq(flags, WITHOUT_SINK | WITHOUT_APE | WITHOUT_HADAMARD);
    flags = 0;
    cr_assert(config_without(&flags, "sink,overlap,ape,yarn,topk,hadamard",
                             &err));
    cr_assert_eq(flags, 63);
    const char *bad[] = { "", "sinks", "sin", "sink,", ",sink", "Sink",
                          "sink overlap" };
    for (size_t i = 0; i < COUNT(bad); i++)
        cr_assert_not(config_without(&flags, bad[i], &err), "%s", bad[i]);
    cr_assert_not(config_without(&flags, "sink,gravity", &err));
    cr_assert_str_eq(err.message,
                     "--without: found \"gravity\", expected sink, overlap, "
                     "ape, yarn, topk or hadamard");
}
