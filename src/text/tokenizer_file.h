//> [tokenizer-file-header] tokenizer.json, read and written
/**
 * @file
 * The file tokenizer.json: a vocabulary, a list of merges, the expressions
 * that split a text and the tokens that were added. Told in chapter 2.
 *
 * Things that are not obvious:
 * - the format can say much more than V4 uses. Whatever would change an id
 *   and is not built here is refused by name: a text in wrong tokens looks
 *   right to everybody but the model;
 * - names of tokens are in the byte alphabet (text/alphabet.h), those of
 *   added tokens are plain text.
 */
#ifndef V4_TEXT_TOKENIZER_FILE_H
#define V4_TEXT_TOKENIZER_FILE_H

#include "text/tokenizer.h"

/** @defgroup ch_tokenizer_file 02 · tokenizer.json
 *  Prose: chapter 2.
 *  @{ */

/** The longest file we read; V4's has 6.4 million bytes. */
enum { TOKENIZER_MOST_BYTES = 1 << 28 };
//< [tokenizer-file-header]

//> [tokenizer-file-api] Read it, write it
/** Read a tokenizer.json.
 *  @param[in,out] t     its arena is empty, all else zero
 *  @param         path  the file
 *  @param         V     ids must be below; 0 = it is not known
 *  @param[out]    err   what is wrong with the file
 *  @return success; if not, some of t is filled */
bool tokenizer_read(struct tokenizer *t, const char *path, int V,
                    struct error *err);

/** Write a tokenizer.json, which tokenizer_read() and others understand.
 *  @param      t     the tokenizer
 *  @param      path  the file
 *  @param[out] err   why it cannot be written
 *  @return success */
bool tokenizer_write(const struct tokenizer *t, const char *path,
                     struct error *err);
/** @} */
#endif
//< [tokenizer-file-api]
