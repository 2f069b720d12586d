//> [output-header] A file appears whole or not at all
/**
 * @file
 * Output files. Bytes go to a temporary file beside the target, which takes
 * the target's name only when every byte is written: a reader never sees
 * half a file, and a failed run leaves the old one alone. Told in
 * chapter 90.
 *
 * Things that are not obvious:
 * - a target that exists and is no regular file (a pipe, /dev/stdout) is
 *   written directly, for it cannot be replaced;
 * - a link stays a link: the file it leads to is replaced;
 * - a file that replaces one has its permissions, and one that is read-only
 *   is not replaced;
 * - a full disk is often noticed only when the file is closed, so
 *   output_close() is where success is known.
 */
#ifndef V4_BASE_OUTPUT_H
#define V4_BASE_OUTPUT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

/** @defgroup ch_output 90 · Output files
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [output-header]

//> [output-struct] A file being written, and where
/** A file being written. */
struct output {
    FILE *file;            ///< write here
    const char *path;      ///< as it was given
    const char *target;    ///< that, or where the link leads
    const char *temporary; ///< where bytes go until then; NULL = target
    struct arena arena;    ///< owns the names
};
//< [output-struct]

//> [output-api] Open, write, close
/** Begin a file.
 *  @param[out] o     the output; output_close() or output_abandon() it
 *  @param      path  the target
 *  @param[out] err   why it cannot be written
 *  @return success */
bool output_open(struct output *o, const char *path, struct error *err);

/** Finish the file and give it its name, or remove it if any write since
 *  output_open() failed.
 *  @param      o    the output
 *  @param[out] err  why it could not be written
 *  @return success */
bool output_close(struct output *o, struct error *err);

/** Give up: close and remove what was written.
 *  @param o  the output */
void output_abandon(struct output *o);
/** @} */
#endif
//< [output-api]
