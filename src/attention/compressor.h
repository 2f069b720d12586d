//> [compressor-header] Many tokens become one entry
/**
 * @file
 * The compressor: every m tokens become one key (which is also a value),
 * by a softmax over the block that is taken separately for every feature.
 * Told in chapter 16.
 *
 * Things that are not obvious:
 * - entry i exists once token i·m + m - 1 has been seen, and the last
 *   token of a block sees its own block's entry;
 * - with m = 4 (CSA) blocks overlap: an entry pools 8 slots, the previous
 *   block's tokens with the FIRST half of their features and its own
 *   tokens with the SECOND half; entry 0 has no previous block;
 * - an entry rotates at the position of its block's first token, i·m, also
 *   with overlap;
 * - `ape` is a bias of the gate per slot of the block (t mod m), not a
 *   position embedding;
 * - projections, softmax and sum are float32 in the released model, too.
 */
//< [compressor-header]

//> [compressor-h-includes] What the compressor is made of
#ifndef V4_ATTENTION_COMPRESSOR_H
#define V4_ATTENTION_COMPRESSOR_H

#include "attention/rope.h"
#include "attention/rows.h"
#include "base/pass.h"
#include "numerics/matrix.h"

/** @defgroup ch_compressor 16 · Compressor
 *  Prose: chapter 16.
 *  @{ */
//< [compressor-h-includes]

//> [compressor-structs] Weights, and what an open block remembers
/** Weights under `….compressor.`, named as there; c = 2 with overlap,
 *  else 1; D' is the width of an entry. */
struct compressor_weights {
    struct matrix wkv;   ///< `(c·D', d)`
    struct matrix wgate; ///< `(c·D', d)`
    float *ape;          ///< `(m, c·D')`
    float *norm;         ///< `(D')`
};

/** The projected tokens of the open block and, with overlap, of the block
 *  before it. Slots 0 … m-1 are the previous block's, if there is one. */
struct compressor_state {
    int slots;   ///< 2m with overlap, else m
    int width;   ///< c·D'
    float *kv;   ///< `(slots, c·D')` what would be pooled
    float *gate; ///< `(slots, c·D')` the logits of the pooling
};
//< [compressor-structs]

//> [compressor-api] Feed tokens, get entries
/** Describe the state for one compressor without memory for it.
 *  @param[out] s     slots and width; pointers NULL
 *  @param      c     the configuration
 *  @param      kind  does it make keys or index keys?
 *  @param      m     the layer's ratio
 *  @param      overlaps  do entries pool the block before theirs, too? */
void compressor_describe(struct compressor_state *s,
                         const struct config *c, enum row_kind kind, int m,
                         bool overlaps);

/** Take T new tokens; store an entry for every block they complete.
 *  @param[in,out] entries  entry i goes to row i; its kind says whether
 *                          keys or index keys are made
 *  @param[in,out] s   the open block
 *  @param         x   `(T, d)` the layer's normed input
 *  @param         w   the weights
 *  @param         m   tokens in a block
 *  @param         rope  frequencies of compressed layers
 *  @param         p   the pass */
void compressor(struct rows *entries, struct compressor_state *s,
                const float *x, const struct compressor_weights *w, int m,
                const struct rope *rope, const struct pass *p);
//< [compressor-api]

//> [compressor-api-visible] Who sees what
/** How many entries a query sees: the completed blocks.
 *  @param t  the query's position
 *  @param m  the ratio; 0 gives 0
 *  @return floor((t + 1) / m) */
int visible_entries(int t, int m);
/** @} */
#endif
//< [compressor-api-visible]
