/* The canvas: what is filled is filled exactly, and nothing else. */
#include "view/canvas.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct canvas page(struct arena *arena, int width, int height)
{
    struct canvas c;
    struct error err;
    cr_assert(canvas_make(&c, arena, width, height, &err), "%s",
              err.message);
    return c;
}

/* How many pixels are not paper. */
static int inked(const struct canvas *c)
{
    int count = 0;
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            count += canvas_pixel(c, x, y) != PAPER;
    return count;
}

Test(canvas, a_box_fills_its_pixels_only)
{
    struct arena arena = { 0 };
    struct canvas c = page(&arena, 20, 10);
    cr_assert_eq(inked(&c), 0);
    canvas_fill(&c, (struct box){ 3, 2, 4, 5 }, 0x123456);
    cr_assert_eq(inked(&c), 20);
    cr_assert_eq(canvas_pixel(&c, 3, 2), 0x123456);
    cr_assert_eq(canvas_pixel(&c, 6, 6), 0x123456);
    cr_assert_eq(canvas_pixel(&c, 7, 6), PAPER);
    cr_assert_eq(canvas_pixel(&c, 6, 7), PAPER);
    arena_free(&arena);
}

Test(canvas, what_leaves_the_page_is_cut_off)
{
    struct arena arena = { 0 };
    struct canvas c = page(&arena, 8, 8);
    canvas_fill(&c, (struct box){ -3, -3, 4, 4 }, INK);
    cr_assert_eq(inked(&c), 1);
    canvas_fill(&c, (struct box){ 7, 7, 100, 100 }, INK);
    cr_assert_eq(inked(&c), 2);
    canvas_fill(&c, (struct box){ 20, 2, 5, 5 }, INK);
    canvas_fill(&c, (struct box){ 2, -9, 5, 5 }, INK);
    canvas_hatch(&c, (struct box){ 2, 90, 5, 5 }, 2, INK);
    canvas_line(&c, -50, -50, -20, -90, 3, INK);
    canvas_blend(&c, 8, 0, INK, 1);
    canvas_blend(&c, 0, -1, INK, 1);
    cr_assert_eq(inked(&c), 2);
    canvas_frame(&c, (struct box){ 0, 0, 8, 8 }, INK);
    cr_assert_eq(inked(&c), 2); /* a frame lies outside its box */
    arena_free(&arena);
}

Test(canvas, a_frame_keeps_its_box_free)
{
    struct arena arena = { 0 };
    struct canvas c = page(&arena, 12, 12);
    canvas_frame(&c, (struct box){ 3, 3, 5, 4 }, INK);
    cr_assert_eq(inked(&c), 7 * 6 - 5 * 4);
    for (int y = 3; y < 7; y++)
        for (int x = 3; x < 8; x++)
            cr_assert_eq(canvas_pixel(&c, x, y), PAPER);
    arena_free(&arena);
}

Test(canvas, hatching_is_diagonal_and_joins)
{
    struct arena arena = { 0 };
    struct canvas c = page(&arena, 30, 20);
    canvas_hatch(&c, (struct box){ 0, 0, 13, 20 }, 5, INK);
    canvas_hatch(&c, (struct box){ 13, 0, 17, 20 }, 5, INK);
    cr_assert_eq(inked(&c), 30 * 20 / 5);
    for (int y = 1; y < 20; y++)
        for (int x = 0; x < 29; x++)
            cr_assert_eq(canvas_pixel(&c, x, y),
                         canvas_pixel(&c, x + 1, y - 1));
    arena_free(&arena);
}

Test(canvas, lines_have_their_width_and_soft_edges)
{
    struct arena arena = { 0 };
    struct canvas c = page(&arena, 40, 40);
    canvas_line(&c, 5, 10, 34, 10, 1, 0);
    for (int x = 5; x <= 34; x++) {
        cr_assert_eq(canvas_pixel(&c, x, 10), 0);
        cr_assert_eq(canvas_pixel(&c, x, 9), PAPER);
        cr_assert_eq(canvas_pixel(&c, x, 11), PAPER);
    }
    cr_assert_eq(canvas_pixel(&c, 3, 10), PAPER);
    canvas_line(&c, 5, 20.5f, 34, 20.5f, 1, 0); /* half on either row */
    cr_assert_eq(canvas_pixel(&c, 20, 20), canvas_pixel(&c, 20, 21));
    unsigned grey = canvas_pixel(&c, 20, 20) & 0xff;
    cr_assert(grey > 120 && grey < 136, "%u", grey);
    canvas_line(&c, 3, 30, 3, 30, 5, 0); /* a dot */
    cr_assert_eq(canvas_pixel(&c, 3, 32), 0);
    cr_assert_eq(canvas_pixel(&c, 3, 33), PAPER);
    arena_free(&arena);
}

Test(canvas, absurd_sizes_are_refused)
{
    static const int sizes[][2] = {
        { 0, 5 },     { 5, 0 },         { -1, 5 },        { 5, -2000000 },
        { 20001, 1 }, { 1, 2147483647 }, { 20000, 20000 },
    };
    struct arena arena = { 0 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct canvas c;
        struct error err;
        char size[32];
        snprintf(size, sizeof size, "%d x %d", sizes[i][0], sizes[i][1]);
        cr_assert_not(canvas_make(&c, &arena, sizes[i][0], sizes[i][1],
                                  &err));
        cr_assert(strstr(err.message, size), "%s", err.message);
    }
    cr_assert_eq(arena.bytes, 0);
    arena_free(&arena);
}
