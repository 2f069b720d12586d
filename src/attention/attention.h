//> [attention-header] One attention layer, any of the three kinds
/**
 * @file
 * The attention sub-layer: window-only, CSA or HCA. All three attend to
 * the last w tokens; CSA adds the entries its indexer chooses, HCA all the
 * entries there are. Told in chapter 18.
 *
 * Things that are not obvious:
 * - a token inside the window whose block is complete is seen twice, raw
 *   and compressed;
 * - prefill and decoding are one code path; in exact numerics they give
 *   the same bits;
 * - in faithful numerics a key's place in the list matters (it is taken in
 *   chunks of 64), so raw keys are padded as in the released code: to
 *   min(length, w) in a prefill, to w when decoding.
 */
#ifndef V4_ATTENTION_ATTENTION_H
#define V4_ATTENTION_ATTENTION_H

#include "attention/compressor.h"
#include "attention/indexer.h"
#include "attention/rows.h"
#include "attention/window.h"
#include "base/pass.h"

/** @defgroup ch_attention 18 · Attention
 *  Prose: chapter 18.
 *  @{ */
//< [attention-header]

//> [attention-state] What a layer remembers between passes
/** The memory of one attention layer. */
struct attention_state {
    int ratio;              ///< tokens per entry; 0 = there are none
    struct rows ring;       ///< last w keys; position s is in slot s mod w
    struct rows entries;    ///< compressed keys, one for every m tokens
    struct rows index_keys; ///< their index keys (CSA)
    struct compressor_state open;       ///< the entries' open block
    struct compressor_state index_open; ///< the index keys' open block
};
//< [attention-state]

//> [attention-api] The layer
/** `out = attention(x)` for T tokens; updates the layer's memory.
 *  @param[out]    out    `(T, d)`
 *  @param         x      `(T, d)` the normed input
 *  @param         w      the weights
 *  @param[in,out] state  the layer's memory
 *  @param         rope   the layer's frequencies
 *  @param         layer  number of the block: the plan says what it is
 *  @param         p      the pass */
void attention(float *out, const float *x,
               const struct attention_weights *w,
               struct attention_state *state, const struct rope *rope,
               int layer, const struct pass *p);
/** @} */
#endif
//< [attention-api]
