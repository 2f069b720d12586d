//> [error-header] How failure is said: one message, carried upwards
/**
 * @file
 * Errors are values. A function that can fail returns false (or NULL) and
 * fills a struct error; the caller passes it on, and only the command line
 * prints it. Told in chapter 90.
 *
 * Things that are not obvious:
 * - memory that runs out is no such error: out_of_memory() says so in one
 *   line and ends the program, wherever it happens. No component could go
 *   on, so none has to check, and no file is left half-written;
 * - a message may quote what a file contains, whatever that is: who prints
 *   it, escapes it (base/escape.h).
 */
#ifndef V4_BASE_ERROR_H
#define V4_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_error 90 · Errors
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [error-header]

//> [error-struct] An error is a sentence
/** What went wrong. The message names the file, the thing, what was
 *  found and what was expected; it ends without a full stop. */
struct error {
    char message[1024]; ///< for a human, on one line
    bool misuse;        ///< the command line makes no sense as it stands
};
//< [error-struct]

//> [error-api] Filling it is returning false
/** Write a message into an error.
 *  @param[out] err  receives the message; may be NULL
 *  @param      format  as for printf
 *  @return always false, so that `return fail(err, ...)` reads well */
bool fail(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The same, when the fault is not in a file but in how we were called:
 *  the program ends with another status and points to its help.
 *  @param[out] err  receives the message; may be NULL
 *  @param      format  as for printf
 *  @return always false */
bool misuse(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Put a context before a message: "config.json: " + "head_dim: ...".
 *  @param[in,out] err  the error; may be NULL
 *  @param         format  as for printf
 *  @return always false */
bool fail_in(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
//< [error-api]

//> [error-memory-api] The one failure that nobody handles
/** Say that memory ran out, and end the program with status 1.
 *  @param bytes  how many more were needed; 0 = not known */
void out_of_memory(size_t bytes) __attribute__((noreturn));

/** See that memory was given.
 *  @param p  what malloc() or the like returned
 *  @return p, never NULL: without memory the program ends */
void *need(void *p);
/** @} */
#endif
//< [error-memory-api]
