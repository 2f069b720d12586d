//> [tokenizer-header] Text in, token ids out
/**
 * @file
 * The tokenizer: text to token ids and back. Told in chapter 2.
 *
 * Things that are not obvious:
 * - a model without tokenizer.json whose vocabulary has at least 256
 *   entries reads bytes: token id = byte. All ids above 255 are then
 *   strangers, and 0 and 1 are ordinary bytes, not the ends of a text;
 * - a tokenizer.json cannot be read yet. Such a model runs on token ids.
 */
#ifndef V4_TEXT_TOKENIZER_H
#define V4_TEXT_TOKENIZER_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_tokenizer 02 · Tokenizer
 *  Prose: chapter 2.
 *  @{ */
//< [tokenizer-header]

//> [tokenizer-struct] Which text a model reads
/** What stands between text and ids. */
enum tokenizer_kind {
    TOKENIZER_BYTES,  ///< tokens 0 … 255 are bytes
    TOKENIZER_UNREAD, ///< there is a tokenizer.json, not supported yet
    TOKENIZER_NONE,   ///< no tokenizer.json, fewer than 256 tokens
};

/** The tokenizer of a model. */
struct tokenizer {
    enum tokenizer_kind kind; ///< what there is
    const char *dir;          ///< the model's directory, for messages
    int vocab_size;           ///< V
};

/** Room for token_label(), its end included. */
enum { TOKEN_LABEL = 16 };
//< [tokenizer-struct]

//> [tokenizer-api] From text to ids
/** See what a model has for a tokenizer.
 *  @param[out] t           the tokenizer
 *  @param      dir         the model's directory; must outlive t
 *  @param      vocab_size  V */
void tokenizer_open(struct tokenizer *t, const char *dir, int vocab_size);

/** Turn text into token ids.
 *  @param[out] n      how many ids
 *  @param      t      the tokenizer
 *  @param      text   `(size)` bytes, any bytes
 *  @param      size   how many
 *  @param      arena  owns the ids
 *  @param[out] err    why this model reads no text
 *  @return `(n)` ids, or NULL */
int *tokenizer_encode(int *n, const struct tokenizer *t, const char *text,
                      size_t size, struct arena *arena, struct error *err);
//< [tokenizer-api]

//> [tokenizer-api-back] From ids to text, and to labels
/** Turn one token back into text.
 *  @param[out] out  `(TOKEN_LABEL)` its bytes, not terminated
 *  @param      t    the tokenizer
 *  @param      id   0 … V-1
 *  @return how many bytes; 0 if the token has no text we know */
size_t tokenizer_decode(char *out, const struct tokenizer *t, int id);

/** Name a token in a picture: as one sees it, a space as ␣, what cannot
 *  be seen as an escape like \\n or \\xe4, what has no text as its id.
 *  @param[out] out  `(TOKEN_LABEL)` UTF-8
 *  @param      t    the tokenizer
 *  @param      id   the token */
void token_label(char *out, const struct tokenizer *t, int id);
/** @} */
#endif
//< [tokenizer-api-back]
