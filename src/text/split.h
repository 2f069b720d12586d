//> [split-header] Cut a text before anything is merged
/**
 * @file
 * Splitting: regular expressions cut a text into pieces, words, numbers,
 * punctuation, and no token ever spans two of them. They are applied one
 * after the other, each to the pieces that the one before has left. Told in
 * chapter 2.
 *
 * Things that are not obvious:
 * - what an expression matches becomes a piece, and so does what it leaves
 *   between two matches: nothing is lost;
 * - an expression sees one piece as if it were all the text. So the end of
 *   a piece is an end to it, even if a letter follows in the next one;
 * - bytes that are not UTF-8 match nothing: each run of them is a piece;
 * - the matching is PCRE2's, with its compiler to machine code.
 */
#ifndef V4_TEXT_SPLIT_H
#define V4_TEXT_SPLIT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_split 02 · Splitting
 *  Prose: chapter 2.
 *  @{ */

enum { MOST_PATTERNS = 8 };
//< [split-header]

//> [split-api] Expressions, in the order in which they cut
/** The expressions of a tokenizer. Zero-initialized: none. */
struct splitter {
    char *sources[MOST_PATTERNS];            ///< as they were written
    struct pattern *patterns[MOST_PATTERNS]; ///< compiled
    int n;                                   ///< how many
};

/** Add an expression.
 *  @param[in,out] s        the splitter
 *  @param         pattern  the expression, UTF-8
 *  @param[out]    err      where it is wrong, and why
 *  @return success */
bool splitter_add(struct splitter *s, const char *pattern,
                  struct error *err);

/** Free the expressions.
 *  @param s  the splitter */
void splitter_free(struct splitter *s);
//< [split-api]

//> [split-api-cut] Cut a text, walk along the pieces
/** Cut a text.
 *  @param[out] begins  `(size)` 1 where a piece begins, else 0
 *  @param      s       the splitter
 *  @param      text    `(size)` any bytes
 *  @param      size    how many
 *  @param[out] err     what the matching complains of
 *  @return success */
bool splitter_cut(char *begins, const struct splitter *s, const char *text,
                  size_t size, struct error *err);

/** Where a piece ends.
 *  @param begins  `(size)` from splitter_cut()
 *  @param at      where the piece begins
 *  @param size    of the text
 *  @return where the next one begins, or size */
size_t piece_end(const char *begins, size_t at, size_t size);
/** @} */
#endif
//< [split-api-cut]
