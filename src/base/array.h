//> [array-header] Named, shaped arrays, and the files that hold them
/**
 * @file
 * Arrays with a name, a type and a shape, read from and written to
 * safetensors files. Reading maps the file: the bytes of a tensor are
 * touched when they are used, not when the file is opened. Told in
 * chapter 90.
 *
 * Things that are not obvious:
 * - offsets in a safetensors header count from the end of the header;
 * - FP4 weights travel as I8, two to a byte, so their last axis is half
 *   as long as the matrix is wide;
 * - nothing in a file is trusted: every byte of every tensor is proven to
 *   lie inside the file before a pointer is made to it.
 */
#ifndef V4_BASE_ARRAY_H
#define V4_BASE_ARRAY_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @defgroup ch_array 90 · Arrays and safetensors
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [array-header]

//> [array-dtype] The element types a checkpoint uses
/** Element types, named as in safetensors headers. */
enum dtype {
    DTYPE_F32,
    DTYPE_BF16,
    DTYPE_F8_E4M3,
    DTYPE_F8_E8M0,
    DTYPE_I8,
    DTYPE_U8,
    DTYPE_I32,
    DTYPE_I64,
    DTYPE_COUNT
};

/** The name of a type.
 *  @param t  a type
 *  @return its name in a safetensors header */
const char *dtype_name(enum dtype t);

/** The size of a type.
 *  @param t  a type
 *  @return bytes of one element */
size_t dtype_size(enum dtype t);
//< [array-dtype]

//> [array-struct] A name, a type, a shape, and bytes
enum { ARRAY_MAX_RANK = 8 };

/** One array. The bytes belong to whoever made it (file or arena). */
struct array {
    const char *name;              ///< as in the file
    enum dtype dtype;              ///< element type
    int rank;                      ///< number of axes, 0 … ARRAY_MAX_RANK
    int64_t shape[ARRAY_MAX_RANK]; ///< slowest axis first
    const void *data;              ///< row-major, little-endian
};

/** The product of the shape.
 *  @param a  an array
 *  @return number of elements, 1 for a scalar */
size_t array_count(const struct array *a);

/** The room an array takes.
 *  @param a  an array
 *  @return number of bytes */
size_t array_bytes(const struct array *a);
//< [array-struct]

//> [array-file] A mapped file of arrays
/** A safetensors file, open for reading. */
struct array_file {
    char *path;             ///< as it was given
    void *map;              ///< the whole file
    size_t map_size;        ///< its length in bytes
    int count;              ///< how many arrays
    struct array *arrays;   ///< sorted by name
    char *metadata;         ///< JSON text of __metadata__, or NULL
    struct arena arena;     ///< holds names and arrays
};
//< [array-file]

//> [array-open] Open and close
/** Open a safetensors file and check every entry of its header.
 *  Fails on: a file too short for its header, a header that is not a JSON
 *  object, duplicate names, unknown types, shapes that overflow, byte
 *  counts that differ from the shape, offsets that overlap, leave holes or
 *  leave the file, and data misaligned for its type.
 *  @param[out] f     the file; array_file_close() it
 *  @param      path  where it is
 *  @param[out] err   why not
 *  @return success */
bool array_file_open(struct array_file *f, const char *path,
                     struct error *err);

/** The same for a file whose data may stand at any byte, as the format
 *  allows: misaligned arrays are copied instead of refused. Meant for small
 *  files made by other programs, not for checkpoints.
 *  @param[out] f     the file; array_file_close() it
 *  @param      path  where it is
 *  @param[out] err   why not
 *  @return success */
bool array_file_open_unaligned(struct array_file *f, const char *path,
                               struct error *err);

/** Unmap and forget. Safe on a zeroed struct.
 *  @param f  the file */
void array_file_close(struct array_file *f);
//< [array-open]

//> [array-lookup] Find an array by its name
/** Find an array by name (binary search).
 *  @param f     the file
 *  @param name  the tensor's name
 *  @return the array, or NULL */
const struct array *array_find(const struct array_file *f,
                               const char *name);
//< [array-lookup]

//> [array-shape-api] Shapes for messages
/** A shape as it stands in a header: "[2, 3]".
 *  @param[out] out    the text
 *  @param      room   bytes at out
 *  @param      rank   number of axes
 *  @param      shape  `(rank)` their sizes
 *  @return out */
const char *array_shape_text(char *out, size_t room, int rank,
                             const int64_t *shape);
//< [array-shape-api]

//> [array-convert] Plain numbers, and writing
/** Copy an array to float32, whatever its type: F32, BF16, U8, I32, I64.
 *  F8 and FP4 (which travels as I8) are decoded by numerics/, not here:
 *  they are refused.
 *  @param[out] out  `(array_count(a))`
 *  @param      a    the array
 *  @return false for a type that has no plain float value */
bool array_to_floats(float *out, const struct array *a);

/** Write arrays as a safetensors file: to a temporary file in the same
 *  folder first, then renamed, so that a reader never sees half of it. The
 *  widest types come first, so that all data are aligned; arrays of one
 *  width keep their order. An array without data becomes a hole, which
 *  takes no room on the disk and reads as zeros.
 *  @param      path      where to
 *  @param      arrays    `(count)` what to write, names distinct
 *  @param      count     how many
 *  @param      metadata  JSON object text for __metadata__, or NULL
 *  @param[out] err       why not
 *  @return success */
bool array_file_write(const char *path, const struct array *arrays,
                      int count, const char *metadata, struct error *err);
/** @} */
#endif
//< [array-convert]
