//> [slice-includes] What a slice needs
#include "model/slice.h"

#include "model/invent.h"
#include "numerics/stored.h"

#include <stdio.h>
#include <string.h>
//< [slice-includes]

//> [slice-sizes] Bytes of a matrix and of its scale
enum { ALIGNED = 4096, VOCABULARY = 1024 };

static size_t scale_bytes(const struct slot *s)
{
    int64_t shape[2];
    if (!slot_scaled(s))
        return 0;
    matrix_scale_shape(shape, s->format, s->rows, s->cols);
    return (size_t)shape[0] * (size_t)shape[1];
}

static size_t code_bytes(const struct slot *s)
{
    struct array stored = slot_stored(s);
    return array_bytes(&stored);
}

static size_t room(size_t bytes)
{
    return (bytes + ALIGNED - 1) / ALIGNED * ALIGNED;
}
//< [slice-sizes]

//> [slice-cost] What one token meets
struct cost {
    const struct config *c;
    double bytes, flops;
};

static void add_cost(void *user, const struct slot *s)
{
    struct cost *cost = user;
    bool layer = strncmp(s->name, "layers.", 7) == 0;
    if (s->kind != SLOT_MATRIX || !layer)
        return;
    double met = strstr(s->name, ".experts.")
        ? (double)cost->c->num_experts_per_tok / cost->c->n_routed_experts
        : 1;
    cost->bytes += met * (double)(code_bytes(s) + scale_bytes(s));
    cost->flops += met * 2 * s->rows * (double)s->cols;
}
//< [slice-cost]

//> [slice-cost-token] Summed over the table of tensors
void token_cost(size_t *bytes, double *flops, const struct config *c)
{
    struct cost cost = { .c = c };
    struct model_weights w;
    struct arena arena = { 0 };
    tensors_allocate(&w, NULL, c, &arena);
    tensors_walk(&w, NULL, c, add_cost, &cost);
    arena_free(&arena);
    *bytes = (size_t)cost.bytes;
    *flops = cost.flops;
}
//< [slice-cost-token]

//> [slice-matrix] The first rows are drawn, the others repeat them
/* As many as share a scale, and at least 32. */
static void draw_rows(unsigned char *data, unsigned char *scale,
                      const struct slot *s, const struct config *c,
                      uint64_t seed)
{
    int most = s->format == FORMAT_FP8 ? 128 : 32;
    struct slot drawn = *s;
    drawn.rows = s->rows < most ? s->rows : most;
    invent_tensor(data, scale, &drawn, c, seed);
    size_t all = code_bytes(s), some = code_bytes(&drawn);
    for (size_t i = some; i < all; i += some)
        memcpy(data + i, data, some < all - i ? some : all - i);
    all = scale_bytes(s);
    some = scale_bytes(&drawn);
    for (size_t i = some; i < all; i += some)
        memcpy(scale + i, scale, some < all - i ? some : all - i);
}
//< [slice-matrix]

//> [slice-give] A tensor gets its place, and in the first copy numbers
struct giving {
    struct slice *slice;
    const struct config *c;
    uint64_t seed;
    int copy;
    size_t used; /* bytes of this copy */
};

static void give_matrix(struct giving *g, const struct slot *s)
{
    unsigned char *data = g->slice->memory.data
        + (size_t)g->copy * g->slice->bytes + g->used;
    unsigned char *scale = data + room(code_bytes(s));
    g->used += room(code_bytes(s)) + room(scale_bytes(s));
    *s->to.matrix = (struct matrix){
        .format = s->format, .rows = s->rows, .cols = s->cols,
        .data = data, .scale = slot_scaled(s) ? scale : NULL,
    };
    if (g->copy == 0)
        draw_rows(data, scale, s, g->c, g->seed);
}
//< [slice-give]

//> [slice-give-any] A vector is drawn as it is
static void give(void *user, const struct slot *s)
{
    struct giving *g = user;
    if (s->kind == SLOT_MATRIX) {
        give_matrix(g, s);
        return;
    }
    struct slot floats = *s;
    floats.format = FORMAT_F32;
    *s->to.vector = arena_floats(&g->slice->arena,
                                 (size_t)s->rows * (size_t)s->cols);
    invent_tensor(*s->to.vector, NULL, &floats, g->c, g->seed);
}
//< [slice-give-any]

//> [slice-count] Room for one copy
static void count(void *user, const struct slot *s)
{
    size_t *bytes = user;
    if (s->kind == SLOT_MATRIX)
        *bytes += room(code_bytes(s)) + room(scale_bytes(s));
}
//< [slice-count]

//> [slice-config] The widths of one model, the layers of another
static bool read_config(struct config *c, const struct slice_plan *plan,
                        struct arena *arena, struct error *err)
{
    char layers[64], ratios[512], experts[64], vocabulary[64];
    int n = 1;
    for (const char *at = plan->ratios; *at; at++)
        n += *at == ',';
    if (n > SLICE_LAYERS)
        return fail(err, "found %d layers, expected at most %d", n,
                    SLICE_LAYERS);
    snprintf(layers, sizeof layers, "num_hidden_layers=%d", n);
    snprintf(ratios, sizeof ratios, "compress_ratios=%.400s", plan->ratios);
    snprintf(experts, sizeof experts, "n_routed_experts=%d", plan->experts);
    snprintf(vocabulary, sizeof vocabulary, "vocab_size=%d", VOCABULARY);
    const char *const sets[] = { layers, ratios, experts, vocabulary,
                                 "num_nextn_predict_layers=0",
                                 "num_hash_layers=0" };
    enum { SETS = sizeof sets / sizeof *sets };
    if (!config_load(c, plan->config, sets, SETS, arena, err))
        return false;
    c->numerics = plan->numerics;
    return true;
}
//< [slice-config]

//> [slice-copies] All copies, each with pointers of its own
static void give_all(struct slice *s, const struct slice_plan *plan,
                     const struct config *c)
{
    s->copies = arena_alloc(&s->arena, (size_t)s->n, sizeof *s->copies);
    for (int i = 0; i < s->n; i++) {
        struct model *m = &s->copies[i];
        struct giving g = { .slice = s, .c = c, .seed = plan->seed,
                            .copy = i };
        m->config = *c;
        rope_init(&m->rope[0], c, false, &s->arena);
        rope_init(&m->rope[1], c, true, &s->arena);
        if (i > 0)
            memcpy(s->memory.data + (size_t)i * s->bytes, s->memory.data,
                   s->bytes);
        tensors_allocate(&m->weights, NULL, c, &s->arena);
        tensors_walk(&m->weights, NULL, c, give, &g);
    }
}
//< [slice-copies]

//> [slice-make] As many copies as the caches ask for
bool slice_make(struct slice *s, const struct slice_plan *plan,
                struct error *err)
{
    struct config c;
    struct model_weights w;
    *s = (struct slice){ 0 };
    if (!read_config(&c, plan, &s->arena, err))
        return false;
    token_cost(&s->token_bytes, &s->token_flops, &c);
    tensors_allocate(&w, NULL, &c, &s->arena);
    tensors_walk(&w, NULL, &c, count, &s->bytes);
    s->n = (int)(plan->between / s->token_bytes) + 1;
    if (!pages_take(&s->memory, (size_t)s->n * s->bytes, err))
        return false;
    give_all(s, plan, &c);
    return true;
}

void slice_free(struct slice *s)
{
    pages_free(&s->memory);
    arena_free(&s->arena);
}
//< [slice-make]
