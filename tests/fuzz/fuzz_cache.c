/* Any bytes as a saved cache: refused with a message and an empty cache, or
 * restored, and saved again it is restored to the same bytes. The checksum
 * is set right first: no fuzzer would ever find one.
 * Reader: attention/cache.c */
#include "attention/cache.h"
#include "base/hash.h"
#include "memory_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CONTEXT = 8, LAYERS = 3 };

/* A window, a CSA and an HCA layer, as narrow as they may be. */
static const struct config *small(void)
{
    static const char *const sets[] = {
        "num_hidden_layers=3", "num_nextn_predict_layers=0",
        "num_hash_layers=0", "compress_ratios=0,4,8", "sliding_window=2",
        "head_dim=66", "qk_rope_head_dim=2", "index_head_dim=32",
    };
    static struct config c;
    static struct arena arena;
    struct error err = { 0 };
    if (!c.hidden_size &&
        !config_load(&c, "tiny_models/tiny-flash/config.json", sets,
                     sizeof sets / sizeof *sets, &arena, &err)) {
        fprintf(stderr, "%s\n", err.message);
        abort();
    }
    return &c;
}

static void seal(int fd, const char *path)
{
    struct array_file f;
    uint64_t sum = 0;
    if (!array_file_open(&f, path, NULL))
        return;
    const struct array *to = array_find(&f, "checksum");
    for (int i = 0; i < f.count; i++) {
        const struct array *a = &f.arrays[i];
        uint64_t h = hash_bytes(HASH_START, a->name, strlen(a->name));
        if (a != to)
            sum += hash_bytes(h, a->data, array_bytes(a));
    }
    off_t at = to ? (const char *)to->data - (const char *)f.map : 0;
    if (to && array_bytes(to) == sizeof sum
        && pwrite(fd, &sum, sizeof sum, at) != sizeof sum)
        abort();
    array_file_close(&f);
}

static bool restore(struct cache *cache, const char *path,
                    struct error *err)
{
    struct array_file f = { 0 };
    bool ok = array_file_open(&f, path, err) && cache_restore(cache, &f, err);
    array_file_close(&f);
    return ok;
}

/* What cache_save() writes, into memory that is compared. */
static char *saved(const struct cache *cache, size_t *size)
{
    char path[64];
    int fd = memory_file(path, NULL, 0);
    if (!cache_save(cache, NULL, 0, path, NULL))
        abort();
    *size = (size_t)lseek(fd, 0, SEEK_END);
    char *bytes = malloc(*size);
    if (!bytes || pread(fd, bytes, *size, 0) != (ssize_t)*size)
        abort();
    close(fd);
    return bytes;
}

static void check(struct cache *cache)
{
    char path[64];
    size_t n, m;
    if (cache->position < 0 || cache->position > CONTEXT)
        abort();
    char *once = saved(cache, &n);
    int fd = memory_file(path, (const uint8_t *)once, n);
    if (!restore(cache, path, NULL))
        abort();
    char *twice = saved(cache, &m);
    if (n != m || memcmp(once, twice, n) != 0)
        abort();
    close(fd);
    free(once);
    free(twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct error err = { 0 };
    struct cache cache;
    int fd = memory_file(path, data, size);
    cache_init(&cache, small(), 0, LAYERS, CONTEXT);
    seal(fd, path);
    if (restore(&cache, path, &err))
        check(&cache);
    else if (strncmp(err.message, path, strlen(path)) != 0 ||
             cache.position != 0)
        abort();
    cache_free(&cache);
    close(fd);
    return 0;
}
