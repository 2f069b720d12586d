//> [lowfloat-header] Four small number formats
/**
 * @file
 * The number formats of the released checkpoint, one value at a time:
 * bf16, e4m3 (FP8), e2m1 (FP4) and e8m0 (a power of two). Told in
 * chapter 4.
 *
 * Things that are not obvious:
 * - e4m3 here is the "fn" variant: no infinities, the largest finite value
 *   is 448, and only 0x7f and 0xff are NaN;
 * - an e8m0 byte is an exponent, not a number: 127 means 1, 0 means
 *   2^-127 (a float32 subnormal), 255 is NaN. Reading it as an integer
 *   gives fluent garbage;
 * - rounding is to nearest, ties to even, and too large becomes largest;
 *   -0 keeps its sign.
 */
#ifndef V4_NUMERICS_LOWFLOAT_H
#define V4_NUMERICS_LOWFLOAT_H

#include <stdint.h>

/** @defgroup ch_lowfloat 04 · Small floats
 *  Prose: chapter 4.
 *  @{ */
//< [lowfloat-header]

//> [lowfloat-bits] The bits of a float, both ways
/** @param x a float @return its 32 bits */
uint32_t float_bits(float x);

/** @param bits 32 bits @return the float they mean */
float bits_float(uint32_t bits);

/** 2^k, made by writing the exponent field.
 *  @param k  -126 … 127
 *  @return 2^k */
float power_of_two(int k);
//< [lowfloat-bits]

//> [lowfloat-api] Encode and decode, one value at a time
/** @param bits a bf16 @return its value: the upper half of a float32 */
float bf16_decode(uint16_t bits);

/** @param x any float @return the nearest bf16 */
uint16_t bf16_encode(float x);

/** @param x any float @return the nearest value a bf16 can hold */
float bf16_round(float x);

/** @param code sign, 4 bits of exponent (bias 7), 3 of mantissa
 *  @return its value */
float e4m3_decode(uint8_t code);

/** @param x any float @return the nearest e4m3 code, saturating at 448 */
uint8_t e4m3_encode(float x);

/** @param code low 4 bits: sign, 2 bits of exponent, 1 of mantissa
 *  @return its value, one of 0 .5 1 1.5 2 3 4 6 and their negatives */
float e2m1_decode(uint8_t code);

/** @param x a number, not NaN @return the nearest e2m1 code, saturating */
uint8_t e2m1_encode(float x);

/** @param code an exponent with bias 127 @return 2^(code-127) or NaN */
float e8m0_decode(uint8_t code);

/** @param x a power of two in range @return its e8m0 code */
uint8_t e8m0_encode(float x);
/** @} */
#endif
//< [lowfloat-api]
