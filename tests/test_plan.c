/* The plan of the layers. Nothing is read from a file but configurations;
 * what a line of the plan must say is written down here by hand. */
#include "base/plan.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>

/* Load a configuration of tiny_models/ that must be sound. */
static struct config loaded(const char *name, struct arena *arena)
{
    char path[128];
    struct config c;
    struct error err = { 0 };
    snprintf(path, sizeof path, "tiny_models/%s", name);
    if (!config_load(&c, path, NULL, 0, arena, &err))
        cr_assert_fail("%s", err.message);
    return c;
}

Test(plan, a_ratio_makes_a_kind)
{
    cr_assert_eq(ratio_kind(0), LAYER_WINDOW);
    cr_assert_eq(ratio_kind(4), LAYER_CSA);
    static const int others[] = { 1, 2, 3, 5, 8, 16, 64, 128, 1 << 20 };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        cr_assert_eq(ratio_kind(others[i]), LAYER_HCA, "%d", others[i]);
}

Test(plan, what_sets_kinds_apart)
{
    static const struct attention_kind want[] = {
        [LAYER_WINDOW] = { "window", ROPE_PLAIN, false, false, false },
        [LAYER_CSA] = { "CSA", ROPE_COMPRESSED, true, true, true },
        [LAYER_HCA] = { "HCA", ROPE_COMPRESSED, true, false, false },
    };
    for (int k = LAYER_WINDOW; k <= LAYER_HCA; k++) {
        const struct attention_kind *is = attention_kind((enum layer_kind)k);
        cr_assert_str_eq(is->name, want[k].name);
        cr_assert_eq(is->rope, want[k].rope);
        cr_assert_eq(is->compresses, want[k].compresses);
        cr_assert_eq(is->overlaps, want[k].overlaps);
        cr_assert_eq(is->selects, want[k].selects);
    }
}

Test(plan, every_layer_of_tiny_flash)
{
    struct arena arena = { 0 };
    struct config c = loaded("tiny-flash/config.json", &arena);
    static const struct layer want[] = {
        { .kind = LAYER_WINDOW, .ratio = 0, .router = ROUTER_TOKEN_ID },
        { .kind = LAYER_WINDOW, .ratio = 0, .router = ROUTER_TOKEN_ID },
        { .kind = LAYER_CSA, .ratio = 4, .router = ROUTER_TOKEN_ID },
        { .kind = LAYER_HCA, .ratio = 128 },
        { .kind = LAYER_CSA, .ratio = 4 },
        { .kind = LAYER_WINDOW, .ratio = 0 }, /* the draft block */
    };
    for (int i = 0; i < 6; i++) {
        struct layer l = config_layer(&c, i);
        cr_assert(l.number == i && l.kind == want[i].kind, "layer %d", i);
        cr_assert_eq(l.attention, attention_kind(l.kind));
        cr_assert_eq(l.ratio, want[i].ratio);
        cr_assert_eq(l.router, want[i].router, "layer %d", i);
        cr_assert_eq(l.yarn, want[i].ratio > 0, "layer %d", i);
        cr_assert_eq(l.theta, want[i].ratio ? 160000.0f : 10000.0f);
    }
    c.yarn_original_length = 0;
    cr_assert_not(config_layer(&c, 2).yarn, "nothing to stretch");
    arena_free(&arena);
}

/* ------------------------------------------------ chapter 1, on paper */

/* Keys that one head reads for the last of n tokens, in all layers. */
static int64_t keys_read(const struct config *c, int n)
{
    int64_t sum = 0;
    for (int i = 0; i < c->num_hidden_layers; i++) {
        struct layer l = config_layer(c, i);
        int entries = l.ratio ? n / l.ratio : 0;
        if (l.attention->selects && entries > c->index_topk)
            entries = c->index_topk;
        sum += c->sliding_window + entries;
    }
    return sum;
}

Test(plan, worked_example)
{
    struct arena arena = { 0 };
    struct config c = loaded("tiny-flash/config.json", &arena);
    static const char *const kinds[] = { "window", "window", "CSA",
                                         "HCA", "CSA", "window" };
    for (int i = 0; i < 6; i++)
        cr_assert_str_eq(config_layer(&c, i).attention->name, kinds[i]);
    /* 32 + 32 + (32 + 8) + (32 + 1) + (32 + 8) */
    cr_assert_eq(keys_read(&c, 153), 177);
    c = loaded("configs/v4-flash.json", &arena);
    cr_assert_eq(keys_read(&c, 1 << 20), 2 * 128 + 21 * 640 + 20 * 8320);
    cr_assert_eq(keys_read(&c, 1 << 20), 180096);
    c = loaded("configs/v4-pro.json", &arena);
    cr_assert_eq(keys_read(&c, 1 << 20), 30 * 1152 + 31 * 8320);
    cr_assert_eq(keys_read(&c, 1 << 20), 292480);
    arena_free(&arena);
}
