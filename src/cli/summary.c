//> [summary-includes] What counting needs
#include "cli/summary.h"

#include "numerics/stored.h"

#include <string.h>

struct count {
    struct summary *s;
    int64_t expert; /* parameters of routed experts, MTP not counted */
    int64_t embed;  /* of the embedding */
};
//< [summary-includes]

//> [summary-bytes] A tensor's bytes, and its scale's
static void count_bytes(struct summary *s, const struct slot *slot)
{
    struct array a = slot_stored(slot);
    s->bytes[a.dtype] += (int64_t)array_bytes(&a);
    s->tensors++;
    if (!slot_scaled(slot))
        return;
    int64_t shape[2];
    matrix_scale_shape(shape, slot->format, slot->rows, slot->cols);
    enum dtype type = slot->to.matrix->scale_is_f32 ? DTYPE_F32
                                                    : DTYPE_F8_E8M0;
    s->bytes[type] += shape[0] * shape[1] * (int64_t)dtype_size(type);
    s->tensors++;
}
//< [summary-bytes]

//> [summary-count] Whose parameters are these?
static void count(void *user, const struct slot *slot)
{
    struct count *count = user;
    int64_t n = (int64_t)slot->rows * slot->cols;
    count_bytes(count->s, slot);
    if (slot->kind == SLOT_TABLE)
        return;
    if (strncmp(slot->name, "mtp.", 4) == 0) {
        count->s->draft += n;
        return;
    }
    count->s->total += n;
    if (strstr(slot->name, ".ffn.experts."))
        count->expert += n;
    if (strcmp(slot->name, "embed.weight") == 0)
        count->embed += n;
}
//< [summary-count]

//> [summary] All tensors
void summarize(struct summary *s, struct model_weights *w,
               struct mtp_weights *mtp, struct dspark_weights *dspark,
               const struct config *c)
{
    *s = (struct summary){ 0 };
    struct count sums = { .s = s };
    tensors_walk(w, mtp, c, count, &sums);
    if (dspark)
        tensors_walk_dspark(dspark, c, count, &sums);
    int64_t chosen = sums.expert / c->n_routed_experts
                     * c->num_experts_per_tok;
    s->activated = s->total - sums.expert + chosen - sums.embed;
}
//< [summary]

//> [summary-cache] All layers' memory
struct cache_bytes summarize_cache(const struct config *c,
                                   enum numerics numerics, int context)
{
    struct config as = *c;
    struct cache_bytes sum = { 0 };
    as.numerics = numerics;
    for (int i = 0; i < c->num_hidden_layers; i++) {
        struct cache_bytes b = cache_bytes(&as, i, context);
        sum.ring += b.ring;
        sum.entries += b.entries;
        sum.index_keys += b.index_keys;
        sum.open += b.open;
    }
    return sum;
}
//< [summary-cache]
