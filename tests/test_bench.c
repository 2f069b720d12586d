/**
 * @file
 * Measuring: that the work is done as often as is said and nothing but
 * time passes, and that the program writes what it measured.
 */
#include "cli/bench_report.h"

#include "base/json.h"
#include "base/threads.h"
#include "numerics/fast.h"
#include "numerics/linear.h"

#include "support/compare.h"
#include "support/matrices.h"
#include "support/parts.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void wait_a_little(void *user)
{
    double end = clock_work() + 0.005;
    while (clock_work() < end)
        continue;
    ++*(int *)user;
}

/* Once before, then as often as was asked for. */
Test(bench, runs_are_counted)
{
    struct bench b = { .runs = 3, .peak_seconds = 1e-4 };
    struct error err;
    int calls = 0;
    threads_set(1);
    cr_assert(pages_take(&b.memory, 1 << 20, &err));
    bench_fill(b.memory.data, b.memory.size);
    struct measured m = bench_measure(&b, BOUND_READ, 5e6, wait_a_little,
                                      &calls);
    cr_assert_eq(calls, 4);
    cr_assert_geq(m.seconds, 0.005);
    cr_assert_float_eq(m.rate * m.seconds, 5e6, 1);
    cr_assert_gt(m.share, 0);
    m = bench_measure(&b, BOUND_F32, 5e6, wait_a_little, &calls);
    cr_assert_eq(calls, 8);
    cr_assert_leq(m.rate, 1e9);
    cr_assert_lt(m.share, 1);
    pages_free(&b.memory);
}

/* The bytes that stand for matrices are finite in every format. */
Test(bench, memory_is_healthy)
{
    struct arena a = { 0 };
    unsigned char *data = arena_alloc(&a, 1 << 16, 1);
    float y[16];
    bench_fill(data, 1 << 16);
    for (enum format f = 0; f < FORMAT_COUNT; f++) {
        struct matrix W = { .format = f, .rows = 16, .cols = 256,
                            .data = data, .scale = data + (1 << 15) };
        float *x = arena_floats(&a, 256);
        for (int i = 0; i < 256; i++)
            x[i] = (float)(i % 17) - 8;
        linear(y, x, &W, 1, &a);
        for (int r = 0; r < 16; r++)
            cr_assert(isfinite(y[r]) && fabsf(y[r]) > 1e-30f);
    }
    arena_free(&a);
}

/* Clocks change no bit, see all formats, and go away again. */
Test(bench, clocks_only_watch)
{
    struct arena a = { 0 };
    struct rng r;
    rng_seed(&r, 4);
    cr_assert(primitives_choose(NULL, NULL));
    const struct primitives *before = prim;
    for (enum format f = 0; f < FORMAT_COUNT; f++) {
        struct matrix W = random_matrix(&a, &r, f, 192, 256);
        float *x = random_floats(&a, &r, 5 * 256, 1);
        float *y = arena_floats(&a, 5 * 192), *z = arena_floats(&a, 5 * 192);
        linear(y, x, &W, 5, &a);
        timed_begin();
        cr_assert_neq(prim, before);
        linear(z, x, &W, 5, &a);
        struct times t = timed_end();
        cr_assert_eq(prim, before);
        assert_same_floats("with clocks", z, y, 5 * 192);
        for (enum format g = 0; g < FORMAT_COUNT; g++)
            cr_assert_eq(t.linear[g] > 0, g == f);
        if (prim->pack)
            cr_assert_gt(t.pack, 0);
    }
    arena_free(&a);
}

/* Every token of every run is read, from where it should be. */
Test(bench, models_are_run)
{
    struct slice s;
    struct error err;
    struct slice_plan plan = { .config = "tiny_models/tiny-flash/config.json",
                               .ratios = "0,4,128", .experts = 8 };
    struct bench b = { .runs = 2, .peak_seconds = 1e-4 };
    struct speed out;
    plan.between = 1 << 20;
    prim = &primitives_count;
    cr_assert(slice_make(&s, &plan, &err), "%s", err.message);
    cr_assert(pages_take(&b.memory, 1 << 20, &err));
    for (int T = 1; T <= 9; T += 8) {
        count_reset();
        cr_assert(T == 1 ? bench_decode(&out, &b, &s, 40, &err)
                         : bench_prefill(&out, &b, &s, T, &err), "%s",
                  err.message);
        double flops = 0, tokens = 3.0 * (T == 1 ? s.n : T);
        struct counts c = count_read();
        for (int f = 0; f < FORMAT_COUNT; f++)
            flops += c.linear_flops[f];
        cr_assert_float_eq(flops, tokens * s.token_flops, 1);
        double sum = out.parts[0] + out.parts[1] + out.parts[2]
                     + out.parts[3];
        cr_assert_float_eq(sum * out.tokens, 1, 1e-9);
        cr_assert_gt(out.linear.rate, out.all.rate);
    }
    slice_free(&s);
    pages_free(&b.memory);
}

/* What a long text needs at least is what is done for it. */
Test(bench, formulas_count_what_is_done)
{
    struct slice s;
    struct error err;
    struct slice_plan plan = { .config = "tiny_models/tiny-flash/config.json",
                               .ratios = "4,128", .experts = 8 };
    struct bench b = { .runs = 1, .peak_seconds = 1e-4 };
    prim = &primitives_count;
    cr_assert(slice_make(&s, &plan, &err), "%s", err.message);
    cr_assert(pages_take(&b.memory, 1 << 20, &err));
    for (int tokens = 128; tokens <= 2048; tokens *= 4) {
        struct reach r = { .tokens = tokens };
        count_reset();
        bench_context(&r, 1, &b, &s);
        struct counts c = count_read();
        double flops = c.score_flops + c.weigh_flops;
        for (int f = 0; f < FORMAT_COUNT; f++)
            flops += c.linear_flops[f];
        cr_assert_float_eq(flops, 2 * r.flops, 1, "%d: %g, %g", tokens,
                           flops, 2 * r.flops);
        cr_assert_gt(r.bytes, tokens / 4 * 4.0);
        cr_assert_gt(r.seconds, 0);
        cr_assert_float_eq(r.share * r.seconds, r.least, 1e-9);
    }
    slice_free(&s);
    pages_free(&b.memory);
}

/* The table says which number is whose. */
Test(bench, writes_a_table)
{
    static struct bench_report r;
    struct slice s = { .n = 3, .token_bytes = 870 << 20 };
    static char text[1 << 14];
    r = (struct bench_report){ .model = "nothing", .kernels = "scalar",
                               .numerics = "exact", .load = 2.5, .many = 7,
                               .slice = &s, .n = 2 };
    for (int k = 0; k < 2; k++)
        r.columns[k].threads = 1 + k;
    r.columns[1].decode.tokens = 12.5;
    r.columns[1].decode.all = (struct measured){ .rate = 9e9, .share = 0.6 };
    r.columns[0].prefill.tokens = 345;
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    bench_print(out, &r);
    fclose(out);
    const char *prefill = strstr(text, "\nprefill");
    cr_assert_not_null(strstr(text, "kernels scalar, exact numerics, load "
                                    "2.5"));
    cr_assert_lt(strstr(text, "12.5 tok/s"), prefill);
    cr_assert_gt(strstr(text, "345.0 tok/s"), prefill);
    cr_assert_not_null(strstr(text, "9.0 GB/s     60 %"));
    for (const char *at = text; *at; at += strspn(at, "\n")) {
        cr_assert_leq(strcspn(at, "\n"), 80);
        at += strcspn(at, "\n");
    }
}

/* The JSON of `v4 bench` with these arguments. */
static cJSON *bench(const char *arguments)
{
    static char text[1 << 16];
    char command[512];
    struct error err = { 0 };
    snprintf(command, sizeof command, "%s bench %s --quick --json",
             getenv("V4"), arguments);
    FILE *p = popen(command, "r");
    cr_assert(p);
    size_t n = fread(text, 1, sizeof text, p);
    cr_assert_eq(pclose(p), 0, "%s", command);
    cJSON *all = json_object(text, n, &err);
    cr_assert(all, "%s", err.message);
    return all;
}

static double at(const cJSON *all, const char *outer, const char *inner)
{
    const cJSON *x = json_get(json_get(all, outer), inner);
    cr_assert(cJSON_IsNumber(x), "%s.%s", outer, inner);
    return x->valuedouble;
}

/* What programs rely on is there, and the numbers fit together. */
Test(bench, writes_json)
{
    cJSON *all = bench("tiny_models/tiny-flash --kernels scalar --threads 1");
    cr_assert(json_is_word(json_get(all, "kernels"), "scalar"));
    cr_assert_eq(json_get(all, "threads")->valuedouble, 1);
    cr_assert_null(json_get(all, "one_thread"));
    cr_assert(cJSON_IsNumber(json_get(all, "load")));
    cr_assert_gt(at(all, "ceiling", "read_gbs"), 0);
    cr_assert_gt(at(all, "ceiling", "f32_gflops"), 0);
    double token = json_get(all, "token_mb")->valuedouble;
    double expected = at(all, "decode", "tok_s") * token / 1e3;
    cr_assert_float_eq(at(all, "decode", "weight_gbs"), expected,
                       0.01 * expected);
    cr_assert_gt(at(all, "prefill", "tok_s"), 0);
    cr_assert_gt(at(all, "prefill", "linear_gflops"),
                 at(all, "prefill", "gflops"));
    cJSON_Delete(all);
}
