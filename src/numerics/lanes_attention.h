//> [lanes-attention-header] Attention in sixteen lanes
/**
 * @file
 * Scores and weighted sums of attention, for a file that has included
 * lanes.h. All heads share a key: a key is a row that meets H vectors, so
 * scores are the tiles of a matrix product; in a weighted sum a key is read
 * once for six heads. Told in chapter 34.
 */
#ifndef V4_NUMERICS_LANES_ATTENTION_H
#define V4_NUMERICS_LANES_ATTENTION_H

#include "base/threads.h"
#include "numerics/lanes_many.h"
//< [lanes-attention-header]

//> [lanes-keys] Some keys as a panel; zeros where one is missing
static void key_panel(float *panel, const float *const *keys, int n, int D,
                      int c, int depth)
{
    for (int i = 0; i < TILE_ROWS; i++)
        for (int k = 0; k < depth; k += WIDTH) {
            float *to = panel + (size_t)k * TILE_ROWS + (size_t)i * WIDTH;
            if (i < n && keys[i])
                take(to, keys[i], c + k, D, FORMAT_F32);
            else
                memset(to, 0, WIDTH * sizeof *to);
        }
}
//< [lanes-keys]

//> [lanes-scores] Eight keys against all heads
static void score_keys(float *s, size_t stride, const float *packed,
                       const float *const *keys, int n, int H, int D,
                       float *work)
{
    int tiles = tiles_of(H), all = padded(D);
    float *panel = work, *sums = panel + TILE_ROWS * DEPTH;
    memset(sums, 0, (size_t)tiles * TILE * sizeof *sums);
    for (int c = 0; c < all; c += DEPTH) {
        int depth = at_most(all - c, DEPTH);
        key_panel(panel, keys, n, D, c, depth);
        multiply_panel(sums, panel, packed, depth, tiles);
        packed += (size_t)tiles * TILE_VECTORS * (size_t)depth;
    }
    for (int i = 0; i < tiles; i++) {
        int h = i * TILE_VECTORS;
        fold_tile(s + (size_t)h * stride, stride, sums + (size_t)i * TILE, n,
                  at_most(H - h, TILE_VECTORS));
    }
    for (int i = 0; i < n; i++)
        for (int h = 0; h < H && !keys[i]; h++)
            s[(size_t)h * stride + (size_t)i] = -INFINITY;
}
//< [lanes-scores]

//> [lanes-scores-all] All keys, eight at a time
static void scores(float *s, const float *q, const float *const *keys,
                   int H, int S, int D, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    float *packed = arena_floats(scratch, packed_size(D, H + 1));
    size_t size = TILE_ROWS * DEPTH + (size_t)tiles_of(H) * TILE;
    float *work = arena_floats(scratch, (size_t)threads_most() * size);
    const struct vectors heads = { .x = q, .stride = (size_t)D, .cols = D,
                                   .T = H };
    for (int i = 0; i < tiles_of(H); i++)
        pack_tile(packed, &heads, FORMAT_F32, i, TILE_VECTORS);
    #pragma omp parallel for if (worth_threads((int64_t)H * S * D))
    for (int j = 0; j < S; j += TILE_ROWS)
        score_keys(s + j, (size_t)S, packed, keys + j,
                   at_most(S - j, TILE_ROWS), H, D,
                   work + (size_t)thread_number() * size);
    arena_release(scratch, mark);
}
//< [lanes-scores-all]

//> [lanes-weigh] Some heads, some columns, all keys
/* `width` lanes from column c on, for n heads from h on. */
static inline __attribute__((always_inline)) void
weigh_part(float *o, const float *p, int stride, const float *const *keys,
           int n, int S, int D, int c, int width)
{
    lanes sum[WEIGH_HEADS][WEIGH_LANES], key[WEIGH_LANES];
    #pragma GCC unroll 8
    for (int h = 0; h < WEIGH_HEADS; h++)
        #pragma GCC unroll 8
        for (int i = 0; i < width; i++)
            sum[h][i] = lanes_load(o + (h < n ? h : 0) * D + c + i * WIDTH);
    //> [lanes-weigh-keys] Each key, for all of these heads
    for (int j = 0; j < S; j++) {
        if (!keys[j])
            continue;
        #pragma GCC unroll 8
        for (int i = 0; i < width; i++)
            key[i] = lanes_load(keys[j] + c + i * WIDTH);
        #pragma GCC unroll 8
        for (int h = 0; h < WEIGH_HEADS; h++) {
            lanes w = lanes_set(p[(h < n ? h : 0) * stride + j]);
            #pragma GCC unroll 8
            for (int i = 0; i < width; i++)
                sum[h][i] = lanes_fma(w, key[i], sum[h][i]);
        }
    }
    //< [lanes-weigh-keys]
    #pragma GCC unroll 8
    for (int h = 0; h < WEIGH_HEADS; h++)
        #pragma GCC unroll 8
        for (int i = 0; i < width && h < n; i++)
            lanes_store(o + h * D + c + i * WIDTH, sum[h][i]);
}
//< [lanes-weigh]

//> [lanes-weigh-all] All columns of some heads
static void weigh_heads(float *o, const float *p, int stride,
                        const float *const *keys, int n, int S, int D)
{
    int c = 0;
    for (; c + WEIGH_LANES * WIDTH <= D; c += WEIGH_LANES * WIDTH)
        weigh_part(o, p, stride, keys, n, S, D, c, WEIGH_LANES);
    for (; c + WIDTH <= D; c += WIDTH)
        weigh_part(o, p, stride, keys, n, S, D, c, 1);
    for (int h = 0; h < n && c < D; h++)
        for (int j = 0; j < S; j++)
            for (int i = c; i < D && keys[j]; i++)
                o[h * D + i] = fmaf(p[h * stride + j], keys[j][i],
                                    o[h * D + i]);
}

static void weigh(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D)
{
    #pragma omp parallel for if (worth_threads((int64_t)H * S * D))
    for (int h = 0; h < H; h += WEIGH_HEADS)
        weigh_heads(o + (size_t)h * (size_t)D,
                    p + (size_t)h * (size_t)stride, stride, keys,
                    at_most(H - h, WEIGH_HEADS), S, D);
}
#endif
//< [lanes-weigh-all]
