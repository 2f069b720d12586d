//> [quote-header] Several models at several contexts
/**
 * @file
 * What `v4 cost` prints: the bills of several models at several contexts,
 * in one account. Told in chapter 92.
 */
#ifndef V4_CLI_QUOTE_H
#define V4_CLI_QUOTE_H

#include "cli/bill.h"

/** @defgroup ch_quote 92 · Quotes
 *  Prose: chapter 92, commands.
 *  @{ */

/** Models, contexts, and how to add up. */
struct quote {
    struct bill bills[MOST_ARGUMENTS]; ///< the models
    int n_bills;                       ///< how many
    int contexts[MOST_CONTEXTS];       ///< where they are priced
    int n_contexts;                    ///< how many
    enum cost_account account;         ///< weights of operations
    enum cost_format format;           ///< of the cache
};
//< [quote-header]

//> [quote-api] Ask and print
/** Weighted operations of a token.
 *  @param q  the quote
 *  @param i  which model
 *  @param n  tokens of the context
 *  @return their sum */
double quote_operations(const struct quote *q, int i, int n);

/** Bytes of the cache, open blocks not counted.
 *  @param q  the quote
 *  @param i  which model
 *  @param n  tokens of the context
 *  @return their sum */
double quote_cache(const struct quote *q, int i, int n);

/** Print as text.
 *  @param q  what to print */
void quote_text(const struct quote *q);

/** Print as JSON.
 *  @param q  what to print */
void quote_json(const struct quote *q);
/** @} */
#endif
//< [quote-api]
