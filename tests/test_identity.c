/**
 * @file
 * The identity of a model: every number and every tensor counts, how they
 * are cut into files does not.
 */
#include "model/identity.h"
#include "support/broken.h"
#include "support/models.h"

#include <criterion/criterion.h>
#include <string.h>

/* Fields that take no part in computing. */
static bool idle(size_t at)
{
    return at == offsetof(struct config, num_nextn_predict_layers)
           || at == offsetof(struct config, max_position_embeddings)
           || at == offsetof(struct config, n_shared_experts);
}

/* Every number but the pointer, its count and what belongs to the ends of
   a text, changed in its lowest byte. */
Test(identity, numbers)
{
    struct config c = tiny_open("tiny-flash", EXACT)->ck.model.config;
    uint64_t before = config_fingerprint(&c);
    size_t pointer = offsetof(struct config, compress_ratios);
    size_t after = offsetof(struct config, index_n_heads);
    size_t numbers = 0;
    for (size_t at = 0; at <= offsetof(struct config, without);
         at += sizeof(int)) {
        bool end = at > offsetof(struct config, yarn_original_length)
                   && at < offsetof(struct config, numerics);
        if (idle(at) || (at >= pointer && at < after) || end)
            continue;
        unsigned char *byte = (unsigned char *)&c + at;
        byte[0] ^= 1;
        cr_assert_neq(config_fingerprint(&c), before, "byte %zu", at);
        byte[0] ^= 1;
        numbers++;
    }
    cr_assert_geq(numbers, 30);
    c.compress_ratios[1] = 4;
    cr_assert_neq(config_fingerprint(&c), before);
    c.compress_ratios[1] = 0;
    cr_assert_eq(config_fingerprint(&c), before);
}

static uint64_t identity_of(const char *dir)
{
    struct checkpoint ck;
    struct checkpoint_options o = { .numerics = EXACT };
    struct faults faults = { 0 };
    struct error err;
    cr_assert(checkpoint_open(&ck, dir, &o, &faults, &err), "%s",
              err.message);
    uint64_t id = checkpoint_identity(&ck);
    checkpoint_close(&ck);
    return id;
}

Test(identity, weights)
{
    static const char *const names[] = { /* whole, and by their middle */
        "layers.0.attn.attn_sink", "norm.weight", "head.weight",
        "layers.2.ffn.experts.1.w2.weight",
    };
    uint64_t right = identity_of("tiny_models/tiny-long");
    for (int files = 1; files <= 3; files++) {
        struct copy c;
        copy_begin(&c, "tiny-long");
        copy_write(&c, files);
        cr_assert_eq(identity_of(c.dir), right, "in %d files", files);
        copy_end(&c);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct copy c;
        copy_begin(&c, "tiny-long");
        struct array *a = copy_tensor(&c, names[i]);
        size_t bytes = array_bytes(a), at = bytes / 2;
        ((unsigned char *)copy_bytes(&c, names[i]))[at] ^= 1;
        copy_write(&c, 1);
        cr_assert_neq(identity_of(c.dir), right, "%s", names[i]);
        copy_end(&c);
    }
}
