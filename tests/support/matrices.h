/**
 * @file
 * Matrices for tests: golden ones, random ones, and what their elements
 * are by definition, sharing no code with src/.
 */
#ifndef V4_TESTS_MATRICES_H
#define V4_TESTS_MATRICES_H

#include "base/arena.h"
#include "base/rng.h"
#include "numerics/matrix.h"

/** A weight of components.safetensors; "X.weight" of type F8 or FP4 has
 *  its scales in "X.scale".
 *  @param format  its name, as for printf
 *  @return the matrix, in the mapped file */
struct matrix part_matrix(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

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

#endif
