//> [pngfile-header] Pictures as files
/**
 * @file
 * A page to a PNG file and back (libpng). Told in chapter 91.
 *
 * Things that are not obvious:
 * - the picture appears whole or not at all (base/output.h);
 * - two PNG files of one picture may differ in their bytes (the version
 *   of zlib shows). Compare pixels.
 */
#ifndef V4_VIEW_PNGFILE_H
#define V4_VIEW_PNGFILE_H

#include "base/error.h"
#include "view/page.h"

/** @defgroup ch_pngfile 91 · PNG files
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [pngfile-header]

//> [pngfile-api] Write a picture, read one
/** Write a page as a PNG file.
 *  @param      page  the picture
 *  @param      path  where to
 *  @param[out] err   names the file and the reason
 *  @return success; on failure nothing is left behind */
bool pngfile_write(const struct page *page, const char *path,
                   struct error *err);

/** Read a PNG file of any kind as a page.
 *  @param[out] page  the picture; page_close() it, also after a failure
 *  @param      path  where from
 *  @param[out] err   names the file and the reason
 *  @return success */
bool pngfile_read(struct page *page, const char *path, struct error *err);
/** @} */
#endif
//< [pngfile-api]
