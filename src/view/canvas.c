//> [canvas-includes] What a canvas needs
#include "view/canvas.h"

#include <assert.h>
#include <math.h>
#include <string.h>
//< [canvas-includes]

//> [canvas-make] A blank page
bool canvas_make(struct canvas *c, struct arena *arena, int width,
                 int height, struct error *err)
{
    if (width < 1 || height < 1 || width > CANVAS_MAX_SIDE ||
        height > CANVAS_MAX_SIDE ||
        (long)width * height > CANVAS_MAX_PIXELS)
        return fail(err,
                    "a picture of %d x %d pixels cannot be drawn: each "
                    "side must be 1 … %d, and no more than %d million "
                    "pixels in all",
                    width, height, CANVAS_MAX_SIDE,
                    CANVAS_MAX_PIXELS / 1000000);
    size_t bytes = 3 * (size_t)width * (size_t)height;
    *c = (struct canvas){ width, height, arena_alloc(arena, bytes, 1) };
    memset(c->rgb, 0xff, bytes);
    return true;
}
//< [canvas-make]

//> [canvas-pixel] One pixel, read and written
static unsigned char *pixel_at(const struct canvas *c, int x, int y)
{
    return c->rgb + 3 * ((size_t)y * (size_t)c->width + (size_t)x);
}

unsigned canvas_pixel(const struct canvas *c, int x, int y)
{
    assert(x >= 0 && x < c->width && y >= 0 && y < c->height);
    const unsigned char *p = pixel_at(c, x, y);
    return (unsigned)p[0] << 16 | (unsigned)p[1] << 8 | p[2];
}

static void set_pixel(struct canvas *c, int x, int y, unsigned colour)
{
    unsigned char *p = pixel_at(c, x, y);
    p[0] = (unsigned char)(colour >> 16);
    p[1] = (unsigned char)(colour >> 8);
    p[2] = (unsigned char)colour;
}
//< [canvas-pixel]

//> [canvas-clip] Keep what lies on the canvas
static int between(int low, int value, int high)
{
    return value < low ? low : value > high ? high
                                            : value;
}

static struct box clipped(const struct canvas *c, struct box b)
{
    int right = between(0, b.x + b.width, c->width);
    int bottom = between(0, b.y + b.height, c->height);
    b.x = between(0, b.x, c->width);
    b.y = between(0, b.y, c->height);
    b.width = right > b.x ? right - b.x : 0;
    b.height = bottom > b.y ? bottom - b.y : 0;
    return b;
}
//< [canvas-clip]

//> [canvas-boxes] Boxes: full, framed, hatched
void canvas_fill(struct canvas *c, struct box b, unsigned colour)
{
    b = clipped(c, b);
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++)
            set_pixel(c, x, y, colour);
}

void canvas_frame(struct canvas *c, struct box b, unsigned colour)
{
    int wide = b.width + 2;
    canvas_fill(c, (struct box){ b.x - 1, b.y - 1, wide, 1 }, colour);
    canvas_fill(c, (struct box){ b.x - 1, b.y + b.height, wide, 1 }, colour);
    canvas_fill(c, (struct box){ b.x - 1, b.y, 1, b.height }, colour);
    canvas_fill(c, (struct box){ b.x + b.width, b.y, 1, b.height }, colour);
}

void canvas_hatch(struct canvas *c, struct box b, int period,
                  unsigned colour)
{
    b = clipped(c, b);
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++)
            if ((x + y) % period == 0)
                set_pixel(c, x, y, colour);
}
//< [canvas-boxes]

//> [canvas-blend] Cover a part of a pixel
void canvas_blend(struct canvas *c, int x, int y, unsigned colour,
                  float cover)
{
    if (x < 0 || x >= c->width || y < 0 || y >= c->height || cover <= 0)
        return;
    cover = cover < 1 ? cover : 1;
    unsigned char *p = pixel_at(c, x, y);
    for (int i = 0; i < 3; i++) {
        float new = (float)(colour >> (16 - 8 * i) & 0xff);
        float old = (float)p[i];
        p[i] = (unsigned char)lrintf(old + cover * (new - old));
    }
}
//< [canvas-blend]

//> [canvas-distance] How far is a pixel from a line?
/* Distance from (x, y) to the segment from (x0, y0) along (dx, dy). */
static float distance(float x, float y, float x0, float y0, float dx,
                      float dy)
{
    float length = dx * dx + dy * dy;
    float along = (x - x0) * dx + (y - y0) * dy;
    along = length > 0 ? along / length : 0;
    along = along < 0 ? 0 : along > 1 ? 1
                                      : along;
    return hypotf(x - x0 - along * dx, y - y0 - along * dy);
}
//< [canvas-distance]

//> [canvas-line] A line is all pixels near it
void canvas_line(struct canvas *c, float x0, float y0, float x1, float y1,
                 float width, unsigned colour)
{
    float reach = width / 2 + 1;
    int left = (int)floorf(fmaxf(fminf(x0, x1) - reach, 0));
    int top = (int)floorf(fmaxf(fminf(y0, y1) - reach, 0));
    float right = fminf(fmaxf(x0, x1) + reach, (float)c->width - 1);
    float bottom = fminf(fmaxf(y0, y1) + reach, (float)c->height - 1);
    for (int y = top; (float)y <= bottom; y++)
        for (int x = left; (float)x <= right; x++) {
            float away = distance((float)x, (float)y, x0, y0, x1 - x0,
                                  y1 - y0);
            canvas_blend(c, x, y, colour, (width + 1) / 2 - away);
        }
}
//< [canvas-line]
