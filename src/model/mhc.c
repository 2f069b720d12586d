//> [mhc-includes] What hyper-connections need
#include "model/mhc.h"

#include "numerics/exp.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"

#include <math.h>
#include <string.h>
//< [mhc-includes]

//> [mhc-softmax-rows] Rows to probabilities, never quite zero
static void softmax_rows(float *comb, int n, float eps)
{
    for (int src = 0; src < n; src++) {
        float *row = comb + (size_t)src * (size_t)n, max = row[0], sum = 0;
        for (int dst = 1; dst < n; dst++)
            max = fmaxf(max, row[dst]);
        for (int dst = 0; dst < n; dst++)
            sum += row[dst] = exp32(row[dst] - max);
        for (int dst = 0; dst < n; dst++)
            row[dst] = row[dst] / sum + eps;
    }
}
//< [mhc-softmax-rows]

//> [mhc-normalize] Make rows, or columns, sum to one
/* Lines are `step` apart, their elements `stride` apart. */
static void normalize(float *comb, int n, int step, int stride, float eps)
{
    for (int line = 0; line < n; line++) {
        float sum = 0;
        for (int i = 0; i < n; i++)
            sum += comb[line * step + i * stride];
        for (int i = 0; i < n; i++)
            comb[line * step + i * stride] /= sum + eps;
    }
}
//< [mhc-normalize]

//> [mhc-sinkhorn] Rows, columns, rows, columns, …
void sinkhorn(float *comb, int n, int iters, float eps)
{
    softmax_rows(comb, n, eps);
    normalize(comb, n, 1, n, eps); /* columns */
    for (int i = 1; i < iters; i++) {
        normalize(comb, n, n, 1, eps); /* rows */
        normalize(comb, n, 1, n, eps); /* columns */
    }
}
//< [mhc-sinkhorn]

//> [mhc-split] n(2+n) numbers become pre, post and comb
static float sigmoid(float x)
{
    return 1.0f / (1.0f + exp32(-x));
}

void hc_split(float *pre, float *post, float *comb, const float *z,
              const struct hc_weights *w, const struct config *c)
{
    int n = c->hc_mult;
    for (int j = 0; j < n; j++) {
        pre[j] = sigmoid(w->scale[0] * z[j] + w->base[j]) + c->hc_eps;
        post[j] = 2.0f * sigmoid(w->scale[1] * z[n + j] + w->base[n + j]);
    }
    for (int i = 0; i < n * n; i++)
        comb[i] = w->scale[2] * z[2 * n + i] + w->base[2 * n + i];
    sinkhorn(comb, n, c->hc_sinkhorn_iters, c->hc_eps);
}
//< [mhc-split]

//> [mhc-project] Project all streams at once, norm afterwards
/* z (T, fn->rows) = fn · x / rms(x), with x the n·d numbers of a token. */
static void project(float *z, const float *X, const struct matrix *fn,
                    const struct pass *p)
{
    size_t nd = (size_t)fn->cols, rows = (size_t)fn->rows;
    linear(z, X, fn, p->T, p->scratch);
    for (size_t t = 0; t < (size_t)p->T; t++) {
        float square = prim->mean_square(X + t * nd, nd);
        float scale = 1.0f / sqrtf(square + p->c->rms_norm_eps);
        for (size_t i = 0; i < rows; i++)
            z[t * rows + i] *= scale;
    }
}
//< [mhc-project]

//> [mhc-mixtures] The mixtures of every token
void hc_mixtures(struct hc_mix *mix, const float *X,
                 const struct hc_weights *w, const struct pass *p)
{
    size_t T = (size_t)p->T, n = (size_t)p->c->hc_mult;
    mix->pre = arena_floats(p->scratch, T * n);
    mix->post = arena_floats(p->scratch, T * n);
    mix->comb = arena_floats(p->scratch, T * n * n);
    struct arena_mark mark = arena_mark(p->scratch);
    float *z = arena_floats(p->scratch, T * (2 + n) * n);
    project(z, X, &w->fn, p);
    for (size_t t = 0; t < T; t++)
        hc_split(mix->pre + t * n, mix->post + t * n,
                 mix->comb + t * n * n, z + t * (2 + n) * n, w, p->c);
    arena_release(p->scratch, mark);
}
//< [mhc-mixtures]

//> [mhc-read] What the sub-layer sees
void hc_read(float *u, const float *X, const float *pre,
             const struct pass *p)
{
    int n = p->c->hc_mult;
    size_t d = (size_t)p->c->hidden_size;
    for (int t = 0; t < p->T; t++)
        prim->mix(u + (size_t)t * d, pre + (size_t)t * (size_t)n,
                  X + (size_t)t * (size_t)n * d, n, d);
    faithful_bf16(u, (size_t)p->T * d, p->c->numerics);
}
//< [mhc-read]

//> [mhc-write] Where the result goes, and the streams with it
void hc_write(float *X, const float *f, const struct hc_mix *mix,
              const struct pass *p)
{
    size_t n = (size_t)p->c->hc_mult, d = (size_t)p->c->hidden_size;
    struct arena_mark mark = arena_mark(p->scratch);
    float *old = arena_floats(p->scratch, n * d);
    for (size_t t = 0; t < (size_t)p->T; t++) {
        float *x = X + t * n * d;
        const float *comb = mix->comb + t * n * n;
        memcpy(old, x, n * d * sizeof *old);
        for (size_t dst = 0; dst < n; dst++) {
            float *to = x + dst * d;
            float post = mix->post[t * n + dst];
            for (size_t i = 0; i < d; i++)
                to[i] = post * f[t * d + i];
            for (size_t src = 0; src < n; src++)
                prim->axpy(to, comb[src * n + dst], old + src * d, d);
        }
    }
    faithful_bf16(X, (size_t)p->T * n * d, p->c->numerics);
    arena_release(p->scratch, mark);
}
//< [mhc-write]

//> [mhc-head] At the top: read once more, with the head's own mixture
void hc_head(float *u, const float *X, const struct hc_weights *w,
             const struct pass *p)
{
    size_t n = (size_t)p->c->hc_mult;
    struct arena_mark mark = arena_mark(p->scratch);
    float *pre = arena_floats(p->scratch, (size_t)p->T * n);
    project(pre, X, &w->fn, p);
    for (size_t i = 0; i < (size_t)p->T * n; i++)
        pre[i] = sigmoid(w->scale[0] * pre[i] + w->base[i % n])
                 + p->c->hc_eps;
    hc_read(u, X, pre, p);
    arena_release(p->scratch, mark);
}
//< [mhc-head]
