//> [ceilings-avx512] AVX-512: floats, pairs of bf16, fours of bytes
/* How fast AVX-512 reads, multiplies and adds. Told in chapter 34. */
#include "numerics/ceilings.h"

#ifdef __AVX512BF16__
#include <immintrin.h>

enum { SUMS = 16 };

static bool here(void)
{
    return __builtin_cpu_supports("avx512f")
           && __builtin_cpu_supports("avx512bw");
}

static bool here_bf16(void)
{
    return here() && __builtin_cpu_supports("avx512bf16");
}

static bool here_int8(void)
{
    return here() && __builtin_cpu_supports("avx512vnni");
}
//< [ceilings-avx512]

//> [ceilings-avx512-read] AVX-512: a line is one register
uint64_t read_lines_avx512(const unsigned char *data, size_t size,
                           size_t ahead)
{
    __m512i sum = _mm512_setzero_si512();
    for (size_t i = 0; i + 64 <= size; i += 64) {
        if (ahead)
            __builtin_prefetch(data + i + ahead, 0, 2);
        sum = _mm512_add_epi64(sum, _mm512_loadu_si512(data + i));
    }
    uint64_t lane[8], all = 0; /* unsigned: they go round */
    _mm512_storeu_si512(lane, sum);
    for (int i = 0; i < 8; i++)
        all += lane[i];
    return all;
}
//< [ceilings-avx512-read]

//> [ceilings-avx512-f32] AVX-512: multiply-adds of sixteen floats
static float rounds_f32(int64_t n)
{
    __m512 sum[SUMS], one = _mm512_set1_ps(1);
    __asm__("" : "+v"(one));
    #pragma GCC unroll 16
    for (int i = 0; i < SUMS; i++)
        sum[i] = _mm512_set1_ps((float)i);
    for (int64_t i = 0; i < n; i++)
        #pragma GCC unroll 16
        for (int k = 0; k < SUMS; k++)
            sum[k] = _mm512_fmadd_ps(one, one, sum[k]);
    #pragma GCC unroll 16
    for (int i = 1; i < SUMS; i++)
        sum[0] = _mm512_add_ps(sum[0], sum[i]);
    return _mm512_reduce_add_ps(sum[0]);
}
//< [ceilings-avx512-f32]

//> [ceilings-avx512-bf16] AVX-512: thirty-two products of bf16
static float rounds_bf16(int64_t n)
{
    __m512 sum[SUMS], one = _mm512_set1_ps(1);
    __asm__("" : "+v"(one));
    __m512bh pairs = _mm512_cvtne2ps_pbh(one, one);
    #pragma GCC unroll 16
    for (int i = 0; i < SUMS; i++)
        sum[i] = _mm512_set1_ps((float)i);
    for (int64_t i = 0; i < n; i++)
        #pragma GCC unroll 16
        for (int k = 0; k < SUMS; k++)
            sum[k] = _mm512_dpbf16_ps(sum[k], pairs, pairs);
    #pragma GCC unroll 16
    for (int i = 1; i < SUMS; i++)
        sum[0] = _mm512_add_ps(sum[0], sum[i]);
    return _mm512_reduce_add_ps(sum[0]);
}
//< [ceilings-avx512-bf16]

//> [ceilings-avx512-int8] AVX-512: sixty-four products of bytes
static float rounds_int8(int64_t n)
{
    __m512i sum[SUMS], ones = _mm512_set1_epi8(1);
    __asm__("" : "+v"(ones));
    #pragma GCC unroll 16
    for (int i = 0; i < SUMS; i++)
        sum[i] = _mm512_set1_epi32(i);
    for (int64_t i = 0; i < n; i++)
        #pragma GCC unroll 16
        for (int k = 0; k < SUMS; k++)
            sum[k] = _mm512_dpbusd_epi32(sum[k], ones, ones);
    #pragma GCC unroll 16
    for (int i = 1; i < SUMS; i++)
        sum[0] = _mm512_add_epi32(sum[0], sum[i]);
    return _mm512_reduce_add_ps(_mm512_cvtepi32_ps(sum[0]));
}
//< [ceilings-avx512-int8]
//> [ceilings-avx512-elsewhere] AVX-512: not on this kind of machine
#else
enum { SUMS = 0 };

static bool here(void)
{
    return false;
}

static float rounds_f32(int64_t n)
{
    return (float)n;
}

uint64_t read_lines_avx512(const unsigned char *data, size_t size,
                           size_t ahead)
{
    return read_lines(data, size, ahead);
}

#define here_bf16 here
#define here_int8 here
#define rounds_bf16 rounds_f32
#define rounds_int8 rounds_f32
#endif
//< [ceilings-avx512-elsewhere]

//> [ceilings-avx512-peaks] AVX-512: what can be measured
const struct peak peak_avx512 = {
    "f32_avx512", "f32, AVX-512", 2.0 * 16 * SUMS, here, rounds_f32,
};

const struct peak peak_bf16 = {
    "bf16", "bf16, vdpbf16ps", 2.0 * 32 * SUMS, here_bf16, rounds_bf16,
};

const struct peak peak_int8 = {
    "int8", "int8, vpdpbusd", 2.0 * 64 * SUMS, here_int8, rounds_int8,
};
//< [ceilings-avx512-peaks]
