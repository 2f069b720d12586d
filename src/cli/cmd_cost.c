//> [cmd-cost-includes] What the price list needs
#include "cli/command.h"
#include "cli/quote.h"
#include "view/plot.h"
#include "view/pngfile.h"

#include <string.h>
//< [cmd-cost-includes]

//> [cmd-cost-word] A word of a few
static bool read_word(int *out, const char *option, const char *word,
                      const char *const *known, int n, struct error *err)
{
    for (*out = 0; *out < n; ++*out)
        if (strcmp(word, known[*out]) == 0)
            return true;
    char list[64] = "";
    for (int i = 0; i < n; i++) {
        strncat(list, i ? i < n - 1 ? ", " : " or " : "",
                sizeof list - strlen(list) - 1);
        strncat(list, known[i], sizeof list - strlen(list) - 1);
    }
    return misuse(err, "%s: found \"%.100s\", expected %s", option, word,
                  list);
}
//< [cmd-cost-word]

//> [cmd-cost-words] How to add up
static bool read_words(struct quote *q, bool *of_cache,
                       const struct options *o, struct error *err)
{
    static const char *const accounts[] = { "fp8-equivalent", "raw" };
    static const char *const formats[] = { "f32", "bf16", "fp8", "codes" };
    static const char *const what[] = { "operations", "cache" };
    int account = ACCOUNT_FP8, format = CACHE_FP8, of = 0;
    if ((o->weights && !read_word(&account, "--weights", o->weights,
                                  accounts, COST_ACCOUNTS, err))
        || (o->cache && !read_word(&format, "--cache", o->cache, formats,
                                   CACHE_FORMATS, err))
        || (o->of && !read_word(&of, "--of", o->of, what, 2, err)))
        return false;
    if (o->of && !o->out)
        return misuse(err, "--of says what is drawn: -o OUT.png is missing");
    q->account = (enum cost_account)account;
    q->format = (enum cost_format)format;
    *of_cache = of;
    return true;
}
//< [cmd-cost-words]

//> [cmd-cost-contexts] Where: those that were named, or well-known ones
static void set_contexts(struct quote *q, const struct options *o)
{
    static const int known[] = { 4096, 32768, 131072, 1000000, 1048576 };
    const int *from = o->n_contexts ? o->contexts : known;
    q->n_contexts = o->n_contexts ? o->n_contexts
                                  : (int)(sizeof known / sizeof *known);
    memcpy(q->contexts, from, (size_t)q->n_contexts * sizeof *from);
}
//< [cmd-cost-contexts]

//> [cmd-cost-label] A file's name, without folders and .json
static const char *label(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash && slash[1] ? slash + 1 : path;
    size_t size = strlen(name) + 1;
    char *copy = arena_alloc(arena, size, 1);
    memcpy(copy, name, size);
    char *dot = strstr(copy, ".json");
    if (dot)
        *dot = 0;
    return copy;
}
//< [cmd-cost-label]

//> [cmd-cost-curves] Curves over the context, up to the longest
enum { POINTS = 21 };

/* Halves, from the longest down. */
static void fill_curves(float x[POINTS], float *y, const struct quote *q,
                        bool of_cache)
{
    int last = q->contexts[0];
    for (int k = 1; k < q->n_contexts; k++)
        last = q->contexts[k] > last ? q->contexts[k] : last;
    for (int k = 0; k < POINTS; k++) {
        int n = last >> (POINTS - 1 - k);
        n = n > 1 ? n : 1;
        x[k] = (float)n;
        for (int i = 0; i < q->n_bills; i++)
            y[i * POINTS + k] = (float)(of_cache
                                        ? quote_cache(q, i, n)
                                        : quote_operations(q, i, n));
    }
}
//< [cmd-cost-curves]

//> [cmd-cost-plot] On one sheet
static bool draw(const struct quote *q, bool of_cache, const char *path,
                 struct arena *arena, struct error *err)
{
    const char *names[MOST_ARGUMENTS];
    float x[POINTS], *y = arena_floats(arena, (size_t)q->n_bills * POINTS);
    fill_curves(x, y, q, of_cache);
    for (int i = 0; i < q->n_bills; i++)
        names[i] = label(q->bills[i].name, arena);
    struct plot p = {
        .kind = PLOT_LINE, .x = x, .y = y, .series = q->n_bills,
        .n = POINTS, .names = names, .log_x = true, .log_y = true,
        .title = of_cache ? "bytes of cache" : "operations for one token",
        .x_label = "tokens of context",
    };
    struct page page = { 0 };
    bool ok = page_open(&page, err) && plot_draw(&page, &p, err)
              && pngfile_write(&page, path, err);
    page_close(&page);
    return ok;
}
//< [cmd-cost-plot]

//> [cmd-cost] From configurations to a price list
static bool run(const struct options *o, struct error *err)
{
    struct quote q = { .n_bills = o->n_args };
    struct arena arena = { 0 };
    bool of_cache = false, ok = read_words(&q, &of_cache, o, err);
    set_contexts(&q, o);
    for (int i = 0; ok && i < o->n_args; i++)
        ok = bill_read(&q.bills[i], o->args[i], o, &arena, err);
    if (ok && o->out)
        ok = draw(&q, of_cache, o->out, &arena, err);
    if (ok && o->json)
        quote_json(&q);
    else if (ok && !o->out)
        quote_text(&q);
    arena_free(&arena);
    return ok;
}
//< [cmd-cost]

//> [cmd-cost-command] How cost is called
const struct command command_cost = {
    .name = "cost",
    .arguments = "CONFIG.json | MODEL … --context N,N,…",
    .summary = "parameters, operations for a token, bytes of cache",
    .help =
        "Price models by formulas, from their numbers alone: what decoding\n"
        "one token takes when N tokens stand in the context, itself\n"
        "included, term by term at the last N. Later models are compared\n"
        "with the first. --weights says how operations of different width\n"
        "are added up, --cache how keys are stored. With -o the curves up\n"
        "to the longest N are drawn instead. V4 and V3.2 are known.",
    .options = "context contexts weights cache json set of o ",
    .min_args = 1,
    .max_args = MOST_ARGUMENTS,
    .run = run,
};
//< [cmd-cost-command]
