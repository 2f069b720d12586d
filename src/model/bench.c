//> [bench-includes] What measuring needs
#include "model/bench.h"

#include "base/rng.h"
#include "base/threads.h"
#include "numerics/ceilings.h"
#include "numerics/linear.h"
#include "numerics/stored.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
//< [bench-includes]

//> [bench-fill] Bytes that mean something in every format
/* All bytes are 0x3c … 0x3f or 0xbc … 0xbf: as bf16 or float32 a hundredth
   to one, as e4m3 1.5 to 1.875, as e8m0 2^-67 to 2^64. There is no NaN, and
   nothing so small that a processor becomes slow. */
void bench_fill(unsigned char *data, size_t size)
{
    const uint64_t random = 0x8383838383838383u, base = 0x3c3c3c3c3c3c3c3cu;
    struct rng r;
    rng_seed(&r, 34);
    for (size_t i = 0; i + 8 <= size; i += 8) {
        uint64_t eight = (rng_next(&r) & random) | base;
        memcpy(data + i, &eight, 8);
    }
}
//< [bench-fill]

//> [bench-peak] The best of the instructions there are
double bench_peak_f32(double seconds)
{
    const struct peak *best = peak_avx512.here() ? &peak_avx512
        : peak_avx2.here() ? &peak_avx2 : &peak_f32;
    return ceiling_peak(best, seconds);
}
//< [bench-peak]

//> [bench-median] The middle one
static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(const double *x, int n)
{
    double sorted[BENCH_RUNS];
    memcpy(sorted, x, (size_t)n * sizeof *x);
    qsort(sorted, (size_t)n, sizeof *sorted, compare);
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
}
//< [bench-median]

//> [bench-measure] First the ceiling, then the work
struct measured bench_measure(struct bench *b, enum bound bound,
                              double amount, bench_work *work, void *user)
{
    double seconds[BENCH_RUNS], rate[BENCH_RUNS], share[BENCH_RUNS];
    assert(b->runs >= 1 && b->runs <= BENCH_RUNS);
    work(user); /* memory is asked for, pages are found */
    for (int i = 0; i < b->runs; i++) {
        double ceiling = bound == BOUND_READ
            ? ceiling_read(b->memory.data, b->memory.size)
            : bench_peak_f32(b->peak_seconds);
        double begin = clock_work();
        work(user);
        seconds[i] = clock_work() - begin;
        rate[i] = amount / seconds[i];
        share[i] = rate[i] / ceiling;
        progress_update(b->progress, ++b->done);
    }
    return (struct measured){ .seconds = median(seconds, b->runs),
                              .rate = median(rate, b->runs),
                              .share = median(share, b->runs) };
}
//< [bench-measure]

//> [bench-linear] Memory as a row of matrices
struct products {
    const struct bench *b;
    struct matrix W;  /* its bytes are set before each product */
    size_t bytes;     /* of one matrix and its scales */
    int n, next;      /* how many fit; which is next */
    int each;         /* how many products are a run */
    int T;
    float *x, *y;
    struct arena arena;
};

/* Bytes of codes, and of scales if there are any. */
static size_t codes_of(const struct matrix *W)
{
    static const size_t eighths[FORMAT_COUNT] = { 32, 16, 8, 4 };
    return (size_t)W->rows * (size_t)W->cols * eighths[W->format] / 8;
}

static size_t scales_of(const struct matrix *W)
{
    int64_t shape[2];
    if (!format_scaled(W->format))
        return 0;
    matrix_scale_shape(shape, W->format, W->rows, W->cols);
    return (size_t)shape[0] * (size_t)shape[1];
}
//< [bench-linear]

//> [bench-linear-run] One run: product after product
static void multiply(void *user)
{
    struct products *p = user;
    for (int i = 0; i < p->each; i++) {
        const unsigned char *at = p->b->memory.data
                                  + (size_t)p->next * p->bytes;
        p->W.data = at;
        p->W.scale = format_scaled(p->W.format) ? at + codes_of(&p->W)
                                                : NULL;
        linear(p->y, p->x, &p->W, p->T, &p->arena);
        p->next = (p->next + 1) % p->n;
    }
}
//< [bench-linear-run]

//> [bench-linear-api] One vector passes over all, many over one
struct measured bench_linear(struct bench *b, enum format f, int cols,
                             int T)
{
    struct products p = { .b = b, .T = T,
                          .W = { .format = f, .rows = cols / 2,
                                 .cols = cols } };
    size_t n = (size_t)T * (size_t)cols;
    p.bytes = (codes_of(&p.W) + scales_of(&p.W) + 63) / 64 * 64;
    p.n = (int)(b->memory.size / p.bytes);
    p.each = T == 1 ? p.n : 1;
    p.x = arena_floats(&p.arena, n);
    p.y = arena_floats(&p.arena, n / 2);
    for (size_t i = 0; i < n; i++)
        p.x[i] = (float)(i % 17) - 8;
    double amount = T == 1 ? (double)p.n * (double)p.bytes
                           : 2.0 * p.W.rows * cols * T;
    struct measured m = bench_measure(b, T == 1 ? BOUND_READ : BOUND_F32,
                                      amount, multiply, &p);
    arena_free(&p.arena);
    return m;
}
//< [bench-linear-api]
