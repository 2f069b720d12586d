//> [quant-includes] What quantization needs
#include "numerics/quant.h"

#include "numerics/lowfloat.h"

#include <math.h>
//< [quant-includes]

//> [quant-scale] The smallest power of two that makes the block fit
static float block_scale(const float *x, size_t n, float floor,
                         float one_over_max)
{
    float amax = floor;
    for (size_t i = 0; i < n; i++)
        amax = fmaxf(amax, fabsf(x[i]));
    int exponent;
    float fraction = frexpf(amax * one_over_max, &exponent);
    if (fraction == 0.5f) /* amax / M is itself a power of two */
        exponent--;
    return ldexpf(1.0f, exponent);
}
//< [quant-scale]

//> [quant-e4m3] To e4m3
float quantize_e4m3(float *q, const float *x, size_t n)
{
    float s = block_scale(x, n, 1e-4f, 1.0f / 448.0f);
    for (size_t i = 0; i < n; i++)
        q[i] = e4m3_decode(e4m3_encode(x[i] / s));
    return s;
}
//< [quant-e4m3]

//> [quant-e2m1] To e2m1, where the floor only avoids a zero scale
float quantize_e2m1(float *q, const float *x, size_t n)
{
    float s = block_scale(x, n, 6 * 0x1p-126f, 1.0f / 6.0f), whole = s;
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            whole = NAN; /* no code can say so, but the scale can */
        q[i] = e2m1_decode(e2m1_encode(x[i] / s));
    }
    return whole;
}
//< [quant-e2m1]
