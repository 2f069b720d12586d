//> [json-header] JSON, read strictly
/**
 * @file
 * cJSON makes the tree; this file decides what is JSON. cJSON alone takes
 * 01 for a number, cuts a string at its first \\u0000, and says neither
 * where a text is wrong nor why. Here a text is one JSON value to its last
 * byte, or the message says line, column and reason. Told in chapter 90.
 *
 * Things that are not obvious:
 * - no key may stand twice in an object, at any depth: two readers of one
 *   file could take different ones;
 * - strings are UTF-8 without the character 0 and without lone surrogates,
 *   so a valuestring is the whole string;
 * - json_get() is cJSON's and walks a list: for a vocabulary of 129,280
 *   keys, iterate over the object once (cJSON_ArrayForEach).
 */
#ifndef V4_BASE_JSON_H
#define V4_BASE_JSON_H

#include "base/error.h"

#include <cjson/cJSON.h>

/** @defgroup ch_json 90 · JSON
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [json-header]

//> [json-api-parse] From text to a tree
/** Parse a text that is one JSON value.
 *  @param      text  `(size)` bytes, UTF-8
 *  @param      size  how many
 *  @param[out] err   line, column, what was found and expected there
 *  @return the tree, to be given to cJSON_Delete(); or NULL */
cJSON *json_parse(const char *text, size_t size, struct error *err);

/** Parse a text that is one JSON object.
 *  @param      text  `(size)` bytes, UTF-8
 *  @param      size  how many
 *  @param[out] err   as json_parse(), or what it is instead of an object
 *  @return the tree, to be given to cJSON_Delete(); or NULL */
cJSON *json_object(const char *text, size_t size, struct error *err);

/** Read a file that is one JSON object.
 *  @param      path  the file; no pipe
 *  @param      most  the most bytes it may have
 *  @param[out] err   "PATH: " and why not
 *  @return the tree, to be given to cJSON_Delete(); or NULL */
cJSON *json_file(const char *path, size_t most, struct error *err);

/** Is a text JSON? The grammar, without a tree.
 *  @param      text  `(size)` bytes
 *  @param      size  how many
 *  @param[out] err   line, column, what was found and expected there
 *  @return whether it is */
bool json_check(const char *text, size_t size, struct error *err);
//< [json-api-parse]

//> [json-api-ask] Questions to a tree
/** The value of a key.
 *  @param object  a tree, or NULL
 *  @param key     the key, its case counts
 *  @return the value, or NULL if there is none or it is no object */
const cJSON *json_get(const cJSON *object, const char *key);

/** Is it this word?
 *  @param item  a tree, or NULL
 *  @param word  a text
 *  @return whether the item is a string of just this text */
bool json_is_word(const cJSON *item, const char *word);

/** Refuse a value: "KEY: found VALUE, expected EXPECTED".
 *  @param[out] err       receives the message
 *  @param      key       where it stands, e.g. "rope_scaling.type"; NULL
 *                        to say only what was found and expected
 *  @param      found     what stands there; NULL = nothing
 *  @param      expected  what would have been right
 *  @return always false */
bool json_refuse(struct error *err, const char *key, const cJSON *found,
                 const char *expected);
/** @} */
#endif
//< [json-api-ask]
