//> [bench-context-includes] What measuring long texts needs
#include "base/plan.h"
#include "base/rng.h"
#include "base/threads.h"
#include "model/bench.h"
#include "numerics/ceilings.h"

#include <math.h>
//< [bench-context-includes]

//> [bench-context-least] What the formulas of chapter 33 say
/* Bytes and operations of one token's attention behind n tokens: the
   matrices, the last w keys, all index keys and the chosen entries in the
   CSA layer, all entries in the HCA layer. */
static void add_layer(double *bytes, double *flops, const struct config *c,
                      int layer, int n, const struct attention_state *s)
{
    struct layer l = config_layer(c, layer);
    int whole = n / l.ratio;
    double entries = whole, keys = fmin(c->sliding_window, n);
    double H = c->num_attention_heads, D = c->head_dim;
    if (l.attention->selects) {
        double heads = c->index_n_heads, width = c->index_head_dim;
        *bytes += entries * (double)s->index_keys.row_bytes;
        *flops += 2 * entries * heads * width;
        keys += fmin(entries, c->index_topk);
    } else
        keys += entries;
    *bytes += keys * (double)s->entries.row_bytes;
    *flops += 2 * 2 * keys * H * D;
}
//< [bench-context-least]

//> [bench-context-matrix] A matrix adds its elements
/* Matrices of the attention alone: those of the experts are not met. */
static void add_matrix(double *bytes, double *flops, const struct matrix *W)
{
    static const double each[FORMAT_COUNT] = { 4, 2, 1, 0.5 };
    double elements = (double)W->rows * W->cols;
    *bytes += elements * each[W->format];
    *flops += 2 * elements;
}
//< [bench-context-matrix]

//> [bench-context-matrices] And the matrices of a layer
static void add_matrices(double *bytes, double *flops,
                         const struct attention_weights *w)
{
    const struct matrix *all[] = { &w->wq_a, &w->wq_b, &w->wkv, &w->wo_a,
                                   &w->wo_b };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        add_matrix(bytes, flops, all[i]);
    add_matrix(bytes, flops, &w->compressor->wkv);
    add_matrix(bytes, flops, &w->compressor->wgate);
    if (w->indexer) {
        add_matrix(bytes, flops, &w->indexer->wq_b);
        add_matrix(bytes, flops, &w->indexer->weights_proj);
        add_matrix(bytes, flops, &w->indexer->compressor.wkv);
        add_matrix(bytes, flops, &w->indexer->compressor.wgate);
    }
}
//< [bench-context-matrices]

//> [bench-context-fill] A cache of random numbers
static void fill(struct rows *r, uint64_t seed)
{
    struct arena arena = { 0 };
    float *row = arena_floats(&arena, (size_t)r->width);
    struct rng rng;
    rng_seed(&rng, seed);
    for (int i = 0; i < r->capacity; i++) {
        for (int k = 0; k < r->width; k++)
            row[k] = rng_uniform(&rng) - 0.5f;
        rows_put(r, i, row);
    }
    arena_free(&arena);
}
//< [bench-context-fill]

//> [bench-context-token] One token through both layers
struct reader {
    const struct model *m;
    struct cache *cache;
    struct arena scratch;
    float *x, *out; /* (d) */
    int tokens;
};

static void read_token(void *user)
{
    struct reader *r = user;
    struct pass p = { .c = &r->m->config, .scratch = &r->scratch, .T = 1,
                      .start = r->tokens - 1 };
    for (int i = 0; i < 2; i++)
        attention(r->out, r->x, &r->m->weights.layers[i].attn,
                  &r->cache->layers[i], model_rope(r->m, i), i, &p);
}
//< [bench-context-token]

//> [bench-context-point] One length
static void measure(struct reach *out, struct bench *b, struct reader *r)
{
    double bytes = 0, flops = 0;
    r->tokens = out->tokens;
    for (int i = 0; i < 2; i++) {
        add_layer(&bytes, &flops, &r->m->config, i, out->tokens,
                  &r->cache->layers[i]);
        add_matrices(&bytes, &flops, &r->m->weights.layers[i].attn);
    }
    struct measured m = bench_measure(b, BOUND_READ, bytes, read_token, r);
    double reading = m.seconds * m.share;
    double computing = flops / bench_peak_f32(b->peak_seconds);
    out->bytes = bytes;
    out->flops = flops;
    out->seconds = m.seconds;
    out->least = fmax(reading, computing);
    out->share = out->least / m.seconds;
    out->scratch = r->scratch.peak;
}
//< [bench-context-point]

//> [bench-context] All lengths, one cache
void bench_context(struct reach *out, int n, struct bench *b,
                   const struct slice *s)
{
    const struct config *c = &s->copies[0].config;
    struct cache cache;
    struct reader r = { .m = &s->copies[0], .cache = &cache };
    cache_init(&cache, c, 0, 2, out[n - 1].tokens);
    for (int i = 0; i < 2; i++) {
        fill(&cache.layers[i].ring, 1);
        fill(&cache.layers[i].entries, 2);
        fill(&cache.layers[i].index_keys, 3);
    }
    r.x = arena_floats(&cache.arena, (size_t)c->hidden_size);
    r.out = arena_floats(&cache.arena, (size_t)c->hidden_size);
    for (int i = 0; i < c->hidden_size; i++)
        r.x[i] = (float)(i % 17) / 8 - 1;
    for (int i = 0; i < n; i++)
        measure(&out[i], b, &r);
    arena_free(&r.scratch);
    cache_free(&cache);
}
//< [bench-context]
