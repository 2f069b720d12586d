//> [cost-v32-header] What V3.2 costs, for comparison
/**
 * @file
 * The formulas of chapter 33 for DeepSeek-V3.2: multi-head latent attention
 * in its absorbed form, the lightning indexer over all tokens, experts in
 * FP8 and a plain residual. They take plain numbers, which a config.json of
 * model_type deepseek_v32 has under the same names. Told in chapter 33.
 *
 * Things that are not obvious:
 * - decoding multiplies the query into the latent space and the result out
 *   of it, so kv_b is used once for each token and no key is expanded;
 * - its norms and its softmax have parameters here and no operations.
 */
#ifndef V4_MODEL_COST_V32_H
#define V4_MODEL_COST_V32_H

#include "base/error.h"
#include "model/cost.h"

/** @defgroup ch_cost_v32 33 · Cost of V3.2
 *  Prose: chapter 33.
 *  @{ */
//< [cost-v32-header]

//> [cost-v32-struct] Its numbers, named as in config.json
/** Numbers of a V3.2 model. */
struct v32_numbers {
    int vocab_size;            ///< token ids
    int hidden_size;           ///< d
    int num_hidden_layers;     ///< layers, MTP not counted
    int first_k_dense_replace; ///< first layers, with one wide MLP
    int intermediate_size;     ///< width of that MLP
    int moe_intermediate_size; ///< width inside an expert
    int n_routed_experts;      ///< E
    int n_shared_experts;      ///< always at work
    int num_experts_per_tok;   ///< k
    int num_attention_heads;   ///< H
    int q_lora_rank;           ///< width of the query's latent
    int kv_lora_rank;          ///< r: width of the cached latent
    int qk_nope_head_dim;      ///< of a head, what does not rotate
    int qk_rope_head_dim;      ///< of a head, what does
    int v_head_dim;            ///< width of a value
    int index_n_heads;         ///< heads of the indexer
    int index_head_dim;        ///< their width
    int index_topk;            ///< tokens it selects
};
//< [cost-v32-struct]

//> [cost-v32-api] Read, price
/** Read the numbers.
 *  @param[out] v     the numbers
 *  @param      path  a config.json of model_type deepseek_v32
 *  @param[out] err   names the key, what was found, what was expected
 *  @return success */
bool v32_numbers_read(struct v32_numbers *v, const char *path,
                      struct error *err);

/** The cost of a decoded token.
 *  @param[out] cost  the terms
 *  @param      v     the numbers
 *  @param      n     tokens of the context, this one included */
void cost_v32(struct cost *cost, const struct v32_numbers *v, int n);

/** The cache.
 *  @param v       the numbers
 *  @param n       tokens
 *  @param format  how it is stored
 *  @return bytes by kind: latents are entries */
struct cost_cache cost_v32_cache(const struct v32_numbers *v, int n,
                                 enum cost_format format);
/** @} */
#endif
//< [cost-v32-api]
