/* Legends: they explain what there is, in the room they were given. */
#include "view/legend.h"

#include "view/tile.h"

#include <criterion/criterion.h>

/* How many pixels of the page, outside of a box, are not paper. */
static int outside(const struct page *page, struct box b)
{
    int count = 0;
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++)
            if (x < b.x || x >= b.x + b.width || y < b.y ||
                y >= b.y + b.height)
                count += page_pixel(page, x, y) != PAPER;
    return count;
}

static int pixels_of(const struct page *page, unsigned colour)
{
    int count = 0;
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++)
            count += page_pixel(page, x, y) == colour;
    return count;
}

Test(legend, explains_what_there_is)
{
    struct error err;
    struct page page;
    cr_assert(page_open(&page, &err), "%s", err.message);
    cr_assert(page_size(&page, 9, 1, &err));
    tile_hatch(&page, (struct box){ 0, 0, 9, 1 });
    unsigned hatch = PAPER;
    for (int x = 0; x < 9 && hatch == PAPER; x++)
        hatch = page_pixel(&page, x, 0);
    page_close(&page);
    for (int topk = 0; topk <= 2048; topk = topk * 4 + 8) {
        cr_assert(page_open(&page, &err), "%s", err.message);
        cr_assert(page_size(&page, LEGEND_WIDTH + 40, LEGEND_HEIGHT + 40,
                            &err));
        legend_draw(&page, 20, 20, 0.015f, topk);
        struct box room = { 20, 19, LEGEND_WIDTH, LEGEND_HEIGHT + 1 };
        cr_assert_eq(outside(&page, room), 0, "top %d", topk);
        cr_assert_eq(pixels_of(&page, hatch) > 30, topk > 0, "top %d", topk);
        cr_assert_geq(pixels_of(&page, tile_colour(0, 1)), 14);
        cr_assert_geq(pixels_of(&page, tile_colour(1, 1)), 14);
        page_close(&page);
    }
}
