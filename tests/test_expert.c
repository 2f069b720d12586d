/**
 * @file
 * An expert: the golden cases in both numerics, one hidden unit by hand,
 * and the same bits however tokens are grouped.
 */
#include "moe/expert.h"
#include "numerics/linear.h"
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

/* expert.fp4 is a routed one, with weights; expert.fp8 a shared one. */
struct fixture {
    struct config c;
    struct arena scratch;
    struct pass p;
    struct expert_weights w;
    float *x, *weight;
    size_t n;
};

static void start(struct fixture *f, const char *format, enum numerics num)
{
    *f = (struct fixture){ .scratch = poisoned_arena() };
    f->w.w1 = part_matrix("expert.%s.w1.weight", format);
    f->w.w3 = part_matrix("expert.%s.w3.weight", format);
    f->w.w2 = part_matrix("expert.%s.w2.weight", format);
    float *limit = golden_floats(FILE_NAME, "expert.swiglu_limit", NULL);
    f->c = (struct config){ .hidden_size = f->w.w1.cols,
                            .moe_intermediate_size = f->w.w1.rows,
                            .swiglu_limit = limit[0], .numerics = num };
    free(limit);
    f->x = golden_floats(FILE_NAME, "expert.x", &f->n);
    f->weight = golden_floats(FILE_NAME, "expert.route_weight", NULL);
    f->p = (struct pass){ .c = &f->c, .scratch = &f->scratch,
                          .T = golden_size(FILE_NAME, "expert.x", 0) };
}

static void stop(struct fixture *f)
{
    arena_free(&f->scratch);
    free(f->x);
    free(f->weight);
}

static void agree(const char *format, const char *what, const float *found,
                  const struct fixture *f)
{
    char name[64];
    bool exact = f->c.numerics == EXACT;
    snprintf(name, sizeof name, "expert.%s.%s_%s", format, what,
             exact ? "exact" : "faithful");
    size_t n;
    float *want = golden_floats(FILE_NAME, name, &n);
    cr_assert_eq(n, f->n);
    if (exact)
        assert_close(name, found, want, n, 1e-5);
    else
        assert_same_floats(name, found, want, n);
    free(want);
}

static void check(const char *format, enum numerics num)
{
    struct fixture f;
    start(&f, format, num);
    float *y = calloc(f.n, sizeof *y);
    faithful_linear(y, f.x, &f.w.w1, f.p.T, &f.p);
    agree(format, "w1x", y, &f);
    faithful_linear(y, f.x, &f.w.w3, f.p.T, &f.p);
    agree(format, "w3x", y, &f);
    bool routed = strcmp(format, "fp4") == 0;
    expert(y, f.x, routed ? f.weight : NULL, &f.w, &f.p);
    agree(format, "out", y, &f);
    free(y);
    stop(&f);
}

Test(expert, golden_exact)
{
    check("fp4", EXACT);
    check("fp8", EXACT);
}

/* Every bit, every rounding: the routing weight comes before w2. */
Test(expert, golden_faithful)
{
    check("fp4", FAITHFUL);
    check("fp8", FAITHFUL);
}

/* One hidden unit whose gate and up are the two inputs. */
static float unit(float gate, float up, float limit)
{
    struct arena scratch = poisoned_arena();
    const float w1[] = { 1, 0 }, w3[] = { 0, 1 }, w2[] = { 1, -2 };
    struct expert_weights w = {
        .w1 = { .format = FORMAT_F32, .rows = 1, .cols = 2, .data = w1 },
        .w3 = { .format = FORMAT_F32, .rows = 1, .cols = 2, .data = w3 },
        .w2 = { .format = FORMAT_F32, .rows = 2, .cols = 1, .data = w2 },
    };
    struct config c = { .hidden_size = 2, .moe_intermediate_size = 1,
                        .swiglu_limit = limit };
    struct pass p = { .c = &c, .scratch = &scratch, .T = 1 };
    float x[] = { gate, up }, y[2];
    expert(y, x, NULL, &w, &p);
    cr_assert_eq(y[1], -2 * y[0]);
    arena_free(&scratch);
    return y[0];
}

static void near(double found, double want)
{
    cr_assert_leq(fabs(found - want), 1e-6 * fabs(want),
                  "found %.9g, expected %.9g", found, want);
}

Test(expert, the_clamp_is_not_symmetric)
{
    double ten = 10 / (1 + exp(-10)); /* silu(10) */
    near((double)unit(3, 2, 10), 2 * 3 / (1 + exp(-3)));
    near((double)unit(10, 10, 10), 10 * ten);
    near((double)unit(25, 1, 10), ten);
    near((double)unit(25, 40, 10), 10 * ten);
    near((double)unit(25, -40, 10), -10 * ten);
    /* a gate far below zero stays: silu(-14) is not silu(-10) */
    near((double)unit(-14, 1, 10), -14 / (1 + exp(14)));
    near((double)unit(-14, -40, 10), 140 / (1 + exp(14)));
    near((double)unit(25, -40, 0), -40 * 25 / (1 + exp(-25)));
}

/* Chapter 23: x = (20, -ln 3), the weight 1/2, with and without a clamp. */
Test(expert, worked_example)
{
    const float w1[] = { 1, 0, 0, 1 }, w3[] = { -1, 0, 2, 0 };
    const float w2[] = { 1, 1, 0, 2 }, half = 0.5f;
    struct expert_weights w = {
        .w1 = { .format = FORMAT_F32, .rows = 2, .cols = 2, .data = w1 },
        .w3 = { .format = FORMAT_F32, .rows = 2, .cols = 2, .data = w3 },
        .w2 = { .format = FORMAT_F32, .rows = 2, .cols = 2, .data = w2 },
    };
    const float x[] = { 20, -1.0986123f };
    const double want[2][2] = { { -51.371, -2.7465 },
                                { -205.493, -10.9861 } };
    for (int clamped = 1; clamped >= 0; clamped--) {
        struct arena scratch = poisoned_arena();
        struct config c = { .hidden_size = 2, .moe_intermediate_size = 2,
                            .swiglu_limit = clamped ? 10.0f : 0.0f };
        struct pass p = { .c = &c, .scratch = &scratch, .T = 1 };
        float y[2];
        expert(y, x, &half, &w, &p);
        for (int i = 0; i < 2; i++)
            cr_assert_float_eq((double)y[i], want[!clamped][i], 1e-3,
                               "y[%d] is %g", i, (double)y[i]);
        arena_free(&scratch);
    }
}

Test(expert, weights_multiply_exactly)
{
    struct fixture f;
    start(&f, "fp4", EXACT);
    float *plain = calloc(f.n, sizeof *plain);
    float *twice = calloc(f.n, sizeof *twice);
    float two[16];
    for (int t = 0; t < 16; t++)
        two[t] = 2;
    expert(plain, f.x, NULL, &f.w, &f.p);
    expert(twice, f.x, two, &f.w, &f.p);
    for (size_t i = 0; i < f.n; i++)
        plain[i] *= 2;
    assert_same_floats("twice", twice, plain, f.n);
    free(twice);
    free(plain);
    stop(&f);
}

/* Token by token gives the bits of all at once. */
Test(expert, tokens_are_independent)
{
    for (int k = 0; k < 4; k++) {
        struct fixture f;
        start(&f, k & 1 ? "fp8" : "fp4", k & 2 ? FAITHFUL : EXACT);
        size_t d = (size_t)f.c.hidden_size;
        float *all = calloc(f.n, sizeof *all);
        float *one = calloc(f.n, sizeof *one);
        expert(all, f.x, f.weight, &f.w, &f.p);
        struct pass single = f.p;
        single.T = 1;
        for (size_t t = 0; t < (size_t)f.p.T; t++)
            expert(one + t * d, f.x + t * d, f.weight + t, &f.w, &single);
        assert_same_floats("tokens", one, all, f.n);
        free(one);
        free(all);
        stop(&f);
    }
}
