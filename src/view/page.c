//> [page-includes] What a page needs
#include "view/page.h"

#include "view/text.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
//< [page-includes]

//> [page-open] Find the font, free everything
bool page_open(struct page *page, struct error *err)
{
    *page = (struct page){ 0 };
    return font_open(&page->font, err);
}

void page_close(struct page *page)
{
    font_close(&page->font);
    arena_free(&page->arena);
}
//< [page-open]

//> [page-make] As many blank pixels as the drawing needs
bool page_size(struct page *page, int width, int height, struct error *err)
{
    if (width < 1 || height < 1 || width > PAGE_MAX_SIDE
        || height > PAGE_MAX_SIDE
        || (int64_t)width * height > PAGE_MAX_PIXELS)
        return fail(err, "a picture of %d x %d pixels cannot be drawn: each "
                    "side must be 1 … %d, and no more than %d million "
                    "pixels in all", width, height, PAGE_MAX_SIDE,
                    PAGE_MAX_PIXELS / 1000000);
    size_t bytes = 3 * (size_t)width * (size_t)height;
    page->width = width;
    page->height = height;
    page->rgb = arena_alloc(&page->arena, bytes, 1);
    memset(page->rgb, 0xff, bytes);
    return true;
}
//< [page-make]

//> [page-pixel] One pixel, read and written
static unsigned char *pixel_at(const struct page *page, int x, int y)
{
    return page->rgb + 3 * ((size_t)y * (size_t)page->width + (size_t)x);
}

unsigned page_pixel(const struct page *page, int x, int y)
{
    assert(x >= 0 && x < page->width && y >= 0 && y < page->height);
    const unsigned char *p = pixel_at(page, x, y);
    return (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];
}

static void set_pixel(struct page *page, int x, int y, unsigned colour)
{
    unsigned char *p = pixel_at(page, x, y);
    p[0] = (unsigned char)(colour >> 16);
    p[1] = (unsigned char)(colour >> 8);
    p[2] = (unsigned char)colour;
}
//< [page-pixel]

//> [page-clip] Keep what lies on the page
static int between(int low, int value, int high)
{
    return value < low ? low : value > high ? high
                                            : value;
}

static struct box clipped(const struct page *page, struct box b)
{
    int right = between(0, b.x + b.width, page->width);
    int bottom = between(0, b.y + b.height, page->height);
    b.x = between(0, b.x, page->width);
    b.y = between(0, b.y, page->height);
    b.width = right > b.x ? right - b.x : 0;
    b.height = bottom > b.y ? bottom - b.y : 0;
    return b;
}
//< [page-clip]

//> [page-boxes] Boxes: full, framed, hatched
void page_fill(struct page *page, struct box b, unsigned colour)
{
    b = clipped(page, b);
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++)
            set_pixel(page, x, y, colour);
}

void page_frame(struct page *page, struct box b, unsigned colour)
{
    int wide = b.width + 2;
    page_fill(page, (struct box){ b.x - 1, b.y - 1, wide, 1 }, colour);
    page_fill(page, (struct box){ b.x - 1, b.y + b.height, wide, 1 }, colour);
    page_fill(page, (struct box){ b.x - 1, b.y, 1, b.height }, colour);
    page_fill(page, (struct box){ b.x + b.width, b.y, 1, b.height }, colour);
}

void page_hatch(struct page *page, struct box b, int period, unsigned colour)
{
    b = clipped(page, b);
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++)
            if ((x + y) % period == 0)
                set_pixel(page, x, y, colour);
}
//< [page-boxes]

//> [page-blend] Cover a part of a pixel
void page_blend(struct page *page, int x, int y, unsigned colour, float cover)
{
    if (x < 0 || x >= page->width || y < 0 || y >= page->height || cover <= 0)
        return;
    cover = cover < 1 ? cover : 1;
    unsigned char *p = pixel_at(page, x, y);
    for (int i = 0; i < 3; i++) {
        float new = (float)(colour >> (16 - 8 * i) & 0xff);
        float old = (float)p[i];
        p[i] = (unsigned char)lrintf(old + cover * (new - old));
    }
}
//< [page-blend]

//> [page-distance] How far is a pixel from a line?
/* Distance from (x, y) to the segment from (x0, y0) along (dx, dy). */
static float distance(float x, float y, float x0, float y0, float dx, float dy)
{
    float length = dx * dx + dy * dy;
    float along = (x - x0) * dx + (y - y0) * dy;
    along = length > 0 ? along / length : 0;
    along = along < 0 ? 0 : along > 1 ? 1
                                      : along;
    return hypotf(x - x0 - along * dx, y - y0 - along * dy);
}
//< [page-distance]

//> [page-line] A line is all pixels near it
void page_line(struct page *page, float x0, float y0, float x1, float y1,
               float width, unsigned colour)
{
    float reach = width / 2 + 1;
    int left = (int)floorf(fmaxf(fminf(x0, x1) - reach, 0));
    int top = (int)floorf(fmaxf(fminf(y0, y1) - reach, 0));
    float right = fminf(fmaxf(x0, x1) + reach, (float)page->width - 1);
    float bottom = fminf(fmaxf(y0, y1) + reach, (float)page->height - 1);
    for (int y = top; (float)y <= bottom; y++)
        for (int x = left; (float)x <= right; x++) {
            float away = distance((float)x, (float)y, x0, y0, x1 - x0,
                                  y1 - y0);
            page_blend(page, x, y, colour, (width + 1) / 2 - away);
        }
}
//< [page-line]
