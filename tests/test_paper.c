/**
 * @file
 * The CSA layer of chapter 18 that fits on paper: eight tokens of two
 * numbers, a quarter turn for each position, and every number in between.
 */
#include "attention/attention.h"

#include "attention/cache.h"
#include "support/compare.h"
#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { TOKENS = 8, LAST = TOKENS - 1 };

static const float X[TOKENS * 2] = { 3, 1, 1, 3, 3, 1, 1, 3,
                                     -7, 1, -7, -1, -1, 1, -1, -1 };

/* What the layer's components report of row `row`. */
static void expect(const struct trace *t, const char *name, int row, int n,
                   const float *right)
{
    const struct array *a = trace_find(t, name);
    cr_assert(a, "%s is not in the trace", name);
    for (int i = 0; i < n; i++) {
        float found = ((const float *)a->data)[row * n + i];
        cr_assert_float_eq(found, right[i], 2e-6, "%s[%d][%d] is %.7g, on "
                           "paper %.7g", name, row, i, (double)found,
                           (double)right[i]);
    }
}

static void run(float *out, struct trace *trace, int first)
{
    /* keys are written in units of l, so that scores are multiples of ln 2 */
    const float l = sqrtf(2) * logf(2), per_l = 1 / l;
    float one[] = { 1, 1 }, unit[] = { l, l }, sink[] = { logf(7.75f) };
    float zeros[16] = { 0 }, quarter[] = { acosf(0) };
    const float same[] = { 1, 0, 0, 1 }, minus[] = { -1, 0, 0, -1 };
    const float a_then_b[] = { 1, 0, 0, 1, 0, 1, 1, 0 };
    const float b_then_a[] = { 0, 1, 1, 0, 1, 0, 0, 1 };
    const float omega[] = { -1, 0 }, wo_a[] = { per_l, per_l };
    const float wo_b[] = { 32, 64 };
    struct compressor_weights entries = {
        .wkv = float_matrix(a_then_b, 4, 2),
        .wgate = float_matrix(zeros, 4, 2), .ape = zeros, .norm = unit,
    };
    struct indexer_weights indexer = {
        .wq_b = float_matrix(same, 2, 2),
        .weights_proj = float_matrix(omega, 1, 2),
        .compressor = { .wkv = float_matrix(b_then_a, 4, 2),
                        .wgate = float_matrix(zeros, 4, 2), .ape = zeros,
                        .norm = one },
    };
    struct attention_weights w = {
        .wq_a = float_matrix(same, 2, 2), .q_norm = one,
        .wq_b = float_matrix(minus, 2, 2),
        .wkv = float_matrix(same, 2, 2), .kv_norm = unit,
        .attn_sink = sink, .wo_a = float_matrix(wo_a, 1, 2),
        .wo_b = float_matrix(wo_b, 2, 1),
        .compressor = &entries, .indexer = &indexer,
    };
    int ratios[] = { CSA_RATIO };
    struct config c = {
        .hidden_size = 2, .num_attention_heads = 1, .head_dim = 2,
        .qk_rope_head_dim = 2, .q_lora_rank = 2, .o_groups = 1,
        .o_lora_rank = 1, .sliding_window = 2, .index_n_heads = 1,
        .index_head_dim = 2, .index_topk = 1, .num_hidden_layers = 1,
        .compress_ratios = ratios, .n_compress_ratios = 1,
    };
    struct rope rope = { .R = 2, .freq = quarter };
    struct arena a = poisoned_arena();
    struct cache cache;
    cache_init(&cache, &c, 0, 1, TOKENS);
    for (int at = 0; at < TOKENS; at += first, first = TOKENS - at) {
        struct pass p = pass_of(&c, &a, first, at);
        p.trace = trace;
        attention(out + at * 2, X + at * 2, &w, cache.layers, &rope, 0, &p);
    }
    cache_free(&cache);
    arena_free(&a);
}

Test(paper, every_number_of_a_csa_layer)
{
    const float l = sqrtf(2) * logf(2), r = sqrtf(2);
    struct trace t = { .length = TOKENS };
    float out[TOKENS * 2];
    run(out, &t, TOKENS);
    expect(&t, "attn.qr", LAST, 2, (float[]){ -1, -1 });
    expect(&t, "attn.q", LAST, 2, (float[]){ 1, -1 });
    expect(&t, "attn.kv", 6, 2, (float[]){ l, -l });
    expect(&t, "attn.kv", LAST, 2, (float[]){ -l, l });
    expect(&t, "attn.comp_kv", 0, 2, (float[]){ l, l });
    expect(&t, "attn.comp_kv", 1, 2, (float[]){ l, -l });
    expect(&t, "idx.q", LAST, 2, (float[]){ 0, -r });
    expect(&t, "idx.kv", 0, 2, (float[]){ r, 0 });
    expect(&t, "idx.kv", 1, 2, (float[]){ 0, -r });
    expect(&t, "idx.w", LAST, 1, (float[]){ r / 2 });
    expect(&t, "idx.score", LAST, 2, (float[]){ 0, r });
    cr_assert_eq(((const int *)trace_find(&t, "idx.sel")->data)[LAST], 1);
    float probs[TOKENS + 3] = { [6] = .25f, [LAST] = 1.0f / 64, [9] = .25f,
                                [10] = 31.0f / 64 };
    expect(&t, "attn.probs", LAST, TOKENS + 3, probs);
    expect(&t, "attn.o", LAST, 2,
           (float[]){ l * 31 / 64, -l * 31 / 64 });
    expect(&t, "attn.o_lora", LAST, 1, (float[]){ 31.0f / 32 });
    cr_assert_float_eq(out[2 * LAST], 31, 1e-4);
    cr_assert_float_eq(out[2 * LAST + 1], 62, 1e-4);
    trace_free(&t);
}

Test(paper, token_by_token)
{
    float whole[TOKENS * 2], parts[TOKENS * 2];
    run(whole, NULL, TOKENS);
    run(parts, NULL, LAST);
    assert_same_floats("out", parts, whole, TOKENS * 2);
}
