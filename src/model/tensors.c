//> [tensors-includes] What the table needs
#include "model/tensors.h"

#include "attention/compressor.h"
#include "attention/indexer.h"
#include "base/plan.h"
#include "numerics/stored.h"

#include <stdio.h>
#include <string.h>
//< [tensors-includes]

//> [tensors-walk-struct] A walk knows its prefix
struct walk {
    const struct config *c;
    slot_visitor *visit;
    void *user;
    char prefix[TENSOR_NAME / 2];
};

/* The same walk, one level down: "layers.2." becomes "layers.2.attn.". */
static struct walk below(const struct walk *v, const char *format, int i)
{
    struct walk inner = *v;
    size_t used = strlen(inner.prefix);
    char *end = inner.prefix + used;
    size_t room = sizeof inner.prefix - used;
    if (i < 0)
        snprintf(end, room, "%s", format);
    else
        snprintf(end, room, "%s.%d.", format, i);
    return inner;
}
//< [tensors-walk-struct]

//> [tensors-visit] One matrix, one vector
static void matrix(const struct walk *v, const char *name,
                   enum format format, int rows, int cols,
                   struct matrix *to)
{
    struct slot s = { .kind = SLOT_MATRIX, .format = format, .rank = 2,
                      .rows = rows, .cols = cols, .to.matrix = to };
    snprintf(s.name, sizeof s.name, "%s%s", v->prefix, name);
    v->visit(v->user, &s);
}

static void vector(const struct walk *v, const char *name,
                   enum format format, int length, float **to)
{
    struct slot s = { .kind = SLOT_VECTOR, .format = format, .rank = 1,
                      .rows = 1, .cols = length, .to.vector = to };
    snprintf(s.name, sizeof s.name, "%s%s", v->prefix, name);
    v->visit(v->user, &s);
}
//< [tensors-visit]

//> [tensors-hc] Hyper-connections: everything float32
static void hc(const struct walk *v, const char *kind, int rows, int scales,
               struct hc_weights *w)
{
    char fn[32], base[32], scale[32];
    int n = v->c->hc_mult;
    snprintf(fn, sizeof fn, "hc_%s_fn", kind);
    snprintf(base, sizeof base, "hc_%s_base", kind);
    snprintf(scale, sizeof scale, "hc_%s_scale", kind);
    matrix(v, fn, FORMAT_F32, rows, n * v->c->hidden_size, &w->fn);
    vector(v, base, FORMAT_F32, rows, &w->base);
    vector(v, scale, FORMAT_F32, scales, &w->scale);
}
//< [tensors-hc]

//> [tensors-compressor] A compressor of keys or of index keys
static void compressor_slots(const struct walk *v, enum row_kind kind,
                             const struct layer *l,
                             struct compressor_weights *w)
{
    int d = v->c->hidden_size;
    int D = kind == ROW_KEY ? v->c->head_dim : v->c->index_head_dim;
    int width = l->attention->overlaps ? 2 * D : D;
    matrix(v, "wkv.weight", FORMAT_BF16, width, d, &w->wkv);
    matrix(v, "wgate.weight", FORMAT_BF16, width, d, &w->wgate);
    vector(v, "norm.weight", FORMAT_BF16, D, &w->norm);
    struct slot ape = { .kind = SLOT_VECTOR, .format = FORMAT_F32,
                        .rank = 2, .rows = l->ratio, .cols = width,
                        .to.vector = &w->ape };
    snprintf(ape.name, sizeof ape.name, "%sape", v->prefix);
    v->visit(v->user, &ape);
}
//< [tensors-compressor]

//> [tensors-indexer] The indexer of a CSA layer
static void indexer_slots(const struct walk *v, const struct layer *l,
                          struct indexer_weights *w)
{
    const struct config *c = v->c;
    struct walk inner = below(v, "compressor.", -1);
    matrix(v, "wq_b.weight", FORMAT_FP8,
           c->index_n_heads * c->index_head_dim, c->q_lora_rank, &w->wq_b);
    matrix(v, "weights_proj.weight", FORMAT_BF16, c->index_n_heads,
           c->hidden_size, &w->weights_proj);
    compressor_slots(&inner, ROW_INDEX, l, &w->compressor);
}
//< [tensors-indexer]

//> [tensors-attention-layer] An attention layer of any kind
static void attention_slots(const struct walk *v, const struct layer *l,
                            struct attention_weights *w)
{
    const struct config *c = v->c;
    int d = c->hidden_size, HD = c->num_attention_heads * c->head_dim;
    int G = c->o_groups;
    matrix(v, "wq_a.weight", FORMAT_FP8, c->q_lora_rank, d, &w->wq_a);
    vector(v, "q_norm.weight", FORMAT_BF16, c->q_lora_rank, &w->q_norm);
    matrix(v, "wq_b.weight", FORMAT_FP8, HD, c->q_lora_rank, &w->wq_b);
    matrix(v, "wkv.weight", FORMAT_FP8, c->head_dim, d, &w->wkv);
    vector(v, "kv_norm.weight", FORMAT_BF16, c->head_dim, &w->kv_norm);
    vector(v, "attn_sink", FORMAT_F32, c->num_attention_heads,
           &w->attn_sink);
    matrix(v, "wo_a.weight", FORMAT_FP8, G * c->o_lora_rank, HD / G,
           &w->wo_a);
    matrix(v, "wo_b.weight", FORMAT_FP8, d, G * c->o_lora_rank, &w->wo_b);
    struct walk inner = below(v, "compressor.", -1);
    if (l->attention->compresses)
        compressor_slots(&inner, ROW_KEY, l, w->compressor);
    inner = below(v, "indexer.", -1);
    if (l->attention->selects)
        indexer_slots(&inner, l, w->indexer);
}
//< [tensors-attention-layer]

//> [tensors-moe] The three matrices of an expert
static void expert_slots(const struct walk *v, enum format format,
                         struct expert_weights *w)
{
    int d = v->c->hidden_size, inner = v->c->moe_intermediate_size;
    matrix(v, "w1.weight", format, inner, d, &w->w1);
    matrix(v, "w3.weight", format, inner, d, &w->w3);
    matrix(v, "w2.weight", format, d, inner, &w->w2);
}
//< [tensors-moe]

//> [tensors-moe-layer] Router, experts, shared expert
static void moe_slots(const struct walk *v, const struct layer *l,
                      struct moe_weights *w)
{
    const struct config *c = v->c;
    enum format routed = c->fp4_experts ? FORMAT_FP4 : FORMAT_FP8;
    matrix(v, "gate.weight", FORMAT_BF16, c->n_routed_experts,
           c->hidden_size, &w->gate.weight);
    if (l->router == ROUTER_TOKEN_ID) {
        struct slot s = { .kind = SLOT_TABLE, .rank = 2,
                          .rows = c->vocab_size,
                          .cols = c->num_experts_per_tok,
                          .to.table = &w->gate.tid2eid };
        snprintf(s.name, sizeof s.name, "%sgate.tid2eid", v->prefix);
        v->visit(v->user, &s);
    } else
        vector(v, "gate.bias", FORMAT_F32, c->n_routed_experts,
               &w->gate.bias);
    for (int e = 0; e < c->n_routed_experts; e++) {
        struct walk one = below(v, "experts", e);
        expert_slots(&one, routed, &w->experts[e]);
    }
    struct walk shared = below(v, "shared_experts.", -1);
    expert_slots(&shared, FORMAT_FP8, &w->shared_experts);
}
//< [tensors-moe-layer]

//> [tensors-block] A block
static void block_slots(const struct walk *v, int layer,
                        struct block_weights *w)
{
    int n = v->c->hc_mult, d = v->c->hidden_size;
    struct layer l = config_layer(v->c, layer);
    struct walk attn = below(v, "attn.", -1), ffn = below(v, "ffn.", -1);
    hc(v, "attn", (2 + n) * n, 3, &w->hc_attn);
    vector(v, "attn_norm.weight", FORMAT_BF16, d, &w->attn_norm);
    attention_slots(&attn, &l, &w->attn);
    hc(v, "ffn", (2 + n) * n, 3, &w->hc_ffn);
    vector(v, "ffn_norm.weight", FORMAT_BF16, d, &w->ffn_norm);
    moe_slots(&ffn, &l, &w->ffn);
}
//< [tensors-block]

//> [tensors-mtp] What the MTP block adds to a block
static void mtp_slots(const struct walk *v, struct mtp_weights *w)
{
    int n = v->c->hc_mult, d = v->c->hidden_size;
    struct walk m = below(v, "mtp", 0);
    vector(&m, "enorm.weight", FORMAT_BF16, d, &w->enorm);
    vector(&m, "hnorm.weight", FORMAT_BF16, d, &w->hnorm);
    matrix(&m, "e_proj.weight", FORMAT_FP8, d, d, &w->e_proj);
    matrix(&m, "h_proj.weight", FORMAT_FP8, d, d, &w->h_proj);
    block_slots(&m, v->c->num_hidden_layers, &w->block);
    hc(&m, "head", n, 1, &w->hc_head);
    vector(&m, "norm.weight", FORMAT_BF16, d, &w->norm);
}
//< [tensors-mtp]

//> [tensors-dspark] The stages of a DSpark drafter, and what they add
void tensors_walk_dspark(struct dspark_weights *w, const struct config *c,
                         slot_visitor *visit, void *user)
{
    struct walk v = { .c = c, .visit = visit, .user = user };
    int d = c->hidden_size, V = c->vocab_size, r = c->dspark_markov_rank;
    struct walk first = below(&v, "mtp", 0);
    struct walk last = below(&v, "mtp", c->dspark_stages - 1);
    for (int s = 0; s < c->dspark_stages; s++) {
        struct walk stage = below(&v, "mtp", s);
        block_slots(&stage, c->num_hidden_layers + s, &w->stages[s]);
    }
    matrix(&first, "main_proj.weight", FORMAT_FP8, d,
           c->n_dspark_target_layer_ids * d, &w->main_proj);
    vector(&first, "main_norm.weight", FORMAT_BF16, d, &w->main_norm);
    hc(&last, "head", c->hc_mult, 1, &w->hc_head);
    vector(&last, "norm.weight", FORMAT_BF16, d, &w->norm);
    matrix(&last, "markov_head.markov_w1.weight", FORMAT_BF16, V, r,
           &w->markov_w1);
    matrix(&last, "markov_head.markov_w2.weight", FORMAT_BF16, V, r,
           &w->markov_w2);
    matrix(&last, "confidence_head.proj.weight", FORMAT_BF16, 1, d + r,
           &w->confidence);
}
//< [tensors-dspark]

//> [tensors-walk] The whole table
void tensors_walk(struct model_weights *w, struct mtp_weights *mtp,
                  const struct config *c, slot_visitor *visit, void *user)
{
    struct walk v = { .c = c, .visit = visit, .user = user };
    matrix(&v, "embed.weight", FORMAT_BF16, c->vocab_size, c->hidden_size,
           &w->embed);
    for (int i = 0; i < c->num_hidden_layers; i++) {
        struct walk layer = below(&v, "layers", i);
        block_slots(&layer, i, &w->layers[i]);
    }
    hc(&v, "head", c->hc_mult, 1, &w->hc_head);
    vector(&v, "norm.weight", FORMAT_BF16, c->hidden_size, &w->norm);
    matrix(&v, "head.weight", FORMAT_BF16, c->vocab_size, c->hidden_size,
           &w->head);
    if (mtp)
        mtp_slots(&v, mtp);
}
//< [tensors-walk]

//> [tensors-allocate] Which layers have a compressor, which an indexer
static void allocate_block(struct block_weights *w, const struct config *c,
                           int layer, struct arena *arena)
{
    struct layer l = config_layer(c, layer);
    if (l.attention->compresses)
        w->attn.compressor = arena_alloc(arena, 1,
                                         sizeof *w->attn.compressor);
    if (l.attention->selects)
        w->attn.indexer = arena_alloc(arena, 1, sizeof *w->attn.indexer);
    w->ffn.experts = arena_alloc(arena, (size_t)c->n_routed_experts,
                                 sizeof *w->ffn.experts);
}

void tensors_allocate(struct model_weights *w, struct mtp_weights *mtp,
                      const struct config *c, struct arena *arena)
{
    *w = (struct model_weights){ 0 };
    w->layers = arena_alloc(arena, (size_t)c->num_hidden_layers,
                            sizeof *w->layers);
    for (int i = 0; i < c->num_hidden_layers; i++)
        allocate_block(&w->layers[i], c, i, arena);
    if (mtp) {
        *mtp = (struct mtp_weights){ 0 };
        allocate_block(&mtp->block, c, c->num_hidden_layers, arena);
    }
}
//< [tensors-allocate]

//> [tensors-allocate-dspark] Room for a DSpark drafter
void tensors_allocate_dspark(struct dspark_weights *w,
                             const struct config *c, struct arena *arena)
{
    *w = (struct dspark_weights){ 0 };
    w->stages = arena_alloc(arena, (size_t)c->dspark_stages,
                            sizeof *w->stages);
    for (int s = 0; s < c->dspark_stages; s++)
        allocate_block(&w->stages[s], c, c->num_hidden_layers + s, arena);
}
//< [tensors-allocate-dspark]

//> [tensors-stored] Types and shapes in the file
struct array slot_stored(const struct slot *s)
{
    int packed = s->kind == SLOT_MATRIX && s->format == FORMAT_FP4 ? 2 : 1;
    return (struct array){
        .name = s->name,
        .dtype = s->kind == SLOT_TABLE ? DTYPE_I64 : format_dtype(s->format),
        .rank = s->rank,
        .shape = { s->rank == 2 ? s->rows : s->cols,
                   s->rank == 2 ? s->cols / packed : 0 },
    };
}

bool slot_scaled(const struct slot *s)
{
    return s->kind == SLOT_MATRIX && format_scaled(s->format);
}
//< [tensors-stored]

//> [tensors-scale] The scale beside a weight
void scale_name(char *scale, const char *name)
{
    size_t stem = strlen(name) - strlen(".weight");
    snprintf(scale, TENSOR_NAME, "%.*s.scale", (int)stem, name);
}
//< [tensors-scale]
