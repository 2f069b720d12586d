//> [lanes-header] Sixteen floats side by side, and what is done with them
/**
 * @file
 * The kernels of the fast sets, written once, in sixteen float lanes. A file
 * that includes this one has said before what `lanes` are (one register of
 * AVX-512, two of AVX2), how they are loaded, multiplied and folded, and how
 * stored weights become lanes. The order of all additions is fixed here, so
 * every instruction set gives the same bits. Told in chapter 34.
 *
 * Things that are not obvious:
 * - product i of a sum goes to lane i mod 16 with one rounding (a fused
 *   multiply-add); the lanes are folded at the end. One vector and five
 *   hundred go through different code in the same order: how an input is
 *   cut into passes does not show in its bits;
 * - of 32 FP4 columns the even ones come first, because a byte holds an even
 *   column in its low nibble and an odd one in its high nibble. The vectors
 *   they meet are brought into the same order once;
 * - one vector is bound by memory: four rows are read at once, each line
 *   asked for before it is needed. Many vectors are bound by arithmetic: a
 *   few rows are decoded into a panel that stays in the first cache and
 *   meets all vectors, a tile of registers at a time.
 */
#ifndef V4_NUMERICS_LANES_H
#define V4_NUMERICS_LANES_H
//< [lanes-header]

//> [lanes-sizes] How the work is cut
#include "numerics/primitives.h"
#include "numerics/quant.h"

#include <math.h>
#include <string.h>

enum {
    WIDTH = 16,  /* lanes */
    STEP = 32,   /* columns decoded together: a block of FP4 */
    DEPTH = 512, /* columns of a panel: its rows fit the first cache */
    AT_ONCE = 4, /* rows that meet one vector together */
};
//< [lanes-sizes]

//> [lanes-decode] Thirty-two weights become two times sixteen floats
/* lanes_e4m3() makes a half float of a code, which is 256 times too small;
   the scale makes up for it. */
static const float E4M3_UNIT = 256;
//< [lanes-decode]

//> [lanes-decode-32] Decode by format
/* f is a constant wherever this is called: one case is left. */
static inline __attribute__((always_inline)) void
decode(lanes *a, lanes *b, nans *seen, const uint8_t *p, float scale,
       enum format f)
{
    switch (f) {
    case FORMAT_F32:
        *a = lanes_load((const float *)(const void *)p);
        *b = lanes_load((const float *)(const void *)p + WIDTH);
        break;
    case FORMAT_BF16:
        *a = lanes_bf16(p);
        *b = lanes_bf16(p + 2 * WIDTH);
        break;
    case FORMAT_FP8:
        lanes_e4m3(a, b, p);
        *seen = nans_note(*seen, p);
        *a = lanes_mul(*a, lanes_set(scale));
        *b = lanes_mul(*b, lanes_set(scale));
        break;
    default:
        lanes_e2m1(a, b, p, scale);
    }
}
//< [lanes-decode-32]

//> [lanes-bytes] Blocks and bytes of a format
static inline int at_most(int n, int most)
{
    return n < most ? n : most;
}

static inline int block_of(enum format f)
{
    return f == FORMAT_FP4 ? FP4_BLOCK : FP8_BLOCK;
}

/* Bytes of n columns. */
static inline size_t bytes_of(int n, enum format f)
{
    static const size_t eighths[FORMAT_COUNT] = { 32, 16, 8, 4 };
    return (size_t)n * eighths[f] / 8;
}
//< [lanes-bytes]

//> [lanes-tail] The last columns, if they are fewer than 32
/* Decoded by the definition, scaled, zeros behind them. */
static void decode_tail(float *out, const struct held *w, int r)
{
    int whole = w->m->cols / STEP * STEP;
    float codes[UNPACK];
    int from = whole / UNPACK * UNPACK;
    int n = held_unpack(codes, w, r, from);
    memset(out, 0, STEP * sizeof *out);
    for (int c = whole; c < from + n; c++)
        out[c - whole] = codes[c - from] * held_scale(w, r, c);
}
//< [lanes-tail]

//> [lanes-scales] The scales of a row, as floats
/* The bits of e8m0_decode(), without a branch: 2^-127 is subnormal. */
static void decode_e8m0(float *out, const uint8_t *code, int n)
{
    for (int i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)code[i] << 23;
        bits = code[i] == 0 ? 0x00400000 : bits;
        bits = code[i] == 255 ? 0x7fc00000 : bits;
        memcpy(&out[i], &bits, sizeof bits);
    }
}

/* Row r of w has n of them. Those of FP8 make up for lanes_e4m3(), too. */
static void row_scales(float *out, const struct held *w, int r, int n)
{
    bool fp8 = w->m->format == FORMAT_FP8;
    size_t row = (size_t)(w->first + r) / (fp8 ? FP8_BLOCK : 1);
    if (!w->scale)
        return;
    if (w->m->scale_is_f32)
        memcpy(out, (const float *)w->scale + row * (size_t)n,
               (size_t)n * sizeof *out);
    else
        decode_e8m0(out, (const uint8_t *)w->scale + row * (size_t)n, n);
    for (int i = 0; i < n && fp8; i++)
        out[i] *= E4M3_UNIT;
}
//< [lanes-scales]

//> [lanes-rows] Some rows of a matrix, and their scales
/** Up to eight rows of a matrix. */
struct strip {
    const uint8_t *row[8]; ///< the rows' bytes
    const float *scale[8]; ///< `(cols / block)` of each
};

/* n rows from r on, and the last one again until there are `all`. The
   scales are decoded into `room`, (all, cols / block). */
static float *find_rows(struct strip *s, const struct held *w, int r, int n,
                        int all, float *room)
{
    int block = format_block(w->m->format);
    int blocks = (w->m->cols + block - 1) / block;
    size_t bytes = bytes_of(w->m->cols, w->m->format);
    for (int i = 0; i < all; i++, room += blocks) {
        int at = r + (i < n ? i : n - 1);
        s->row[i] = (const uint8_t *)w->data
                    + (size_t)(w->first + at) * bytes;
        s->scale[i] = room;
        row_scales(room, w, at, blocks);
    }
    return room;
}
//< [lanes-rows]

//> [lanes-one] One vector: four rows, straight from memory
/* Columns c … c + 31 of the four rows. */
static inline __attribute__((always_inline)) void
add_step(lanes sum[AT_ONCE], nans seen[AT_ONCE], const struct strip *s,
         const float *x, int c, enum format f)
{
    lanes x0 = lanes_load(x + c), x1 = lanes_load(x + c + WIDTH), a, b;
    int block = c / block_of(f);
    #pragma GCC unroll 8
    for (int i = 0; i < AT_ONCE; i++) {
        decode(&a, &b, &seen[i], s->row[i] + bytes_of(c, f),
               s->scale[i][block], f);
        sum[i] = lanes_fma(a, x0, sum[i]);
        sum[i] = lanes_fma(b, x1, sum[i]);
    }
}
//< [lanes-one]

//> [lanes-one-rows] Four rows from end to end
static inline __attribute__((always_inline)) void
four_rows(float *y, const float *x, const struct held *w, int r, int n,
          enum format f, float *room)
{
    struct strip s;
    find_rows(&s, w, r, n, AT_ONCE, room);
    lanes sum[AT_ONCE];
    nans seen[AT_ONCE];
    #pragma GCC unroll 8
    for (int i = 0; i < AT_ONCE; i++) {
        sum[i] = lanes_zero();
        seen[i] = nans_none();
    }
    size_t ahead = AT_ONCE * bytes_of(w->m->cols, f); /* the next four */
    int c = 0, whole = w->m->cols / STEP * STEP;
    //> [lanes-one-ahead] A block of each row, and the next four asked for
    for (; c + UNPACK <= whole; c += UNPACK) {
        #pragma GCC unroll 8
        for (int i = 0; i < AT_ONCE; i++)
            #pragma GCC unroll 8
            for (size_t line = 0; line < bytes_of(UNPACK, f); line += 64)
                __builtin_prefetch(s.row[i] + bytes_of(c, f) + ahead + line,
                                   0, 2);
        #pragma GCC unroll 8
        for (int k = 0; k < UNPACK; k += STEP)
            add_step(sum, seen, &s, x, c + k, f);
    }
    //< [lanes-one-ahead]
    for (; c < whole; c += STEP)
        add_step(sum, seen, &s, x, c, f);
    //> [lanes-one-end] The last columns, and the fold
    float tail[STEP];
    for (int i = 0; i < n; i++) {
        if (whole < w->m->cols) {
            decode_tail(tail, w, r + i);
            sum[i] = lanes_fma(lanes_load(tail), lanes_load(x + whole),
                               sum[i]);
            sum[i] = lanes_fma(lanes_load(tail + WIDTH),
                               lanes_load(x + whole + WIDTH), sum[i]);
        }
        y[i] = nans_met(seen[i]) ? NAN : lanes_fold(sum[i]);
    }
    //< [lanes-one-end]
}
#endif
//< [lanes-one-rows]
