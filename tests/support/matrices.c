#include "support/matrices.h"

#include "support/golden.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char *const FILE_NAME = "components.safetensors";

struct matrix part_matrix(const char *format, ...)
{
    char name[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
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
