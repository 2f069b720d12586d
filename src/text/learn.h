//> [learn-header] Where merges come from
/**
 * @file
 * Learning byte pairs: count neighbours in a text, merge the commonest
 * pair, count again. Told in chapter 2.
 *
 * Things that are not obvious:
 * - pairs are counted within pieces, so no token spans two of them, and
 *   each different piece is kept once, with how often it occurs;
 * - of equally common pairs the one with the smaller ids is merged: the
 *   result depends on the text alone, not on the order of its pieces;
 * - a pair that occurs once teaches nothing, so learning may end early;
 * - every merge walks over all different pieces. That is for books, not
 *   for libraries.
 */
#ifndef V4_TEXT_LEARN_H
#define V4_TEXT_LEARN_H

#include "text/tokenizer.h"

/** @defgroup ch_learn 02 · Learning merges
 *  Prose: chapter 2.
 *  @{ */
//< [learn-header]

//> [learn-api] Begin with nothing
enum {
    BLANK_TOKENS = 3 + BYTES, ///< begin, end, padding; one for each byte
    CHAT_TOKENS = 12,         ///< roles, thinking, tools, tasks
    LEAST_TOKENS = BLANK_TOKENS + CHAT_TOKENS ///< without any merge
};

/** Make a tokenizer with V4's expressions that has learned nothing.
 *  @param[out] t    the tokenizer; the ids of its chat tokens are -1
 *  @param[out] err  never filled by a PCRE2 that knows Unicode
 *  @return success */
bool tokenizer_blank(struct tokenizer *t, struct error *err);

/** Give the chat tokens the ids that follow.
 *  @param[in,out] t  room for CHAT_TOKENS more texts */
void blank_finish(struct tokenizer *t);
//< [learn-api]

//> [learn-api-learn] Learn
/** Learn a tokenizer from a text.
 *  @param[out] t     the tokenizer
 *  @param      text  `(size)` what to learn from
 *  @param      size  how many bytes
 *  @param      V     tokens at most, at least LEAST_TOKENS
 *  @param[out] err   what the splitting complains of
 *  @return success */
bool tokenizer_learn(struct tokenizer *t, const char *text, size_t size,
                     int V, struct error *err);
/** @} */
#endif
//< [learn-api-learn]
