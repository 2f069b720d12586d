//> [legend-includes] What legends need
#include "view/legend.h"

#include "view/axes.h"
#include "view/tile.h"

enum { BAR_WIDTH = 240, BAR_HEIGHT = 14, SWATCH = 22 };
//< [legend-includes]

//> [legend-swatch] A small box; its meaning stands beside it
/* Returns where the meaning begins. */
static int swatch(struct page *page, int x, int y, bool is_hatched)
{
    struct box b = { x, y, SWATCH, BAR_HEIGHT };
    if (is_hatched)
        tile_hatch(page, b);
    page_frame(page, b, FAINT);
    return x + SWATCH + 8;
}
//< [legend-swatch]

//> [legend-draw] The whole legend
void legend_draw(struct page *page, int x, int y, float ceiling, int topk)
{
    struct text_style style = { 12, INK, ALIGN_START, false };
    struct axis scale = { .high = (double)ceiling,
                          .scale = SCALE_ROOT,
                          .is_open = ceiling < 1 };
    int middle = y + BAR_HEIGHT / 2;
    x += text_draw(page, style, x, middle, "probability (√ scale)") + 12;
    axes_bar(page, (struct box){ x, y, BAR_WIDTH, BAR_HEIGHT }, &scale);
    x = swatch(page, x + BAR_WIDTH + 30, y, false);
    x += text_draw(page, style, x, middle, "blank: cannot be seen") + 24;
    if (topk)
        text_draw(page, style, swatch(page, x, y, true), middle,
                  "hatched: could be seen, not in the top %d", topk);
}
//< [legend-draw]
