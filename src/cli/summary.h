//> [summary-header] What a model amounts to
/**
 * @file
 * Counting a model: parameters, bytes by type, bytes of cache. It needs
 * the numbers of config.json only, no weights. Told in chapter 92.
 *
 * Things that are not obvious:
 * - a number and its scale are one parameter, and the tables of hash
 *   layers are none: so counted, Flash has the 284 B it is known for;
 * - what works on a token is everything but the experts it does not
 *   choose and the embedding, of which it takes one row;
 * - an MTP block, or a DSpark drafter, is counted apart.
 */
#ifndef V4_CLI_SUMMARY_H
#define V4_CLI_SUMMARY_H

#include "model/tensors.h"

/** @defgroup ch_summary 92 · Summary
 *  Prose: chapter 92, commands.
 *  @{ */
//< [summary-header]

//> [summary-struct] Sums over all tensors
/** Sums over the tensors of a model. */
struct summary {
    int64_t total;     ///< parameters without the drafter
    int64_t activated; ///< those that work on one token
    int64_t draft;     ///< parameters of the drafter, if there is one
    int64_t tensors;   ///< how many tensors, scales included
    int64_t bytes[DTYPE_COUNT]; ///< weights in files, by type
};
//< [summary-struct]

//> [summary-api] Count tensors, count cache
/** Count the tensors.
 *  @param[out] s       the sums
 *  @param      w       the trunk's weights, from tensors_allocate(); if
 *                      they are loaded, float32 scales are counted as such
 *  @param      mtp     the MTP block's weights, or NULL if there is none
 *  @param      dspark  a DSpark drafter's weights, or NULL
 *  @param      c       the configuration */
void summarize(struct summary *s, struct model_weights *w,
               struct mtp_weights *mtp, struct dspark_weights *dspark,
               const struct config *c);

/** Bytes of the cache of all layers.
 *  @param c         the configuration
 *  @param numerics  how the cache is stored
 *  @param context   tokens
 *  @return sums over the layers, by kind */
struct cache_bytes summarize_cache(const struct config *c,
                                   enum numerics numerics, int context);
/** @} */
#endif
//< [summary-api]
