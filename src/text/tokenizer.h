//> [tokenizer-header] Text in, token ids out
/**
 * @file
 * The tokenizer: text to token ids and back. Told in chapter 2.
 *
 * Things that are not obvious:
 * - a model without tokenizer.json whose vocabulary has at least 256
 *   entries reads bytes: token id = byte. That is a tokenizer with 256
 *   entries, no merges and no added tokens, so 0 and 1 are ordinary bytes,
 *   not the ends of a text, and ids above 255 have no text;
 * - any bytes can be encoded, also what is not UTF-8, and decoding gives
 *   back exactly those bytes. The other way round there is no promise;
 * - a token may be part of a character, and its text then no valid text.
 */
#ifndef V4_TEXT_TOKENIZER_H
#define V4_TEXT_TOKENIZER_H

#include "text/added.h"
#include "text/bpe.h"
#include "text/split.h"

/** @defgroup ch_tokenizer 02 · Tokenizer
 *  Prose: chapter 2.
 *  @{ */
//< [tokenizer-header]

//> [tokenizer-struct] Three steps, and the text of every token
/** The bytes of a token. */
struct token_bytes {
    const char *text; ///< NULL if the id has no text
    size_t size;      ///< how many
};

/** The tokenizer of a model. */
struct tokenizer {
    struct added added;       ///< first: tokens found as they are
    struct splitter splitter; ///< then: text is cut into pieces
    struct bpe bpe;           ///< last: the bytes of a piece are merged
    struct token_bytes *texts; ///< `(n)` what an id stands for
    int n;                    ///< ids are 0 … n-1; 0 = it reads no text
    struct error why;         ///< why it reads no text
    bool broken;              ///< because its tokenizer.json is not right
    struct arena arena;       ///< owns all that
};

/** Room for token_label(), its end included. */
enum { TOKEN_LABEL = 48 };
//< [tokenizer-struct]

//> [tokenizer-api] From text to ids
/** See what a model has for a tokenizer, and read it. This cannot fail: a
 *  model that reads no text runs on ids, and tokenizer_encode() says why.
 *  @param[out] t           the tokenizer
 *  @param      dir         the directory with a tokenizer.json, or without
 *  @param      vocab_size  V; ids must be below */
void tokenizer_open(struct tokenizer *t, const char *dir, int vocab_size);

/** Free it.
 *  @param t  the tokenizer */
void tokenizer_close(struct tokenizer *t);

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
/** The text of a token.
 *  @param[out] size  how many bytes; 0 if there are none
 *  @param      t     the tokenizer
 *  @param      id    any number
 *  @return `(size)` bytes, not terminated; NULL if the id has no text */
const char *token_text(size_t *size, const struct tokenizer *t, int id);

/** Whether a token was added by hand: it speaks of the text and is no part
 *  of it.
 *  @param t   the tokenizer
 *  @param id  any number
 *  @return yes or no */
bool token_is_added(const struct tokenizer *t, int id);

/** Name a token in a picture: as one sees it, a space as ␣, what cannot
 *  be seen as an escape like \\n or \\xe4, what has no text as its id.
 *  @param[out] out  `(TOKEN_LABEL)` UTF-8
 *  @param      t    the tokenizer
 *  @param      id   the token */
void token_label(char *out, const struct tokenizer *t, int id);
/** @} */
#endif
//< [tokenizer-api-back]
