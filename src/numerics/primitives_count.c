//> [count-includes] What the counting set needs
#include "numerics/primitives.h"

#include "numerics/quant.h"

static struct counts counts;
//< [count-includes]

//> [count-api] Read and reset
struct counts count_read(void)
{
    return counts;
}

void count_reset(void)
{
    counts = (struct counts){ 0 };
}
//< [count-api]

//> [count-vectors] Vectors: two operations an element
static float dot(const float *a, const float *b, size_t n)
{
    counts.vector_flops += 2.0 * (double)n;
    return primitives_scalar.dot(a, b, n);
}

static void axpy(float *y, float a, const float *x, size_t n)
{
    counts.vector_flops += 2.0 * (double)n;
    primitives_scalar.axpy(y, a, x, n);
}

static void mix(float *y, const float *w, const float *x, int n, size_t d)
{
    counts.vector_flops += 2.0 * (double)n * (double)d;
    primitives_scalar.mix(y, w, x, n, d);
}

static float mean_square(const float *x, size_t n)
{
    counts.vector_flops += 2.0 * (double)n;
    return primitives_scalar.mean_square(x, n);
}

static float exp_sum(float *p, const float *s, float max, size_t n)
{
    counts.vector_flops += 2.0 * (double)n;
    return primitives_scalar.exp_sum(p, s, max, n);
}
//< [count-vectors]

//> [count-attention] Attention: keys that are there
static int present(const float *const *keys, int S)
{
    int n = 0;
    for (int j = 0; j < S; j++)
        n += keys[j] != NULL;
    return n;
}

static void scores(float *s, const float *q, const float *const *keys,
                   int H, int S, int D, struct arena *scratch)
{
    counts.score_flops += 2.0 * H * (double)present(keys, S) * D;
    primitives_scalar.scores(s, q, keys, H, S, D, scratch);
}

static void weigh(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D)
{
    counts.weigh_flops += 2.0 * H * (double)present(keys, S) * D;
    primitives_scalar.weigh(o, p, stride, keys, H, S, D);
}
//< [count-attention]

//> [count-linear] Matrices: operations for every vector, bytes once
/* Several threads may come here at once; sums of whole numbers do not
   depend on who comes first. */
static void count_linear(const struct held *w, int T)
{
    static const double bytes[FORMAT_COUNT] = { 4, 2, 1, 0.5 };
    enum format f = w->m->format;
    double elements = (double)w->rows * w->m->cols;
    #pragma omp atomic
    counts.linear_flops[f] += 2 * elements * T;
    #pragma omp atomic
    counts.linear_bytes[f] += elements * bytes[f];
}

static void linear(float *y, size_t stride, const struct vectors *x,
                   const struct held *w, float *work)
{
    count_linear(w, x->T);
    primitives_scalar.linear[w->m->format](y, stride, x, w, work);
}

static void linear_codes(float *y, size_t stride, const struct vectors *x,
                         const struct held *w, float *work)
{
    count_linear(w, x->T);
    primitives_scalar.linear_codes[w->m->format](y, stride, x, w, work);
}
//< [count-linear]

//> [count-table] The counting set
static void rotate(float *x, size_t n)
{
    for (size_t half = 1; half < n; half *= 2)
        counts.vector_flops += (double)n;
    primitives_scalar.hadamard(x, n);
}

const struct primitives primitives_count = {
    .name = "count",
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
    .hadamard = rotate,
    .topk = topk,
};
//< [count-table]
