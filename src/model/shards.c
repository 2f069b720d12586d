//> [shards-includes] What the files need
#include "model/shards.h"

#include <cjson/cJSON.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, LINE_ROOM = 1024 };
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
    size_t size = strlen(line) + 1;
    f->lines[f->count] = memcpy(arena_alloc(&f->arena, size, 1), line,
                                size);
    f->count++;
}

void faults_free(struct faults *f)
{
    arena_free(&f->arena);
    *f = (struct faults){ 0 };
}
//< [shards-faults]

//> [shards-read] A whole text file
static char *read_text(const char *path, struct arena *arena)
{
    FILE *in = fopen(path, "rb");
    struct stat st;
    if (!in || fstat(fileno(in), &st) != 0 || !S_ISREG(st.st_mode)) {
        if (in)
            fclose(in);
        return NULL;
    }
    size_t size = (size_t)st.st_size;
    char *text = arena_alloc(arena, size + 1, 1);
    size_t got = fread(text, 1, size, in);
    fclose(in);
    text[got] = '\0';
    return text;
}
//< [shards-read]

//> [shards-file] Open one file, once
/* A file that cannot be opened keeps its place, without arrays: so it is
   reported once, however many tensors it should hold. */
static void open_file(struct shards *s, const char *dir, const char *name,
                      struct faults *faults)
{
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    for (int i = 0; i < s->n_files; i++)
        if (strcmp(s->files[i].path, path) == 0)
            return;
    struct error err;
    struct array_file *f = &s->files[s->n_files++];
    if (array_file_open(f, path, &err))
        return;
    fault(faults, "%s", err.message);
    size_t size = strlen(path) + 1;
    f->path = memcpy(arena_alloc(&s->arena, size, 1), path, size);
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
                         const cJSON *map, struct faults *faults)
{
    size_t entries = (size_t)cJSON_GetArraySize(map);
    s->files = arena_alloc(&s->arena, entries + 1, sizeof *s->files);
    for (const cJSON *e = map->child; e; e = e->next) {
        const char *file = e->valuestring;
        if (!cJSON_IsString(e) || strchr(file, '/'))
            fault(faults, "%s/model.safetensors.index.json: %s is not "
                  "given the name of a file beside it", dir, e->string);
        else
            open_file(s, dir, file, faults);
    }
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
        const char *slash = strrchr(path, '/');
        if (strcmp(slash ? slash + 1 : path, e->valuestring) != 0)
            fault(faults, "%s: the index says it is in %s, but it is in %s",
                  e->string, e->valuestring, path);
    }
}
//< [shards-check-index]

//> [shards-open] One file, or an index and its shards
void shards_open(struct shards *s, const char *dir, struct faults *faults)
{
    *s = (struct shards){ 0 };
    char path[PATH_ROOM];
    snprintf(path, sizeof path, "%s/model.safetensors.index.json", dir);
    char *text = read_text(path, &s->arena);
    if (!text) {
        s->files = arena_alloc(&s->arena, 1, sizeof *s->files);
        open_file(s, dir, "model.safetensors", faults);
        collect(s, faults);
        return;
    }
    cJSON *index = cJSON_Parse(text);
    const cJSON *map = cJSON_GetObjectItemCaseSensitive(index,
                                                        "weight_map");
    if (cJSON_IsObject(map)) {
        open_indexed(s, dir, map, faults);
        check_index(s, map, faults);
    } else
        fault(faults, "%s: found no \"weight_map\", expected an object "
              "{tensor: file}", path);
    cJSON_Delete(index);
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
