//> [pictures-includes] What pictures need
#include "cli/pictures.h"

#include "view/pngfile.h"

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
static bool check(const struct picture *p, struct error *err)
{
    const struct config *c = &p->session.ck.model.config;
    int layer = p->options->layer, head = p->options->head;
    if (layer >= c->num_hidden_layers)
        return fail(err, "--layer: found %d, expected 0 … %d", layer,
                    c->num_hidden_layers - 1);
    if (head >= c->num_attention_heads)
        return fail(err, "--head: found %d, expected 0 … %d", head,
                    c->num_attention_heads - 1);
    return true;
}
//< [pictures-check]

//> [pictures-read] Read it, watching the attention only
static bool read_text(struct picture *p, const char *match,
                              struct error *err)
{
    struct session *s = &p->session;
    if (!session_begin(s, p->options, 0, err))
        return false;
    set_scene(p, p->options);
    if (!check(p, err) || !scene_check(&p->scene, err))
        return false;
    p->trace = (struct trace){ .match = match, .length = s->n };
    s->state.trace = &p->trace;
    return session_feed(s, 0, NULL, err);
}
//< [pictures-read]

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
        .kind = config_kind(c, layer),
        .ratio = config_ratio(c, layer),
        .heads = (int)heads,
        .probs = (const float *)probs->data + first * heads * keys,
        .visible = (const int *)visible->data + first * keys,
    };
}
//< [pictures-layer]

//> [pictures-write] A page, and its file
bool picture_write(const char *path, painter *paint, const void *what,
                   struct error *err)
{
    struct page page;
    bool ok = page_open(&page, err) && paint(&page, what, err)
              && pngfile_write(&page, path, err);
    page_close(&page);
    return ok;
}
//< [pictures-write]

//> [pictures-of-text] Read, paint, write, close
bool picture_of_text(const struct options *o, const char *match,
                     painter *paint, struct error *err)
{
    struct picture p = { .options = o };
    bool ok = read_text(&p, match, err)
              && picture_write(o->out, paint, &p, err);
    trace_free(&p.trace);
    session_close(&p.session);
    return ok;
}
//< [pictures-of-text]
