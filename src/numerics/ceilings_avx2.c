//> [ceilings-avx2] AVX2: two times eight lanes a cycle
/* How fast AVX2 multiplies and adds. Told in chapter 34. */
#include "numerics/ceilings.h"

#ifdef __AVX2__
#include <immintrin.h>

enum { SUMS = 12 };

static bool here(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
//< [ceilings-avx2]

//> [ceilings-avx2-rounds] AVX2: twelve sums
/* An FMA takes four cycles and two begin in each: eight sums keep it busy,
   twelve leave room. The compiler must not know that one is one. */
static float rounds(int64_t n)
{
    __m256 sum[SUMS], one = _mm256_set1_ps(1);
    float lane[8], all = 0;
    __asm__("" : "+x"(one));
    #pragma GCC unroll 16
    for (int i = 0; i < SUMS; i++)
        sum[i] = _mm256_set1_ps((float)i);
    for (int64_t i = 0; i < n; i++)
        #pragma GCC unroll 16
        for (int k = 0; k < SUMS; k++)
            sum[k] = _mm256_fmadd_ps(one, one, sum[k]);
    #pragma GCC unroll 16
    for (int i = 1; i < SUMS; i++)
        sum[0] = _mm256_add_ps(sum[0], sum[i]);
    _mm256_storeu_ps(lane, sum[0]);
    for (int i = 0; i < 8; i++)
        all += lane[i];
    return all;
}
//< [ceilings-avx2-rounds]
//> [ceilings-avx2-elsewhere] AVX2: not on this kind of machine
#else
enum { SUMS = 0 };

static bool here(void)
{
    return false;
}

static float rounds(int64_t n)
{
    return (float)n;
}
#endif

const struct peak peak_avx2 = {
    "f32_avx2", "f32, AVX2", 2.0 * 8 * SUMS, here, rounds,
};
//< [ceilings-avx2-elsewhere]
