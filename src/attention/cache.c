//> [cache-includes] What the cache needs
#include "attention/cache.h"

#include "base/hash.h"
#include "base/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
//< [cache-includes]

//> [cache-layout] The table: what a layer of each kind remembers
static void describe(struct attention_state *s, const struct config *c,
                     int layer, int context)
{
    struct layer l = config_layer(c, layer);
    int m = l.ratio, w = c->sliding_window;
    *s = (struct attention_state){ .ratio = m };
    rows_describe(&s->ring, c, ROW_KEY, w < context ? w : context);
    if (!l.attention->compresses)
        return;
    bool overlaps = l.attention->overlaps;
    rows_describe(&s->entries, c, ROW_KEY, context / m);
    compressor_describe(&s->open, c, ROW_KEY, m, overlaps);
    if (!l.attention->selects)
        return;
    rows_describe(&s->index_keys, c, ROW_INDEX, context / m);
    compressor_describe(&s->index_open, c, ROW_INDEX, m, overlaps);
}
//< [cache-layout]

//> [cache-bytes] Its bytes
static size_t open_floats(const struct compressor_state *s)
{
    return (size_t)s->slots * (size_t)s->width;
}

struct cache_bytes cache_bytes(const struct config *c, int layer,
                               int context)
{
    struct attention_state s;
    describe(&s, c, layer, context);
    return (struct cache_bytes){
        .ring = rows_bytes(&s.ring),
        .entries = rows_bytes(&s.entries),
        .index_keys = rows_bytes(&s.index_keys),
        .open = 2 * sizeof(float) * (open_floats(&s.open)
                                     + open_floats(&s.index_open)),
    };
}
//< [cache-bytes]

//> [cache-init] The same table, with memory
static void allocate_open(struct compressor_state *s, struct arena *arena)
{
    s->kv = arena_floats(arena, open_floats(s));
    s->gate = arena_floats(arena, open_floats(s));
}

void cache_init(struct cache *cache, const struct config *c,
                int first_layer, int n_layers, int context)
{
    *cache = (struct cache){ .first_layer = first_layer,
                             .n_layers = n_layers, .context = context };
    struct arena *arena = &cache->arena;
    cache->layers = arena_alloc(arena, (size_t)n_layers,
                                sizeof *cache->layers);
    for (int i = 0; i < n_layers; i++) {
        struct attention_state *s = &cache->layers[i];
        describe(s, c, first_layer + i, context);
        struct rows *stores[] = { &s->ring, &s->entries, &s->index_keys };
        for (int k = 0; k < 3; k++)
            stores[k]->data = arena_alloc(arena, rows_bytes(stores[k]), 1);
        allocate_open(&s->open, arena);
        allocate_open(&s->index_open, arena);
    }
}
//< [cache-init]

//> [cache-reset] Forgetting
/* Nothing is erased: what position 0 has not seen is never looked at. */
void cache_reset(struct cache *cache)
{
    cache->position = 0;
}

void cache_free(struct cache *cache)
{
    arena_free(&cache->arena);
}
//< [cache-reset]

//> [cache-used] What is in use of a store
/* Rows that hold something after `position` tokens. */
static size_t used(const struct rows *r, int position, int per_row)
{
    int rows = per_row ? position / per_row : 0;
    return (size_t)(rows < r->capacity ? rows : r->capacity)
           * r->row_bytes;
}
//< [cache-used]

//> [cache-parts] All memory of a cache, part by part
enum { PARTS = 7, PART_NAME = 48 };

/* The k-th part of layer i, as far as it is in use, as an array of bytes. */
static struct array part(const struct cache *cache, int i, int k,
                         char *name)
{
    static const char *const names[PARTS] = {
        "ring", "entries", "index_keys", "open.kv", "open.gate",
        "index_open.kv", "index_open.gate",
    };
    struct attention_state *s = &cache->layers[i];
    //> [cache-parts-table] Where they are, and how large
    int at = cache->position;
    void *data[PARTS] = {
        s->ring.data, s->entries.data, s->index_keys.data,
        s->open.kv, s->open.gate, s->index_open.kv, s->index_open.gate,
    };
    size_t open = sizeof(float) * open_floats(&s->open);
    size_t index_open = sizeof(float) * open_floats(&s->index_open);
    size_t bytes[PARTS] = {
        used(&s->ring, at, 1), used(&s->entries, at, s->ratio),
        used(&s->index_keys, at, s->ratio),
        open, open, index_open, index_open,
    };
    //< [cache-parts-table]
    snprintf(name, PART_NAME, "L%d.%s", cache->first_layer + i, names[k]);
    return (struct array){ .name = name, .dtype = DTYPE_U8, .rank = 1,
                           .shape = { (int64_t)bytes[k] },
                           .data = data[k] };
}
//< [cache-parts]

//> [cache-checksum] Has a byte changed since?
/* A sum over arrays does not depend on their order. */
static int64_t checksum_of(const struct array *arrays, int n)
{
    uint64_t sum = 0;
    for (int i = 0; i < n; i++) {
        const struct array *a = &arrays[i];
        if (strcmp(a->name, "checksum") != 0)
            sum += hash_bytes(hash_bytes(HASH_START, a->name,
                                         strlen(a->name)),
                              a->data, array_bytes(a));
    }
    return (int64_t)sum;
}
//< [cache-checksum]

//> [cache-number] One number of the file, written and read
static struct array number(const char *name, const int64_t *value)
{
    return (struct array){ .name = name, .dtype = DTYPE_I64, .rank = 1,
                           .shape = { 1 }, .data = value };
}

static bool find_number(int64_t *value, const struct array_file *f,
                        const char *name, struct error *err)
{
    const struct array *a = array_find(f, name);
    if (!a || a->dtype != DTYPE_I64 || array_count(a) != 1)
        return fail(err, "%s: not a saved cache: \"%s\" is missing",
                    f->path, name);
    memcpy(value, a->data, sizeof *value);
    return true;
}
//< [cache-number]

//> [cache-save] To a file
bool cache_save(const struct cache *cache, const struct array *more,
                int n_more, const char *path, struct error *err)
{
    int n = 0, parts = cache->n_layers * PARTS;
    struct arena arena = { 0 };
    struct array *arrays = arena_alloc(&arena, (size_t)(parts + n_more + 3),
                                       sizeof *arrays);
    while (n < parts) {
        char *name = arena_alloc(&arena, PART_NAME, 1);
        arrays[n] = part(cache, n / PARTS, n % PARTS, name);
        n++;
    }
    for (int i = 0; i < n_more; i++)
        arrays[n++] = more[i];
    int64_t position = cache->position;
    int64_t identity = (int64_t)cache->identity;
    arrays[n++] = number("position", &position);
    arrays[n++] = number("identity", &identity);
    int64_t checksum = checksum_of(arrays, n);
    arrays[n++] = number("checksum", &checksum);
    bool ok = array_file_write(path, arrays, n, NULL, err);
    arena_free(&arena);
    return ok;
}
//< [cache-save]

//> [cache-restore-part] One part back, if it fits
static bool restore_part(const struct cache *cache, int j,
                         const struct array_file *f, struct error *err)
{
    char name[PART_NAME];
    struct array want = part(cache, j / PARTS, j % PARTS, name);
    const struct array *found = array_find(f, name);
    if (!found)
        return fail(err, "%s: %s is missing", f->path, name);
    if (array_bytes(found) != array_bytes(&want))
        return fail(err, "%s: %s has %zu bytes, expected %zu: it was saved "
                    "with another model or other numerics", f->path, name,
                    array_bytes(found), array_bytes(&want));
    if (array_bytes(&want))
        memcpy((void *)(uintptr_t)want.data, found->data,
               array_bytes(&want));
    return true;
}
//< [cache-restore-part]

//> [cache-restore-ours] Of this model, and whole?
static bool is_ours(const struct cache *cache, const struct array_file *f,
                    struct error *err)
{
    int64_t identity = 0, checksum = 0;
    if (!find_number(&identity, f, "identity", err)
        || !find_number(&checksum, f, "checksum", err))
        return false;
    if ((uint64_t)identity != cache->identity)
        return fail(err, "%s: saved by model %016" PRIx64 ", expected "
                    "%016" PRIx64 ": another model, or other numbers, "
                    "numerics or switches", f->path, (uint64_t)identity,
                    cache->identity);
    return checksum == checksum_of(f->arrays, f->count)
        || fail(err, "%s: its bytes have changed since it was saved",
                f->path);
}
//< [cache-restore-ours]

//> [cache-restore] All parts back, or an empty cache
bool cache_restore(struct cache *cache, const struct array_file *f,
                   struct error *err)
{
    int64_t position = 0;
    cache_reset(cache);
    if (!find_number(&position, f, "position", err)
        || !is_ours(cache, f, err))
        return false;
    if (position < 0 || position > cache->context)
        return fail(err, "%s: position %" PRId64 " is outside 0 … %d",
                    f->path, position, cache->context);
    cache->position = (int)position;
    bool ok = true;
    for (int j = 0; ok && j < cache->n_layers * PARTS; j++)
        ok = restore_part(cache, j, f, err);
    if (!ok)
        cache_reset(cache);
    return ok;
}
//< [cache-restore]
