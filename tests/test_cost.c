/* What a model costs: the formulas against counters that know nothing of
   them, against the table of tensors, and against published tables. */
#include "model/cost.h"

#include "attention/cache.h"
#include "base/json.h"
#include "base/textfile.h"
#include "model/cost_v32.h"
#include "numerics/primitives.h"
#include "support/models.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Terms that are products with a matrix, and the format of that matrix. */
static enum format format_of(enum cost_term term, const struct config *c)
{
    switch (term) {
    case COST_ATTENTION:
    case COST_WO_A:
    case COST_INDEX_QUERIES:
    case COST_SHARED:
        return FORMAT_FP8;
    case COST_EXPERTS:
        return c->fp4_experts ? FORMAT_FP4 : FORMAT_FP8;
    case COST_COMPRESSORS:
    case COST_INDEX_WEIGHTS:
    case COST_ROUTER:
    case COST_HEAD:
        return FORMAT_BF16;
    case COST_MHC:
    case COST_MHC_HEAD:
        return FORMAT_F32;
    default:
        return FORMAT_COUNT;
    }
}

static void add(struct cost *sum, const struct config *c, int n)
{
    struct cost one;
    cost_v4(&one, c, n);
    for (int i = 0; i < COST_TERMS; i++) {
        sum->ops[i] += one.ops[i];
        sum->read[i] = one.read[i];
    }
}

/* `tokens`: how many were fed; bytes are compared if it is one. */
static void assert_counted(const struct cost *cost, const struct config *c,
                           int tokens, const char *where)
{
    struct counts n = count_read();
    for (int f = 0; f < FORMAT_COUNT; f++) {
        double ops = 0, read = 0;
        for (int i = 0; i < COST_TERMS; i++)
            if (format_of((enum cost_term)i, c) == (enum format)f) {
                ops += cost->ops[i];
                read += cost->read[i];
            }
        cr_assert_eq(n.linear_flops[f], ops, "%s, format %d: counted %.0f, "
                     "expected %.0f", where, f, n.linear_flops[f], ops);
        if (tokens == 1)
            cr_assert_eq(n.linear_bytes[f], read, "%s, format %d", where, f);
    }
    double core = 2 * n.weigh_flops, index = n.score_flops - n.weigh_flops;
    cr_assert_eq(core, cost->ops[COST_CORE], "%s: counted %.0f, expected "
                 "%.0f", where, core, cost->ops[COST_CORE]);
    cr_assert_eq(index, cost->ops[COST_INDEX_FP4], "%s: counted %.0f, "
                 "expected %.0f", where, index, cost->ops[COST_INDEX_FP4]);
    if (c->numerics == EXACT) /* the released kernel pads its lists */
        cr_assert_eq(n.vector_flops, cost->ops[COST_VECTORS],
                     "%s: counted %.0f, expected %.0f", where,
                     n.vector_flops, cost->ops[COST_VECTORS]);
}

/* Feed tokens in pieces, with the counting set. */
static void feed(struct tiny *t, int total, int prefill)
{
    const struct model *m = &t->ck.model;
    const struct config *c = &m->config;
    struct state s;
    struct error err;
    char where[64];
    int *ids = calloc((size_t)total, sizeof *ids), piece;
    float *logits = calloc((size_t)prefill * (size_t)c->vocab_size,
                           sizeof *logits);
    cr_assert(ids && logits);
    for (int i = 0; i < total; i++)
        ids[i] = (i * 7 + i / 5) % c->vocab_size;
    state_init(&s, c, total, 512);
    for (int at = 0; at < total; at += piece) {
        struct cost cost = { 0 };
        piece = at < prefill ? prefill : 1;
        snprintf(where, sizeof where, "%s, tokens %d … %d", t->name, at,
                 at + piece - 1);
        count_reset();
        cr_assert(model_forward(logits, LOGITS_ALL, NULL, m, &s, ids + at,
                                piece, &err), "%s", err.message);
        for (int i = 0; i < piece; i++)
            add(&cost, c, at + i + 1);
        assert_counted(&cost, c, piece, where);
    }
    state_free(&s);
    free(logits);
    free(ids);
}

/* Every token from the first past windows, blocks of 4, 16 and 128. */
Test(cost, formulas_are_the_counters_decoding, .timeout = 120)
{
    prim = &primitives_count;
    for (int i = 0; i < TINY_MODELS; i++)
        feed(tiny_open(tiny_names[i], EXACT), 140, 1);
}

Test(cost, formulas_are_the_counters_after_a_prompt, .timeout = 120)
{
    static const int prompts[] = { 1, 3, 31, 128, 257 };
    prim = &primitives_count;
    for (int i = 0; i < TINY_MODELS; i++)
        for (int p = 0; p < 5; p++)
            feed(tiny_open(tiny_names[i], EXACT), prompts[p] + 2, prompts[p]);
}

/* Rounding changes no operation, and a padded list no key. */
Test(cost, faithful_costs_the_same, .timeout = 120)
{
    prim = &primitives_count;
    for (int i = 0; i < TINY_MODELS; i++)
        feed(tiny_open(tiny_names[i], FAITHFUL), 134, 130);
}

/* The cache as it is allocated. */
Test(cost, cache_is_what_is_allocated)
{
    static const int contexts[] = { 1, 3, 4, 127, 128, 129, 1000, 4095 };
    for (int i = 0; i < TINY_MODELS; i++)
        for (int num = 0; num < 2; num++)
            for (int k = 0; k < 8; k++) {
                enum numerics numerics = num ? FAITHFUL : EXACT;
                struct tiny *tiny = tiny_open(tiny_names[i], numerics);
                struct config c = tiny->ck.model.config;
                struct cost_cache f = cost_v4_cache(
                    &c, contexts[k], num ? CACHE_FP8 : CACHE_F32);
                double ring = 0, entries = 0, keys = 0, open = 0;
                for (int l = 0; l < c.num_hidden_layers; l++) {
                    struct cache_bytes b = cache_bytes(&c, l, contexts[k]);
                    ring += (double)b.ring;
                    entries += (double)b.entries;
                    keys += (double)b.index_keys;
                    open += (double)b.open;
                }
                cr_assert_eq(f.window, ring);
                cr_assert_eq(f.entries, entries);
                cr_assert_eq(f.index_keys, keys);
                cr_assert_eq(f.open, open);
            }
}

/* The published tables, tests/golden/efficiency.json, digit by digit. */
static cJSON *published(void)
{
    struct error err;
    cJSON *json = json_file("tests/golden/efficiency.json", 1 << 20, &err);
    cr_assert_not_null(json, "%s", err.message);
    return json;
}

static double number(const cJSON *at, const char *key)
{
    const cJSON *item = json_get(at, key);
    cr_assert(cJSON_IsNumber(item), "%s", key);
    return item->valuedouble;
}

/* A model of the tables, and the formulas for it. */
struct priced {
    const char *name;
    bool is_v32;
    struct config v4;
    struct v32_numbers v32;
};

enum { MODELS = 3, CONTEXTS = 5 };

static const int contexts[CONTEXTS] = { 4096, 32768, 131072, 1000000,
                                        1048576 };

static void open_models(struct priced m[MODELS], struct arena *arena)
{
    struct error err;
    const char *const folder = "tiny_models/configs/";
    m[0] = (struct priced){ .name = "V3.2", .is_v32 = true };
    m[1] = (struct priced){ .name = "V4-Pro" };
    m[2] = (struct priced){ .name = "V4-Flash" };
    cr_assert(v32_numbers_read(&m[0].v32, path_in(folder, "v3.2.json",
                                                  arena), &err));
    cr_assert(config_load(&m[1].v4, path_in(folder, "v4-pro.json", arena),
                          NULL, 0, arena, &err));
    cr_assert(config_load(&m[2].v4, path_in(folder, "v4-flash.json", arena),
                          NULL, 0, arena, &err));
}

static struct cost price(const struct priced *m, int n)
{
    struct cost cost;
    if (m->is_v32)
        cost_v32(&cost, &m->v32, n);
    else
        cost_v4(&cost, &m->v4, n);
    return cost;
}

static double cache_of(const struct priced *m, int n, enum cost_format f)
{
    struct cost_cache b = m->is_v32 ? cost_v32_cache(&m->v32, n, f)
                                    : cost_v4_cache(&m->v4, n, f);
    return cost_cache_sum(&b);
}

/* The published numbers at work leave out what is no matrix of a layer but
   a norm: selection biases, the last norm, the head's map. */
static double left_out(const struct priced *m)
{
    const struct config *c = &m->v4;
    double n = c->hc_mult, d = c->hidden_size;
    if (m->is_v32)
        return (m->v32.num_hidden_layers - m->v32.first_k_dense_replace)
               * m->v32.n_routed_experts + m->v32.hidden_size;
    return (c->num_hidden_layers - c->num_hash_layers) * c->n_routed_experts
           + d + n * n * d + n + 1;
}

Test(cost, parameters_are_the_published)
{
    struct arena arena = { 0 };
    struct priced m[MODELS];
    cJSON *json = published();
    open_models(m, &arena);
    for (int i = 0; i < MODELS; i++) {
        const cJSON *want = json_get(json_get(json, "params"), m[i].name);
        struct cost cost = price(&m[i], 1);
        double active = cost_sum(cost.active) - left_out(&m[i]);
        cr_assert_eq(cost_sum(cost.params), number(want, "total"), "%s",
                     m[i].name);
        cr_assert_eq(active, number(want, "act_head"), "%s", m[i].name);
        cr_assert_eq(active - cost.params[COST_HEAD],
                     number(want, "act_no_emb"));
        cr_assert_eq(active + cost.params[COST_EMBED],
                     number(want, "act_both"));
    }
    cJSON_Delete(json);
    arena_free(&arena);
}

/* The published names of the terms. */
static double published_term(const struct cost *c, const char *name,
                             bool is_v32)
{
    const double *o = c->ops;
    switch (name[0]) {
    case 'l': return o[COST_ATTENTION] + o[COST_INDEX_QUERIES]
                     + o[COST_SHARED] + (is_v32 ? o[COST_EXPERTS] : 0);
    case 'e': return o[COST_EXPERTS];
    case 'a': return o[COST_ABSORBED];
    case 'b': return o[COST_ROUTER] + o[COST_INDEX_WEIGHTS] + o[COST_HEAD];
    case 'i': return o[COST_INDEX_FP8] + o[COST_INDEX_FP4];
    case 'h': return o[COST_MHC] + o[COST_MHC_SHIFT];
    case 'w': return o[COST_WO_A];
    default: return name[2] == 'm' ? o[COST_COMPRESSORS] : o[COST_CORE];
    }
}

Test(cost, operations_are_the_published)
{
    struct arena arena = { 0 };
    struct priced m[MODELS];
    cJSON *json = published();
    open_models(m, &arena);
    for (int i = 0; i < MODELS; i++)
        for (int k = 0; k < CONTEXTS; k++) {
            char n[16];
            snprintf(n, sizeof n, "%d", contexts[k]);
            const cJSON *at = json_get(json_get(json_get(json, "table"),
                                                m[i].name), n), *term;
            struct cost c = price(&m[i], contexts[k]);
            cr_assert_not_null(at);
            cr_assert_eq(cost_operations(&c, cost_weights(ACCOUNT_FP8)),
                         number(at, "eq_fp8_flops"), "%s at %s", m[i].name,
                         n);
            cr_assert_eq(cost_operations(&c, cost_weights(ACCOUNT_RAW)),
                         number(at, "raw_flops"));
            cJSON_ArrayForEach(term, json_get(at, "components_raw"))
                cr_assert_eq(published_term(&c, term->string, m[i].is_v32),
                             term->valuedouble, "%s: %s", m[i].name,
                             term->string);
        }
    cJSON_Delete(json);
    arena_free(&arena);
}

Test(cost, caches_are_the_published)
{
    static const char *const keys[] = {
        [CACHE_FP8] = "kv_bytes_fp8", [CACHE_BF16] = "kv_bytes_bf16",
        [CACHE_CODES] = "kv_bytes_fp8_noscales",
    };
    struct arena arena = { 0 };
    struct priced m[MODELS];
    cJSON *json = published();
    open_models(m, &arena);
    for (int i = 0; i < MODELS; i++)
        for (int k = 0; k < CONTEXTS; k++) {
            char n[16];
            snprintf(n, sizeof n, "%d", contexts[k]);
            const cJSON *at = json_get(json_get(json_get(json, "table"),
                                                m[i].name), n);
            for (int f = CACHE_BF16; f < CACHE_FORMATS; f++)
                cr_assert_eq(cache_of(&m[i], contexts[k],
                                      (enum cost_format)f),
                             number(at, keys[f]), "%s at %s: %s", m[i].name,
                             n, keys[f]);
        }
    cJSON_Delete(json);
    arena_free(&arena);
}

/* The table of chapter 33's worked example. */
Test(cost, worked_example)
{
    struct config c = tiny_open("tiny-flash", EXACT)->ck.model.config;
    struct cost cost;
    cost_v4(&cost, &c, 40);
    cr_assert_eq(cost.ops[COST_CORE], 360448);
    cr_assert_eq(cost.ops[COST_INDEX_FP4], 20480);
    cr_assert_eq(cost.ops[COST_EXPERTS], 1966080);
    double matrices = 0;
    for (int i = 0; i < COST_TERMS; i++)
        if (format_of((enum cost_term)i, &c) != FORMAT_COUNT)
            matrices += cost.ops[i];
    cr_assert_eq(matrices, 6749184);
}

/* Names fit the table that is printed. */
Test(cost, names_fit)
{
    for (int i = 0; i < COST_TERMS; i++) {
        const char *name = cost_name((enum cost_term)i);
        cr_assert(name && strlen(name) <= 27, "%d", i);
    }
}
