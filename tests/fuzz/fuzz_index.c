/* Any bytes as model.safetensors.index.json, beside two small files: every
 * fault is named, or each tensor of the index is where the index says.
 * Reader: model/shards.c */
#include "base/json.h"
#include "base/textfile.h"
#include "model/shards.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/v4-fuzz-XXXXXX";

static void in_folder(char path[64], const char *name)
{
    snprintf(path, 64, "%s/%s", folder, name);
}

static void clean_up(void)
{
    const char *names[] = { "a", "b", "model.safetensors.index.json" };
    char path[64];
    for (int i = 0; i < 3; i++) {
        in_folder(path, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* Tensors x and y in file a, z in file b. */
static void prepare(void)
{
    static const float one[] = { 1 };
    char path[64];
    struct array some[] = {
        { .name = "x", .rank = 1, .shape = { 1 }, .data = one },
        { .name = "y", .rank = 1, .shape = { 1 }, .data = one },
        { .name = "z", .rank = 1, .shape = { 1 }, .data = one },
    };
    if (!mkdtemp(folder))
        abort();
    atexit(clean_up);
    in_folder(path, "a");
    if (!array_file_write(path, some, 2, NULL, NULL))
        abort();
    in_folder(path, "b");
    if (!array_file_write(path, some + 2, 1, NULL, NULL))
        abort();
}

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(data, 1, size, out) != size || fclose(out) != 0)
        abort();
}

/* Without a fault the index names x, y, z in their files, or others not
 * at all. */
static void check(const struct shards *s, const char *path)
{
    cJSON *index = json_file(path, 1 << 24, NULL);
    const cJSON *map = json_get(index, "weight_map"), *e;
    if (!map)
        abort();
    cJSON_ArrayForEach(e, map) {
        const struct shard_tensor *t = shards_find(s, e->string);
        const char *file = !t ? NULL : *e->string == 'z' ? "b" : "a";
        if (file && strcmp(file, e->valuestring) != 0)
            abort();
    }
    cJSON_Delete(index);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool prepared;
    char path[64];
    if (!prepared)
        prepare();
    prepared = true;
    in_folder(path, "model.safetensors.index.json");
    write_file(path, data, size);
    struct shards s;
    struct faults faults = { 0 };
    shards_open(&s, folder, &faults);
    for (int i = 0; i < faults.count; i++)
        if (strlen(faults.lines[i]) < 10)
            abort();
    if (faults.count == 0)
        check(&s, path);
    shards_close(&s);
    faults_free(&faults);
    return 0;
}
