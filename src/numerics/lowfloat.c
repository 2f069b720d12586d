//> [lowfloat-includes] What the formats need
#include "numerics/lowfloat.h"

#include <assert.h>
#include <math.h>
#include <string.h>
//< [lowfloat-includes]

//> [lowfloat-float] A float32 is sign, 8 bits of exponent, 23 of fraction
uint32_t float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

float bits_float(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

float power_of_two(int k)
{
    assert(k >= -126 && k <= 127);
    return bits_float((uint32_t)(k + 127) << 23);
}
//< [lowfloat-float]

//> [lowfloat-bf16] bf16 is a float32 with its lower half cut off
float bf16_decode(uint16_t bits)
{
    return bits_float((uint32_t)bits << 16);
}

uint16_t bf16_encode(float x)
{
    uint32_t bits = float_bits(x);
    if (isnan(x))
        return (uint16_t)(bits >> 16 | 0x40); /* stay NaN when cut */
    /* Half a unit, or just less when the kept part is even. */
    bits += 0x7fff + (bits >> 16 & 1);
    return (uint16_t)(bits >> 16);
}

float bf16_round(float x)
{
    return bf16_decode(bf16_encode(x));
}
//< [lowfloat-bf16]

//> [lowfloat-encode] Round a magnitude to a small float
/* The grid of a small float is a ladder: between 2^e and 2^(e+1) the steps
   are 2^(e-mantissa), below 2^least they stay as they were at 2^least
   (subnormals). In units of its step x is q; codes count the steps from
   zero, and a q that rounds up to the next power of two lands on the right
   code by itself. */
static uint8_t encode_magnitude(float x, int mantissa, int least,
                                float largest)
{
    x = fminf(x, largest);
    int e;
    frexpf(x, &e);              /* x = f * 2^e with f in [1/2, 1) */
    e = x == 0.0f || e - 1 < least ? least : e - 1;
    float q = rintf(ldexpf(x, mantissa - e)); /* nearest, ties to even */
    return (uint8_t)(((e - least) << mantissa) + (int)q);
}
//< [lowfloat-encode]

//> [lowfloat-e4m3] e4m3: the FP8 of weights and activations
float e4m3_decode(uint8_t code)
{
    int exponent = code >> 3 & 15, mantissa = code & 7;
    if ((code & 0x7f) == 0x7f)
        return NAN;
    int steps = exponent ? 8 + mantissa : mantissa; /* subnormal: no 1. */
    float x = (float)steps * power_of_two((exponent ? exponent : 1) - 10);
    return code & 0x80 ? -x : x;
}

uint8_t e4m3_encode(float x)
{
    uint8_t sign = signbit(x) ? 0x80 : 0;
    if (isnan(x))
        return sign | 0x7f;
    return sign | encode_magnitude(fabsf(x), 3, -6, 448.0f);
}
//< [lowfloat-e4m3]

//> [lowfloat-e2m1] e2m1: the FP4 of the experts
float e2m1_decode(uint8_t code)
{
    static const float value[8] = { 0, 0.5f, 1, 1.5f, 2, 3, 4, 6 };
    float x = value[code & 7];
    return code & 8 ? -x : x;
}

uint8_t e2m1_encode(float x)
{
    uint8_t sign = signbit(x) ? 8 : 0;
    return sign | encode_magnitude(fabsf(x), 1, 0, 6.0f);
}
//< [lowfloat-e2m1]

//> [lowfloat-e8m0] e8m0: the exponent of a block's scale
float e8m0_decode(uint8_t code)
{
    if (code == 255)
        return NAN;
    return code ? power_of_two(code - 127) : 0x1p-127f;
}

uint8_t e8m0_encode(float x)
{
    if (isnan(x))
        return 255;
    return (uint8_t)(float_bits(x) >> 23); /* 2^-127 has the field 0 */
}
//< [lowfloat-e8m0]
