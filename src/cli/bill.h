//> [bill-header] A model and the formulas that price it
/**
 * @file
 * What `v4 cost` knows of a model: its numbers, read from a config.json,
 * and the formulas for them. Told in chapter 92.
 */
#ifndef V4_CLI_BILL_H
#define V4_CLI_BILL_H

#include "base/arena.h"
#include "cli/options.h"
#include "model/cost_v32.h"

/** @defgroup ch_bill 92 · Bills
 *  Prose: chapter 92, commands.
 *  @{ */

/** A model to be priced. */
struct bill {
    const char *name;       ///< as it was given
    bool is_v32;            ///< which formulas
    struct config v4;       ///< its numbers,
    struct v32_numbers v32; ///< or these
};
//< [bill-header]

//> [bill-api] Read it, ask it
/** Read the numbers of a model.
 *  @param[out] b      the model
 *  @param      name   a config.json, or a folder that has one
 *  @param      o      for --set
 *  @param      arena  owns what it points to
 *  @param[out] err    what is wrong
 *  @return success */
bool bill_read(struct bill *b, const char *name, const struct options *o,
               struct arena *arena, struct error *err);

/** The cost of a token.
 *  @param b  the model
 *  @param n  tokens of the context, this one included
 *  @return the terms */
struct cost bill_cost(const struct bill *b, int n);

/** Its cache.
 *  @param b       the model
 *  @param n       tokens
 *  @param format  how it is stored
 *  @return bytes */
struct cost_cache bill_cache(const struct bill *b, int n,
                             enum cost_format format);
/** @} */
#endif
//< [bill-api]
