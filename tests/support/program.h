/**
 * @file
 * The program, run as a user would: $V4, or ./v4, with its output caught.
 */
#ifndef V4_TESTS_PROGRAM_H
#define V4_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/** How a run ended. Valid until the next run. */
struct run {
    int status;      ///< exit status; 128 + signal if it was killed
    char *out;       ///< standard output, with a NUL behind it
    size_t out_size; ///< its length
    char *err;       ///< standard error, with a NUL behind it
};

/** Run the program.
 *  @param format  as for printf: the words of the command line, as a shell
 *                 reads them; its redirections are obeyed
 *  @return how it ended */
const struct run *v4(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/** Run the program and fail the test unless it ends well and says nothing
 *  on standard error.
 *  @param format  as for v4()
 *  @return how it ended */
const struct run *v4_well(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
