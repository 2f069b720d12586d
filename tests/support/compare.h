/**
 * @file
 * How far apart are two arrays? Every measure is NaN when a NaN or an
 * infinity stands on one side only, so that `measure <= tolerance` is false;
 * where both sides hold the same infinity, or both NaN, they agree.
 */
#ifndef V4_TESTS_COMPARE_H
#define V4_TESTS_COMPARE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

/** max |a-b| / max |b|. With b all zero: 0 if a is too, else infinity.
 *  @param a  `(n)` what was computed
 *  @param b  `(n)` what is right
 *  @param n  number of elements
 *  @return the measure */
double max_rel(const float *a, const float *b, size_t n);

/** ||a-b|| / ||b||. With b all zero: 0 if a is too, else infinity.
 *  @param a  `(n)` what was computed
 *  @param b  `(n)` what is right
 *  @param n  number of elements
 *  @return the measure */
double rms_rel(const float *a, const float *b, size_t n);

/** The share of elements that are not equal in value (0 equals -0, NaN
 *  equals NaN).
 *  @param a  `(n)` what was computed
 *  @param b  `(n)` what is right
 *  @param n  number of elements
 *  @return 0 … 1 */
double fraction_different(const float *a, const float *b, size_t n);

/** Are all bytes equal? If not, say where the first difference is.
 *  @param a     `(n * size)` bytes computed
 *  @param b     `(n * size)` bytes that are right
 *  @param n     number of elements
 *  @param size  bytes of one element
 *  @param where receives "element 7: found 3f800000, expected 3f800001";
 *               "" when all is equal
 *  @param room  bytes at `where`
 *  @return whether all bytes are equal */
bool same_bits(const void *a, const void *b, size_t n, size_t size,
               char *where, size_t room);

/** Fail the test unless all bits are equal; the message names the first
 *  element that differs, in hex and, for 4-byte elements, as a float.
 *  @param what  the name for the message
 *  @param a     `(n)` floats computed
 *  @param b     `(n)` floats that are right
 *  @param n     number of elements */
void assert_same_floats(const char *what, const float *a, const float *b,
                        size_t n);

/** Fail the test unless all integers are equal.
 *  @param what  the name for the message
 *  @param a     `(n)` ints computed
 *  @param b     `(n)` ints that are right
 *  @param n     number of elements */
void assert_same_ints(const char *what, const int *a, const int *b,
                      size_t n);

/** Fail the test unless max_rel(a, b, n) <= tolerance.
 *  @param what       the name for the message
 *  @param a          `(n)` what was computed
 *  @param b          `(n)` what is right
 *  @param n          number of elements
 *  @param tolerance  the largest max_rel() allowed */
void assert_close(const char *what, const float *a, const float *b,
                  size_t n, double tolerance);

/** An arena whose fresh and released memory reads as NaN.
 *  @return an empty arena; arena_free() it */
struct arena poisoned_arena(void);

#endif
