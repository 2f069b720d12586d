#include "support/twin.h"

#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t sizes[] = { 1, 3, 7, 8, 9, 63, 64, 65, 127, 128, 129,
                                1023, 1024, 1025 };
enum { SIZES = sizeof sizes / sizeof *sizes };

/* What two sets are compared with, and on which numbers. */
struct twins {
    const struct primitives *set, *right;
    struct rng rng;
    bool integers; /* small ones: every sum is exact */
    bool bits;     /* the set claims the bits of the right one */
    const char *wrong[32]; /* entries that have failed: each is told once */
    int n_wrong;
};

/* ------------------------------------------------------------------ strips */

enum { GUARD = 16 };
static const uint32_t CANARY = 0x7fc0a5a5; /* a NaN */

/* n floats with canaries before them and, if they are an output, behind
   them; an input ends where its memory ends. */
struct strip {
    float *x;
    float *base;
    size_t n, all;
};

static struct strip strip(size_t n, size_t offset, bool output)
{
    struct strip s = { .n = n };
    s.all = GUARD + offset + n + (output ? GUARD : 0);
    s.base = malloc(s.all * sizeof *s.base);
    cr_assert_not_null(s.base);
    for (size_t i = 0; i < s.all; i++)
        memcpy(&s.base[i], &CANARY, sizeof CANARY);
    s.x = s.base + GUARD + offset;
    return s;
}

static void strip_free(struct strip *s, const char *what)
{
    for (size_t i = 0; i < s->all; i++)
        if (s->base + i < s->x || s->base + i >= s->x + s->n)
            cr_assert_eq(memcmp(&s->base[i], &CANARY, sizeof CANARY), 0,
                         "%s wrote outside, n = %zu", what, s->n);
    free(s->base);
}

static void fill(struct twins *w, struct strip *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->x[i] = w->integers ? (float)((int)rng_below(&w->rng, 9) - 4)
                              : rng_normal(&w->rng);
}

static struct strip input(struct twins *w, size_t n, size_t offset)
{
    struct strip s = strip(n, offset, false);
    fill(w, &s);
    return s;
}

static struct strip copy(const struct strip *from, size_t offset)
{
    struct strip s = strip(from->n, offset, true);
    memcpy(s.x, from->x, s.n * sizeof *s.x);
    return s;
}

/* -------------------------------------------------------------- comparison */

/* Report that an entry is wrong, unless it was before: the next entry is
   looked at, too. */
static void wrong(struct twins *w, const char *what, const char *format, ...)
{
    for (int i = 0; i < w->n_wrong; i++)
        if (strcmp(w->wrong[i], what) == 0)
            return;
    if (w->n_wrong < 32)
        w->wrong[w->n_wrong++] = what;
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cr_expect(false, "%s.%s: %s", w->set->name, what, text);
}

static bool same(float a, float b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* A sum of n products whose absolute values add up to `size`. */
static void check_sum(struct twins *w, const char *what, size_t n,
                      float found, float right, double size)
{
    double off = fabs((double)found - (double)right);
    bool exact = w->integers || w->bits || !isfinite(right);
    if (exact ? !same(found, right) && !(found == 0 && right == 0)
              : !(off <= ((double)n + 4) * 0x1p-24 * size + 1e-44))
        wrong(w, what, "n = %zu: %.9g, not %.9g", n, (double)found,
              (double)right);
}

static double sum_abs(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs((double)a[i] * (double)(b ? b[i] : 1));
    return sum;
}

/* ----------------------------------------------------------------- vectors */

static void twin_dot(struct twins *w, size_t n, size_t offset)
{
    struct strip a = input(w, n, offset), b = input(w, n, 1);
    check_sum(w, "dot", n, w->set->dot(a.x, b.x, n),
              w->right->dot(a.x, b.x, n), sum_abs(a.x, b.x, n));
    if (!w->integers || (n & (n - 1)) == 0)
        check_sum(w, "mean_square", n, w->set->mean_square(a.x, n),
                  w->right->mean_square(a.x, n),
                  sum_abs(a.x, a.x, n) / (double)n);
    static const float odd[] = { INFINITY, -INFINITY, NAN, FLT_TRUE_MIN };
    for (size_t i = 0; i < 4 && !w->integers; i++) {
        a.x[n / 2] = odd[i];
        b.x[n / 2] = 1;
        check_sum(w, "dot", n, w->set->dot(a.x, b.x, n),
                  w->right->dot(a.x, b.x, n), sum_abs(a.x, b.x, n));
    }
    strip_free(&a, "dot");
    strip_free(&b, "dot");
}

static void twin_axpy(struct twins *w, size_t n, size_t offset)
{
    struct strip x = input(w, n, 1), y = input(w, n, 0);
    struct strip a = copy(&y, offset), b = copy(&y, 0);
    float c = w->integers ? 3 : 0.7f;
    w->set->axpy(a.x, c, x.x, n);
    w->right->axpy(b.x, c, x.x, n);
    for (size_t i = 0; i < n; i++)
        check_sum(w, "axpy", 1, a.x[i], b.x[i],
                  fabs((double)y.x[i]) + fabs((double)(c * x.x[i])));
    strip_free(&a, "axpy");
    strip_free(&b, "axpy");
    strip_free(&x, "axpy");
    strip_free(&y, "axpy");
}

static void twin_mix(struct twins *w, size_t d, size_t offset)
{
    for (size_t n = 1; n <= 5; n++) {
        struct strip x = input(w, n * d, offset), c = input(w, n, 1);
        struct strip a = strip(d, 3, true), b = strip(d, 0, true);
        w->set->mix(a.x, c.x, x.x, (int)n, d);
        w->right->mix(b.x, c.x, x.x, (int)n, d);
        for (size_t i = 0; i < d; i++) {
            double size = 0;
            for (size_t j = 0; j < n; j++)
                size += fabs((double)c.x[j] * (double)x.x[j * d + i]);
            check_sum(w, "mix", n, a.x[i], b.x[i], size);
        }
        strip_free(&a, "mix");
        strip_free(&b, "mix");
        strip_free(&x, "mix");
        strip_free(&c, "mix");
    }
}

/* An exponential may be off by its argument's rounding and a few units. */
static void twin_exp_sum(struct twins *w, size_t n, size_t offset)
{
    struct strip s = input(w, n, offset);
    struct strip a = strip(n, 1, true), b = strip(n, 0, true);
    float max = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        s.x[i] *= i % 3 ? 4 : 40;
        max = fmaxf(max, s.x[i]);
    }
    if (n > 2)
        s.x[n / 3] = -INFINITY; /* a key that is not there */
    float found = w->set->exp_sum(a.x, s.x, max, n);
    float right = w->right->exp_sum(b.x, s.x, max, n);
    double size = 0;
    for (size_t i = 0; i < n; i++) {
        double argument = fmin(fabs((double)(s.x[i] - max)), 104);
        double tolerance = (argument + 4) * 0x1p-24 * (double)b.x[i];
        size += fabs((double)b.x[i]) * (argument + 4);
        double off = fabs((double)a.x[i] - (double)b.x[i]);
        if (w->bits ? !same(a.x[i], b.x[i])
                    : !(off <= tolerance + (double)FLT_MIN))
            wrong(w, "exp_sum", "at %g: %.9g, not %.9g",
                  (double)(s.x[i] - max), (double)a.x[i], (double)b.x[i]);
        if (s.x[i] == -INFINITY && a.x[i] != 0)
            wrong(w, "exp_sum", "a key that is not there counts");
    }
    double off = fabs((double)found - (double)right);
    if (w->bits ? !same(found, right)
                : !(off <= (size + (double)n * (double)right) * 0x1p-24))
        wrong(w, "exp_sum", "n = %zu: %.9g, not %.9g", n, (double)found,
              (double)right);
    strip_free(&a, "exp_sum");
    strip_free(&b, "exp_sum");
    strip_free(&s, "exp_sum");
}

static void twin_hadamard(struct twins *w, size_t n, size_t offset)
{
    struct strip x = input(w, n, 0);
    struct strip a = copy(&x, offset), b = copy(&x, 0);
    w->set->hadamard(a.x, n);
    w->right->hadamard(b.x, n);
    double size = sum_abs(x.x, NULL, n) / sqrt((double)n);
    for (size_t i = 0; i < n; i++)
        check_sum(w, "hadamard", (size_t)ilogb((double)n), a.x[i], b.x[i],
                  size);
    strip_free(&a, "hadamard");
    strip_free(&b, "hadamard");
    strip_free(&x, "hadamard");
}

/* --------------------------------------------------------------- attention */

/* Keys at scattered addresses, every fifth one missing. */
static void twin_attention(struct twins *w, size_t H, size_t S, size_t D)
{
    struct strip key[80];
    const float *keys[80];
    size_t stride = S + 3;
    struct arena scratch = { .poison = true };
    for (size_t j = 0; j < S; j++) {
        key[j] = input(w, D, j % 4);
        keys[j] = j % 5 == 2 ? NULL : key[j].x;
    }
    struct strip q = input(w, H * D, 1), p = input(w, H * stride, 2);
    struct strip a = strip(H * S, 1, true), b = strip(H * S, 0, true);
    w->set->scores(a.x, q.x, keys, (int)H, (int)S, (int)D, &scratch);
    w->right->scores(b.x, q.x, keys, (int)H, (int)S, (int)D, &scratch);
    for (size_t i = 0; i < H * S; i++)
        check_sum(w, "scores", D, a.x[i], b.x[i], keys[i % S]
                  ? sum_abs(q.x + i / S * D, keys[i % S], D) : 0);

    struct strip c = copy(&q, 3), d = copy(&q, 0);
    w->set->weigh(c.x, p.x, (int)stride, keys, (int)H, (int)S, (int)D);
    w->right->weigh(d.x, p.x, (int)stride, keys, (int)H, (int)S, (int)D);
    for (size_t i = 0; i < H * D; i++) {
        double size = fabs((double)q.x[i]);
        for (size_t j = 0; j < S; j++)
            size += keys[j] ? fabs((double)p.x[i / D * stride + j]
                                   * (double)keys[j][i % D]) : 0;
        check_sum(w, "weigh", S + 1, c.x[i], d.x[i], size);
    }
    arena_free(&scratch);
    struct strip *all[] = { &q, &p, &a, &b, &c, &d };
    for (size_t i = 0; i < 6; i++)
        strip_free(all[i], "attention");
    for (size_t j = 0; j < S; j++)
        strip_free(&key[j], "attention");
}

/* ---------------------------------------------------------------- matrices */

/* Activations as a quantizer leaves them: e4m3 values and scales. */
static void fill_codes(struct twins *w, struct strip *x, struct strip *xs)
{
    for (size_t i = 0; i < x->n; i++)
        x->x[i] = (float)e4m3_value((int)rng_below(&w->rng, 2) * 128
                                    + (int)rng_below(&w->rng, 127));
    for (size_t i = 0; i < xs->n; i++)
        xs->x[i] = ldexpf(1, (int)rng_below(&w->rng, 8) - 8);
}

/* As linear.c does it, by one thread. */
static void run_linear(float *y, const struct primitives *set,
                       const struct held *h, struct vectors x)
{
    struct arena arena = { .poison = true };
    enum format f = h->m->format;
    size_t room = set->work_size ? set->work_size(x.cols, x.T) : 0;
    float *work = arena_floats(&arena, room);
    if (set->pack && !x.scales) {
        float *packed = arena_floats(&arena, set->packed_size(x.cols, x.T));
        for (int i = 0; i < (x.T + set->tile - 1) / set->tile; i++)
            set->pack(packed, &x, f, i);
        x.packed = packed;
    }
    (x.scales ? set->linear_codes : set->linear)[f](y, (size_t)h->rows, &x,
                                                    h, work);
    arena_free(&arena);
}

/* All codes and no sum is rounded before its block is complete: then the
   bits are equal. Otherwise each output is a sum of `cols` products. */
static void check_linear(struct twins *w, const struct held *h,
                         const struct strip *x, const struct strip *xs,
                         size_t T)
{
    const struct matrix *m = h->m;
    bool codes = xs && (m->format == FORMAT_FP8 || m->format == FORMAT_FP4);
    size_t n = T * (size_t)h->rows, cols = (size_t)m->cols;
    struct strip a = strip(n, 1, true), b = strip(n, 0, true);
    const struct vectors in = { .x = x->x, .scales = xs ? xs->x : NULL,
                                .stride = cols, .cols = (int)cols,
                                .T = (int)T };
    run_linear(a.x, w->set, h, in);
    run_linear(b.x, w->right, h, in);
    for (size_t i = 0; i < n; i++) {
        size_t t = i / (size_t)h->rows, blocks = (cols + 127) / 128;
        int r = h->first + (int)(i % (size_t)h->rows);
        double size = 0;
        for (size_t c = 0; c < cols; c++)
            size += fabs(matrix_at(m, r, (int)c)
                         * (double)x->x[t * cols + c])
                    * (double)(xs ? xs->x[t * blocks + c / 128] : 1);
        if (codes && !same(a.x[i], b.x[i]))
            wrong(w, "linear_codes", "format %d, %zu columns: %.9g, not "
                  "%.9g", (int)m->format, cols, (double)a.x[i],
                  (double)b.x[i]);
        if (!codes)
            check_sum(w, "linear", cols, a.x[i], b.x[i], size);
    }
    strip_free(&a, "linear");
    strip_free(&b, "linear");
}

static void twin_linear(struct twins *w, enum format f, size_t cols)
{
    static const size_t counts[] = { 1, 2, 5, 9 };
    struct arena arena = { 0 };
    int rows = cols < 100 ? 140 : 19;
    if (f == FORMAT_FP4)
        cols = (cols + 31) / 32 * 32;
    struct matrix m = random_matrix(&arena, &w->rng, f, rows, (int)cols);
    if (w->integers && f == FORMAT_F32) {
        float *x = arena_floats(&arena, (size_t)rows * cols);
        for (size_t i = 0; i < (size_t)rows * cols; i++)
            x[i] = (float)((int)rng_below(&w->rng, 9) - 4);
        m.data = x;
    }
    struct held h = weights_hold(&m, 0, rows);
    struct held some = weights_hold(&m, 5, rows - 7);
    bool integers = w->integers;
    w->integers = integers && f == FORMAT_F32;
    for (size_t i = 0; i < 4; i++) {
        size_t T = counts[i];
        struct strip x = strip(T * cols, i, false);
        struct strip xs = strip(T * ((cols + 127) / 128), 1, false);
        fill(w, &x);
        check_linear(w, i % 2 ? &some : &h, &x, NULL, T);
        fill_codes(w, &x, &xs);
        if (!w->integers)
            check_linear(w, i % 2 ? &h : &some, &x, &xs, T);
        strip_free(&x, "linear");
        strip_free(&xs, "linear");
    }
    w->integers = integers;
    weights_release(&h);
    arena_free(&arena);
}

/* ------------------------------------------------------ rounding, choosing */

static void twin_quantize(struct twins *w, size_t n, size_t offset)
{
    typedef float quantizer(float *q, const float *x, size_t n);
    quantizer *pair[][2] = {
        { w->set->quantize_e4m3, w->right->quantize_e4m3 },
        { w->set->quantize_e2m1, w->right->quantize_e2m1 },
    };
    for (int k = 0; k < 2; k++)
        for (int round = 0; round < 24; round++) {
            struct strip x = input(w, n, 0);
            for (size_t i = 0; i < n; i++)
                x.x[i] *= ldexpf(1, 3 * round - 40);
            x.x[round % (int)n] = round == 0 ? NAN : round == 1 ? -0.0f
                                : round == 2 ? FLT_TRUE_MIN : 448;
            struct strip a = copy(&x, offset), b = copy(&x, 0);
            float found = pair[k][0](a.x, a.x, n); /* in place */
            float right = pair[k][1](b.x, x.x, n);
            cr_assert(same(found, right), "%s.quantize", w->set->name);
            for (size_t i = 0; i < n; i++) /* e2m1 has no NaN */
                cr_assert(same(a.x[i], b.x[i]) || (k && isnan(b.x[i])),
                          "%s.quantize: %.9g, not %.9g", w->set->name,
                          (double)a.x[i], (double)b.x[i]);
            strip_free(&a, "quantize");
            strip_free(&b, "quantize");
            strip_free(&x, "quantize");
        }
}

/* Some scores are equal, some are not there, some are not numbers. */
static void twin_topk(struct twins *w, size_t n)
{
    const int ks[] = { 0, 1, 2, (int)n / 2, (int)n - 1, (int)n, (int)n + 3 };
    struct strip x = input(w, n, 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t odd = rng_below(&w->rng, 20);
        x.x[i] = odd == 0 ? NAN : odd == 1 ? -INFINITY
               : odd == 2 ? -0.0f : odd == 3 ? 0 : x.x[i];
    }
    for (size_t i = 0; i < sizeof ks / sizeof *ks; i++) {
        int k = ks[i];
        int *a = calloc((size_t)k + 1, sizeof *a);
        int *b = calloc((size_t)k + 1, sizeof *b);
        cr_assert(a && b);
        a[k] = b[k] = -7;
        int found = w->set->topk(a, x.x, (int)n, k);
        cr_assert_eq(found, w->right->topk(b, x.x, (int)n, k));
        for (int j = 0; j <= k; j++)
            cr_assert_eq(a[j], b[j], "%s.topk, n = %zu, k = %d: place %d is "
                         "%d, not %d", w->set->name, n, k, j, a[j], b[j]);
        free(a);
        free(b);
    }
    strip_free(&x, "topk");
}

/* --------------------------------------------------------------- all of it */

static void twin_sizes(struct twins *w)
{
    for (size_t i = 0; i < SIZES; i++) {
        size_t n = sizes[i];
        for (size_t offset = 0; offset < 4; offset++) {
            twin_dot(w, n, offset);
            twin_axpy(w, n, offset);
            twin_mix(w, n, offset);
            twin_exp_sum(w, n, offset);
        }
        if (n <= 129)
            twin_quantize(w, n, i % 4);
        twin_topk(w, n);
        twin_attention(w, 1 + i % 3, 1 + i * 5, n);
        for (enum format f = FORMAT_F32; f < FORMAT_COUNT; f++)
            twin_linear(w, f, n);
    }
    for (size_t n = 1; n <= 1024; n *= 2)
        twin_hadamard(w, n, n % 3);
}

void assert_twins(const struct primitives *set,
                  const struct primitives *right)
{
    struct twins w = { .set = set, .right = right,
                       .bits = strstr(set->name, "-bits") != NULL };
    rng_seed(&w.rng, 2024);
    for (int k = 0; k < 2; k++) {
        w.integers = k == 1;
        twin_sizes(&w);
    }
}
