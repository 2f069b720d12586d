//> [rows-header] Remembered rows, as floats or packed
/**
 * @file
 * A store of equally wide rows: the keys that attention remembers. In exact
 * numerics a row is float32; in faithful numerics it is packed the way the
 * released model stores it. Told in chapter 15.
 *
 * Things that are not obvious:
 * - packing loses nothing: the values were rounded to these formats before
 *   they came here, and quantizing them again finds the same numbers;
 * - a packed key has e4m3 codes for the plain part, bf16 for the rotary
 *   part, then one e8m0 scale for each 64 codes, padded to 8 bytes:
 *   448 + 128 + 7 + 1 = 584 bytes at the released widths;
 * - a packed index key has two e2m1 codes to a byte, then one e8m0 scale
 *   for each 32: 64 + 4 = 68 bytes.
 */
#ifndef V4_ATTENTION_ROWS_H
#define V4_ATTENTION_ROWS_H

#include "base/arena.h"
#include "base/config.h"

#include <stddef.h>

/** @defgroup ch_rows 15 · Rows
 *  Prose: chapter 15.
 *  @{ */
//< [rows-header]

//> [rows-struct] What a row is and where it lies
/** What the rows are. */
enum row_kind {
    ROW_KEY,  ///< keys (and values) of attention, D wide
    ROW_INDEX ///< keys of the indexer, index_head_dim wide
};

/** A store of rows. */
struct rows {
    enum row_kind kind; ///< what they are
    int width;          ///< numbers in a row
    int rotary;         ///< R, the part of a key that stays bf16
    int capacity;       ///< how many rows there is room for
    bool packed;        ///< bytes instead of floats
    size_t row_bytes;   ///< bytes of a row
    unsigned char *data; ///< `(capacity, row_bytes)`
};
//< [rows-struct]

//> [rows-api] Make, put, get
/** Describe a store without memory for it.
 *  @param[out] r         the store; data is NULL
 *  @param      c         widths and numerics
 *  @param      kind      what the rows are
 *  @param      capacity  how many */
void rows_describe(struct rows *r, const struct config *c,
                   enum row_kind kind, int capacity);

/** @param r a described store @return bytes of all its rows */
size_t rows_bytes(const struct rows *r);

/** Store a row.
 *  @param r    the store
 *  @param i    which, 0 … capacity - 1
 *  @param row  `(width)` */
void rows_put(struct rows *r, int i, const float *row);

/** Fetch a row.
 *  @param r    the store
 *  @param i    which
 *  @param tmp  `(width)` where to unpack it; unused if not packed
 *  @return `(width)` the row, in the store or in tmp */
const float *rows_get(const struct rows *r, int i, float *tmp);
//< [rows-api]

//> [rows-api-reach] Fetch a row, with room for it if it needs any
/** Fetch a row for as long as some scratch memory lives.
 *  @param r        the store
 *  @param i        which
 *  @param scratch  where to unpack it; untouched if not packed
 *  @return `(width)` the row, in the store or in scratch */
const float *rows_reach(const struct rows *r, int i,
                        struct arena *scratch);
/** @} */
#endif
//< [rows-api-reach]
