/**
 * @file
 * The table of tensors against the inventories of the released
 * checkpoints: every name, type and shape, nothing more, nothing less.
 */
#include "model/tensors.h"
#include "numerics/quant.h"
#include "numerics/stored.h"
#include "support/models.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char INVENTORY[] = "tests/golden/inventory.txt";

/* A tensor, as the header of a file describes it. */
struct entry {
    char name[TENSOR_NAME];
    enum dtype dtype;
    int rank;
    int64_t shape[2];
};

struct list {
    struct entry *entries;
    size_t count, room, bytes;
};

static void add(struct list *l, const struct entry *e)
{
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        l->entries = realloc(l->entries, l->room * sizeof *l->entries);
        cr_assert_not_null(l->entries);
    }
    l->entries[l->count++] = *e;
    size_t bytes = dtype_size(e->dtype);
    for (int i = 0; i < e->rank; i++)
        bytes *= (size_t)e->shape[i];
    l->bytes += bytes;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name,
                  ((const struct entry *)b)->name);
}

/* What the walk visits: a quantized matrix is two tensors. */
static void visit(void *user, const struct slot *s)
{
    static const enum dtype stored[FORMAT_COUNT] = {
        DTYPE_F32, DTYPE_BF16, DTYPE_F8_E4M3, DTYPE_I8,
    };
    struct entry e = { .rank = s->rank,
                       .dtype = s->kind == SLOT_TABLE ? DTYPE_I64
                                                      : stored[s->format] };
    snprintf(e.name, sizeof e.name, "%s", s->name);
    e.shape[0] = s->rank == 2 ? s->rows : s->cols;
    e.shape[1] = s->rank == 2 ? s->cols : 0;
    bool quantized = s->kind == SLOT_MATRIX && s->format >= FORMAT_FP8;
    if (s->kind == SLOT_MATRIX && s->format == FORMAT_FP4)
        e.shape[1] /= 2;
    add(user, &e);
    if (quantized) {
        e.dtype = DTYPE_F8_E8M0;
        scale_name(e.name, s->name);
        matrix_scale_shape(e.shape, s->format, s->rows, s->cols);
        add(user, &e);
    }
}

static void walk(struct list *l, const char *config, bool with_mtp)
{
    char path[64];
    struct arena arena = { 0 };
    struct model_weights w;
    struct mtp_weights mtp;
    struct config c;
    struct error err;
    snprintf(path, sizeof path, "tiny_models/configs/%s.json", config);
    cr_assert(config_load(&c, path, NULL, 0, &arena, &err), "%s",
              err.message);
    tensors_allocate(&w, with_mtp ? &mtp : NULL, &c, &arena);
    tensors_walk(&w, with_mtp ? &mtp : NULL, &c, visit, l);
    arena_free(&arena);
}

/* The section of the inventory that is being read. */
struct section {
    bool wanted;        /* is it the right checkpoint's? */
    int experts;
    char prefix[16];    /* "mtp.0.", or "" when layers are given */
    int layers[64], n_layers;
};

static void read_layers(struct section *s, char *numbers)
{
    s->n_layers = 0;
    for (char *save, *word = strtok_r(numbers, " \n", &save); word;
         word = strtok_r(NULL, " \n", &save))
        s->layers[s->n_layers++] = atoi(word);
}

/* A tensor line, once for every layer and every expert. */
static void expand(struct list *l, const struct section *s,
                   const char *line)
{
    char name[64], type[16];
    long long shape[2];
    int n = sscanf(line, "%63s %15s %lld %lld", name, type, &shape[0],
                   &shape[1]);
    cr_assert_geq(n, 3, "%s: %s", INVENTORY, line);
    struct entry e = { .rank = n - 2, .shape = { shape[0],
                                                 n == 4 ? shape[1] : 0 } };
    while (strcmp(dtype_name(e.dtype), type) != 0)
        e.dtype++;
    char *star = strstr(name, ".*.");
    for (int i = 0; i < (s->n_layers ? s->n_layers : 1); i++)
        for (int x = 0; x < (star ? s->experts : 1); x++) {
            char prefix[16];
            snprintf(prefix, sizeof prefix, s->n_layers ? "layers.%d." : "",
                     s->layers[i]);
            if (star)
                snprintf(e.name, sizeof e.name, "%s%s%.*s.%d.%s", prefix,
                         s->prefix, (int)(star - name), name, x, star + 3);
            else
                snprintf(e.name, sizeof e.name, "%s%s%s", prefix, s->prefix,
                         name);
            add(l, &e);
        }
}

/* Read the inventory of one checkpoint; returns what it should come to. */
static struct list read_inventory(struct list *l, const char *config,
                                  const char *like, bool with_mtp)
{
    FILE *in = fopen(INVENTORY, "r");
    cr_assert_not_null(in, "cannot read %s", INVENTORY);
    struct section s = { false };
    struct list promised = { 0 };
    for (char line[512]; fgets(line, sizeof line, in);) {
        char word[64];
        size_t tensors, bytes;
        int experts;
        if (line[0] == '#')
            continue;
        if (sscanf(line, "checkpoint %63s %zu %zu %d", word, &tensors,
                   &bytes, &experts) == 4) {
            s = (struct section){ .wanted = strcmp(word, like) == 0,
                                  .experts = experts };
            if (strcmp(word, config) == 0)
                promised = (struct list){ .count = tensors,
                                          .bytes = bytes };
        } else if (strncmp(line, "layers ", 7) == 0) {
            read_layers(&s, line + 7);
            s.prefix[0] = '\0';
        } else if (sscanf(line, "under %31s", word) == 1) {
            s.n_layers = 0;
            snprintf(s.prefix, sizeof s.prefix, "%.14s%s",
                     strcmp(word, "top") == 0 ? "" : word,
                     strcmp(word, "top") == 0 ? "" : ".");
        } else if (s.wanted && (with_mtp || s.prefix[0] != 'm'))
            expand(l, &s, line);
    }
    fclose(in);
    return promised;
}

static void same(const char *config, struct list *found, struct list *want)
{
    qsort(found->entries, found->count, sizeof *found->entries, by_name);
    qsort(want->entries, want->count, sizeof *want->entries, by_name);
    for (size_t i = 0; i < found->count && i < want->count; i++) {
        const struct entry *f = &found->entries[i], *w = &want->entries[i];
        cr_assert_str_eq(f->name, w->name, "%s: tensor %zu is %s, but %s is "
                         "released", config, i, f->name, w->name);
        cr_assert(f->dtype == w->dtype && f->rank == w->rank
                  && f->shape[0] == w->shape[0]
                  && f->shape[1] == w->shape[1],
                  "%s: %s: found %s [%lld %lld], released is %s [%lld %lld]",
                  config, f->name, dtype_name(f->dtype),
                  (long long)f->shape[0], (long long)f->shape[1],
                  dtype_name(w->dtype), (long long)w->shape[0],
                  (long long)w->shape[1]);
    }
    cr_assert_eq(found->count, want->count, "%s: %zu tensors, released %zu",
                 config, found->count, want->count);
}

static void check(const char *config, const char *like, bool with_mtp,
                  size_t tensors, size_t bytes)
{
    struct list found = { 0 }, want = { 0 };
    walk(&found, config, with_mtp);
    struct list promised = read_inventory(&want, config, like, with_mtp);
    same(config, &found, &want);
    cr_assert_eq(found.count, promised.count);
    cr_assert_eq(found.bytes, promised.bytes);
    cr_assert_eq(found.count, tensors);
    cr_assert_eq(found.bytes, bytes);
    free(found.entries);
    free(want.entries);
}

Test(tensors, flash)
{
    check("v4-flash", "v4-flash", true, 69187, 159609485896);
}

/* Its draft modules are others; the rest is Flash. */
Test(tensors, flash_0731)
{
    check("v4-flash-0731", "v4-flash", false, 67612, 156015698140);
}

Test(tensors, drafter_of_flash_0731)
{
    struct list found = { 0 }, want = { 0 };
    struct arena arena = { 0 };
    struct dspark_weights w;
    struct config c;
    cr_assert(config_load(&c, "tiny_models/configs/v4-flash-0731.json", NULL,
                          0, &arena, NULL));
    tensors_allocate_dspark(&w, &c, &arena);
    tensors_walk_dspark(&w, &c, visit, &found);
    const char *name = "v4-flash-0731-drafter";
    struct list promised = read_inventory(&want, name, name, true);
    same(name, &found, &want);
    cr_assert(found.count == promised.count && found.count == 4705);
    cr_assert(found.bytes == promised.bytes && found.bytes == 10862838300);
    arena_free(&arena);
    free(found.entries);
    free(want.entries);
}

Test(tensors, pro)
{
    check("v4-pro", "v4-pro", true, 145116, 864704792696);
}

/* A file has nothing that was not asked for. */
Test(tensors, tiny_models_have_nothing_else)
{
    for (int i = 0; i < TINY_MODELS; i++) {
        const struct tiny *t = tiny_open(tiny_names[i], EXACT);
        cr_assert_gt(t->ck.shards.n_tensors, 100);
        for (int k = 0; k < t->ck.shards.n_tensors; k++)
            cr_assert(t->ck.shards.tensors[k].used, "%s: %s", t->name,
                      t->ck.shards.tensors[k].array->name);
    }
}

Test(tensors, scales)
{
    char name[TENSOR_NAME];
    scale_name(name, "a.weight");
    cr_assert_str_eq(name, "a.scale");
}

/* Chapter 30: the tensors of Flash, counted block by block. */
static int count_under(const struct list *l, const char *prefix)
{
    int n = 0;
    for (size_t i = 0; i < l->count; i++)
        n += strncmp(l->entries[i].name, prefix, strlen(prefix)) == 0;
    return n;
}

Test(tensors, worked_example)
{
    struct list l = { 0 };
    walk(&l, "v4-flash", true);
    cr_assert_eq(count_under(&l, "layers.1."), 1536 + 6 + 6 + 2 + 2 + 13);
    cr_assert_eq(count_under(&l, "layers.3."), 1565 + 4);
    cr_assert_eq(count_under(&l, "layers.4."), 1565 + 4 + 7);
    cr_assert_eq(count_under(&l, "mtp.0."), 1565 + 10);
    cr_assert_eq(count_under(&l, ""), 2 * 1565 + 21 * 1576 + 20 * 1569
                                      + 6 + 1575);
    free(l.entries);
}
