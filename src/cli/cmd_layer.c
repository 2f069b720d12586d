//> [cmd-layer-includes] What one block alone needs
#include "base/plan.h"
#include "cli/input.h"
#include "cli/session.h"
#include "cli/tensor_arg.h"

#include <string.h>
//< [cmd-layer-includes]

//> [cmd-layer-hidden] The streams it starts from
static bool check_hidden(const struct tensor_arg *h, const struct config *c,
                         struct error *err)
{
    if (h->rank == 3 && h->shape[0] > 0 && h->shape[1] == c->hc_mult
        && h->shape[2] == c->hidden_size && h->shape[0] <= 1 << 20)
        return true;
    char found[128];
    array_shape_text(found, sizeof found, h->rank, h->shape);
    return fail(err, "--hidden: %s has shape %s, expected [T, %d, %d]",
                h->name, found, c->hc_mult, c->hidden_size);
}
//< [cmd-layer-hidden]

//> [cmd-layer-ids] Token ids, if the layer routes by them
static bool read_ids(struct session *s, const struct options *o,
                             int T, struct error *err)
{
    const struct config *c = &s->ck.model.config;
    bool given = o->ids || o->ids_file;
    struct layer l = config_layer(c, o->layer);
    if (!given && l.router != ROUTER_TOKEN_ID) {
        s->ids = arena_alloc(&s->arena, (size_t)T, sizeof *s->ids);
        s->n = T;
        return true;
    }
    if (!given)
        return misuse(err, "layer %d chooses experts by token id: give "
                       "--ids or --ids-file", o->layer);
    if (!input_ids(&s->ids, &s->n, o, &s->tokenizer, &s->arena, err))
        return false;
    return s->n == T
           || fail(err, "found %d token ids, expected %d, one for each row "
                   "of --hidden", s->n, T);
}
//< [cmd-layer-ids]

//> [cmd-layer-block] Run the block from an empty memory
static bool run_block(struct session *s, const struct options *o, float *X,
                      struct trace *t, struct error *err)
{
    const struct model *m = &s->ck.model;
    const struct config *c = &m->config;
    int layer = o->layer;
    struct state *state = &s->state;
    *state = (struct state){ .chunk = s->n, .singly = s->n };
    cache_init(&state->cache, c, layer, 1, s->n);
    if (!model_check_input(m, state, s->ids, s->n, err))
        return false;
    struct pass p = { .c = c, .scratch = &state->scratch, .trace = t,
                      .ids = s->ids, .T = s->n };
    block(X, layer < c->num_hidden_layers ? &m->weights.layers[layer]
                                          : &s->ck.mtp.block,
          &state->cache.layers[0], model_rope(m, layer), layer, &p);
    size_t nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    char part[sizeof state->broken] = "mtp.0";
    if (layer < c->num_hidden_layers)
        snprintf(part, sizeof part, "layers.%d", layer);
    bool ok = state_sound(state, part, X, nd, &p, err);
    if (!ok)
        checkpoint_explain(&s->ck, state, err);
    return ok;
}
//< [cmd-layer-block]

//> [cmd-layer-write] Run it, write what it did
static bool write_block(struct session *s, const struct options *o,
                        float *X, struct error *err)
{
    const struct config *c = &s->ck.model.config;
    struct trace t = { .length = s->n };
    bool ok = run_block(s, o, X, &t, err);
    if (ok)
        trace(&t, "out", X, 3, s->n, c->hc_mult, c->hidden_size);
    ok = ok && trace_write(&t, o->out, err);
    trace_free(&t);
    return ok;
}
//< [cmd-layer-write]

//> [cmd-layer-go] Check the layer, read its input, run it
static bool go(struct session *s, const struct options *o,
                       struct error *err)
{
    const struct config *c = &s->ck.model.config;
    int last = c->num_hidden_layers - !s->ck.has_mtp;
    if (o->layer > last)
        return fail(err, "--layer: found %d, expected 0 … %d", o->layer,
                    last);
    struct tensor_arg h;
    return tensor_arg_read(&h, o->hidden, &s->arena, err)
           && check_hidden(&h, c, err)
           && read_ids(s, o, (int)h.shape[0], err)
           && write_block(s, o, h.values, err);
}
//< [cmd-layer-go]

//> [cmd-layer] How layer is called
static bool run(const struct options *o, struct error *err)
{
    return session_with_model(o, go, err);
}

const struct command command_layer = {
    .name = "layer",
    .arguments = "MODEL --layer L --hidden FILE:NAME -o OUT.safetensors",
    .summary = "run one block alone",
    .help =
        "Run one block on given streams, from position 0. Written are its\n"
        "result as \"out\" and its intermediates as L2.attn.q and so on.\n"
        "Layers that choose experts by token id need --ids or --ids-file.\n"
        "The MTP block has the number behind the last layer's.",
    .options = "layer hidden ids ids-file o " MODEL_OPTIONS,
    .needs = "o hidden layer",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-layer]
