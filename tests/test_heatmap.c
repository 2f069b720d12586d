/* Heat maps: the pixels say what each query sees, by the rules of the
 * model: the last w tokens, complete entries, the selected ones. */
#include "view/heatmap.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { T = 48, WINDOW = 16, TOPK = 5, HEADS = 2 };

/* What query t may do with key s: worked out from the rules, not from the
 * picture. Of n entries the indexer "selects" those with the largest
 * i * 7 mod 12 (all different for T = 48). */
static int sight(int t, int key, int m)
{
    if (key < T)
        return key <= t && key > t - WINDOW ? SEEN : UNSEEN;
    int entry = key - T;
    if (m == 0 || entry == T / m)
        return SEEN; /* the sink */
    if ((entry + 1) * m > t + 1)
        return UNSEEN; /* not complete */
    int better = 0;
    for (int i = 0; (i + 1) * m <= t + 1; i++)
        better += i * 7 % 12 > entry * 7 % 12;
    return m != 4 || better < TOPK ? SEEN : PASSED;
}

static float prob(int t, int head, int key)
{
    return 0.001f + 0.0001f * (float)((t * 7 + key * 3 + head * 5) % 200);
}

struct sample {
    struct page page;
    struct scene scene;
    struct scene_layer layer;
};

static void make_layer(struct sample *s, int m)
{
    int keys = scene_keys(T, m), rows = s->scene.rows;
    float *probs = arena_floats(&s->page.arena,
                                (size_t)rows * HEADS * (size_t)keys);
    int *visible = arena_alloc(&s->page.arena, (size_t)rows * (size_t)keys,
                               sizeof(int));
    for (int row = 0; row < rows; row++)
        for (int key = 0; key < keys; key++) {
            int t = s->scene.first + row;
            visible[row * keys + key] = sight(t, key, m);
            for (int head = 0; head < HEADS; head++)
                probs[(row * HEADS + head) * keys + key] =
                    prob(t, head, key);
        }
    s->layer = (struct scene_layer){
        2, m == 0 ? LAYER_WINDOW : m == 4 ? LAYER_CSA : LAYER_HCA,
        m, HEADS, probs, visible
    };
}

static void draw(struct sample *s, int m, int first)
{
    struct error err;
    memset(s, 0, sizeof *s);
    cr_assert(page_open(&s->page, &err), "%s", err.message);
    s->scene = (struct scene){ "sample", T, first, T - first, WINDOW, TOPK,
                               NULL };
    make_layer(s, m);
    cr_assert(heatmap_draw(&s->page, &s->scene, &s->layer, 1, &err),
              "%s", err.message);
}

static void finish(struct sample *s)
{
    page_close(&s->page);
}

/* Is every pixel of a cell of this colour, its seam excepted? */
static bool is_plain(const struct page *page, struct box b, unsigned colour)
{
    for (int y = b.y; y < b.y + b.height - 1; y++)
        for (int x = b.x; x < b.x + b.width - 1; x++)
            if (page_pixel(page, x, y) != colour)
                return false;
    return true;
}

static int share_of_paper(const struct page *page, struct box b)
{
    int paper = 0;
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++)
            paper += page_pixel(page, x, y) == PAPER;
    return 100 * paper / (b.width * b.height);
}

/* The probability of the darkest colour, found again by hand: all of
 * prob() lies between 0.001 and 0.021, 98 in 100 of it above 0.02. */
static const float CEILING = 0.03f;

static void check_cells(const struct sample *s, const struct tile *t, int m,
                        int first)
{
    for (int row = 0; row < T - first; row++)
        for (int key = 0; key < scene_keys(T, m); key++) {
            struct box b = tile_cell(t, row, key);
            int want = sight(first + row, key, m);
            float p = prob(first + row, 1, key);
            if (want == SEEN)
                cr_assert(is_plain(&s->page, b, tile_colour(p, CEILING)),
                          "m %d row %d key %d", m, row, key);
            if (want == UNSEEN)
                cr_assert_eq(share_of_paper(&s->page, b), 100,
                             "m %d row %d key %d", m, row, key);
            int paper = share_of_paper(&s->page, b);
            if (want == PASSED)
                cr_assert(paper > 50 && paper < 95, "hatched: %d", paper);
        }
}

Test(heatmap, every_cell_by_the_rules)
{
    static const int ratios[] = { 0, 4, 16, 128 };
    for (int i = 0; i < 4; i++)
        for (int first = 0; first <= 40; first += 40) {
            struct sample s;
            struct heatmap h;
            draw(&s, ratios[i], first);
            heatmap_place(&h, &s.page, &s.scene, ratios[i]);
            cr_assert_eq(h.width, s.page.width);
            cr_assert_eq(h.height, s.page.height);
            cr_assert(h.width <= 1400 && h.height <= 900, "%d x %d",
                      h.width, h.height);
            if (ratios[i] != 128) /* there a text lies in the panel */
                check_cells(&s, &h.tile, ratios[i], first);
            finish(&s);
        }
}

/* Does a box hold any ink? */
static bool has_ink(const struct page *page, struct box b)
{
    return share_of_paper(page, b) < 100;
}

Test(heatmap, labels_on_both_axes)
{
    struct sample s;
    struct heatmap h;
    draw(&s, 4, 0);
    heatmap_place(&h, &s.page, &s.scene, 4);
    const struct tile *t = &h.tile;
    for (int i = 0; i < T; i += h.step) {
        struct box row = tile_cell(t, i, 0), column = tile_cell(t, 0, i);
        struct box left = { 0, row.y, row.x - 1, row.height };
        struct box above = { column.x, column.y - 20, column.width, 19 };
        cr_assert(has_ink(&s.page, left), "row %d", i);
        cr_assert(has_ink(&s.page, above), "column %d", i);
    }
    for (int i = 0; i < T / 4; i++) {
        struct box entry = tile_cell(t, 0, T + i);
        struct box span = { entry.x, entry.y - 18, entry.width, 16 };
        cr_assert(has_ink(&s.page, span), "entry %d", i);
    }
    struct box sink = { t->sink.x, t->sink.y - 30, t->sink.width, 28 };
    cr_assert(has_ink(&s.page, sink));
    finish(&s);
}

/* Beside each row stands the token that asks. */
Test(heatmap, rows_are_named_by_their_queries)
{
    struct sample s;
    struct heatmap h;
    struct page named;
    struct error err;
    draw(&s, 4, 40);
    heatmap_place(&h, &s.page, &s.scene, 4);
    cr_assert(page_open(&named, &err));
    cr_assert(page_size(&named, h.width, h.height, &err));
    for (int row = 0; row < T - 40; row++) {
        struct box b = tile_cell(&h.tile, row, 0);
        struct text_style style = { 11, SOFT, ALIGN_END, false };
        text_draw(&named, style, b.x - 8, b.y + b.height / 2, "%d ",
                  40 + row);
        for (int y = b.y; y < b.y + b.height; y++)
            for (int x = b.x - 30; x < b.x - 2; x++)
                cr_assert_eq(page_pixel(&s.page, x, y),
                             page_pixel(&named, x, y), "row %d", row);
    }
    page_close(&named);
    finish(&s);
}

/* Nothing may be cut off at the edges of the picture. */
static void assert_margins(const struct page *page, const char *what)
{
    struct box edges[] = { { 0, 0, page->width, 4 },
                           { 0, 0, 4, page->height },
                           { 0, page->height - 4, page->width, 4 },
                           { page->width - 4, 0, 4, page->height } };
    for (int i = 0; i < 4; i++)
        cr_assert_not(has_ink(page, edges[i]), "%s, edge %d", what, i);
}

Test(heatmap, long_labels_and_few_tokens_fit)
{
    static const char *const labels[] = {
        "extraordinarily", "\u4e2d\u6587", "", "\\n", "␣the", "x", "y", "z",
    };
    struct sample s;
    struct error err;
    draw(&s, 4, 0);
    assert_margins(&s.page, "no labels");
    for (int tokens = 1; tokens <= 8; tokens++) {
        struct scene scene = { "m", tokens, 0, tokens, 4, 2, labels };
        int keys = scene_keys(tokens, 4);
        int *visible = arena_alloc(&s.page.arena, (size_t)tokens * (size_t)keys,
                                   sizeof(int));
        struct scene_layer layer = s.layer;
        layer.visible = visible;
        cr_assert(heatmap_draw(&s.page, &scene, &layer, -1, &err), "%s",
                  err.message);
        assert_margins(&s.page, "labels");
    }
    finish(&s);
}

Test(heatmap, the_tail_of_a_long_text_is_no_strip)
{
    struct page page;
    struct error err;
    cr_assert(page_open(&page, &err), "%s", err.message);
    for (int rows = 1; rows <= 396; rows++) {
        struct scene scene = { "m", 396, 396 - rows, rows, 32, 8, NULL };
        struct heatmap h;
        heatmap_place(&h, &page, &scene, 4);
        cr_assert(h.width <= 1400 && h.height <= 900, "%d x %d", h.width,
                  h.height);
        bool is_whole = rows == 396;
        cr_assert_eq(h.tile.raw.height, rows * (is_whole ? 1 : h.tile.line));
        if (rows <= 40) {
            cr_assert(h.tile.line >= 13, "%d rows of %d", rows, h.tile.line);
            cr_assert_eq(h.row_step, 1, "every query is named");
        }
        if (rows >= 40)
            cr_assert(h.tile.raw.height > 300, "%d rows: %d", rows,
                      h.tile.raw.height);
        cr_assert_eq(h.step, 16, "columns are as narrow as before");
    }
    page_close(&page);
}

Test(heatmap, refuses)
{
    struct sample s;
    struct error err;
    draw(&s, 4, 0);
    for (int head = -2; head <= HEADS; head += HEADS + 2) {
        cr_assert_not(heatmap_draw(&s.page, &s.scene, &s.layer, head, &err));
        cr_assert(strstr(err.message, "0 … 1"), "%s", err.message);
    }
    s.scene.tokens = SCENE_MAX_TOKENS + 1;
    cr_assert_not(heatmap_draw(&s.page, &s.scene, &s.layer, 0, &err));
    finish(&s);
}
