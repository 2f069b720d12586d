//> [config-keys-includes] What the table of keys needs
/* Every key of a config.json that we know, and what becomes of it. One that
 * has no row is refused inside a CLOSED object, and noted elsewhere. */
#include "base/config_parts.h"

#define ROW(field) offsetof(struct reading, field)
#define KEY(field) #field, ROW(c.field)

/* The product of any two widths fits an int. */
enum { WIDE = 1 << 15, MANY = 1 << 24, LONG = 1 << 30 };
//< [config-keys-includes]

//> [config-keys-v4] data: The keys of DeepSeek-V4
static const struct key v4[] = {
    { KEY(vocab_size), WHOLE, 1, MANY, .need = MUST },
    { KEY(hidden_size), WHOLE, 1, WIDE, .need = MUST },
    { KEY(num_hidden_layers), WHOLE, 1, WIDE, .need = MUST },
    { KEY(num_nextn_predict_layers), WHOLE, 0, 1, .need = MAY,
      .why = "a second block in a row is not known" },
    { KEY(max_position_embeddings), WHOLE, 1, LONG, .need = MUST },
    { KEY(num_attention_heads), WHOLE, 1, WIDE, .need = MUST },
    { KEY(head_dim), WHOLE, 1, WIDE, .need = MUST },
    { KEY(q_lora_rank), WHOLE, 1, WIDE, .need = MUST },
    { KEY(o_groups), WHOLE, 1, WIDE, .need = MUST },
    { KEY(o_lora_rank), WHOLE, 1, WIDE, .need = MUST },
    { KEY(sliding_window), WHOLE, 1, LONG, .need = MUST },
    { KEY(index_n_heads), WHOLE, 1, WIDE, .need = IF_CSA },
    { KEY(index_head_dim), WHOLE, 1, WIDE, .need = IF_CSA },
    { KEY(index_topk), WHOLE, 1, LONG, .need = IF_CSA },
    //> [config-keys-experts] data: Experts, streams, the ends of a text
    { KEY(n_routed_experts), WHOLE, 1, WIDE, .need = MUST },
    { KEY(n_shared_experts), WHOLE, 1, 1, .need = MUST },
    { KEY(num_experts_per_tok), WHOLE, 1, WIDE, .need = MUST },
    { KEY(moe_intermediate_size), WHOLE, 1, WIDE, .need = MUST },
    { KEY(routed_scaling_factor), REAL, 1e-6, 1e6, .need = MUST },
    { KEY(swiglu_limit), REAL, 0, 1e6, .need = MUST },
    { "expert_dtype", ROW(expert_dtype), WORD, .only = "fp4 fp8" },
    { "quantization_config.expert_dtype", ROW(expert_dtype), WORD,
      .only = "fp4 fp8" },
    { KEY(hc_mult), WHOLE, 1, 64, .need = MUST },
    { KEY(hc_sinkhorn_iters), WHOLE, 1, WIDE, .need = MUST },
    { KEY(hc_eps), REAL, 1e-30, 1, .need = MUST },
    { KEY(rms_norm_eps), REAL, 1e-30, 1, .need = MUST },
    { KEY(bos_token_id), WHOLE, 0, MANY, .need = MAY },
    { "eos_token_id", ROW(eos), WHOLE_S, 0, MANY, .need = MAY },
    //< [config-keys-experts]
    //> [config-keys-spellings] data: What has two spellings
    /* As released. */
    { "compress_ratios", ROW(ratios), WHOLES, 0, MANY, .need = MAY },
    { KEY(num_hash_layers), WHOLE, 0, WIDE, .need = MAY },
    { KEY(qk_rope_head_dim), WHOLE, 2, 512, .need = MAY,
      .why = "as many as rope turns" },
    { KEY(rope_theta), REAL, 2, 1e12, .need = MUST },
    { KEY(compress_rope_theta), REAL, 2, 1e12, .need = MUST },
    { "rope_scaling", .fate = CLOSED },
    { "rope_scaling.type", ROW(scaling_type), WORD, .need = MUST,
      .only = "yarn" },
    { "rope_scaling.rope_type", ROW(scaling_type), WORD, .only = "yarn" },
    { "rope_scaling.factor", ROW(c.yarn_factor), REAL, 1, 1e6,
      .need = MUST },
    { "rope_scaling.beta_fast", ROW(c.yarn_beta_fast), REAL, 1e-6, 1e6,
      .need = MUST },
    { "rope_scaling.beta_slow", ROW(c.yarn_beta_slow), REAL, 1e-6, 1e6,
      .need = MUST },
    { "rope_scaling.original_max_position_embeddings",
      ROW(c.yarn_original_length), WHOLE, 0, LONG, .need = MUST },
    { "rope_scaling.attention_factor", .fate = FIXED, .only = "1",
      .why = "V4 does not scale the rotated vectors" },
    { "rope_scaling.truncate", .fate = FIXED, .only = "true",
      .why = "V4 rounds the ends of YaRN's ramp outwards" },
    //< [config-keys-spellings]
    //> [config-keys-five] data: The same as transformers 5 spells it
    { "layer_types", ROW(layer_types), WORDS,
      .only = "sliding_attention compressed_sparse_attention "
              "heavily_compressed_attention" },
    { "compress_rates", .fate = CLOSED },
    { "compress_rates.compressed_sparse_attention", .fate = FIXED, .only = "4",
      .why = "overlap and indexer exist for 4 alone" },
    { "compress_rates.heavily_compressed_attention", ROW(hca_rate), WHOLE,
      1, MANY, .need = MAY },
    { "compress_rate_csa", .fate = FIXED, .only = "4",
      .why = "an older name of the one above" },
    { "compress_rate_hca", ROW(hca_rate), WHOLE, 1, MANY, .need = MAY },
    { "mlp_layer_types", ROW(mlp_types), WORDS, .only = "hash_moe moe" },
    { "partial_rotary_factor", ROW(partial_rotary_factor), REAL, 1e-6, 1,
      .need = MAY },
    { "num_local_experts", ROW(c.n_routed_experts), WHOLE, 1, WIDE,
      .need = MAY },
    { "intermediate_size", ROW(c.moe_intermediate_size), WHOLE, 1, WIDE,
      .need = MAY },
    //< [config-keys-five]
    //> [config-keys-rope] data: Its rotation, for two kinds of layers
    { "rope_parameters", .fate = CLOSED },
    { "rope_parameters.main", .fate = CLOSED, .need = MUST },
    { "rope_parameters.main.rope_type", ROW(main_type), WORD,
      .only = "default" },
    { "rope_parameters.main.type", ROW(main_type), WORD,
      .only = "default" },
    { "rope_parameters.main.rope_theta", ROW(c.rope_theta), REAL, 2, 1e12,
      .need = MUST },
    { "rope_parameters.main.partial_rotary_factor",
      ROW(partial_rotary_factor), REAL, 1e-6, 1, .need = MAY },
    { "rope_parameters.compress", .fate = CLOSED, .need = MUST },
    { "rope_parameters.compress.rope_type", ROW(compress_type), WORD,
      .need = MUST, .only = "default yarn" },
    { "rope_parameters.compress.type", ROW(compress_type), WORD,
      .only = "default yarn" },
    { "rope_parameters.compress.rope_theta", ROW(c.compress_rope_theta),
      REAL, 2, 1e12, .need = MUST },
    { "rope_parameters.compress.partial_rotary_factor",
      ROW(partial_rotary_factor), REAL, 1e-6, 1, .need = MAY },
    { "rope_parameters.compress.factor", ROW(c.yarn_factor), REAL, 1, 1e6,
      .need = IF_YARN },
    { "rope_parameters.compress.beta_fast", ROW(c.yarn_beta_fast), REAL,
      1e-6, 1e6, .need = IF_YARN },
    { "rope_parameters.compress.beta_slow", ROW(c.yarn_beta_slow), REAL,
      1e-6, 1e6, .need = IF_YARN },
    { "rope_parameters.compress.original_max_position_embeddings",
      ROW(c.yarn_original_length), WHOLE, 0, LONG, .need = IF_YARN },
    { "rope_parameters.compress.attention_factor", .fate = FIXED,
      .need = IF_YARN, .only = "1",
      .why = "without it, transformers would scale by 0.1 ln(factor) + 1" },
    { "rope_parameters.compress.truncate", .fate = FIXED, .only = "true",
      .why = "as in rope_scaling" },
    //< [config-keys-rope]
    //> [config-keys-fixed] data: The same in every V4
    { "num_key_value_heads", .fate = FIXED, .need = MUST, .only = "1",
      .why = "one key for all heads, and it is the value, too" },
    { "scoring_func", .fate = FIXED, .need = MUST, .only = "\"sqrtsoftplus\"",
      .why = "how a router scores" },
    { "norm_topk_prob", .fate = FIXED, .need = MUST, .only = "true",
      .why = "weights of the chosen experts are normalized" },
    { "hidden_act", .fate = FIXED, .need = MUST, .only = "\"silu\"",
      .why = "inside an expert" },
    { "topk_method", .fate = FIXED, .only = "\"noaux_tc\"",
      .why = "a bias for the choice, and no groups of experts" },
    { "tie_word_embeddings", .fate = FIXED, .only = "false",
      .why = "the head has a tensor of its own" },
    { "attention_bias", .fate = FIXED, .only = "false",
      .why = "there are no such tensors" },
    { "mlp_bias", .fate = FIXED, .only = "false",
      .why = "there are no such tensors" },
    { "quantization_config", .fate = OBJECT },
    { "quantization_config.quant_method", .fate = FIXED, .only = "\"fp8\"",
      .why = "how matrices are stored" },
    { "quantization_config.fmt", .fate = FIXED, .only = "\"e4m3\"",
      .why = "an e5m2 byte is another number" },
    { "quantization_config.scale_fmt", .fate = FIXED, .only = "\"ue8m0\"",
      .why = "scales of activations are powers of two" },
    { "quantization_config.weight_block_size", .fate = FIXED,
      .only = "[128,128]", .why = "what one scale covers" },
    { "quantization_config.activation_scheme", .fate = FIXED,
      .only = "\"dynamic\"", .why = "no scales for activations in files" },
    { "quantization_config.modules_to_not_convert", .fate = HARMLESS,
      .why = "each tensor's type stands in its file, and is checked" },
    //< [config-keys-fixed]
    //> [config-keys-dspark] data: DSpark, in place of an MTP block
    { KEY(dspark_block_size), WHOLE, 1, 64, .need = MAY },
    { KEY(dspark_markov_rank), WHOLE, 1, WIDE, .need = IF_DSPARK },
    { KEY(dspark_noise_token_id), WHOLE, 0, MANY, .need = IF_DSPARK },
    { "dspark_target_layer_ids", ROW(targets), WHOLES, 0, WIDE,
      .need = IF_DSPARK },
    //< [config-keys-dspark]
};

const struct key_table config_keys_v4 = { v4, sizeof v4 / sizeof *v4 };
//< [config-keys-v4]

//> [config-keys-any] data: Keys of every architecture
static const struct key any[] = {
    { "model_type", .fate = HARMLESS, .why = "has been read before" },
    { "architectures", .fate = HARMLESS, .why = "has been read before" },
    //> [config-keys-harmless] data: What nothing here depends on
    { "initializer_range", .fate = HARMLESS, .why = "before training" },
    { "attention_dropout", .fate = HARMLESS, .why = "in training" },
    { "router_aux_loss_coef", .fate = HARMLESS, .why = "in training" },
    { "router_jitter_noise", .fate = HARMLESS, .why = "in training" },
    { "torch_dtype", .fate = HARMLESS, .why = "tensors know their type" },
    { "dtype", .fate = HARMLESS, .why = "its newer name" },
    { "use_cache", .fate = HARMLESS, .why = "ours is always used" },
    { "output_router_logits", .fate = HARMLESS, .why = "v4 trace shows them" },
    { "output_attentions", .fate = HARMLESS, .why = "v4 trace shows them" },
    { "output_hidden_states", .fate = HARMLESS, .why = "v4 trace shows them" },
    { "return_dict", .fate = HARMLESS, .why = "how Python returns it" },
    { "is_encoder_decoder", .fate = HARMLESS, .why = "no such tensors" },
    { "chunk_size_feed_forward", .fate = HARMLESS, .why = "same numbers" },
    { "id2label", .fate = HARMLESS, .why = "for classifiers" },
    { "label2id", .fate = HARMLESS, .why = "for classifiers" },
    { "problem_type", .fate = HARMLESS, .why = "for classifiers" },
    { "pad_token_id", .fate = HARMLESS, .why = "nothing is padded" },
    { "transformers_version", .fate = HARMLESS, .why = "who wrote the file" },
    { "auto_map", .fate = HARMLESS, .why = "where Python finds its code" },
    { "_name_or_path", .fate = HARMLESS, .why = "where the file was" },
    { "_comment", .fate = HARMLESS, .why = "for people" },
    //< [config-keys-harmless]
};

const struct key_table config_keys_any = { any, sizeof any / sizeof *any };
//< [config-keys-any]
