/**
 * @file
 * Matrices: every element of every format where its definition says.
 */
#include "numerics/matrix.h"

#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

/* Every element through held_unpack() and held_scale(), rows 3 and on. */
static void check_elements(const struct matrix *m)
{
    struct held h = weights_hold(m, 3, m->rows - 3);
    cr_assert_eq(h.first, 3);
    cr_assert_eq(h.rows, m->rows - 3);
    float codes[UNPACK];
    for (int r = 0; r < h.rows; r++)
        for (int col = 0; col < m->cols; col += UNPACK) {
            int n = held_unpack(codes, &h, r, col);
            int rest = m->cols - col;
            cr_assert_eq(n, rest < UNPACK ? rest : UNPACK);
            for (int i = 0; i < n; i++) {
                cr_assert_eq((double)codes[i],
                             matrix_code(m, h.first + r, col + i),
                             "format %d row %d col %d", (int)m->format, r,
                             col + i);
                cr_assert_eq((double)held_scale(&h, r, col + i),
                             matrix_scale(m, h.first + r, col + i));
            }
        }
    weights_release(&h);
    cr_assert_null(h.data);
}

Test(matrix, every_format)
{
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 5);
    static const int cols[] = { 32, 96, 128, 160, 288 };
    for (enum format f = FORMAT_F32; f < FORMAT_COUNT; f++)
        for (size_t i = 0; i < sizeof cols / sizeof *cols; i++) {
            struct matrix m = random_matrix(&a, &r, f, 140, cols[i]);
            check_elements(&m);
        }
    struct matrix odd = random_matrix(&a, &r, FORMAT_FP8, 5, 131);
    check_elements(&odd);
    arena_free(&a);
}

/* Two nibbles on paper: 0x62 is 1 (code 2), then 4 (code 6). */
Test(matrix, low_nibble_first)
{
    uint8_t bytes[16] = { 0x62, 0x9a }, scale = 128;
    struct matrix m = { .format = FORMAT_FP4, .rows = 1, .cols = 32,
                        .data = bytes, .scale = &scale };
    struct held h = weights_hold(&m, 0, 1);
    float x[UNPACK];
    cr_assert_eq(held_unpack(x, &h, 0, 0), 32);
    cr_assert(x[0] == 1 && x[1] == 4 && x[2] == -1 && x[3] == -0.5f);
    cr_assert_eq(held_scale(&h, 0, 31), 2);
}

/* A 2×3 grid: blocks are counted along the row first. */
Test(matrix, the_grid_of_scales)
{
    static uint8_t codes[130 * 300];
    uint8_t bytes[6] = { 127, 128, 129, 130, 131, 132 };
    float floats[6] = { 1, 2, 4, 8, 16, 32 };
    struct matrix m = { .format = FORMAT_FP8, .rows = 130, .cols = 300,
                        .data = codes, .scale = bytes };
    for (int k = 0; k < 2; k++) {
        struct held h = weights_hold(&m, 0, 130);
        cr_assert_eq(held_scale(&h, 0, 0), 1);
        cr_assert_eq(held_scale(&h, 127, 127), 1);
        cr_assert_eq(held_scale(&h, 0, 128), 2);
        cr_assert_eq(held_scale(&h, 127, 299), 4);
        cr_assert_eq(held_scale(&h, 128, 0), 8);
        cr_assert_eq(held_scale(&h, 129, 255), 16);
        h = weights_hold(&m, 100, 30); /* rows are counted from here, */
        /* blocks are not */
        cr_assert_eq(held_scale(&h, 28, 256), 32);
        m.scale_is_f32 = true;
        m.scale = floats;
    }
}

Test(matrix, columns_that_share_a_scale)
{
    cr_assert_eq(format_block(FORMAT_FP4), 32);
    cr_assert_eq(format_block(FORMAT_FP8), 128);
    struct matrix m = { .format = FORMAT_BF16, .rows = 1, .cols = 1 };
    struct held h = weights_hold(&m, 0, 1);
    cr_assert_eq(held_scale(&h, 0, 0), 1);
}
