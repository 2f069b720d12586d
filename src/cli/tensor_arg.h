//> [tensor-arg-header] FILE:NAME[I,J], a tensor on the command line
/**
 * @file
 * A tensor named on the command line: `FILE.safetensors:NAME`, or a part of
 * it, `FILE.safetensors:NAME[I,J]`, with the leading axes fixed. Told in
 * chapter 92.
 *
 * Things that are not obvious:
 * - FP8 weights and scales come out as the numbers they stand for, so a
 *   checkpoint can be looked at, too; packed FP4 (I8) comes out as bytes.
 */
#ifndef V4_CLI_TENSOR_ARG_H
#define V4_CLI_TENSOR_ARG_H

#include "base/array.h"

/** @defgroup ch_tensor_arg 92 · Tensors on the command line
 *  Prose: chapter 92, commands.
 *  @{ */
//< [tensor-arg-header]

//> [tensor-arg-struct] A tensor, or a part of one, as floats
/** A tensor, widened to float32. */
struct tensor_arg {
    char *name;                    ///< its name, without the indices
    int rank;                      ///< axes that are left
    int64_t shape[ARRAY_MAX_RANK]; ///< their sizes
    size_t count;                  ///< numbers
    float *values;                 ///< `(count)`
};

/** Read a tensor. The caller frees it with tensor_arg_free().
 *  @param[out] t     the tensor
 *  @param      spec  FILE:NAME or FILE:NAME[I,J,…]
 *  @param[out] err   why not
 *  @return success */
bool tensor_arg_read(struct tensor_arg *t, const char *spec,
                     struct error *err);

/** Free it.
 *  @param t  the tensor; may be zeroed */
void tensor_arg_free(struct tensor_arg *t);

//< [tensor-arg-struct]

//> [tensor-arg-file] Tensors of an open file
/** The numbers of a tensor of any type.
 *  @param      a    the tensor; I8 gives its bytes as whole numbers
 *  @param[out] err  no memory
 *  @return `(array_count(a))` to be freed, or NULL */
float *tensor_values(const struct array *a, struct error *err);

/** Is a tensor meant?
 *  @param match  a glob, or NULL: all are
 *  @param name   the tensor's
 *  @return whether it is */
bool tensor_matches(const char *match, const char *name);
/** @} */
#endif
//< [tensor-arg-file]
