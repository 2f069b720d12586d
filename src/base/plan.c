//> [plan-includes] What the plan needs
#include "base/plan.h"

#include <assert.h>
//< [plan-includes]

//> [plan-table] The kinds of attention, side by side
static const struct attention_kind kinds[] = {
    [LAYER_WINDOW] = { "window", ROPE_PLAIN, .compresses = false },
    [LAYER_CSA] = { "CSA", ROPE_COMPRESSED, .compresses = true,
                    .overlaps = true, .selects = true },
    [LAYER_HCA] = { "HCA", ROPE_COMPRESSED, .compresses = true },
};

const struct attention_kind *attention_kind(enum layer_kind kind)
{
    return &kinds[kind];
}
//< [plan-table]

//> [plan-kind] A ratio makes a kind
enum layer_kind ratio_kind(int m)
{
    if (m == 0)
        return LAYER_WINDOW;
    return m == CSA_RATIO ? LAYER_CSA : LAYER_HCA;
}
//< [plan-kind]

//> [plan] A layer, as the configuration describes it
struct layer config_layer(const struct config *c, int number)
{
    assert(number >= 0 && number < c->n_compress_ratios);
    int m = c->compress_ratios[number];
    enum layer_kind kind = ratio_kind(m);
    bool plain = kinds[kind].rope == ROPE_PLAIN;
    return (struct layer){
        .number = number,
        .kind = kind,
        .attention = &kinds[kind],
        .ratio = m,
        .theta = plain ? c->rope_theta : c->compress_rope_theta,
        .yarn = !plain && c->yarn_original_length > 0,
        .router = number < c->num_hash_layers ? ROUTER_TOKEN_ID
                                              : ROUTER_SCORE,
    };
}
//< [plan]
