//> [threads] Threads, or the one there is without OpenMP
/**
 * @file
 * How many threads may work, and which one this is: the two questions that
 * code with scratch memory per thread asks. Told in chapter 34.
 */
#ifndef V4_BASE_THREADS_H
#define V4_BASE_THREADS_H

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
/** @} */
#endif
//< [threads-ask]
