/* The page: what is filled is filled exactly, and nothing else. */
#include "view/page.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct page blank(int width, int height)
{
    struct page c = { 0 };
    struct error err;
    cr_assert(page_size(&c, width, height, &err), "%s", err.message);
    return c;
}

/* How many pixels are not paper. */
static int inked(const struct page *page)
{
    int count = 0;
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++)
            count += page_pixel(page, x, y) != PAPER;
    return count;
}

Test(page, a_box_fills_its_pixels_only)
{
    struct page c = blank(20, 10);
    cr_assert_eq(inked(&c), 0);
    page_fill(&c, (struct box){ 3, 2, 4, 5 }, 0x123456);
    cr_assert_eq(inked(&c), 20);
    cr_assert_eq(page_pixel(&c, 3, 2), 0x123456);
    cr_assert_eq(page_pixel(&c, 6, 6), 0x123456);
    cr_assert_eq(page_pixel(&c, 7, 6), PAPER);
    cr_assert_eq(page_pixel(&c, 6, 7), PAPER);
    page_close(&c);
}

Test(page, what_leaves_the_page_is_cut_off)
{
    struct page c = blank(8, 8);
    page_fill(&c, (struct box){ -3, -3, 4, 4 }, INK);
    cr_assert_eq(inked(&c), 1);
    page_fill(&c, (struct box){ 7, 7, 100, 100 }, INK);
    cr_assert_eq(inked(&c), 2);
    page_fill(&c, (struct box){ 20, 2, 5, 5 }, INK);
    page_fill(&c, (struct box){ 2, -9, 5, 5 }, INK);
    page_hatch(&c, (struct box){ 2, 90, 5, 5 }, 2, INK);
    page_line(&c, -50, -50, -20, -90, 3, INK);
    page_blend(&c, 8, 0, INK, 1);
    page_blend(&c, 0, -1, INK, 1);
    cr_assert_eq(inked(&c), 2);
    page_frame(&c, (struct box){ 0, 0, 8, 8 }, INK);
    cr_assert_eq(inked(&c), 2); /* a frame lies outside its box */
    page_close(&c);
}

Test(page, a_frame_keeps_its_box_free)
{
    struct page c = blank(12, 12);
    page_frame(&c, (struct box){ 3, 3, 5, 4 }, INK);
    cr_assert_eq(inked(&c), 7 * 6 - 5 * 4);
    for (int y = 3; y < 7; y++)
        for (int x = 3; x < 8; x++)
            cr_assert_eq(page_pixel(&c, x, y), PAPER);
    page_close(&c);
}

Test(page, hatching_is_diagonal_and_joins)
{
    struct page c = blank(30, 20);
    page_hatch(&c, (struct box){ 0, 0, 13, 20 }, 5, INK);
    page_hatch(&c, (struct box){ 13, 0, 17, 20 }, 5, INK);
    cr_assert_eq(inked(&c), 30 * 20 / 5);
    for (int y = 1; y < 20; y++)
        for (int x = 0; x < 29; x++)
            cr_assert_eq(page_pixel(&c, x, y),
                         page_pixel(&c, x + 1, y - 1));
    page_close(&c);
}

Test(page, lines_have_their_width_and_soft_edges)
{
    struct page c = blank(40, 40);
    page_line(&c, 5, 10, 34, 10, 1, 0);
    for (int x = 5; x <= 34; x++) {
        cr_assert_eq(page_pixel(&c, x, 10), 0);
        cr_assert_eq(page_pixel(&c, x, 9), PAPER);
        cr_assert_eq(page_pixel(&c, x, 11), PAPER);
    }
    cr_assert_eq(page_pixel(&c, 3, 10), PAPER);
    page_line(&c, 5, 20.5f, 34, 20.5f, 1, 0); /* half on either row */
    cr_assert_eq(page_pixel(&c, 20, 20), page_pixel(&c, 20, 21));
    unsigned grey = page_pixel(&c, 20, 20) & 0xff;
    cr_assert(grey > 120 && grey < 136, "%u", grey);
    page_line(&c, 3, 30, 3, 30, 5, 0); /* a dot */
    cr_assert_eq(page_pixel(&c, 3, 32), 0);
    cr_assert_eq(page_pixel(&c, 3, 33), PAPER);
    page_close(&c);
}

Test(page, absurd_sizes_are_refused)
{
    static const int sizes[][2] = {
        { 0, 5 },     { 5, 0 },         { -1, 5 },        { 5, -2000000 },
        { 20001, 1 }, { 1, 2147483647 }, { 20000, 20000 },
    };
    struct page c = { 0 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct error err;
        char size[32];
        snprintf(size, sizeof size, "%d x %d", sizes[i][0], sizes[i][1]);
        cr_assert_not(page_size(&c, sizes[i][0], sizes[i][1], &err));
        cr_assert(strstr(err.message, size), "%s", err.message);
    }
    cr_assert_eq(c.arena.bytes, 0);
    page_close(&c);
}
