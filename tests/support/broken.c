#include "support/broken.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPARE = 256 }; /* tensors that may be added */

static const char INDEX[] = "model.safetensors.index.json";

void copy_begin(struct copy *c, const char *name)
{
    static int number;
    char from[160];
    struct faults faults = { 0 };
    *c = (struct copy){ 0 };
    mkdir("build", 0777);
    mkdir("build/copies", 0777);
    snprintf(c->dir, sizeof c->dir, "build/copies/%ld-%d", (long)getpid(),
             number++);
    cr_assert_eq(mkdir(c->dir, 0777), 0, "cannot make %s", c->dir);
    snprintf(from, sizeof from, "tiny_models/%s", name);
    shards_open(&c->original, from, &faults);
    cr_assert_eq(faults.count, 0, "%s is not sound", from);
    c->count = c->original.n_tensors;
    c->arrays = calloc((size_t)(c->count + SPARE), sizeof *c->arrays);
    for (int i = 0; i < c->count; i++)
        c->arrays[i] = *c->original.tensors[i].array;
    snprintf(from, sizeof from, "tiny_models/%s/config.json", name);
    c->config = read_bytes(from, NULL);
}

struct array *copy_tensor(struct copy *c, const char *name)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->arrays[i].name, name) == 0)
            return &c->arrays[i];
    cr_assert_fail("the copy has no tensor %s", name);
    return NULL;
}

void *copy_bytes(struct copy *c, const char *name)
{
    struct array *a = copy_tensor(c, name);
    void *own = arena_alloc(&c->arena, array_bytes(a), 1);
    memcpy(own, a->data, array_bytes(a));
    a->data = own;
    return own;
}

void copy_remove(struct copy *c, const char *name)
{
    struct array *a = copy_tensor(c, name);
    *a = c->arrays[--c->count];
}

void *copy_add(struct copy *c, const char *name, enum dtype dtype, int rows,
               int cols)
{
    cr_assert_lt(c->count, c->original.n_tensors + SPARE);
    struct array *a = &c->arrays[c->count++];
    size_t room = strlen(name) + 1;
    *a = (struct array){ .dtype = dtype, .rank = 2,
                         .shape = { rows, cols } };
    a->name = memcpy(arena_alloc(&c->arena, room, 1), name, room);
    void *data = arena_alloc(&c->arena, array_bytes(a), 1);
    a->data = data;
    return data;
}

void copy_path(char path[256], const struct copy *c, const char *file)
{
    snprintf(path, 256, "%s/%s", c->dir, file);
}

static void write_shard(const struct copy *c, const char *file, int first,
                        int step)
{
    char path[256];
    struct error err;
    struct array *some = calloc((size_t)c->count, sizeof *some);
    int n = 0;
    for (int i = first; i < c->count; i += step)
        some[n++] = c->arrays[i];
    copy_path(path, c, file);
    cr_assert(array_file_write(path, some, n, NULL, &err), "%s",
              err.message);
    free(some);
}

/* Some copies hold a name twice; an index cannot. */
static bool stands_before(const struct copy *c, int i)
{
    for (int j = 0; j < i; j++)
        if (strcmp(c->arrays[j].name, c->arrays[i].name) == 0)
            return true;
    return false;
}

static void write_index(const struct copy *c, int shards)
{
    char path[256];
    copy_path(path, c, INDEX);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    fprintf(out, "{\"metadata\":{},\"weight_map\":{\n");
    for (int i = 0; i < c->count; i++)
        if (!stands_before(c, i))
            fprintf(out, "%s\"%s\": \"model-%d.safetensors\"\n",
                    i ? "," : "", c->arrays[i].name, i % shards + 1);
    fprintf(out, "}}");
    fclose(out);
}

void copy_write(struct copy *c, int shards)
{
    char path[256], file[64];
    copy_path(path, c, "config.json");
    write_bytes(path, c->config, strlen(c->config));
    if (shards == 1) {
        write_shard(c, "model.safetensors", 0, 1);
        return;
    }
    for (int i = 0; i < shards; i++) {
        snprintf(file, sizeof file, "model-%d.safetensors", i + 1);
        write_shard(c, file, i, shards);
    }
    write_index(c, shards);
}

void copy_replace(const struct copy *c, const char *file, const char *old,
                  const char *now)
{
    char path[256];
    size_t size;
    copy_path(path, c, file);
    char *text = read_bytes(path, &size);
    char *at = memmem(text, size, old, strlen(old));
    if (!at)
        cr_assert_fail("%s does not hold %s", path, old);
    size_t before = (size_t)(at - text);
    size_t after = size - before - strlen(old);
    char *changed = malloc(before + strlen(now) + after);
    memcpy(changed, text, before);
    memcpy(changed + before, now, strlen(now));
    memcpy(changed + before + strlen(now), at + strlen(old), after);
    write_bytes(path, changed, before + strlen(now) + after);
    free(changed);
    free(text);
}

void copy_end(struct copy *c)
{
    DIR *dir = opendir(c->dir);
    cr_assert_not_null(dir, "%s is gone", c->dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", c->dir, e->d_name);
        if (e->d_name[0] != '.')
            remove(path);
    }
    closedir(dir);
    rmdir(c->dir);
    shards_close(&c->original);
    arena_free(&c->arena);
    free(c->arrays);
    free(c->config);
}
