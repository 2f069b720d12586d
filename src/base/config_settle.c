//> [config-settle-includes] What making two spellings one needs
/* The released config.json and the one that transformers 5 writes say the
 * same in other words. Where a file says something in both, both must say
 * the same. */
#include "base/config_parts.h"

#include <math.h>
#include <string.h>
//< [config-settle-includes]

//> [config-settle-lists] What is wrong with a list
static bool wrong_length(struct error *err, const char *key, int found,
                         int expected)
{
    return fail(err, "%s: found %d entries, expected %d: "
                     "num_hidden_layers", key, found, expected);
}

static bool too_short(struct error *err, const struct reading *r)
{
    const struct config *c = &r->c;
    return fail(err, "compress_ratios: found %d entries, expected at "
                     "least %d: num_hidden_layers %d and "
                     "num_nextn_predict_layers %d", r->ratios.n,
                c->num_hidden_layers + c->num_nextn_predict_layers,
                c->num_hidden_layers, c->num_nextn_predict_layers);
}
//< [config-settle-lists]

//> [config-settle-types] layer_types and compress_rates as ratios
static int ratio_of(const struct reading *r, int type)
{
    const int ratios[] = { 0, CSA_RATIO, r->hca_rate ? r->hca_rate : 128 };
    return ratios[type];
}

/* Draft blocks have no entry in layer_types; they see the window only. */
static struct wholes ratios_of(const struct reading *r, struct arena *arena)
{
    int n = r->layer_types.n + r->c.num_nextn_predict_layers;
    struct wholes list = { arena_alloc(arena, (size_t)n, sizeof *list.at),
                           n };
    for (int i = 0; i < r->layer_types.n; i++)
        list.at[i] = ratio_of(r, r->layer_types.at[i]);
    return list;
}
//< [config-settle-types]

//> [config-settle-same] Given twice, said once
static bool same_ratios(const struct reading *r, struct error *err)
{
    if (!r->layer_types.at || !r->ratios.at)
        return true;
    for (int i = 0; i < r->layer_types.n; i++) {
        int found = ratio_of(r, r->layer_types.at[i]);
        if (found != r->ratios.at[i])
            return fail(err, "layer_types: found ratio %d for layer %d, "
                             "expected %d as in compress_ratios", found, i,
                        r->ratios.at[i]);
    }
    return true;
}
//< [config-settle-same]

//> [config-settle-ratios] One compression ratio per block
static bool settle_ratios(struct reading *r, const cJSON *json,
                          struct arena *arena, struct error *err)
{
    struct config *c = &r->c;
    int L = c->num_hidden_layers;
    if (r->hca_rate == CSA_RATIO)
        return fail(err, "compress_rates.heavily_compressed_attention: "
                         "found 4, expected another: 4 means CSA");
    if (r->layer_types.at && r->layer_types.n != L)
        return wrong_length(err, "layer_types", r->layer_types.n, L);
    if (!r->ratios.at && !r->layer_types.at)
        return json_refuse(err, "compress_ratios",
                           json_get(json, "compress_ratios"),
                           "a list, or layer_types");
    if (!r->ratios.at)
        r->ratios = ratios_of(r, arena);
    if (r->ratios.n < L + c->num_nextn_predict_layers)
        return too_short(err, r);
    c->compress_ratios = r->ratios.at;
    c->n_compress_ratios = r->ratios.n;
    return same_ratios(r, err);
}
//< [config-settle-ratios]

//> [config-settle-hash] Layers that route by token id come first
static bool settle_hash(struct reading *r, const cJSON *json,
                        struct error *err)
{
    struct config *c = &r->c;
    const struct wholes *types = &r->mlp_types;
    int hash = 0, said = c->num_hash_layers;
    if (!types->at)
        return said >= 0
               || json_refuse(err, "num_hash_layers",
                           json_get(json, "num_hash_layers"),
                           "a whole number, or mlp_layer_types");
    if (types->n != c->num_hidden_layers)
        return wrong_length(err, "mlp_layer_types", types->n,
                            c->num_hidden_layers);
    while (hash < types->n && types->at[hash] == 0)
        hash++;
    for (int i = hash; i < types->n; i++)
        if (types->at[i] == 0)
            return fail(err, "mlp_layer_types: found \"hash_moe\" for "
                             "layer %d, expected it before all others", i);
    c->num_hash_layers = hash;
    return said < 0 || said == hash
           || fail(err, "mlp_layer_types: found %d times \"hash_moe\", "
                     "expected %d: num_hash_layers", hash, said);
}
//< [config-settle-hash]

//> [config-settle-rotary] How many of a head's numbers rotate
static bool settle_rotary(struct reading *r, const cJSON *json,
                          struct error *err)
{
    struct config *c = &r->c;
    int said = c->qk_rope_head_dim;
    double factor = (double)r->partial_rotary_factor;
    if (factor == 0)
        return said > 0
               || json_refuse(err, "qk_rope_head_dim",
                           json_get(json, "qk_rope_head_dim"),
                           "a whole number, or partial_rotary_factor");
    double width = factor * c->head_dim; /* the factor is a float */
    c->qk_rope_head_dim = (int)rint(width);
    if (fabs(width - rint(width)) > 1e-3 || width < 2 || width > 512)
        return fail(err, "partial_rotary_factor: found %g, expected a "
                         "whole number from 2 to 512 when it is "
                         "multiplied by head_dim, %d", factor, c->head_dim);
    return said == 0 || said == c->qk_rope_head_dim
           || fail(err, "partial_rotary_factor: found %g, which makes %d of "
                     "%d, expected %d: qk_rope_head_dim", factor,
                c->qk_rope_head_dim, c->head_dim, said);
}
//< [config-settle-rotary]

//> [config-settle-yarn] YaRN, or none
static bool settle_yarn(struct reading *r, struct error *err)
{
    struct config *c = &r->c;
    bool yarn = r->scaling_type || r->compress_type == 2;
    if (yarn && r->compress_type == 1)
        return fail(err, "rope_parameters.compress.rope_type: found "
                         "\"default\", expected \"yarn\" as in "
                         "rope_scaling");
    if (yarn)
        return true;
    if (c->yarn_factor > 0 || c->yarn_beta_fast > 0
        || c->yarn_beta_slow > 0 || c->yarn_original_length > 0)
        return fail(err, "rope_parameters.compress.rope_type: found "
                         "\"default\", expected \"yarn\", whose numbers "
                         "are there");
    c->yarn_factor = c->yarn_beta_fast = c->yarn_beta_slow = 1;
    return true; /* and an original length of 0: no YaRN */
}
//< [config-settle-yarn]

//> [config-settle-dspark] A DSpark drafter stands instead of MTP
/* Both layouts say num_nextn_predict_layers 1. How many stages there are,
 * only compress_ratios tells; transformers 5 cuts that off. */
static bool settle_dspark(struct reading *r, struct error *err)
{
    struct config *c = &r->c;
    c->dspark_target_layer_ids = r->targets.at;
    c->n_dspark_target_layer_ids = r->targets.n;
    if (c->dspark_block_size > 0) {
        int behind = r->ratios.n - c->num_hidden_layers;
        c->num_nextn_predict_layers = 0;
        c->dspark_stages = behind > 0 ? behind : 0;
        return true;
    }
    return (!c->dspark_markov_rank && !r->targets.at)
           || fail(err, "dspark_block_size: found nothing, expected a whole "
                     "number from 1 to 64, as there are other keys of "
                     "DSpark");
}
//< [config-settle-dspark]

//> [config-settle] Whatever has two spellings
bool config_settle(struct reading *r, const cJSON *json,
                   struct arena *arena, struct error *err)
{
    struct config *c = &r->c;
    c->fp4_experts = r->expert_dtype != 2;
    c->eos_token_id = r->eos.at;
    c->n_eos_token_id = r->eos.n;
    if (json_get(json, "rope_parameters") || r->layer_types.at
        || r->mlp_types.at)
        c->spelling = SPELLED_BY_TRANSFORMERS_5;
    return settle_dspark(r, err) && settle_ratios(r, json, arena, err)
           && settle_hash(r, json, err) && settle_rotary(r, json, err)
           && settle_yarn(r, err);
}
//< [config-settle]
