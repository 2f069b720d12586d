//> [bench-json-includes] What the JSON of bench needs
#include "base/error.h"
#include "cli/bench_report.h"

#include <cjson/cJSON.h>
//< [bench-json-includes]

//> [bench-json-number] Four digits are more than is known
static void number(cJSON *to, const char *name, double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.4g", x);
    need(cJSON_AddRawToObject(to, name, text));
}

static cJSON *object(cJSON *to, const char *name)
{
    return need(cJSON_AddObjectToObject(to, name));
}
//< [bench-json-number]

//> [bench-json-measured] A rate and its share
static void measured(cJSON *to, const char *name, const char *unit,
                     const struct measured *m)
{
    cJSON *o = object(to, name);
    number(o, unit, 1e-9 * m->rate);
    number(o, "share", m->share);
}

static void speed(cJSON *to, const char *name, const char *all,
                  const char *linear, const struct speed *s)
{
    static const char *const parts[] = { "matrices_ms", "scores_ms",
                                         "weigh_ms", "rest_ms" };
    cJSON *o = object(to, name);
    number(o, "tok_s", s->tokens);
    number(o, all, 1e-9 * s->all.rate);
    number(o, "share", s->all.share);
    number(o, linear, 1e-9 * s->linear.rate);
    number(o, "linear_share", s->linear.share);
    for (int i = 0; i < 4; i++)
        number(o, parts[i], 1e3 * s->parts[i]);
    number(o, "scratch_mb", 1e-6 * (double)s->scratch);
}
//< [bench-json-measured]

//> [bench-json-context] Long texts
static void reach(cJSON *to, const struct bench_column *c)
{
    cJSON *list = need(cJSON_AddArrayToObject(to, "context"));
    for (int i = 0; i < c->n_reach; i++) {
        cJSON *o = need(cJSON_CreateObject());
        need(cJSON_AddNumberToObject(o, "tokens", c->reach[i].tokens));
        number(o, "ms", 1e3 * c->reach[i].seconds);
        number(o, "least_ms", 1e3 * c->reach[i].least);
        number(o, "share", c->reach[i].share);
        number(o, "scratch_mb", 1e-6 * (double)c->reach[i].scratch);
        cJSON_AddItemToArray(list, o);
    }
}
//< [bench-json-context]

//> [bench-json-column] All of one number of threads
static void column(cJSON *to, const struct bench_column *c)
{
    static const char *const formats[FORMAT_COUNT] = { "f32", "bf16", "fp8",
                                                       "fp4" };
    cJSON *o = object(to, "ceiling");
    number(to, "threads", c->threads);
    number(o, "read_gbs", 1e-9 * c->read);
    number(o, "f32_gflops", 1e-9 * c->peak_f32);
    for (int i = 0; i < BENCH_PEAKS; i++)
        if (c->peak[i] > 0)
            number(o, bench_peak(i)->key, 1e-9 * c->peak[i]);
    o = object(to, "one_vector");
    for (int f = 0; f < FORMAT_COUNT; f++)
        measured(o, formats[f], "gbs", &c->one[f]);
    measured(o, "head", "gbs", &c->head);
    o = object(to, "many_vectors");
    for (int f = 0; f < FORMAT_COUNT; f++)
        measured(o, formats[f], "gflops", &c->many[f]);
    speed(to, "decode", "weight_gbs", "linear_gbs", &c->decode);
    speed(to, "prefill", "gflops", "linear_gflops", &c->prefill);
    reach(to, c);
}
//< [bench-json-column]

//> [bench-json-print] The object: all threads, and one thread inside
void bench_print_json(FILE *out, const struct bench_report *r)
{
    cJSON *all = need(cJSON_CreateObject());
    need(cJSON_AddStringToObject(all, "model", r->model));
    need(cJSON_AddStringToObject(all, "kernels", r->kernels));
    need(cJSON_AddStringToObject(all, "numerics", r->numerics));
    number(all, "load", r->load);
    number(all, "vectors", r->many);
    number(all, "token_mb", 1e-6 * (double)r->slice->token_bytes);
    number(all, "token_gflop", 1e-9 * r->slice->token_flops);
    column(all, &r->columns[r->n - 1]);
    if (r->n > 1)
        column(object(all, "one_thread"), &r->columns[0]);
    char *text = need(cJSON_Print(all));
    fprintf(out, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(all);
}
//< [bench-json-print]
