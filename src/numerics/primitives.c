//> [primitives-includes] What the scalar set needs
#include "numerics/primitives.h"

#include "numerics/hadamard.h"
#include "numerics/quant.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Splitting less work than this over threads costs more than it saves. */
enum { WORTH_THREADS = 1 << 16 };
//< [primitives-includes]

//> [primitives-dot] Sums in double, rounded once
static float dot(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * (double)b[i];
    return (float)sum;
}

static float mean_square(const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return (float)(sum / (double)n);
}
//< [primitives-dot]

//> [primitives-axpy] Add a multiple; mix a few rows
static void axpy(float *y, float a, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] += a * x[i];
}

static void mix(float *y, const float *w, const float *x, int n, size_t d)
{
    memset(y, 0, d * sizeof *y);
    for (int j = 0; j < n; j++)
        axpy(y, w[j], x + (size_t)j * d, d);
}
//< [primitives-axpy]

//> [primitives-exp] The exponentials of a softmax, and their sum
static float exp_sum(float *p, const float *s, float max, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        p[i] = expf(s[i] - max);
        sum += (double)p[i];
    }
    return (float)sum;
}
//< [primitives-exp]

//> [primitives-scores] All heads against all keys
static void scores(float *s, const float *q, const float *const *keys,
                   int H, int S, int D)
{
    #pragma omp parallel for if ((long)H * S * D > WORTH_THREADS)
    for (int h = 0; h < H; h++)
        for (int j = 0; j < S; j++)
            s[(size_t)h * (size_t)S + (size_t)j] = keys[j]
                ? dot(q + (size_t)h * (size_t)D, keys[j], (size_t)D)
                : -INFINITY;
}

static void weigh(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D)
{
    #pragma omp parallel for if ((long)H * S * D > WORTH_THREADS)
    for (int h = 0; h < H; h++)
        for (int j = 0; j < S; j++)
            if (keys[j])
                axpy(o + (size_t)h * (size_t)D,
                     p[(size_t)h * (size_t)stride + (size_t)j],
                     keys[j], (size_t)D);
}
//< [primitives-scores]

//> [primitives-linear-row] One output row for all T vectors
/* The row's codes are decoded once and meet every vector. A block's dot
   product is rounded to float32, scaled, and added in float32: the order
   in which the released kernels work. */
static void linear_row(float *y, const float *x, const float *xs,
                       const struct held *w, int r, int T)
{
    size_t cols = (size_t)w->m->cols, rows = (size_t)w->rows;
    size_t x_blocks = (cols + FP8_BLOCK - 1) / FP8_BLOCK;
    int block = format_block(w->m->format);
    float codes[UNPACK];
    for (int t = 0; t < T; t++)
        y[(size_t)t * rows + (size_t)r] = 0;
    for (int col = 0; col < w->m->cols; col += UNPACK) {
        int n = held_unpack(codes, w, r, col);
        //> [primitives-linear-block] Each block meets every vector
        for (int i = 0; i < n; i += block) {
            size_t at = (size_t)(col + i);
            size_t len = (size_t)(n - i < block ? n - i : block);
            float ws = held_scale(w, r, (int)at);
            for (size_t t = 0; t < (size_t)T; t++) {
                float s = xs ? ws * xs[t * x_blocks + at / FP8_BLOCK] : ws;
                y[t * rows + (size_t)r] +=
                    s * dot(x + t * cols + at, codes + i, len);
            }
        }
        //< [primitives-linear-block]
    }
}
//< [primitives-linear-row]

//> [primitives-linear] Rows are independent: threads may share them
static void linear(float *y, const float *x, const float *xs,
                   const struct held *w, int T)
{
    long work = (long)w->rows * w->m->cols;
    #pragma omp parallel for if (work * T > WORTH_THREADS)
    for (int r = 0; r < w->rows; r++)
        linear_row(y, x, xs, w, r, T);
}
//< [primitives-linear]

//> [primitives-scalar] The scalar set
const struct primitives primitives_scalar = {
    .name = "scalar",
    .dot = dot,
    .axpy = axpy,
    .mix = mix,
    .mean_square = mean_square,
    .exp_sum = exp_sum,
    .scores = scores,
    .weigh = weigh,
    .linear = { linear, linear, linear, linear },
    .quantize_e4m3 = quantize_e4m3,
    .quantize_e2m1 = quantize_e2m1,
    .hadamard = hadamard,
    .topk = topk,
};
//< [primitives-scalar]

//> [primitives-choice] Choosing a set
const struct primitives *prim = &primitives_scalar;

bool primitives_choose(const char *name, struct error *err)
{
    static const struct primitives *const sets[] = {
        &primitives_scalar, &primitives_count,
    };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (!name || strcmp(name, sets[i]->name) == 0) {
            prim = sets[i];
            return true;
        }
    return fail(err, "unknown kernel set \"%s\": expected scalar or count",
                name);
}
//< [primitives-choice]
