//> [timed-header] Where the time goes
/**
 * @file
 * The chosen set, with a clock around the entries that take most of the
 * time. Told in chapter 34.
 *
 * Things that are not obvious:
 * - matrices are multiplied by several threads at once, so their times are
 *   sums over threads; those of attention are not, it divides its work
 *   inside.
 */
#ifndef V4_NUMERICS_TIMED_H
#define V4_NUMERICS_TIMED_H

#include "numerics/primitives.h"

/** @defgroup ch_timed 34 · Timed
 *  Prose: chapter 34.
 *  @{ */
//< [timed-header]

//> [timed-api] Begin, end
/** Seconds since timed_begin(). */
struct times {
    double linear[FORMAT_COUNT]; ///< matrices by format, of all threads
    double pack;                 ///< laying out vectors, of all threads
    double scores;               ///< scores of attention and the indexer
    double weigh;                ///< weighted sums of keys
};

/** Put clocks around the chosen set. */
void timed_begin(void);

/** Take them away.
 *  @return what they show */
struct times timed_end(void);
/** @} */
#endif
//< [timed-api]
