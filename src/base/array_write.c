//> [array-write-includes] What writing arrays needs
#include "base/array.h"
#include "base/json.h"
#include "base/output.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
//< [array-write-includes]

//> [array-write-order] Widest types first, so that all data are aligned
static const struct array **widest_first(const struct array *arrays,
                                         int count)
{
    const struct array **order =
        need(malloc(((size_t)count + 1) * sizeof *order));
    int n = 0;
    for (size_t size = sizeof(int64_t); size; size /= 2)
        for (int i = 0; i < count; i++)
            if (dtype_size(arrays[i].dtype) == size)
                order[n++] = &arrays[i];
    assert(n == count);
    return order;
}
//< [array-write-order]

//> [array-write-entry] One array's entry in the header
static void add_number(cJSON *list, double number)
{
    cJSON_AddItemToArray(list, need(cJSON_CreateNumber(number)));
}

static void add_entry(cJSON *header, const struct array *a, size_t begin)
{
    cJSON *entry = need(cJSON_AddObjectToObject(header, a->name));
    need(cJSON_AddStringToObject(entry, "dtype", dtype_name(a->dtype)));
    cJSON *shape = need(cJSON_AddArrayToObject(entry, "shape"));
    for (int i = 0; i < a->rank; i++)
        add_number(shape, (double)a->shape[i]);
    cJSON *offsets = need(cJSON_AddArrayToObject(entry, "data_offsets"));
    add_number(offsets, (double)begin);
    add_number(offsets, (double)(begin + array_bytes(a)));
}
//< [array-write-entry]

//> [array-write-header] All entries as one JSON text
static char *header_text(const struct array *const *order, int count,
                         const char *metadata, struct error *err)
{
    cJSON *header = need(cJSON_CreateObject());
    if (metadata) {
        cJSON *meta = json_object(metadata, strlen(metadata), err);
        if (!meta) {
            fail_in(err, "__metadata__: ");
            cJSON_Delete(header);
            return NULL;
        }
        cJSON_AddItemToObject(header, "__metadata__", meta);
    }
    size_t begin = 0;
    for (int i = 0; i < count; i++) {
        add_entry(header, order[i], begin);
        begin += array_bytes(order[i]);
    }
    char *text = need(cJSON_PrintUnformatted(header));
    cJSON_Delete(header);
    return text;
}
//< [array-write-header]

//> [array-write-hole] A hole is as long as the data would be
/* The file ends behind the hole; what follows is written there. */
static bool write_hole(FILE *file, size_t bytes)
{
    return fseeko(file, (off_t)bytes, SEEK_CUR) == 0 && fflush(file) == 0
           && ftruncate(fileno(file), ftello(file)) == 0;
}
//< [array-write-hole]

//> [array-write-body] Length, header padded to 8 bytes, data
static bool write_all(FILE *file, const char *header,
                      const struct array *const *order, int count)
{
    size_t length = strlen(header);
    int padding = (int)(-length % 8);
    uint64_t padded = length + (size_t)padding;
    fwrite(&padded, sizeof padded, 1, file);
    fprintf(file, "%s%*s", header, padding, "");
    for (int i = 0; i < count && !ferror(file); i++) {
        size_t bytes = array_bytes(order[i]);
        if (bytes && order[i]->data)
            fwrite(order[i]->data, 1, bytes, file);
        else if (bytes && !write_hole(file, bytes))
            return false;
    }
    return true;
}
//< [array-write-body]

//> [array-write] Write to the side, then rename
static bool write_file(const char *path, const char *header,
                       const struct array *const *order, int count,
                       struct error *err)
{
    struct output out;
    if (!output_open(&out, path, err))
        return false;
    if (write_all(out.file, header, order, count) || ferror(out.file))
        return output_close(&out, err);
    fail(err, "%s: cannot hold holes: %s", path, strerror(errno));
    output_abandon(&out);
    return false;
}
//< [array-write]

//> [array-write-public] The whole file, or nothing
bool array_file_write(const char *path, const struct array *arrays,
                      int count, const char *metadata, struct error *err)
{
    const struct array **order = widest_first(arrays, count);
    char *header = header_text(order, count, metadata, err);
    bool ok = header ? write_file(path, header, order, count, err)
                     : fail_in(err, "%s: ", path);
    free(header);
    free(order);
    return ok;
}
//< [array-write-public]
