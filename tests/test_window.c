/**
 * @file
 * Attention over a list of keys against the golden cases, against softmax
 * in double, and on paper; the edges of the window; the grouped output.
 */
#include "attention/window.h"

#include "numerics/faithful.h"
#include "support/compare.h"
#include "support/heads.h"
#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

/* -------------------------------------------------------------- the window */

/* The official index lists name the same tokens: in a prefill as positions,
   in decoding as slots of the ring. */
Test(window, golden_index_lists)
{
    for (int k = 0; k < 8; k++) {
        struct arena a = { 0 };
        int *args = part_ints(&a, NULL,
            "window_idx.%d.args_win_seqlen_startpos", k);
        int *list = part_ints(&a, NULL, "window_idx.%d.out", k);
        int w = args[0], width = part_size(1, "window_idx.%d.out", k);
        for (int i = 0; i < args[1]; i++, list += width) {
            int t = args[2] + i, n = 0;
            for (int s = window_first(t, w); s <= t; s++, n++)
                cr_assert_eq(list[n], args[2] ? s % w : s, "list %d, t %d",
                             k, t);
            for (; n < width; n++)
                cr_assert_eq(list[n], -1, "list %d, t %d", k, t);
        }
        arena_free(&a);
    }
}

Test(window, edges)
{
    cr_assert_eq(window_first(0, 128), 0);
    cr_assert_eq(window_first(127, 128), 0);
    cr_assert_eq(window_first(128, 128), 1);
    cr_assert_eq(window_first(5, 1), 5);
}

/* ------------------------------------------------------------------ attend */

/* All rows of a golden case, in both numerics. */
static void check_case(const char *name)
{
    struct arena a = poisoned_arena();
    size_t n;
    float *q = part_floats(&a, NULL, "%s.q", name);
    float *kv = part_floats(&a, NULL, "%s.kv", name);
    float *sink = part_floats(&a, NULL, "%s.sink", name);
    int *idx = part_ints(&a, NULL, "%s.idx", name);
    float *exact = part_floats(&a, &n, "%s.out_exact", name);
    float *rounded = part_floats(&a, NULL, "%s.out_faithful", name);
    int T = part_size(0, "%s.q", name), H = part_size(1, "%s.q", name);
    int D = part_size(2, "%s.q", name), S = part_size(1, "%s.idx", name);
    float *o = arena_floats(&a, n);
    struct config c = { .num_attention_heads = H, .head_dim = D };
    struct pass p = pass_of(&c, &a, 1, 0);
    for (int faithful = 0; faithful < 2; faithful++) {
        c.numerics = faithful ? FAITHFUL : EXACT;
        for (int t = 0; t < T; t++) {
            const float *keys[256];
            for (int j = 0; j < S; j++) {
                int i = idx[t * S + j];
                keys[j] = i < 0 ? NULL : kv + i * D;
            }
            attend(o + t * H * D, NULL, q + t * H * D, keys, sink, S, &p);
        }
        if (faithful)
            assert_faithful(name, o, rounded, n);
        else
            assert_close(name, o, exact, n, 1e-6);
    }
    arena_free(&a);
}

Test(window, golden_attention)
{
    check_case("attn.small");
    check_case("attn.multi_block"); /* three chunks of 64, holes in them */
}

/* D = 1, two keys 0 and ln 3, q = 1, sink ln 2: 1 + 3 + 2 = 6. */
Test(window, on_paper)
{
    struct arena a = poisoned_arena();
    struct config c = { .num_attention_heads = 1, .head_dim = 1 };
    struct pass p = pass_of(&c, &a, 1, 0);
    float ln3 = logf(3), zero = 0, one = 1, sink = logf(2), o, probs[4];
    const float *keys[3] = { &zero, NULL, &ln3 };
    attend(&o, probs, &one, keys, &sink, 3, &p);
    const float right[4] = { 1 / 6.0f, 0, 1 / 2.0f, 1 / 3.0f };
    assert_close("probs", probs, right, 4, 1e-6);
    cr_assert_float_eq(o, ln3 / 2, 1e-6);
    c.without = WITHOUT_SINK;
    attend(&o, probs, &one, keys, &sink, 3, &p);
    const float alone[4] = { 1 / 4.0f, 0, 3 / 4.0f, 0 };
    assert_close("without a sink", probs, alone, 4, 1e-6);
    arena_free(&a);
}

/* The scale is 1/√D for scores and 1 for the sink. D = 4, q·k = 2 ln 3. */
Test(window, the_sink_is_not_scaled)
{
    struct arena a = poisoned_arena();
    struct config c = { .num_attention_heads = 1, .head_dim = 4 };
    struct pass p = pass_of(&c, &a, 1, 0);
    const float key[4] = { 2 * logf(3), 0, 0, 0 }, q[4] = { 1, 0, 0, 0 };
    const float *keys[1] = { key };
    float sink = logf(3), o[4], probs[2];
    attend(o, probs, q, keys, &sink, 1, &p);
    cr_assert_float_eq(probs[0], 0.5, 1e-6);
    cr_assert_float_eq(probs[1], 0.5, 1e-6);
    cr_assert_float_eq(o[0], key[0] / 2, 1e-6);
    sink = 60; /* takes everything, and nothing overflows */
    attend(o, probs, q, keys, &sink, 1, &p);
    cr_assert(probs[0] < 1e-20f && fabsf(o[0]) < 1e-20f);
    cr_assert_float_eq(probs[1], 1, 1e-6);
    sink = -200; /* takes nothing */
    attend(o, probs, q, keys, &sink, 1, &p);
    cr_assert_eq(probs[0], 1);
    cr_assert_eq(probs[1], 0);
    arena_free(&a);
}

/* Random lists, long ones too: softmax in double, rows that sum to one,
   and scores so large that only a maximum keeps them finite. */
Test(window, softmax_in_double)
{
    enum { H = 3, D = 20, MOST = 200 };
    struct rng r;
    rng_seed(&r, 15);
    struct config c = { .num_attention_heads = H, .head_dim = D };
    for (int round = 0; round < 60; round++) {
        struct arena a = poisoned_arena();
        struct pass p = pass_of(&c, &a, 1, 0);
        int S = 1 + (int)rng_below(&r, MOST);
        float *kv = random_floats(&a, &r, MOST * D, round % 3 ? 1 : 30);
        float *q = random_floats(&a, &r, H * D, 1), *sink, o[H * D];
        float right[H * D] = { 0 }, *probs = arena_floats(&a, H * (MOST + 1));
        const float *keys[MOST];
        sink = random_floats(&a, &r, H, 1);
        for (int j = 0; j < S; j++)
            keys[j] = j && rng_below(&r, 4) == 0 ? NULL : kv + j * D;
        attend(o, probs, q, keys, sink, S, &p);
        for (int h = 0; h < H; h++) {
            double s[MOST], max = (double)sink[h], sum = 0, total = 0;
            for (int j = 0; j < S; j++) {
                s[j] = 0;
                for (int f = 0; f < D && keys[j]; f++)
                    s[j] += (double)q[h * D + f] * (double)keys[j][f]
                            / sqrt(D);
                max = keys[j] ? fmax(max, s[j]) : max;
            }
            for (int j = 0; j < S; j++)
                sum += keys[j] ? exp(s[j] - max) : 0;
            sum += exp((double)sink[h] - max);
            for (int j = 0; j <= S; j++) {
                double found = (double)probs[h * (S + 1) + j];
                double e = j == S ? (double)sink[h] : s[j];
                double share = j == S || keys[j] ? exp(e - max) / sum : 0;
                cr_assert_leq(fabs(found - share), 2e-5);
                total += found;
                for (int f = 0; f < D && j < S && keys[j]; f++)
                    right[h * D + f] += (float)share * keys[j][f];
            }
            cr_assert_float_eq(total, 1, 1e-6);
        }
        assert_close("o", o, right, H * D, 2e-5);
        arena_free(&a);
    }
}

/* ----------------------------------------------------------- keys, rounded */

/* The plain part of a key goes through e4m3 in blocks of 64, the rotary
   part stays bf16: rounding once more changes nothing, and e4m3 would have
   changed the rotary part. */
Test(window, faithful_keys)
{
    enum { T = 5, D = 96, R = 32, WIDE = 64 };
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, 64);
    struct config c = small_config(FAITHFUL);
    struct attention_weights w = random_heads(&a, &r, &c, FORMAT_FP8);
    struct pass p = pass_of(&c, &a, T, 3);
    struct rope rope;
    rope_init(&rope, &c, false, &a);
    float *x = random_bf16(&a, &r, T * WIDE, 1), kv[T * D], again[T * D];
    attention_key(kv, x, &w, &rope, &p);
    memcpy(again, kv, sizeof kv);
    for (int t = 0; t < T; t++)
        faithful_e4m3(again + t * D, D - R, 64, FAITHFUL);
    faithful_bf16(again, T * D, FAITHFUL);
    assert_same_floats("kv", again, kv, T * D);
    for (int t = 0; t < T; t++)
        faithful_e4m3(again + t * D + D - R, R, R, FAITHFUL);
    cr_assert_gt(fraction_different(again, kv, T * D), 0.2);
    arena_free(&a);
}

/* ------------------------------------------------------------------ output */

/* wo_a is used as bf16: its input is not rounded to e4m3, which would be
   off by 2 %; bf16 is off by 0.1 %. */
Test(window, faithful_groups)
{
    enum { T = 3, H = 4, D = 96, G = 2, RANK = 24, IN = H * D / G };
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, 22);
    struct config c = small_config(FAITHFUL);
    struct attention_weights w = random_heads(&a, &r, &c, FORMAT_FP8);
    struct trace trace = { .length = T };
    struct pass p = pass_of(&c, &a, T, 5);
    p.trace = &trace;
    struct rope rope;
    rope_init(&rope, &c, false, &a);
    float *o = random_bf16(&a, &r, T * H * D, 1), out[T * 64];
    float right[T * G * RANK];
    attention_output(out, o, &w, &rope, &p);
    for (int i = 0; i < T * G * RANK; i++) {
        int t = i / (G * RANK), row = i % (G * RANK);
        const float *in = o + t * H * D + row / RANK * IN;
        double sum = 0;
        for (int j = 0; j < IN; j++)
            sum += matrix_at(&w.wo_a, row, j) * (double)in[j];
        right[i] = (float)sum;
    }
    const float *grouped = trace_find(&trace, "attn.o_lora")->data;
    cr_assert_leq(rms_rel(grouped, right, T * G * RANK), 2.5e-3);
    cr_assert_gt(rms_rel(grouped, right, T * G * RANK), 1e-4);
    trace_free(&trace);
    arena_free(&a);
}

/* Groups, their rows of wo_a, the turn back at each token's own position. */
Test(window, grouped_output)
{
    enum { T = 4, START = 9, H = 4, D = 96, WIDE = 64 };
    static const int groups[] = { 1, 2, 4 };
    struct rng r;
    rng_seed(&r, 21);
    for (int k = 0; k < 3; k++) {
        struct arena a = poisoned_arena();
        struct config c = small_config(EXACT);
        c.o_groups = groups[k];
        struct attention_weights w = random_heads(&a, &r, &c, FORMAT_F32);
        struct pass p = pass_of(&c, &a, T, START);
        struct rope rope;
        rope_init(&rope, &c, false, &a);
        float *o = random_floats(&a, &r, T * H * D, 1);
        float out[T * WIDE], right[T * WIDE], turned[T * H * D];
        for (int t = 0; t < T; t++) {
            double wide[H * D];
            for (int i = 0; i < H * D; i++)
                wide[i] = (double)o[t * H * D + i];
            brute_output(right + t * WIDE, wide, &w, &rope, &c, START + t);
            for (int i = 0; i < H * D; i++)
                turned[t * H * D + i] = (float)wide[i];
        }
        attention_output(out, o, &w, &rope, &p);
        assert_close("out", out, right, T * WIDE, 2e-6);
        assert_close("turned back", o, turned, T * H * D, 1e-6);
        arena_free(&a);
    }
}

/* The example of chapter 15: two heads of four numbers, of which two rotate
   a quarter turn per position, and a window of two tokens. */
static float worked_layer(struct arena *arena, int t, float o[8],
                          float probs[6])
{
    struct config c = { .num_attention_heads = 2, .head_dim = 4,
                        .qk_rope_head_dim = 2, .o_groups = 2,
                        .o_lora_rank = 1, .hidden_size = 1 };
    float quarter = acosf(0.0f);
    struct rope rope = { .R = 2, .freq = &quarter };
    struct pass p = pass_of(&c, arena, 1, t);
    float q[8] = { 0, 0, 0, -2 * logf(2), 0, 0, 0, 0 };
    float key[2][4] = { { 8, 0, 1, 0 }, { 0, 8, 0, 1 } };
    float sink[2] = { logf(1.5f), logf(2) };
    float wo_a[8] = { 1, 1, 0, 8, 2, 1, 0, 0 }, wo_b[2] = { 10, 1 };
    struct attention_weights w = { .wo_a = float_matrix(wo_a, 2, 4),
                                   .wo_b = float_matrix(wo_b, 1, 2) };
    rope_rotate(q, 2, 4, &rope, t, ROTATE, EXACT);
    rope_rotate(key[0], 1, 4, &rope, t - 1, ROTATE, EXACT);
    rope_rotate(key[1], 1, 4, &rope, t, ROTATE, EXACT);
    const float *keys[2] = { key[0], key[1] };
    float out, turned[8];
    attend(o, probs, q, keys, sink, 2, &p);
    memcpy(turned, o, sizeof turned);
    attention_output(&out, turned, &w, &rope, &p);
    assert_close("turned back", turned,
                 (float[]){ 4, 1, 0, -0.375f, 2, 2, 0, 0 }, 8, 1e-6);
    return out;
}

/* Chapter 15: the numbers of its example, at four positions. */
Test(window, worked_example)
{
    struct arena arena = poisoned_arena();
    cr_assert_eq(window_first(3, 2), 2);
    float shares[6] = { 1 / 2.0f, 1 / 8.0f, 3 / 8.0f,
                        1 / 4.0f, 1 / 4.0f, 1 / 2.0f };
    float rotary[4][2] = { { -0.375f, 0 }, { 0, -0.375f }, { 0.375f, 0 },
                           { 0, 0.375f } };
    for (int t = 3; t < 7; t++) {
        float o[8], probs[6];
        float out = worked_layer(&arena, t, o, probs);
        assert_close("shares", probs, shares, 6, 1e-6);
        assert_close("before turning back", o + 2, rotary[t - 3], 2, 1e-5);
        assert_close("output", &out, &(float){ 26 }, 1, 1e-6);
    }
    arena_free(&arena);
}
