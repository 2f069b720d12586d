//> [array-check-includes] What checking a file of arrays needs
#include "base/array_check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
//< [array-check-includes]

//> [array-check-names] In the order in which they will be looked for
static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct array *)a)->name,
                  ((const struct array *)b)->name);
}

static void sort_by_name(struct array_file *f)
{
    if (f->count)
        qsort(f->arrays, (size_t)f->count, sizeof *f->arrays, by_name);
}
//< [array-check-names]

//> [array-check-tiling] Where each array begins
static int by_place(const void *a, const void *b)
{
    const struct array *x = *(const struct array *const *)a;
    const struct array *y = *(const struct array *const *)b;
    if (x->data != y->data)
        return (const char *)x->data < (const char *)y->data ? -1 : 1;
    size_t p = array_bytes(x), q = array_bytes(y); /* empty ones first */
    return (p > q) - (p < q);
}
//< [array-check-tiling]

//> [array-check-order] No overlap, no hole
static bool check_tiling(struct array_file *f, const char *data,
                         int64_t data_size, struct error *err)
{
    size_t n = (size_t)f->count;
    const struct array **order = arena_alloc(&f->arena, n + 1, sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = &f->arrays[i];
    qsort(order, n, sizeof *order, by_place);
    const char *end = data;
    for (size_t i = 0; i < n; i++) {
        const char *begin = order[i]->data;
        if (begin != end)
            return fail(err, "tensor %.200s: found data at offset %jd, "
                             "expected %jd, where the tensor before it "
                             "ends (%s)", order[i]->name,
                        (intmax_t)(begin - data), (intmax_t)(end - data),
                        begin < end ? "they overlap" : "there is a hole");
        end = begin + array_bytes(order[i]);
    }
    if (end - data != data_size)
        return fail(err, "found %jd bytes after the last tensor, expected "
                         "none", (intmax_t)(data_size - (end - data)));
    return true;
}
//< [array-check-order]

//> [array-check-align] Data that stands at an odd address
static bool check_alignment(struct array_file *f, bool copy,
                            struct error *err)
{
    for (int i = 0; i < f->count; i++) {
        struct array *a = &f->arrays[i];
        size_t size = dtype_size(a->dtype), bytes = array_bytes(a);
        if (!bytes || (uintptr_t)a->data % size == 0)
            continue;
        if (!copy)
            return fail(err, "tensor %.200s: found data at byte %td of "
                             "the file, expected a multiple of %zu for "
                             "type %s", a->name,
                        (const char *)a->data - (const char *)f->map, size,
                        dtype_name(a->dtype));
        a->data = memcpy(arena_alloc(&f->arena, bytes, 1), a->data, bytes);
    }
    return true;
}
//< [array-check-align]

//> [array-check-all] What no single entry can show
bool array_file_check(struct array_file *f, const char *data,
                      int64_t data_size, bool copy, struct error *err)
{
    sort_by_name(f);
    return check_tiling(f, data, data_size, err)
           && check_alignment(f, copy, err);
}
//< [array-check-all]
