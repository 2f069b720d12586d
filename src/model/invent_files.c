//> [invent-files-includes] What the files of an invention need
#include "base/json.h"
#include "base/output.h"
#include "base/textfile.h"
#include "model/invent.h"
#include "numerics/stored.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONFIG_BYTES = 1 << 16 }; /* config_load() takes no more */

static const int64_t gib = (int64_t)1 << 30;
//< [invent-files-includes]

//> [invent-files-plan] All tensors, and which file each goes to
/* A tensor and its scale, without data yet. */
struct planned {
    struct slot slot;
    struct array weight, scale; /* scale: rank 0 and no name if none */
    char scale_name[TENSOR_NAME];
    int file;
};

struct plan {
    const struct invention *what;
    struct config config;
    struct planned *tensors;
    int n_tensors;
    int n_files;
    int64_t total, in_file; /* bytes of all, of the last file */
    struct arena arena;
};
//< [invent-files-plan]

//> [invent-files-describe] A slot as arrays of a file
static void describe(struct planned *t, const struct slot *s)
{
    t->slot = *s;
    t->weight = slot_stored(&t->slot);
    if (!slot_scaled(s))
        return;
    scale_name(t->scale_name, s->name);
    t->scale = (struct array){ .name = t->scale_name, .rank = 2,
                               .dtype = DTYPE_F8_E8M0 };
    matrix_scale_shape(t->scale.shape, s->format, s->rows, s->cols);
}
//< [invent-files-describe]

//> [invent-files-list] Fill one file after the other
static void count(void *user, const struct slot *s)
{
    (void)s;
    ++*(int *)user;
}

static void list(void *user, const struct slot *s)
{
    struct plan *p = user;
    struct planned *t = &p->tensors[p->n_tensors++];
    describe(t, s);
    int64_t limit = p->what->shard ? p->what->shard : 4 * gib;
    int64_t bytes = (int64_t)array_bytes(&t->weight);
    if (t->scale.name)
        bytes += (int64_t)array_bytes(&t->scale);
    if (p->n_files == 0 || p->in_file + bytes > limit) {
        p->n_files++;
        p->in_file = 0;
    }
    t->file = p->n_files - 1;
    p->in_file += bytes;
    p->total += bytes;
}
//< [invent-files-list]

//> [invent-files-make-plan] From the configuration
static bool make_plan(struct plan *p, struct error *err)
{
    struct config *c = &p->config;
    struct model_weights w = { 0 };
    struct mtp_weights mtp = { 0 };
    if (!config_load(c, p->what->config, NULL, 0, &p->arena, err))
        return false;
    struct mtp_weights *draft = c->num_nextn_predict_layers ? &mtp : NULL;
    int n = 0;
    tensors_allocate(&w, draft, c, &p->arena);
    tensors_walk(&w, draft, c, count, &n);
    p->tensors = arena_alloc(&p->arena, (size_t)n, sizeof *p->tensors);
    tensors_walk(&w, draft, c, list, p);
    if (p->total > 16 * gib && !p->what->sparse)
        return fail(err, "%s: would make %.1f GiB of random numbers, at "
                    "most 16: --sparse makes holes", p->what->config,
                    (double)p->total / (double)gib);
    return true;
}
//< [invent-files-make-plan]

//> [invent-files-name] model.safetensors, or one of many
static void file_name(char *out, size_t room, const struct plan *p, int i)
{
    if (p->n_files == 1)
        snprintf(out, room, "model.safetensors");
    else
        snprintf(out, room, "model-%05d-of-%05d.safetensors", i + 1,
                 p->n_files);
}
//< [invent-files-name]

//> [invent-files-data] Memory and numbers for one tensor
static void give_data(struct planned *t, const struct plan *p,
                      struct arena *arena)
{
    void *data = arena_alloc(arena, array_bytes(&t->weight), 1);
    void *scale = t->scale.name
        ? arena_alloc(arena, array_bytes(&t->scale), 1) : NULL;
    invent_tensor(data, scale, &t->slot, &p->config, p->what->seed);
    t->weight.data = data;
    t->scale.data = scale;
}
//< [invent-files-data]

//> [invent-files-shard] One file
static bool write_shard(struct plan *p, const char *dir, int file,
                        struct error *err)
{
    char name[64];
    file_name(name, sizeof name, p, file);
    struct arena arena = { 0 };
    const char *path = path_in(dir, name, &arena);
    struct array *arrays = arena_alloc(&arena, 2 * (size_t)p->n_tensors,
                                       sizeof *arrays);
    int n = 0;
    for (int i = 0; i < p->n_tensors; i++) {
        struct planned *t = &p->tensors[i];
        if (t->file != file)
            continue;
        if (!p->what->sparse)
            give_data(t, p, &arena);
        arrays[n++] = t->weight;
        if (t->scale.name)
            arrays[n++] = t->scale;
        progress_update(p->what->progress, i);
    }
    bool ok = array_file_write(path, arrays, n, "{\"format\":\"pt\"}", err);
    arena_free(&arena);
    return ok;
}
//< [invent-files-shard]

//> [invent-files-text] A text file, whole
static bool write_text(const char *path, const char *text, size_t size,
                       struct error *err)
{
    struct output out;
    if (!output_open(&out, path, err))
        return false;
    fwrite(text, 1, size, out.file);
    return output_close(&out, err);
}
//< [invent-files-text]

//> [invent-files-index] Which tensor is in which file
static bool write_index(struct plan *p, const char *dir, struct error *err)
{
    char name[64];
    cJSON *index = need(cJSON_CreateObject());
    cJSON *meta = need(cJSON_AddObjectToObject(index, "metadata"));
    need(cJSON_AddNumberToObject(meta, "total_size", (double)p->total));
    cJSON *map = need(cJSON_AddObjectToObject(index, "weight_map"));
    for (int i = 0; i < p->n_tensors; i++) {
        const struct planned *t = &p->tensors[i];
        file_name(name, sizeof name, p, t->file);
        need(cJSON_AddStringToObject(map, t->slot.name, name));
        if (t->scale.name)
            need(cJSON_AddStringToObject(map, t->scale_name, name));
    }
    char *text = need(cJSON_Print(index));
    const char *path = path_in(dir, "model.safetensors.index.json",
                               &p->arena);
    bool ok = write_text(path, text, strlen(text), err);
    cJSON_free(text);
    cJSON_Delete(index);
    return ok;
}
//< [invent-files-index]

//> [invent-files-config] The configuration goes along
static bool copy_config(struct plan *p, const char *dir, struct error *err)
{
    size_t size;
    const char *text = text_read(&size, p->what->config, CONFIG_BYTES,
                                 ONLY_A_FILE, &p->arena, err);
    return text && write_text(path_in(dir, "config.json", &p->arena), text,
                              size, err);
}
//< [invent-files-config]

//> [invent-files-remove] Half a checkpoint is none
static void remove_all(const char *dir, struct arena *arena)
{
    DIR *list = opendir(dir);
    const struct dirent *e;
    while (list && (e = readdir(list)))
        if (e->d_name[0] != '.')
            unlink(path_in(dir, e->d_name, arena));
    if (list)
        closedir(list);
    rmdir(dir);
}
//< [invent-files-remove]

//> [invent-files-all] Shards, index, configuration
static bool write_files(struct plan *p, const char *dir, struct error *err)
{
    bool ok = true;
    for (int i = 0; ok && i < p->n_files; i++)
        ok = write_shard(p, dir, i, err);
    return ok && (p->n_files == 1 || write_index(p, dir, err))
           && copy_config(p, dir, err);
}
//< [invent-files-all]

//> [invent-files-dir] Under another name until it is whole
static const char *name_beside(const char *dir, struct arena *arena)
{
    size_t length = strlen(dir), room = length + 32;
    while (length > 1 && dir[length - 1] == '/')
        length--; /* else it would stand inside */
    char *name = arena_alloc(arena, room, 1);
    snprintf(name, room, "%.*s.tmp-%jd", (int)length, dir,
             (intmax_t)getpid());
    return name;
}

static bool write_dir(struct plan *p, struct error *err)
{
    const char *dir = p->what->dir, *beside = name_beside(dir, &p->arena);
    if (mkdir(beside, 0777) != 0)
        return fail(err, "%s: cannot be made: %s", dir, strerror(errno));
    bool ok = write_files(p, beside, err)
              && (rename(beside, dir) == 0
               || fail(err, "%s: cannot be made: %s", dir, strerror(errno)));
    if (!ok)
        remove_all(beside, &p->arena);
    return ok;
}
//< [invent-files-dir]

//> [invent-files] Never into a directory that has something in it
static bool is_taken(const char *dir)
{
    struct stat st;
    if (lstat(dir, &st) != 0)
        return false;
    DIR *list = S_ISDIR(st.st_mode) ? opendir(dir) : NULL; /* no link */
    const struct dirent *e;
    bool empty = list != NULL;
    while (list && (e = readdir(list)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            empty = false;
    if (list)
        closedir(list);
    return !empty;
}

bool invent(const struct invention *what, struct error *err)
{
    struct plan p = { .what = what };
    if (is_taken(what->dir))
        return fail(err, "%s: exists, expected a new or an empty directory",
                    what->dir);
    bool ok = make_plan(&p, err) && write_dir(&p, err);
    arena_free(&p.arena);
    return ok;
}
//< [invent-files]
