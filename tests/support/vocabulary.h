/**
 * @file
 * Tokenizers for tests: a small one, and the real one where it is at hand.
 */
#ifndef V4_TESTS_VOCABULARY_H
#define V4_TESTS_VOCABULARY_H

#include "base/json.h"
#include "text/learn.h"

/** Learn a tokenizer from a text, or fail the test.
 *  @param[out] t     tokenizer_close() it
 *  @param      text  what to learn from
 *  @param      V     how many tokens */
void learn_from(struct tokenizer *t, const char *text, int V);

/** Open the tokenizer.json of Flash in the folder $V4_FLASH; say "skipped"
 *  if the variable is not set.
 *  @param[out] t  tokenizer_close() it
 *  @return whether it is there */
bool open_flash(struct tokenizer *t);

/** Encode, and fail the test if that fails.
 *  @param[out] n      how many ids
 *  @param      t      the tokenizer
 *  @param      text   `(size)` bytes
 *  @param      size   how many
 *  @param      arena  owns the ids
 *  @return `(n)` ids */
int *encode(int *n, const struct tokenizer *t, const char *text,
            size_t size, struct arena *arena);

/** Fail the test unless a text has these ids and they have this text.
 *  @param t     the tokenizer
 *  @param text  the text
 *  @param ids   a list of numbers */
void assert_ids(const struct tokenizer *t, const char *text,
                const cJSON *ids);

/** Read a JSON file of tests/golden, or fail the test. The character 0,
 *  which no string of ours may contain, becomes U+F8FF, and assert_ids()
 *  takes that for a byte 0.
 *  @param name  below tests/golden/
 *  @return the tree; cJSON_Delete() it */
cJSON *golden_json(const char *name);

#endif
