//> [cmd-bench-includes] What measuring speed needs
#include "base/textfile.h"
#include "base/threads.h"
#include "cli/bench_report.h"
#include "cli/session.h"
#include "numerics/primitives.h"

#include <stdlib.h>
#include <string.h>
//< [cmd-bench-includes]

//> [cmd-bench-plan] How much of everything
enum { VECTORS = 512, QUICK_VECTORS = 24, POSITION = 512, HEAD_ROWS = 129280,
       MATRIX = 4096, QUICK_MATRIX = 512, LONGEST = 1 << 20 };

static const size_t apart = (size_t)2 << 30; /* between two uses */

/* The configuration of `--widths NAME`. */
static const char *widths(const char *name, struct arena *arena,
                          struct error *err)
{
    if (strchr(name, '/')) {
        misuse(err, "--widths: found \"%.100s\", expected a name such as "
               "flash", name);
        return NULL;
    }
    size_t size = strlen(name) + sizeof "v4-.json";
    char *file = arena_alloc(arena, size, 1);
    snprintf(file, size, "v4-%s.json", name);
    return path_in("tiny_models/configs", file, arena);
}
//< [cmd-bench-plan]

//> [cmd-bench-machine] The machine
static void measure_ceilings(struct bench_column *c, const struct bench *b)
{
    c->threads = threads_most();
    for (int i = 0; i < b->runs; i++) {
        double now = ceiling_read(b->memory.data, b->memory.size);
        c->read = now > c->read ? now : c->read;
    }
    for (int i = 0; i < BENCH_PEAKS; i++)
        if (bench_peak(i)->here())
            c->peak[i] = ceiling_peak(bench_peak(i), b->peak_seconds);
    c->peak_f32 = bench_peak_f32(b->peak_seconds);
}
//< [cmd-bench-machine]

//> [cmd-bench-column] Everything, with one number of threads
static bool measure(struct bench_column *c, struct bench *b,
                    const struct bench_report *r, const struct options *o,
                    const struct slice *pair, struct error *err)
{
    int cols = o->quick ? QUICK_MATRIX : MATRIX;
    measure_ceilings(c, b);
    for (enum format f = 0; f < FORMAT_COUNT; f++) {
        c->one[f] = bench_linear(b, f, cols, 1);
        c->many[f] = bench_linear(b, f, cols, r->many);
    }
    c->head = bench_linear(b, FORMAT_BF16, 4 * cols, 1);
    //> [cmd-bench-column-model] The model, and long texts
    if (!bench_decode(&c->decode, b, r->slice, o->quick ? 8 : POSITION, err)
        || !bench_prefill(&c->prefill, b, r->slice, r->many, err))
        return false;
    if (pair) {
        int tokens = LONGEST;
        c->n_reach = BENCH_CONTEXTS;
        for (int i = BENCH_CONTEXTS; i-- > 0; tokens /= 4)
            c->reach[i].tokens = tokens;
        bench_context(c->reach, BENCH_CONTEXTS, b, pair);
    }
    return true;
    //< [cmd-bench-column-model]
}
//< [cmd-bench-column]

//> [cmd-bench-all] One thread, then as many as there are
static bool measure_all(struct bench_report *r, const struct options *o,
                        const struct slice *pair, struct error *err)
{
    struct progress progress;
    struct bench b = { .runs = o->quick ? 1 : BENCH_RUNS,
                       .peak_seconds = o->quick ? 1e-4 : 0.02,
                       .progress = &progress };
    int most = threads_most();
    bool ok = pages_take(&b.memory, o->quick ? apart >> 7 : apart, err);
    progress_begin(&progress, "measuring", 0, "runs");
    if (ok)
        bench_fill(b.memory.data, b.memory.size);
    r->n = most > 1 ? 2 : 1;
    for (int i = 0; ok && i < r->n; i++) {
        threads_set(i == 0 ? 1 : most);
        ok = measure(&r->columns[i], &b, r, o, pair, err);
    }
    threads_set(most);
    progress_end(&progress);
    pages_free(&b.memory);
    return ok;
}
//< [cmd-bench-all]

//> [cmd-bench-report] Measure, then write
static bool report(const struct slice *s, const char *model,
                   const struct slice *pair, const struct options *o,
                   struct error *err)
{
    struct bench_report r = {
        .model = model, .slice = s, .kernels = prim->name,
        .numerics = o->numerics == FAITHFUL ? "faithful" : "exact",
        .many = o->quick ? QUICK_VECTORS : VECTORS,
    };
    r.load = -1; /* not known */
#ifndef __wasm__
    getloadavg(&r.load, 1);
#endif
    if (!measure_all(&r, o, pair, err))
        return false;
    if (o->json)
        bench_print_json(stdout, &r);
    else
        bench_print(stdout, &r);
    return true;
}
//< [cmd-bench-report]

//> [cmd-bench-given] A model that is given
static bool bench_given(struct session *s, const struct options *o,
                        struct error *err)
{
    struct slice whole = { .copies = &s->ck.model, .n = 1 };
    token_cost(&whole.token_bytes, &whole.token_flops,
               &s->ck.model.config);
    return report(&whole, o->args[0], NULL, o, err);
}
//< [cmd-bench-given]

//> [cmd-bench-invented] Or a slice that is made up
static bool bench_invented(const struct options *o, struct error *err)
{
    struct arena arena = { 0 };
    struct slice slice = { 0 }, pair = { 0 };
    struct slice_plan plan = {
        .config = widths(o->widths, &arena, err), .ratios = o->layers,
        .experts = o->experts, .seed = o->seed, .numerics = o->numerics,
        .between = o->quick ? 0 : apart,
    };
    struct slice_plan two = plan;
    two.ratios = "4,128";
    two.between = 0;
    char name[256];
    snprintf(name, sizeof name, "a slice as wide as v4-%.50s: layers %.100s; "
             "%d experts", o->widths, o->layers, o->experts);
    bool ok = plan.config && slice_make(&slice, &plan, err)
              && (o->quick || slice_make(&pair, &two, err))
              && report(&slice, name, o->quick ? NULL : &pair, o, err);
    slice_free(&pair);
    slice_free(&slice);
    arena_free(&arena);
    return ok;
}
//< [cmd-bench-invented]

//> [cmd-bench-command] How bench is called
static bool run(const struct options *o, struct error *err)
{
    return o->n_args ? session_with_model(o, bench_given, err)
                     : bench_invented(o, err);
}

const struct command command_bench = {
    .name = "bench",
    .arguments = "[MODEL] [--layers 0,4,.. --widths NAME --experts N]",
    .summary = "how fast, beside how fast this machine can be",
    .help =
        "Measure what the machine can do now: reading memory, and each\n"
        "instruction that multiplies and adds. Then single products,\n"
        "decoding, prefill and long texts, each with its share of the\n"
        "ceiling that bounds it; medians of 5 runs. Without MODEL a slice\n"
        "of random numbers is made in memory: about 8 GB are needed, and\n"
        "a few minutes. With one thread only the time counts in which it\n"
        "had a processor, with more the time on the wall.",
    .options = "layers widths experts quick seed numerics kernels threads "
               "json ",
    .max_args = 1,
    .run = run,
};
//< [cmd-bench-command]
