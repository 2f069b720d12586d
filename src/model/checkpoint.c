//> [checkpoint-includes] What loading needs
#include "model/checkpoint.h"

#include "base/textfile.h"
#include "model/tensors.h"
#include "numerics/stored.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What the visitors of this file are given. */
struct visit {
    struct checkpoint *ck;
    struct faults *faults;
};
//< [checkpoint-includes]

//> [checkpoint-want] Find a tensor of the right type and shape
/* The tensor that is stored like `like`, or NULL and a fault. `other` is a
   second type that will do (DTYPE_COUNT for none). */
static const struct array *want(struct visit *v, const struct array *like,
                                enum dtype other)
{
    char expected[160], found[160];
    array_shape_text(expected, sizeof expected, like->rank, like->shape);
    //> [checkpoint-want-present] Is it there?
    struct shard_tensor *t = shards_find(&v->ck->shards, like->name);
    if (!t) {
        fault(v->faults, "%s: missing, expected %s %s", like->name,
              dtype_name(like->dtype), expected);
        return NULL;
    }
    t->used = true;
    //< [checkpoint-want-present]
    const struct array *a = t->array;
    const char *file = v->ck->shards.files[t->file].path;
    if (a->dtype != like->dtype && a->dtype != other) {
        fault(v->faults, "%s: %s: found type %s, expected %s", file,
              a->name, dtype_name(a->dtype), dtype_name(like->dtype));
        return NULL;
    }
    if (a->rank != like->rank
        || memcmp(a->shape, like->shape,
                  (size_t)a->rank * sizeof *a->shape) != 0) {
        array_shape_text(found, sizeof found, a->rank, a->shape);
        fault(v->faults, "%s: %s: found shape %s, expected %s", file,
              a->name, found, expected);
        return NULL;
    }
    return a;
}
//< [checkpoint-want]

//> [checkpoint-matrix] A matrix: point at its bytes, and at its scales
static void fill_matrix(struct visit *v, const struct slot *s,
                        const struct array *data)
{
    const struct array *scale = NULL;
    if (slot_scaled(s)) {
        char name[TENSOR_NAME];
        struct array like = { .name = name, .dtype = DTYPE_F8_E8M0,
                              .rank = 2 };
        scale_name(name, s->name);
        matrix_scale_shape(like.shape, s->format, s->rows, s->cols);
        scale = want(v, &like, DTYPE_F32);
    }
    struct error err; /* what is wrong has been said by want() */
    if (data)
        matrix_of(s->to.matrix, data, scale, &err);
}
//< [checkpoint-matrix]

//> [checkpoint-table] A hash table: every entry must name an expert
static void fill_table(struct visit *v, const struct slot *s,
                       const struct array *a)
{
    const int64_t *id = a->data;
    int E = v->ck->model.config.n_routed_experts;
    int file = shards_find(&v->ck->shards, s->name)->file;
    for (size_t i = 0; i < array_count(a); i++)
        if (id[i] < 0 || id[i] >= E) {
            fault(v->faults, "%s: %s: entry %zu is %lld, expected 0 … %d",
                  v->ck->shards.files[file].path, s->name, i,
                  (long long)id[i], E - 1);
            return;
        }
    *s->to.table = id;
}
//< [checkpoint-table]

//> [checkpoint-fill] A vector is copied; everything else stays
static void fill(void *user, const struct slot *s)
{
    struct visit *v = user;
    struct array like = slot_stored(s);
    const struct array *a = want(v, &like, DTYPE_COUNT);
    if (s->kind == SLOT_MATRIX)
        fill_matrix(v, s, a); /* also looks for its scale */
    else if (a && s->kind == SLOT_TABLE)
        fill_table(v, s, a);
    else if (a) {
        *s->to.vector = arena_floats(&v->ck->arena, array_count(a));
        array_to_floats(*s->to.vector, a);
    }
}
//< [checkpoint-fill]

//> [checkpoint-config] The numbers first
static bool open_config(struct checkpoint *ck, const char *dir,
                        const struct checkpoint_options *o,
                        struct error *err)
{
    struct config *c = &ck->model.config;
    const char *path = path_in(dir, "config.json", &ck->arena);
    if (!config_load(c, path, o->sets, o->n_sets, &ck->arena, err))
        return false;
    c->numerics = o->numerics;
    c->without = o->without;
    rope_init(&ck->model.rope[0], c, false, &ck->arena);
    rope_init(&ck->model.rope[1], c, true, &ck->arena);
    return true;
}
//< [checkpoint-config]

//> [checkpoint-open] Then the files, then every tensor
bool checkpoint_open(struct checkpoint *ck, const char *dir,
                     const struct checkpoint_options *o,
                     struct faults *faults, struct error *err)
{
    *ck = (struct checkpoint){ 0 };
    if (!open_config(ck, dir, o, err))
        return false;
    struct config *c = &ck->model.config;
    shards_open(&ck->shards, dir, faults);
    if (faults->count)
        return fail(err, "%s: cannot read the checkpoint's files", dir);
    ck->has_mtp = c->num_nextn_predict_layers > 0
                  && shards_find(&ck->shards, "mtp.0.e_proj.weight");
    struct mtp_weights *mtp = ck->has_mtp ? &ck->mtp : NULL;
    struct visit v = { .ck = ck, .faults = faults };
    tensors_allocate(&ck->model.weights, mtp, c, &ck->arena);
    tensors_walk(&ck->model.weights, mtp, c, fill, &v);
    if (faults->count)
        return fail(err, "%s: %d tensor%s not as config.json says", dir,
                    faults->count, faults->count == 1 ? " is" : "s are");
    return true;
}
//< [checkpoint-open]

//> [checkpoint-close] Closing the files
void checkpoint_close(struct checkpoint *ck)
{
    shards_close(&ck->shards);
    arena_free(&ck->arena);
}
//< [checkpoint-close]

//> [checkpoint-nan] The first NaN of a tensor, or -1
static int64_t find_nan(const struct array *a)
{
    const unsigned char *byte = a->data;
    const float *f32 = a->data;
    for (size_t i = 0; i < array_count(a); i++) {
        unsigned upper = 0; /* the upper half of a bf16 or float32 */
        switch (a->dtype) {
        case DTYPE_F8_E8M0:
            if (byte[i] == 255)
                return (int64_t)i;
            break;
        case DTYPE_F8_E4M3:
            if ((byte[i] & 0x7f) == 0x7f)
                return (int64_t)i;
            break;
        //> [checkpoint-nan-wide] Wider formats
        case DTYPE_BF16:
            upper = byte[2 * i] | (unsigned)byte[2 * i + 1] << 8;
            if ((upper & 0x7fff) > 0x7f80)
                return (int64_t)i;
            break;
        case DTYPE_F32:
            if (isnan(f32[i]))
                return (int64_t)i;
            break;
        default:
            return -1;
        //< [checkpoint-nan-wide]
        }
    }
    return -1;
}
//< [checkpoint-nan]

//> [checkpoint-deep] Look at every number
void checkpoint_deep(struct checkpoint *ck, const char *prefix,
                     struct faults *faults)
{
    for (int i = 0; i < ck->shards.n_tensors; i++) {
        const struct shard_tensor *t = &ck->shards.tensors[i];
        const struct array *a = t->array;
        if (!t->used || strncmp(a->name, prefix, strlen(prefix)) != 0)
            continue;
        int64_t at = find_nan(a);
        if (at >= 0)
            fault(faults, "%s: %s: element %lld is NaN, expected a number",
                  ck->shards.files[t->file].path, a->name, (long long)at);
    }
}
//< [checkpoint-deep]

//> [checkpoint-explain] Name the culprit
void checkpoint_explain(struct checkpoint *ck, const struct state *s,
                        struct error *err)
{
    if (!s->broken[0])
        return;
    char prefix[sizeof s->broken + 1];
    struct faults faults = { 0 };
    snprintf(prefix, sizeof prefix, "%s.", s->broken);
    checkpoint_deep(ck, prefix, &faults);
    if (faults.count == 0) /* what went in was none already */
        checkpoint_deep(ck, "", &faults);
    if (faults.count)
        fail_in(err, "%s; ", faults.lines[0]);
    faults_free(&faults);
}
//< [checkpoint-explain]
