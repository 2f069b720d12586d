//> [axes-includes] What axes need
#include "view/axes.h"

#include "view/colormap.h"

#include <math.h>

enum { TICK = 4, NUMBER_SIZE = 11, LABEL_SIZE = 12, NUMBER_ROOM = 70 };
//< [axes-includes]

//> [axes-cover] From the smallest to the largest
bool axis_holds(const struct axis *a, float value)
{
    return isfinite(value) && (a->scale != SCALE_LOG || value > 0);
}

bool axis_cover(struct axis *a, const float *values, size_t count)
{
    float low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++)
        if (axis_holds(a, values[i])) {
            low = fminf(low, values[i]);
            high = fmaxf(high, values[i]);
        }
    if (low > high)
        return false;
    a->low = (double)low;
    a->high = (double)high;
    if (low == high) { // a single value gets room on both sides
        double room = low == 0 ? 1 : fabs(a->low) / 2;
        a->low -= room;
        a->high += room;
    }
    return true;
}
//< [axes-cover]

//> [axes-place] From a number to a pixel
double axis_share(const struct axis *a, double value)
{
    if (a->scale == SCALE_LOG)
        return log(value / a->low) / log(a->high / a->low);
    double share = (value - a->low) / (a->high - a->low);
    return a->scale == SCALE_ROOT ? sqrt(share) : share;
}

float axes_x(const struct axes *a, double value)
{
    double along = axis_share(&a->x, value) * (a->box.width - 1);
    return (float)(a->box.x + along);
}

float axes_y(const struct axes *a, double value)
{
    double along = axis_share(&a->y, value) * (a->box.height - 1);
    return (float)(a->box.y + a->box.height - 1 - along);
}
//< [axes-place]

//> [axes-choose] An axis that counts has no fractions
static void choose(struct ticks *t, const struct axis *a, int most)
{
    double length = a->high - a->low;
    if (a->is_whole && length + 1 < most)
        most = length < 1 ? 2 : (int)length + 1; // steps of 1 or more
    ticks_choose(t, a->low, a->high, most, a->scale);
}

/* The number at a tick; the last one may stand for all larger ones. */
static void write_number(struct page *page, struct text_style style, int x,
                         int y, const struct axis *a, const struct ticks *t,
                         int i)
{
    bool is_end = a->is_open && i == t->count - 1;
    text_draw(page, style, x, y, "%s%s", is_end ? "≥" : "", t->label[i]);
}

static int most_beside(int height)
{
    return height > 0 ? height / 50 + 2 : 2;
}
//< [axes-choose]

//> [axes-x] Numbers below
static void draw_x(struct page *page, const struct axes *a)
{
    struct text_style style = { NUMBER_SIZE, SOFT, ALIGN_CENTRE, false };
    struct ticks t;
    int bottom = a->box.y + a->box.height;
    choose(&t, &a->x, a->box.width / NUMBER_ROOM + 2);
    for (int i = 0; i < t.count; i++) {
        int x = (int)lrintf(axes_x(a, t.at[i]));
        page_fill(page, (struct box){ x, a->box.y, 1, a->box.height }, GRID);
        page_fill(page, (struct box){ x, bottom, 1, TICK }, SOFT);
        write_number(page, style, x, bottom + TICK + 9, &a->x, &t, i);
    }
}
//< [axes-x]

//> [axes-y] Numbers beside
static void draw_y(struct page *page, const struct axes *a)
{
    struct text_style style = { NUMBER_SIZE, SOFT, ALIGN_END, false };
    struct ticks t;
    choose(&t, &a->y, most_beside(a->box.height));
    for (int i = 0; i < t.count; i++) {
        int y = (int)lrintf(axes_y(a, t.at[i]));
        page_fill(page, (struct box){ a->box.x, y, a->box.width, 1 }, GRID);
        page_fill(page, (struct box){ a->box.x - TICK, y, TICK, 1 }, SOFT);
        write_number(page, style, a->box.x - TICK - 5, y, &a->y, &t, i);
    }
}
//< [axes-y]

//> [axes-room] The longest number beside
int axes_room(const struct page *page, const struct axis *a, int height)
{
    int longest = 0;
    struct ticks t = { 0 };
    if (!a->is_bare)
        choose(&t, a, most_beside(height));
    for (int i = 0; i < t.count; i++) {
        int width = text_width(page, NUMBER_SIZE, t.label[i]);
        longest = width > longest ? width : longest;
    }
    return longest;
}
//< [axes-room]

//> [axes-draw] Grid, frame, labels
void axes_draw(struct page *page, const struct axes *a)
{
    if (!a->x.is_bare)
        draw_x(page, a);
    if (!a->y.is_bare)
        draw_y(page, a);
    page_frame(page, a->box, SOFT);
    int bottom = a->box.y + a->box.height;
    struct text_style style = { LABEL_SIZE, INK, ALIGN_CENTRE, false };
    if (a->x.label)
        text_draw(page, style, a->box.x + a->box.width / 2, bottom + 34, "%s",
                  a->x.label);
    style.turned = true;
    if (a->y.label)
        text_draw(page, style, 18, a->box.y + a->box.height / 2, "%s",
                  a->y.label);
}
//< [axes-draw]

//> [axes-bar] A bar of colours is an axis with a filled box
void axes_bar(struct page *page, struct box b, const struct axis *a)
{
    bool across = b.width > b.height;
    int length = across ? b.width : b.height;
    struct axes bar = { b, *a, *a };
    bar.x.is_bare = !across;
    bar.y.is_bare = across;
    bar.x.label = bar.y.label = NULL;
    axes_draw(page, &bar);
    for (int i = 0; i < length; i++) {
        struct box line = { b.x, b.y + b.height - 1 - i, b.width, 1 };
        if (across)
            line = (struct box){ b.x + i, b.y, 1, b.height };
        page_fill(page, line, colormap_heat((float)i / (float)(length - 1)));
    }
}
//< [axes-bar]
