/**
 * @file
 * Hyper-connections: Sinkhorn and its shortcuts against golden cases, the
 * orientation of comb by hand, both ends of the residual stream.
 */
#include "model/mhc.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FILE_NAME[] = "components.safetensors";

/* |a - b| <= limit, element by element; NaN never is. */
static void within(const char *name, const float *found, size_t n,
                   double limit)
{
    size_t count;
    float *want = golden_floats(FILE_NAME, name, &count);
    cr_assert_eq(n, count, "%s", name);
    for (size_t i = 0; i < n; i++)
        cr_assert(fabs((double)found[i] - (double)want[i]) <= limit,
                  "%s: element %zu: found %.9g, expected %.9g", name, i,
                  (double)found[i], (double)want[i]);
    free(want);
}

/* The 12 golden cases with their scale and base; `iters` Sinkhorn steps. */
static void split_all(float *pre, float *post, float *comb, int iters)
{
    struct config c = { .hc_mult = 4, .hc_eps = 1e-6f,
                        .hc_sinkhorn_iters = iters };
    size_t n;
    float *mixes = golden_floats(FILE_NAME, "sinkhorn.mixes", &n);
    struct hc_weights w = {
        .base = golden_floats(FILE_NAME, "sinkhorn.base", NULL),
        .scale = golden_floats(FILE_NAME, "sinkhorn.scale", NULL),
    };
    for (size_t i = 0; i < n / 24; i++)
        hc_split(pre + 4 * i, post + 4 * i, comb + 16 * i, mixes + 24 * i,
                 &w, &c);
    free(mixes);
    free(w.base);
    free(w.scale);
}

Test(mhc, sinkhorn)
{
    float pre[48], post[48], comb[192];
    split_all(pre, post, comb, 20);
    within("sinkhorn.pre", pre, 48, 2e-7);
    within("sinkhorn.post", post, 48, 2e-7);
    within("sinkhorn.comb", comb, 192, 2e-7);
    split_all(pre, post, comb, 1);
    within("sinkhorn.comb_iters1", comb, 192, 2e-7);
}

Test(mhc, columns_sum_to_one)
{
    float pre[48], post[48], comb[192];
    split_all(pre, post, comb, 20);
    for (int i = 0; i < 12; i++)
        for (int dst = 0; dst < 4; dst++) {
            double sum = 0;
            for (int src = 0; src < 4; src++)
                sum += (double)comb[16 * i + 4 * src + dst];
            /* eps in the denominator, and a rounding */
            cr_assert_float_eq(sum, 1.0, 1.2e-6, "case %d column %d: %.9g", i,
                               dst, sum);
        }
}

/* In double, from the formula, over random logits of several sizes. */
Test(mhc, sinkhorn_in_double)
{
    struct arena arena = poisoned_arena();
    struct rng rng;
    rng_seed(&rng, 1);
    for (int size = 1; size <= 40; size++) {
        float *comb = random_floats(&arena, &rng, 9, (float)size), want[9];
        double c[9];
        for (int i = 0; i < 9; i++)
            c[i] = (double)comb[i];
        for (int step = 0; step < 2 * 5; step++)
            for (int line = 0; line < 3; line++) {
                int first = step % 2 ? line : 3 * line;
                int by = step % 2 ? 3 : 1;
                double sum = 0;
                for (int i = 0; i < 3; i++) {
                    double *x = &c[first + i * by];
                    *x = step == 0 ? exp(*x) : *x;
                    sum += *x;
                }
                for (int i = 0; i < 3; i++) {
                    double *x = &c[first + i * by];
                    *x = step == 0 ? *x / sum + 1e-6 : *x / (sum + 1e-6);
                }
            }
        for (int i = 0; i < 9; i++)
            want[i] = (float)c[i];
        sinkhorn(comb, 3, 5, 1e-6f);
        assert_close("comb", comb, want, 9, 2e-5);
    }
    arena_free(&arena);
}

/* comb[src][dst]: row src says where stream src goes. */
Test(mhc, comb_orientation)
{
    struct arena scratch = poisoned_arena();
    struct config c = { .hc_mult = 2, .hidden_size = 1 };
    struct pass p = { .c = &c, .scratch = &scratch, .T = 1 };
    float X[] = { 1, 10 }, post[] = { 0.5f, 2 };
    float comb[] = { 0.875f, 0.25f,   /* stream 0 goes to 0 and to 1 */
                     0.125f, 0.75f }; /* stream 1 likewise */
    const float f[] = { 4 };
    struct hc_mix mix = { .post = post, .comb = comb };
    hc_write(X, f, &mix, &p);
    cr_assert_eq(X[0], 0.5f * 4 + 0.875f * 1 + 0.125f * 10);
    cr_assert_eq(X[1], 2 * 4 + 0.25f * 1 + 0.75f * 10);
    arena_free(&scratch);
}

/* hc_pre, hc_post and hc_head on the golden streams. */
struct fixture {
    struct config c;
    struct arena scratch;
    struct pass p;
    struct hc_weights w, head;
    float *h, *sub;
    size_t streams, width;
};

static void start(struct fixture *f, enum numerics num)
{
    *f = (struct fixture){ .scratch = poisoned_arena() };
    f->c = (struct config){
        .hc_mult = golden_size(FILE_NAME, "hc.h", 1),
        .hidden_size = golden_size(FILE_NAME, "hc.h", 2),
        .hc_eps = 1e-6f, .rms_norm_eps = 1e-6f,
        .hc_sinkhorn_iters = 20, .numerics = num,
    };
    f->p = (struct pass){ .c = &f->c, .scratch = &f->scratch,
                          .T = golden_size(FILE_NAME, "hc.h", 0) };
    f->w = (struct hc_weights){
        .fn = part_matrix("hc.fn"),
        .base = golden_floats(FILE_NAME, "hc.base", NULL),
        .scale = golden_floats(FILE_NAME, "hc.scale", NULL),
    };
    f->head = (struct hc_weights){
        .fn = part_matrix("hc.head_fn"),
        .base = golden_floats(FILE_NAME, "hc.head_base", NULL),
        .scale = golden_floats(FILE_NAME, "hc.head_scale", NULL),
    };
    f->h = golden_floats(FILE_NAME, "hc.h", &f->streams);
    f->sub = golden_floats(FILE_NAME, "hc.sub_out", &f->width);
}

static void stop(struct fixture *f)
{
    arena_free(&f->scratch);
    free(f->w.base);
    free(f->w.scale);
    free(f->head.base);
    free(f->head.scale);
    free(f->h);
    free(f->sub);
}

static void agree(const struct fixture *f, const char *what,
                  const float *found, size_t n, bool rounded)
{
    char name[64];
    bool faithful = f->c.numerics == FAITHFUL;
    snprintf(name, sizeof name, "hc.%s_%s", what,
             faithful ? "faithful" : "exact");
    size_t count;
    float *want = golden_floats(FILE_NAME, name, &count);
    cr_assert_eq(n, count, "%s", name);
    if (faithful && rounded)
        assert_same_floats(name, found, want, n);
    else
        assert_close(name, found, want, n, 1e-6);
    free(want);
}

static void check(enum numerics num)
{
    struct fixture f;
    start(&f, num);
    size_t T = (size_t)f.p.T;
    float *u = calloc(f.width, sizeof *u);
    struct hc_mix mix;
    hc_mixtures(&mix, f.h, &f.w, &f.p);
    agree(&f, "post", mix.post, T * 4, false);
    agree(&f, "comb", mix.comb, T * 16, false);
    hc_read(u, f.h, mix.pre, &f.p);
    agree(&f, "pre_y", u, f.width, true);
    hc_head(u, f.h, &f.head, &f.p);
    agree(&f, "head_out", u, f.width, true);
    hc_write(f.h, f.sub, &mix, &f.p);
    agree(&f, "post_out", f.h, f.streams, true);
    free(u);
    stop(&f);
}

Test(mhc, golden_exact)
{
    check(EXACT);
}

Test(mhc, golden_faithful)
{
    check(FAITHFUL);
}

/* The epsilon of pre is 1e-6; it shows where the sigmoid is nothing. */
Test(mhc, epsilon_is_in_pre_and_not_in_post)
{
    struct config c = { .hc_mult = 1, .hc_eps = 1e-6f,
                        .hc_sinkhorn_iters = 20 };
    float base[] = { 0, 0, 0 }, scale[] = { 2, 3, 1 };
    const float z[] = { -100, -100, 7 };
    struct hc_weights w = { .base = base, .scale = scale };
    float pre, post, comb;
    hc_split(&pre, &post, &comb, z, &w, &c);
    cr_assert_eq(pre, 1e-6f);
    cr_assert_eq(post, 0.0f);
    cr_assert_float_eq(comb, 1.0f, 2e-6f);
    const float at_zero[] = { 0, 0, 0 };
    hc_split(&pre, &post, &comb, at_zero, &w, &c);
    cr_assert_eq(pre, 0.5f + 1e-6f);
    cr_assert_eq(post, 1.0f);
}

/* The numbers of chapter 24, by hand. */
Test(mhc, worked_example)
{
    float comb[4] = { logf(3), 0, 0, 0 };
    sinkhorn(comb, 2, 2, 0);
    const float two_rounds[4] = { 12 / 19.0f, 4 / 11.0f, 7 / 19.0f,
                                  7 / 11.0f };
    assert_close("two rounds", comb, two_rounds, 4, 1e-6);

    float limit[4] = { logf(3), 0, 0, 0 };
    sinkhorn(limit, 2, 50, 0);
    float x = sqrtf(3) / (1 + sqrtf(3));
    const float doubly[4] = { x, 1 - x, 1 - x, x };
    assert_close("the limit", limit, doubly, 4, 1e-6);

    struct arena scratch = { 0 };
    struct config c = { .hc_mult = 2, .hidden_size = 1 };
    struct pass p = { .c = &c, .scratch = &scratch, .T = 1 };
    float post[2] = { 1, 0.5f };
    float one_round[4] = { 3 / 5.0f, 1 / 3.0f, 2 / 5.0f, 2 / 3.0f };
    struct hc_mix mix = { .post = post, .comb = one_round };
    float X[2] = { 1, 10 }, f = 2;
    hc_write(X, &f, &mix, &p);
    const float written[2] = { 6.6f, 8 };
    assert_close("written", X, written, 2, 1e-6);
    arena_free(&scratch);
}
