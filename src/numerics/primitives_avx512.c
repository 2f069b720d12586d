//> [avx512-header] AVX-512: one register, sixteen floats
/* AVX-512: what lanes.h and lanes_bits.h are written in. The only file that
   uses these instructions; chosen when the program runs, by what the machine
   can do. Told in chapter 34. */
#include "numerics/exp.h"
#include "numerics/fast.h"

#ifdef __AVX512F__
#include <immintrin.h>
#include <stdint.h>

typedef __m512 lanes;
enum { TILE_ROWS = 8, TILE_VECTORS = 3, WEIGH_HEADS = 6, WEIGH_LANES = 4 };
enum { INDEX_KEYS = 6, INDEX_LANES = 4 };

static inline lanes lanes_zero(void)
{
    return _mm512_setzero_ps();
}

static inline lanes lanes_set(float x)
{
    return _mm512_set1_ps(x);
}
//< [avx512-header]

//> [avx512-lanes] AVX-512: load, store, multiply, add
static inline lanes lanes_load(const float *p)
{
    return _mm512_loadu_ps(p);
}

static inline void lanes_store(float *p, lanes a)
{
    _mm512_storeu_ps(p, a);
}

static inline lanes lanes_mul(lanes a, lanes b)
{
    return _mm512_mul_ps(a, b);
}

static inline lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return _mm512_fmadd_ps(a, b, c);
}
//< [avx512-lanes]

//> [avx512-relu] AVX-512: what is positive; what stays
/* What is positive, and NaN: of two, max takes the second if either is. */
static inline lanes lanes_relu(lanes a)
{
    return _mm512_max_ps(_mm512_setzero_ps(), a);
}

/* Keep it in a register: otherwise gcc loads it again at every use. */
static inline lanes lanes_keep(lanes a)
{
    __asm__("" : "+v"(a));
    return a;
}
//< [avx512-relu]

//> [avx512-fold] AVX-512: halves onto halves
static inline float lanes_fold(lanes a)
{
    __m256 b = _mm256_add_ps(_mm512_castps512_ps256(a),
                             _mm512_extractf32x8_ps(a, 1));
    __m128 c = _mm_add_ps(_mm256_castps256_ps128(b),
                          _mm256_extractf128_ps(b, 1));
    c = _mm_add_ps(c, _mm_movehl_ps(c, c));
    return _mm_cvtss_f32(_mm_add_ss(c, _mm_movehdup_ps(c)));
}
//< [avx512-fold]

//> [avx512-bf16] AVX-512: bf16: the upper half of a float
static inline __m256i load_32_bytes(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static inline lanes lanes_bf16(const uint8_t *p)
{
    __m512i wide = _mm512_cvtepu16_epi32(load_32_bytes(p));
    return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
}
//< [avx512-bf16]

//> [avx512-e4m3] AVX-512: e4m3: the bits of a half float, moved by seven
/* Sign-extended to 16 bits and moved, the sign is there twice; the copy in
   the exponent goes. Subnormals of one are subnormals of the other. */
static inline void lanes_e4m3(lanes *a, lanes *b, const uint8_t *p)
{
    __m512i half = _mm512_cvtepi8_epi16(load_32_bytes(p));
    half = _mm512_and_si512(_mm512_slli_epi16(half, 7),
                            _mm512_set1_epi16((short)0xbfff));
    *a = _mm512_cvtph_ps(_mm512_castsi512_si256(half));
    *b = _mm512_cvtph_ps(_mm512_extracti64x4_epi64(half, 1));
}
//< [avx512-e4m3]

//> [avx512-nan] AVX-512: notice a weight that is no number
/* The largest magnitudes met so far, byte by byte: 0x7f is NaN. */
typedef __m256i nans;

static inline nans nans_none(void)
{
    return _mm256_setzero_si256();
}

static inline nans nans_note(nans seen, const uint8_t *p)
{
    __m256i size = _mm256_and_si256(load_32_bytes(p),
                                    _mm256_set1_epi8(0x7f));
    return _mm256_max_epu8(seen, size);
}

static inline bool nans_met(nans seen)
{
    return _mm256_movemask_epi8(
               _mm256_cmpeq_epi8(seen, _mm256_set1_epi8(0x7f))) != 0;
}
//< [avx512-nan]

//> [avx512-e2m1] AVX-512: e2m1: a table of sixteen, scaled, looked up
static inline void lanes_e2m1(lanes *a, lanes *b, const uint8_t *p,
                              float scale)
{
    const lanes value = _mm512_setr_ps(0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f,
                                       -0.5f, -1, -1.5f, -2, -3, -4, -6);
    lanes table = _mm512_mul_ps(value, _mm512_set1_ps(scale));
    __m512i byte = _mm512_cvtepu8_epi32(
        _mm_loadu_si128((const __m128i *)(const void *)p));
    *a = _mm512_permutexvar_ps(byte, table); /* by the low four bits */
    *b = _mm512_permutexvar_ps(_mm512_srli_epi32(byte, 4), table);
}
//< [avx512-e2m1]

//> [avx512-eight] AVX-512: eight doubles
typedef __m512d eight;

static inline eight eight_zero(void)
{
    return _mm512_setzero_pd();
}

static inline eight eight_set(double x)
{
    return _mm512_set1_pd(x);
}

static inline eight eight_load(const double *p)
{
    return _mm512_loadu_pd(p);
}

static inline eight eight_floats(const float *p)
{
    return _mm512_cvtps_pd(_mm256_loadu_ps(p));
}

static inline void eight_store(double *p, eight a)
{
    _mm512_storeu_pd(p, a);
}

static inline void eight_to_floats(float *p, eight a)
{
    _mm256_storeu_ps(p, _mm512_cvtpd_ps(a));
}
//< [avx512-eight]

//> [avx512-eight-sums] AVX-512: their sums and products
static inline eight eight_add(eight a, eight b)
{
    return _mm512_add_pd(a, b);
}

static inline eight eight_sub(eight a, eight b)
{
    return _mm512_sub_pd(a, b);
}

static inline eight eight_mul(eight a, eight b)
{
    return _mm512_mul_pd(a, b);
}

static inline eight eight_fma(eight a, eight b, eight c)
{
    return _mm512_fmadd_pd(a, b, c);
}
//< [avx512-eight-sums]

//> [avx512-eight-exp] AVX-512: two steps of the exponential
/* s - max in float32, as far as it matters; NaN stays NaN. */
static inline eight eight_difference(const float *s, float max)
{
    eight y = _mm512_cvtps_pd(_mm256_sub_ps(_mm256_loadu_ps(s),
                                            _mm256_set1_ps(max)));
    y = _mm512_max_pd(_mm512_set1_pd(-EXP_FAR), y);
    return _mm512_min_pd(_mm512_set1_pd(EXP_FAR), y);
}

/* 2^k from k + EXP_SHIFT, by its bits. */
static inline eight eight_power(eight shifted)
{
    __m512i bits = _mm512_slli_epi64(_mm512_castpd_si512(shifted), 52);
    return _mm512_castsi512_pd(
        _mm512_add_epi64(bits, _mm512_set1_epi64((int64_t)1023 << 52)));
}
//< [avx512-eight-exp]

//> [avx512-kernels] AVX-512: the kernels, in these words
#include "numerics/lanes.h"
#include "numerics/lanes_attention.h"
#include "numerics/lanes_bits.h"
#include "numerics/lanes_index.h"
#include "numerics/lanes_many.h"
//< [avx512-kernels]

//> [avx512-tables] AVX-512: what it overwrites
static bool here(void)
{
    return __builtin_cpu_supports("avx512f")
           && __builtin_cpu_supports("avx512bw")
           && __builtin_cpu_supports("avx512dq")
           && __builtin_cpu_supports("avx512vl");
}

static void same_bits(struct primitives *set)
{
    set->dot = dot;
    set->mean_square = mean_square;
    set->exp_sum = exp_sum;
    set->axpy = axpy;
    set->mix = mix;
    set->scores = bits_scores;
    set->weigh = bits_weigh;
    for (int f = 0; f < FORMAT_COUNT; f++) {
        set->linear[f] = bits_linear;
        set->linear_codes[f] = bits_codes;
    }
}
//< [avx512-tables]

//> [avx512-own-order] AVX-512: sums in float lanes
static void own_order(struct primitives *set)
{
    set->scores = scores;
    set->weigh = weigh;
    set->index_scores = index_scores;
    for (int f = 0; f < FORMAT_COUNT; f++)
        set->linear[f] = linear;
    set->work_size = work_size;
    set->packed_size = packed_size;
    set->pack = pack;
    set->tile = TILE_VECTORS;
}
//< [avx512-own-order]
//> [avx512-elsewhere] AVX-512: a machine of another kind has none of it
#else
static bool here(void)
{
    return false;
}

static void same_bits(struct primitives *set)
{
    (void)set;
}

static void own_order(struct primitives *set)
{
    (void)set;
}
#endif

const struct level level_avx512 = { "avx512", here, same_bits, own_order };
//< [avx512-elsewhere]
