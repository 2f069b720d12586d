//> [faithful-header] Where the released model rounds
/**
 * @file
 * The roundings of the released model, as calls that do nothing in exact
 * numerics. Wherever a component stores something the released model
 * stores in fewer bits, it says so with one of these: search for
 * "faithful_" and you have the list. Told in chapters 5 and 32.
 */
#ifndef V4_NUMERICS_FAITHFUL_H
#define V4_NUMERICS_FAITHFUL_H

#include "base/config.h"

#include <stddef.h>

/** @defgroup ch_faithful 05 · Faithful rounding
 *  Prose: chapters 5 and 32.
 *  @{ */
//< [faithful-header]

//> [faithful-api] One call for each way to round
/** One number as bf16.
 *  @param x    the number
 *  @param num  the numerics
 *  @return x rounded to bf16, or x in exact numerics */
float faithful(float x, enum numerics num);

/** A tensor the released model keeps in bf16.
 *  @param[in,out] x    `(n)`
 *  @param         n    how many numbers
 *  @param         num  the numerics */
void faithful_bf16(float *x, size_t n, enum numerics num);

/** A row the released model passes through e4m3 (and back to bf16).
 *  @param[in,out] x      `(n)`
 *  @param         n      how many numbers, a multiple of block
 *  @param         block  numbers that share a scale
 *  @param         num    the numerics */
void faithful_e4m3(float *x, size_t n, size_t block, enum numerics num);

/** A row the released model passes through e2m1, blocks of 32.
 *  @param[in,out] x    `(n)`
 *  @param         n    how many numbers; if rounded, a multiple of 32
 *  @param         num  the numerics */
void faithful_e2m1(float *x, size_t n, enum numerics num);
/** @} */
#endif
//< [faithful-api]
