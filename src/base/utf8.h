//> [utf8-header] Characters in bytes
/**
 * @file
 * UTF-8, read strictly: no overlong forms, no surrogates, nothing above
 * U+10FFFF. Told in chapter 90.
 */
#ifndef V4_BASE_UTF8_H
#define V4_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** @defgroup ch_utf8 90 · UTF-8
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [utf8-header]

//> [utf8-api] One character
/** Read one character.
 *  @param[out] code  its code point; may be NULL
 *  @param      text  `(size)` where it begins
 *  @param      size  bytes that may be read
 *  @return its bytes, 1 to 4; 0 if no character begins here */
size_t utf8_read(uint32_t *code, const char *text, size_t size);
/** @} */
#endif
//< [utf8-api]
