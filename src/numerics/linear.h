//> [linear-header] y = W x, for every format a checkpoint uses
/**
 * @file
 * The linear layer: straight from the mapped bytes of the checkpoint, never
 * expanding it in memory. Told in chapter 5.
 *
 * Things that are not obvious:
 * - in exact numerics faithful_linear() is linear(): the weights are their
 *   decoded values, the activations are not rounded;
 * - in faithful numerics it does what the released kernels do: activations
 *   are rounded to e4m3 in blocks of 128, each block's dot product of raw
 *   codes is scaled and added in float32, and the result is rounded to
 *   bf16.
 */
#ifndef V4_NUMERICS_LINEAR_H
#define V4_NUMERICS_LINEAR_H

#include "base/pass.h"
#include "numerics/matrix.h"

/** @defgroup ch_linear 05 · Linear
 *  Prose: chapter 5.
 *  @{ */
//< [linear-header]

//> [linear-api] Nothing rounded
/** Y = X Wᵀ: `y[t][r] = Σ_c W[r][c] x[t][c]`; nothing is rounded beyond
 *  float32.
 *  @param[out] y  `(T, W->rows)`
 *  @param      x  `(T, W->cols)`
 *  @param      W  the matrix, any format
 *  @param      T  number of vectors */
void linear(float *y, const float *x, const struct matrix *W, int T);

/** The same for rows `first` … `first + rows - 1` of W only.
 *  @param[out] y      `(T, rows)`
 *  @param      x      `(T, W->cols)`
 *  @param      W      the matrix
 *  @param      first  the first row
 *  @param      rows   how many rows
 *  @param      T      number of vectors */
void linear_rows(float *y, const float *x, const struct matrix *W,
                 int first, int rows, int T);
//< [linear-api]

//> [linear-api-faithful] Rounded as the released model rounds
/** The FP8 or FP4 linear of the released model: linear() in exact
 *  numerics; in faithful numerics e4m3 activations in, bf16 out.
 *  @param[out] y  `(T, W->rows)`
 *  @param      x  `(T, W->cols)`
 *  @param      W  the matrix, FP8 or FP4
 *  @param      T  number of vectors
 *  @param      p  numerics and scratch memory */
void faithful_linear(float *y, const float *x, const struct matrix *W,
                     int T, const struct pass *p);
/** @} */
#endif
//< [linear-api-faithful]
