//> [rows-includes] What the row store needs
#include "attention/rows.h"

#include "numerics/lowfloat.h"
#include "numerics/quant.h"

#include <assert.h>
#include <string.h>
//< [rows-includes]

//> [rows-sizes] How many bytes a row takes
static size_t packed_bytes(const struct rows *r)
{
    size_t width = (size_t)r->width, rotary = (size_t)r->rotary;
    if (r->kind == ROW_INDEX)
        return width / 2 + width / FP4_BLOCK;
    size_t plain = width - rotary;
    size_t bytes = plain + 2 * rotary + plain / FP8_KV_BLOCK;
    return (bytes + 7) / 8 * 8;
}
//< [rows-sizes]

//> [rows-describe] The store, described
void rows_describe(struct rows *r, const struct config *c,
                   enum row_kind kind, int capacity)
{
    bool key = kind == ROW_KEY;
    *r = (struct rows){
        .kind = kind,
        .width = key ? c->head_dim : c->index_head_dim,
        .rotary = key ? c->qk_rope_head_dim : 0,
        .capacity = capacity,
        .packed = c->numerics == FAITHFUL,
    };
    r->row_bytes = r->packed ? packed_bytes(r)
                             : (size_t)r->width * sizeof(float);
}

size_t rows_bytes(const struct rows *r)
{
    return (size_t)r->capacity * r->row_bytes;
}
//< [rows-describe]

//> [rows-pack-key] A key: e4m3 codes, bf16 rotary part, scales
static void pack_key(unsigned char *out, const float *row,
                     const struct rows *r)
{
    size_t plain = (size_t)(r->width - r->rotary);
    unsigned char *scales = out + plain + 2 * (size_t)r->rotary;
    float q[FP8_KV_BLOCK];
    for (size_t i = 0; i < plain; i += FP8_KV_BLOCK) {
        float s = quantize_e4m3(q, row + i, FP8_KV_BLOCK);
        for (size_t j = 0; j < FP8_KV_BLOCK; j++)
            out[i + j] = e4m3_encode(q[j]);
        scales[i / FP8_KV_BLOCK] = e8m0_encode(s);
    }
    for (size_t i = 0; i < (size_t)r->rotary; i++) {
        uint16_t bits = bf16_encode(row[plain + i]);
        memcpy(out + plain + 2 * i, &bits, sizeof bits);
    }
}
//< [rows-pack-key]

//> [rows-unpack-key] And back
static void unpack_key(float *row, const unsigned char *in,
                       const struct rows *r)
{
    size_t plain = (size_t)(r->width - r->rotary);
    const unsigned char *scales = in + plain + 2 * (size_t)r->rotary;
    for (size_t i = 0; i < plain; i++)
        row[i] = e4m3_decode(in[i])
                 * e8m0_decode(scales[i / FP8_KV_BLOCK]);
    for (size_t i = 0; i < (size_t)r->rotary; i++) {
        uint16_t bits;
        memcpy(&bits, in + plain + 2 * i, sizeof bits);
        row[plain + i] = bf16_decode(bits);
    }
}
//< [rows-unpack-key]

//> [rows-index] An index key: pairs of e2m1 codes, scales
static void pack_index(unsigned char *out, const float *row,
                       const struct rows *r)
{
    size_t width = (size_t)r->width;
    float q[FP4_BLOCK];
    for (size_t i = 0; i < width; i += FP4_BLOCK) {
        float s = quantize_e2m1(q, row + i, FP4_BLOCK);
        for (size_t j = 0; j < FP4_BLOCK; j += 2)
            out[(i + j) / 2] = (unsigned char)(
                e2m1_encode(q[j]) | e2m1_encode(q[j + 1]) << 4);
        out[width / 2 + i / FP4_BLOCK] = e8m0_encode(s);
    }
}

static void unpack_index(float *row, const unsigned char *in,
                         const struct rows *r)
{
    size_t width = (size_t)r->width;
    for (size_t i = 0; i < width; i++) {
        unsigned code = (unsigned)in[i / 2] >> (i % 2 ? 4 : 0);
        row[i] = e2m1_decode((uint8_t)(code & 15))
                 * e8m0_decode(in[width / 2 + i / FP4_BLOCK]);
    }
}
//< [rows-index]

//> [rows-put] Put a row in, get a row out
void rows_put(struct rows *r, int i, const float *row)
{
    assert(i >= 0 && i < r->capacity);
    unsigned char *at = r->data + (size_t)i * r->row_bytes;
    if (!r->packed)
        memcpy(at, row, r->row_bytes);
    else if (r->kind == ROW_KEY)
        pack_key(at, row, r);
    else
        pack_index(at, row, r);
}

const float *rows_get(const struct rows *r, int i, float *tmp)
{
    assert(i >= 0 && i < r->capacity);
    const unsigned char *at = r->data + (size_t)i * r->row_bytes;
    if (!r->packed)
        return (const float *)(const void *)at;
    if (r->kind == ROW_KEY)
        unpack_key(tmp, at, r);
    else
        unpack_index(tmp, at, r);
    return tmp;
}
//< [rows-put]

//> [rows-reach] Only packed rows need room
const float *rows_reach(const struct rows *r, int i, struct arena *scratch)
{
    return rows_get(r, i, r->packed
                    ? arena_floats(scratch, (size_t)r->width) : NULL);
}
//< [rows-reach]
