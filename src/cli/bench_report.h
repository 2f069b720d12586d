//> [bench-report-header] What was measured, for people and for programs
/**
 * @file
 * All that `v4 bench` measures, and the two ways to write it. Told in
 * chapter 92.
 */
#ifndef V4_CLI_BENCH_REPORT_H
#define V4_CLI_BENCH_REPORT_H

#include "model/bench.h"
#include "numerics/ceilings.h"

#include <stdio.h>

/** @defgroup ch_bench_report 92 · What bench writes
 *  Prose: chapter 92, commands.
 *  @{ */
//< [bench-report-header]

//> [bench-report-struct] All numbers
enum { BENCH_PEAKS = 7 };

/** The ceilings, in the order in which they are shown.
 *  @param i  0 … BENCH_PEAKS - 1
 *  @return the instruction */
const struct peak *bench_peak(int i);

/** Measured with one number of threads. */
struct bench_column {
    int threads;                ///< how many
    double read;                ///< bytes per second
    double peak[BENCH_PEAKS];   ///< operations per second; 0 = not here
    double peak_f32;            ///< the best of float32
    struct measured one[FORMAT_COUNT];  ///< a matrix times one vector
    struct measured many[FORMAT_COUNT]; ///< a matrix times many
    struct measured head;       ///< a bf16 matrix of the real head's shape
    struct speed decode;        ///< token by token
    struct speed prefill;       ///< many at once
    struct reach reach[BENCH_CONTEXTS]; ///< after long texts
    int n_reach;                ///< how many lengths; 0 = not measured
};
//< [bench-report-struct]

//> [bench-report-all] With one thread, and with all
/** Everything. */
struct bench_report {
    const char *model;     ///< what it was measured on
    const char *kernels;   ///< the set
    const char *numerics;  ///< "exact" or "faithful"
    double load;           ///< of the machine, when it began
    int many;              ///< vectors in "many", tokens of a prefill
    const struct slice *slice;       ///< the model
    struct bench_column columns[2];  ///< one thread, all threads
    int n;                           ///< how many columns
};
//< [bench-report-all]

//> [bench-report-api] Write it
/** Print a table for people.
 *  @param out  where to
 *  @param r    the numbers */
void bench_print(FILE *out, const struct bench_report *r);

/** Print one JSON object.
 *  @param out  where to
 *  @param r    the numbers */
void bench_print_json(FILE *out, const struct bench_report *r);
/** @} */
#endif
//< [bench-report-api]
