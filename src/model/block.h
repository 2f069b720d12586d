//> [block-header] Attention, then experts
/**
 * @file
 * One block of the network: read the streams, attend, write; read, mix
 * experts, write. Told in chapter 28.
 *
 * Things that are not obvious:
 * - the two halves have mixtures of their own, made from the streams as
 *   they are at that moment: the experts' from what attention has written;
 * - a block knows nothing of its neighbours: the same call serves every
 *   kind of layer, the MTP block, and `v4 layer`.
 */
#ifndef V4_MODEL_BLOCK_H
#define V4_MODEL_BLOCK_H

#include "attention/attention.h"
#include "model/mhc.h"
#include "moe/moe.h"

/** @defgroup ch_block 28 · Block
 *  Prose: chapter 28.
 *  @{ */
//< [block-header]

//> [block-weights] The weights of a block
/** Weights under `layers.L.` (or `mtp.0.`), named as there. */
struct block_weights {
    struct hc_weights hc_attn;     ///< `hc_attn_fn`, `_base`, `_scale`
    float *attn_norm;              ///< `(d)`
    struct attention_weights attn; ///< `attn.*`
    struct hc_weights hc_ffn;      ///< `hc_ffn_fn`, `_base`, `_scale`
    float *ffn_norm;               ///< `(d)`
    struct moe_weights ffn;        ///< `ffn.*`
};
//< [block-weights]

//> [block-api] Run a block
/** Run one block on T tokens, in place.
 *  @param[in,out] X      `(T, n, d)` the streams
 *  @param         w      the weights
 *  @param[in,out] state  the block's attention memory
 *  @param         rope   its frequencies
 *  @param         layer  its number
 *  @param         p      the pass */
void block(float *X, const struct block_weights *w,
           struct attention_state *state, const struct rope *rope,
           int layer, const struct pass *p);
/** @} */
#endif
//< [block-api]
