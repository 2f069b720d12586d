/* The pictures of the commands, read back from their files: every cell has
 * the colour of the number that `v4 trace` or `v4 show` gives for it. */
#include "base/array.h"
#include "view/axes.h"
#include "view/colormap.h"
#include "view/pngfile.h"
#include "view/tile.h"

#include "support/golden.h"
#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FRAMES = 512, SHORTEST = 6 };

static const char DEMO[] = "-f tiny_models/demo.txt";
static const char SHORT[] = "-p 'A window, four by four; a hundred and '";
static const char COMPONENTS[] = "tests/golden/components.safetensors";

/* What a command drew. */
struct drawn {
    struct page page;
    struct box frame[MOST_FRAMES]; /* from the top, from the left */
    int frames;
};

static int run_length(const struct page *p, int x, int y, int dx, int dy,
                      unsigned colour)
{
    int n = 0;
    while (x + n * dx < p->width && y + n * dy < p->height &&
           page_pixel(p, x + n * dx, y + n * dy) == colour)
        n++;
    return n;
}

/* Every rectangle that a line of this colour surrounds. */
static void find_frames(struct drawn *d, unsigned colour)
{
    const struct page *p = &d->page;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width && d->frames < MOST_FRAMES; x++) {
            int wide = run_length(p, x, y, 1, 0, colour);
            int high = run_length(p, x, y, 0, 1, colour);
            if (wide >= SHORTEST && high >= SHORTEST &&
                run_length(p, x, y + high - 1, 1, 0, colour) == wide &&
                run_length(p, x + wide - 1, y, 0, 1, colour) == high)
                d->frame[d->frames++] =
                    (struct box){ x + 1, y + 1, wide - 2, high - 2 };
            x += wide;
        }
}

/* Run a command that draws, and find what it drew in frames. */
static void draw(struct drawn *d, const char *words, unsigned colour)
{
    char path[128];
    struct error err = { 0 };
    *d = (struct drawn){ 0 };
    temp_path(path, "drawn.png");
    v4_well("%s -o %s", words, path);
    cr_assert(pngfile_read(&d->page, path, &err), "%s", err.message);
    find_frames(d, colour);
    remove(path);
}

/* ------------------------------------------------------------ attention */

/* A picture of attention, and how it was asked for. */
struct picture {
    const char *model;
    const char *input;
    const char *more; /* options of the pass */
    int layer, head;  /* head -1: the mean */
    int last;         /* 0: every query */
};

/* The attention of a layer as `v4 trace` gives it. */
struct traced {
    char path[128];
    struct array_file file;
    struct arena arena;
    struct config config;
    struct scene scene;
    struct scene_layer layer;
};

static void trace_layer(struct traced *t, const struct picture *p,
                        int layer)
{
    char name[64];
    struct error err = { 0 };
    const struct array *probs, *visible;
    cr_assert(array_file_open(&t->file, t->path, &err), "%s", err.message);
    snprintf(name, sizeof name, "L%d.attn.probs", layer);
    probs = array_find(&t->file, name);
    strcat(name, ".visible");
    visible = array_find(&t->file, name);
    cr_assert(probs && visible, "%s", name);
    int T = (int)probs->shape[0], H = (int)probs->shape[1];
    int K = (int)probs->shape[2], rows = p->last ? p->last : T;
    t->scene = (struct scene){ .tokens = T, .first = T - rows,
                               .rows = rows };
    t->layer = (struct scene_layer){
        .layer = layer,
        .heads = H,
        .ratio = config_layer(&t->config, layer).ratio,
        .probs = (const float *)probs->data + (T - rows) * H * K,
        .visible = (const int *)visible->data + (T - rows) * K,
    };
}

static void trace(struct traced *t, const struct picture *p)
{
    char config[96];
    struct error err = { 0 };
    *t = (struct traced){ 0 };
    snprintf(config, sizeof config, "%s/config.json", p->model);
    cr_assert(config_load(&t->config, config, NULL, 0, &t->arena, &err));
    temp_path(t->path, "traced.safetensors");
    v4_well("trace %s %s %s --match 'L*.attn.probs*' -o %s", p->model,
            p->input, p->more, t->path);
}

/* Is this the colour of a number, the hatching, or paper, by what the
 * query has to do with the key? */
static void check_cell(const struct page *page, struct box b, int sight,
                       unsigned colour, const char *where)
{
    bool hatched = false;
    b.width -= b.width >= 8; /* seams */
    b.height -= b.height >= 8;
    for (int y = b.y; y < b.y + b.height; y++)
        for (int x = b.x; x < b.x + b.width; x++) {
            unsigned pixel = page_pixel(page, x, y);
            hatched |= pixel != PAPER;
            if (pixel != (sight == SEEN ? colour : PAPER) && sight != PASSED)
                cr_assert_fail("%s: found %06x", where, pixel);
        }
    if (sight == PASSED && b.width * b.height >= 25)
        cr_assert(hatched, "%s is not hatched", where);
}

/* Every cell of a tile, whose panels were found in the picture. */
static void check_tile(const struct page *page, const struct box *panel,
                       const struct traced *t, int head, float ceiling)
{
    int T = t->scene.tokens, rows = t->scene.rows, m = t->layer.ratio;
    int keys = scene_keys(T, m), entries = keys - T - 1;
    struct arena arena = { 0 };
    float *probs = scene_head(&t->scene, &t->layer, head, &arena);
    int cell = panel[0].width / T, line = panel[0].height / rows;
    cr_assert_eq(panel[0].width, T * cell);
    cr_assert_eq(panel[0].height, rows * line);
    for (int row = 0; row < rows; row++)
        for (int key = 0; key < keys; key++) {
            struct box b = panel[key < T ? 0 : entries && key < T + entries];
            if (key == T + entries)
                b = panel[m ? 2 : 1];
            else {
                b.x += (key < T ? key : (key - T) * m) * cell;
                b.width = (key < T ? 1 : m) * cell;
            }
            b.y += row * line;
            b.height = line;
            char where[96];
            snprintf(where, sizeof where, "layer %d head %d row %d key %d",
                     t->layer.layer, head, row, key);
            int at = row * keys + key;
            check_cell(page, b, t->layer.visible[at],
                       tile_colour(probs[at], ceiling), where);
        }
    arena_free(&arena);
}

static float ceiling_of(const struct traced *t, int head)
{
    struct arena arena = { 0 };
    float *probs = scene_head(&t->scene, &t->layer, head, &arena);
    float ceiling = scene_ceiling(&t->scene, &t->layer, probs, &arena);
    arena_free(&arena);
    return ceiling;
}

Test(pictures, heatmap_shows_the_traced_numbers)
{
    static const struct picture cases[] = {
        { "tiny_models/tiny-flash", SHORT, "", 2, -1, 0 },
        { "tiny_models/tiny-flash", DEMO, "", 3, 1, 20 },
        { "tiny_models/tiny-flash", SHORT, "--without sink", 0, -1, 0 },
        { "tiny_models/tiny-flash", "-p x", "", 0, -1, 0 },
        { "tiny_models/tiny-pro", SHORT, "--numerics faithful", 2, 0, 5 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct picture *p = &cases[i];
        struct traced t;
        struct drawn d;
        char words[256], which[32] = "", last[32] = "";
        if (p->head >= 0)
            snprintf(which, sizeof which, "--head %d", p->head);
        if (p->last)
            snprintf(last, sizeof last, "--last %d", p->last);
        snprintf(words, sizeof words, "heatmap %s %s %s --layer %d %s %s",
                 p->model, p->input, p->more, p->layer, which, last);
        draw(&d, words, FAINT);
        trace(&t, p);
        trace_layer(&t, p, p->layer);
        cr_assert(d.frames >= (t.layer.ratio ? 3 : 2), "%s", words);
        check_tile(&d.page, d.frame, &t, p->head, ceiling_of(&t, p->head));
        array_file_close(&t.file);
        arena_free(&t.arena);
        remove(t.path);
        page_close(&d.page);
    }
}

Test(pictures, atlas_shows_every_layer_and_head)
{
    static const struct picture cases[] = {
        { "tiny_models/tiny-long", SHORT, "", 0, 0, 0 },
        { "tiny_models/tiny-pro", DEMO, "--numerics faithful", 0, 0, 6 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct picture *p = &cases[i];
        struct traced t;
        struct drawn d;
        char words[256], last[32] = "";
        if (p->last)
            snprintf(last, sizeof last, "--last %d", p->last);
        snprintf(words, sizeof words, "atlas %s %s %s %s", p->model,
                 p->input, p->more, last);
        draw(&d, words, FAINT);
        trace(&t, p);
        int layers = t.config.num_hidden_layers;
        float ceiling = 0; /* one for all */
        for (int layer = 0; layer < layers; layer++) {
            trace_layer(&t, p, layer);
            ceiling = fmaxf(ceiling, ceiling_of(&t, 0));
            array_file_close(&t.file);
        }
        const struct box *panel = d.frame;
        for (int layer = 0; layer < layers; layer++) {
            trace_layer(&t, p, layer);
            for (int head = 0; head < t.layer.heads; head++) {
                check_tile(&d.page, panel, &t, head, ceiling);
                panel += t.layer.ratio ? 3 : 2;
            }
            array_file_close(&t.file);
        }
        cr_assert(panel <= d.frame + d.frames);
        arena_free(&t.arena);
        remove(t.path);
        page_close(&d.page);
    }
}

/* ---------------------------------------------------------------- plots */


Test(pictures, a_heat_plot_shows_part_one)
{
    struct drawn d;
    size_t n;
    char words[160];
    float *combs = golden_floats("components.safetensors", "sinkhorn.comb", &n);
    const int rows = 4, columns = 4;
    const float *comb = combs + rows * columns; /* [1] */
    float low = INFINITY, high = -INFINITY;
    for (int i = 0; i < rows * columns; i++) {
        low = fminf(low, comb[i]);
        high = fmaxf(high, comb[i]);
    }
    snprintf(words, sizeof words, "plot %s:sinkhorn.comb[1] --kind heat",
             COMPONENTS);
    draw(&d, words, SOFT);
    struct box all = d.frame[0];
    for (int i = 0; i < rows * columns; i++) {
        int x = all.x + all.width * (2 * (i % columns) + 1) / (2 * columns);
        int y = all.y + all.height * (2 * (i / columns) + 1) / (2 * rows);
        double share = (double)(comb[i] - low) / (double)(high - low);
        cr_assert_eq(page_pixel(&d.page, x, y), colormap_heat((float)share),
                     "row %d, column %d", i / columns, i % columns);
    }
    free(combs);
    page_close(&d.page);
}

/* How many pixels of a colour a column of a box has, and where they end. */
static int bar(const struct drawn *d, int x, int *top)
{
    struct box b = d->frame[0];
    int count = 0;
    *top = b.y + b.height;
    for (int y = b.y + b.height - 1; y >= b.y; y--)
        if (page_pixel(&d->page, x, y) == colormap_series(0)) {
            *top = y;
            count++;
        }
    return count;
}

/* Bars are as long as their values: 1 pixel of slack at each end. */
static void check_bars(const struct drawn *d, const float *value, int n)
{
    int longest = 0, top;
    for (int i = 1; i < n; i++)
        if (fabsf(value[i]) > fabsf(value[longest]))
            longest = i;
    struct box b = d->frame[0];
    int most = bar(d, b.x + b.width * (2 * longest + 1) / (2 * n), &top);
    cr_assert(most > 50, "%d", most);
    for (int i = 0; i < n; i++) {
        int x = b.x + b.width * (2 * i + 1) / (2 * n);
        float share = fabsf(value[i] / value[longest]);
        cr_assert(abs(bar(d, x, &top) - (int)(share * (float)most)) <= 3,
                  "bar %d of %d", i, n);
    }
}

Test(pictures, bars_are_as_long_as_their_numbers)
{
    static const char table[] = "x value # remark\n\n1 2\n2 -\n3 8\n4 -4\n";
    static const float values[] = { 2, 0, 8, -4 };
    struct drawn d;
    size_t n;
    char words[256], path[128];
    float *base = golden_floats("components.safetensors", "hc.base", &n);
    snprintf(words, sizeof words, "plot %s:hc.base --kind bars --title Base "
             "--xlabel i --ylabel value", COMPONENTS);
    draw(&d, words, SOFT);
    check_bars(&d, base, (int)n);
    free(base);
    page_close(&d.page);
    temp_path(path, "table.txt");
    write_bytes(path, table, strlen(table));
    snprintf(words, sizeof words, "plot %s --kind bars", path);
    draw(&d, words, SOFT);
    check_bars(&d, values, 4);
    remove(path);
    page_close(&d.page);
}

/* The box between the two long lines: dots may lie on its sides. */
static struct box between_lines(const struct page *p)
{
    struct box b = { 0, 0, 0, 0 };
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            int wide = run_length(p, x, y, 1, 0, SOFT);
            if (wide > p->width / 2 && !b.width)
                b = (struct box){ x + 1, y + 1, wide - 2, 0 };
            else if (wide > p->width / 2)
                b.height = y - b.y;
            x += wide;
        }
    return b;
}

Test(pictures, a_curve_goes_through_its_numbers)
{
    struct drawn d;
    size_t n;
    char words[160];
    float *freqs = golden_floats("components.safetensors",
                                 "rope.plain.freqs", &n);
    snprintf(words, sizeof words, "plot %s:rope.plain.freqs --kind line "
             "--log-y", COMPONENTS);
    draw(&d, words, SOFT);
    struct axes a = { .box = between_lines(&d.page), .y.scale = SCALE_LOG };
    axis_cover(&a.y, freqs, n);
    double air = pow(a.y.high / a.y.low, 0.04);
    a.y.low /= air;
    a.y.high *= air;
    a.x.high = (double)n - 1;
    for (int i = 1; i < (int)n - 1; i++) { /* the ends lie on the frame */
        int x = (int)lrintf(axes_x(&a, i));
        int y = (int)lrintf(axes_y(&a, (double)freqs[i]));
        cr_assert_eq(page_pixel(&d.page, x, y), colormap_series(0),
                     "number %d", i);
    }
    free(freqs);
    page_close(&d.page);
}
