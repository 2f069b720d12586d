/**
 * @file
 * Both norms against the golden cases (faithful: bit for bit) and against
 * their formula in double.
 */
#include "attention/rmsnorm.h"

#include "support/compare.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(rmsnorm, golden)
{
    struct arena a = poisoned_arena();
    struct config c = { .numerics = EXACT };
    struct pass p = pass_of(&c, &a, 1, 0);
    size_t n;
    float *x = part_floats(&a, &n, "rmsnorm.x");
    float *w = part_floats(&a, NULL, "rmsnorm.w"), *y = arena_floats(&a, n);
    float *exact = part_floats(&a, NULL, "rmsnorm.out_exact");
    float *rounded = part_floats(&a, NULL, "rmsnorm.out_faithful");
    int rows = part_size(0, "rmsnorm.x"), width = part_size(1, "rmsnorm.x");
    c.rms_norm_eps = *part_floats(&a, NULL, "rmsnorm.eps");
    rmsnorm(y, x, w, rows, width, &p);
    assert_close("exact", y, exact, n, 3e-7);
    c.numerics = FAITHFUL;
    rmsnorm(y, x, w, rows, width, &p);
    assert_same_floats("faithful", y, rounded, n);
    rmsnorm(x, x, w, rows, width, &p);
    assert_same_floats("in place", x, rounded, n);
    arena_free(&a);
}

/* The released model rounds after every step of this one. */
Test(rmsnorm, golden_heads)
{
    struct arena a = poisoned_arena();
    struct config c = { .numerics = EXACT, .rms_norm_eps = 1e-6f };
    struct pass p = pass_of(&c, &a, 1, 0);
    size_t n;
    float *x = part_floats(&a, &n, "qnorm.x"), *y = arena_floats(&a, n);
    float *exact = part_floats(&a, NULL, "qnorm.out_exact");
    float *rounded = part_floats(&a, NULL, "qnorm.out_faithful");
    int width = part_size(2, "qnorm.x"), rows = (int)n / width;
    memcpy(y, x, n * sizeof *y);
    head_norm(y, rows, width, &p);
    assert_close("exact", y, exact, n, 3e-7);
    c.numerics = FAITHFUL;
    head_norm(x, rows, width, &p);
    assert_same_floats("faithful", x, rounded, n);
    arena_free(&a);
}

/* Rows from tiny to huge; eps decides only where the row is tiny. */
Test(rmsnorm, the_formula)
{
    enum { N = 37 };
    struct rng r;
    rng_seed(&r, 6);
    struct config c = { .numerics = EXACT, .rms_norm_eps = 1e-6f };
    for (int k = -40; k <= 40; k += 4) {
        struct arena a = poisoned_arena();
        struct pass p = pass_of(&c, &a, 1, 0);
        float *x = random_floats(&a, &r, N, ldexpf(1, k));
        float *w = random_floats(&a, &r, N, 1), *y = arena_floats(&a, N);
        float weighted[N], plain[N];
        double square = 0;
        for (int i = 0; i < N; i++)
            square += (double)x[i] * (double)x[i] / N;
        for (int i = 0; i < N; i++) {
            double unit = (double)x[i] / sqrt(square + 1e-6);
            weighted[i] = (float)(unit * (double)w[i]);
            plain[i] = (float)unit;
        }
        rmsnorm(y, x, w, 1, N, &p);
        assert_close("weighted", y, weighted, N, 5e-7);
        head_norm(x, 1, N, &p);
        assert_close("heads", x, plain, N, 5e-7);
        arena_free(&a);
    }
    float zero[2] = { 0, -0.0f }, one[2] = { 1, 1 };
    struct pass p = pass_of(&c, NULL, 1, 0);
    rmsnorm(zero, zero, one, 1, 2, &p);
    cr_assert(zero[0] == 0 && zero[1] == 0, "eps avoids 0 / 0");
}

/* The numbers of chapter 6. */
Test(rmsnorm, worked_example)
{
    struct config c = { .numerics = EXACT, .rms_norm_eps = 1e-6f };
    struct pass p = pass_of(&c, NULL, 1, 0);
    const float gain[2] = { 1, 2 }, one[2] = { 1, 1 };
    float x[2] = { 3, 4 }, small[2] = { 0.003f, 0.004f }, y[2];
    const float right[2] = { 0.84853f, 2.26274f };
    rmsnorm(y, x, gain, 1, 2, &p);
    assert_close("(3, 4)", y, right, 2, 3e-6);
    const float less[2] = { 0.96225f * 0.84853f, 0.96225f * 2.26274f };
    rmsnorm(y, small, gain, 1, 2, &p);
    assert_close("eps counts", y, less, 2, 1e-5);

    c.numerics = FAITHFUL;
    rmsnorm(y, x, one, 1, 2, &p);
    assert_same_floats("one rounding", y,
                       (const float[]){ 217 / 256.0f, 145 / 128.0f }, 2);
    head_norm(x, 1, 2, &p);
    assert_same_floats("a rounding at every step", x,
                       (const float[]){ 218 / 256.0f, 145 / 128.0f }, 2);
}
