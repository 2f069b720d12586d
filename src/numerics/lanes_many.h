//> [lanes-many-header] Many vectors at once
/**
 * @file
 * A matrix times many vectors, for a file that has included lanes.h: rows
 * are decoded into a panel that stays in the first cache and meets all
 * vectors, a tile of registers at a time. Told in chapter 34.
 */
#ifndef V4_NUMERICS_LANES_MANY_H
#define V4_NUMERICS_LANES_MANY_H
//< [lanes-many-header]

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
