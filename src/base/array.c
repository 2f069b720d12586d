//> [array-includes] What arrays need
#include "base/array.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
//< [array-includes]

//> [array-dtypes] Names and sizes of the element types
static const struct {
    const char *name;
    size_t size;
} dtypes[DTYPE_COUNT] = {
    [DTYPE_F32] = { "F32", 4 },
    [DTYPE_BF16] = { "BF16", 2 },
    [DTYPE_F8_E4M3] = { "F8_E4M3", 1 },
    [DTYPE_F8_E8M0] = { "F8_E8M0", 1 },
    [DTYPE_I8] = { "I8", 1 },
    [DTYPE_U8] = { "U8", 1 },
    [DTYPE_I32] = { "I32", 4 },
    [DTYPE_I64] = { "I64", 8 },
};

const char *dtype_name(enum dtype t)
{
    return dtypes[t].name;
}

size_t dtype_size(enum dtype t)
{
    return dtypes[t].size;
}
//< [array-dtypes]

//> [array-size] How much an array holds
size_t array_count(const struct array *a)
{
    size_t count = 1;
    for (int i = 0; i < a->rank; i++)
        count *= (size_t)a->shape[i];
    return count;
}

size_t array_bytes(const struct array *a)
{
    return array_count(a) * dtype_size(a->dtype);
}
//< [array-size]

//> [array-shape] A shape in words
const char *array_shape_text(char *out, size_t room, int rank,
                             const int64_t *shape)
{
    size_t used = (size_t)snprintf(out, room, "[");
    for (int i = 0; i < rank && used < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%jd",
                                 i ? ", " : "", (intmax_t)shape[i]);
    if (used < room)
        snprintf(out + used, room - used, "]");
    return out;
}
//< [array-shape]

//> [array-find] Halve the sorted list until the name is found
static int compare_to_name(const void *name, const void *array)
{
    return strcmp(name, ((const struct array *)array)->name);
}

const struct array *array_find(const struct array_file *f,
                               const char *name)
{
    if (!f->count)
        return NULL;
    return bsearch(name, f->arrays, (size_t)f->count, sizeof *f->arrays,
                   compare_to_name);
}
//< [array-find]

//> [array-widen] Every plain number as float32
static float widen_bf16(uint16_t half)
{
    uint32_t bits = (uint32_t)half << 16; /* bf16 is float32's upper half */
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float widen(const struct array *a, size_t i)
{
    switch (a->dtype) {
    case DTYPE_F32:
        return ((const float *)a->data)[i];
    case DTYPE_BF16:
        return widen_bf16(((const uint16_t *)a->data)[i]);
    case DTYPE_U8:
        return ((const uint8_t *)a->data)[i];
    case DTYPE_I32:
        return (float)((const int32_t *)a->data)[i];
    default:
        assert(a->dtype == DTYPE_I64);
        return (float)((const int64_t *)a->data)[i];
    }
}
//< [array-widen]

//> [array-to-floats] Codes without a plain value are refused
bool array_to_floats(float *out, const struct array *a)
{
    if (a->dtype == DTYPE_F8_E4M3 || a->dtype == DTYPE_F8_E8M0
        || a->dtype == DTYPE_I8)
        return false;
    size_t count = array_count(a);
    for (size_t i = 0; i < count; i++)
        out[i] = widen(a, i);
    return true;
}
//< [array-to-floats]
