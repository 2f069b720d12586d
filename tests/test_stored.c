/**
 * @file
 * What stored types mean: the released matrices' shapes, numbers of every
 * type, and tensors that are no matrix.
 */
#include "numerics/stored.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

/* Those of Flash, and partial blocks. */
Test(stored, shapes_of_scales)
{
    static const struct {
        enum format f;
        int rows, cols;
        int64_t shape[2];
    } cases[] = {
        { FORMAT_FP4, 2048, 4096, { 2048, 128 } },
        { FORMAT_FP4, 4096, 2048, { 4096, 64 } },
        { FORMAT_FP8, 1024, 4096, { 8, 32 } },
        { FORMAT_FP8, 32768, 1024, { 256, 8 } },
        { FORMAT_FP8, 192, 384, { 2, 3 } },
        { FORMAT_FP8, 129, 300, { 2, 3 } },
        { FORMAT_FP8, 1, 1, { 1, 1 } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t shape[2];
        matrix_scale_shape(shape, cases[i].f, cases[i].rows, cases[i].cols);
        cr_assert_eq(shape[0], cases[i].shape[0], "case %zu", i);
        cr_assert_eq(shape[1], cases[i].shape[1], "case %zu", i);
    }
}

Test(stored, numbers_of_every_type)
{
    static const uint8_t bytes[4] = { 0x38, 0x80, 173, 127 };
    static const uint16_t halves[4] = { 0, 0, 0x3fc0, 0 };
    static const float wide[4] = { 0, 0, 1.5f, 0 };
    static const int64_t whole[4] = { 0, 0, -3, 0 };
    const struct {
        enum dtype type;
        const void *data;
        float third;
    } cases[] = {
        { DTYPE_F32, wide, 1.5f }, { DTYPE_BF16, halves, 1.5f },
        { DTYPE_I64, whole, -3 }, { DTYPE_I8, bytes, 173 },
        { DTYPE_F8_E8M0, bytes, 0x1p46f },
        { DTYPE_F8_E4M3, bytes, -0.40625f }, /* 1.625 · 2^-2 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct array a = { .name = "a", .dtype = cases[i].type, .rank = 1,
                           .shape = { 4 }, .data = cases[i].data };
        float x[3] = { 7, 7, 7 };
        stored_floats(x, &a, 2, 1);
        cr_assert_eq(x[0], cases[i].third, "%s: %g", dtype_name(a.dtype),
                     (double)x[0]);
        cr_assert_eq(x[1], 7, "one was asked for");
    }
}

Test(stored, a_matrix_of_each_format)
{
    static const uint8_t bytes[4];
    for (enum format f = 0; f < FORMAT_COUNT; f++) {
        int packed = f == FORMAT_FP4 ? 2 : 1;
        struct array a = { .name = "w", .dtype = format_dtype(f), .rank = 2,
                           .shape = { 3, 64 / packed }, .data = bytes };
        struct array s = { .name = "s", .dtype = DTYPE_F32, .rank = 2,
                           .data = bytes + 2 };
        matrix_scale_shape(s.shape, f, 3, 64);
        struct matrix m;
        struct error err;
        cr_assert(matrix_of(&m, &a, format_scaled(f) ? &s : NULL, &err));
        cr_assert(m.format == f && m.rows == 3 && m.cols == 64);
        cr_assert_eq(m.data, bytes);
        cr_assert_eq(m.scale, format_scaled(f) ? bytes + 2 : NULL);
        cr_assert_eq(m.scale_is_f32, format_scaled(f));
        s.dtype = DTYPE_F8_E8M0;
        cr_assert(matrix_of(&m, &a, &s, &err));
        cr_assert_not(m.scale_is_f32);
    }
}

/* What is wrong with a tensor, in words. */
static void refused(const struct array *a, const struct array *scale,
                    const char *message)
{
    struct matrix m;
    struct error err;
    cr_assert_not(matrix_of(&m, a, scale, &err));
    cr_assert_str_eq(err.message, message);
}

Test(stored, what_is_no_matrix)
{
    struct array a = { .name = "w", .dtype = DTYPE_I64, .rank = 2,
                       .shape = { 130, 256 } };
    struct array s = { .name = "s", .dtype = DTYPE_F32, .rank = 2,
                       .shape = { 2, 2 } };
    refused(&a, &s, "w: found type I64, expected F32, BF16, F8_E4M3 or I8");
    a.dtype = DTYPE_F8_E4M3;
    a.rank = 1;
    refused(&a, &s, "w: found 1 axes, expected 2");
    a.rank = 2;
    refused(&a, NULL, "w: found no scales beside it");
    s.shape[0] = 1;
    refused(&a, &s, "s: expected shape [2, 2]");
    s.shape[0] = 2;
    s.dtype = DTYPE_BF16;
    refused(&a, &s, "s: found type BF16, expected F8_E8M0 or F32");
    a.dtype = DTYPE_I8;
    a.shape[1] = 24;
    refused(&a, &s, "w: found 48 columns, expected a multiple of 32");
    a.shape[1] = 1 << 30;
    refused(&a, &s, "w: found 130 rows of 1073741824, expected at most "
            "2147483647");
}
