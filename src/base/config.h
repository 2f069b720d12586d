//> [config-header] The numbers that define a model
/**
 * @file
 * The configuration: the numbers of a released config.json, under the same
 * names, read and checked in one place. Told in chapter 1.
 *
 * Things that are not obvious:
 * - entries of `compress_ratios` past the last layer belong to the draft
 *   (MTP) blocks, and there may be more of them than blocks;
 * - `numerics` and `without` are not in the file: they say how faithfully
 *   to round, and which mechanism an experiment switches off.
 */
#ifndef V4_BASE_CONFIG_H
#define V4_BASE_CONFIG_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

/** @defgroup ch_config 01 · Configuration
 *  Prose: chapter 1, the journey of a token.
 *  @{ */
//< [config-header]

//> [config-enums] How to round, what to switch off
/** How the model's numbers are rounded; told in chapter 32. */
enum numerics {
    EXACT,    ///< float32 everywhere: the mathematical definition
    FAITHFUL, ///< the roundings of the released model
};

/** Mechanisms an experiment may switch off (`--without`). */
enum without {
    WITHOUT_SINK = 1 << 0,     ///< no sink in the softmax denominator
    WITHOUT_OVERLAP = 1 << 1,  ///< CSA entries pool their own block only
    WITHOUT_APE = 1 << 2,      ///< no bias per slot in the compressor
    WITHOUT_YARN = 1 << 3,     ///< plain frequencies in every layer
    WITHOUT_TOPK = 1 << 4,     ///< CSA attends to all visible entries
    WITHOUT_HADAMARD = 1 << 5, ///< no Hadamard transform in the indexer
};

enum { CSA_RATIO = 4 }; ///< the ratio that means overlap and an indexer
//< [config-enums]

//> [config-spelling] Two ways to write one configuration
/** Who wrote the file, and with which keys. */
enum spelling {
    SPELLED_AS_RELEASED,       ///< compress_ratios, rope_scaling, …
    SPELLED_BY_TRANSFORMERS_5, ///< layer_types, rope_parameters, …
};
//< [config-spelling]

//> [config-struct] The fields, named as in config.json
/** A model's numbers. Field names are the keys of config.json; the letter
 *  in the comment is the symbol used in the book. */
struct config {
    int vocab_size;              ///< V: number of token ids
    int hidden_size;             ///< d: width of one residual stream
    int num_hidden_layers;       ///< number of blocks, MTP not counted
    int num_nextn_predict_layers; ///< MTP blocks: 0 or 1; 0 with DSpark
    int max_position_embeddings; ///< longest sequence it was made for

    //> [config-attention] Attention: heads, ranks, window, compression
    int num_attention_heads; ///< H: query heads; there is one key head
    int head_dim;            ///< D: width of a head
    int qk_rope_head_dim;    ///< R: its last dimensions, which rotate
    int q_lora_rank;         ///< rank of the query down-projection
    int o_groups;            ///< G: groups of heads in the output
    int o_lora_rank;         ///< width of one group's output
    int sliding_window;      ///< w: tokens seen uncompressed
    int *compress_ratios;    ///< `(n_compress_ratios)` m of each block
    int n_compress_ratios;   ///< how many there are
    //< [config-attention]

    int index_n_heads;  ///< heads of the lightning indexer
    int index_head_dim; ///< their width
    int index_topk;     ///< entries a CSA query may select

    //> [config-experts] Experts: how many, how wide, how chosen
    int n_routed_experts;      ///< E
    int n_shared_experts;      ///< always 1 in V4
    int num_experts_per_tok;   ///< k: experts chosen for a token
    int moe_intermediate_size; ///< width inside an expert
    int num_hash_layers;       ///< first layers route by token id
    float routed_scaling_factor; ///< multiplies the routing weights
    float swiglu_limit;          ///< clamp inside an expert; 0 = none
    bool fp4_experts;            ///< expert_dtype is "fp4", not "fp8"
    //< [config-experts]

    int hc_mult;           ///< n: parallel residual streams
    int hc_sinkhorn_iters; ///< row-and-column steps of Sinkhorn
    float hc_eps;          ///< its epsilon

    //> [config-rest] Norms, rotation, the ends of a text
    float rms_norm_eps;        ///< epsilon of every RMSNorm
    float rope_theta;          ///< rotary base, window-only layers
    float compress_rope_theta; ///< rotary base, layers with a compressor
    float yarn_factor;         ///< rope_scaling.factor
    float yarn_beta_fast;      ///< rope_scaling.beta_fast
    float yarn_beta_slow;      ///< rope_scaling.beta_slow
    int yarn_original_length;  ///< rope_scaling.original_max_position_…
    int bos_token_id;          ///< begins a text; -1 = none
    int *eos_token_id;         ///< `(n_eos_token_id)` any ends a text
    int n_eos_token_id;        ///< how many there are
    //< [config-rest]

    //> [config-dspark] DSpark, a drafter that stands instead of MTP
    int dspark_block_size;        ///< tokens of a draft; 0 = no DSpark
    int dspark_stages;            ///< its blocks; 0 = not said
    int dspark_markov_rank;       ///< width of its table of pairs
    int dspark_noise_token_id;    ///< stands for a token not yet known
    int *dspark_target_layer_ids; ///< `(n_dspark_…)` layers it listens to
    int n_dspark_target_layer_ids; ///< how many
    //< [config-dspark]

    enum spelling spelling;    ///< who wrote the file
    const char **unknown_keys; ///< `(n_unknown_keys)` neither used nor
                               ///< known to be harmless; "a.b" is b in a
    int n_unknown_keys;        ///< how many
    enum numerics numerics; ///< not in the file: how to round
    unsigned without;       ///< not in the file: enum without, or-ed
};
//< [config-struct]

//> [config-api] Reading and asking
/** Read and check a config.json of model_type deepseek_v4.
 *  @param[out] c      the configuration
 *  @param      path   the file
 *  @param      sets   `(n_sets)` "key=value" strings that replace numbers
 *                     of the file before it is checked; "a.b=…" reaches
 *                     into objects, `compress_ratios=0,4,128` sets a list
 *  @param      n_sets how many
 *  @param      arena  owns what the configuration points to
 *  @param[out] err    names the key, what was found and what was expected
 *  @return success */
bool config_load(struct config *c, const char *path,
                 const char *const *sets, int n_sets, struct arena *arena,
                 struct error *err);

/** Read a list of mechanisms, as in `--without sink,ape`.
 *  @param[out] without  flags to add to
 *  @param      list     names separated by commas
 *  @param[out] err      names the unknown one and lists the known ones
 *  @return success */
bool config_without(unsigned *without, const char *list,
                    struct error *err);
/** @} */
#endif
//< [config-api]
