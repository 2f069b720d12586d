//> [error-header] How failure is said: one message, carried upwards
/**
 * @file
 * Errors are values. A function that can fail returns false (or NULL) and
 * fills a struct error; the caller passes it on, and only the command line
 * prints it. Told in chapter 90.
 */
#ifndef V4_BASE_ERROR_H
#define V4_BASE_ERROR_H

#include <stdbool.h>

/** @defgroup ch_error 90 · Errors
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [error-header]

//> [error-struct] An error is a sentence
/** What went wrong. The message names the file, the thing, what was
 *  found and what was expected; it ends without a full stop. */
struct error {
    char message[1024]; ///< for a human, on one line
};
//< [error-struct]

//> [error-api] Filling it is returning false
/** Write a message into an error.
 *  @param[out] err  receives the message; may be NULL
 *  @param      format  as for printf
 *  @return always false, so that `return fail(err, ...)` reads well */
bool fail(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Put a context before a message: "config.json: " + "head_dim: ...".
 *  @param[in,out] err  the error; may be NULL
 *  @param         format  as for printf
 *  @return always false */
bool fail_in(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/** @} */
#endif
//< [error-api]
