//> [table-header] Columns of numbers in a text file
/**
 * @file
 * A table as awk and people write it: columns separated by blanks, a first
 * line with their names, `#` before a remark. The first column is x, each
 * other one a series. Told in chapter 92.
 */
#ifndef V4_CLI_TABLE_H
#define V4_CLI_TABLE_H

#include "base/arena.h"
#include "base/error.h"

/** @defgroup ch_table 92 · Tables
 *  Prose: chapter 92, commands.
 *  @{ */

/** A table, ready to be drawn. */
struct table {
    int series;         ///< columns without the first
    int n;              ///< lines of numbers
    float *x;           ///< `(n)` the first column
    float *y;           ///< `(series, n)` the others
    const char **names; ///< `(series)` their names
};
//< [table-header]

//> [table-api] Read it
/** Read a table.
 *  @param[out] t      the table
 *  @param      path   the file; "-" is standard input
 *  @param      arena  owns what the table points to
 *  @param[out] err    the line and what is wrong with it
 *  @return success */
bool table_read(struct table *t, const char *path, struct arena *arena,
                struct error *err);
/** @} */
#endif
//< [table-api]
