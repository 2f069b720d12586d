//> [unit-includes] What the bench needs
#include "cli/unit.h"

#include "numerics/quant.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>
//< [unit-includes]

//> [unit-require] The first complaint is kept
void bench_require(struct bench *b, bool condition, const char *format, ...)
{
    if (b->failed || condition)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(b->err->message, sizeof b->err->message, format, args);
    va_end(args);
    fail_in(b->err, "%s: %s: ", b->file.path, b->prefix);
    b->failed = true;
}

bool bench_ok(const struct bench *b)
{
    return !b->failed;
}

float *bench_room(struct bench *b, size_t count)
{
    return arena_floats(&b->arena, count + 1);
}
//< [unit-require]

//> [unit-find] PREFIX.name, then with a shorter prefix
static const struct array *find(const struct bench *b, const char *name)
{
    char whole[256];
    size_t length = strlen(b->prefix);
    while (length > 0) {
        snprintf(whole, sizeof whole, "%.*s.%s", (int)length, b->prefix,
                 name);
        const struct array *a = array_find(&b->file, whole);
        if (a)
            return a;
        while (length > 0 && b->prefix[length - 1] != '.')
            length--;
        if (length > 0)
            length--; /* the dot */
    }
    return NULL;
}

bool bench_has(const struct bench *b, const char *name)
{
    return find(b, name) != NULL;
}
//< [unit-find]

//> [unit-sizes] Sizes are learnt once, then compared
static void check_size(struct bench *b, const struct array *a, int axis,
                       int *size)
{
    if (*size == 0 && a->shape[axis] > 0 && a->shape[axis] < 1 << 24)
        *size = (int)a->shape[axis];
    bench_require(b, *size > 0, "%s: axis %d is %lld, expected 1 … 2^24",
                  a->name, axis, (long long)a->shape[axis]);
    bench_require(b, a->shape[axis] == *size,
                  "%s: axis %d is %lld, expected %d", a->name, axis,
                  (long long)a->shape[axis], *size);
}

static const struct array *shaped(struct bench *b, const char *name,
                                  int rank, va_list sizes)
{
    const struct array *a = find(b, name);
    bench_require(b, a != NULL, "found no tensor %s.%s", b->prefix, name);
    if (!a || b->failed)
        return NULL;
    bench_require(b, a->rank == rank, "%s: found %d axes, expected %d",
                  a->name, a->rank, rank);
    for (int i = 0; i < rank && !b->failed; i++)
        check_size(b, a, i, va_arg(sizes, int *));
    return b->failed ? NULL : a;
}
//< [unit-sizes]

//> [unit-floats] Tensors as floats
static float *widen(struct bench *b, const struct array *a)
{
    if (!a)
        return NULL;
    float *x = bench_room(b, array_count(a));
    bench_require(b, array_to_floats(x, a), "%s: found type %s, expected "
                  "plain numbers", a->name, dtype_name(a->dtype));
    return b->failed ? NULL : x;
}

float *bench_floats(struct bench *b, const char *name, int rank, ...)
{
    va_list sizes;
    va_start(sizes, rank);
    const struct array *a = shaped(b, name, rank, sizes);
    va_end(sizes);
    return widen(b, a);
}
//< [unit-floats]

//> [unit-ints] Tensors of whole numbers
int *bench_ints(struct bench *b, const char *name, int rank, ...)
{
    va_list sizes;
    va_start(sizes, rank);
    const struct array *a = shaped(b, name, rank, sizes);
    va_end(sizes);
    const float *x = widen(b, a); /* exact: the numbers are small */
    if (!x)
        return NULL;
    int *out = arena_alloc(&b->arena, array_count(a), sizeof *out);
    for (size_t i = 0; i < array_count(a); i++) {
        bool fits = fabsf(x[i]) < 16777216.0f; /* 2^24 */
        bench_require(b, fits, "%s: element %zu is too large", a->name, i);
        out[i] = fits ? (int)x[i] : 0;
    }
    return out;
}
//< [unit-ints]

//> [unit-number] One number, or what is usual
float bench_number(struct bench *b, const char *name, float instead)
{
    if (!bench_has(b, name))
        return instead;
    int one = 1;
    const float *x = bench_floats(b, name, 1, &one);
    return x ? x[0] : instead;
}

int bench_whole(struct bench *b, const char *name, int instead)
{
    float x = bench_number(b, name, (float)instead);
    bool fits = fabsf(x) < 0x1p20f && x == truncf(x);
    bench_require(b, fits, "%s: found %g, expected a whole number", name,
                  (double)x);
    return fits ? (int)x : instead;
}
//< [unit-number]

//> [unit-scale] The scale of a quantized matrix
static void find_scale(struct bench *b, struct matrix *m, const char *name)
{
    const struct array *s = find(b, name);
    bench_require(b, s != NULL, "found no tensor %s.%s", b->prefix, name);
    if (!s || b->failed)
        return;
    int block = format_block(m->format);
    int64_t rows = m->format == FORMAT_FP8
        ? (m->rows + FP8_BLOCK - 1) / FP8_BLOCK : m->rows;
    int64_t cols = (m->cols + block - 1) / block;
    bench_require(b, s->rank == 2 && s->shape[0] == rows
                     && s->shape[1] == cols,
                  "%s: expected shape [%lld, %lld]", s->name,
                  (long long)rows, (long long)cols);
    bench_require(b, s->dtype == DTYPE_F8_E8M0 || s->dtype == DTYPE_F32,
                  "%s: found type %s, expected F8_E8M0 or F32", s->name,
                  dtype_name(s->dtype));
    m->scale = s->data;
    m->scale_is_f32 = s->dtype == DTYPE_F32;
}
//< [unit-scale]

//> [unit-format] The format follows from the type
static enum format format_of(struct bench *b, const struct array *a)
{
    switch (a->dtype) {
    case DTYPE_F32: return FORMAT_F32;
    case DTYPE_BF16: return FORMAT_BF16;
    case DTYPE_F8_E4M3: return FORMAT_FP8;
    case DTYPE_I8: return FORMAT_FP4;
    default:
        bench_require(b, false, "%s: found type %s, expected F32, BF16, "
                      "F8_E4M3 or I8", a->name, dtype_name(a->dtype));
        return FORMAT_F32;
    }
}
//< [unit-format]

//> [unit-matrix] A matrix stays in the file
struct matrix bench_matrix(struct bench *b, const char *name,
                           const char *scale, int *rows, int *cols)
{
    struct matrix m = { 0 };
    const struct array *a = find(b, name);
    bench_require(b, a != NULL, "found no tensor %s.%s", b->prefix, name);
    if (!a || b->failed)
        return m;
    bench_require(b, a->rank == 2, "%s: found %d axes, expected 2", a->name,
                  a->rank);
    m.format = format_of(b, a);
    //> [unit-matrix-size] Its size in numbers, not in bytes
    struct array codes = *a;
    if (m.format == FORMAT_FP4)
        codes.shape[1] *= 2; /* two to a byte */
    if (!b->failed)
        check_size(b, &codes, 0, rows);
    if (!b->failed)
        check_size(b, &codes, 1, cols);
    //< [unit-matrix-size]
    m.rows = *rows;
    m.cols = *cols;
    m.data = a->data;
    if (m.format == FORMAT_FP8 || m.format == FORMAT_FP4)
        find_scale(b, &m, scale);
    bench_require(b, m.format != FORMAT_FP4 || m.cols % FP4_BLOCK == 0,
                  "%s: %d columns, expected a multiple of 32", a->name,
                  m.cols);
    return m;
}
//< [unit-matrix]
