//> [pictures-includes] What pictures need
#include "cli/pictures.h"

#include "base/plan.h"

#include <assert.h>
#include <string.h>
//< [pictures-includes]

//> [pictures-scene] The model's name in a title
static const char *base_name(const char *path, struct arena *arena)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    size_t from = n;
    while (from > 0 && path[from - 1] != '/')
        from--;
    char *name = arena_alloc(arena, n - from + 1, 1);
    return memcpy(name, path + from, n - from);
}
//< [pictures-scene]

//> [pictures-set-scene] Which queries of which text are drawn
static void set_scene(struct picture *p, const struct options *o)
{
    struct session *s = &p->session;
    const struct config *c = &s->ck.model.config;
    int rows = o->last ? o->last : s->n > PICTURE_ALL ? PICTURE_ROWS : s->n;
    rows = rows < s->n ? rows : s->n;
    p->scene = (struct scene){
        .model = base_name(o->args[0], &s->arena),
        .tokens = s->n,
        .first = s->n - rows,
        .rows = rows,
        .window = c->sliding_window,
        .topk = c->without & WITHOUT_TOPK ? 0 : c->index_topk,
        .labels = session_labels(s),
    };
}
//< [pictures-set-scene]

//> [pictures-check] Is there such a layer, and such a head?
static bool check(const struct config *c, const struct options *o,
                  struct error *err)
{
    if (o->layer >= c->num_hidden_layers)
        return fail(err, "--layer: found %d, expected 0 … %d", o->layer,
                    c->num_hidden_layers - 1);
    if (o->head >= c->num_attention_heads)
        return fail(err, "--head: found %d, expected 0 … %d", o->head,
                    c->num_attention_heads - 1);
    return true;
}
//< [pictures-check]

//> [pictures-open] Read it, watching the attention only
bool picture_open(struct picture *p, const struct options *o,
                  const char *match, struct error *err)
{
    struct session *s = &p->session;
    if (!page_open(&p->page, err) || !session_begin(s, o, 0, err))
        return false;
    set_scene(p, o);
    if (!check(&s->ck.model.config, o, err) || !scene_check(&p->scene, err))
        return false;
    p->trace = (struct trace){ .match = match, .length = s->n };
    s->state.trace = &p->trace;
    return session_feed(s, 0, NULL, err);
}

void picture_close(struct picture *p)
{
    trace_free(&p->trace);
    session_close(&p->session);
    page_close(&p->page);
}
//< [pictures-open]

//> [pictures-layer] The last rows of one layer's tensors
struct scene_layer picture_layer(const struct picture *p, int layer)
{
    const struct config *c = &p->session.ck.model.config;
    char name[48];
    snprintf(name, sizeof name, "L%d.attn.probs", layer);
    const struct array *probs = trace_find(&p->trace, name);
    snprintf(name, sizeof name, "L%d.attn.probs.visible", layer);
    const struct array *visible = trace_find(&p->trace, name);
    assert(probs && visible);
    size_t first = (size_t)p->scene.first;
    size_t heads = (size_t)probs->shape[1], keys = (size_t)probs->shape[2];
    return (struct scene_layer){
        .layer = layer,
        .kind = config_layer(c, layer).kind,
        .ratio = config_layer(c, layer).ratio,
        .heads = (int)heads,
        .probs = (const float *)probs->data + first * heads * keys,
        .visible = (const int *)visible->data + first * keys,
    };
}
//< [pictures-layer]
