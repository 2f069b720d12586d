//> [clock] Seconds, for whoever measures
/**
 * @file
 * Two clocks that only go forward. Told in chapter 90.
 */
#ifndef V4_BASE_CLOCK_H
#define V4_BASE_CLOCK_H

#include <time.h>

/** @defgroup ch_clock 90 · Clock
 *  Prose: chapter 90, plumbing.
 *  @{ */

/** @param clock  which one @return its seconds */
static inline double clock_read(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
//< [clock]

//> [clock-kinds] The wall, and one thread
/** @return seconds on the wall */
static inline double clock_seconds(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

/** @return seconds in which this thread had a processor: others who run
 *          in between do not count */
static inline double clock_thread(void)
{
#ifdef __wasm__
    return clock_seconds();
#else
    return clock_read(CLOCK_THREAD_CPUTIME_ID);
#endif
}
/** @} */
#endif
//< [clock-kinds]
