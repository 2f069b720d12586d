//> [stored-includes] What stored types need
#include "numerics/stored.h"

#include "numerics/lowfloat.h"
#include "numerics/quant.h"

#include <inttypes.h>
#include <limits.h>
//< [stored-includes]

//> [stored-types] One type for each format
static const enum dtype types[FORMAT_COUNT] = {
    [FORMAT_F32] = DTYPE_F32,
    [FORMAT_BF16] = DTYPE_BF16,
    [FORMAT_FP8] = DTYPE_F8_E4M3,
    [FORMAT_FP4] = DTYPE_I8,
};

enum dtype format_dtype(enum format f)
{
    return types[f];
}

bool format_scaled(enum format f)
{
    return f == FORMAT_FP8 || f == FORMAT_FP4;
}
//< [stored-types]

//> [stored-shape] How many scales there are
void matrix_scale_shape(int64_t *shape, enum format f, int rows, int cols)
{
    int block = format_block(f);
    shape[0] = f == FORMAT_FP8 ? (rows + FP8_BLOCK - 1) / FP8_BLOCK : rows;
    shape[1] = (cols + block - 1) / block;
}
//< [stored-shape]

//> [stored-floats] Numbers of every type
void stored_floats(float *out, const struct array *a, size_t first,
                   size_t n)
{
    const uint8_t *byte = (const uint8_t *)a->data
                          + first * dtype_size(a->dtype);
    struct array part = { .dtype = a->dtype, .rank = 1,
                          .shape = { (int64_t)n }, .data = byte };
    if (array_to_floats(out, &part))
        return;
    for (size_t i = 0; i < n; i++)
        out[i] = a->dtype == DTYPE_F8_E4M3 ? e4m3_decode(byte[i])
               : a->dtype == DTYPE_F8_E8M0 ? e8m0_decode(byte[i])
               : (float)byte[i];
}
//< [stored-floats]

//> [stored-codes] Is it a matrix, and of which format?
static bool check_codes(enum format *f, const struct array *a,
                        struct error *err)
{
    for (*f = 0; *f < FORMAT_COUNT && types[*f] != a->dtype;)
        ++*f;
    if (*f == FORMAT_COUNT)
        return fail(err, "%s: found type %s, expected F32, BF16, F8_E4M3 "
                    "or I8", a->name, dtype_name(a->dtype));
    if (a->rank != 2)
        return fail(err, "%s: found %d axes, expected 2", a->name, a->rank);
    int64_t most = *f == FORMAT_FP4 ? INT_MAX / 2 : INT_MAX;
    if (a->shape[0] > INT_MAX || a->shape[1] > most)
        return fail(err, "%s: found %jd rows of %jd, expected at most %d",
                    a->name, (intmax_t)a->shape[0], (intmax_t)a->shape[1],
                    INT_MAX);
    if (*f == FORMAT_FP4 && a->shape[1] % (FP4_BLOCK / 2) != 0)
        return fail(err, "%s: found %jd columns, expected a multiple of %d",
                    a->name, (intmax_t)(2 * a->shape[1]), FP4_BLOCK);
    return true;
}
//< [stored-codes]

//> [stored-scale] Are these its scales?
static bool check_scale(const struct matrix *m, const struct array *codes,
                        const struct array *scale, struct error *err)
{
    int64_t shape[2];
    matrix_scale_shape(shape, m->format, m->rows, m->cols);
    if (!scale)
        return fail(err, "%s: found no scales beside it", codes->name);
    if (scale->rank != 2 || scale->shape[0] != shape[0]
        || scale->shape[1] != shape[1])
        return fail(err, "%s: expected shape [%jd, %jd]", scale->name,
                    (intmax_t)shape[0], (intmax_t)shape[1]);
    return scale->dtype == DTYPE_F8_E8M0 || scale->dtype == DTYPE_F32
           || fail(err, "%s: found type %s, expected F8_E8M0 or F32",
                   scale->name, dtype_name(scale->dtype));
}
//< [stored-scale]

//> [stored-matrix] Both together
bool matrix_of(struct matrix *m, const struct array *codes,
               const struct array *scale, struct error *err)
{
    enum format f;
    if (!check_codes(&f, codes, err))
        return false;
    *m = (struct matrix){
        .format = f, .rows = (int)codes->shape[0],
        .cols = (int)codes->shape[1] * (f == FORMAT_FP4 ? 2 : 1),
        .data = codes->data,
    };
    if (!format_scaled(f))
        return true;
    if (!check_scale(m, codes, scale, err))
        return false;
    m->scale = scale->data;
    m->scale_is_f32 = scale->dtype == DTYPE_F32;
    return true;
}
//< [stored-matrix]
