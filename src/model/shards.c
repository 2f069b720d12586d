//> [shards-includes] What the files need
#include "model/shards.h"
#include "base/json.h"
#include "base/textfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The index of Flash has 69,187 entries and names 46 files. */
enum { MOST_BYTES = 1 << 27, MOST_FILES = 4096, LINE_ROOM = 1024 };
//< [shards-includes]

//> [shards-faults] A growing list of lines
void fault(struct faults *f, const char *format, ...)
{
    if (f->count == f->room) {
        int room = f->room ? 2 * f->room : 16;
        char **lines = arena_alloc(&f->arena, (size_t)room, sizeof *lines);
        if (f->count)
            memcpy(lines, f->lines, (size_t)f->count * sizeof *lines);
        f->lines = lines;
        f->room = room;
    }
    char line[LINE_ROOM];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    f->lines[f->count++] = arena_text(&f->arena, line);
}

void faults_free(struct faults *f)
{
    arena_free(&f->arena);
    *f = (struct faults){ 0 };
}
//< [shards-faults]

//> [shards-file] Open one file, once
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A file that cannot be opened keeps its place, without arrays: so it is
   reported once, however many tensors it should hold. */
static void open_file(struct shards *s, const char *dir, const char *name,
                      struct faults *faults)
{
    for (int i = 0; i < s->n_files; i++)
        if (strcmp(last_part(s->files[i].path), name) == 0)
            return;
    char *path = path_in(dir, name, &s->arena);
    struct error err;
    struct array_file *f = &s->files[s->n_files++];
    if (array_file_open(f, path, &err))
        return;
    fault(faults, "%s", err.message);
    f->path = path;
}
//< [shards-file]

//> [shards-collect] All tensors of all files, sorted
static int by_name(const void *a, const void *b)
{
    const struct shard_tensor *x = a, *y = b;
    return strcmp(x->array->name, y->array->name);
}

static void collect(struct shards *s, struct faults *faults)
{
    size_t n = 0;
    for (int i = 0; i < s->n_files; i++)
        n += (size_t)s->files[i].count;
    s->tensors = arena_alloc(&s->arena, n, sizeof *s->tensors);
    for (int i = 0; i < s->n_files; i++)
        for (int j = 0; j < s->files[i].count; j++)
            s->tensors[s->n_tensors++] = (struct shard_tensor){
                .array = &s->files[i].arrays[j], .file = i,
            };
    if (n)
        qsort(s->tensors, n, sizeof *s->tensors, by_name);
    for (size_t i = 1; i < n; i++)
        if (by_name(&s->tensors[i - 1], &s->tensors[i]) == 0)
            fault(faults, "%s: stands in %s and in %s",
                  s->tensors[i].array->name,
                  s->files[s->tensors[i - 1].file].path,
                  s->files[s->tensors[i].file].path);
}
//< [shards-collect]

//> [shards-find] Binary search
static int name_order(const void *key, const void *element)
{
    const struct shard_tensor *t = element;
    return strcmp(key, t->array->name);
}

struct shard_tensor *shards_find(const struct shards *s, const char *name)
{
    if (!s->n_tensors)
        return NULL;
    return bsearch(name, s->tensors, (size_t)s->n_tensors,
                   sizeof *s->tensors, name_order);
}
//< [shards-find]

//> [shards-index] What the index promises, the files must keep
static void open_indexed(struct shards *s, const char *dir,
                         const char *index, const cJSON *map,
                         struct faults *faults)
{
    s->files = arena_alloc(&s->arena, MOST_FILES, sizeof *s->files);
    for (const cJSON *e = map->child; e; e = e->next) {
        const char *file = e->valuestring;
        if (!cJSON_IsString(e) || !*file || strchr(file, '/'))
            fault(faults, "%s: %s is not given the name of a file beside it",
                  index, e->string);
        else if (s->n_files < MOST_FILES)
            open_file(s, dir, file, faults);
    }
    if (s->n_files == MOST_FILES)
        fault(faults, "%s: found %d files or more, expected fewer", index,
              MOST_FILES);
    collect(s, faults);
}
//< [shards-index]

//> [shards-check-index] Is every tensor where the index says?
static void check_index(const struct shards *s, const cJSON *map,
                        struct faults *faults)
{
    for (const cJSON *e = map->child; e; e = e->next) {
        const struct shard_tensor *t = shards_find(s, e->string);
        if (!t || !cJSON_IsString(e))
            continue; /* a missing tensor is reported by name elsewhere */
        const char *path = s->files[t->file].path;
        if (strcmp(last_part(path), e->valuestring) != 0)
            fault(faults, "%s: the index says it is in %s, but it is in %s",
                  e->string, e->valuestring, path);
    }
}
//< [shards-check-index]

//> [shards-read-index] An index can be wrong in many ways
/* An index that is there and cannot be read is not absent. */
static void read_index(struct shards *s, const char *dir, const char *path,
                       struct faults *faults)
{
    struct error err;
    cJSON *index = json_file(path, MOST_BYTES, &err);
    const cJSON *map = json_get(index, "weight_map");
    if (cJSON_IsObject(map)) {
        open_indexed(s, dir, path, map, faults);
        check_index(s, map, faults);
    } else if (index) {
        json_refuse(&err, "weight_map", map, "an object {tensor: file}");
        fail_in(&err, "%s: ", path);
    }
    if (!cJSON_IsObject(map))
        fault(faults, "%s", err.message);
    cJSON_Delete(index);
}
//< [shards-read-index]

//> [shards-open] One file, or an index and its shards
void shards_open(struct shards *s, const char *dir, struct faults *faults)
{
    *s = (struct shards){ 0 };
    char *index = path_in(dir, "model.safetensors.index.json", &s->arena);
    if (!path_absent(index)) {
        read_index(s, dir, index, faults);
        return;
    }
    s->files = arena_alloc(&s->arena, 1, sizeof *s->files);
    open_file(s, dir, "model.safetensors", faults);
    collect(s, faults);
}
//< [shards-open]

//> [shards-close] Closing
void shards_close(struct shards *s)
{
    for (int i = 0; i < s->n_files; i++)
        array_file_close(&s->files[i]);
    arena_free(&s->arena);
    *s = (struct shards){ 0 };
}
//< [shards-close]
