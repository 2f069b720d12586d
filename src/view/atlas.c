//> [atlas-includes] What a sheet of tiles needs
#include "view/atlas.h"

#include "view/caption.h"
#include "view/legend.h"
#include "view/tile.h"

#include <math.h>

enum { SHEET_WIDTH = 1400, LARGEST_CELL = 4 };
enum { MARGIN = 24, GAP = 18, TILE_HEIGHT = 120, HEADING = 98 };
//< [atlas-includes]

//> [atlas-sheet] All tiles of one size
/* The places of a sheet. */
struct sheet {
    int cell;    ///< pixels across a token
    int line;    ///< pixels down a query
    int left;    ///< where the first column of tiles begins
    int column;  ///< from one column of tiles to the next
    int row;     ///< from one row of tiles to the next
    int columns; ///< heads of the layer that has most
    int width;   ///< of the picture
    int height;  ///< of the picture
};
//< [atlas-sheet]

//> [atlas-place] Cells as large as a sheet allows
static struct sheet place(const struct scene *scene,
                          const struct scene_layer *layers, int count,
                          int labels)
{
    struct sheet s = { .cell = LARGEST_CELL, .columns = 1 };
    int ratio = 0;
    for (int i = 0; i < count; i++) {
        s.columns = layers[i].heads > s.columns ? layers[i].heads : s.columns;
        ratio = layers[i].ratio ? layers[i].ratio : ratio;
    }
    s.left = MARGIN + labels + GAP;
    int room = (SHEET_WIDTH - s.left - MARGIN) / s.columns - GAP;
    while (s.cell > 1 && tile_width(scene->tokens, ratio, s.cell) > room)
        s.cell--;
    s.column = tile_width(scene->tokens, ratio, s.cell) + GAP;
    s.line = tile_line(scene, s.cell, TILE_HEIGHT);
    s.row = scene->rows * s.line + GAP;
    s.row = s.row < 3 * GAP ? 3 * GAP : s.row;
    s.width = s.left + s.columns * s.column - GAP + MARGIN;
    if (s.width < LEGEND_WIDTH + 2 * MARGIN)
        s.width = LEGEND_WIDTH + 2 * MARGIN;
    s.height = HEADING + count * s.row + LEGEND_HEIGHT + GAP / 2;
    return s;
}
//< [atlas-place]

//> [atlas-ceiling] One colour scale for all tiles
/* Each layer asks for a ceiling; the highest serves all. */
static float common_ceiling(const struct scene *scene,
                            const struct scene_layer *layers, int count,
                            struct arena *arena)
{
    float highest = 0;
    struct arena_mark mark = arena_mark(arena);
    for (int i = 0; i < count; i++) {
        float *probs = scene_head(scene, &layers[i], 0, arena);
        highest = fmaxf(highest,
                        scene_ceiling(scene, &layers[i], probs, arena));
        arena_release(arena, mark);
    }
    return highest;
}
//< [atlas-ceiling]

//> [atlas-layer] A row of tiles
static void draw_layer(struct page *page, const struct scene *scene,
                       const struct scene_layer *layer,
                       const struct sheet *s, int y, float ceiling)
{
    struct arena_mark mark = arena_mark(&page->arena);
    for (int head = 0; head < layer->heads; head++) {
        struct tile t;
        tile_place(&t, scene, layer->ratio, s->cell, s->line,
                   s->left + head * s->column, y);
        float *probs = scene_head(scene, layer, head, &page->arena);
        tile_draw(page, &t, layer, probs, ceiling);
        arena_release(&page->arena, mark);
    }
}
//< [atlas-layer]

//> [atlas-longest] How much room the kinds of layers take
static int longest_kind(const struct page *page, const struct scene *scene,
                        const struct scene_layer *layers, int count)
{
    int longest = 0;
    for (int i = 0; i < count; i++) {
        char kind[64];
        caption_kind(kind, sizeof kind, scene, &layers[i]);
        int width = text_width(page, 12, kind);
        longest = width > longest ? width : longest;
    }
    return longest;
}
//< [atlas-longest]

//> [atlas-label] What a row of tiles is
static void label_layer(struct page *page, const struct scene *scene,
                        const struct scene_layer *layer, int y)
{
    char kind[64];
    struct text_style style = { 13, INK, ALIGN_START, false };
    text_draw(page, style, MARGIN, y + 8, "layer %d", layer->layer);
    style = (struct text_style){ 12, SOFT, ALIGN_START, false };
    caption_kind(kind, sizeof kind, scene, layer);
    text_draw(page, style, MARGIN, y + 26, "%s", kind);
    if (layer->ratio > scene->tokens)
        text_draw(page, style, MARGIN, y + 42, "(text too short)");
}
//< [atlas-label]

//> [atlas-headings] Title, explanation, heads
static void headings(struct page *page, const struct scene *scene,
                     const struct sheet *s)
{
    struct text_style style = { 17, INK, ALIGN_START, false };
    text_draw(page, style, MARGIN, 26, "%s · every layer and head · %d tokens",
              scene->model, scene->tokens);
    style = (struct text_style){ 12, SOFT, ALIGN_START, false };
    text_draw(page, style, MARGIN, 50,
              "A tile: one row a query. Its columns: the tokens one by one; "
              "then, where there are any, the compressed entries;");
    text_draw(page, style, MARGIN, 66,
              "last, the sink. An entry is as wide as the tokens it stands "
              "for, and stands below them.");
    style.colour = INK;
    for (int head = 0; head < s->columns; head++)
        text_draw(page, style, s->left + head * s->column, HEADING - 12,
                  "head %d", head);
}
//< [atlas-headings]

//> [atlas-draw] The whole sheet
bool atlas_draw(struct page *page, const struct scene *scene,
                const struct scene_layer *layers, int count, struct error *err)
{
    if (!scene_check(scene, err))
        return false;
    if (count < 1)
        return fail(err, "an atlas of no layers cannot be drawn");
    int labels = longest_kind(page, scene, layers, count);
    struct sheet s = place(scene, layers, count, labels);
    if (!page_size(page, s.width, s.height, err))
        return false;
    float ceiling = common_ceiling(scene, layers, count, &page->arena);
    int topk = 0;
    headings(page, scene, &s);
    for (int i = 0; i < count; i++) {
        int y = HEADING + i * s.row;
        topk = attention_kind(layers[i].kind)->selects ? scene->topk : topk;
        label_layer(page, scene, &layers[i], y);
        draw_layer(page, scene, &layers[i], &s, y, ceiling);
    }
    legend_draw(page, MARGIN, s.height - LEGEND_HEIGHT, ceiling, topk);
    return true;
}
//< [atlas-draw]
