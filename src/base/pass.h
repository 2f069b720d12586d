//> [pass-header] What every component must know about this call
/**
 * @file
 * One pass of new tokens through the model: how many, where they stand,
 * which numbers define the model, where scratch memory comes from and who
 * is watching. Every component takes a pointer to it. Told in chapter 1.
 */
#ifndef V4_BASE_PASS_H
#define V4_BASE_PASS_H

#include "base/arena.h"
#include "base/config.h"
#include "base/trace.h"

/** @defgroup ch_pass 01 · Pass
 *  Prose: chapter 1, the journey of a token.
 *  @{ */

/** One pass of T tokens through (a part of) the model. */
struct pass {
    const struct config *c; ///< the model's numbers
    struct arena *scratch;  ///< memory for the duration of a call
    struct trace *trace;    ///< who is watching, or NULL
    const int *ids;         ///< `(T)` the token ids
    int T;                  ///< how many tokens; 1 is decoding
    int start;              ///< position of the first of them
};
/** @} */
#endif
//< [pass-header]
