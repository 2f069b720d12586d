/**
 * @file
 * The number of threads, also in a build without OpenMP.
 */
#ifndef V4_TESTS_THREADS_H
#define V4_TESTS_THREADS_H

#ifdef _OPENMP
#include <omp.h>
#endif

/** Use so many threads from now on; without OpenMP there is one.
 *  @param n  how many */
static inline void use_threads(int n)
{
#ifdef _OPENMP
    omp_set_num_threads(n);
#else
    (void)n;
#endif
}

#endif
