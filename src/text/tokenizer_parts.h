//> [tokenizer-parts] Between the files that read a tokenizer.json
/**
 * @file
 * What tokenizer_read.c and tokenizer_settings.c share. Told in chapter 2.
 */
#ifndef V4_TEXT_TOKENIZER_PARTS_H
#define V4_TEXT_TOKENIZER_PARTS_H

#include "base/json.h"
#include "text/tokenizer_file.h"

/** Check every setting that could change a token; read the expressions.
 *  @param[in,out] t     its splitter is filled
 *  @param         json  the file
 *  @param[out]    err   what is not built here
 *  @return success */
bool tokenizer_settings(struct tokenizer *t, const cJSON *json,
                        struct error *err);

/** Refuse settings that are switched on.
 *  @param      object  where they are
 *  @param      where   what the message puts before a key
 *  @param      keys    their names, separated by blanks
 *  @param[out] err     which, and how it is set
 *  @return whether all are off */
bool tokenizer_idle(const cJSON *object, const char *where,
                    const char *keys, struct error *err);
#endif
//< [tokenizer-parts]
