//> [threads] Threads, or the one there is without OpenMP
/**
 * @file
 * How many threads may work, and which one this is: the two questions that
 * code with scratch memory per thread asks. Told in chapter 34.
 */
#ifndef V4_BASE_THREADS_H
#define V4_BASE_THREADS_H

#include "base/clock.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef _OPENMP
#include <omp.h>
#endif

/** @defgroup ch_threads 34 · Threads
 *  Prose: chapter 34.
 *  @{ */
//< [threads]

//> [threads-ask] How many, which one, is it worth it
/** @param work  multiply-adds @return is it worth waking threads for? */
static inline bool worth_threads(int64_t work)
{
    return work > 1 << 16;
}

/** @return how many threads a parallel region may have */
static inline int threads_most(void)
{
#ifdef _OPENMP
    return omp_get_max_threads();
#else
    return 1;
#endif
}

/** @return the number of this thread in its region, from 0 */
static inline int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}
//< [threads-ask]

//> [threads-set] Another number, and a clock that suits it
/** @param n  how many threads parallel regions may have from now on */
static inline void threads_set(int n)
{
#ifdef _OPENMP
    omp_set_num_threads(n);
#else
    (void)n;
#endif
}

/** @return seconds for measuring work: with one thread those in which it
 *          had a processor, with several those on the wall */
static inline double clock_work(void)
{
    return threads_most() == 1 ? clock_thread() : clock_seconds();
}
/** @} */
#endif
//< [threads-set]
