//> [alphabet-header] A character for every byte
/**
 * @file
 * The alphabet in which a tokenizer.json writes bytes. JSON holds characters,
 * tokens are bytes, and many of those are no character by themselves: so
 * each byte is written as one that can be seen. Told in chapter 2.
 *
 * Things that are not obvious:
 * - a visible character of Latin-1 stands for its own byte; the 68 other
 *   bytes take the characters from U+0100 on, in ascending order. A space,
 *   the 33rd of them, is Ġ (U+0120), a line's end is Ċ (U+010A);
 * - ids of single bytes follow the order of these characters.
 */
#ifndef V4_TEXT_ALPHABET_H
#define V4_TEXT_ALPHABET_H

#include <stddef.h>

/** @defgroup ch_alphabet 02 · Byte alphabet
 *  Prose: chapter 2.
 *  @{ */

enum { BYTES = 256, ALPHABET_END = 324 };
//< [alphabet-header]

//> [alphabet-api] Bytes to characters and back
/** The alphabet, both ways. */
struct alphabet {
    int character[BYTES];            ///< code point of a byte
    int byte[ALPHABET_END];          ///< byte of a code point, or -1
    unsigned char in_order[BYTES];   ///< bytes, their characters ascending
};

/** Fill the alphabet.
 *  @param[out] a  the alphabet */
void alphabet_make(struct alphabet *a);
//< [alphabet-api]

//> [alphabet-api-names] Names of tokens
/** Read a token's name.
 *  @param[out] out   `(size)` its bytes
 *  @param      a     the alphabet
 *  @param      name  `(size)` characters of the alphabet, UTF-8
 *  @param      size  bytes of the name
 *  @return how many bytes, or -1 if a character is not of the alphabet */
int alphabet_read(char *out, const struct alphabet *a, const char *name,
                  size_t size);

/** Write a token's name.
 *  @param[out] out    `(2 * size)` characters of the alphabet, UTF-8
 *  @param      a      the alphabet
 *  @param      bytes  `(size)` the token
 *  @param      size   how many
 *  @return bytes of the name */
size_t alphabet_write(char *out, const struct alphabet *a,
                      const char *bytes, size_t size);
/** @} */
#endif
//< [alphabet-api-names]
