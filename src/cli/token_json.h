//> [token-json-header] Tokens for programs
/**
 * @file
 * A token as one line of JSON, for whoever compares programs. Told in
 * chapter 92.
 *
 * Things that are not obvious:
 * - "text" is what one reads: bytes that are no UTF-8 by themselves stand
 *   in it as U+FFFD, and "bytes" has them exactly;
 * - "logprob" is the natural logarithm of what the model gave the token,
 *   before temperature and top-p; of a prompt it is null.
 */
#ifndef V4_CLI_TOKEN_JSON_H
#define V4_CLI_TOKEN_JSON_H

#include <stddef.h>

/** @defgroup ch_token_json 92 · Tokens as JSON
 *  Prose: chapter 92, commands.
 *  @{ */
//< [token-json-header]

//> [token-json-api] One line
/** Print a token on stdout:
 *  {"position":5,"id":104,"text":"h","bytes":[104],"logprob":-1.25}.
 *  @param position  where it stands, from 0
 *  @param id        the token
 *  @param text      `(size)` its bytes, or NULL if it has none
 *  @param size      how many
 *  @param logprob   points to its log-probability; NULL = null */
void print_token_json(int position, int id, const char *text, size_t size,
                      const double *logprob);
/** @} */
#endif
//< [token-json-api]
