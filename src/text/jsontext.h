//> [jsontext-header] JSON that stays text
/**
 * @file
 * Values of a JSON text as places in that text. A prompt hands schemas and
 * arguments on to the model letter by letter: 1.0 must not become 1, and
 * keys must keep their order. So nothing is made of them; only the spaces
 * between are set as the released code sets them. Told in chapter 3.
 *
 * Things that are not obvious:
 * - the text must be JSON: json_parse() or json_check() has said so;
 * - what is written is what Python's json.dumps(ensure_ascii=False) writes:
 *   a space after each comma and colon, 1e3 as 1000.0, no escape where none
 *   is needed.
 */
#ifndef V4_TEXT_JSONTEXT_H
#define V4_TEXT_JSONTEXT_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** @defgroup ch_jsontext 03 · JSON as text
 *  Prose: chapter 3.
 *  @{ */
//< [jsontext-header]

//> [jsontext-api] Look
/** A value in a JSON text. */
struct value {
    const char *at; ///< its first character; NULL = there is none
    size_t size;    ///< to its last one
};

/** What comes next in a list or an object; begins with a zeroed `here`. */
struct member {
    struct value name;  ///< of an object's member, quotes included
    struct value value; ///< what stands there
    const char *next;   ///< where to go on
};

/** The whole of a text.
 *  @param text  `(size)` valid JSON
 *  @param size  how many bytes
 *  @return the value, without white space around it */
struct value value_of(const char *text, size_t size);
//< [jsontext-api]

//> [jsontext-api-walk] Walk along
/** Go to the next member.
 *  @param[in,out] here  zero at first
 *  @param         v     a list or an object
 *  @return whether there is one */
bool value_next(struct member *here, struct value v);

/** The value of a key.
 *  @param v    a value, also none
 *  @param key  the key
 *  @return its value; none if v is no object or has no such key */
struct value value_get(struct value v, const char *key);
//< [jsontext-api-walk]

//> [jsontext-api-kind] Ask, take, write
/** What a value is.
 *  @param v  a value
 *  @return one of { [ " t f n 0 for object, list, string, true, false,
 *          null and numbers; 0 if there is none */
int value_kind(struct value v);

/** The text of a string.
 *  @param v      a string
 *  @param arena  owns the text
 *  @return it, without quotes and escapes */
char *value_string(struct value v, struct arena *arena);

/** Write a value as Python writes it.
 *  @param out  where to
 *  @param v    the value */
void value_write(FILE *out, struct value v);

/** Write a text as a JSON string.
 *  @param out   where to
 *  @param text  UTF-8 */
void string_write(FILE *out, const char *text);
/** @} */
#endif
//< [jsontext-api-kind]
