//> [rmsnorm-header] One number per row
/**
 * @file
 * RMSNorm: divide a row by its root mean square. Told in chapter 6. The
 * hyper-connections (chapter 24) divide by such a number, too, but after
 * their projection; that is not done here.
 *
 * Things that are not obvious:
 * - the query heads are normalized a second time, without a weight, and
 *   there the released model rounds to bf16 after every single operation;
 * - everywhere else it rounds once, at the end.
 */
#ifndef V4_ATTENTION_RMSNORM_H
#define V4_ATTENTION_RMSNORM_H

#include "base/pass.h"

/** @defgroup ch_rmsnorm 06 · RMSNorm
 *  Prose: chapter 6.
 *  @{ */
//< [rmsnorm-header]

//> [rmsnorm-api] With a gain, and without
/** `y_i = w_i x_i / sqrt(mean(x²) + eps)` for every row.
 *  @param[out] y  `(rows, n)`, may be x
 *  @param      x  `(rows, n)`
 *  @param      w  `(n)` gain
 *  @param      rows  how many rows
 *  @param      n  their width
 *  @param      p  eps (rms_norm_eps) and numerics */
void rmsnorm(float *y, const float *x, const float *w, int rows, int n,
             const struct pass *p);

/** The norm of the query heads: no weight, in place.
 *  @param[in,out] q  `(rows, n)` one row a head
 *  @param         rows  how many heads in all
 *  @param         n  their width
 *  @param         p  eps and numerics */
void head_norm(float *q, int rows, int n, const struct pass *p);
/** @} */
#endif
//< [rmsnorm-api]
