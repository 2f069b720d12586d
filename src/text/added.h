//> [added-header] Tokens that are found in the raw text
/**
 * @file
 * Added tokens: texts like <think> that are one token wherever they stand.
 * They are found before anything else happens to a text. Told in chapter 2.
 *
 * Things that are not obvious:
 * - of all that begin at a place the longest counts, and a place further
 *   left counts before one further right;
 * - a user who types the characters of a role has typed the role.
 */
#ifndef V4_TEXT_ADDED_H
#define V4_TEXT_ADDED_H

#include "base/arena.h"
#include "text/alphabet.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_added 02 · Added tokens
 *  Prose: chapter 2.
 *  @{ */
//< [added-header]

//> [added-struct] A sorted list, and which bytes begin one
/** A token that is found as it is written. */
struct added_token {
    const char *text; ///< `(size)` its bytes
    size_t size;      ///< at least 1
    int id;           ///< the token
};

/** All of them. Zero-initialized: none. */
struct added {
    struct added_token *tokens; ///< `(n)` in ascending order of their bytes
    int n;                      ///< how many
    bool begins[BYTES];         ///< whether a token begins with a byte
};
//< [added-struct]

//> [added-api] Sort, find
/** Sort the tokens, so that they can be found.
 *  @param[in,out] a  tokens and n are given
 *  @return the place of a token whose text the one before it has, or -1 */
int added_index(struct added *a);

/** Find the first added token in a text.
 *  @param[out] found  which, if there is one
 *  @param      a      the tokens
 *  @param      text   `(size)` any bytes
 *  @param      size   how many
 *  @return where it begins, or size if there is none */
size_t added_find(const struct added_token **found, const struct added *a,
                  const char *text, size_t size);

/** Find an added token by its text.
 *  @param a     the tokens
 *  @param text  the whole of it
 *  @return its id, or -1 */
int added_id(const struct added *a, const char *text);
/** @} */
#endif
//< [added-api]
