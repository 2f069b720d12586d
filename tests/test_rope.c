/**
 * @file
 * Rotation against the golden tables of four parameter sets: frequencies
 * bit for bit, cosines and sines, both directions, both numerics; and
 * against what a rotation is.
 */
#include "attention/rope.h"

#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static const char *const sets[] = { "plain", "yarn_release", "yarn_tiny",
                                    "yarn_mid" };
enum { SETS = 4, R = 64 };

/* The frequencies of a golden parameter set. */
static struct rope frequencies(struct arena *a, const char *set)
{
    float *p = part_floats(a, NULL, "rope.%s.params", set);
    struct rope rope = { .R = R, .freq = arena_floats(a, R / 2) };
    rope_frequencies(rope.freq, R, p[2], (int)p[1], p[3], p[4], p[5]);
    return rope;
}

/* Below the ramp nothing changes, above it all is divided by the factor;
   yarn_release runs from pair 15 to pair 25. */
static void check_ramp(const float *freq, const float *p, const int *ramp)
{
    for (int i = 0; i < R / 2; i++) {
        double theta = pow((double)p[2], -2.0 * i / R);
        double share = ((double)i - ramp[0]) / (ramp[1] - ramp[0]);
        share = fmin(fmax(share, 0), 1);
        if (p[1] == 0)
            share = 0;
        double right = theta / (double)p[3] * share + theta * (1 - share);
        cr_assert_leq(fabs((double)freq[i] - right), 1e-6 * right,
                      "pair %d", i);
    }
}

Test(rope, golden_frequencies)
{
    for (int k = 0; k < SETS; k++) {
        struct arena a = poisoned_arena();
        struct rope rope = frequencies(&a, sets[k]);
        float *right = part_floats(&a, NULL, "rope.%s.freqs", sets[k]);
        assert_same_floats(sets[k], rope.freq, right, R / 2);
        check_ramp(rope.freq,
                   part_floats(&a, NULL, "rope.%s.params", sets[k]),
                   part_ints(&a, NULL, "rope.%s.ramp_low_high", sets[k]));
        arena_free(&a);
    }
}

/* Turning (1, 0) shows cosine and sine. The angles are float32 products:
   at position 1,048,575 that is worth 3e-2, here 1e-6 is allowed. */
Test(rope, golden_cosines_and_sines)
{
    for (int k = 0; k < SETS; k++) {
        struct arena a = poisoned_arena();
        struct rope rope = frequencies(&a, sets[k]);
        size_t n;
        int *at = part_ints(&a, &n, "rope.%s.positions", sets[k]);
        float *c = part_floats(&a, NULL, "rope.%s.cos", sets[k]);
        float *s = part_floats(&a, NULL, "rope.%s.sin", sets[k]);
        for (size_t t = 0; t < n; t++) {
            float x[R], cosine[R / 2], sine[R / 2];
            for (int i = 0; i < R; i++)
                x[i] = i % 2 ? 0 : 1;
            rope_rotate(x, 1, R, &rope, at[t], ROTATE, EXACT);
            for (int i = 0; i < R / 2; i++) {
                cosine[i] = x[2 * i];
                sine[i] = x[2 * i + 1];
            }
            for (int i = 0; i < R / 2; i++) {
                size_t j = t * R / 2 + (size_t)i;
                cr_assert_float_eq(cosine[i], c[j], 1e-6, "%s, position %d",
                                   sets[k], at[t]);
                cr_assert_float_eq(sine[i], s[j], 1e-6, "%s, position %d",
                                   sets[k], at[t]);
            }
        }
        arena_free(&a);
    }
}

static void check_direction(const char *set, enum rotation way)
{
    struct arena a = poisoned_arena();
    struct rope rope = frequencies(&a, set);
    size_t n, count;
    int *at = part_ints(&a, &n, "rope.%s.positions", set);
    float *x = part_floats(&a, &count, "rope.%s.x", set);
    const char *name = way == ROTATE ? "fwd" : "inv";
    float *exact = part_floats(&a, NULL, "rope.%s.%s_exact", set, name);
    float *rounded = part_floats(&a, NULL, "rope.%s.%s_faithful", set, name);
    float *y = arena_floats(&a, count);
    for (int faithful = 0; faithful < 2; faithful++) {
        memcpy(y, x, count * sizeof *y);
        for (size_t t = 0; t < n; t++)
            rope_rotate(y + t * 2 * R, 2, R, &rope, at[t], way,
                        faithful ? FAITHFUL : EXACT);
        if (faithful)
            assert_faithful(name, y, rounded, count);
        else
            assert_close(name, y, exact, count, 1e-6);
    }
    arena_free(&a);
}

Test(rope, golden_rotations)
{
    for (int k = 0; k < SETS; k++) {
        check_direction(sets[k], ROTATE);
        check_direction(sets[k], UNROTATE);
    }
}

/* By hand: a quarter turn of pair 0 only. Pairs are neighbours, and the
   numbers before the last R stay. */
Test(rope, quarter_turn_on_paper)
{
    float freq[2] = { 1.57079632679f, 0 };
    struct rope rope = { .R = 4, .freq = freq };
    float x[6] = { 10, 20, 1, 2, 3, 4 };
    const float right[6] = { 10, 20, -2, 1, 3, 4 };
    rope_rotate(x, 1, 6, &rope, 1, ROTATE, EXACT);
    assert_close("quarter turn", x, right, 6, 1e-7);
    rope_rotate(x, 1, 6, &rope, 3, ROTATE, EXACT);
    const float start[6] = { 10, 20, 1, 2, 3, 4 };
    assert_close("a whole turn", x, start, 6, 1e-6);
}

/* Turning back undoes it, and a dot product knows the distance only. */
Test(rope, inverse_and_distance)
{
    enum { D = 80, H = 3 };
    struct arena a = poisoned_arena();
    struct rng r;
    rng_seed(&r, 77);
    struct rope rope = frequencies(&a, "yarn_mid");
    float *x = random_floats(&a, &r, H * D, 1), y[H * D];
    for (int t = 0; t < 1000; t += 37) {
        memcpy(y, x, sizeof y);
        rope_rotate(y, H, D, &rope, t, ROTATE, EXACT);
        rope_rotate(y, H, D, &rope, t, UNROTATE, EXACT);
        assert_close("there and back", y, x, H * D, 1e-6);
    }
    double dot[2] = { 0, 0 };
    for (int k = 0; k < 2; k++) {
        memcpy(y, x, sizeof y);
        rope_rotate(y, 1, D, &rope, 40 + 100 * k, ROTATE, EXACT);
        rope_rotate(y + D, 1, D, &rope, 17 + 100 * k, ROTATE, EXACT);
        for (int i = 0; i < D; i++)
            dot[k] += (double)y[i] * (double)y[D + i];
    }
    cr_assert_float_eq(dot[0], dot[1], 2e-4);
    arena_free(&a);
}

/* Layers without a compressor: rope_theta, never YaRN. With one: the other
   base, and YaRN at every position, unless switched off. */
Test(rope, two_kinds_of_layer)
{
    struct arena a = poisoned_arena();
    struct config c = { .qk_rope_head_dim = R, .rope_theta = 1e4f,
                        .compress_rope_theta = 1.6e5f, .yarn_factor = 16,
                        .yarn_beta_fast = 32, .yarn_beta_slow = 1,
                        .yarn_original_length = 65536 };
    struct rope rope, right;
    rope_init(&rope, &c, false, &a);
    right = frequencies(&a, "plain");
    assert_same_floats("window only", rope.freq, right.freq, R / 2);
    rope_init(&rope, &c, true, &a);
    right = frequencies(&a, "yarn_release");
    assert_same_floats("compressed", rope.freq, right.freq, R / 2);
    c.without = WITHOUT_YARN;
    rope_init(&rope, &c, true, &a);
    for (int i = 0; i < R / 2; i++)
        cr_assert_float_eq(rope.freq[i], powf(1.6e5f, -2.0f * (float)i / R),
                           1e-6);
    arena_free(&a);
}

/* The numbers of chapter 7: a vector at two positions, their product,
   the value turned back, and YaRN's ramp. */
Test(rope, worked_example)
{
    float freq[4];
    struct rope rope = { .R = 4, .freq = freq };
    rope_frequencies(freq, 4, 100, 0, 1, 32, 1);
    assert_close("frequencies", freq, (const float[]){ 1, 0.1f }, 2, 1e-7);
    for (int shift = 0; shift <= 100; shift += 100) {
        float q[5] = { 7, 1, 0, 1, 0 }, k[5] = { 7, 1, 0, 1, 0 };
        rope_rotate(q, 1, 5, &rope, shift + 5, ROTATE, EXACT);
        rope_rotate(k, 1, 5, &rope, shift + 2, ROTATE, EXACT);
        if (shift == 0)
            assert_close("key", k, (const float[]){ 7, -0.41615f, 0.90930f,
                         0.98007f, 0.19867f }, 5, 1e-5);
        float dot = 0;
        for (int i = 1; i < 5; i++)
            dot += q[i] * k[i];
        cr_assert_float_eq(dot, -0.03466f, 1e-5, "shifted by %d", shift);
        rope_rotate(k, 1, 5, &rope, shift + 5, UNROTATE, EXACT);
        assert_close("back", k, (const float[]){ 7, -0.98999f, -0.14112f,
                     0.95534f, -0.29552f }, 5, 1e-5);
    }
    rope_frequencies(freq, 8, 10000, 628, 16, 32, 1);
    assert_close("YaRN", freq, (const float[]){ 1, 0.053125f, 0.000625f,
                 0.0000625f }, 4, 1e-7);
}
