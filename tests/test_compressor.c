/**
 * @file
 * The compressor against the golden cases, in one pass, and as they were
 * made (37 tokens, then one by one); against the formula in double; in
 * random chunks; and on paper.
 */
#include "attention/compressor.h"

#include "support/compare.h"
#include "support/heads.h"
#include "support/matrices.h"
#include "support/parts.h"
#include "support/pools.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* One compressor with its memory; all of it is poisoned. */
struct bench {
    struct arena arena;
    struct config c;
    struct rope rope;
    struct compressor_weights w;
    struct rows entries;
    struct compressor_state state;
    struct trace *trace;
    int m;
};

static void bench_memory(struct bench *b, enum row_kind kind, int tokens)
{
    rows_describe(&b->entries, &b->c, kind, tokens / b->m);
    b->entries.data = arena_alloc(&b->arena, rows_bytes(&b->entries), 1);
    compressor_describe(&b->state, &b->c, kind, b->m, b->m == 4);
    size_t n = (size_t)b->state.slots * (size_t)b->state.width;
    b->state.kv = arena_floats(&b->arena, n);
    b->state.gate = arena_floats(&b->arena, n);
}

/* The golden compressors: R 64, theta 160,000, YaRN 64 × 16. */
static struct bench golden_bench(const char *name, enum numerics num)
{
    struct bench b = { .arena = poisoned_arena() };
    struct arena *a = &b.arena;
    b.m = *part_ints(a, NULL, "compressor.%s.ratio", name);
    b.w = (struct compressor_weights){
        .wkv = part_matrix("compressor.%s.wkv", name),
        .wgate = part_matrix("compressor.%s.wgate", name),
        .ape = part_floats(a, NULL, "compressor.%s.ape", name),
        .norm = part_floats(a, NULL, "compressor.%s.norm", name),
    };
    int D = part_size(0, "compressor.%s.norm", name);
    b.c = small_config(num);
    b.c.hidden_size = 64;
    b.c.head_dim = b.c.index_head_dim = D;
    b.c.qk_rope_head_dim = 64;
    b.c.yarn_factor = 16;
    rope_init(&b.rope, &b.c, true, a);
    bench_memory(&b, strstr(name, "idx") ? ROW_INDEX : ROW_KEY, 75);
    return b;
}

static void feed(struct bench *b, const float *x, int start, int T)
{
    struct pass p = pass_of(&b->c, &b->arena, T, start);
    p.trace = b->trace;
    compressor(&b->entries, &b->state, x + start * b->c.hidden_size, &b->w,
               b->m, &b->rope, &p);
}

/* All entries as floats. */
static float *unpacked(struct bench *b, int n)
{
    size_t D = (size_t)b->entries.width;
    float *all = arena_floats(&b->arena, (size_t)n * D);
    float *tmp = arena_floats(&b->arena, D);
    for (int i = 0; i < n; i++)
        memcpy(all + (size_t)i * D, rows_get(&b->entries, i, tmp),
               D * sizeof *all);
    return all;
}

static void check(struct bench *b, const char *name, const char *out)
{
    bool faithful = b->c.numerics == FAITHFUL;
    size_t n;
    float *right = part_floats(&b->arena, &n, "compressor.%s.%s_%s", name,
                               out, faithful ? "faithful" : "exact");
    float *found = unpacked(b, (int)(n / (size_t)b->entries.width));
    if (faithful)
        assert_faithful(name, found, right, n);
    else
        assert_close(name, found, right, n, 2e-6);
}

Test(compressor, golden)
{
    static const char *const names[] = { "r4", "r16", "r4_idx" };
    for (int k = 0; k < 3; k++)
        for (int num = EXACT; num <= FAITHFUL; num++) {
            struct bench b = golden_bench(names[k], (enum numerics)num);
            float *x = part_floats(&b.arena, NULL, "compressor.x");
            feed(&b, x, 0, 70);
            check(&b, names[k], "out70");
            arena_free(&b.arena);
            b = golden_bench(names[k], (enum numerics)num);
            x = part_floats(&b.arena, NULL, "compressor.x");
            feed(&b, x, 0, 37);
            for (int t = 37; t < 75; t++)
                feed(&b, x, t, 1);
            check(&b, names[k], "out75");
            arena_free(&b.arena);
        }
}

/* The same bits however the tokens come, in both numerics. */
Test(compressor, splits_do_not_matter)
{
    static const char *const names[] = { "r4", "r16", "r4_idx" };
    struct rng r;
    rng_seed(&r, 16);
    for (int k = 0; k < 6; k++) {
        const char *name = names[k % 3];
        enum numerics num = k < 3 ? EXACT : FAITHFUL;
        struct bench whole = golden_bench(name, num);
        float *x = part_floats(&whole.arena, NULL, "compressor.x");
        feed(&whole, x, 0, 75);
        for (int round = 0; round < 12; round++) {
            struct bench b = golden_bench(name, num);
            for (int at = 0, n; at < 75; at += n) {
                n = 1 + (int)rng_below(&r, 1 + 4 * (uint64_t)round);
                n = n < 75 - at ? n : 75 - at;
                feed(&b, x, at, n);
            }
            size_t rows = (size_t)(75 / b.m), D = (size_t)b.entries.width;
            assert_same_floats(name, unpacked(&b, (int)rows),
                               unpacked(&whole, (int)rows), rows * D);
            arena_free(&b.arena);
        }
        arena_free(&whole.arena);
    }
}

/* The formula in double, both ratios, with and without each part. */
Test(compressor, the_formula)
{
    enum { T = 22, MOST = 22 * 128 };
    for (unsigned without = 0; without <= WITHOUT_APE; without++) {
        if (without & WITHOUT_SINK)
            continue;
        for (int k = 0; k < 2; k++) {
            struct bench b = golden_bench(k ? "r4" : "r16", EXACT);
            float *x = part_floats(&b.arena, NULL, "compressor.x");
            double entries[MOST];
            float right[MOST];
            int D = b.entries.width, n = T / b.m * D;
            b.c.without = without;
            feed(&b, x, 0, T);
            brute_compressor(entries, x, &b.w, b.m, D, &b.rope, &b.c, T);
            for (int i = 0; i < n; i++)
                right[i] = (float)entries[i];
            assert_close("entries", unpacked(&b, T / b.m), right, (size_t)n,
                         2e-6);
            arena_free(&b.arena);
        }
    }
}

/* The weights a picture shows: they sum to one in every feature, and entry
   0 gives none to a block that is not there. */
Test(compressor, traced_pool)
{
    enum { SLOTS = 8, D = 64, ENTRIES = 5 };
    struct bench b = golden_bench("r4_idx", EXACT);
    struct trace trace = { 0 };
    b.trace = &trace;
    feed(&b, part_floats(&b.arena, NULL, "compressor.x"), 0, 4 * ENTRIES + 1);
    const struct array *found = trace_find(&trace, "idx.comp_pool");
    cr_assert(found && found->shape[0] == ENTRIES
              && found->shape[1] == SLOTS && found->shape[2] == D);
    const float *weight = found->data;
    for (int i = 0; i < ENTRIES; i++)
        for (int f = 0; f < D; f++) {
            double sum = 0;
            for (int j = 0; j < SLOTS; j++) {
                float share = weight[(i * SLOTS + j) * D + f];
                cr_assert(i == 0 && j < 4 ? share == 0 : share > 0);
                sum += (double)share;
            }
            cr_assert_float_eq(sum, 1, 1e-6);
        }
    trace_free(&trace);
    arena_free(&b.arena);
}

/* Entry 0 has no previous block, whatever an older sequence has left in
   its slots; entry 1 has. */
Test(compressor, the_first_block)
{
    struct bench b = golden_bench("r4", EXACT);
    float *x = part_floats(&b.arena, NULL, "compressor.x");
    feed(&b, x, 0, 8);
    float *fresh = unpacked(&b, 2);
    feed(&b, x, 8, 40);
    feed(&b, x, 0, 8); /* a new sequence in the same memory */
    assert_same_floats("again", unpacked(&b, 2), fresh, 2 * 128);
    arena_free(&b.arena);
    b = golden_bench("r4", EXACT);
    x = part_floats(&b.arena, NULL, "compressor.x");
    b.c.without = WITHOUT_OVERLAP;
    feed(&b, x, 0, 8);
    float *alone = unpacked(&b, 2);
    struct bench full = golden_bench("r4", EXACT);
    feed(&full, x, 0, 8);
    float *pooled = unpacked(&full, 2);
    assert_same_floats("entry 0", alone, pooled, 128);
    cr_assert_gt(max_rel(alone + 128, pooled + 128, 128), 1e-2);
    arena_free(&full.arena);
    arena_free(&b.arena);
}

/* The official lists offset the entries; -1 is not visible. */
Test(compressor, golden_visibility)
{
    for (int k = 0; k < 5; k++) {
        struct arena a = { 0 };
        int *args = part_ints(&a, NULL,
            "compress_idx.%d.args_ratio_seqlen_startpos_offset", k);
        int *shape = part_ints(&a, NULL, "compress_idx.%d.shape", k);
        int m = args[0], end = args[1] + args[2], n = shape[1];
        cr_assert_eq(n, end / m);
        int *list = n ? part_ints(&a, NULL, "compress_idx.%d.out", k) : NULL;
        for (int i = 0; i < shape[0] && n; i++, list += n)
            for (int b = 0; b < n; b++) {
                bool seen = b < visible_entries(args[2] + i, m);
                cr_assert_eq(list[b], seen ? args[3] + b : -1);
            }
        arena_free(&a);
    }
    cr_assert_eq(visible_entries(2, 4), 0);
    cr_assert_eq(visible_entries(3, 4), 1); /* to its own last token */
    cr_assert_eq(visible_entries(100, 0), 0);
}

/* Two tokens, two features, m = 2. The gates say 3 : 1 and 1 : 1, so the
   pool is (3/4·4 + 1/4·0, 1/2·1 + 1/2·3) = (3, 2); its mean square is 6.5.
   The rotation of block 0 is none. */
Test(compressor, on_paper)
{
    struct bench b = { .arena = poisoned_arena(), .m = 2 };
    b.c = (struct config){ .hidden_size = 2, .head_dim = 2,
                           .qk_rope_head_dim = 2, .rope_theta = 1e4f,
                           .compress_rope_theta = 1e4f };
    const float x[4] = { 1, 0, 0, 1 };    /* token 0, token 1 */
    const float kv[4] = { 4, 0, 1, 3 };   /* 4, 1 from token 0 */
    const float gate[4] = { logf(3), 0, 0, 0 };
    float ape[4] = { 5, 0, 5, 0 }, norm[2] = { 1, 2 };
    b.w = (struct compressor_weights){
        .wkv = float_matrix(kv, 2, 2), .wgate = float_matrix(gate, 2, 2),
        .ape = ape, .norm = norm,
    };
    rope_init(&b.rope, &b.c, true, &b.arena);
    bench_memory(&b, ROW_KEY, 4);
    struct trace trace = { 0 };
    b.trace = &trace;
    feed(&b, x, 0, 2);
    const float right[2] = { 3 / sqrtf(6.5f), 2 * 2 / sqrtf(6.5f) };
    const float pool[4] = { 3 / 4.0f, 1 / 2.0f, 1 / 4.0f, 1 / 2.0f };
    const struct array *found = trace_find(&trace, "attn.comp_pool");
    cr_assert(found && found->rank == 3 && array_count(found) == 4);
    assert_close("pool", found->data, pool, 4, 1e-6);
    trace_free(&trace);
    b.trace = NULL;
    assert_close("entry 0", unpacked(&b, 1), right, 2, 1e-6);
    cr_assert(isnan(rows_get(&b.entries, 1, NULL)[0]), "not made yet");
    ape[0] += logf(9); /* slot 0 of feature 0: now 27 : 1 */
    feed(&b, x, 0, 2);
    float first = 27 * 4 / 28.0f, scale = 1 / sqrtf((first * first + 4) / 2);
    const float biased[2] = { first * scale, 2 * 2 * scale };
    assert_close("with ape", unpacked(&b, 1), biased, 2, 1e-6);
    arena_free(&b.arena);
}

/* The example of chapter 16: four positions are a quarter turn; the weights
   hand the input through and leave the gates to ape, which favours the last
   slot of the second half in feature 1. */
static void worked_bench(struct bench *b)
{
    static const float identity[16] = { [0] = 1, [5] = 1, [10] = 1,
                                        [15] = 1 };
    static const float zero[16];
    static float ape[16], norm[2] = { 1, 1 }, freq;
    ape[4 * 3 + 3] = logf(5);
    freq = acosf(0.0f) / 4;
    *b = (struct bench){
        .arena = poisoned_arena(), .m = 4,
        .c = { .hidden_size = 4, .head_dim = 2, .qk_rope_head_dim = 2 },
        .rope = { .R = 2, .freq = &freq },
        .w = { .wkv = float_matrix(identity, 4, 4),
               .wgate = float_matrix(zero, 4, 4),
               .ape = ape, .norm = norm },
    };
    bench_memory(b, ROW_KEY, 8);
}

/* Its numbers, in one piece, in two, and without overlap. */
Test(compressor, worked_example)
{
    const float x[8 * 4] = {
        5, 10, 2, 8,  5, 2, 0, 8,  5, 0, 2, 0,  5, 0, 0, 8,
        1,  1, 9, 0,  1, 1, 9, 0,  1, 1, 9, 5,  1, 1, 9, -1,
    };
    struct bench whole, b;
    worked_bench(&whole);
    feed(&whole, x, 0, 8);
    const float *entries = rows_get(&whole.entries, 0, NULL);
    assert_close("entries", entries, (float[]){ 0.2f, 1.4f, -0.2f, 1.4f },
                 4, 1e-6);
    for (int split = 3; split < 8; split++) {
        worked_bench(&b);
        feed(&b, x, 0, split);
        const float *found = rows_get(&b.entries, 0, NULL);
        cr_assert_eq(isnan(found[0]), split == 3, "made by token 3");
        cr_assert(isnan(found[2]), "not made yet");
        feed(&b, x, split, 8 - split);
        assert_same_floats("in two pieces", found, entries, 4);
        arena_free(&b.arena);
    }
    worked_bench(&b);
    b.c.without = WITHOUT_OVERLAP;
    feed(&b, x, 0, 8);
    assert_close("alone", rows_get(&b.entries, 0, NULL),
                 (float[]){ 0.2f, 1.4f, 0, sqrtf(2) }, 4, 1e-6);
    arena_free(&b.arena);
    arena_free(&whole.arena);
}
