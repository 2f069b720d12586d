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

//> [linear-product] One matrix, some vectors
/** A product: some rows of a matrix times T vectors. */
struct product {
    float *y;        ///< result t begins at y + t * y_stride
    const float *x;  ///< vector t begins at x + t * x_stride
    size_t y_stride; ///< numbers from one result to the next
    size_t x_stride; ///< numbers from one vector to the next
    const struct matrix *W; ///< the matrix, any format
    int first;       ///< the first row of W
    int rows;        ///< how many rows: numbers of a result
    int T;           ///< how many vectors
};

/** All rows of a matrix, vectors and results without gaps.
 *  @param[out] y  `(T, W->rows)`
 *  @param      x  `(T, W->cols)`
 *  @param      W  the matrix
 *  @param      T  number of vectors
 *  @return the product, to be handed to linear_many() */
struct product product(float *y, const float *x, const struct matrix *W,
                       int T);
//< [linear-product]

//> [linear-api] Nothing rounded
/** Y = X Wᵀ: `y[t][r] = Σ_c W[r][c] x[t][c]`; nothing is rounded beyond
 *  float32.
 *  @param[out] y        `(T, W->rows)`
 *  @param      x        `(T, W->cols)`
 *  @param      W        the matrix, any format
 *  @param      T        number of vectors
 *  @param      scratch  memory for the duration of the call */
void linear(float *y, const float *x, const struct matrix *W, int T,
            struct arena *scratch);

/** The same for several products that do not depend on each other: threads
 *  are woken once for all of them.
 *  @param products  `(n)`
 *  @param n         how many
 *  @param scratch   memory for the duration of the call */
void linear_many(const struct product *products, int n,
                 struct arena *scratch);
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

/** The same for several products, as linear_many().
 *  @param products  `(n)`
 *  @param n         how many
 *  @param p         numerics and scratch memory */
void faithful_linear_many(const struct product *products, int n,
                          const struct pass *p);
/** @} */
#endif
//< [linear-api-faithful]
