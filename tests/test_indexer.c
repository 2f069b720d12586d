/**
 * @file
 * The lightning indexer against the golden case in both numerics; the
 * order of the chosen, ties, and its experiments.
 */
#include "attention/indexer.h"

#include "numerics/primitives.h"
#include "support/compare.h"
#include "support/heads.h"
#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { T = 40, H = 5, D = 128, ENTRIES = T / 4, K = 4 };

/* The golden indexer, and what it makes of the golden input. */
struct bench {
    struct arena arena;
    struct config c;
    struct indexer_weights w;
    struct rows keys;
    struct compressor_state state;
    struct trace trace;
    float *q, *omega;
    int chosen[T][ENTRIES], n[T];
};

static void bench_weights(struct bench *b)
{
    struct arena *a = &b->arena;
    b->w = (struct indexer_weights){
        .wq_b = part_matrix("indexer.wq_b.weight"),
        .weights_proj = part_matrix("indexer.weights_proj.weight"),
        .compressor = {
            .wkv = part_matrix("indexer.compressor.wkv"),
            .wgate = part_matrix("indexer.compressor.wgate"),
            .ape = part_floats(a, NULL, "indexer.compressor.ape"),
            .norm = part_floats(a, NULL, "indexer.compressor.norm"),
        },
    };
    rows_describe(&b->keys, &b->c, ROW_INDEX, ENTRIES);
    b->keys.data = arena_alloc(a, rows_bytes(&b->keys), 1);
    compressor_describe(&b->state, &b->c, ROW_INDEX, 4, true);
    size_t n = (size_t)b->state.slots * (size_t)b->state.width;
    b->state.kv = arena_floats(a, n);
    b->state.gate = arena_floats(a, n);
}

static void run(struct bench *b, enum numerics num, unsigned without)
{
    *b = (struct bench){ .arena = poisoned_arena(), .trace.length = T };
    struct arena *a = &b->arena;
    b->c = small_config(num);
    b->c.hidden_size = 64;
    b->c.q_lora_rank = b->c.index_head_dim = D;
    b->c.index_n_heads = H;
    b->c.index_topk = K;
    b->c.qk_rope_head_dim = 64;
    b->c.yarn_factor = 16;
    b->c.without = without;
    bench_weights(b);
    struct rope rope;
    rope_init(&rope, &b->c, true, a);
    float *x = part_floats(a, NULL, "indexer.x");
    float *qr = part_floats(a, NULL, "indexer.qr");
    b->q = arena_floats(a, T * H * D);
    b->omega = arena_floats(a, T * H);
    struct pass p = pass_of(&b->c, a, T, 0);
    p.trace = &b->trace;
    compressor(&b->keys, &b->state, x, &b->w.compressor, 4, &rope, &p);
    indexer_query(b->q, b->omega, x, qr, &b->w, &rope, &p);
    for (int t = 0; t < T; t++)
        b->n[t] = indexer_choose(b->chosen[t], t, b->q + t * H * D,
                                 b->omega + t * H, &b->keys, 4, &p);
}

static void stop(struct bench *b)
{
    trace_free(&b->trace);
    arena_free(&b->arena);
}

static const float *traced(const struct bench *b, const char *name)
{
    const struct array *found = trace_find(&b->trace, name);
    cr_assert_not_null(found, "%s", name);
    return found->data;
}

/* The chosen of every token, best first, -1 where nothing is visible. */
static void check_chosen(const struct bench *b, const int *right)
{
    for (int t = 0; t < T; t++) {
        int seen = (t + 1) / 4;
        cr_assert_eq(b->n[t], seen < K ? seen : K);
        for (int j = 0; j < K; j++)
            cr_assert_eq(j < b->n[t] ? b->chosen[t][j] : -1,
                         right[t * K + j], "token %d, place %d", t, j);
    }
}

Test(indexer, golden_exact)
{
    struct bench b;
    run(&b, EXACT, 0);
    struct arena *a = &b.arena;
    assert_close("kv", traced(&b, "idx.kv"),
                 part_floats(a, NULL, "indexer.kv_exact"), ENTRIES * D, 2e-6);
    assert_close("w", b.omega, part_floats(a, NULL, "indexer.w_exact"),
                 T * H, 1e-6);
    assert_close("score", traced(&b, "idx.score"),
                 part_floats(a, NULL, "indexer.score_exact"), T * ENTRIES,
                 2e-6);
    check_chosen(&b, part_ints(a, NULL, "indexer.topk_exact"));
    stop(&b);
}

Test(indexer, golden_faithful)
{
    struct bench b;
    run(&b, FAITHFUL, 0);
    struct arena *a = &b.arena;
    assert_faithful("kv", traced(&b, "idx.kv"),
                    part_floats(a, NULL, "indexer.kv_faithful"),
                    ENTRIES * D);
    assert_faithful("q", b.q, part_floats(a, NULL, "indexer.q_faithful"),
                    T * H * D);
    assert_faithful("w", b.omega,
                    part_floats(a, NULL, "indexer.w_faithful"), T * H);
    assert_faithful("score", traced(&b, "idx.score"),
                    part_floats(a, NULL, "indexer.score_faithful"),
                    T * ENTRIES);
    check_chosen(&b, part_ints(a, NULL, "indexer.topk_faithful"));
    stop(&b);
}

/* The transform changes every query and key, and no score. */
Test(indexer, scores_without_hadamard)
{
    struct bench with, without;
    run(&with, EXACT, 0);
    run(&without, EXACT, WITHOUT_HADAMARD);
    assert_close("score", traced(&without, "idx.score"),
                 traced(&with, "idx.score"), T * ENTRIES, 5e-6);
    cr_assert_gt(max_rel(without.q, with.q, T * H * D), 0.1);
    cr_assert_gt(max_rel(traced(&without, "idx.kv"),
                         traced(&with, "idx.kv"), ENTRIES * D), 0.1);
    stop(&with);
    stop(&without);
}

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Ascending and padded in the trace; everything without top-k. */
Test(indexer, traced_selection)
{
    for (int all = 0; all < 2; all++) {
        struct bench b;
        run(&b, EXACT, all ? WITHOUT_TOPK : 0);
        const struct array *sel = trace_find(&b.trace, "idx.sel");
        int width = all ? ENTRIES : K;
        cr_assert(sel->rank == 2 && sel->shape[0] == T
                  && sel->shape[1] == width);
        const int *row = sel->data;
        for (int t = 0; t < T; t++, row += width) {
            int seen = (t + 1) / 4, n = seen < width ? seen : width;
            int right[ENTRIES];
            cr_assert_eq(b.n[t], n);
            for (int j = 0; j < width; j++)
                right[j] = j < n ? b.chosen[t][j] : -1;
            qsort(right, (size_t)n, sizeof *right, ascending);
            assert_same_ints("the same entries", row, right, (size_t)width);
        }
        stop(&b);
    }
}

/* Two heads, two features. Entries score 2, 0, 6, 0, 2, -3: a head whose
   dot product is negative counts nothing, a weight may be negative. */
Test(indexer, on_paper)
{
    struct arena a = poisoned_arena();
    struct config c = { .index_n_heads = 2, .index_head_dim = 2,
                        .index_topk = 4 };
    const float keys[6][2] = { { 1, 0 }, { -1, 0 }, { 3, -5 },
                               { -2, -4 }, { 1, 0 }, { 0, 1 } };
    const float q[4] = { 1, 0, 0, 1 }, omega[2] = { 2, -3 };
    const float right[6] = { 2, 0, 6, 0, 2, -3 };
    const int order[6] = { 2, 0, 4, 1, 3, 5 };
    struct rows rows;
    rows_describe(&rows, &c, ROW_INDEX, 6);
    rows.data = arena_alloc(&a, rows_bytes(&rows), 1);
    for (int i = 0; i < 6; i++)
        rows_put(&rows, i, keys[i]);
    struct pass p = pass_of(&c, &a, 1, 23); /* the last token of block 5 */
    float score[6];
    indexer_score(score, q, omega, &rows, 6, &p);
    for (int i = 0; i < 6; i++)
        cr_assert_eq(score[i], right[i], "entry %d", i);
    int chosen[6];
    cr_assert_eq(indexer_choose(chosen, 0, q, omega, &rows, 4, &p), 4);
    assert_same_ints("best four", chosen, order, 4);
    c.without = WITHOUT_TOPK;
    cr_assert_eq(indexer_choose(chosen, 0, q, omega, &rows, 4, &p), 6);
    assert_same_ints("all", chosen, order, 6);
    p.start = 22; /* one token earlier block 5 is not complete */
    cr_assert_eq(indexer_choose(chosen, 0, q, omega, &rows, 4, &p), 5);
    p.start = 2; /* nothing to choose from */
    cr_assert_eq(indexer_choose(chosen, 0, q, omega, &rows, 4, &p), 0);
    arena_free(&a);
}

/* The numbers of chapter 17: a negative weight, ReLU, a tie, and what the
   transform leaves as it was. */
Test(indexer, worked_example)
{
    struct arena a = poisoned_arena();
    struct config c = { .index_n_heads = 2, .index_head_dim = 2,
                        .index_topk = 3 };
    const float keys[5][2] = { { 2, 1 }, { -1, 2 }, { -3, -1 }, { 1, -2 },
                               { 0, -3 } };
    const float q[4] = { 1, 0, 0, 1 }, omega[2] = { 1, -0.5f };
    const float right[5] = { 1.5f, -1, 0, 1, 0 };
    const int order[3] = { 0, 3, 2 };
    struct rows rows;
    rows_describe(&rows, &c, ROW_INDEX, 5);
    rows.data = arena_alloc(&a, rows_bytes(&rows), 1);
    for (int i = 0; i < 5; i++)
        rows_put(&rows, i, keys[i]);
    struct pass p = pass_of(&c, &a, 1, 19); /* the last token of block 4 */
    float score[5];
    int chosen[5];
    indexer_score(score, q, omega, &rows, 5, &p);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(score[i], right[i], "entry %d", i);
    cr_assert_eq(indexer_choose(chosen, 0, q, omega, &rows, 4, &p), 3);
    assert_same_ints("chosen", chosen, order, 3);

    float mixed[4] = { 1, 0, 0, 1 }, key[2] = { 2, 1 };
    prim->hadamard(mixed, 2);
    prim->hadamard(mixed + 2, 2);
    prim->hadamard(key, 2);
    cr_assert_float_eq(key[0], 2.1213, 1e-4); /* 3 / √2 */
    cr_assert_float_eq(prim->dot(mixed, key, 2), 2, 1e-6);
    cr_assert_float_eq(prim->dot(mixed + 2, key, 2), 1, 1e-6);
    arena_free(&a);
}
