/* Plots: values land where the axes say, gaps stay gaps. */
#include "view/plot.h"

#include "view/axes.h"
#include "view/colormap.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* The page is to be closed, whatever comes of it. */
static bool draw(struct page *page, struct plot p, struct error *err)
{
    cr_assert(page_open(page, err), "%s", err->message);
    return plot_draw(page, &p, err);
}

/* The columns in which a colour occurs between two rows. */
static int columns_of(const struct page *page, unsigned colour, int *left,
                      int *right)
{
    int count = 0;
    *left = page->width;
    *right = -1;
    for (int x = 0; x < page->width; x++)
        for (int y = 0; y < page->height; y++)
            if (page_pixel(page, x, y) == colour) {
                *left = x < *left ? x : *left;
                *right = x;
                count++;
                break;
            }
    return count;
}

static int rows_of(const struct page *page, unsigned colour, int x, int *top)
{
    int count = 0;
    *top = page->height;
    for (int y = 0; y < page->height; y++)
        if (page_pixel(page, x, y) == colour) {
            *top = y < *top ? y : *top;
            count++;
        }
    return count;
}

Test(axes, both_scales)
{
    struct axis linear = { .low = -2, .high = 6 };
    struct axis logarithmic = { .low = 10, .high = 1e5, .scale = SCALE_LOG };
    cr_assert_eq(axis_share(&linear, -2), 0);
    cr_assert_eq(axis_share(&linear, 0), 0.25);
    cr_assert_eq(axis_share(&linear, 6), 1);
    cr_assert(fabs(axis_share(&logarithmic, 1000) - 0.5) < 1e-12);
    struct axis root = { .high = 0.2, .scale = SCALE_ROOT };
    cr_assert(fabs(axis_share(&root, 0.05) - 0.5) < 1e-12);
    struct axes a = { { 50, 20, 101, 41 }, linear, linear };
    cr_assert_eq(axes_x(&a, -2), 50);
    cr_assert_eq(axes_x(&a, 6), 150);
    cr_assert_eq(axes_y(&a, -2), 60); /* low is at the bottom */
    cr_assert_eq(axes_y(&a, 6), 20);
}

static int ink(const struct page *page, struct box b)
{
    int count = 0;
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++)
            count += page_pixel(page, x, y) != PAPER;
    return count;
}

/* Along it every colour once, from pale to dark, and numbers beside it. */
Test(axes, a_bar_shows_its_scale)
{
    struct page page;
    struct error err;
    cr_assert(page_open(&page, &err), "%s", err.message);
    cr_assert(page_size(&page, 400, 400, &err));
    struct axis a = { .high = 0.2, .scale = SCALE_ROOT, .is_open = true };
    axes_bar(&page, (struct box){ 40, 20, 240, 14 }, &a);
    axes_bar(&page, (struct box){ 340, 60, 14, 300 }, &a);
    for (int i = 0; i < 240; i++)
        cr_assert_eq(page_pixel(&page, 40 + i, 27),
                     colormap_heat((float)i / 239));
    for (int i = 0; i < 300; i++)
        cr_assert_eq(page_pixel(&page, 347, 359 - i),
                     colormap_heat((float)i / 299));
    int tick = 40 + 239 / 2 + 1; /* 0.05: half of the way */
    cr_assert_eq(page_pixel(&page, tick, 36), SOFT);
    cr_assert_eq(page_pixel(&page, tick + 3, 36), PAPER);
    cr_assert_eq(page_pixel(&page, 337, 60 + 299 / 2 + 1), SOFT);
    int open = ink(&page, (struct box){ 240, 40, 60, 20 });
    a.is_open = false;
    axes_bar(&page, (struct box){ 40, 220, 240, 14 }, &a);
    int closed = ink(&page, (struct box){ 240, 240, 60, 20 });
    cr_assert(open > closed, "≥ 0.2 and 0.2: %d and %d", open, closed);
    page_close(&page);
}

Test(axes, cover_what_can_be_placed)
{
    float values[] = { NAN, 3, -1, INFINITY, 8, 0, -INFINITY };
    struct axis a = { 0 }, b = { .scale = SCALE_LOG }, c = { 0 };
    cr_assert(axis_cover(&a, values, 7));
    cr_assert(a.low == -1 && a.high == 8);
    cr_assert(axis_cover(&b, values, 7));
    cr_assert(b.low == 3 && b.high == 8);
    cr_assert_not(axis_cover(&c, values, 1));
    cr_assert(axis_cover(&c, values + 1, 1));
    cr_assert(c.low < 3 && c.high > 3);
}

Test(plot, bars_are_as_high_as_their_values)
{
    struct error err;
    struct page c;
    float y[] = { 1, 2, NAN, 4 };
    struct plot p = { .kind = PLOT_BARS, .y = y, .series = 1, .n = 4 };
    cr_assert(draw(&c, p, &err), "%s", err.message);
    int left, right, top, unit;
    unsigned blue = colormap_series(0);
    columns_of(&c, blue, &left, &right);
    int slot = (right - left) * 5 / 19; /* 3.8 slots from edge to edge */
    int middle = left + slot * 2 / 5;
    unit = rows_of(&c, blue, middle, &top);
    cr_assert(abs(rows_of(&c, blue, middle + slot, &top) - 2 * unit) <= 2);
    cr_assert_eq(rows_of(&c, blue, middle + 2 * slot, &top), 0, "NaN");
    cr_assert(abs(rows_of(&c, blue, middle + 3 * slot, &top) - 4 * unit) <=
              4);
    page_close(&c);
}

Test(plot, a_gap_interrupts_the_curve)
{
    struct error err;
    struct page c;
    static float y[101];
    for (int i = 0; i <= 100; i++)
        y[i] = i > 40 && i < 60 ? INFINITY : 0.5f;
    struct plot p = { .kind = PLOT_LINE, .y = y, .series = 1, .n = 101 };
    cr_assert(draw(&c, p, &err), "%s", err.message);
    int left = c.width, right = 0, count = 0;
    for (int x = 0; x < c.width; x++)
        for (int y0 = 0; y0 < c.height; y0++) {
            unsigned pixel = page_pixel(&c, x, y0);
            if ((pixel & 255) < (pixel >> 16 & 255) + 40)
                continue; /* not blue */
            left = x < left ? x : left;
            right = x;
            count++;
            break;
        }
    int whole = right - left + 1;
    cr_assert(abs(count - whole * 80 / 100) <= 4, "%d of %d", count, whole);
    page_close(&c);
}

Test(plot, straight_on_logarithmic_axes)
{
    struct error err;
    struct page c;
    float x[9], y[9];
    for (int i = 0; i < 9; i++) {
        x[i] = powf(2, (float)i);
        y[i] = 3 * x[i] * x[i];
    }
    struct plot p = { .kind = PLOT_LINE, .x = x, .y = y, .series = 1, .n = 9,
                      .log_x = true, .log_y = true };
    cr_assert(draw(&c, p, &err), "%s", err.message);
    int left, right, top[3];
    columns_of(&c, colormap_series(0), &left, &right);
    for (int i = 0; i < 3; i++)
        cr_assert(rows_of(&c, colormap_series(0),
                          left + 20 + i * (right - left - 40) / 2, &top[i]));
    cr_assert(top[0] > top[1] && top[1] > top[2]);
    cr_assert(abs(top[0] + top[2] - 2 * top[1]) <= 4);
    page_close(&c);
}

Test(plot, heat_shows_every_number)
{
    struct error err;
    struct page c;
    float y[] = { 0, 1, NAN, 4, 2, 3 };
    struct plot p = { .kind = PLOT_HEAT, .y = y, .series = 2, .n = 3 };
    cr_assert(draw(&c, p, &err), "%s", err.message);
    int left, right, top, x[6];
    for (int i = 0; i < 6; i++) {
        if (isnan(y[i]))
            continue;
        unsigned colour = colormap_heat(y[i] / 4);
        cr_assert(columns_of(&c, colour, &left, &right) > 100);
        x[i] = left;
        cr_assert(rows_of(&c, colour, left + 50, &top) > 100, "%d", i);
        cr_assert(i < 3 ? top < 100 : top > 200, "row 0 is on top");
    }
    cr_assert(x[0] < x[1] && x[0] == x[3] && x[1] == x[4]);
    cr_assert_eq(page_pixel(&c, x[5] + 50, 100), PAPER);
    page_close(&c);
}

Test(plot, number_lines_mark_values)
{
    struct error err;
    struct page c;
    float y[] = { -6, 0, 6, -6, NAN, 3 };
    const char *names[] = { "a", "b" };
    struct plot p = { .kind = PLOT_MARKS, .y = y, .series = 2, .n = 3,
                      .names = names };
    cr_assert(draw(&c, p, &err), "%s", err.message);
    int left[2], right[2];
    columns_of(&c, colormap_series(0), &left[0], &right[0]);
    columns_of(&c, colormap_series(1), &left[1], &right[1]);
    cr_assert(abs(left[0] - left[1]) <= 1, "-6 is -6 on both lines");
    int length = right[0] - left[0];
    cr_assert(abs(right[1] - left[1] - length * 3 / 4) <= 2);
    page_close(&c);
}

Test(plot, one_number_and_many)
{
    struct error err;
    struct page c;
    static float many[20000];
    for (int i = 0; i < 20000; i++)
        many[i] = sinf((float)i);
    for (int kind = PLOT_LINE; kind <= PLOT_MARKS; kind++) {
        struct plot p = { .kind = (enum plot_kind)kind, .y = many,
                          .series = 1, .n = 1 };
        cr_assert(draw(&c, p, &err), "%s", err.message);
        page_close(&c);
        p.n = 20000;
        cr_assert(draw(&c, p, &err), "%s", err.message);
        page_close(&c);
        p.series = 10;
        p.n = 2000;
        p.log_y = kind == PLOT_LINE || kind == PLOT_BARS;
        p.log_x = kind == PLOT_LINE;
        cr_assert(draw(&c, p, &err), "%s", err.message);
        page_close(&c);
    }
}

/* The middle of everything of the first curve's colour. */
static void middle_of(const struct page *page, double *x, double *y)
{
    double sum_x = 0, sum_y = 0;
    int count = 0;
    for (int row = 0; row < page->height; row++)
        for (int col = 0; col < page->width; col++)
            if (page_pixel(page, col, row) == colormap_series(0)) {
                sum_x += col;
                sum_y += row;
                count++;
            }
    cr_assert(count >= 9, "%d", count);
    *x = sum_x / count;
    *y = sum_y / count;
}

Test(plot, a_single_dot_and_a_flat_curve_stand_in_the_middle)
{
    float flat[] = { 5, 5, 5 }, minus[] = { -7 }, none[] = { 0, 0 };
    float at[] = { 3, 4, 5 }, high[] = { 3e38f, 3e38f };
    const struct plot plots[] = {
        { .y = minus, .series = 1, .n = 1 },
        { .y = minus, .series = 1, .n = 1, .x = at },
        { .y = flat, .series = 1, .n = 3 },
        { .y = flat, .series = 1, .n = 3, .x = at },
        { .y = none, .series = 1, .n = 2 },
        { .y = high, .series = 1, .n = 2 },
        { .y = flat, .series = 1, .n = 3, .x = flat }, /* three times one */
    };
    for (size_t i = 0; i < sizeof plots / sizeof *plots; i++) {
        struct error err;
        struct page c;
        double x, y;
        cr_assert(draw(&c, plots[i], &err), "%s", err.message);
        middle_of(&c, &x, &y);
        cr_assert(fabs(x - (84 + 899 - 36) / 2.0) < 3, "%zu: x %g", i, x);
        cr_assert(fabs(y - (44 + 539 - 62) / 2.0) < 3, "%zu: y %g", i, y);
        page_close(&c);
    }
}

Test(plot, refuses)
{
    float none[] = { NAN, -INFINITY }, some[] = { -1, 2 };
    const struct {
        struct plot plot;
        const char *says;
    } cases[] = {
        { { .y = none, .series = 1, .n = 2 }, "finite" },
        { { .y = some, .series = 1, .n = 1, .log_y = true }, "positive" },
        { { .y = some, .series = 0, .n = 2 }, "0 x 2" },
        { { .y = some, .series = 1, .n = 0 }, "1 x 0" },
        { { .y = some, .series = 1, .n = 2, .width = 50 }, "50 x 540" },
        { { .y = some, .series = 1, .n = 2, .width = -5 }, "-5 x 540" },
        { { .y = some, .series = 1, .n = 2, .height = 99999 }, "99999" },
        { { .y = some, .series = 1, .n = 2, .x = none }, "no x" },
        { { .y = some + 1, .series = 1, .n = 1, .log_x = true },
          "only x is 0" },
        { { .y = some, .series = 1, .n = 2, .kind = PLOT_BARS,
            .log_x = true },
          "logarithmic x" },
        { { .y = some, .series = 1, .n = 2, .kind = PLOT_HEAT,
            .log_y = true },
          "logarithmic y" },
        { { .y = some, .series = 100000000, .n = 2, .kind = PLOT_MARKS },
          "100000000 number lines" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err;
        struct page c;
        cr_assert_not(draw(&c, cases[i].plot, &err), "%zu", i);
        cr_assert(strstr(err.message, cases[i].says), "%s", err.message);
        page_close(&c);
    }
    enum plot_kind kind;
    struct error err;
    cr_assert(plot_kind_named(&kind, "marks", &err) && kind == PLOT_MARKS);
    cr_assert(plot_kind_named(&kind, "line", &err) && kind == PLOT_LINE);
    cr_assert_not(plot_kind_named(&kind, "pie", &err));
    cr_assert(strstr(err.message, "\"pie\"") && strstr(err.message, "bars"));
}

/* Layers 0 … 4 given as numbers have no marks at half layers: the picture is
 * that of values without an x. One x that is no integer, and there are. */
Test(plot, whole_numbers_have_no_halves)
{
    float x[] = { 0, 1, 2, 3, 4 }, odd[] = { 0, 1, 2.25f, 3, 4 };
    float y[] = { 1, 3, 2, 5, 4 };
    const float *const given[] = { NULL, x, odd };
    struct page c[3];
    struct error err = { 0 };
    for (int i = 0; i < 3; i++) {
        struct plot p = { .kind = PLOT_LINE, .n = 5, .series = 1,
                          .x = given[i], .y = y };
        cr_assert(draw(&c[i], p, &err), "%s", err.message);
    }
    int differ[3] = { 0 };
    for (int i = 1; i < 3; i++)
        for (int row = 0; row < c[0].height; row++)
            for (int column = 0; column < c[0].width; column++)
                differ[i] += page_pixel(&c[0], column, row)
                             != page_pixel(&c[i], column, row);
    cr_assert_eq(differ[1], 0);
    cr_assert_gt(differ[2], 0);
    for (int i = 0; i < 3; i++)
        page_close(&c[i]);
}
