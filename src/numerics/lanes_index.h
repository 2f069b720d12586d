//> [lanes-index-header] The indexer's scores, heads side by side
/**
 * @file
 * What the indexer gives every entry, for a file that has included lanes.h.
 * An index key is short and meets many heads: here the lanes are heads, a
 * key's number is spread over all of them, and nothing is folded before the
 * heads are added up. Told in chapter 34.
 *
 * Things that are not obvious:
 * - a dot product runs along its key, one fused multiply-add after the
 *   other; head h is added to lane h mod 16. So the order is the same for
 *   every width of registers;
 * - heads that fill no lanes are heads of zeros with the weight zero.
 */
#ifndef V4_NUMERICS_LANES_INDEX_H
#define V4_NUMERICS_LANES_INDEX_H

#include "base/threads.h"
//< [lanes-index-header]

//> [lanes-index-keys] A few keys against all heads
/* q (heads / step, D, step) with step = INDEX_LANES * 16, omega (heads);
   n keys, and the last one again for the others. */
static void index_keys(float *score, const float *q, const float *omega,
                       const float *const *keys, int n, int D, int heads)
{
    lanes sum[INDEX_KEYS], dot[INDEX_KEYS][INDEX_LANES], v[INDEX_LANES];
    for (int j = 0; j < INDEX_KEYS; j++)
        sum[j] = lanes_zero();
    for (int h = 0; h < heads; h += INDEX_LANES * WIDTH) {
        #pragma GCC unroll 8
        for (int j = 0; j < INDEX_KEYS; j++)
            #pragma GCC unroll 8
            for (int i = 0; i < INDEX_LANES; i++)
                dot[j][i] = lanes_zero();
        //> [lanes-index-dots] Number by number of the keys
        for (int k = 0; k < D; k++, q += INDEX_LANES * WIDTH) {
            #pragma GCC unroll 8
            for (int i = 0; i < INDEX_LANES; i++)
                v[i] = lanes_load(q + i * WIDTH);
            #pragma GCC unroll 8
            for (int j = 0; j < INDEX_KEYS; j++) {
                lanes x = lanes_set(keys[j < n ? j : n - 1][k]);
                #pragma GCC unroll 8
                for (int i = 0; i < INDEX_LANES; i++)
                    dot[j][i] = lanes_fma(x, v[i], dot[j][i]);
            }
        }
        //< [lanes-index-dots]
        #pragma GCC unroll 8
        for (int j = 0; j < INDEX_KEYS; j++)
            #pragma GCC unroll 8
            for (int i = 0; i < INDEX_LANES; i++)
                sum[j] = lanes_fma(lanes_relu(dot[j][i]),
                                   lanes_load(omega + h + i * WIDTH), sum[j]);
    }
    for (int j = 0; j < n; j++)
        score[j] = lanes_fold(sum[j]);
}
//< [lanes-index-keys]

//> [lanes-index-scores] Queries turned round once, then all keys
static void index_scores(float *score, const float *q, const float *omega,
                         const float *const *keys, int H, int n, int D,
                         struct arena *scratch)
{
    enum { TOGETHER_HEADS = INDEX_LANES * WIDTH };
    int heads = (H + TOGETHER_HEADS - 1) / TOGETHER_HEADS * TOGETHER_HEADS;
    struct arena_mark mark = arena_mark(scratch);
    float *turned = arena_floats(scratch, (size_t)heads * (size_t)D);
    float *weight = arena_floats(scratch, (size_t)heads);
    for (int h = 0; h < heads; h++) {
        weight[h] = h < H ? omega[h] : 0;
        float *to = turned + h / TOGETHER_HEADS * TOGETHER_HEADS * D
                    + h % TOGETHER_HEADS;
        for (int k = 0; k < D; k++, to += TOGETHER_HEADS)
            *to = h < H ? q[h * D + k] : 0;
    }
    bool wide = worth_threads((int64_t)heads * n * D);
    #pragma omp parallel for schedule(dynamic, 16) if (wide)
    for (int j = 0; j < n; j += INDEX_KEYS)
        index_keys(score + j, turned, weight, keys + j,
                   at_most(n - j, INDEX_KEYS), D, heads);
    arena_release(scratch, mark);
}
#endif
//< [lanes-index-scores]
