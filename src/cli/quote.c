//> [quote-includes] What printing needs
#include "cli/quote.h"

#include <cjson/cJSON.h>
#include <stdio.h>

static const char *const accounts[COST_ACCOUNTS] = {
    "fp8-equivalent", "raw",
};
static const char *const formats[CACHE_FORMATS] = {
    "f32", "bf16", "fp8", "codes",
};
//< [quote-includes]

//> [quote-sums] Sums
double quote_operations(const struct quote *q, int i, int n)
{
    struct cost cost = bill_cost(&q->bills[i], n);
    return cost_operations(&cost, cost_weights(q->account));
}

double quote_cache(const struct quote *q, int i, int n)
{
    struct cost_cache b = bill_cache(&q->bills[i], n, q->format);
    return cost_cache_sum(&b);
}
//< [quote-sums]

//> [quote-text-unit] Billions, millions or thousands
static double unit(const char **word, double size)
{
    *word = size >= 1e9 ? "billions" : size >= 1e6 ? "millions"
                                                   : "thousands";
    return size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : 1e3;
}
//< [quote-text-unit]

//> [quote-text-terms] One token, term by term
static void print_terms(const struct quote *q, const struct bill *b, int n)
{
    const double *weight = cost_weights(q->account);
    struct cost cost = bill_cost(b, n);
    const char *word;
    double size = unit(&word, cost_sum(cost.ops));
    printf("one token, in %-15s %11s %11s  weight %11s\n", word,
           "parameters", "operations", "weighted");
    for (int i = 0; i < COST_TERMS; i++)
        if (cost.params[i] > 0 || cost.ops[i] > 0)
            printf("  %-27s %11.3f %11.3f %7g %11.3f\n",
                   cost_name((enum cost_term)i), cost.params[i] / size,
                   cost.ops[i] / size, weight[i],
                   weight[i] * cost.ops[i] / size);
    printf("  %-27s %11.3f %11.3f %7s %11.3f\n\n", "together",
           cost_sum(cost.params) / size, cost_sum(cost.ops) / size, "",
           cost_operations(&cost, weight) / size);
}
//< [quote-text-terms]

//> [quote-text-contexts] A line for each context
static void print_contexts(const struct quote *q, int i)
{
    const char *first = i ? "          of first" : "";
    printf("%10s %15s%s %14s%s\n", "context", "operations", first,
           "bytes of cache", first);
    for (int k = 0; k < q->n_contexts; k++) {
        int n = q->contexts[k];
        double ops = quote_operations(q, i, n), of = quote_operations(q, 0, n);
        double bytes = quote_cache(q, i, n), all = quote_cache(q, 0, n);
        printf("%10d %15.0f", n, ops);
        if (i)
            printf(" %7.2f%% %7.3fx", 100 * ops / of, of / ops);
        printf(" %14.0f", bytes);
        if (i)
            printf(" %7.2f%% %7.3fx", 100 * bytes / all, all / bytes);
        printf("\n");
    }
}
//< [quote-text-contexts]

//> [quote-text] Model by model
void quote_text(const struct quote *q)
{
    printf("operations %s, cache in %s\n", accounts[q->account],
           formats[q->format]);
    for (int i = 0; i < q->n_bills; i++) {
        int last = q->contexts[q->n_contexts - 1];
        struct cost cost = bill_cost(&q->bills[i], last);
        struct cost_cache b = bill_cache(&q->bills[i], last, q->format);
        printf("\n%s: %.0f parameters,\n%.0f work on each token, which reads "
               "%.0f bytes of matrices\n\n", q->bills[i].name,
               cost_sum(cost.params), cost_sum(cost.active),
               cost_sum(cost.read));
        printf("at %d tokens:\n", last);
        print_terms(q, &q->bills[i], last);
        printf("cache: %.0f bytes of window, %.0f of entries,\n%.0f of index "
               "keys; open blocks, not counted: %.0f\n\n", b.window,
               b.entries, b.index_keys, b.open);
        print_contexts(q, i);
    }
}
//< [quote-text]

//> [quote-json-terms] JSON: the terms of a token
static void add_terms(cJSON *at, const struct quote *q,
                      const struct cost *cost)
{
    const double *weight = cost_weights(q->account);
    cJSON *terms = cJSON_AddArrayToObject(at, "terms");
    for (int i = 0; i < COST_TERMS; i++) {
        if (cost->params[i] <= 0 && cost->ops[i] <= 0)
            continue;
        cJSON *term = cJSON_CreateObject();
        cJSON_AddItemToArray(terms, term);
        cJSON_AddStringToObject(term, "name", cost_name((enum cost_term)i));
        cJSON_AddNumberToObject(term, "parameters", cost->params[i]);
        cJSON_AddNumberToObject(term, "active", cost->active[i]);
        cJSON_AddNumberToObject(term, "bytes_read", cost->read[i]);
        cJSON_AddNumberToObject(term, "operations", cost->ops[i]);
        cJSON_AddNumberToObject(term, "weight", weight[i]);
    }
}
//< [quote-json-terms]

//> [quote-json-context] JSON: one context
static void add_context(cJSON *list, const struct quote *q, int i, int n)
{
    struct cost cost = bill_cost(&q->bills[i], n);
    struct cost_cache b = bill_cache(&q->bills[i], n, q->format);
    cJSON *at = cJSON_CreateObject();
    cJSON_AddItemToArray(list, at);
    cJSON_AddNumberToObject(at, "context", n);
    double ops = quote_operations(q, i, n);
    cJSON_AddNumberToObject(at, "operations", ops);
    cJSON_AddNumberToObject(at, "of_first", ops / quote_operations(q, 0, n));
    add_terms(at, q, &cost);
    cJSON *cache = cJSON_AddObjectToObject(at, "cache");
    cJSON_AddNumberToObject(cache, "window", b.window);
    cJSON_AddNumberToObject(cache, "entries", b.entries);
    cJSON_AddNumberToObject(cache, "index_keys", b.index_keys);
    cJSON_AddNumberToObject(cache, "total", cost_cache_sum(&b));
    cJSON_AddNumberToObject(cache, "of_first",
                            cost_cache_sum(&b) / quote_cache(q, 0, n));
    cJSON_AddNumberToObject(cache, "open_not_in_total", b.open);
}
//< [quote-json-context]

//> [quote-json] JSON: all of it
void quote_json(const struct quote *q)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "weights", accounts[q->account]);
    cJSON_AddStringToObject(json, "cache_format", formats[q->format]);
    cJSON *models = cJSON_AddArrayToObject(json, "models");
    for (int i = 0; i < q->n_bills; i++) {
        struct cost cost = bill_cost(&q->bills[i], 1);
        cJSON *model = cJSON_CreateObject();
        cJSON_AddItemToArray(models, model);
        cJSON_AddStringToObject(model, "name", q->bills[i].name);
        cJSON_AddNumberToObject(model, "parameters", cost_sum(cost.params));
        cJSON_AddNumberToObject(model, "active", cost_sum(cost.active));
        cJSON_AddNumberToObject(model, "bytes_read", cost_sum(cost.read));
        cJSON *list = cJSON_AddArrayToObject(model, "contexts");
        for (int k = 0; k < q->n_contexts; k++)
            add_context(list, q, i, q->contexts[k]);
    }
    char *text = cJSON_Print(json);
    puts(text ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(json);
}
//< [quote-json]
