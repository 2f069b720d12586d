//> [quant-header] A block of numbers and one scale
/**
 * @file
 * Block quantization: a block of numbers becomes small floats times one
 * shared power of two. Told in chapter 4.
 *
 * The rule, with M = 448 for e4m3 and 6 for e2m1,
 *
 *     a = max(|x_i|), but at least a floor;  s = 2^ceil(log2(a / M))
 *     q_i = round(x_i / s)
 *
 * Things that are not obvious:
 * - s is rounded up, so nothing saturates: q uses the upper half of the
 *   range and between 0 and 1 bit of it is given away;
 * - a / M is computed as a product with the float32 nearest to 1/M, as the
 *   released kernels do; for bf16 inputs it makes no difference.
 */
#ifndef V4_NUMERICS_QUANT_H
#define V4_NUMERICS_QUANT_H

#include <stddef.h>

/** @defgroup ch_quant 04 · Block quantization
 *  Prose: chapter 4.
 *  @{ */
//< [quant-header]

//> [quant-blocks] How many numbers share a scale
/** Lengths of the blocks of the released checkpoint. */
enum {
    FP8_BLOCK = 128,   ///< columns (and rows) that share an FP8 scale
    FP8_KV_BLOCK = 64, ///< the same for keys in the cache
    FP4_BLOCK = 32,    ///< columns that share an FP4 scale
};
//< [quant-blocks]

//> [quant-api] Quantize one block
/** Quantize one block to e4m3.
 *  @param[out] q  `(n)` the rounded x/s as numbers on the e4m3 grid; may
 *                 be x itself
 *  @param      x  `(n)` the block
 *  @param      n  its length
 *  @return the scale s, a power of two */
float quantize_e4m3(float *q, const float *x, size_t n);

/** Quantize one block to e2m1.
 *  @param[out] q  `(n)` the rounded x/s as numbers on the e2m1 grid; may
 *                 be x itself
 *  @param      x  `(n)` the block
 *  @param      n  its length
 *  @return the scale s, a power of two */
float quantize_e2m1(float *q, const float *x, size_t n);
/** @} */
#endif
//< [quant-api]
