//> [legend-includes] What legends need
#include "view/legend.h"

#include "view/colormap.h"
#include "view/tile.h"

#include <math.h>
#include <stdio.h>

enum { BAR_WIDTH = 240,
       BAR_HEIGHT = 14,
       SWATCH = 22 };
//< [legend-includes]

//> [legend-numbers] Numbers under the bar, as many as fit
/* Writes a number under the bar if it ends before `limit`. Returns where
 * the next one, to its left, has to end. */
static int number(struct page *page, const char *label, int x, int y, int limit)
{
    int half = text_width(page, 11, label) / 2;
    if (x + half > limit)
        return limit;
    struct text_style style = { 11, SOFT, ALIGN_CENTRE, false };
    page_fill(page, (struct box){ x, y, 1, 4 }, SOFT);
    text_draw(page, style, x, y + 11, label);
    return x - half - 10;
}
//< [legend-numbers]

//> [legend-choose] Which numbers the bar has
/* The top of the scale; then 0.5, 0.2, 0.1, 0.05, … and 0 last. */
static void numbers(struct page *page, struct box bar, float ceiling)
{
    char label[32];
    int y = bar.y + bar.height;
    snprintf(label, sizeof label, "%s%g", ceiling < 1 ? "≥" : "",
             (double)ceiling);
    int limit = number(page, label, bar.x + bar.width, y, page->width);
    for (float power = 0.1f; power > ceiling * 1e-3f; power /= 10)
        for (int i = 5; i >= 1; i = i / 2) {
            float p = (float)i * power;
            float share = sqrtf(p / ceiling) * (float)bar.width;
            snprintf(label, sizeof label, "%.3g", (double)p);
            if (p < ceiling && share > 32)
                limit = number(page, label, bar.x + (int)lrintf(share), y,
                               limit);
        }
    number(page, "0", bar.x, y, limit);
}
//< [legend-choose]

//> [legend-bar] The colour bar
static void colour_bar(struct page *page, struct box bar, float ceiling)
{
    for (int i = 0; i < bar.width; i++) {
        float u = (float)i / (float)(bar.width - 1);
        page_fill(page, (struct box){ bar.x + i, bar.y, 1, bar.height },
                    colormap_heat(u));
    }
    page_frame(page, bar, FAINT);
    numbers(page, bar, ceiling);
}
//< [legend-bar]

//> [legend-swatch] A small box and its meaning
/* A small box and its meaning; returns where the next one may stand. */
static int swatch(struct page *page, int x, int y, bool is_hatched,
                  const char *meaning)
{
    struct box b = { x, y, SWATCH, BAR_HEIGHT };
    if (is_hatched)
        tile_hatch(page, b);
    page_frame(page, b, FAINT);
    struct text_style style = { 12, INK, ALIGN_START, false };
    text_draw(page, style, x + SWATCH + 8, y + BAR_HEIGHT / 2, meaning);
    return x + SWATCH + 8 + text_width(page, 12, meaning) + 24;
}
//< [legend-swatch]

//> [legend-draw] The whole legend
void legend_draw(struct page *page, int x, int y, float ceiling, int topk)
{
    struct text_style style = { 12, INK, ALIGN_START, false };
    const char *what = "probability (√ scale)";
    text_draw(page, style, x, y + BAR_HEIGHT / 2, what);
    x += text_width(page, 12, what) + 12;
    colour_bar(page, (struct box){ x, y, BAR_WIDTH, BAR_HEIGHT }, ceiling);
    x += BAR_WIDTH + 30;
    x = swatch(page, x, y, false, "blank: cannot be seen");
    char meaning[80];
    snprintf(meaning, sizeof meaning,
             "hatched: could be seen, not in the top %d", topk);
    if (topk)
        swatch(page, x, y, true, meaning);
}
//< [legend-draw]
