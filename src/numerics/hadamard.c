//> [hadamard-includes] What the transform needs
#include "numerics/hadamard.h"

#include <assert.h>
#include <math.h>
//< [hadamard-includes]

//> [hadamard] Sums and differences at distance 1, 2, 4, …
void hadamard(float *x, size_t n)
{
    assert(n && (n & (n - 1)) == 0);
    for (size_t half = 1; half < n; half *= 2)
        for (size_t start = 0; start < n; start += 2 * half)
            for (size_t i = start; i < start + half; i++) {
                float a = x[i], b = x[i + half];
                x[i] = a + b;
                x[i + half] = a - b;
            }
    float scale = (float)(1.0 / sqrt((double)n));
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}
//< [hadamard]
