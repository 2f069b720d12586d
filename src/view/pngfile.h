//> [pngfile-header] Pictures as files
/**
 * @file
 * A canvas to a PNG file and back (libpng). Told in chapter 91.
 *
 * Things that are not obvious:
 * - the picture appears whole or not at all (base/output.h);
 * - two PNG files of one picture may differ in their bytes (the version
 *   of zlib shows). Compare pixels.
 */
#ifndef V4_VIEW_PNGFILE_H
#define V4_VIEW_PNGFILE_H

#include "base/arena.h"
#include "base/error.h"
#include "view/canvas.h"

/** @defgroup ch_pngfile 91 · PNG files
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [pngfile-header]

//> [pngfile-api] Write a picture, read one
/** Write a canvas as a PNG file.
 *  @param      c     the picture
 *  @param      path  where to
 *  @param[out] err   names the file and the reason
 *  @return success; on failure nothing is left behind */
bool pngfile_write(const struct canvas *c, const char *path,
                   struct error *err);

/** Read a PNG file of any kind as a canvas.
 *  @param[out] c      the picture
 *  @param      arena  owns its pixels
 *  @param      path   where from
 *  @param[out] err    names the file and the reason
 *  @return success */
bool pngfile_read(struct canvas *c, struct arena *arena, const char *path,
                  struct error *err);
/** @} */
#endif
//< [pngfile-api]
