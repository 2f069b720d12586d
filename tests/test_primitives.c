/**
 * @file
 * The scalar set is held to the definitions, the counting one to the scalar
 * one; test_fast.c does it for the instruction sets.
 */
#include "numerics/primitives.h"

#include "support/matrices.h"
#include "support/parts.h"
#include "support/twin.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Test(primitives, scalar_is_the_definition)
{
    assert_twins(&primitives_scalar, &primitives_naive);
}

Test(primitives, sets_agree)
{
    assert_twins(&primitives_count, &primitives_scalar);
}

/* The best first; among equals the first; what is no number comes last. */
Test(primitives, topk_on_paper)
{
    const float s[] = { 1, 3, NAN, 3, -INFINITY, 0, -0.0f, 2 };
    const int right[] = { 1, 3, 7, 0, 5, 6, 4, 2 };
    int chosen[9];
    for (int k = 0; k <= 9; k++) {
        cr_assert_eq(topk(chosen, s, 8, k), k < 8 ? k : 8);
        for (int i = 0; i < k && i < 8; i++)
            cr_assert_eq(chosen[i], right[i], "k = %d, place %d", k, i);
    }
}

/* Half a million out of a million, in each order that might be slow; with
   k·n steps this would not end before the time limit. */
Test(primitives, topk_of_many, .timeout = 60)
{
    enum { N = 1000000, K = N / 2 };
    float *s = calloc(N, sizeof *s);
    int *chosen = calloc(K, sizeof *chosen);
    cr_assert(s && chosen);
    for (int way = 0; way < 3; way++) {
        for (int i = 0; i < N; i++)
            s[i] = way == 0 ? (float)i : way == 1 ? (float)-i : 1;
        cr_assert_eq(topk(chosen, s, N, K), K);
        for (int i = 0; i < K; i++)
            cr_assert_eq(chosen[i], way == 0 ? N - 1 - i : i);
    }
    free(s);
    free(chosen);
}

Test(primitives, counting)
{
    enum { ROWS = 6, COLS = 64, T = 3, H = 2, S = 5, D = 16 };
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 9);
    float *x = random_floats(&a, &r, 1024, 1), *y = arena_floats(&a, 1024);
    const float *keys[S] = { x, NULL, x, x, x };
    count_reset();
    struct matrix m = random_matrix(&a, &r, FORMAT_FP4, ROWS, COLS);
    struct held h = weights_hold(&m, 0, ROWS);
    struct vectors in = { .x = x, .stride = COLS, .cols = COLS, .T = T };
    primitives_count.linear[FORMAT_FP4](y, ROWS, &in, &h, NULL);
    primitives_count.scores(y, x, keys, H, S, D, &a);
    primitives_count.weigh(y, x, S, keys, 1, S, D);
    primitives_count.dot(x, x, 10);
    struct counts n = count_read();
    cr_assert_eq(n.linear_flops[FORMAT_FP4], 2.0 * ROWS * COLS * T);
    cr_assert_eq(n.linear_bytes[FORMAT_FP4], ROWS * COLS / 2.0);
    cr_assert_eq(n.linear_flops[FORMAT_FP8], 0);
    cr_assert_eq(n.score_flops, 2.0 * H * 4 * D, "4 keys are there");
    cr_assert_eq(n.weigh_flops, 2.0 * 4 * D, "for one head");
    cr_assert_eq(n.vector_flops, 20);
    count_reset();
    cr_assert_eq(count_read().vector_flops, 0);
    arena_free(&a);
}

/* The scores of chapter 5's worked example. */
Test(primitives, topk_worked_example)
{
    static const float score[6] = { 2, 7, 1, 7, 3, 7 };
    int chosen[2];
    cr_assert_eq(topk(chosen, score, 6, 2), 2);
    cr_assert(chosen[0] == 1 && chosen[1] == 3);
}
