//> [tile-includes] What tiles need
#include "view/tile.h"

#include "view/colormap.h"

#include <math.h>

enum { HATCH = 0x9aa3ad, HATCH_PERIOD = 5 };
//< [tile-includes]

//> [tile-air] Panels side by side, with air between them
static int gap(int cell)
{
    return cell < 4 ? 4 : 16;
}

static int sink_width(int cell)
{
    return cell < 4 ? 5 : cell < 14 ? 14
                                    : cell;
}

int tile_width(int tokens, int ratio, int cell)
{
    int panels = ratio ? 2 : 1;
    return panels * (tokens * cell + gap(cell)) + sink_width(cell);
}
//< [tile-air]

//> [tile-line] The rows of a tail may be higher than wide
int tile_line(const struct scene *scene, int cell, int room)
{
    if (scene->rows == scene->tokens)
        return cell; // the diagonal is one, at 45 degrees
    int line = room / scene->rows;
    line = line < TILE_LINE_MOST ? line : TILE_LINE_MOST;
    return line > cell ? line : cell;
}
//< [tile-line]

//> [tile-place] From left to right: tokens, entries, sink
void tile_place(struct tile *t, const struct scene *scene, int ratio, int cell,
                int line, int x, int y)
{
    int across = scene->tokens * cell, down = scene->rows * line;
    int next = x + across + gap(cell);
    *t = (struct tile){ .tokens = scene->tokens,
                        .rows = scene->rows,
                        .ratio = ratio,
                        .cell = cell,
                        .line = line };
    t->raw = (struct box){ x, y, across, down };
    t->entries = (struct box){ next, y, ratio ? across : 0, down };
    next += ratio ? across + gap(cell) : 0;
    t->sink = (struct box){ next, y, sink_width(cell), down };
}
//< [tile-place]

//> [tile-cell] From a key to its column
struct box tile_cell(const struct tile *t, int row, int key)
{
    int y = t->raw.y + row * t->line, high = t->line;
    int entry = key - t->tokens;
    int entries = t->ratio ? t->tokens / t->ratio : 0;
    if (entry < 0)
        return (struct box){ t->raw.x + key * t->cell, y, t->cell, high };
    if (entry == entries)
        return (struct box){ t->sink.x, y, t->sink.width, high };
    int span = t->ratio * t->cell;
    return (struct box){ t->entries.x + entry * span, y, span, high };
}
//< [tile-cell]

//> [tile-colour] Square roots show small probabilities
unsigned tile_colour(float p, float ceiling)
{
    return colormap_heat(sqrtf(p / ceiling));
}

void tile_hatch(struct page *page, struct box b)
{
    page_hatch(page, b, HATCH_PERIOD, HATCH);
}
//< [tile-colour]

//> [tile-draw] Cell by cell
void tile_draw(struct page *page, const struct tile *t,
               const struct scene_layer *layer, const float *probs,
               float ceiling)
{
    int keys = scene_keys(t->tokens, t->ratio);
    for (int row = 0; row < t->rows; row++)
        for (int key = 0; key < keys; key++) {
            size_t at = (size_t)row * (size_t)keys + (size_t)key;
            struct box b = tile_cell(t, row, key);
            b.width -= b.width >= 8;
            b.height -= b.height >= 8;
            if (layer->visible[at] == SEEN)
                page_fill(page, b, tile_colour(probs[at], ceiling));
            else if (layer->visible[at] == PASSED)
                tile_hatch(page, b);
        }
    page_frame(page, t->raw, FAINT);
    page_frame(page, t->sink, FAINT);
    if (t->ratio)
        page_frame(page, t->entries, FAINT);
}
//< [tile-draw]
