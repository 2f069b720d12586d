#include "support/parts.h"

#include "support/compare.h"
#include "support/golden.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const FILE_NAME = "components.safetensors";

#define FORMATTED(name, format)                           \
    char name[128];                                       \
    va_list arguments;                                    \
    va_start(arguments, format);                          \
    vsnprintf(name, sizeof name, format, arguments);      \
    va_end(arguments)

/* ------------------------------------------------------------ golden cases */

static void *moved(struct arena *a, void *from, size_t n, size_t size)
{
    void *to = arena_alloc(a, n, size);
    memcpy(to, from, n * size);
    free(from);
    return to;
}

float *part_floats(struct arena *a, size_t *n, const char *format, ...)
{
    FORMATTED(name, format);
    size_t count;
    float *x = golden_floats(FILE_NAME, name, &count);
    if (n)
        *n = count;
    return moved(a, x, count, sizeof *x);
}

int *part_ints(struct arena *a, size_t *n, const char *format, ...)
{
    FORMATTED(name, format);
    size_t count;
    int *x = golden_ints(FILE_NAME, name, &count);
    if (n)
        *n = count;
    return moved(a, x, count, sizeof *x);
}

int part_size(int axis, const char *format, ...)
{
    FORMATTED(name, format);
    return golden_size(FILE_NAME, name, axis);
}

struct matrix part_matrix(const char *format, ...)
{
    FORMATTED(name, format);
    const struct array *w = golden(FILE_NAME, name);
    struct matrix m = { .rows = (int)w->shape[0], .cols = (int)w->shape[1],
                        .data = w->data };
    switch (w->dtype) {
    case DTYPE_F32:
        m.format = FORMAT_F32;
        return m;
    case DTYPE_BF16:
        m.format = FORMAT_BF16;
        return m;
    case DTYPE_F8_E4M3:
        m.format = FORMAT_FP8;
        break;
    default:
        m.format = FORMAT_FP4;
        m.cols *= 2;
    }
    char *suffix = strstr(name, "weight");
    cr_assert_not_null(suffix, "%s has no scale", name);
    memcpy(suffix, "scale", sizeof "scale");
    m.scale = golden(FILE_NAME, name)->data;
    return m;
}

/* ----------------------------------------------------------- random things */

float *random_floats(struct arena *a, struct rng *r, size_t n, float size)
{
    float *x = arena_floats(a, n);
    for (size_t i = 0; i < n; i++)
        x[i] = size * rng_normal(r);
    return x;
}

/* Only for values: cut off, which gives a bf16, if not the nearest. */
float *random_bf16(struct arena *a, struct rng *r, size_t n, float size)
{
    float *x = random_floats(a, r, n, size);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits &= 0xffff0000;
        memcpy(&x[i], &bits, sizeof bits);
    }
    return x;
}

static uint8_t *random_codes(struct arena *a, struct rng *r, size_t n,
                             bool fp8)
{
    uint8_t *codes = arena_alloc(a, n, 1);
    for (size_t i = 0; i < n; i++) {
        codes[i] = (uint8_t)rng_next(r);
        if (fp8 && (codes[i] & 0x7f) > 0x40) /* at most 2, and no NaN */
            codes[i] &= 0xbf;
    }
    return codes;
}

static uint8_t *random_scales(struct arena *a, struct rng *r, size_t n,
                              int cols)
{
    uint8_t *scales = arena_alloc(a, n, 1);
    for (size_t i = 0; i < n; i++)
        scales[i] = (uint8_t)(127 - ilogb(cols) / 2 - 2
                              + (int)rng_below(r, 4));
    return scales;
}

struct matrix random_matrix(struct arena *a, struct rng *r, enum format f,
                            int rows, int cols)
{
    struct matrix m = { .format = f, .rows = rows, .cols = cols };
    size_t R = (size_t)rows, C = (size_t)cols, n = R * C;
    float size = 1.0f / sqrtf((float)cols);
    if (f == FORMAT_F32) {
        m.data = random_floats(a, r, n, size);
    } else if (f == FORMAT_BF16) {
        float *x = random_bf16(a, r, n, size);
        uint16_t *half = arena_alloc(a, n, sizeof *half);
        for (size_t i = 0; i < n; i++)
            memcpy(&half[i], (char *)&x[i] + 2, 2); /* little-endian */
        m.data = half;
    } else if (f == FORMAT_FP8) {
        m.data = random_codes(a, r, n, true);
        m.scale = random_scales(a, r, (R + 127) / 128 * ((C + 127) / 128),
                                cols);
    } else {
        m.data = random_codes(a, r, n / 2, false);
        m.scale = random_scales(a, r, R * C / 32, cols);
    }
    return m;
}

struct matrix float_matrix(const float *data, int rows, int cols)
{
    return (struct matrix){ .format = FORMAT_F32, .rows = rows,
                            .cols = cols, .data = data };
}

/* ------------------------------------------------------ second derivations */

double e4m3_value(int code)
{
    int exponent = code / 8 % 16, mantissa = code % 8;
    double x = exponent == 0 ? ldexp(mantissa, -9)
                             : ldexp(8 + mantissa, exponent - 10);
    if (code % 128 == 127)
        x = (double)NAN;
    return code < 128 ? x : -x;
}

double matrix_code(const struct matrix *m, int r, int c)
{
    static const double e2m1[] = { 0, .5, 1, 1.5, 2, 3, 4, 6, -0., -.5, -1,
                                   -1.5, -2, -3, -4, -6 };
    size_t i = (size_t)r * (size_t)m->cols + (size_t)c;
    const uint8_t *bytes = m->data;
    switch (m->format) {
    case FORMAT_F32:
        return (double)((const float *)m->data)[i];
    case FORMAT_BF16: {
        float x = 0;
        memcpy((char *)&x + 2, bytes + 2 * i, 2);
        return (double)x;
    }
    case FORMAT_FP8:
        return e4m3_value(bytes[i]);
    default: /* even columns are worth 1, odd ones 16 */
        return e2m1[c % 2 ? bytes[i / 2] / 16 : bytes[i / 2] % 16];
    }
}

double matrix_scale(const struct matrix *m, int r, int c)
{
    if (!m->scale)
        return 1;
    int grid = m->format == FORMAT_FP8 ? (m->cols + 127) / 128
                                       : m->cols / 32;
    int at = m->format == FORMAT_FP8 ? r / 128 * grid + c / 128
                                     : r * grid + c / 32;
    if (m->scale_is_f32)
        return (double)((const float *)m->scale)[at];
    return ldexp(1, ((const uint8_t *)m->scale)[at] - 127);
}

double matrix_at(const struct matrix *m, int r, int c)
{
    return matrix_code(m, r, c) * matrix_scale(m, r, c);
}

void times(double *y, const struct matrix *m, const double *x)
{
    for (int r = 0; r < m->rows; r++) {
        y[r] = 0;
        for (int c = 0; c < m->cols; c++)
            y[r] += matrix_at(m, r, c) * x[c];
    }
}

/* ---------------------------------------------------------------- the rest */

struct pass pass_of(const struct config *c, struct arena *scratch, int T,
                    int start)
{
    return (struct pass){ .c = c, .scratch = scratch, .T = T,
                          .start = start };
}

void assert_faithful(const char *what, const float *a, const float *b,
                     size_t n)
{
    double different = fraction_different(a, b, n);
    cr_assert_leq(different, 0.005, "%s: %.3g %% of the elements differ",
                  what, 100 * different);
    assert_close(what, a, b, n, 1e-2);
}
