/**
 * @file
 * What the tests of single components are made of: golden cases, random
 * rows and matrices, a small configuration, and second derivations that
 * share no code with src/.
 */
#ifndef V4_TESTS_PARTS_H
#define V4_TESTS_PARTS_H

#include "base/arena.h"
#include "base/pass.h"
#include "base/rng.h"
#include "numerics/matrix.h"

#include <stddef.h>

/** A tensor of components.safetensors as floats.
 *  @param      a       owns them
 *  @param[out] n       how many; may be NULL
 *  @param      format  its name, as for printf
 *  @return `(n)` floats */
float *part_floats(struct arena *a, size_t *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** A tensor of components.safetensors as ints.
 *  @param      a       owns them
 *  @param[out] n       how many; may be NULL
 *  @param      format  its name, as for printf
 *  @return `(n)` ints */
int *part_ints(struct arena *a, size_t *n, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** One size of a tensor of components.safetensors.
 *  @param axis    which
 *  @param format  its name, as for printf
 *  @return shape[axis] */
int part_size(int axis, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** A weight of components.safetensors; "X.weight" of type F8 or FP4 has
 *  its scales in "X.scale".
 *  @param format  its name, as for printf
 *  @return the matrix, in the mapped file */
struct matrix part_matrix(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/** Normally distributed numbers.
 *  @param a     owns them
 *  @param r     where they come from
 *  @param n     how many
 *  @param size  their standard deviation
 *  @return `(n)` floats */
float *random_floats(struct arena *a, struct rng *r, size_t n, float size);

/** The same, rounded to bf16.
 *  @param a     owns them
 *  @param r     where they come from
 *  @param n     how many
 *  @param size  their standard deviation
 *  @return `(n)` floats */
float *random_bf16(struct arena *a, struct rng *r, size_t n, float size);

/** A matrix with random codes and scales, its values about 1/√cols.
 *  @param a     owns its bytes
 *  @param r     where they come from
 *  @param f     its format
 *  @param rows  its rows
 *  @param cols  its columns
 *  @return the matrix */
struct matrix random_matrix(struct arena *a, struct rng *r, enum format f,
                            int rows, int cols);

/** Floats as a matrix.
 *  @param data  `(rows, cols)`
 *  @param rows  its rows
 *  @param cols  its columns
 *  @return the matrix */
struct matrix float_matrix(const float *data, int rows, int cols);

/** One element of a matrix, decoded by definition.
 *  @param m  the matrix
 *  @param r  row
 *  @param c  column
 *  @return its value, scaled */
double matrix_at(const struct matrix *m, int r, int c);

/** The same without the scale.
 *  @param m  the matrix
 *  @param r  row
 *  @param c  column
 *  @return the value of its code */
double matrix_code(const struct matrix *m, int r, int c);

/** The scale of an element.
 *  @param m  the matrix
 *  @param r  row
 *  @param c  column
 *  @return its block's scale, 1 if there is none */
double matrix_scale(const struct matrix *m, int r, int c);

/** `y = M x` in double.
 *  @param[out] y  `(rows)`
 *  @param      m  the matrix
 *  @param      x  `(cols)` */
void times(double *y, const struct matrix *m, const double *x);

/** What an e4m3 code means, by definition.
 *  @param code  0 … 255
 *  @return its value; NaN for 127 and 255 */
double e4m3_value(int code);

/** A pass of T tokens from position `start`, without ids or trace.
 *  @param c        the configuration
 *  @param scratch  its memory
 *  @param T        how many tokens
 *  @param start    where they begin
 *  @return the pass */
struct pass pass_of(const struct config *c, struct arena *scratch, int T,
                    int start);

/** Fail the test unless at least 99.5 % of the elements are equal and
 *  max_rel() is at most 1e-2: what two correct faithful implementations
 *  reach, stage by stage.
 *  @param what  the name for the message
 *  @param a     `(n)` what was computed
 *  @param b     `(n)` what is right
 *  @param n     how many */
void assert_faithful(const char *what, const float *a, const float *b,
                     size_t n);

#endif
