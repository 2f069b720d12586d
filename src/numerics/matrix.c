//> [matrix-includes] What matrices need
#include "numerics/matrix.h"

#include "numerics/lowfloat.h"
#include "numerics/quant.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
//< [matrix-includes]

//> [matrix-hold] Mapped weights are always within reach
struct held weights_hold(const struct matrix *m, int first, int rows)
{
    assert(first >= 0 && rows >= 0 && first + rows <= m->rows);
    return (struct held){
        .m = m, .first = first, .rows = rows,
        .data = m->data, .scale = m->scale,
    };
}

void weights_release(struct held *h)
{
    h->data = h->scale = NULL;
}
//< [matrix-hold]

//> [matrix-scale] Which scale belongs to row r, column col
int format_block(enum format f)
{
    return f == FORMAT_FP4 ? FP4_BLOCK : FP8_BLOCK;
}

float held_scale(const struct held *h, int r, int col)
{
    if (!h->scale)
        return 1.0f;
    int block = format_block(h->m->format);
    size_t per_row = (size_t)((h->m->cols + block - 1) / block);
    size_t row = (size_t)(h->first + r);
    if (h->m->format == FORMAT_FP8)
        row /= FP8_BLOCK; /* 128 rows share it, too */
    size_t i = row * per_row + (size_t)(col / block);
    if (h->m->scale_is_f32)
        return ((const float *)h->scale)[i];
    return e8m0_decode(((const uint8_t *)h->scale)[i]);
}
//< [matrix-scale]

//> [matrix-decode] From bytes to numbers
int held_unpack(float *codes, const struct held *h, int r, int col)
{
    size_t start = (size_t)(h->first + r) * (size_t)h->m->cols
                   + (size_t)col;
    int n = h->m->cols - col < UNPACK ? h->m->cols - col : UNPACK;
    const uint8_t *bytes = h->data;
    switch (h->m->format) {
    case FORMAT_F32:
        memcpy(codes, bytes + 4 * start, 4 * (size_t)n);
        break;
    //> [matrix-decode-low] bf16, e4m3, and two e2m1 to a byte
    case FORMAT_BF16:
        for (int i = 0; i < n; i++)
            codes[i] = bf16_decode(((const uint16_t *)h->data)[start
                                                    + (size_t)i]);
        break;
    case FORMAT_FP8:
        for (int i = 0; i < n; i++)
            codes[i] = e4m3_decode(bytes[start + (size_t)i]);
        break;
    default:
        for (int i = 0; i < n; i += 2) {
            uint8_t pair = bytes[(start + (size_t)i) / 2];
            codes[i] = e2m1_decode(pair & 15); /* low nibble first */
            codes[i + 1] = e2m1_decode(pair >> 4);
        }
    //< [matrix-decode-low]
    }
    return n;
}
//< [matrix-decode]
