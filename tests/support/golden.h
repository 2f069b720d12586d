/**
 * @file
 * The golden data: expected outputs in tests/golden/. A file is opened once
 * per process and stays open. Whatever is missing ends the test with a
 * message that names it.
 */
#ifndef V4_TESTS_GOLDEN_H
#define V4_TESTS_GOLDEN_H

#include "base/array.h"

#include <stdbool.h>
#include <stddef.h>

/** Find a tensor.
 *  @param file  path below tests/golden/, e.g. "components.safetensors"
 *  @param name  the tensor's name
 *  @return the tensor, never NULL */
const struct array *golden(const char *file, const char *name);

/** Is there such a tensor?
 *  @param file  as in golden()
 *  @param name  the tensor's name
 *  @return whether there is */
bool golden_has(const char *file, const char *name);

/** All tensors of a file, to look around in it.
 *  @param file  as in golden()
 *  @return the open file, never NULL; do not close it */
const struct array_file *golden_file(const char *file);

/** Copy a tensor to float32 (F32, BF16, I32, I64, U8).
 *  @param      file   as in golden()
 *  @param      name   the tensor's name
 *  @param[out] count  number of elements; may be NULL
 *  @return `(count)` floats; free() them */
float *golden_floats(const char *file, const char *name, size_t *count);

/** Copy an I32 or I64 tensor to int; every value must fit.
 *  @param      file   as in golden()
 *  @param      name   the tensor's name
 *  @param[out] count  number of elements; may be NULL
 *  @return `(count)` ints; free() them */
int *golden_ints(const char *file, const char *name, size_t *count);

/** One size of a tensor.
 *  @param file  as in golden()
 *  @param name  the tensor's name
 *  @param axis  0 … rank-1
 *  @return shape[axis] */
int golden_size(const char *file, const char *name, int axis);

#endif
