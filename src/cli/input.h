//> [input-header] Prompts from the command line
/**
 * @file
 * What a command reads beside the model: a prompt, as text or as ids. Told
 * in chapter 92.
 */
#ifndef V4_CLI_INPUT_H
#define V4_CLI_INPUT_H

#include "cli/command.h"
#include "text/tokenizer.h"

/** @defgroup ch_input 92 · Input
 *  Prose: chapter 92, commands.
 *  @{ */
//< [input-header]

//> [input-api] Files and lists of ids
/** Read a whole file, or a pipe to its end.
 *  @param[out] size   bytes
 *  @param      path   where from
 *  @param      arena  owns the text
 *  @param[out] err    why not
 *  @return `(size + 1)` bytes, the last one a NUL; or NULL */
char *input_file(size_t *size, const char *path, struct arena *arena,
                 struct error *err);

/** Read a list of token ids.
 *  @param[out] ids    `(n)` the ids
 *  @param[out] n      how many; 0 is no error
 *  @param      text   numbers separated by commas or white space
 *  @param      where  what the message names
 *  @param      arena  owns the ids
 *  @param[out] err    why not
 *  @return success */
bool input_numbers(int **ids, int *n, const char *text, const char *where,
                   struct arena *arena, struct error *err);
//< [input-api]

//> [input-api-prompt] The prompt
/** Read the prompt: one of -p, -f, --ids, --ids-file.
 *  @param[out] ids    `(n)` token ids, at least one
 *  @param[out] n      how many
 *  @param      o      the options
 *  @param      t      the model's tokenizer
 *  @param      arena  owns the ids
 *  @param[out] err    what is missing or wrong
 *  @return success */
bool input_ids(int **ids, int *n, const struct options *o,
               const struct tokenizer *t, struct arena *arena,
               struct error *err);
/** @} */
#endif
//< [input-api-prompt]
