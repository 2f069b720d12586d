/**
 * @file
 * What the tests of single components are made of: golden cases, random
 * rows, a pass, and a second decoder. What has to do with matrices is in
 * support/matrices.h.
 */
#ifndef V4_TESTS_PARTS_H
#define V4_TESTS_PARTS_H

#include "base/arena.h"
#include "base/pass.h"
#include "base/rng.h"

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
