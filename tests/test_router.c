/**
 * @file
 * The router: golden choices and weights of both kinds, what the bias may
 * do and what not, ties, and the score at its ends.
 */
#include "moe/router.h"
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

/* The golden router: 16 experts, 4 of them chosen, 9 tokens. */
struct fixture {
    struct config c;
    struct arena scratch;
    struct trace trace;
    struct router_weights w;
    struct pass p;
    int *ids;
    float *x;
    int64_t *table;
};

static void start(struct fixture *f, bool hash)
{
    *f = (struct fixture){ .scratch = poisoned_arena() };
    float *scale = golden_floats(FILE_NAME, "gate.route_scale", NULL);
    f->c = (struct config){
        .n_routed_experts = golden_size(FILE_NAME, "gate.w", 0),
        .hidden_size = golden_size(FILE_NAME, "gate.w", 1),
        .num_experts_per_tok = golden_size(FILE_NAME, "gate.tid2eid", 1),
        .routed_scaling_factor = scale[0],
    };
    free(scale);
    f->w.weight = part_matrix("gate.w");
    size_t T, n;
    f->ids = golden_ints(FILE_NAME, "gate.token_ids", &T);
    f->x = golden_floats(FILE_NAME, "gate.x", NULL);
    if (hash) {
        int *small = golden_ints(FILE_NAME, "gate.tid2eid", &n);
        f->table = calloc(n, sizeof *f->table);
        for (size_t i = 0; i < n; i++)
            f->table[i] = small[i];
        f->w.tid2eid = f->table;
        free(small);
    } else
        f->w.bias = golden_floats(FILE_NAME, "gate.bias", NULL);
    f->p = (struct pass){ .c = &f->c, .scratch = &f->scratch,
                          .trace = &f->trace, .ids = f->ids, .T = (int)T };
}

static void stop(struct fixture *f)
{
    arena_free(&f->scratch);
    trace_free(&f->trace);
    free(f->ids);
    free(f->x);
    free(f->table);
    free(f->w.bias);
}

static void check(bool hash)
{
    struct fixture f;
    start(&f, hash);
    size_t n = (size_t)f.p.T * (size_t)f.c.num_experts_per_tok;
    int experts[64];
    float weights[64];
    cr_assert_leq(n, 64);
    route(experts, weights, f.x, &f.w, &f.p);
    const char *run = hash ? "gate.hash" : "gate.score";
    char name[64];
    snprintf(name, sizeof name, "%s.indices", run);
    int *indices = golden_ints(FILE_NAME, name, NULL);
    assert_same_ints(name, experts, indices, n);
    snprintf(name, sizeof name, "%s.weights", run);
    float *want = golden_floats(FILE_NAME, name, NULL);
    assert_close(name, weights, want, n, 1e-6);
    snprintf(name, sizeof name, "%s.scores", run);
    size_t all;
    float *scores = golden_floats(FILE_NAME, name, &all);
    const struct array *traced = trace_find(&f.trace, "gate.scores");
    cr_assert_eq(array_count(traced), all);
    assert_close(name, traced->data, scores, all, 1e-6);
    free(scores);
    free(want);
    free(indices);
    stop(&f);
}

Test(router, golden_by_token)
{
    check(true);
}

Test(router, golden_by_score)
{
    check(false);
}

/* Two of four experts, scores 1, 2, 3, 4: by hand. */
static void by_hand(const float bias[4], const int want[2],
                    const float want_weights[2])
{
    struct arena scratch = poisoned_arena();
    struct config c = { .n_routed_experts = 4, .num_experts_per_tok = 2,
                        .routed_scaling_factor = 1.5f };
    struct pass p = { .c = &c, .scratch = &scratch, .T = 1 };
    float room[4];
    memcpy(room, bias, sizeof room);
    struct router_weights w = { .bias = room };
    const float score[] = { 1, 2, 3, 4 };
    int experts[2];
    float weights[2];
    route_token(experts, weights, score, 0, &w, &p);
    assert_same_ints("experts", experts, want, 2);
    assert_close("weights", weights, want_weights, 2, 1e-7);
    arena_free(&scratch);
}

Test(router, bias_selects_and_does_not_weigh)
{
    by_hand((const float[]){ 0, 0, 0, 0 }, (const int[]){ 3, 2 },
            (const float[]){ 1.5f * 4 / 7, 1.5f * 3 / 7 });
    by_hand((const float[]){ 9, 0, 0, 0 }, (const int[]){ 0, 3 },
            (const float[]){ 1.5f * 1 / 5, 1.5f * 4 / 5 });
    by_hand((const float[]){ 9, 9, 0, -9 }, (const int[]){ 1, 0 },
            (const float[]){ 1.5f * 2 / 3, 1.5f * 1 / 3 });
    /* all biased scores negative: still the two largest */
    by_hand((const float[]){ -9, -9, -20, -20 }, (const int[]){ 1, 0 },
            (const float[]){ 1.5f * 2 / 3, 1.5f * 1 / 3 });
}

Test(router, ties_go_to_the_lowest_number)
{
    by_hand((const float[]){ 3, 2, 1, 0 }, (const int[]){ 0, 1 },
            (const float[]){ 1.5f * 1 / 3, 1.5f * 2 / 3 });
    by_hand((const float[]){ 3, 2, 1, 0.5f }, (const int[]){ 3, 0 },
            (const float[]){ 1.5f * 4 / 5, 1.5f * 1 / 5 });
}

Test(router, every_token_uses_its_own_row)
{
    struct arena scratch = poisoned_arena();
    struct config c = { .n_routed_experts = 3, .num_experts_per_tok = 1,
                        .routed_scaling_factor = 1, .hidden_size = 1 };
    const float gate[] = { 1, 2, 3 }, x[] = { 1, 1, 1 };
    const int64_t table[] = { 2, 0, 1 };
    struct router_weights w = {
        .weight = { .format = FORMAT_F32, .rows = 3, .cols = 1,
                    .data = gate },
        .tid2eid = table,
    };
    const int ids[] = { 2, 0, 1 }, want[] = { 1, 2, 0 };
    struct pass p = { .c = &c, .scratch = &scratch, .ids = ids, .T = 3 };
    int experts[3];
    float weights[3];
    route(experts, weights, x, &w, &p);
    assert_same_ints("experts", experts, want, 3);
    for (int t = 0; t < 3; t++)
        cr_assert_float_eq(weights[t], 1.0f, 0.0f);
    arena_free(&scratch);
}

Test(router, score_at_its_ends)
{
    for (int i = -800; i <= 800; i++) {
        float z = (float)i / 10.0f;
        double want = sqrt(log1p(exp((double)z)));
        cr_assert_leq(fabs((double)sqrt_softplus(z) / want - 1), 3e-7,
                      "z = %g", (double)z);
    }
    cr_assert_eq(sqrt_softplus(1e4f), 100.0f);
    cr_assert(isfinite(sqrt_softplus(3e38f)));
    cr_assert_eq(sqrt_softplus(-200.0f), 0.0f);
    cr_assert_leq(fabs((double)sqrt_softplus(-100.0f) / exp(-50) - 1), 0.02,
                  "e^-100 is subnormal, but not lost");
    cr_assert(isnan(sqrt_softplus(NAN)));
}

/* The numbers of chapter 22: scores 4, 1, 2, 3. */
Test(router, worked_example)
{
    struct arena scratch = poisoned_arena();
    struct config c = { .n_routed_experts = 4, .num_experts_per_tok = 2,
                        .routed_scaling_factor = 1.5f };
    struct pass p = { .c = &c, .scratch = &scratch, .T = 1 };
    float bias[] = { 0, 4, 2.5f, -2 };
    const int64_t table[] = { 3, 0 };
    const float score[] = { 4, 1, 2, 3 };
    int experts[2];
    float weights[2];
    struct router_weights chosen = { .bias = bias };
    route_token(experts, weights, score, 0, &chosen, &p);
    assert_same_ints("chosen", experts, (const int[]){ 1, 2 }, 2);
    assert_close("1/3, 2/3", weights, (const float[]){ 0.5f, 1 }, 2, 1e-6);
    struct router_weights fixed = { .tid2eid = table };
    route_token(experts, weights, score, 0, &fixed, &p);
    assert_same_ints("fixed", experts, (const int[]){ 3, 0 }, 2);
    assert_close("3/7, 4/7", weights,
                 (const float[]){ 0.642857f, 0.857143f }, 2, 1e-6);
    cr_assert_float_eq(sqrt_softplus(0), 0.83255f, 1e-5);
    cr_assert_eq(sqrt_softplus(25), 5);
    arena_free(&scratch);
}
