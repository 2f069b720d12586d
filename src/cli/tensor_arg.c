//> [tensor-arg-includes] What tensors on the command line need
#include "cli/tensor_arg.h"

#include "numerics/stored.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
//< [tensor-arg-includes]

//> [tensor-arg-match] Globs
bool tensor_matches(const char *match, const char *name)
{
    return !match || fnmatch(match, name, 0) == 0;
}
//< [tensor-arg-match]

//> [tensor-arg-copy] Names are cut out of what was typed
static char *copy(struct arena *arena, const char *text, size_t n)
{
    return memcpy(arena_alloc(arena, n + 1, 1), text, n);
}
//< [tensor-arg-copy]

//> [tensor-file-open] A directory's files look like one
bool tensor_file_open(struct tensor_file *f, const char *path,
                      struct error *err)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return array_file_open_unaligned(&f->file, path, err);
    struct faults faults = { 0 };
    shards_open(&f->shards, path, &faults);
    if (faults.count)
        fail(err, "%s", faults.lines[0]);
    bool ok = faults.count == 0;
    faults_free(&faults);
    f->file.path = copy(&f->file.arena, path, strlen(path));
    f->file.count = ok ? f->shards.n_tensors : 0;
    f->file.arrays = arena_alloc(&f->file.arena, (size_t)f->file.count,
                                 sizeof *f->file.arrays);
    for (int i = 0; i < f->file.count; i++)
        f->file.arrays[i] = *f->shards.tensors[i].array;
    return ok;
}

void tensor_file_close(struct tensor_file *f)
{
    array_file_close(&f->file);
    shards_close(&f->shards);
}
//< [tensor-file-open]

//> [tensor-arg-index] Fix one leading axis after the other
/* Cuts `a` down to the part that "[I,J]" names; "" is all of it. */
static bool cut(struct array *a, const char *text, struct error *err)
{
    const char *all = text;
    int fixed = 0, rank = a->rank;
    while (*text == (fixed ? ',' : '[') && fixed < rank) {
        char *end;
        intmax_t i = strtoimax(text + 1, &end, 10), size = a->shape[0];
        if (end == text + 1)
            break;
        if (i < 0 || i >= size)
            return fail(err, "%s: index %jd of axis %d, which has %jd "
                        "parts, 0 … %jd", a->name, i, fixed, size,
                        size - 1);
        a->rank--;
        memmove(a->shape, a->shape + 1,
                (size_t)a->rank * sizeof *a->shape);
        a->data = (const char *)a->data + (size_t)i * array_bytes(a);
        text = end;
        fixed++;
    }
    return strcmp(text, fixed ? "]" : "") == 0
           || fail(err, "%s: \"%s\" is no index of %d axes", a->name, all,
                   rank);
}
//< [tensor-arg-index]

//> [tensor-arg-missing] What the file has instead
/* Names its neighbours in alphabetical order, which begin alike. */
static bool missing(const struct array_file *f, const char *name,
                    struct error *err)
{
    enum { SHOWN = 4 };
    char list[512] = "";
    size_t used = 0;
    int first = 0, last = f->count - SHOWN;
    while (first < last && strcmp(f->arrays[first + 2].name, name) < 0)
        first++;
    for (int i = first; i < f->count && i < first + SHOWN; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.100s",
                                 i > first ? ", " : "", f->arrays[i].name);
    return fail(err, "%s: found no tensor \"%.200s\" among %d: %s%s",
                f->path, name, f->count, list,
                f->count > SHOWN ? ", …" : "");
}
//< [tensor-arg-missing]

//> [tensor-arg-find] Find the tensor, cut it, widen what is left
static bool find(struct tensor_arg *t, const struct array_file *f,
                 const char *name, const char *indices,
                 struct arena *arena, struct error *err)
{
    const struct array *a = array_find(f, name);
    if (!a)
        return missing(f, name, err);
    struct array part = *a;
    if (!cut(&part, indices, err))
        return false;
    t->name = name;
    t->rank = part.rank;
    t->count = array_count(&part);
    memcpy(t->shape, part.shape, sizeof t->shape);
    t->values = arena_floats(arena, t->count);
    stored_floats(t->values, &part, 0, t->count);
    return true;
}
//< [tensor-arg-find]

//> [tensor-arg-colon] A path may contain a colon, a name may, too
const char *tensor_arg_colon(const char *spec)
{
    const char *first = strchr(spec, ':');
    const char *end = strstr(spec, ".safetensors:");
    if (end || !first || access(spec, F_OK) == 0)
        return end ? strchr(end, ':') : NULL;
    struct arena arena = { 0 };
    char *path = copy(&arena, spec, strlen(spec)), *c = strchr(path, ':');
    for (bool exists = false; c && !exists; c = strchr(c + 1, ':')) {
        *c = '\0';
        exists = access(path, F_OK) == 0;
        *c = ':';
        if (exists)
            first = spec + (c - path);
    }
    arena_free(&arena);
    return first;
}
//< [tensor-arg-colon]

//> [tensor-arg-read] FILE, NAME, [I,J]
bool tensor_arg_read(struct tensor_arg *t, const char *spec,
                     struct arena *arena, struct error *err)
{
    const char *colon = tensor_arg_colon(spec);
    if (!colon)
        return fail(err, "\"%.200s\": expected FILE.safetensors:NAME", spec);
    size_t length = strcspn(colon, "[");
    struct tensor_file f = { 0 };
    bool ok = tensor_file_open(&f, copy(arena, spec, (size_t)(colon - spec)),
                               err)
              && find(t, &f.file, copy(arena, colon + 1, length - 1),
                      colon + length, arena, err);
    tensor_file_close(&f);
    return ok;
}
//< [tensor-arg-read]
