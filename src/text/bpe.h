//> [bpe-header] Byte pair encoding: merge what was learned, in order
/**
 * @file
 * Byte pair encoding of one piece of text: begin with a token for each byte,
 * then replace neighbours by the token that was learned for them. The pair
 * learned first goes first; of equal pairs, the one on the left. Told in
 * chapter 2.
 *
 * Things that are not obvious:
 * - rank is the place in the list of merges: a low rank goes first;
 * - a token may be in the vocabulary and yet never come out, if no order of
 *   merges leads to it. So it is not enough to look a piece up;
 * - bpe_merge_simply() is the definition. It looks at every pair for every
 *   merge, so a run of a million letters would take it a million times a
 *   million looks; bpe_merge() then keeps the pairs in a heap.
 */
#ifndef V4_TEXT_BPE_H
#define V4_TEXT_BPE_H

#include "base/arena.h"
#include "text/alphabet.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_bpe 02 · Byte pair encoding
 *  Prose: chapter 2.
 *  @{ */
//< [bpe-header]

//> [bpe-struct] Two tokens that make one
/** A merge that was learned. */
struct merge {
    int left;  ///< id of the first token
    int right; ///< id of the second
    int made;  ///< id of both together
};

/** All that encoding a piece must know. */
struct bpe {
    int byte_id[BYTES];         ///< the token of a byte
    const struct merge *merges; ///< `(n_merges)` in the order learned
    int n_merges;               ///< M
    int *slots;   ///< `(mask + 1)` hash table: a rank, or -1
    size_t mask;  ///< slots - 1, one less than a power of two
};

/** Make the table in which pairs are looked up.
 *  @param[in,out] b      byte_id, merges and n_merges are given
 *  @param         arena  owns the table
 *  @return a merge whose pair an earlier one has, or -1 */
int bpe_index(struct bpe *b, struct arena *arena);
//< [bpe-struct]

//> [bpe-api] One piece
/** Encode a piece, as it is defined.
 *  @param[in,out] ids  `(n)` tokens of the bytes, then of the piece
 *  @param         n    how many
 *  @param         b    the merges
 *  @return how many are left */
size_t bpe_merge_simply(int *ids, size_t n, const struct bpe *b);

/** The same, in time n log n.
 *  @param[in,out] ids      `(n)` tokens of the bytes, then of the piece
 *  @param         n        how many
 *  @param         b        the merges
 *  @param         scratch  memory, given back
 *  @return how many are left */
size_t bpe_merge(int *ids, size_t n, const struct bpe *b,
                 struct arena *scratch);
/** @} */
#endif
//< [bpe-api]
