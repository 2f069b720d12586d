/* Any bytes as a config.json, and what follows a NUL as a --set: refused
 * with a message, or the numbers fit together.
 * Reader: base/config_read.c base/config_check.c base/config_identity.c
 *         base/config_keys.c base/config_settle.c base/config_value.c
 *         base/config_set.c */
#include "base/config.h"
#include "base/plan.h"
#include "memory_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct config *c)
{
    int blocks = c->num_hidden_layers + c->num_nextn_predict_layers;
    if (c->n_compress_ratios < blocks || c->num_attention_heads < 1 ||
        c->num_attention_heads % c->o_groups || c->hidden_size < 1 ||
        c->num_experts_per_tok > c->n_routed_experts ||
        c->head_dim <= c->qk_rope_head_dim || !(c->rms_norm_eps > 0))
        abort();
    for (int i = 0; i < blocks; i++)
        if (config_layer(c, i).kind == LAYER_CSA && c->index_head_dim < 32)
            abort();
    for (int i = 0; i < c->n_eos_token_id; i++)
        if (c->eos_token_id[i] < 0 || c->eos_token_id[i] >= c->vocab_size)
            abort();
    if (c->num_hash_layers < 0 || c->qk_rope_head_dim < 2 ||
        c->dspark_stages > c->n_compress_ratios || !(c->yarn_factor >= 1))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
    size_t length = nul ? (size_t)(nul - data) : size;
    char *set = strndup(nul ? (const char *)nul + 1 : "",
                        nul ? size - length - 1 : 0);
    if (!set)
        return 0;
    char path[64];
    int fd = memory_file(path, data, length);
    const char *const sets[] = { set };
    struct arena arena = { 0 };
    struct config c;
    struct error err = { 0 };
    if (config_load(&c, path, sets, nul != NULL, &arena, &err))
        check(&c);
    else if (strncmp(err.message, path, strlen(path)) != 0)
        abort();
    arena_free(&arena);
    close(fd);
    free(set);
    return 0;
}
