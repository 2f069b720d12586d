//> [matrix-header] A weight matrix, without its bytes
/**
 * @file
 * A matrix of the checkpoint is a descriptor: format, shape, and where its
 * bytes are. Whoever multiplies holds it first and releases it after; that
 * pair is the seam at which weights may one day be streamed from disk.
 * Told in chapter 5.
 *
 * Things that are not obvious:
 * - an FP8 matrix has one scale for each 128×128 block, an FP4 matrix one
 *   for each 32 columns of each row;
 * - two FP4 codes share a byte; the even column is in the LOW nibble.
 */
#ifndef V4_NUMERICS_MATRIX_H
#define V4_NUMERICS_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_matrix 05 · Matrix
 *  Prose: chapter 5.
 *  @{ */
//< [matrix-header]

//> [matrix-struct] Format, shape, place
/** How the numbers of a matrix are stored. */
enum format {
    FORMAT_F32,  ///< float32
    FORMAT_BF16, ///< upper half of a float32
    FORMAT_FP8,  ///< e4m3 codes, a scale for each 128×128 block
    FORMAT_FP4,  ///< e2m1 codes, a scale for each 1×32 block
    FORMAT_COUNT
};

/** A matrix W of the checkpoint, used as y = W x. */
struct matrix {
    enum format format; ///< of the elements
    int rows;           ///< length of y
    int cols;           ///< length of x
    bool scale_is_f32;  ///< scales are float32 (else e8m0)
    const void *data;   ///< `(rows, cols)` codes in the mapped file
    const void *scale;  ///< scales in the mapped file, or NULL
};
//< [matrix-struct]

//> [matrix-held] Some rows of a matrix, within reach
/** Rows `first` … `first + rows - 1` of a matrix whose bytes are there. */
struct held {
    const struct matrix *m; ///< the whole matrix
    int first;              ///< the first row
    int rows;               ///< how many rows
    const void *data;       ///< codes of the whole matrix
    const void *scale;      ///< scales of the whole matrix
};

/** Bring the bytes of some rows of a matrix within reach.
 *  @param m      the matrix
 *  @param first  the first row
 *  @param rows   how many rows
 *  @return these rows */
struct held weights_hold(const struct matrix *m, int first, int rows);

/** Say that the bytes are not needed for now.
 *  @param h  from weights_hold() */
void weights_release(struct held *h);
//< [matrix-held]

//> [matrix-unpack] Up to 128 numbers of one row
enum { UNPACK = 128 }; ///< columns decoded at once; the FP8 block width

/** Decode up to UNPACK consecutive numbers of a row, not yet scaled.
 *  @param[out] codes  `(UNPACK)` the numbers
 *  @param      h      the matrix
 *  @param      r      row, counted from h->first
 *  @param      col    first column, a multiple of UNPACK
 *  @return how many there are: UNPACK, or fewer at the end of the row */
int held_unpack(float *codes, const struct held *h, int r, int col);

/** The scale of an element.
 *  @param h    the matrix
 *  @param r    row, counted from h->first
 *  @param col  column
 *  @return its block's scale; 1 for F32 and BF16 */
float held_scale(const struct held *h, int r, int col);

/** Columns that share a scale.
 *  @param f  a format
 *  @return 128, or 32 for FP4 */
int format_block(enum format f);
/** @} */
#endif
//< [matrix-unpack]
