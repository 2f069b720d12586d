/**
 * @file
 * The primitives by definition: slow, plain, in long double.
 */
#include "support/matrices.h"
#include "support/parts.h"
#include "support/twin.h"

#include <math.h>
#include <stdlib.h>

typedef long double wide;

static float dot(const float *a, const float *b, size_t n)
{
    wide sum = 0;
    while (n--)
        sum += (wide)a[n] * (wide)b[n];
    return (float)sum;
}

static void axpy(float *y, float a, const float *x, size_t n)
{
    while (n--)
        y[n] = (float)((wide)y[n] + (wide)a * (wide)x[n]);
}

static void mix(float *y, const float *w, const float *x, int n, size_t d)
{
    for (size_t i = 0; i < d; i++) {
        wide sum = 0;
        for (size_t j = 0; j < (size_t)n; j++)
            sum += (wide)w[j] * (wide)x[j * d + i];
        y[i] = (float)sum;
    }
}

static float mean_square(const float *x, size_t n)
{
    wide sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (wide)x[i] * (wide)x[i];
    return (float)(sum / (wide)n);
}

static float exp_sum(float *p, const float *s, float max, size_t n)
{
    wide sum = 0;
    for (size_t i = 0; i < n; i++) {
        wide e = expl((wide)s[i] - (wide)max);
        sum += e;
        p[i] = (float)e;
    }
    return (float)sum;
}

static void scores(float *s, const float *q, const float *const *keys,
                   int H, int S, int D, struct arena *scratch)
{
    (void)scratch;
    for (int i = 0; i < H * S; i++)
        s[i] = keys[i % S] ? dot(q + i / S * D, keys[i % S], (size_t)D)
                           : -INFINITY;
}

static void weigh(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D)
{
    for (int i = 0; i < H * D; i++) {
        wide sum = (wide)o[i];
        for (int j = 0; j < S; j++)
            if (keys[j])
                sum += (wide)p[i / D * stride + j] * (wide)keys[j][i % D];
        o[i] = (float)sum;
    }
}

static void linear(float *y, size_t stride, const struct vectors *x,
                   const struct held *w, float *work)
{
    const struct matrix *m = w->m;
    (void)work;
    for (int i = 0; i < x->T * w->rows; i++) {
        size_t t = (size_t)(i / w->rows);
        int row = i % w->rows, r = w->first + row;
        wide sum = 0;
        for (int c = 0; c < m->cols; c++)
            sum += (wide)x->x[t * x->stride + (size_t)c]
                   * (wide)matrix_scale(m, r, c) * (wide)matrix_code(m, r, c);
        y[t * stride + (size_t)row] = (float)sum;
    }
}

/* One block after another, as the definition says. */
static float blocks(const float *codes, const float *scales,
                    const struct matrix *m, int r)
{
    int block = m->format == FORMAT_FP4 ? 32 : 128;
    float y = 0;
    for (int at = 0; at < m->cols; at += block) {
        wide sum = 0;
        for (int c = at; c < m->cols && c < at + block; c++)
            sum += (wide)codes[c] * (wide)matrix_code(m, r, c);
        float scale = (float)matrix_scale(m, r, at) * scales[at / 128];
        y += scale * (float)sum;
    }
    return y;
}

static void linear_codes(float *y, size_t stride, const struct vectors *x,
                         const struct held *w, float *work)
{
    (void)work;
    for (int i = 0; i < x->T * w->rows; i++) {
        size_t t = (size_t)(i / w->rows), row = (size_t)(i % w->rows);
        y[t * stride + row] = blocks(x->x + t * x->stride,
                                     x->scales
                                     + t * (size_t)((x->cols + 127) / 128),
                                     w->m, w->first + (int)row);
    }
}

/* The scale by trying, the code by searching all of them. */
static float quantize(float *q, const float *x, size_t n, double amax,
                      const double *value, int largest)
{
    for (size_t i = 0; i < n; i++)
        amax = fmax(amax, fabs((double)x[i]));
    double s = 0x1p-126;
    while (value[largest] * s < amax)
        s *= 2;
    for (size_t i = 0; i < n; i++) {
        double size = fabs((double)x[i]) / s;
        int best = 0;
        for (int k = 1; k <= largest; k++) {
            double d = fabs(size - value[k]), now = fabs(size - value[best]);
            if (d < now || (d == now && k % 2 == 0))
                best = k;
        }
        q[i] = copysignf(isnan(x[i]) ? NAN : (float)value[best], x[i]);
    }
    return (float)s;
}

static float quantize_e4m3(float *q, const float *x, size_t n)
{
    double value[127];
    for (int i = 0; i < 127; i++)
        value[i] = e4m3_value(i);
    return quantize(q, x, n, (double)1e-4f, value, 126);
}

static float quantize_e2m1(float *q, const float *x, size_t n)
{
    static const double value[] = { 0, .5, 1, 1.5, 2, 3, 4, 6 };
    float s = quantize(q, x, n, 6 * 0x1p-126, value, 7);
    for (size_t i = 0; i < n; i++)
        s = isnan(q[i]) ? NAN : s; /* its codes cannot say so */
    return s;
}

static void hadamard(float *x, size_t n)
{
    wide *y = calloc(n, sizeof *y);
    for (size_t i = 0; y && i < n; i++)
        for (size_t j = 0; j < n; j++)
            y[i] += __builtin_popcountll(i & j) % 2 ? -(wide)x[j]
                                                    : (wide)x[j];
    float scale = (float)(1 / sqrt((double)n));
    for (size_t i = 0; y && i < n; i++)
        x[i] = (float)y[i] * scale;
    free(y);
}

/* A merge sort of all indices, stable: equals stay in order. */
static bool later(const float *s, int a, int b)
{
    return !isnan(s[b]) && (isnan(s[a]) || s[b] > s[a]);
}

static void sort(int *a, int *tmp, int n, const float *s)
{
    if (n < 2)
        return;
    int half = n / 2, i = 0, j = half, k = 0;
    sort(a, tmp, half, s);
    sort(a + half, tmp, n - half, s);
    while (i < half || j < n)
        tmp[k++] = j == n || (i < half && !later(s, a[i], a[j])) ? a[i++]
                                                                 : a[j++];
    for (i = 0; i < n; i++)
        a[i] = tmp[i];
}

static int choose(int *chosen, const float *score, int n, int k)
{
    int *all = calloc((size_t)n + 1, sizeof *all);
    int *tmp = calloc((size_t)n + 1, sizeof *tmp);
    int count = 0;
    if (all && tmp) {
        for (int i = 0; i < n; i++)
            all[i] = i;
        sort(all, tmp, n, score);
        for (; count < n && count < k; count++)
            chosen[count] = all[count];
    }
    free(all);
    free(tmp);
    return count;
}

const struct primitives primitives_naive = {
    .name = "naive",
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
    .topk = choose,
};
