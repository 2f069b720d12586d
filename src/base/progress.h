//> [progress-header] Progress on a terminal, silence in a pipe
/**
 * @file
 * One line on stderr that is drawn over itself while long work goes on.
 * Nothing is written when stderr is not a terminal. Told in chapter 90.
 */
#ifndef V4_BASE_PROGRESS_H
#define V4_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/** @defgroup ch_progress 90 · Progress
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [progress-header]

//> [progress-struct] A piece of work with a known end
/** A piece of work with a known end. Zero-initialize it for silence. */
struct progress {
    const char *what; ///< e.g. "prefill"
    const char *unit; ///< e.g. "tokens"
    int64_t total;    ///< units to do
    int64_t start_ns; ///< when it began
    int64_t drawn_ns; ///< when the line was last drawn
    bool visible;     ///< stderr is a terminal
};
//< [progress-struct]

//> [progress-api] Begin, update, end
/** Begin.
 *  @param[out] p      the progress
 *  @param      what   the work, e.g. "prefill"
 *  @param      total  units to do
 *  @param      unit   their name, e.g. "tokens" */
void progress_begin(struct progress *p, const char *what, int64_t total,
                    const char *unit);

/** Draw the line if a tenth of a second has passed.
 *  @param p     the progress, or NULL
 *  @param done  units done so far */
void progress_update(struct progress *p, int64_t done);

/** Erase the line.
 *  @param p  the progress, or NULL */
void progress_end(struct progress *p);
/** @} */
#endif
//< [progress-api]
