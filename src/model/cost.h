//> [cost-header] What a model costs, from its numbers alone
/**
 * @file
 * Formulas for what a model takes: parameters, operations for one decoded
 * token, bytes of weights that it reads, bytes of cache. Told in chapter
 * 33.
 *
 * Things that are not obvious:
 * - n counts the tokens of the context with the new one: the token decoded
 *   is at position t = n - 1, so ⌊(t+1)/m⌋ entries are complete;
 * - a multiply-add is two operations; a matrix costs two for each of its
 *   numbers, whatever the context;
 * - nothing here looks at the model's code. The counting set of chapter 5
 *   counts what that code does, and a test compares the two;
 * - the drafter (MTP, DSpark) is left out everywhere.
 */
#ifndef V4_MODEL_COST_H
#define V4_MODEL_COST_H

#include "base/config.h"

/** @defgroup ch_cost 33 · Cost
 *  Prose: chapter 33.
 *  @{ */
//< [cost-header]

//> [cost-terms] What is told apart
/** The terms. What has no name here costs nothing in any of them. */
enum cost_term {
    COST_EMBED,         ///< the table of tokens: one row is copied
    COST_ATTENTION,     ///< FP8: queries, keys, the last output matrix
    COST_WO_A,          ///< FP8: the grouped output matrix
    COST_ABSORBED,      ///< V3.2: the keys' matrix, as decoding uses it
    COST_INDEX_QUERIES, ///< FP8: the indexer's queries, V3.2's keys, too
    COST_INDEX_WEIGHTS, ///< BF16: its head weights
    COST_COMPRESSORS,   ///< BF16: those of keys and of index keys
    COST_SHARED,        ///< FP8: the shared expert, V3.2's dense layers
    COST_EXPERTS,       ///< FP4 or FP8: the experts
    COST_ROUTER,        ///< BF16: scores of the experts
    COST_MHC,           ///< F32: maps of the hyper-connections
    COST_MHC_SHIFT,     ///< their scale and base, 2 operations a number
    COST_MHC_HEAD,      ///< F32: the map before the head
    COST_HEAD,          ///< BF16: the logits
    COST_INDEX_FP8,     ///< V3.2: index scores
    COST_INDEX_FP4,     ///< V4: index scores
    COST_CORE,          ///< attention: scores and weighted sums
    COST_VECTORS,       ///< norms, softmax, mixtures; what they multiply by
    COST_TERMS,
};

/** @param term  a term @return what it is, in at most 27 characters */
const char *cost_name(enum cost_term term);
//< [cost-terms]

//> [cost-cache-types] How a cache is stored, and what it takes
/** Formats of the cache. */
enum cost_format {
    CACHE_F32,    ///< float32: exact numerics
    CACHE_BF16,   ///< bf16
    CACHE_FP8,    ///< FP8, BF16 where it rotates, FP4 index keys in V4
    CACHE_CODES,  ///< the same without scales and padding
    CACHE_FORMATS,
};

/** Bytes of the cache. `open` is in no published figure. */
struct cost_cache {
    double window;     ///< keys of the last w tokens
    double entries;    ///< compressed keys; V3.2: the latent of each token
    double index_keys; ///< keys of the indexer
    double open;       ///< blocks that are not full yet, float32
};
//< [cost-cache-types]

//> [cost-struct] All terms of one token
/** The cost of one decoded token, by terms. Whole numbers. */
struct cost {
    double params[COST_TERMS]; ///< parameters
    double active[COST_TERMS]; ///< those that work on this token
    double ops[COST_TERMS];    ///< operations, unweighted
    double read[COST_TERMS];   ///< bytes of matrices, scales not counted
};
//< [cost-struct]

//> [cost-api] V4
/** The cost of a decoded token of a V4 model.
 *  @param[out] cost  the terms
 *  @param      c     the configuration
 *  @param      n     tokens of the context, this one included */
void cost_v4(struct cost *cost, const struct config *c, int n);

/** The cache of a V4 model.
 *  @param c       the configuration
 *  @param n       tokens
 *  @param format  how it is stored
 *  @return bytes by kind */
struct cost_cache cost_v4_cache(const struct config *c, int n,
                                enum cost_format format);
//< [cost-api]

//> [cost-api-account] What is added up, and with which weights
/** How operations of different width are added up. */
enum cost_account {
    ACCOUNT_FP8, ///< as FP8 hardware pays for them: BF16 2, FP4 scores 0.5
    ACCOUNT_RAW, ///< an operation is an operation
    COST_ACCOUNTS,
};

/** The weights of the terms.
 *  @param account  which
 *  @return `(COST_TERMS)` weights; 0 = not in the account */
const double *cost_weights(enum cost_account account);

/** Weighted operations of one token.
 *  @param cost    the terms
 *  @param weight  `(COST_TERMS)`
 *  @return their sum */
double cost_operations(const struct cost *cost, const double *weight);

/** @param of  `(COST_TERMS)` params, active, ops or read
 *  @return their sum */
double cost_sum(const double *of);

/** The part of a cache that published figures count.
 *  @param b  its bytes
 *  @return all but the open blocks */
double cost_cache_sum(const struct cost_cache *b);
/** @} */
#endif
//< [cost-api-account]
