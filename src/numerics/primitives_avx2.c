//> [avx2-header] AVX2: two registers, sixteen floats
/* AVX2 with FMA and F16C: what lanes.h and lanes_bits.h are written in. The
   only file that uses these instructions; chosen when the program runs, by
   what the machine can do. Told in chapter 34. */
#include "numerics/exp.h"
#include "numerics/fast.h"

#ifdef __AVX2__
#include <immintrin.h>
#include <stdint.h>

typedef struct {
    __m256 lo, hi;
} lanes;
enum { TILE_ROWS = 2, TILE_VECTORS = 3, WEIGH_HEADS = 3, WEIGH_LANES = 2 };
enum { INDEX_KEYS = 5, INDEX_LANES = 1 };

static inline lanes lanes_zero(void)
{
    return (lanes){ _mm256_setzero_ps(), _mm256_setzero_ps() };
}

static inline lanes lanes_set(float x)
{
    return (lanes){ _mm256_set1_ps(x), _mm256_set1_ps(x) };
}
//< [avx2-header]

//> [avx2-lanes] AVX2: load, store, multiply, add
static inline lanes lanes_load(const float *p)
{
    return (lanes){ _mm256_loadu_ps(p), _mm256_loadu_ps(p + 8) };
}

static inline void lanes_store(float *p, lanes a)
{
    _mm256_storeu_ps(p, a.lo);
    _mm256_storeu_ps(p + 8, a.hi);
}

static inline lanes lanes_mul(lanes a, lanes b)
{
    return (lanes){ _mm256_mul_ps(a.lo, b.lo), _mm256_mul_ps(a.hi, b.hi) };
}

static inline lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return (lanes){ _mm256_fmadd_ps(a.lo, b.lo, c.lo),
                    _mm256_fmadd_ps(a.hi, b.hi, c.hi) };
}
//< [avx2-lanes]

//> [avx2-relu] AVX2: what is positive; what stays
/* What is positive, and NaN: of two, max takes the second if either is. */
static inline lanes lanes_relu(lanes a)
{
    return (lanes){ _mm256_max_ps(_mm256_setzero_ps(), a.lo),
                    _mm256_max_ps(_mm256_setzero_ps(), a.hi) };
}

/* Keep it in registers: otherwise gcc loads it again at every use. */
static inline lanes lanes_keep(lanes a)
{
    __asm__("" : "+x"(a.lo), "+x"(a.hi));
    return a;
}
//< [avx2-relu]

//> [avx2-fold] AVX2: halves onto halves
static inline float lanes_fold(lanes a)
{
    __m256 b = _mm256_add_ps(a.lo, a.hi);
    __m128 c = _mm_add_ps(_mm256_castps256_ps128(b),
                          _mm256_extractf128_ps(b, 1));
    c = _mm_add_ps(c, _mm_movehl_ps(c, c));
    return _mm_cvtss_f32(_mm_add_ss(c, _mm_movehdup_ps(c)));
}
//< [avx2-fold]

//> [avx2-bf16] AVX2: bf16: the upper half of a float
static inline __m128i load_16_bytes(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

static inline __m256 eight_bf16(const uint8_t *p)
{
    __m256i wide = _mm256_cvtepu16_epi32(load_16_bytes(p));
    return _mm256_castsi256_ps(_mm256_slli_epi32(wide, 16));
}

static inline lanes lanes_bf16(const uint8_t *p)
{
    return (lanes){ eight_bf16(p), eight_bf16(p + 16) };
}
//< [avx2-bf16]

//> [avx2-e4m3] AVX2: e4m3: the bits of a half float, moved by seven
/* Sign-extended to 16 bits and moved, the sign is there twice; the copy in
   the exponent goes. Subnormals of one are subnormals of the other. */
static inline lanes sixteen_e4m3(const uint8_t *p)
{
    __m256i half = _mm256_cvtepi8_epi16(load_16_bytes(p));
    half = _mm256_and_si256(_mm256_slli_epi16(half, 7),
                            _mm256_set1_epi16((short)0xbfff));
    return (lanes){ _mm256_cvtph_ps(_mm256_castsi256_si128(half)),
                    _mm256_cvtph_ps(_mm256_extracti128_si256(half, 1)) };
}

static inline void lanes_e4m3(lanes *a, lanes *b, const uint8_t *p)
{
    *a = sixteen_e4m3(p);
    *b = sixteen_e4m3(p + 16);
}
//< [avx2-e4m3]

//> [avx2-nan] AVX2: notice a weight that is no number
/* The largest magnitudes met so far, byte by byte: 0x7f is NaN. */
typedef __m256i nans;

static inline nans nans_none(void)
{
    return _mm256_setzero_si256();
}

static inline nans nans_note(nans seen, const uint8_t *p)
{
    __m256i c = _mm256_loadu_si256((const __m256i *)(const void *)p);
    c = _mm256_and_si256(c, _mm256_set1_epi8(0x7f));
    return _mm256_max_epu8(seen, c);
}

static inline bool nans_met(nans seen)
{
    return _mm256_movemask_epi8(
               _mm256_cmpeq_epi8(seen, _mm256_set1_epi8(0x7f))) != 0;
}
//< [avx2-nan]

//> [avx2-e2m1] AVX2: e2m1: a table of sixteen bytes, doubled, looked up
static inline __m256 eight_halves(__m128i doubled, __m256 scale)
{
    __m256i wide = _mm256_cvtepi8_epi32(doubled);
    return _mm256_mul_ps(_mm256_cvtepi32_ps(wide), scale);
}

static inline lanes sixteen_e2m1(__m128i nibbles, __m256 scale)
{
    const __m128i twice = _mm_setr_epi8(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2,
                                        -3, -4, -6, -8, -12);
    nibbles = _mm_and_si128(nibbles, _mm_set1_epi8(15));
    __m128i doubled = _mm_shuffle_epi8(twice, nibbles);
    return (lanes){ eight_halves(doubled, scale),
                    eight_halves(_mm_srli_si128(doubled, 8), scale) };
}

static inline void lanes_e2m1(lanes *a, lanes *b, const uint8_t *p,
                              float scale)
{
    __m128i bytes = load_16_bytes(p);
    __m256 half = _mm256_set1_ps(scale * 0.5f);
    *a = sixteen_e2m1(bytes, half);
    *b = sixteen_e2m1(_mm_srli_epi16(bytes, 4), half);
}
//< [avx2-e2m1]

//> [avx2-eight] AVX2: eight doubles
typedef struct {
    __m256d lo, hi;
} eight;

static inline eight eight_set(double x)
{
    return (eight){ _mm256_set1_pd(x), _mm256_set1_pd(x) };
}

static inline eight eight_zero(void)
{
    return eight_set(0);
}

static inline eight eight_load(const double *p)
{
    return (eight){ _mm256_loadu_pd(p), _mm256_loadu_pd(p + 4) };
}

static inline eight eight_floats(const float *p)
{
    return (eight){ _mm256_cvtps_pd(_mm_loadu_ps(p)),
                    _mm256_cvtps_pd(_mm_loadu_ps(p + 4)) };
}
//< [avx2-eight]

//> [avx2-eight-store] AVX2: eight doubles to memory
static inline void eight_store(double *p, eight a)
{
    _mm256_storeu_pd(p, a.lo);
    _mm256_storeu_pd(p + 4, a.hi);
}

static inline void eight_to_floats(float *p, eight a)
{
    _mm_storeu_ps(p, _mm256_cvtpd_ps(a.lo));
    _mm_storeu_ps(p + 4, _mm256_cvtpd_ps(a.hi));
}
//< [avx2-eight-store]

//> [avx2-eight-sums] AVX2: their sums and products
static inline eight eight_add(eight a, eight b)
{
    return (eight){ _mm256_add_pd(a.lo, b.lo), _mm256_add_pd(a.hi, b.hi) };
}

static inline eight eight_sub(eight a, eight b)
{
    return (eight){ _mm256_sub_pd(a.lo, b.lo), _mm256_sub_pd(a.hi, b.hi) };
}

static inline eight eight_mul(eight a, eight b)
{
    return (eight){ _mm256_mul_pd(a.lo, b.lo), _mm256_mul_pd(a.hi, b.hi) };
}

static inline eight eight_fma(eight a, eight b, eight c)
{
    return (eight){ _mm256_fmadd_pd(a.lo, b.lo, c.lo),
                    _mm256_fmadd_pd(a.hi, b.hi, c.hi) };
}
//< [avx2-eight-sums]

//> [avx2-eight-exp] AVX2: two steps of the exponential
static inline __m256d four_in_range(__m128 x)
{
    __m256d y = _mm256_max_pd(_mm256_set1_pd(-EXP_FAR), _mm256_cvtps_pd(x));
    return _mm256_min_pd(_mm256_set1_pd(EXP_FAR), y);
}

/* s - max in float32, as far as it matters; NaN stays NaN. */
static inline eight eight_difference(const float *s, float max)
{
    __m128 m = _mm_set1_ps(max);
    return (eight){ four_in_range(_mm_sub_ps(_mm_loadu_ps(s), m)),
                    four_in_range(_mm_sub_ps(_mm_loadu_ps(s + 4), m)) };
}

static inline __m256d four_powers(__m256d shifted)
{
    __m256i bits = _mm256_slli_epi64(_mm256_castpd_si256(shifted), 52);
    return _mm256_castsi256_pd(
        _mm256_add_epi64(bits, _mm256_set1_epi64x((int64_t)1023 << 52)));
}

/* 2^k from k + EXP_SHIFT, by its bits. */
static inline eight eight_power(eight shifted)
{
    return (eight){ four_powers(shifted.lo), four_powers(shifted.hi) };
}
//< [avx2-eight-exp]

//> [avx2-kernels] AVX2: the kernels, in these words
#include "numerics/lanes.h"
#include "numerics/lanes_attention.h"
#include "numerics/lanes_bits.h"
#include "numerics/lanes_index.h"
#include "numerics/lanes_many.h"
//< [avx2-kernels]

//> [avx2-tables] AVX2: what it overwrites
static bool here(void)
{
    /* F16C is older than both; clang 14 cannot ask for it. */
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
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
//< [avx2-tables]

//> [avx2-own-order] AVX2: sums in float lanes
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
//< [avx2-own-order]
//> [avx2-elsewhere] AVX2: a machine of another kind has none of it
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

const struct level level_avx2 = { "avx2", here, same_bits, own_order };
//< [avx2-elsewhere]
