//> [tensor-arg-includes] What tensors on the command line need
#include "cli/tensor_arg.h"

#include "numerics/lowfloat.h"

#include <fnmatch.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
//< [tensor-arg-includes]

//> [tensor-arg-widen] Every type has a meaning as a number
static void widen(float *out, const struct array *a)
{
    const uint8_t *byte = a->data;
    size_t n = array_count(a);
    if (array_to_floats(out, a))
        return;
    for (size_t i = 0; i < n; i++)
        switch (a->dtype) {
        case DTYPE_F8_E4M3:
            out[i] = e4m3_decode(byte[i]);
            break;
        case DTYPE_F8_E8M0:
            out[i] = e8m0_decode(byte[i]);
            break;
        default:
            out[i] = (float)byte[i];
        }
}
//< [tensor-arg-widen]

//> [tensor-arg-values] All numbers of a tensor
float *tensor_values(const struct array *a, struct error *err)
{
    float *values = malloc((array_count(a) + 1) * sizeof *values);
    if (values)
        widen(values, a);
    else
        fail(err, "%s: not enough memory", a->name);
    return values;
}

bool tensor_matches(const char *match, const char *name)
{
    return !match || fnmatch(match, name, 0) == 0;
}
//< [tensor-arg-values]

//> [tensor-arg-indices] Fix the leading axes
/* Reads "[I,J]" at `text` ("" means none), checks it against the array,
   and gives the number of axes fixed and the first element; -1 if the text
   makes no sense. */
static int read_indices(size_t *offset, const char *text,
                        const struct array *a, struct error *err)
{
    size_t block = array_count(a);
    int axes = 0;
    *offset = 0;
    //> [tensor-arg-index] One index after the other
    while (*text == '[' || *text == ',') {
        char *end;
        long i = strtol(text + 1, &end, 10);
        if (end == text + 1 || axes == a->rank)
            break;
        if (i < 0 || i >= a->shape[axes]) {
            fail(err, "%s: index %ld of axis %d, which has %lld parts",
                 a->name, i, axes, (long long)a->shape[axes]);
            return -1;
        }
        block /= (size_t)a->shape[axes++];
        *offset += (size_t)i * block;
        text = end;
    }
    //< [tensor-arg-index]
    if (strcmp(text, axes ? "]" : "") == 0)
        return axes;
    fail(err, "%s: \"%s\" is no index of %d axes", a->name, text, a->rank);
    return -1;
}
//< [tensor-arg-indices]

//> [tensor-arg-cut] The part keeps the front of the memory
static bool cut(struct tensor_arg *t, const struct array *a,
                const char *indices, struct error *err)
{
    size_t offset;
    int fixed = read_indices(&offset, indices, a, err);
    if (fixed < 0)
        return false;
    *t = (struct tensor_arg){ .rank = a->rank - fixed, .count = 1 };
    for (int i = 0; i < t->rank; i++) {
        t->shape[i] = a->shape[fixed + i];
        t->count *= (size_t)t->shape[i];
    }
    t->name = strdup(a->name);
    t->values = tensor_values(a, err);
    if (t->values)
        memmove(t->values, t->values + offset,
                t->count * sizeof *t->values);
    return t->values && (t->name || fail(err, "not enough memory"));
}
//< [tensor-arg-cut]

//> [tensor-arg-find] Take "FILE:NAME[I]" apart
static bool find(struct tensor_arg *t, const char *path, const char *rest,
                 struct error *err)
{
    struct array_file f;
    if (!array_file_open_unaligned(&f, path, err))
        return false;
    size_t length = strcspn(rest, "[");
    char *name = strndup(rest, length);
    const struct array *a = name ? array_find(&f, name) : NULL;
    bool ok = a ? cut(t, a, rest + length, err)
                : fail(err, "%s: found no tensor \"%s\"; v4 show %s lists "
                       "them", path, name ? name : "", path);
    free(name);
    array_file_close(&f);
    return ok;
}
//< [tensor-arg-find]

//> [tensor-arg-read] Split at the colon behind the file
bool tensor_arg_read(struct tensor_arg *t, const char *spec,
                     struct error *err)
{
    *t = (struct tensor_arg){ 0 };
    const char *end = strstr(spec, ".safetensors:");
    const char *colon = end ? strchr(end, ':') : strchr(spec, ':');
    if (!colon)
        return fail(err, "\"%s\": expected FILE.safetensors:NAME", spec);
    char *path = strndup(spec, (size_t)(colon - spec));
    bool ok = path && find(t, path, colon + 1, err);
    free(path);
    return ok;
}

void tensor_arg_free(struct tensor_arg *t)
{
    free(t->name);
    free(t->values);
    *t = (struct tensor_arg){ 0 };
}
//< [tensor-arg-read]
