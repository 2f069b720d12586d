//> [heatmap-includes] What heat maps need
#include "view/heatmap.h"

#include "view/caption.h"
#include "view/legend.h"

#include <stdio.h>

/* A picture should fit a laptop's screen at its own size. */
enum { SCREEN_WIDTH = 1400, SCREEN_HEIGHT = 900 };
enum { MARGIN = 24, TITLE_HEIGHT = 66, LABEL_SIZE = 11, LABEL_LETTERS = 12 };
enum { SMALLEST_CELL = 1, LARGEST_CELL = 18 };
enum { LINE_HEIGHT = 13, SPAN_HEIGHT = 17 };
//< [heatmap-includes]

//> [heatmap-longest] How much room the labels take
static int longest_label(const struct page *page, const struct scene *scene)
{
    int longest = 0;
    for (int t = 0; t < scene->tokens; t++) {
        char label[128];
        caption_token(label, sizeof label, scene, t);
        int width = text_width(page, LABEL_SIZE, label);
        longest = width > longest ? width : longest;
    }
    return longest;
}
//< [heatmap-longest]

//> [heatmap-fit] How large can a cell be?
/* The width of a span's label. */
static int longest_span(const struct page *page, const struct scene *scene)
{
    char label[32];
    snprintf(label, sizeof label, "%d–%d", scene->tokens, scene->tokens);
    return text_width(page, LABEL_SIZE, label);
}

static int room_down(int labels)
{
    return SCREEN_HEIGHT - labels - TITLE_HEIGHT - LEGEND_HEIGHT
           - 2 * MARGIN - 3 * LINE_HEIGHT;
}

static int cell_size(const struct scene *scene, int ratio, int labels)
{
    int across = SCREEN_WIDTH - labels - 2 * MARGIN - tile_width(0, ratio, 4);
    int wide = across / (scene->tokens * (ratio ? 2 : 1));
    int high = room_down(labels) / scene->rows;
    int cell = wide < high ? wide : high;
    return cell < SMALLEST_CELL  ? SMALLEST_CELL
           : cell > LARGEST_CELL ? LARGEST_CELL
                                 : cell;
}
//< [heatmap-fit]

//> [heatmap-step] Which labels fit beside each other
/* Powers of two, so that the first tokens of blocks keep theirs. */
static int label_step(int pixels)
{
    int step = 1;
    while (step * pixels < LINE_HEIGHT)
        step *= 2;
    return step;
}
//< [heatmap-step]

//> [heatmap-place] Cells as large as the screen allows
void heatmap_place(struct heatmap *h, const struct page *page,
                   const struct scene *scene, int ratio)
{
    *h = (struct heatmap){ 0 };
    int labels = longest_label(page, scene);
    int cell = cell_size(scene, ratio, labels);
    int line = tile_line(scene, cell, room_down(labels));
    h->step = label_step(cell);
    h->row_step = label_step(line);
    int span = ratio ? longest_span(page, scene) : 0;
    h->spans_turned = span + 6 > ratio * cell;
    int above = labels + (ratio && !h->spans_turned ? SPAN_HEIGHT : 0);
    above = h->spans_turned && span > above ? span : above;
    int x = MARGIN + labels + 8;
    int y = TITLE_HEIGHT + 2 * LINE_HEIGHT + above + 10;
    tile_place(&h->tile, scene, ratio, cell, line, x, y);
    h->width = x + tile_width(scene->tokens, ratio, cell) + MARGIN;
    if (h->width < LEGEND_WIDTH + 2 * MARGIN)
        h->width = LEGEND_WIDTH + 2 * MARGIN;
    h->height = y + scene->rows * line + MARGIN + LEGEND_HEIGHT;
}
//< [heatmap-place]

//> [heatmap-rows] The tokens on the left
static void row_labels(struct page *page, const struct heatmap *h,
                       const struct scene *scene)
{
    struct text_style style = { LABEL_SIZE, SOFT, ALIGN_END, false };
    for (int row = 0; row < scene->rows; row++) {
        int t = scene->first + row;
        if (t % h->row_step)
            continue;
        struct box b = tile_cell(&h->tile, row, 0);
        char label[128];
        caption_token(label, sizeof label, scene, t);
        text_draw(page, style, b.x - 8, b.y + b.height / 2, "%s", label);
    }
}
//< [heatmap-rows]

//> [heatmap-columns] The tokens above, and the sink
static void column_labels(struct page *page, const struct heatmap *h,
                          const struct scene *scene)
{
    struct text_style style = { LABEL_SIZE, SOFT, ALIGN_START, true };
    const struct tile *tile = &h->tile;
    bool twice = tile->ratio && !h->spans_turned;
    for (int t = 0; t < scene->tokens; t += h->step) {
        struct box b = tile_cell(tile, 0, t);
        char label[128];
        caption_token(label, sizeof label, scene, t);
        int x = b.x + b.width / 2;
        text_draw(page, style, x, b.y - 6, "%s", label);
        x += tile->entries.x - tile->raw.x;
        if (twice)
            text_draw(page, style, x, b.y - 8 - SPAN_HEIGHT, "%s", label);
    }
    style.colour = INK;
    text_draw(page, style, tile->sink.x + tile->sink.width / 2,
              tile->sink.y - 6, "sink");
}
//< [heatmap-columns]

//> [heatmap-spans] Every entry is labelled with the tokens it covers
static void span_labels(struct page *page, const struct heatmap *h)
{
    const struct tile *t = &h->tile;
    int entries = t->tokens / t->ratio, span = t->ratio * t->cell;
    bool turned = h->spans_turned;
    int step = turned ? label_step(span) : 1;
    struct text_style style = { LABEL_SIZE, SOFT, ALIGN_CENTRE, turned };
    style.align = turned ? ALIGN_START : ALIGN_CENTRE;
    for (int i = 0; i < entries; i += step) {
        struct box b = tile_cell(t, 0, t->tokens + i);
        text_draw(page, style, b.x + b.width / 2,
                  turned ? b.y - 6 : b.y - 11, "%d–%d", i * t->ratio,
                  (i + 1) * t->ratio - 1);
        struct box bracket = { b.x + 2, b.y - 19, b.width - 5, 1 };
        if (!turned)
            page_fill(page, bracket, SOFT);
    }
}
//< [heatmap-spans]

//> [heatmap-early] Before the first block is complete
static void say_why_empty(struct page *page, const struct tile *t)
{
    struct text_style style = { 12, SOFT, ALIGN_CENTRE, false };
    text_draw(page, style, t->entries.x + t->entries.width / 2,
              t->entries.y + t->entries.height / 2,
              "no block of %d tokens is complete yet", t->ratio);
}
//< [heatmap-early]

//> [heatmap-titles] Title and explanation
static void titles(struct page *page, const struct scene *scene,
                   const struct scene_layer *layer, int head)
{
    char kind[64], text[256];
    struct text_style style = { 17, INK, ALIGN_START, false };
    caption_kind(kind, sizeof kind, scene, layer);
    int end = MARGIN + text_draw(page, style, MARGIN, 26,
                                 "%s · layer %d · %s · ", scene->model,
                                 layer->layer, kind);
    if (head < 0)
        text_draw(page, style, end, 26, "mean of all heads");
    else
        text_draw(page, style, end, 26, "head %d", head);
    caption_layer(text, sizeof text, scene, layer);
    style = (struct text_style){ 12, SOFT, ALIGN_START, false };
    text_draw(page, style, MARGIN, 50, "%s", text);
}
//< [heatmap-titles]

//> [heatmap-panels] The names of the panels
static void panel_names(struct page *page, const struct tile *t)
{
    struct text_style style = { 12, INK, ALIGN_START, false };
    int y = TITLE_HEIGHT + LINE_HEIGHT;
    text_draw(page, style, t->raw.x, y, "tokens, one by one");
    if (t->ratio)
        text_draw(page, style, t->entries.x, y,
                  "compressed entries, %d tokens each", t->ratio);
    style.align = ALIGN_END;
    text_draw(page, style, t->raw.x - 10, t->raw.y - 12, "query");
}
//< [heatmap-panels]

//> [heatmap-paint] Everything but the cells
static void paint(struct page *page, const struct heatmap *h,
                  const struct scene *scene, const struct scene_layer *layer,
                  int head, float ceiling)
{
    row_labels(page, h, scene);
    column_labels(page, h, scene);
    if (layer->ratio)
        span_labels(page, h);
    if (layer->ratio > scene->tokens)
        say_why_empty(page, &h->tile);
    titles(page, scene, layer, head);
    panel_names(page, &h->tile);
    bool is_selective = attention_kind(layer->kind)->selects && scene->topk;
    legend_draw(page, MARGIN, h->height - LEGEND_HEIGHT, ceiling,
                is_selective ? scene->topk : 0);
}
//< [heatmap-paint]

//> [heatmap-draw] The whole picture
bool heatmap_draw(struct page *page, const struct scene *scene,
                  const struct scene_layer *layer, int head, struct error *err)
{
    if (!scene_check(scene, err))
        return false;
    if (head < -1 || head >= layer->heads)
        return fail(err, "layer %d has no head %d: expected 0 … %d",
                    layer->layer, head, layer->heads - 1);
    struct heatmap h;
    heatmap_place(&h, page, scene, layer->ratio);
    if (!page_size(page, h.width, h.height, err))
        return false;
    struct arena_mark mark = arena_mark(&page->arena);
    float *probs = scene_head(scene, layer, head, &page->arena);
    float ceiling = scene_ceiling(scene, layer, probs, &page->arena);
    tile_draw(page, &h.tile, layer, probs, ceiling);
    paint(page, &h, scene, layer, head, ceiling);
    arena_release(&page->arena, mark);
    return true;
}
//< [heatmap-draw]
