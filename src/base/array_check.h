//> [array-check-header] The arrays of a file, taken together
/**
 * @file
 * The second half of reading a safetensors file: each entry is sound by
 * itself, but do they fit together? Used by array_file_open() alone. Told
 * in chapter 90.
 */
#ifndef V4_BASE_ARRAY_CHECK_H
#define V4_BASE_ARRAY_CHECK_H

#include "base/array.h"

/** @addtogroup ch_array
 *  @{ */

/** Sort the arrays by name; see that the data tile the file without
 *  overlap or hole, and that each is aligned.
 *  @param[in,out] f          the file, its entries read
 *  @param         data       `(data_size)` the bytes after the header
 *  @param         data_size  how many
 *  @param         copy       copy misaligned data instead of refusing them
 *  @param[out]    err        what is wrong
 *  @return whether all is well */
bool array_file_check(struct array_file *f, const char *data,
                      int64_t data_size, bool copy, struct error *err);
/** @} */
#endif
//< [array-check-header]
