//> [primitives-includes] What the scalar set needs
#include "numerics/primitives.h"

#include "base/threads.h"
#include "numerics/exp.h"
#include "numerics/hadamard.h"
#include "numerics/quant.h"
#include "numerics/sum.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
//< [primitives-includes]

//> [primitives-dot] Sums in eight lanes, rounded once
static double sum_products(const float *a, const float *b, size_t n)
{
    struct sum sum = { 0 };
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum.lane[k] += (double)a[i + k] * (double)b[i + k];
    for (; i < n; i++)
        sum_add(&sum, i, (double)a[i] * (double)b[i]);
    return sum_total(&sum);
}

static float dot(const float *a, const float *b, size_t n)
{
    return (float)sum_products(a, b, n);
}

static float mean_square(const float *x, size_t n)
{
    return (float)(sum_products(x, x, n) / (double)n);
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
    struct sum sum = { 0 };
    for (size_t i = 0; i < n; i++) {
        p[i] = exp32(s[i] - max);
        sum_add(&sum, i, (double)p[i]);
    }
    return (float)sum_total(&sum);
}
//< [primitives-exp]

//> [primitives-scores] All heads against all keys
static void scores(float *s, const float *q, const float *const *keys,
                   int H, int S, int D, struct arena *scratch)
{
    (void)scratch;
    #pragma omp parallel for if (worth_threads((int64_t)H * S * D))
    for (int h = 0; h < H; h++)
        for (int j = 0; j < S; j++)
            s[(size_t)h * (size_t)S + (size_t)j] = keys[j]
                ? dot(q + (size_t)h * (size_t)D, keys[j], (size_t)D)
                : -INFINITY;
}

static void weigh(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D)
{
    #pragma omp parallel for if (worth_threads((int64_t)H * S * D))
    for (int h = 0; h < H; h++)
        for (int j = 0; j < S; j++)
            if (keys[j])
                axpy(o + (size_t)h * (size_t)D,
                     p[(size_t)h * (size_t)stride + (size_t)j],
                     keys[j], (size_t)D);
}
//< [primitives-scores]

//> [primitives-linear-weights] Up to 128 weights of a row
/* Each weight with its scale: at most 4 + 24 bits, exact in a double, and
   so is its product with a float. */
static int row_weights(double *weight, const struct held *w, int r, int col)
{
    float codes[UNPACK];
    int n = held_unpack(codes, w, r, col);
    int block = format_block(w->m->format);
    for (int i = 0; i < n; i += block) {
        double scale = (double)held_scale(w, r, col + i);
        for (int j = i; j < n && j < i + block; j++)
            weight[j] = scale * (double)codes[j];
    }
    return n;
}
//< [primitives-linear-weights]

//> [primitives-linear-add] The next n terms of a sum
static void add_products(struct sum *s, const double *w, const float *x,
                         size_t n)
{
    struct sum sum = *s;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sum.lane[k] += w[i + k] * (double)x[i + k];
    for (; i < n; i++)
        sum_add(&sum, i, w[i] * (double)x[i]);
    *s = sum;
}
//< [primitives-linear-add]

//> [primitives-linear-row] One output row for at most 64 vectors
enum { TOGETHER = 64 }; /* vectors that meet a weight once it is decoded */

/* Row r of w and vectors first … first + n - 1. */
static void linear_row(float *y, size_t stride, const struct vectors *x,
                       const struct held *w, int r, int first, int n)
{
    double weight[UNPACK] = { 0 };
    struct sum sum[TOGETHER];
    memset(sum, 0, (size_t)n * sizeof *sum);
    for (int col = 0; col < x->cols; col += UNPACK) {
        int len = row_weights(weight, w, r, col);
        for (int t = 0; t < n; t++)
            add_products(&sum[t], weight,
                         x->x + (size_t)(first + t) * x->stride + col,
                         (size_t)len);
    }
    for (int t = 0; t < n; t++)
        y[(size_t)(first + t) * stride + (size_t)r] =
            (float)sum_total(&sum[t]);
}
//< [primitives-linear-row]

//> [primitives-linear] Some rows for all vectors
static void linear(float *y, size_t stride, const struct vectors *x,
                   const struct held *w, float *work)
{
    (void)work;
    for (int r = 0; r < w->rows; r++)
        for (int t = 0; t < x->T; t += TOGETHER)
            linear_row(y, stride, x, w, r, t,
                       x->T - t < TOGETHER ? x->T - t : TOGETHER);
}
//< [primitives-linear]

//> [primitives-codes] One output row from codes and scales
/* A block's dot product is rounded to float32, scaled, and added in
   float32: the order in which the released kernels work. */
static void linear_codes_row(float *y, size_t stride,
                             const struct vectors *x,
                             const struct held *w, int r)
{
    size_t T = (size_t)x->T;
    size_t blocks = ((size_t)x->cols + FP8_BLOCK - 1) / FP8_BLOCK;
    int block = format_block(w->m->format);
    float weight[UNPACK];
    for (size_t t = 0; t < T; t++)
        y[t * stride] = 0;
    for (int col = 0; col < x->cols; col += UNPACK) {
        int n = held_unpack(weight, w, r, col);
        //> [primitives-codes-block] Each block meets every vector
        for (int i = 0; i < n; i += block) {
            size_t at = (size_t)(col + i);
            size_t len = (size_t)(n - i < block ? n - i : block);
            float ws = held_scale(w, r, (int)at);
            for (size_t t = 0; t < T; t++) {
                float s = ws * x->scales[t * blocks + at / FP8_BLOCK];
                y[t * stride] +=
                    s * dot(x->x + t * x->stride + at, weight + i, len);
            }
        }
        //< [primitives-codes-block]
    }
}

static void linear_codes(float *y, size_t stride, const struct vectors *x,
                         const struct held *w, float *work)
{
    (void)work;
    for (int r = 0; r < w->rows; r++)
        linear_codes_row(y + r, stride, x, w, r);
}
//< [primitives-codes]

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
    .linear_codes = { linear_codes, linear_codes, linear_codes,
                      linear_codes },
    .quantize_e4m3 = quantize_e4m3,
    .quantize_e2m1 = quantize_e2m1,
    .hadamard = hadamard,
    .topk = topk,
};

const struct primitives *prim = &primitives_scalar;
//< [primitives-scalar]
