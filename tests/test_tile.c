/* Tiles and scenes: every number stands in its place, in its colour. */
#include "view/tile.h"

#include "view/colormap.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(scene, key_axis)
{
    cr_assert_eq(scene_keys(48, 0), 49);
    cr_assert_eq(scene_keys(48, 4), 61);
    cr_assert_eq(scene_keys(47, 4), 59);
    cr_assert_eq(scene_keys(127, 128), 128);
    cr_assert_eq(scene_keys(128, 128), 130);
}

Test(scene, head_and_mean)
{
    /* 2 rows, 3 heads, 2 tokens + sink: value = 100 row + 10 head + key */
    float probs[2 * 3 * 3];
    struct arena arena = { 0 };
    for (int i = 0; i < 18; i++)
        probs[i] = (float)(100 * (i / 9) + 10 * (i / 3 % 3) + i % 3);
    struct scene scene = { .tokens = 2, .rows = 2 };
    struct scene_layer layer = { .heads = 3, .probs = probs };
    for (int head = -1; head < 3; head++) {
        float *out = scene_head(&scene, &layer, head, &arena);
        for (int i = 0; i < 6; i++) {
            int want = 100 * (i / 3) + 10 * (head < 0 ? 1 : head) + i % 3;
            cr_assert_eq(out[i], (float)want);
        }
    }
    arena_free(&arena);
}

Test(scene, ceiling_ignores_two_in_a_hundred)
{
    struct arena arena = { 0 };
    float probs[400];
    int visible[400];
    struct scene scene = { .tokens = 39, .rows = 10 };
    struct scene_layer layer = { .heads = 1, .visible = visible };
    for (int i = 0; i < 400; i++) {
        probs[i] = i % 2 ? 0.95f : 0.0004f * (float)(i / 2); /* … 0.0796 */
        visible[i] = i % 2 ? PASSED : SEEN; /* passed ones do not count */
    }
    for (int i = 390; i < 400; i += 2) /* 4 of 200 are off the scale */
        probs[i] = i == 390 ? probs[i] : 0.9f;
    float ceiling = scene_ceiling(&scene, &layer, probs, &arena);
    cr_assert(fabsf(ceiling - 0.1f) < 1e-6f, "%g", (double)ceiling);
    memset(visible, 0, sizeof visible);
    cr_assert_eq(scene_ceiling(&scene, &layer, probs, &arena), 1);
    visible[0] = SEEN;
    probs[0] = NAN;
    cr_assert_eq(scene_ceiling(&scene, &layer, probs, &arena), 1);
    cr_assert_eq(arena.bytes, 0);
    arena_free(&arena);
}

Test(scene, refuses_what_it_cannot_hold)
{
    static const struct {
        int tokens, first, rows;
        const char *names;
    } cases[] = {
        { 0, 0, 0, "0 tokens" },        { 1000000, 0, 1, "1000000" },
        { 10, 0, 0, "0 … -1" },         { 10, 0, 11, "0 … 10" },
        { 10, 8, 3, "8 … 10" },         { 10, -1, 3, "-1 … 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s = { .tokens = cases[i].tokens,
                           .first = cases[i].first,
                           .rows = cases[i].rows };
        struct error err;
        cr_assert_not(scene_check(&s, &err));
        cr_assert(strstr(err.message, cases[i].names), "%s", err.message);
    }
}

static const int RATIOS[] = { 0, 4, 16, 128 };

Test(tile, an_entry_spans_its_tokens)
{
    struct scene scene = { .tokens = 150, .rows = 150 };
    for (int i = 1; i < 4; i++)
        for (int cell = 1; cell <= 18; cell += 5) {
            struct tile t;
            int m = RATIOS[i];
            tile_place(&t, &scene, m, cell, cell + 2, 30, 40);
            for (int entry = 0; entry < 150 / m; entry++) {
                struct box b = tile_cell(&t, 7, 150 + entry);
                struct box first = tile_cell(&t, 7, entry * m);
                struct box last = tile_cell(&t, 7, entry * m + m - 1);
                int shift = t.entries.x - t.raw.x;
                cr_assert_eq(b.x, first.x + shift);
                cr_assert_eq(b.width, m * cell);
                cr_assert_eq(b.x + b.width, last.x + last.width + shift);
                cr_assert_eq(b.y, first.y);
                cr_assert_eq(b.height, cell + 2);
            }
        }
}

Test(tile, panels_do_not_touch)
{
    struct scene scene = { .tokens = 33, .first = 20, .rows = 13 };
    for (int i = 0; i < 4; i++)
        for (int cell = 1; cell <= 18; cell++) {
            struct tile t;
            int m = RATIOS[i];
            tile_place(&t, &scene, m, cell, 9, 5, 6);
            int end = t.raw.x + t.raw.width;
            if (m) {
                cr_assert(t.entries.x >= end + 4);
                end = t.entries.x + t.entries.width;
            }
            cr_assert(t.sink.x >= end + 4, "the sink stands apart");
            cr_assert_eq(t.sink.x + t.sink.width,
                         5 + tile_width(33, m, cell));
            struct box sink = tile_cell(&t, 0, scene_keys(33, m) - 1);
            cr_assert_eq(sink.x, t.sink.x);
            cr_assert_eq(sink.width, t.sink.width);
            cr_assert_eq(sink.height, 9);
            cr_assert_eq(tile_cell(&t, 12, 0).y, 6 + 12 * 9);
            cr_assert_eq(t.sink.height, 13 * 9);
        }
}

Test(tile, few_rows_of_a_long_text_are_high)
{
    const struct {
        int tokens, rows, cell, room, line;
    } cases[] = {
        { 396, 24, 1, 600, 18 },  /* as high as a label needs, no higher */
        { 396, 100, 1, 600, 6 },  /* as high as there is room */
        { 396, 396, 1, 600, 1 },  /* all tokens: square */
        { 150, 150, 4, 600, 4 },
        { 2000, 1999, 1, 600, 1 }, /* never lower than wide */
        { 20, 2, 18, 600, 18 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene = { .tokens = cases[i].tokens,
                               .first = cases[i].tokens - cases[i].rows,
                               .rows = cases[i].rows };
        int line = tile_line(&scene, cases[i].cell, cases[i].room);
        cr_assert_eq(line, cases[i].line, "case %zu: %d", i, line);
    }
}

Test(tile, colours_are_square_roots)
{
    cr_assert_eq(tile_colour(0, 0.2f), colormap_heat(0));
    cr_assert_eq(tile_colour(0.05f, 0.2f), colormap_heat(0.5f));
    cr_assert_eq(tile_colour(0.2f, 0.2f), colormap_heat(1));
    cr_assert_eq(tile_colour(0.9f, 0.2f), colormap_heat(1));
    cr_assert_eq(tile_colour(NAN, 0.2f), COLOUR_NAN);
    cr_assert_neq(tile_colour(0, 1), PAPER);
}
