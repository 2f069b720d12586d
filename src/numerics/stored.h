//> [stored-header] From a tensor in a file to numbers and matrices
/**
 * @file
 * What a stored type means: as numbers, and as a matrix with its scales.
 * No other place knows. Told in chapter 5.
 *
 * Things that are not obvious:
 * - an FP4 matrix is stored as I8 with half its columns: two codes a byte;
 * - its scales stand beside it in a tensor of their own, as F8_E8M0 in the
 *   released checkpoint, as F32 in others.
 */
#ifndef V4_NUMERICS_STORED_H
#define V4_NUMERICS_STORED_H

#include "base/array.h"
#include "base/error.h"
#include "numerics/matrix.h"

/** @defgroup ch_stored 05 · Stored
 *  Prose: chapter 5.
 *  @{ */
//< [stored-header]

//> [stored-api] Types, shapes, numbers
/** @param f  a format @return the type its elements have in a file */
enum dtype format_dtype(enum format f);

/** @param f  a format @return whether scales stand beside it */
bool format_scaled(enum format f);

/** The shape of the scales beside a matrix.
 *  @param[out] shape  `(2)` blocks of rows, blocks of columns
 *  @param      f      its format, FP8 or FP4
 *  @param      rows   of the matrix
 *  @param      cols   of the matrix */
void matrix_scale_shape(int64_t *shape, enum format f, int rows, int cols);

/** Numbers of a tensor of any type: codes decoded, without their scales;
 *  I8, where two FP4 codes share a byte, as bytes.
 *  @param[out] out    `(n)`
 *  @param      a      the tensor
 *  @param      first  the first element
 *  @param      n      how many */
void stored_floats(float *out, const struct array *a, size_t first,
                   size_t n);
//< [stored-api]

//> [stored-matrix-api] The matrix that a tensor is
/** Make a matrix of a tensor and the scales beside it; its bytes stay
 *  where they are.
 *  @param[out] m      the matrix
 *  @param      codes  a tensor of rank 2
 *  @param      scale  its scales; NULL if the format has none
 *  @param[out] err    which tensor is not as it should be, and how
 *  @return success */
bool matrix_of(struct matrix *m, const struct array *codes,
               const struct array *scale, struct error *err);
/** @} */
#endif
//< [stored-matrix-api]
