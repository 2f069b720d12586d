//> [identity-includes] What an identity is made from
#include "model/identity.h"

#include "base/hash.h"

#include <string.h>

enum { WHOLE_UP_TO = 4096, SAMPLE = 64 };
//< [identity-includes]

//> [identity-hash] Words into a number
static void hash_word(uint64_t *h, uint32_t word)
{
    *h = hash_bytes(*h, &word, sizeof word);
}

static void hash_float(uint64_t *h, float x)
{
    uint32_t word;
    memcpy(&word, &x, sizeof word);
    hash_word(h, word);
}
//< [identity-hash]

//> [identity-config] The numbers of a configuration
uint64_t config_fingerprint(const struct config *c)
{
    const int whole[] = {
        c->vocab_size, c->hidden_size, c->num_hidden_layers,
        c->num_attention_heads, c->head_dim, c->qk_rope_head_dim,
        c->q_lora_rank, c->o_groups, c->o_lora_rank, c->sliding_window,
        c->index_n_heads, c->index_head_dim, c->index_topk,
        c->n_routed_experts, c->num_experts_per_tok,
        c->moe_intermediate_size, c->num_hash_layers, c->fp4_experts,
        c->hc_mult, c->hc_sinkhorn_iters, c->yarn_original_length,
        (int)c->numerics, (int)c->without,
    };
    //> [identity-config-real] And those with a fraction
    const float real[] = {
        c->routed_scaling_factor, c->swiglu_limit, c->hc_eps,
        c->rms_norm_eps, c->rope_theta, c->compress_rope_theta,
        c->yarn_factor, c->yarn_beta_fast, c->yarn_beta_slow,
    };
    //< [identity-config-real]
    uint64_t h = HASH_START;
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        hash_word(&h, (uint32_t)whole[i]);
    for (size_t i = 0; i < sizeof real / sizeof *real; i++)
        hash_float(&h, real[i]);
    for (int i = 0; i < c->num_hidden_layers; i++)
        hash_word(&h, (uint32_t)c->compress_ratios[i]);
    return h;
}
//< [identity-config]

//> [identity-tensor] A tensor: its description, and some of its bytes
static uint64_t tensor_hash(const struct array *a)
{
    const unsigned char *data = a->data;
    size_t bytes = array_bytes(a), n = bytes;
    if (bytes > WHOLE_UP_TO) {
        n = SAMPLE;
        data += (bytes - n) / 2;
    }
    const char *dtype = dtype_name(a->dtype);
    uint64_t h = hash_bytes(HASH_START, a->name, strlen(a->name));
    h = hash_bytes(h, dtype, strlen(dtype));
    h = hash_bytes(h, a->shape, (size_t)a->rank * sizeof *a->shape);
    return hash_bytes(h, data, n);
}
//< [identity-tensor]

//> [identity] All tensors in use, in whatever order
/* A sum does not depend on the order, so neither on the files. */
uint64_t checkpoint_identity(const struct checkpoint *ck)
{
    uint64_t sum = config_fingerprint(&ck->model.config);
    for (int i = 0; i < ck->shards.n_tensors; i++)
        if (ck->shards.tensors[i].used)
            sum += tensor_hash(ck->shards.tensors[i].array);
    return sum;
}
//< [identity]
