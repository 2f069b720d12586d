//> [config-check-includes] What comparing the keys needs
#include "base/config_parts.h"
#include "base/plan.h"

#include <stddef.h>
//< [config-check-includes]

//> [config-check-rule] A rule between two keys
/* One key's number against a bound that follows from others. */
static bool at_most(struct error *err, const char *key, int found,
                    int bound, const char *why)
{
    return found <= bound || fail(err, "%s: found %d, expected at most "
                                       "%d (%s)", key, found, bound, why);
}

static bool multiple(struct error *err, const char *key, int found,
                     int of, const char *why)
{
    return (found > 0 && found % of == 0)
           || fail(err, "%s: found %d, expected a positive multiple of %d "
                     "(%s)", key, found, of, why);
}
//< [config-check-rule]

//> [config-check-attention] Heads, groups and rotation must divide
static bool check_attention(const struct config *c, struct error *err)
{
    return multiple(err, "qk_rope_head_dim", c->qk_rope_head_dim, 2,
                    "dimensions rotate in pairs")
           && at_most(err, "qk_rope_head_dim", c->qk_rope_head_dim,
                   c->head_dim - 1, "less than head_dim")
           && multiple(err, "head_dim minus qk_rope_head_dim",
                    c->head_dim - c->qk_rope_head_dim, 64,
                    "the rest of a key is rounded to FP8 in blocks")
           && multiple(err, "num_attention_heads", c->num_attention_heads,
                    c->o_groups, "o_groups share the heads evenly");
}
//< [config-check-attention]

//> [config-check-indexer] The indexer's width is a power of two
static bool check_indexer(const struct config *c, struct error *err)
{
    int D = c->index_head_dim;
    if (D == 0) /* no CSA layer */
        return true;
    if (D & (D - 1))
        return fail(err, "index_head_dim: found %d, expected a power of "
                         "two (it is Hadamard-transformed)", D);
    return multiple(err, "index_head_dim", D, 32,
                    "it is rounded to FP4 in blocks")
           && at_most(err, "qk_rope_head_dim", c->qk_rope_head_dim, D,
                   "index_head_dim");
}
//< [config-check-indexer]

//> [config-check-experts] No more experts chosen than there are
static bool check_experts(const struct config *c, struct error *err)
{
    if (!at_most(err, "num_experts_per_tok", c->num_experts_per_tok,
                 c->n_routed_experts, "n_routed_experts")
        || !at_most(err, "num_hash_layers", c->num_hash_layers,
                 c->num_hidden_layers, "num_hidden_layers"))
        return false;
    if (!c->fp4_experts)
        return true;
    const char *why = "FP4 weights share scales in blocks of this many";
    return multiple(err, "hidden_size", c->hidden_size, 32, why)
           && multiple(err, "moe_intermediate_size", c->moe_intermediate_size,
                    32, why);
}
//< [config-check-experts]

//> [config-check-tokens] Tokens that end a text, or stand for none
static bool check_tokens(const struct config *c, struct error *err)
{
    int last = c->vocab_size - 1;
    const char *why = "less than vocab_size";
    for (int i = 0; i < c->n_eos_token_id; i++)
        if (!at_most(err, "eos_token_id", c->eos_token_id[i], last, why))
            return false;
    return at_most(err, "bos_token_id", c->bos_token_id, last, why)
           && at_most(err, "dspark_noise_token_id", c->dspark_noise_token_id,
                   last, why);
}
//< [config-check-tokens]

//> [config-check-dspark] A drafter listens to layers that there are
static bool check_dspark(const struct config *c, struct error *err)
{
    const char *key = "dspark_target_layer_ids";
    const int *targets = c->dspark_target_layer_ids;
    if (c->dspark_block_size > 0 && c->n_dspark_target_layer_ids == 0)
        return fail(err, "%s: found an empty list, expected layers", key);
    for (int i = 0; i < c->n_dspark_target_layer_ids; i++) {
        if (!at_most(err, key, targets[i], c->num_hidden_layers - 1,
                     "less than num_hidden_layers"))
            return false;
        for (int j = 0; j < i; j++)
            if (targets[j] == targets[i])
                return fail(err, "%s: found %d twice, expected each layer "
                                 "once", key, targets[i]);
    }
    for (int s = 0; s < c->dspark_stages; s++)
        if (config_layer(c, c->num_hidden_layers + s).ratio != 0)
            return fail(err, "compress_ratios: found %d for stage %d of "
                             "DSpark, expected 0",
                        config_layer(c, c->num_hidden_layers + s).ratio, s);
    return true;
}
//< [config-check-dspark]

//> [config-check] All rules between keys
bool config_check(const struct config *c, struct error *err)
{
    if (c->yarn_beta_fast < c->yarn_beta_slow)
        return fail(err, "rope_scaling.beta_fast: found %g, expected at "
                         "least beta_slow, %g", (double)c->yarn_beta_fast,
                    (double)c->yarn_beta_slow);
    return check_tokens(c, err) && check_dspark(c, err)
           && check_attention(c, err) && check_indexer(c, err)
           && check_experts(c, err);
}
//< [config-check]
