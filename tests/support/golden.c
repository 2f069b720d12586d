#include "support/golden.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILES = 16 };

/* One entry per file opened so far in this process. */
static struct {
    char name[128];
    struct array_file file;
} files[MOST_FILES];

const struct array_file *golden_file(const char *file)
{
    int i = 0;
    while (i < MOST_FILES && files[i].name[0]) {
        if (strcmp(files[i].name, file) == 0)
            return &files[i].file;
        i++;
    }
    cr_assert_lt(i, MOST_FILES, "too many golden files");
    char path[256];
    struct error err;
    snprintf(path, sizeof path, "tests/golden/%s", file);
    if (!array_file_open_unaligned(&files[i].file, path, &err))
        cr_assert_fail("golden data: %s", err.message);
    snprintf(files[i].name, sizeof files[i].name, "%s", file);
    return &files[i].file;
}

bool golden_has(const char *file, const char *name)
{
    return array_find(golden_file(file), name) != NULL;
}

const struct array *golden(const char *file, const char *name)
{
    const struct array *a = array_find(golden_file(file), name);
    if (!a)
        cr_assert_fail("golden data: tests/golden/%s has no tensor %s", file,
                       name);
    return a;
}

/* Room for n elements, at least one, so that NULL means out of memory. */
static void *room(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    if (!p)
        cr_assert_fail("out of memory for golden data");
    return p;
}

float *golden_floats(const char *file, const char *name, size_t *count)
{
    const struct array *a = golden(file, name);
    size_t n = array_count(a);
    float *out = room(n, sizeof *out);
    if (!array_to_floats(out, a))
        cr_assert_fail("golden data: %s in %s is %s, which is no plain number",
                       name, file, dtype_name(a->dtype));
    if (count)
        *count = n;
    return out;
}

int *golden_ints(const char *file, const char *name, size_t *count)
{
    const struct array *a = golden(file, name);
    if (a->dtype != DTYPE_I32 && a->dtype != DTYPE_I64)
        cr_assert_fail("golden data: %s in %s is %s, expected I32 or I64", name,
                       file, dtype_name(a->dtype));
    size_t n = array_count(a);
    int *out = room(n, sizeof *out);
    for (size_t i = 0; i < n; i++) {
        int64_t v = a->dtype == DTYPE_I32 ? ((const int32_t *)a->data)[i]
                                          : ((const int64_t *)a->data)[i];
        cr_assert(v >= INT_MIN && v <= INT_MAX);
        out[i] = (int)v;
    }
    if (count)
        *count = n;
    return out;
}

int golden_size(const char *file, const char *name, int axis)
{
    const struct array *a = golden(file, name);
    if (axis < 0 || axis >= a->rank)
        cr_assert_fail("golden data: %s in %s has no axis %d", name, file,
                       axis);
    return (int)a->shape[axis];
}
