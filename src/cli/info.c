//> [info-includes] What printing it needs
#include "cli/info.h"

#include "base/plan.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
//< [info-includes]

//> [info-amounts] Numbers for people
/* 284332240471 as 284.3 B, or bytes as 159.6 GB. */
static const char *amount(char out[32], double x, const char *units,
                          const char *behind)
{
    int unit = 0;
    while (x >= 999.95 && units[unit + 1]) {
        x /= 1000;
        unit++;
    }
    snprintf(out, 32, "%.*f %.1s%s", unit > 0, x,
             units[unit] == ' ' ? "" : units + unit, behind);
    return out;
}

static const char *bytes(char out[32], double x)
{
    return amount(out, x, " kMGTP", "B");
}

static const char *many(char out[32], double x)
{
    return amount(out, x, " KMBT", "");
}
//< [info-amounts]

//> [info-words] What a configuration says in words
static const char *spelling(const struct config *c)
{
    return c->spelling == SPELLED_AS_RELEASED ? "as released"
                                              : "transformers 5";
}

static const char *drafter(const struct info *i)
{
    if (i->c->dspark_block_size)
        return " and a DSpark drafter";
    return i->has_mtp ? " and an MTP block" : "";
}

static bool has_indexer(const struct config *c)
{
    for (int l = 0; l < c->num_hidden_layers; l++)
        if (config_layer(c, l).attention->selects)
            return true;
    return false;
}
//< [info-words]

//> [info-context] How long a text may be, and whose words these are
static void print_context(const struct config *c)
{
    printf("context     %d tokens", c->max_position_embeddings);
    if (c->yarn_original_length)
        printf(", YaRN %gx from %d", (double)c->yarn_factor,
               c->yarn_original_length);
    printf("\nspelling    %s\n", spelling(c));
}
//< [info-context]

//> [info-dspark] A drafter that is recognised, and not run yet
static void print_dspark(const struct config *c)
{
    printf("drafter     DSpark, not run yet: ");
    if (c->dspark_stages)
        printf("%d stages, ", c->dspark_stages);
    printf("drafts of %d, layers", c->dspark_block_size);
    for (int i = 0; i < c->n_dspark_target_layer_ids; i++)
        printf("%s %d", i ? "," : "", c->dspark_target_layer_ids[i]);
    printf("\n");
}
//< [info-dspark]

//> [info-numbers] The numbers of the configuration
static void print_numbers(const struct info *i)
{
    const struct config *c = i->c;
    printf("%s: DeepSeek-V4, %d layers%s\n\n", i->name,
           c->num_hidden_layers, drafter(i));
    printf("residual    %d streams of width %d, vocabulary of %d\n",
           c->hc_mult, c->hidden_size, c->vocab_size);
    printf("attention   %d heads of %d (%d rotate), window of %d\n",
           c->num_attention_heads, c->head_dim, c->qk_rope_head_dim,
           c->sliding_window);
    if (has_indexer(c))
        printf("indexer     %d heads of %d, top %d entries\n",
               c->index_n_heads, c->index_head_dim, c->index_topk);
    printf("experts     %d of width %d in %s, %d chosen, 1 shared\n",
           c->n_routed_experts, c->moe_intermediate_size,
           c->fp4_experts ? "FP4" : "FP8", c->num_experts_per_tok);
    print_context(c);
    if (c->dspark_block_size)
        print_dspark(c);
    printf("\n");
}
//< [info-numbers]

//> [info-plan] The plan: a line for each layer
static void print_layer(const struct config *c, int number)
{
    struct layer l = config_layer(c, number);
    char name[16], m[16] = "";
    int stage = number - c->num_hidden_layers; /* of a drafter, if >= 0 */
    snprintf(name, sizeof name, stage < 0 ? "%d" : "mtp.%d",
             stage < 0 ? number : stage);
    if (l.attention->compresses)
        snprintf(m, sizeof m, "%d", l.ratio);
    printf("%5s  %-9s %5s  %6g %-5s  %s\n",
           stage == 0 && !c->dspark_block_size ? "MTP" : name,
           l.attention->name, m, (double)l.theta, l.yarn ? "YaRN" : "",
           l.router == ROUTER_TOKEN_ID ? "token id" : "score");
}
//< [info-plan]

//> [info-plan-blocks] Layers, and the blocks of a drafter
static int n_blocks(const struct info *i)
{
    return i->c->num_hidden_layers + i->has_mtp
           + (i->has_dspark ? i->c->dspark_stages : 0);
}

static void print_plan(const struct info *i)
{
    printf("layer  attention     m   theta        experts by\n");
    for (int l = 0; l < n_blocks(i); l++)
        print_layer(i->c, l);
    printf("\n");
}
//< [info-plan-blocks]

//> [info-weights-bytes] As an index counts them, in total_size
static int64_t all_bytes(const struct summary *s)
{
    int64_t all = 0;
    for (int t = 0; t < DTYPE_COUNT; t++)
        all += s->bytes[t];
    return all;
}
//< [info-weights-bytes]

//> [info-weights] Parameters and bytes
static void print_weights(const struct info *i)
{
    char a[32], b[32];
    const struct summary *s = &i->sums;
    printf("parameters  %s, %s work on each token",
           many(a, (double)s->total), many(b, (double)s->activated));
    if (s->draft)
        printf("; %s %s more", i->has_mtp ? "MTP" : "DSpark",
               many(a, (double)s->draft));
    printf("\nweights     %s, %lld bytes in %lld tensors:",
           bytes(a, (double)all_bytes(s)), (long long)all_bytes(s),
           (long long)s->tensors);
    const char *comma = "";
    for (int t = 0; t < DTYPE_COUNT; t++) {
        if (!s->bytes[t])
            continue;
        printf("%s\n            %9s  %s", comma,
               bytes(a, (double)s->bytes[t]), dtype_name((enum dtype)t));
    }
    printf("\n");
    if (i->ignored >= 0)
        printf("files       %d, with %d tensors that are not used\n",
               i->files, i->ignored);
}
//< [info-weights]

//> [info-cache] Bytes to remember a text
static double total(const struct cache_bytes *b)
{
    return (double)b->ring + (double)b->entries + (double)b->index_keys
           + (double)b->open;
}

static void print_cache_row(const char *name, size_t exact, size_t faithful)
{
    char a[32], b[32];
    printf("            %9s %9s  %s\n", bytes(a, (double)exact),
           bytes(b, (double)faithful), name);
}

static void print_cache(const struct info *i)
{
    char a[32], b[32];
    const struct cache_bytes *e = &i->exact, *f = &i->faithful;
    printf("\ncache       at %d tokens\n", i->context);
    printf("                exact  faithful\n");
    print_cache_row("keys of the window", e->ring, f->ring);
    print_cache_row("compressed entries", e->entries, f->entries);
    print_cache_row("index keys", e->index_keys, f->index_keys);
    print_cache_row("open blocks", e->open, f->open);
    printf("            %9s %9s  together\n", bytes(a, total(e)),
           bytes(b, total(f)));
}
//< [info-cache]

//> [info-text] Everything, for people
void info_text(const struct info *i)
{
    print_numbers(i);
    print_plan(i);
    print_weights(i);
    print_cache(i);
}
//< [info-text]

//> [info-json-parts] The same for programs
static void add_plan(cJSON *json, const struct info *i)
{
    const struct config *c = i->c;
    cJSON *plan = cJSON_AddArrayToObject(json, "layers");
    for (int l = 0; l < n_blocks(i); l++) {
        struct layer is = config_layer(c, l);
        cJSON *layer = cJSON_CreateObject();
        cJSON_AddItemToArray(plan, layer);
        cJSON_AddNumberToObject(layer, "layer", l);
        cJSON_AddBoolToObject(layer, "mtp", i->has_mtp
                                            && l == c->num_hidden_layers);
        cJSON_AddBoolToObject(layer, "dspark", i->has_dspark
                                               && l >= c->num_hidden_layers);
        cJSON_AddStringToObject(layer, "attention", is.attention->name);
        cJSON_AddNumberToObject(layer, "ratio", is.ratio);
        cJSON_AddNumberToObject(layer, "theta", (double)is.theta);
        cJSON_AddBoolToObject(layer, "yarn", is.yarn);
        cJSON_AddStringToObject(layer, "experts_by",
                                is.router == ROUTER_TOKEN_ID ? "token id"
                                                             : "score");
    }
}
//< [info-json-parts]

//> [info-json-dspark] A DSpark drafter, under the keys it has
static void add_dspark(cJSON *json, const struct config *c)
{
    cJSON *d = cJSON_AddObjectToObject(json, "dspark");
    cJSON_AddNumberToObject(d, "stages", c->dspark_stages);
    cJSON_AddNumberToObject(d, "block_size", c->dspark_block_size);
    cJSON_AddNumberToObject(d, "markov_rank", c->dspark_markov_rank);
    cJSON_AddNumberToObject(d, "noise_token_id", c->dspark_noise_token_id);
    cJSON_AddItemToObject(d, "target_layer_ids",
                          cJSON_CreateIntArray(c->dspark_target_layer_ids,
                                           c->n_dspark_target_layer_ids));
}
//< [info-json-dspark]

//> [info-json-cache] A cache as an object
static void add_cache(cJSON *json, const char *name,
                      const struct cache_bytes *b)
{
    cJSON *cache = cJSON_AddObjectToObject(json, name);
    cJSON_AddNumberToObject(cache, "ring", (double)b->ring);
    cJSON_AddNumberToObject(cache, "entries", (double)b->entries);
    cJSON_AddNumberToObject(cache, "index_keys", (double)b->index_keys);
    cJSON_AddNumberToObject(cache, "open", (double)b->open);
    cJSON_AddNumberToObject(cache, "total", total(b));
}
//< [info-json-cache]

//> [info-json] Everything, for programs
void info_json(const struct info *i)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "model", i->name);
    cJSON_AddStringToObject(json, "spelling", spelling(i->c));
    add_plan(json, i);
    cJSON_AddBoolToObject(json, "mtp", i->has_mtp);
    if (i->c->dspark_block_size)
        add_dspark(json, i->c);
    //> [info-json-sums] Parameters and bytes by type
    cJSON *p = cJSON_AddObjectToObject(json, "parameters");
    cJSON_AddNumberToObject(p, "total", (double)i->sums.total);
    cJSON_AddNumberToObject(p, "activated", (double)i->sums.activated);
    cJSON_AddNumberToObject(p, i->has_dspark ? "dspark" : "mtp",
                            (double)i->sums.draft);
    cJSON *b = cJSON_AddObjectToObject(json, "bytes");
    for (int t = 0; t < DTYPE_COUNT; t++)
        if (i->sums.bytes[t])
            cJSON_AddNumberToObject(b, dtype_name((enum dtype)t),
                                    (double)i->sums.bytes[t]);
    //< [info-json-sums]
    cJSON_AddNumberToObject(json, "tensors", (double)i->sums.tensors);
    cJSON_AddNumberToObject(json, "total_size",
                            (double)all_bytes(&i->sums));
    if (i->ignored >= 0)
        cJSON_AddNumberToObject(json, "ignored", i->ignored);
    cJSON *cache = cJSON_AddObjectToObject(json, "cache");
    cJSON_AddNumberToObject(cache, "context", i->context);
    add_cache(cache, "exact", &i->exact);
    add_cache(cache, "faithful", &i->faithful);
    char *text = cJSON_Print(json);
    puts(text ? text : "{}");
    cJSON_free(text);
    cJSON_Delete(json);
}
//< [info-json]
