//> [whole-header] Text that arrives in pieces
/**
 * @file
 * A token may end inside a character. Whoever shows tokens as they come
 * keeps the beginning of a character until the rest has come. Told in
 * chapter 2.
 *
 * Things that are not obvious:
 * - only what can still become a character is held back. Bytes that cannot
 *   are given at once: waiting would not make them text.
 */
#ifndef V4_TEXT_WHOLE_H
#define V4_TEXT_WHOLE_H

#include <stddef.h>

/** @defgroup ch_whole 02 · Whole characters
 *  Prose: chapter 2.
 *  @{ */
//< [whole-header]

//> [whole-api] Keep the beginning, give the rest
enum { PARTIAL_MOST = 3 };

/** What cannot be shown yet. Zero-initialize it. */
struct partial {
    char bytes[PARTIAL_MOST]; ///< `(n)` the beginning of a character
    size_t n;              ///< how many
};

/** Take more text; give what can be shown of all there is.
 *  @param[out]    out   `(PARTIAL_MOST + size)` what does not end inside a
 *                       character
 *  @param[in,out] held  what is still to come
 *  @param         text  `(size)` new bytes
 *  @param         size  how many
 *  @return how many bytes of out */
size_t whole_release(char *out, struct partial *held, const char *text,
                    size_t size);

/** Give what is left when nothing more comes.
 *  @param[out]    out   `(PARTIAL_MOST)` half a character, or nothing
 *  @param[in,out] held  empty afterwards
 *  @return how many bytes of out */
size_t whole_flush(char *out, struct partial *held);
/** @} */
#endif
//< [whole-api]
