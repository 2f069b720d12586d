//> [window-header] Attention over the last w tokens
/**
 * @file
 * What every attention layer of V4 does: make queries and one shared key,
 * attend to a list of keys with a learned sink, and project the result in
 * groups. With the last w tokens as the list this is the whole
 * window-only layer. Told in chapter 15.
 *
 * Things that are not obvious:
 * - there is one key head, and the key is also the value. So the output
 *   carries rotated values and must be turned back, by the query's angle;
 * - the sink is a logit without a value: it only enlarges the denominator.
 *   It is not scaled by 1/√D, and no key takes its place;
 * - wo_a is FP8 in the file, but the released model uses it as bf16,
 *   without rounding its input;
 * - in faithful numerics the list is worked through in chunks of 64 with a
 *   running maximum, as the released kernel does, and each probability is
 *   rounded relative to the maximum of its time.
 */
//< [window-header]

//> [window-h-includes] What window attention is made of
#ifndef V4_ATTENTION_WINDOW_H
#define V4_ATTENTION_WINDOW_H

#include "attention/rope.h"
#include "base/pass.h"
#include "numerics/matrix.h"

struct compressor_weights; /* chapter 16 */
struct indexer_weights;    /* chapter 17 */

/** @defgroup ch_window 15 · Window attention
 *  Prose: chapter 15.
 *  @{ */
//< [window-h-includes]

//> [window-weights] The weights of an attention layer
/** Weights under `layers.L.attn.`, named as there. */
struct attention_weights {
    struct matrix wq_a; ///< `(q_lora_rank, d)`
    float *q_norm;      ///< `(q_lora_rank)`
    struct matrix wq_b; ///< `(H·D, q_lora_rank)`
    struct matrix wkv;  ///< `(D, d)`
    float *kv_norm;     ///< `(D)`
    float *attn_sink;   ///< `(H)`
    struct matrix wo_a; ///< `(G·o_lora_rank, H·D/G)`
    struct matrix wo_b; ///< `(d, G·o_lora_rank)`
    struct compressor_weights *compressor; ///< CSA and HCA, else NULL
    struct indexer_weights *indexer;       ///< CSA, else NULL
};
//< [window-weights]

//> [window-api-project] Queries and keys
/** Queries: `qr = RMSNorm(wq_a x)`, `q = wq_b qr`, each head normed, its
 *  last R numbers rotated.
 *  @param[out] q   `(T, H, D)`
 *  @param[out] qr  `(T, q_lora_rank)`, which also feeds the indexer
 *  @param      x   `(T, d)` the normed input
 *  @param      w   the weights
 *  @param      rope  the layer's frequencies
 *  @param      p   the pass */
void attention_query(float *q, float *qr, const float *x,
                     const struct attention_weights *w,
                     const struct rope *rope, const struct pass *p);

/** The shared key, which is also the value: `kv = RMSNorm(wkv x)`, its
 *  last R numbers rotated.
 *  @param[out] kv  `(T, D)`
 *  @param      x   `(T, d)` the normed input
 *  @param      w   the weights
 *  @param      rope  the layer's frequencies
 *  @param      p   the pass */
void attention_key(float *kv, const float *x,
                   const struct attention_weights *w,
                   const struct rope *rope, const struct pass *p);
//< [window-api-project]

//> [window-api-attend] One query over a list of keys
/** `o_h = Σ_j p_hj key_j`, `p_hj = exp(s_hj) / (Σ_j exp(s_hj) + exp(sink_h))`,
 *  `s_hj = q_h · key_j / √D`.
 *  @param[out] o      `(H, D)`
 *  @param[out] probs  `(H, S+1)` the p_hj and the sink's share; or NULL
 *  @param      q      `(H, D)` one token's queries
 *  @param      keys   `(S)` pointers to `(D)`; NULL where there is none
 *  @param      sink   `(H)`
 *  @param      S      length of the list
 *  @param      p      H, D, numerics, scratch */
void attend(float *o, float *probs, const float *q,
            const float *const *keys, const float *sink, int S,
            const struct pass *p);
//< [window-api-attend]

//> [window-api-output] The way out, and the window's edge
/** Turn the heads back, project each group with its rows of wo_a, all
 *  groups together with wo_b.
 *  @param[out]    out  `(T, d)`
 *  @param[in,out] o    `(T, H, D)` what attend() gave; left turned back
 *  @param         w    the weights
 *  @param         rope the layer's frequencies
 *  @param         p    the pass */
void attention_output(float *out, float *o,
                      const struct attention_weights *w,
                      const struct rope *rope, const struct pass *p);

/** The first token a window reaches.
 *  @param t  the query's position
 *  @param w  the width of the window
 *  @return max(0, t - w + 1) */
int window_first(int t, int w);
/** @} */
#endif
//< [window-api-output]
