//> [bench-header] How fast, and how fast it could be
/**
 * @file
 * Speed, measured beside the ceiling that bounds it. Told in chapter 34.
 *
 * Things that are not obvious:
 * - every run measures its ceiling and then the work, and the share is
 *   taken within the run: on a machine that others use, both suffer alike;
 * - what is printed is the median of the runs;
 * - a ceiling of reading passes over gigabytes, so what the work will need
 *   is in no cache when it begins.
 */
#ifndef V4_MODEL_BENCH_H
#define V4_MODEL_BENCH_H

#include "base/progress.h"
#include "model/slice.h"
#include "numerics/timed.h"

/** @defgroup ch_bench 34 · Bench
 *  Prose: chapter 34.
 *  @{ */
//< [bench-header]

//> [bench-struct] How to measure, and what comes out
/** Which ceiling binds. */
enum bound {
    BOUND_READ, ///< reading memory
    BOUND_F32   ///< multiplying and adding float32
};

enum { BENCH_RUNS = 5, BENCH_CONTEXTS = 5 };

/** How to measure. */
struct bench {
    int runs;             ///< at most BENCH_RUNS
    double peak_seconds;  ///< how long to look for a peak
    struct pages memory;  ///< what is read; bench_fill() it
    struct progress *progress; ///< told of every run
    int64_t done;         ///< runs so far
};

/** Medians of the runs. */
struct measured {
    double seconds; ///< of one run
    double rate;    ///< bytes or operations per second
    double share;   ///< of the ceiling measured beside it
};

/** What is measured.
 *  @param user  what it needs */
typedef void bench_work(void *user);
//< [bench-struct]

//> [bench-api] Measure anything
/** Numbers that are healthy in every format.
 *  @param[out] data  `(size)`
 *  @param      size  bytes */
void bench_fill(unsigned char *data, size_t size);

/** The best rate of float32 that this machine can do.
 *  @param seconds  how long to look for it
 *  @return operations per second of all threads */
double bench_peak_f32(double seconds);

/** Do some work a few times, each time after its ceiling.
 *  @param b       how
 *  @param bound   which ceiling
 *  @param amount  bytes or operations of one run
 *  @param work    the work
 *  @param user    passed on
 *  @return medians */
struct measured bench_measure(struct bench *b, enum bound bound,
                              double amount, bench_work *work, void *user);
//< [bench-api]

//> [bench-api-linear] Measure one primitive
/** A matrix times T vectors: with one, bound by reading; with many, by
 *  arithmetic.
 *  @param b     how
 *  @param f     format of the matrix
 *  @param cols  of the matrix; it has half as many rows
 *  @param T     how many vectors
 *  @return medians */
struct measured bench_linear(struct bench *b, enum format f, int cols,
                             int T);
//< [bench-api-linear]

//> [bench-api-model] Measure a model
/** Speed of a model. */
struct speed {
    struct measured all;    ///< bytes read, or operations in matrices
    double tokens;          ///< per second
    struct measured linear; ///< of it, the matrices alone
    double parts[4];        ///< seconds a token: matrices, scores, weighted
                            ///< sums, all the rest
    size_t scratch;         ///< most bytes of scratch memory
};
//< [bench-api-model]

//> [bench-api-speed] Decode, prefill
/** Tokens one by one.
 *  @param[out] out       its speed
 *  @param      b         how
 *  @param      s         the model
 *  @param      position  tokens before
 *  @param[out] err       what a forward pass complains of
 *  @return success */
bool bench_decode(struct speed *out, struct bench *b, const struct slice *s,
                  int position, struct error *err);

/** Many tokens at once.
 *  @param[out] out  its speed
 *  @param      b    how
 *  @param      s    the model
 *  @param      T    how many
 *  @param[out] err  what a forward pass complains of
 *  @return success */
bool bench_prefill(struct speed *out, struct bench *b,
                   const struct slice *s, int T, struct error *err);
//< [bench-api-speed]

//> [bench-api-context] Measure attention after a long text
/** One token's attention, a CSA and an HCA layer, after a long text. */
struct reach {
    int tokens;     ///< length of the text
    double seconds; ///< median
    double bytes;   ///< of weights and keys that must be read
    double flops;   ///< 2 × multiply-adds that must be done
    double least;   ///< seconds no kernel can beat: reading or computing
    double share;   ///< median of least / seconds
    size_t scratch; ///< most bytes of scratch memory
};

/** Attention of layers 0 (CSA) and 1 (HCA) after texts of several lengths,
 *  with a cache of random numbers.
 *  @param[out] out      `(n)` tokens is filled in, the rest is measured
 *  @param      n        how many lengths, growing
 *  @param      b        how
 *  @param      s        a slice of ratios 4,128 */
void bench_context(struct reach *out, int n, struct bench *b,
                   const struct slice *s);
/** @} */
#endif
//< [bench-api-context]
