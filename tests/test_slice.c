/**
 * @file
 * A slice is a model like any other: its copies hold equal numbers, and what
 * a token costs is what the counting set counts.
 */
#include "model/slice.h"

#include "numerics/primitives.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static struct slice small(size_t between, const char *ratios)
{
    struct slice s;
    struct error err;
    struct slice_plan plan = { .config = "tiny_models/tiny-flash/config.json",
                               .ratios = ratios, .experts = 12, .seed = 3,
                               .between = between };
    cr_assert(slice_make(&s, &plan, &err), "%s", err.message);
    return s;
}

/* Copies lie apart, and the weights between two uses are as many as asked. */
Test(slice, copies_are_apart)
{
    struct slice one = small(0, "0,4,128"), s = small(1 << 19, "0,4,128");
    cr_assert_eq(one.n, 1);
    cr_assert_gt((size_t)s.n * s.token_bytes, 1 << 19);
    cr_assert_geq(1 << 19, (size_t)(s.n - 1) * s.token_bytes);
    for (int i = 1; i < s.n; i++) {
        const struct matrix *a = &s.copies[0].weights.layers[1].attn.wq_b;
        const struct matrix *b = &s.copies[i].weights.layers[1].attn.wq_b;
        ptrdiff_t apart = (const char *)b->data - (const char *)a->data;
        cr_assert_eq(apart, (ptrdiff_t)((size_t)i * s.bytes));
        cr_assert_arr_eq(a->data, b->data,
                         (size_t)a->rows * (size_t)a->cols);
        cr_assert_eq((const char *)b->scale - (const char *)a->scale, apart);
    }
    slice_free(&one);
    slice_free(&s);
}

/* The later rows are the first ones again, and so are their scales. */
Test(slice, rows_repeat)
{
    struct slice s = small(0, "4");
    const struct matrix *w = &s.copies[0].weights.layers[0].ffn.experts[3].w2;
    cr_assert_eq(w->format, FORMAT_FP4);
    cr_assert_gt(w->rows, 32);
    const char *data = w->data, *scale = w->scale;
    size_t bytes = (size_t)w->cols / 2, scales = (size_t)w->cols / 32;
    for (size_t r = 32; r < (size_t)w->rows; r++) {
        cr_assert_arr_eq(data + r * bytes, data + (r - 32) * bytes, bytes);
        cr_assert_arr_eq(scale + r * scales, scale + (r - 32) * scales,
                         scales);
    }
    cr_assert_neq(memcmp(data, data + bytes, bytes), 0);
    slice_free(&s);
}

/* Numbers stay healthy, and the counting set counts what was promised. */
Test(slice, costs_what_it_says)
{
    struct slice s = small(0, "0,4,128");
    const struct model *m = &s.copies[0];
    struct state state;
    struct error err;
    const int ids[] = { 5, 700, 31, 8, 1023 };
    prim = &primitives_count;
    state_init(&state, &m->config, 8, 8);
    for (int i = 0; i < 5; i++) {
        count_reset();
        cr_assert(model_forward(NULL, LOGITS_NONE, NULL, m, &state, ids + i,
                                1, &err), "%s", err.message);
        struct counts c = count_read();
        double flops = 0, bytes = 0;
        for (int f = 0; f < FORMAT_COUNT; f++) {
            flops += c.linear_flops[f];
            bytes += c.linear_bytes[f];
        }
        cr_assert_float_eq(flops, s.token_flops, 0.5);
        cr_assert_leq(bytes, (double)s.token_bytes); /* scales, too */
        cr_assert_geq(1.07 * bytes, (double)s.token_bytes);
    }
    state_free(&state);
    slice_free(&s);
}

/* What cannot be is said. */
Test(slice, refuses)
{
    struct slice s;
    struct error err = { 0 };
    struct slice_plan plan = { .config = "tiny_models/tiny-flash/config.json",
                               .ratios = "0,-4", .experts = 12 };
    cr_assert_not(slice_make(&s, &plan, &err));
    cr_assert(strstr(err.message, "compress_ratios"), "%s", err.message);
    slice_free(&s);
    plan.ratios = "0";
    plan.between = SIZE_MAX / 4;
    cr_assert_not(slice_make(&s, &plan, &err));
    slice_free(&s);
}
