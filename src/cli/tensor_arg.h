//> [tensor-arg-header] FILE:NAME[I,J], a tensor on the command line
/**
 * @file
 * A tensor named on the command line: `FILE:NAME`, or a part of it,
 * `FILE:NAME[I,J]`, with the leading axes fixed. FILE is a safetensors
 * file, or a model's directory. Told in chapter 92.
 *
 * Things that are not obvious:
 * - FP8 weights and scales come out as the numbers they stand for, so a
 *   checkpoint can be looked at, too; packed FP4 (I8) comes out as bytes;
 * - only the part that is asked for is read: one number of an embedding of
 *   a gigabyte costs one number.
 */
#ifndef V4_CLI_TENSOR_ARG_H
#define V4_CLI_TENSOR_ARG_H

#include "model/shards.h"

/** @defgroup ch_tensor_arg 92 · Tensors on the command line
 *  Prose: chapter 92, commands.
 *  @{ */
//< [tensor-arg-header]

//> [tensor-arg-struct] A tensor, or a part of one, as floats
/** A tensor, widened to float32. */
struct tensor_arg {
    const char *name;              ///< its name, without the indices
    int rank;                      ///< axes that are left
    int64_t shape[ARRAY_MAX_RANK]; ///< their sizes
    size_t count;                  ///< numbers
    float *values;                 ///< `(count)`
};

/** Read a tensor.
 *  @param[out] t      the tensor
 *  @param      spec   FILE:NAME or FILE:NAME[I,J,…]
 *  @param      arena  owns name and numbers
 *  @param[out] err    why not
 *  @return success */
bool tensor_arg_read(struct tensor_arg *t, const char *spec,
                     struct arena *arena, struct error *err);

/** Where a tensor's name begins: behind `.safetensors`, or behind the first
 *  colon whose left side exists, or behind the first.
 *  @param spec  what was typed
 *  @return the colon, or NULL if it is the name of a file */
const char *tensor_arg_colon(const char *spec);
//< [tensor-arg-struct]

//> [tensor-arg-file] Tensors of an open file, or of all files of a model
/** Tensors sorted by name; zero-initialize it. */
struct tensor_file {
    struct array_file file; ///< of one file, or all of them together
    struct shards shards;   ///< the files of a model
};

/** Open a file or a model's directory.
 *  @param[out] f     its tensors; tensor_file_close() it in any case
 *  @param      path  the file or directory
 *  @param[out] err   why not
 *  @return success */
bool tensor_file_open(struct tensor_file *f, const char *path,
                      struct error *err);

/** Close it.
 *  @param f  the file */
void tensor_file_close(struct tensor_file *f);
/** Is a tensor meant?
 *  @param match  a glob, or NULL: all are
 *  @param name   the tensor's
 *  @return whether it is */
bool tensor_matches(const char *match, const char *name);
/** @} */
#endif
//< [tensor-arg-file]
