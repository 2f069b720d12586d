//> [indexer-header] Which entries are worth a look
/**
 * @file
 * The lightning indexer of CSA layers: small heads score every visible
 * entry, the best index_topk of them are attended to. Told in chapter 17.
 *
 * Things that are not obvious:
 * - its keys come from a compressor of its own, with the same blocks;
 * - the head weights ω depend on the token and may be negative, and the
 *   ReLU makes exact zeros: ties happen, the lowest index wins;
 * - the Hadamard transform of both q and k changes no score; it prepares
 *   them for FP4;
 * - nothing is dropped until there are more than index_topk entries: with
 *   the released 512 that takes 2,048 tokens.
 */
#ifndef V4_ATTENTION_INDEXER_H
#define V4_ATTENTION_INDEXER_H

#include "attention/compressor.h"
#include "attention/rope.h"
#include "attention/rows.h"
#include "base/pass.h"

/** @defgroup ch_indexer 17 · Indexer
 *  Prose: chapter 17.
 *  @{ */
//< [indexer-header]

//> [indexer-weights] Its weights
/** Weights under `….indexer.`, named as there. */
struct indexer_weights {
    struct matrix wq_b;         ///< `(H_I·D_I, q_lora_rank)`
    struct matrix weights_proj; ///< `(H_I, d)`
    struct compressor_weights compressor; ///< makes the index keys
};
//< [indexer-weights]

//> [indexer-api] Index queries of all tokens
/** Index queries and head weights of all T tokens:
 *  `q = H rope(wq_b qr)`, `ω = (weights_proj x) / √(D_I H_I)`.
 *  @param[out] q      `(T, H_I, D_I)`
 *  @param[out] omega  `(T, H_I)`
 *  @param      x      `(T, d)` the layer's normed input
 *  @param      qr     `(T, q_lora_rank)` from attention_query()
 *  @param      w      the weights
 *  @param      rope   frequencies of compressed layers
 *  @param      p      the pass */
void indexer_query(float *q, float *omega, const float *x, const float *qr,
                   const struct indexer_weights *w, const struct rope *rope,
                   const struct pass *p);
//< [indexer-api]

//> [indexer-api-choose] Scores and a choice for one token
/** `score_i = Σ_h ω_h relu(q_h · k_i)` for n entries.
 *  @param[out] score  `(n)`
 *  @param      q      `(H_I, D_I)` one token's index queries
 *  @param      omega  `(H_I)` its head weights
 *  @param      keys   the index keys
 *  @param      n      how many of them are visible
 *  @param      p      the pass */
void indexer_score(float *score, const float *q, const float *omega,
                   const struct rows *keys, int n, const struct pass *p);

/** Choose the entries one token attends to, best first.
 *  @param[out] chosen  `(n)` entry numbers
 *  @param      i       which token of the pass
 *  @param      q       `(H_I, D_I)` its index queries
 *  @param      omega   `(H_I)` its head weights
 *  @param      keys    the index keys
 *  @param      m       tokens in an entry
 *  @param      p       the pass
 *  @return how many were chosen; -1 if a score is NaN, which a choice
 *          would hide */
int indexer_choose(int *chosen, int i, const float *q, const float *omega,
                   const struct rows *keys, int m, const struct pass *p);
/** @} */
#endif
//< [indexer-api-choose]
