#include "support/paper.h"

#include "model/tensors.h"

#include <stdlib.h>
#include <string.h>

/* Zeros for every tensor; ones for the norms. */
static void fill(void *user, const struct slot *s)
{
    struct paper *p = user;
    size_t n = (size_t)s->rows * (size_t)s->cols;
    float *x = arena_floats(&p->arena, n);
    memset(x, 0, n * sizeof *x);
    if (s->kind == SLOT_MATRIX) {
        *s->to.matrix = (struct matrix){ .format = FORMAT_F32,
                                         .rows = s->rows, .cols = s->cols,
                                         .data = x };
        return;
    }
    if (strstr(s->name, "norm.weight"))
        for (size_t i = 0; i < n; i++)
            x[i] = 1.0f;
    *s->to.vector = x;
}

static void configure(struct paper *p)
{
    int *ratios = arena_alloc(&p->arena, 2, sizeof *ratios);
    ratios[0] = ratios[1] = 0;
    p->model.config = (struct config){
        .vocab_size = PAPER_TOKENS, .hidden_size = PAPER_WIDTH,
        .num_hidden_layers = 1, .num_nextn_predict_layers = 1,
        .max_position_embeddings = 16, .num_attention_heads = 1,
        .head_dim = 66, .qk_rope_head_dim = 2, .q_lora_rank = 2,
        .o_groups = 1, .o_lora_rank = 2, .sliding_window = 4,
        .compress_ratios = ratios, .n_compress_ratios = 2,
        .n_routed_experts = 1, .n_shared_experts = 1,
        .num_experts_per_tok = 1, .moe_intermediate_size = 2,
        .routed_scaling_factor = 1.0f, .hc_mult = PAPER_STREAMS,
        .hc_sinkhorn_iters = 20, .hc_eps = 1e-6f, .rms_norm_eps = 1e-6f,
        .rope_theta = 10000.0f, .compress_rope_theta = 10000.0f,
    };
}

void paper_set(struct paper *p, struct matrix *m, const float *values)
{
    size_t n = (size_t)m->rows * (size_t)m->cols;
    float *x = arena_floats(&p->arena, n);
    m->data = memcpy(x, values, n * sizeof *x);
}

void paper_model(struct paper *p)
{
    static const float embed[] = { 1, 7, 7, 1, -5, 5 };
    static const float head[] = { 1, 0, 0, 1, 1, 1 };
    *p = (struct paper){ 0 };
    configure(p);
    struct model *m = &p->model;
    rope_init(&m->rope[0], &m->config, false, &p->arena);
    rope_init(&m->rope[1], &m->config, true, &p->arena);
    tensors_allocate(&m->weights, &p->mtp, &m->config, &p->arena);
    tensors_walk(&m->weights, &p->mtp, &m->config, fill, p);
    paper_set(p, &m->weights.embed, embed);
    paper_set(p, &m->weights.head, head);
}

void paper_free(struct paper *p)
{
    arena_free(&p->arena);
}
