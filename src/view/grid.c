//> [grid-includes] What grids need
#include "view/grid.h"

#include "view/colormap.h"

#include <math.h>
#include <stdint.h>

enum { BAR_WIDTH = 16 };
//< [grid-includes]

//> [grid-cells] A cell a number
/* Where part i of n begins when a length is divided among them. */
static int part(int length, int i, int n)
{
    return (int)((int64_t)length * i / n);
}

static void cells(struct page *page, struct box all, const struct grid *g)
{
    const float *value = g->values;
    for (int row = 0; row < g->rows; row++)
        for (int col = 0; col < g->columns; col++, value++) {
            if (!axis_holds(&g->scale, *value))
                continue;
            int left = part(all.width, col, g->columns);
            int top = part(all.height, row, g->rows);
            struct box b = { all.x + left, all.y + top,
                             part(all.width, col + 1, g->columns) - left,
                             part(all.height, row + 1, g->rows) - top };
            double share = axis_share(&g->scale, (double)*value);
            page_fill(page, b, colormap_heat((float)share));
        }
}
//< [grid-cells]

//> [grid-rows] Names or numbers of the rows
static void row_names(struct page *page, struct box all, const struct grid *g)
{
    struct text_style style = { 11, SOFT, ALIGN_END, false };
    int step = (int)ceil(ticks_step(g->rows, all.height / 14 + 1));
    for (int row = 0; row < g->rows; row += step) {
        int top = part(all.height, row, g->rows);
        int end = part(all.height, row + 1, g->rows);
        int middle = all.y + (top + end) / 2;
        if (g->names)
            text_draw(page, style, all.x - 9, middle, "%s", g->names[row]);
        else
            text_draw(page, style, all.x - 9, middle, "%d", row);
    }
}
//< [grid-rows]

//> [grid-draw] All of a grid, and the bar of its colours
void grid_draw(struct page *page, struct box all, const struct grid *g)
{
    page_fill(page, all, PAPER);
    cells(page, all, g);
    row_names(page, all, g);
    struct box bar = { all.x + all.width + GRID_BAR_ROOM - BAR_WIDTH, all.y,
                       BAR_WIDTH, all.height };
    axes_bar(page, bar, &g->scale);
}
//< [grid-draw]
