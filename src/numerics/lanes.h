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
    WIDTH = 16,   /* lanes */
    STEP = 32,    /* columns decoded together: a block of FP4 */
    DEPTH = 512,  /* columns of a panel: its rows fit the first cache */
    AT_ONCE = 4,  /* rows that meet one vector together */
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
    for (int i = 0; i < all; i++) {
        int at = r + (i < n ? i : n - 1);
        s->row[i] = (const uint8_t *)w->data
                    + (size_t)(w->first + at) * bytes;
        s->scale[i] = room;
        held_scales(room, w, at);
        for (int k = 0; k < blocks && w->m->format == FORMAT_FP8; k++)
            room[k] *= E4M3_UNIT;
        room += blocks;
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
//< [lanes-one-rows]

//> [lanes-panel] Many vectors: a few rows, decoded once for all of them
/* panel (depth / 16, TILE_ROWS, 16) from column c on. */
static inline __attribute__((always_inline)) void
fill_panel(float *panel, const struct strip *s, const struct held *w,
           int r, int n, int c, int depth, enum format f)
{
    int whole = w->m->cols / STEP * STEP - c;
    for (int i = 0; i < TILE_ROWS; i++) {
        float *to = panel + i * WIDTH;
        nans seen = nans_none();
        for (int k = 0; k < depth; k += STEP, to += 2 * TILE_ROWS * WIDTH) {
            //> [lanes-panel-step] Thirty-two columns of one row
            float tail[STEP];
            lanes a, b;
            if (k < whole) {
                decode(&a, &b, &seen, s->row[i] + bytes_of(c + k, f),
                       s->scale[i][(c + k) / block_of(f)], f);
            } else {
                decode_tail(tail, w, r + (i < n ? i : n - 1));
                a = lanes_load(tail);
                b = lanes_load(tail + WIDTH);
            }
            //< [lanes-panel-step]
            lanes_store(to, a);
            lanes_store(to + TILE_ROWS * WIDTH, b);
        }
        if (nans_met(seen)) /* one such weight, and the sum is none */
            panel[i * WIDTH] = NAN;
    }
}
//< [lanes-panel]

//> [lanes-tile] The tile: rows × vectors of sums stay in registers
static void multiply_tile(float *sums, const float *panel, const float *x,
                          int depth)
{
    lanes sum[TILE_ROWS][TILE_VECTORS], v[TILE_VECTORS];
    #pragma GCC unroll 8
    for (int i = 0; i < TILE_ROWS; i++)
        #pragma GCC unroll 8
        for (int t = 0; t < TILE_VECTORS; t++)
            sum[i][t] = lanes_load(sums + (i * TILE_VECTORS + t) * WIDTH);
    //> [lanes-tile-depth] Sixteen columns at a time
    for (int k = 0; k < depth; k += WIDTH) {
        #pragma GCC unroll 8
        for (int t = 0; t < TILE_VECTORS; t++, x += WIDTH) {
            __builtin_prefetch(x + depth * TILE_VECTORS);
            v[t] = lanes_load(x);
        }
        #pragma GCC unroll 8
        for (int i = 0; i < TILE_ROWS; i++, panel += WIDTH) {
            lanes w = lanes_keep(lanes_load(panel));
            #pragma GCC unroll 8
            for (int t = 0; t < TILE_VECTORS; t++)
                sum[i][t] = lanes_fma(w, v[t], sum[i][t]);
        }
    }
    //< [lanes-tile-depth]
    #pragma GCC unroll 8
    for (int i = 0; i < TILE_ROWS; i++)
        #pragma GCC unroll 8
        for (int t = 0; t < TILE_VECTORS; t++)
            lanes_store(sums + (i * TILE_VECTORS + t) * WIDTH, sum[i][t]);
}
//< [lanes-tile]

//> [lanes-pack] The vectors, in the order in which tiles meet them
static int tiles_of(int n)
{
    return (n + TILE_VECTORS - 1) / TILE_VECTORS;
}

static int padded(int cols)
{
    return (cols + STEP - 1) / STEP * STEP;
}

static size_t packed_size(int cols, int T)
{
    int vectors = T == 1 ? 1 : tiles_of(T) * TILE_VECTORS;
    return (size_t)vectors * (size_t)padded(cols);
}
//< [lanes-pack]

//> [lanes-pack-take] Sixteen numbers of a vector
/* Sixteen numbers of x from column c on: for FP4 half a block, the even
   columns of it or the odd ones. */
static void take(float *to, const float *x, int c, int cols, enum format f)
{
    int first = c, by = 1;
    if (f == FORMAT_FP4) {
        first = c / STEP * STEP + (c % STEP ? 1 : 0);
        by = 2;
    }
    if (by == 1 && c + WIDTH <= cols) {
        memcpy(to, x + c, WIDTH * sizeof *to);
        return;
    }
    for (int i = 0; i < WIDTH; i++)
        to[i] = first + i * by < cols ? x[first + i * by] : 0;
}
//< [lanes-pack-take]

//> [lanes-pack-tile] One tile of vectors, for every panel
/* packed: (panel, tile, depth / 16, width, 16). Fills in the vectors of one
   tile, `width` of them, zeros where there are fewer. */
static void pack_tile(float *packed, const struct vectors *x, enum format f,
                      int tile, int width)
{
    int all = padded(x->cols), tiles = (x->T + width - 1) / width;
    for (int c = 0; c < all; c += DEPTH) {
        int depth = at_most(all - c, DEPTH);
        float *to = packed + (size_t)width
            * ((size_t)tiles * (size_t)c + (size_t)tile * (size_t)depth);
        for (int k = 0; k < depth; k += WIDTH)
            for (int v = 0; v < width; v++, to += WIDTH) {
                int t = tile * width + v;
                if (t < x->T)
                    take(to, x->x + (size_t)t * x->stride, c + k, x->cols, f);
                else
                    memset(to, 0, WIDTH * sizeof *to);
            }
    }
}

static void pack(float *packed, const struct vectors *x, enum format f,
                 int tile)
{
    pack_tile(packed, x, f, tile, x->T == 1 ? 1 : TILE_VECTORS);
}
//< [lanes-pack-tile]

//> [lanes-fold] Sums of a tile, folded and written
static void fold_tile(float *y, size_t stride, const float *sums, int n,
                      int vectors)
{
    for (int t = 0; t < vectors; t++)
        for (int i = 0; i < n; i++)
            y[(size_t)t * stride + (size_t)i] = lanes_fold(
                lanes_load(sums + (i * TILE_VECTORS + t) * WIDTH));
}
//< [lanes-fold]

//> [lanes-many] A band of rows for all vectors
/* The sums of BAND rows and WIDE tiles stay in the second cache. */
enum {
    TILE = TILE_ROWS * TILE_VECTORS * WIDTH, /* floats of a tile's sums */
    BAND = 4 * TILE_ROWS,
    WIDE = 64,
};

static size_t work_size(int cols, int T)
{
    size_t scales = (size_t)BAND * (size_t)(cols / STEP + 1);
    size_t wide = (size_t)at_most(tiles_of(T), WIDE);
    return T == 1 ? scales
                  : scales + TILE_ROWS * DEPTH + BAND / TILE_ROWS * wide * TILE;
}

/* Columns c … c + depth - 1 of one panel's rows, for some tiles. */
static void multiply_panel(float *sums, const float *panel, const float *x,
                           int depth, int tiles)
{
    for (int i = 0; i < tiles; i++, x += depth * TILE_VECTORS, sums += TILE)
        multiply_tile(sums, panel, x, depth);
}
//< [lanes-many]

//> [lanes-band] Panel by panel, tile by tile
static inline __attribute__((always_inline)) void
band(float *y, size_t stride, const float *packed, const struct held *w,
     int r, int n, int T, int first, int tiles, enum format f, float *work)
{
    int all = padded(w->m->cols), panels = (n + TILE_ROWS - 1) / TILE_ROWS;
    size_t size = (size_t)tiles * TILE;
    float *panel = work, *sums = panel + TILE_ROWS * DEPTH;
    float *room = sums + (size_t)panels * size;
    struct strip s[BAND / TILE_ROWS];
    for (int i = 0; i < panels; i++)
        room = find_rows(&s[i], w, r + i * TILE_ROWS,
                         at_most(n - i * TILE_ROWS, TILE_ROWS), TILE_ROWS,
                         room);
    memset(sums, 0, (size_t)panels * size * sizeof *sums);
    for (int c = 0; c < all; c += DEPTH) {
        int depth = at_most(all - c, DEPTH);
        const float *x = packed + (size_t)TILE_VECTORS
            * ((size_t)tiles_of(T) * (size_t)c + (size_t)first * (size_t)depth);
        for (int i = 0; i < panels; i++) {
            fill_panel(panel, &s[i], w, r + i * TILE_ROWS, n - i * TILE_ROWS,
                       c, depth, f);
            multiply_panel(sums + (size_t)i * size, panel, x, depth, tiles);
        }
    }
    //> [lanes-band-fold] The results of the band
    for (int i = 0; i < panels; i++)
        for (int j = 0; j < tiles; j++) {
            int t = (first + j) * TILE_VECTORS;
            fold_tile(y + (size_t)t * stride + i * TILE_ROWS, stride,
                      sums + (size_t)i * size + (size_t)j * TILE,
                      at_most(n - i * TILE_ROWS, TILE_ROWS),
                      at_most(T - t, TILE_VECTORS));
        }
    //< [lanes-band-fold]
}
//< [lanes-band]

//> [lanes-linear] Some rows of a matrix times T vectors
static inline __attribute__((always_inline)) void
multiply(float *y, size_t stride, const struct vectors *x,
         const struct held *w, float *work, enum format f)
{
    int T = x->T, step = T == 1 ? AT_ONCE : BAND, tiles = tiles_of(T);
    for (int r = 0; r < w->rows; r += step) {
        int n = at_most(w->rows - r, step);
        if (T == 1)
            four_rows(y + r, x->packed, w, r, n, f, work);
        for (int i = 0; T > 1 && i < tiles; i += WIDE)
            band(y + r, stride, x->packed, w, r, n, T, i,
                 at_most(tiles - i, WIDE), f, work);
    }
}
//< [lanes-linear]

//> [lanes-linear-format] The format becomes a constant
static void linear(float *y, size_t stride, const struct vectors *x,
                   const struct held *w, float *work)
{
    switch (w->m->format) {
    case FORMAT_F32:
        multiply(y, stride, x, w, work, FORMAT_F32);
        break;
    case FORMAT_BF16:
        multiply(y, stride, x, w, work, FORMAT_BF16);
        break;
    case FORMAT_FP8:
        multiply(y, stride, x, w, work, FORMAT_FP8);
        break;
    default:
        multiply(y, stride, x, w, work, FORMAT_FP4);
    }
}
#endif
//< [lanes-linear-format]
