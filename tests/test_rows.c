/**
 * @file
 * The row store: floats come back as they are; packed rows come back as
 * the values they were rounded to, in the released number of bytes.
 */
#include "attention/rows.h"

#include "numerics/faithful.h"
#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const struct config released = {
    .head_dim = 512, .qk_rope_head_dim = 64, .index_head_dim = 128,
    .numerics = FAITHFUL,
};

static struct rows store(struct arena *a, const struct config *c,
                         enum row_kind kind, int capacity)
{
    struct rows r;
    rows_describe(&r, c, kind, capacity);
    cr_assert_null(r.data);
    r.data = arena_alloc(a, rows_bytes(&r), 1);
    return r;
}

Test(rows, released_bytes)
{
    struct config c = released;
    struct rows r;
    rows_describe(&r, &c, ROW_KEY, 10);
    cr_assert_eq(r.row_bytes, 584);
    cr_assert_eq(rows_bytes(&r), 5840);
    rows_describe(&r, &c, ROW_INDEX, 10);
    cr_assert_eq(r.row_bytes, 68);
    c.numerics = EXACT;
    rows_describe(&r, &c, ROW_KEY, 3);
    cr_assert_eq(rows_bytes(&r), 3 * 512 * 4);
    rows_describe(&r, &c, ROW_INDEX, 0);
    cr_assert_eq(r.row_bytes, 128 * 4);
    cr_assert_eq(rows_bytes(&r), 0);
}

/* A row as attention rounds it before it comes here. */
static void round_row(float *x, const struct rows *r)
{
    size_t plain = (size_t)(r->width - r->rotary);
    faithful_bf16(x, (size_t)r->width, FAITHFUL);
    if (r->kind == ROW_KEY)
        faithful_e4m3(x, plain, 64, FAITHFUL);
    else
        faithful_e2m1(x, plain, FAITHFUL);
}

/* Zeros, tiny and huge blocks, one spike; thousands of rows. */
static void check_kind(enum row_kind kind, struct config c, int rounds)
{
    enum { ROWS = 5 };
    struct arena a = poisoned_arena();
    struct rng rng;
    rng_seed(&rng, 584);
    struct rows r = store(&a, &c, kind, ROWS);
    size_t n = (size_t)r.width;
    float *x = arena_floats(&a, ROWS * n), *tmp = arena_floats(&a, n);
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < ROWS * n; i++) {
            int k = (int)(i / 32 * 7 + (size_t)round * 5) % 60 - 30;
            x[i] = round % 9 == 0 ? 0 : ldexpf(rng_normal(&rng), k);
        }
        x[(size_t)round % (ROWS * n)] = round % 2 ? 3e8f : -0.0f;
        for (int i = ROWS - 1; i >= 0; i--) { /* they do not touch */
            round_row(x + (size_t)i * n, &r);
            rows_put(&r, i, x + (size_t)i * n);
        }
        for (int i = 0; i < ROWS; i++)
            assert_same_floats("packed", rows_get(&r, i, tmp),
                               x + (size_t)i * n, n);
    }
    arena_free(&a);
}

Test(rows, packing_loses_nothing)
{
    check_kind(ROW_KEY, released, 300);
    check_kind(ROW_INDEX, released, 600);
    struct config tiny = released;
    tiny.head_dim = 128; /* as in the tiny models: one block of 64 */
    tiny.index_head_dim = 64;
    check_kind(ROW_KEY, tiny, 300);
    check_kind(ROW_INDEX, tiny, 300);
}

Test(rows, floats_stay_in_place)
{
    struct arena a = poisoned_arena();
    struct config c = released;
    c.numerics = EXACT;
    struct rng rng;
    rng_seed(&rng, 2);
    struct rows r = store(&a, &c, ROW_KEY, 4);
    float *x = random_floats(&a, &rng, 512, 1);
    rows_put(&r, 2, x);
    const float *y = rows_get(&r, 2, NULL);
    cr_assert_eq((const unsigned char *)y, r.data + 2 * r.row_bytes);
    assert_same_floats("a row", y, x, 512);
    cr_assert(isnan(rows_get(&r, 1, NULL)[511]), "its neighbour is as it was");
    cr_assert(isnan(rows_get(&r, 3, NULL)[0]));
    arena_free(&a);
}

/* One key on paper: where its bytes are. */
Test(rows, layout_of_a_packed_key)
{
    struct arena a = { 0 };
    struct rows r = store(&a, &released, ROW_KEY, 1);
    static float x[512];
    x[0] = 448;   /* e4m3 0x7e, scale 1: e8m0 127 */
    x[64] = -896; /* e4m3 0xfe, scale 2: e8m0 128 */
    x[448] = 1;   /* bf16 0x3f80, little-endian */
    rows_put(&r, 0, x);
    cr_assert_eq(r.data[0], 0x7e);
    cr_assert_eq(r.data[64], 0xfe);
    cr_assert(r.data[448] == 0x80 && r.data[449] == 0x3f);
    cr_assert(r.data[576] == 127 && r.data[577] == 128);
    struct rows index = store(&a, &released, ROW_INDEX, 1);
    static float y[128];
    y[0] = 0.5f;  /* e2m1 1, low nibble */
    y[1] = -6;    /* e2m1 15, high nibble; scale 1 */
    y[127] = 12;  /* e2m1 7, scale 2 */
    rows_put(&index, 0, y);
    cr_assert(index.data[0] == 0xf1 && index.data[63] == 0x70);
    cr_assert(index.data[64] == 127 && index.data[67] == 128);
    arena_free(&a);
}
