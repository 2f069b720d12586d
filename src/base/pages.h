//> [pages-header] Memory in large pages
/**
 * @file
 * Gigabytes of zeros, in pages of 2 MB where the system has them. Told in
 * chapter 34.
 *
 * Things that are not obvious:
 * - a page of 4 KB has one entry in the tables by which a processor finds
 *   memory; two gigabytes need half a million of them, and looking them up
 *   can take longer than reading. Pages of 2 MB need a thousand;
 * - the system is asked, not told: without large pages it is only slower.
 */
#ifndef V4_BASE_PAGES_H
#define V4_BASE_PAGES_H

#include "base/error.h"

#include <stddef.h>

/** @defgroup ch_pages 34 · Pages
 *  Prose: chapter 34.
 *  @{ */
//< [pages-header]

//> [pages-api] Take, give back
/** Memory that was asked for in one piece. */
struct pages {
    unsigned char *data; ///< begins at a multiple of 4096
    size_t size;         ///< bytes of it
};

/** Ask for zeros.
 *  @param[out] p     the memory; pages_free() it
 *  @param      size  bytes, at least 1
 *  @param[out] err   how much there is not
 *  @return success */
bool pages_take(struct pages *p, size_t size, struct error *err);

/** Give it back.
 *  @param p  from pages_take(), or zeros */
void pages_free(struct pages *p);
/** @} */
#endif
//< [pages-api]
