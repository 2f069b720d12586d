//> [lanes-bits-header] The definition's own sums, eight at a time
/**
 * @file
 * Entries with the bits of the scalar set, for a file that has included
 * lanes.h and has said what `eight` is: eight doubles, the lanes of a struct
 * sum, and how they are loaded, multiplied and added. Told in chapter 34.
 *
 * Things that are not obvious:
 * - the product of two floats, or of a float and a scaled weight, is exact
 *   in a double: fused or not, a multiply-add rounds once;
 * - the exponential's steps are not fused, because exp32() says so.
 */
#ifndef V4_NUMERICS_LANES_BITS_H
#define V4_NUMERICS_LANES_BITS_H

#include "base/threads.h"
#include "numerics/exp.h"
#include "numerics/sum.h"
//< [lanes-bits-header]

//> [lanes-bits-dot] Sums of products
static inline double sum_products(const float *a, const float *b, size_t n)
{
    eight lane = eight_zero();
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        lane = eight_fma(eight_floats(a + i), eight_floats(b + i), lane);
    struct sum sum;
    eight_store(sum.lane, lane);
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
//< [lanes-bits-dot]

//> [lanes-bits-exp] exp32(), eight at a time
static inline eight exp_series_eight(eight r)
{
    eight sum = eight_set(EXP_TERM[EXP_TERMS - 1]);
    #pragma GCC unroll 16
    for (int n = EXP_TERMS - 2; n >= 0; n--)
        sum = eight_add(eight_mul(sum, r), eight_set(EXP_TERM[n]));
    return sum;
}
//< [lanes-bits-exp]

//> [lanes-bits-exp-sum] The exponentials of a row, and their sum
static float exp_sum(float *p, const float *s, float max, size_t n)
{
    eight lane = eight_zero();
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        eight y = eight_difference(s + i, max);
        eight shifted = eight_add(eight_mul(y, eight_set(EXP_LOG2_E)),
                                  eight_set(EXP_SHIFT));
        eight k = eight_sub(shifted, eight_set(EXP_SHIFT));
        eight r = eight_sub(y, eight_mul(k, eight_set(EXP_LN_2)));
        eight_to_floats(p + i, eight_mul(exp_series_eight(r),
                                         eight_power(shifted)));
        lane = eight_add(lane, eight_floats(p + i));
    }
    struct sum sum;
    eight_store(sum.lane, lane);
    for (; i < n; i++) {
        p[i] = exp32(s[i] - max);
        sum_add(&sum, i, (double)p[i]);
    }
    return (float)sum_total(&sum);
}
//< [lanes-bits-exp-sum]

//> [lanes-bits-axpy] Plain loops that this file's flags make wide
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
//< [lanes-bits-axpy]

//> [lanes-bits-unpack] Up to 128 codes of a row, in the order of columns
static inline __attribute__((always_inline)) int
unpack(float *out, const struct held *w, int r, int col, enum format f)
{
    if (w->m->cols - col < UNPACK || f == FORMAT_F32)
        return held_unpack(out, w, r, col);
    const uint8_t *p = (const uint8_t *)w->data
                       + (size_t)(w->first + r) * bytes_of(w->m->cols, f)
                       + bytes_of(col, f);
    for (int c = 0; c < UNPACK; c += STEP, p += bytes_of(STEP, f)) {
        lanes a, b;
        nans seen = nans_none();
        decode(&a, &b, &seen, p, f == FORMAT_FP8 ? E4M3_UNIT : 1, f);
        if (nans_met(seen))
            return held_unpack(out, w, r, col);
        lanes_store(out + c, a);
        lanes_store(out + c + WIDTH, b);
        if (f == FORMAT_FP4) {
            float even[STEP];
            memcpy(even, out + c, sizeof even);
            for (int i = 0; i < STEP; i++)
                out[c + i] = even[i / 2 + (i % 2 ? WIDTH : 0)];
        }
    }
    return UNPACK;
}
//< [lanes-bits-unpack]

//> [lanes-bits-linear] A row of weights as doubles meets every vector
static inline __attribute__((always_inline)) int
row_weights(double *weight, const struct held *w, int r, int col,
            enum format f)
{
    float code[UNPACK];
    int n = unpack(code, w, r, col, f), block = block_of(f);
    for (int i = 0; i < n; i += block) {
        double scale = (double)held_scale(w, r, col + i);
        for (int j = i; j < n && j < i + block; j++)
            weight[j] = scale * (double)code[j];
    }
    return n;
}

static inline void add_products(struct sum *s, const double *w,
                                const float *x, int n)
{
    eight lane = eight_load(s->lane);
    int i = 0;
    for (; i + LANES <= n; i += LANES)
        lane = eight_fma(eight_load(w + i), eight_floats(x + i), lane);
    eight_store(s->lane, lane);
    for (; i < n; i++)
        sum_add(s, (size_t)i, w[i] * (double)x[i]);
}
//< [lanes-bits-linear]

//> [lanes-bits-row] One output row for some vectors
enum { TOGETHER = 64 }; /* as in the definition */

static inline __attribute__((always_inline)) void
bits_row(float *y, size_t stride, const struct vectors *x,
         const struct held *w, int r, int first, int n, enum format f)
{
    double weight[UNPACK];
    struct sum sum[TOGETHER];
    memset(sum, 0, (size_t)n * sizeof *sum);
    for (int col = 0; col < x->cols; col += UNPACK) {
        int len = row_weights(weight, w, r, col, f);
        for (int t = 0; t < n; t++)
            add_products(&sum[t], weight,
                         x->x + (size_t)(first + t) * x->stride + col, len);
    }
    for (int t = 0; t < n; t++)
        y[(size_t)(first + t) * stride + (size_t)r] =
            (float)sum_total(&sum[t]);
}
//< [lanes-bits-row]

//> [lanes-bits-rows] All rows
static inline __attribute__((always_inline)) void
bits_rows(float *y, size_t stride, const struct vectors *x,
          const struct held *w, enum format f)
{
    for (int r = 0; r < w->rows; r++)
        for (int t = 0; t < x->T; t += TOGETHER)
            bits_row(y, stride, x, w, r, t,
                     at_most(x->T - t, TOGETHER), f);
}
//< [lanes-bits-rows]

//> [lanes-bits-codes] Codes by codes, block by block
static inline __attribute__((always_inline)) void
codes_row(float *y, size_t stride, const struct vectors *x,
          const struct held *w, int r, enum format f)
{
    size_t T = (size_t)x->T;
    size_t blocks = ((size_t)x->cols + FP8_BLOCK - 1) / FP8_BLOCK;
    float weight[UNPACK];
    for (size_t t = 0; t < T; t++)
        y[t * stride] = 0;
    for (int col = 0; col < x->cols; col += UNPACK) {
        int n = unpack(weight, w, r, col, f), block = block_of(f);
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
    }
}
//< [lanes-bits-codes]

//> [lanes-bits-entries] One entry for all formats
static void bits_linear(float *y, size_t stride, const struct vectors *x,
                        const struct held *w, float *work)
{
    (void)work;
    switch (w->m->format) {
    case FORMAT_F32:
        bits_rows(y, stride, x, w, FORMAT_F32);
        break;
    case FORMAT_BF16:
        bits_rows(y, stride, x, w, FORMAT_BF16);
        break;
    case FORMAT_FP8:
        bits_rows(y, stride, x, w, FORMAT_FP8);
        break;
    default:
        bits_rows(y, stride, x, w, FORMAT_FP4);
    }
}
//< [lanes-bits-entries]

//> [lanes-bits-codes-entry] And for codes
static void bits_codes(float *y, size_t stride, const struct vectors *x,
                       const struct held *w, float *work)
{
    (void)work;
    for (int r = 0; r < w->rows; r++)
        switch (w->m->format) {
        case FORMAT_F32:
            codes_row(y + r, stride, x, w, r, FORMAT_F32);
            break;
        case FORMAT_BF16:
            codes_row(y + r, stride, x, w, r, FORMAT_BF16);
            break;
        case FORMAT_FP8:
            codes_row(y + r, stride, x, w, r, FORMAT_FP8);
            break;
        default:
            codes_row(y + r, stride, x, w, r, FORMAT_FP4);
        }
}
//< [lanes-bits-codes-entry]

//> [lanes-bits-scores] Dot products of all heads and keys
static void bits_scores(float *s, const float *q, const float *const *keys,
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

static void bits_weigh(float *o, const float *p, int stride,
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
#endif
//< [lanes-bits-scores]
