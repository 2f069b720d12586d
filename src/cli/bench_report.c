//> [bench-report-includes] What writing the numbers needs
#include "cli/bench_report.h"

//< [bench-report-includes]

//> [bench-report-peaks] All ceilings of arithmetic
const struct peak *bench_peak(int i)
{
    const struct peak *const all[BENCH_PEAKS] = {
        &peak_f32, &peak_avx2, &peak_avx512, &peak_bf16, &peak_int8,
        &peak_amx_bf16, &peak_amx_int8,
    };
    return all[i];
}
//< [bench-report-peaks]

//> [bench-report-row] One line: a name, and for each column a number
typedef const struct measured *pick_fn(const struct bench_column *c, int i);

static void print_rates(FILE *out, const struct bench_report *r,
                        const char *name, const char *unit, pick_fn *pick,
                        int i)
{
    fprintf(out, "  %-26s", name);
    for (int k = 0; k < r->n; k++) {
        const struct measured *m = pick(&r->columns[k], i);
        fprintf(out, " %8.1f %-7s %3.0f %%", 1e-9 * m->rate, unit,
                100 * m->share);
    }
    fprintf(out, "\n");
}
//< [bench-report-row]

//> [bench-report-pick] Which number of a column
static const struct measured *one(const struct bench_column *c, int i)
{
    return &c->one[i];
}

static const struct measured *many(const struct bench_column *c, int i)
{
    return &c->many[i];
}

static const struct measured *head(const struct bench_column *c, int i)
{
    (void)i;
    return &c->head;
}
//< [bench-report-pick]

//> [bench-report-speeds] Lines about the model
static const struct speed *speed(const struct bench_column *c, int i)
{
    return i == 0 ? &c->decode : &c->prefill;
}

static const struct measured *whole(const struct bench_column *c, int i)
{
    return &speed(c, i)->all;
}

static const struct measured *matrices(const struct bench_column *c, int i)
{
    return &speed(c, i)->linear;
}
//< [bench-report-speeds]

//> [bench-report-speed] Speed, and what takes the time
static void print_speed(FILE *out, const struct bench_report *r,
                        const char *name, const char *unit, int i)
{
    static const char *const parts[] = { "matrices", "attention, scores",
                                         "attention, sums", "the rest" };
    fprintf(out, "%s\n  %-26s", name, "tokens");
    for (int k = 0; k < r->n; k++)
        fprintf(out, " %8.1f tok/s       ", speed(&r->columns[k], i)->tokens);
    fprintf(out, "\n");
    print_rates(out, r, "all of it", unit, whole, i);
    print_rates(out, r, "its matrices alone", unit, matrices, i);
    for (int part = 0; part < 4; part++) {
        fprintf(out, "  %-26s", parts[part]);
        for (int k = 0; k < r->n; k++)
            fprintf(out, " %8.2f ms/tok      ",
                    1e3 * speed(&r->columns[k], i)->parts[part]);
        fprintf(out, "\n");
    }
}
//< [bench-report-speed]

//> [bench-report-context] Lines about long texts
static void print_context(FILE *out, const struct bench_report *r)
{
    if (r->columns[0].n_reach == 0)
        return;
    fprintf(out, "attention after N tokens, CSA and HCA layer (of what is "
                 "least)\n");
    for (int i = 0; i < r->columns[0].n_reach; i++) {
        fprintf(out, "  %-26d", r->columns[0].reach[i].tokens);
        for (int k = 0; k < r->n; k++) {
            const struct reach *p = &r->columns[k].reach[i];
            fprintf(out, " %8.2f ms      %3.0f %%", 1e3 * p->seconds,
                    100 * p->share);
        }
        fprintf(out, "\n");
    }
}
//< [bench-report-context]

//> [bench-report-ceilings] Lines about the machine
static void print_ceilings(FILE *out, const struct bench_report *r)
{
    fprintf(out, "  %-26s", "reading memory");
    for (int k = 0; k < r->n; k++)
        fprintf(out, " %8.1f GB/s        ", 1e-9 * r->columns[k].read);
    fprintf(out, "\n");
    for (int i = 0; i < BENCH_PEAKS; i++) {
        if (r->columns[0].peak[i] <= 0)
            continue;
        fprintf(out, "  %-26s", bench_peak(i)->name);
        for (int k = 0; k < r->n; k++)
            fprintf(out, " %8.1f GFLOP/s     ", 1e-9 * r->columns[k].peak[i]);
        fprintf(out, "\n");
    }
}
//< [bench-report-ceilings]

//> [bench-report-print] The table
static const char *const formats[FORMAT_COUNT] = { "F32", "BF16", "FP8",
                                                   "FP4" };
//< [bench-report-print]

//> [bench-report-print-all] What was measured, line after line
void bench_print(FILE *out, const struct bench_report *r)
{
    fprintf(out, "%s\nkernels %s, %s numerics, load %.1f\n", r->model,
            r->kernels, r->numerics, r->load);
    fprintf(out, "a token meets %.0f MB of weights, %.2f GFLOP; %d cop%s in "
            "use\n", 1e-6 * (double)r->slice->token_bytes,
            1e-9 * r->slice->token_flops, r->slice->n,
            r->slice->n == 1 ? "y" : "ies");
    fprintf(out, "\n%-28s", "ceilings");
    for (int k = 0; k < r->n; k++)
        fprintf(out, " %8d thread%-6s", r->columns[k].threads,
                r->columns[k].threads == 1 ? "" : "s");
    fprintf(out, "\n");
    print_ceilings(out, r);
    fprintf(out, "a matrix times one vector (of reading)\n");
    for (int f = 0; f < FORMAT_COUNT; f++)
        print_rates(out, r, formats[f], "GB/s", one, f);
    print_rates(out, r, "BF16, as large as the head", "GB/s", head, 0);
    fprintf(out, "a matrix times %d vectors (of the best f32)\n", r->many);
    for (int f = 0; f < FORMAT_COUNT; f++)
        print_rates(out, r, formats[f], "GFLOP/s", many, f);
    print_speed(out, r, "decode, token by token (of reading)", "GB/s", 0);
    print_speed(out, r, "prefill, all at once (of the best f32)", "GFLOP/s", 1);
    print_context(out, r);
}
//< [bench-report-print-all]
