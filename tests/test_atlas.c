/* The atlas: as many tiles as layers and heads, each of its own kind. */
#include "view/atlas.h"

#include "view/tile.h"

#include <criterion/criterion.h>
#include <string.h>

enum { T = 20, LAYERS = 3, HEADS = 3 };

static const int RATIOS[LAYERS] = { 0, 4, 16 };

/* Layer i, head h: every query gives all of its keys (i + 1)(h + 1)/100. */
static struct scene_layer flat_layer(struct arena *arena, int i)
{
    int m = RATIOS[i], keys = scene_keys(T, m);
    float *probs = arena_floats(arena, (size_t)T * HEADS * (size_t)keys);
    int *visible = arena_alloc(arena, (size_t)T * (size_t)keys, sizeof(int));
    for (int n = 0; n < T * HEADS * keys; n++)
        probs[n] = (float)((i + 1) * (n / keys % HEADS + 1)) / 100;
    for (int n = 0; n < T * keys; n++)
        visible[n] = SEEN;
    enum layer_kind kind = m == 0   ? LAYER_WINDOW
                           : m == 4 ? LAYER_CSA
                                    : LAYER_HCA;
    return (struct scene_layer){ i, kind, m, HEADS, probs, visible };
}

static int pixels_of(const struct page *page, unsigned colour)
{
    int count = 0;
    for (int y = 0; y < page->height - 60; y++) /* the legend left out */
        for (int x = 0; x < page->width; x++)
            count += page_pixel(page, x, y) == colour;
    return count;
}

Test(atlas, every_layer_and_head_has_its_tile)
{
    struct page c;
    struct error err;
    struct scene scene = { "sample", T, 0, T, 8, 2, NULL };
    struct scene_layer layers[LAYERS];
    cr_assert(page_open(&c, &err), "%s", err.message);
    for (int i = 0; i < LAYERS; i++)
        layers[i] = flat_layer(&c.arena, i);
    cr_assert(atlas_draw(&c, &scene, layers, LAYERS, &err), "%s",
              err.message);
    /* The scale ends at the first head of the last layer: 0.03. A tile has
     * T² cells of 4 x 4 pixels, as many for entries, and 14 for a sink. */
    int tokens = 4 * T * 4 * T, entries = 4 * 16 * 4 * T, sink = 14 * 4 * T;
    int first = pixels_of(&c, tile_colour(0.01f, 0.03f));
    int seams = 2 * T * 4; /* at most, of wide cells */
    cr_assert(first <= tokens + sink && first >= tokens + sink - seams);
    int white = pixels_of(&c, PAPER);
    cr_assert(white > 0 && white < c.width * c.height);
    int dark = pixels_of(&c, tile_colour(0.03f, 0.03f));
    cr_assert(dark >= 6 * (tokens + sink - 5 * seams)); /* 6 of 9 tiles */
    cr_assert(dark >= 3 * (tokens + entries), "HCA: one entry of 16");
    page_close(&c);
}

Test(atlas, refuses_nothing_to_draw)
{
    struct page c;
    struct error err;
    struct scene scene = { "sample", T, 0, T, 8, 2, NULL };
    cr_assert(page_open(&c, &err));
    cr_assert_not(atlas_draw(&c, &scene, NULL, 0, &err));
    cr_assert(strstr(err.message, "no layers"));
    scene.tokens = 0;
    struct scene_layer layer = flat_layer(&c.arena, 0);
    cr_assert_not(atlas_draw(&c, &scene, &layer, 1, &err));
    page_close(&c);
}
