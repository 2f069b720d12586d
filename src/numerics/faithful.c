//> [faithful-includes] What faithful rounding needs
#include "numerics/faithful.h"

#include "numerics/lowfloat.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"

#include <assert.h>
//< [faithful-includes]

//> [faithful-bf16] To bf16
float faithful(float x, enum numerics num)
{
    return num == FAITHFUL ? bf16_round(x) : x;
}

void faithful_bf16(float *x, size_t n, enum numerics num)
{
    for (size_t i = 0; num == FAITHFUL && i < n; i++)
        x[i] = bf16_round(x[i]);
}
//< [faithful-bf16]

//> [faithful-blocks] Through a block format, in place
/* q*s has at most 4 significant bits: writing it back as bf16 is exact. */
void faithful_e4m3(float *x, size_t n, size_t block, enum numerics num)
{
    assert(n % block == 0);
    for (size_t i = 0; num == FAITHFUL && i < n; i += block) {
        float s = prim->quantize_e4m3(x + i, x + i, block);
        for (size_t j = i; j < i + block; j++)
            x[j] *= s;
    }
}

void faithful_e2m1(float *x, size_t n, enum numerics num)
{
    assert(num == EXACT || n % FP4_BLOCK == 0);
    for (size_t i = 0; num == FAITHFUL && i < n; i += FP4_BLOCK) {
        float s = prim->quantize_e2m1(x + i, x + i, FP4_BLOCK);
        for (size_t j = i; j < i + FP4_BLOCK; j++)
            x[j] *= s;
    }
}
//< [faithful-blocks]
