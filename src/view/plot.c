//> [plot-includes] What plots need
#include "view/plot.h"

#include "view/axes.h"
#include "view/colormap.h"
#include "view/grid.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 900, HEIGHT = 540, LEFT = 84, RIGHT = 36, BOTTOM = 62 };
enum { TITLE = 44, NAMES = 24, MARKS_ROW = 54, MOST_LINES = 100 };
//< [plot-includes]

//> [plot-kinds] Kinds by name
bool plot_kind_named(enum plot_kind *kind, const char *name, struct error *err)
{
    static const char *const names[] = { "line", "bars", "heat", "marks" };
    for (int i = 0; i < 4; i++)
        if (strcmp(name, names[i]) == 0) {
            *kind = (enum plot_kind)i;
            return true;
        }
    return fail(err, "there is no kind of plot called \"%s\": expected line, "
                "bars, heat or marks", name);
}
//< [plot-kinds]

//> [plot-value] One number of the data
static float x_at(const struct plot *p, int i)
{
    return p->x ? p->x[i] : (float)i;
}

static float y_at(const struct plot *p, int series, int i)
{
    return p->y[(size_t)series * (size_t)p->n + (size_t)i];
}
//< [plot-value]

//> [plot-lines] Curves, with a dot at each number if they are few
static void lines(struct page *page, const struct axes *a, const struct plot *p,
                  int series)
{
    unsigned colour = colormap_series(series);
    float before_x = 0, before_y = 0;
    bool is_gap = true;
    for (int i = 0; i < p->n; i++) {
        float value = y_at(p, series, i);
        if (!axis_holds(&a->x, x_at(p, i)) || !axis_holds(&a->y, value)) {
            is_gap = true;
            continue;
        }
        float x = axes_x(a, (double)x_at(p, i));
        float y = axes_y(a, (double)value);
        if (!is_gap)
            page_line(page, before_x, before_y, x, y, 1.6f, colour);
        if (p->n <= 64 || is_gap)
            page_line(page, x, y, x, y, p->n <= 64 ? 5 : 1.6f, colour);
        before_x = x;
        before_y = y;
        is_gap = false;
    }
}
//< [plot-lines]

//> [plot-bars] Bars, side by side
static void bars(struct page *page, const struct axes *a, const struct plot *p,
                 int series)
{
    double slot = (double)a->box.width / p->n;
    double wide = slot * (slot > 4 ? 0.8 : 1) / p->series;
    float zero = axes_y(a, a->y.scale == SCALE_LOG ? a->y.low : 0);
    for (int i = 0; i < p->n; i++) {
        float value = y_at(p, series, i);
        if (!axis_holds(&a->y, value))
            continue;
        double middle = a->box.x + (i + 0.5) * slot;
        double left = middle + (series - p->series / 2.0) * wide;
        float y = axes_y(a, (double)value);
        int top = (int)lrintf(fminf(y, zero));
        int end = (int)lrintf(fmaxf(y, zero));
        struct box b = { (int)lrint(left), top, 0, end - top + 1 };
        b.width = (int)lrint(left + wide) - b.x;
        b.width = b.width < 1 ? 1 : b.width;
        page_fill(page, b, colormap_series(series));
    }
}
//< [plot-bars]

//> [plot-marks] A number line: where the values of a format lie
static void marks(struct page *page, const struct axes *a, const struct plot *p,
                  int series)
{
    int row = a->box.height / p->series;
    int middle = a->box.y + series * row + row / 2;
    page_fill(page, (struct box){ a->box.x, middle, a->box.width, 1 }, SOFT);
    for (int i = 0; i < p->n; i++) {
        float value = y_at(p, series, i);
        if (!axis_holds(&a->x, value))
            continue;
        float x = axes_x(a, (double)value);
        page_line(page, x, (float)middle - 9, x, (float)middle + 9, 1.6f,
                    colormap_series(series));
    }
    struct text_style style = { 12, INK, ALIGN_END, false };
    if (p->names)
        text_draw(page, style, a->box.x - 10, middle, "%s", p->names[series]);
}
//< [plot-marks]

//> [plot-names] Which colour is which series
static void series_names(struct page *page, const struct plot *p, int x,
                         int y)
{
    struct text_style style = { 12, INK, ALIGN_START, false };
    for (int s = 0; s < p->series; s++) {
        page_fill(page, (struct box){ x, y - 2, 18, 4 }, colormap_series(s));
        x += 24;
        x += text_draw(page, style, x, y, "%s", p->names[s]) + 24;
    }
}
//< [plot-names]

//> [plot-air] Some air at the ends of an axis
static void widen(struct axis *a)
{
    bool is_log = a->scale == SCALE_LOG;
    double air = is_log ? pow(a->high / a->low, 0.04)
                        : (a->high - a->low) * 0.04;
    a->low = is_log ? a->low / air : a->low - air;
    a->high = is_log ? a->high * air : a->high + air;
}
//< [plot-air]

//> [plot-positions] No x given: 0, 1, …, n - 1
static bool positions(struct axis *x, const struct plot *p, struct error *err)
{
    x->is_whole = x->scale == SCALE_LINEAR;
    x->low = x->is_whole ? 0 : 1;
    x->high = p->n - 1;
    if (x->high < x->low)
        return fail(err, "there is nothing to draw: the only x is 0, which a "
                    "logarithmic axis does not have");
    if (p->kind != PLOT_LINE || x->high == x->low) {
        x->low -= 0.5; // bars and cells have a width; a single dot of a
        x->high += 0.5; // curve stands in the middle
    }
    return true;
}
//< [plot-positions]

//> [plot-whole] Layers, rounds, tokens: is every x an integer?
static bool all_whole(const float *x, int n)
{
    for (int i = 0; i < n; i++)
        if (x[i] != floorf(x[i])) // a NaN is none, either
            return false;
    return true;
}
//< [plot-whole]

//> [plot-x-range] What the x axis must cover
static bool x_range(struct axis *x, const struct plot *p, struct error *err)
{
    bool is_marks = p->kind == PLOT_MARKS;
    if (is_marks || p->x) {
        const float *values = is_marks ? p->y : p->x;
        size_t count = (size_t)(is_marks ? p->series : 1) * (size_t)p->n;
        if (!axis_cover(x, values, count))
            return fail(err, "there is nothing to draw: no x is finite%s",
                        x->scale == SCALE_LOG ? " and positive" : "");
        if (is_marks)
            widen(x);
        else
            x->is_whole = x->scale != SCALE_LOG && all_whole(p->x, p->n);
        return true;
    }
    return positions(x, p, err);
}
//< [plot-x-range]

//> [plot-y-range] What the y axis must cover
static bool y_range(struct axis *y, const struct plot *p, struct error *err)
{
    size_t count = (size_t)p->series * (size_t)p->n;
    if (!axis_cover(y, p->y, count))
        return fail(err, "there is nothing to draw: none of %zu numbers is "
                    "finite%s", count,
                    y->scale == SCALE_LOG ? " and positive" : "");
    if (p->kind == PLOT_HEAT)
        return true;
    double low = y->low;
    widen(y);
    if (y->scale == SCALE_LOG)
        return true;
    if (low == 0 || (p->kind == PLOT_BARS && low > 0))
        y->low = 0; // bars stand on zero, and zero is a good place to end
    if (p->kind == PLOT_BARS)
        y->high = fmax(y->high, 0);
    return true;
}
//< [plot-y-range]

//> [plot-left] What stands left of the data
static bool is_named_beside(const struct plot *p)
{
    return p->kind == PLOT_HEAT || p->kind == PLOT_MARKS;
}

static int longest_name(const struct plot *p, const struct page *page)
{
    int longest = 0;
    for (int s = 0; s < p->series && p->names; s++) {
        int width = text_width(page, 12, p->names[s]);
        longest = width > longest ? width : longest;
    }
    return longest;
}

static int left_margin(const struct plot *p, const struct page *page,
                       const struct axis *y, int height)
{
    int room = is_named_beside(p) ? longest_name(p, page) + 24
                                  : axes_room(page, y, height) + 17;
    room += p->y_label ? 18 : 0;
    return room > LEFT ? room : LEFT;
}
//< [plot-left]

//> [plot-place] Margins, and what is left for the data
static struct box data_box(const struct plot *p, const struct page *page,
                           const struct axis *y, int width, int height)
{
    int top = TITLE + (p->names && !is_named_beside(p) ? NAMES : 0);
    int left = left_margin(p, page, y, height - top - BOTTOM);
    int right = p->kind == PLOT_HEAT ? RIGHT + GRID_BAR_ROOM : RIGHT;
    return (struct box){ left, top, width - left - right,
                         height - top - BOTTOM };
}
//< [plot-place]

//> [plot-page] A page of the right size
static bool make_page(struct page *page, struct axes *a, const struct plot *p,
                      struct error *err)
{
    bool is_marks = p->kind == PLOT_MARKS;
    int usual = is_marks ? TITLE + BOTTOM + MARKS_ROW * p->series : HEIGHT;
    int width = p->width ? p->width : WIDTH;
    int height = p->height ? p->height : usual;
    a->box = data_box(p, page, &a->y, width, height);
    if (a->box.width < 16 || a->box.height < 16)
        return fail(err, "%d x %d pixels are too few for this plot", width,
                    height);
    return page_size(page, width, height, err);
}
//< [plot-page]

//> [plot-check] What cannot be plotted is refused
static bool check(const struct plot *p, struct error *err)
{
    if (p->series < 1 || p->n < 1)
        return fail(err, "an array of %d x %d numbers cannot be drawn",
                    p->series, p->n);
    if (p->kind == PLOT_MARKS && p->series > MOST_LINES)
        return fail(err, "%d number lines cannot be drawn: expected at most %d",
                    p->series, MOST_LINES);
    bool counts_x = p->kind == PLOT_HEAT || p->kind == PLOT_BARS;
    if (counts_x && (p->log_x || p->x))
        return fail(err, "bars and heat plots have no x values and no "
                    "logarithmic x axis");
    if (p->kind == PLOT_HEAT && p->log_y)
        return fail(err, "a heat plot has no logarithmic y axis");
    return true;
}
//< [plot-check]

//> [plot-data] The data itself
static void draw_data(struct page *page, const struct axes *a,
                      const struct plot *p)
{
    for (int s = 0; s < p->series; s++) {
        if (p->kind == PLOT_LINE)
            lines(page, a, p, s);
        if (p->kind == PLOT_BARS)
            bars(page, a, p, s);
        if (p->kind == PLOT_MARKS)
            marks(page, a, p, s);
    }
}
//< [plot-data]

//> [plot-draw] The whole plot
bool plot_draw(struct page *page, const struct plot *p, struct error *err)
{
    struct axes a = { .x.scale = p->log_x ? SCALE_LOG : SCALE_LINEAR,
                      .y.scale = p->log_y ? SCALE_LOG : SCALE_LINEAR };
    a.x.label = p->x_label;
    a.y.label = p->y_label;
    bool is_heat = p->kind == PLOT_HEAT, is_marks = p->kind == PLOT_MARKS;
    if (!check(p, err) || !x_range(&a.x, p, err)
        || (!is_marks && !y_range(&a.y, p, err)))
        return false;
    if (!make_page(page, &a, p, err))
        return false;
    struct grid grid = { p->y, p->series, p->n, p->names, a.y };
    a.y.is_bare = is_heat || is_marks;
    axes_draw(page, &a);
    if (is_heat)
        grid_draw(page, a.box, &grid);
    draw_data(page, &a, p);
    struct text_style style = { 15, INK, ALIGN_START, false };
    if (p->title)
        text_draw(page, style, a.box.x, TITLE / 2, "%s", p->title);
    if (p->names && !is_heat && !is_marks)
        series_names(page, p, a.box.x, TITLE);
    return true;
}
//< [plot-draw]
