//> [array-read-includes] What reading arrays needs
#include "base/array.h"
#include "base/array_check.h"
#include "base/json.h"
#include "base/textfile.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { LENGTH_BYTES = 8 }; /* a file begins with the header's length */
//< [array-read-includes]

//> [array-read-integer] A JSON number that is a count
static bool read_count(const cJSON *item, int64_t *out)
{
    const double exact = 0x1p53; /* cJSON keeps numbers as doubles */
    if (!cJSON_IsNumber(item))
        return false;
    double value = item->valuedouble;
    if (!(value >= 0 && value < exact) || value != (double)(int64_t)value)
        return false;
    *out = (int64_t)value;
    return true;
}

static bool read_counts(const cJSON *list, int64_t *out, int most, int *n)
{
    if (!cJSON_IsArray(list))
        return false;
    *n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (*n == most || !read_count(item, &out[*n]))
            return false;
        ++*n;
    }
    return true;
}
//< [array-read-integer]

//> [array-read-dtype] The element type by its name
static bool read_dtype(const cJSON *item, enum dtype *out)
{
    if (!cJSON_IsString(item))
        return false;
    for (int t = 0; t < DTYPE_COUNT; t++) {
        if (strcmp(item->valuestring, dtype_name((enum dtype)t)) == 0) {
            *out = (enum dtype)t;
            return true;
        }
    }
    return false;
}
//< [array-read-dtype]

//> [array-read-bytes] Bytes of a shape, unless they overflow
static bool shape_bytes(const struct array *a, int64_t *out)
{
    int64_t bytes = (int64_t)dtype_size(a->dtype);
    for (int i = 0; i < a->rank; i++)
        if (__builtin_mul_overflow(bytes, a->shape[i], &bytes))
            return false;
    *out = bytes;
    return true;
}
//< [array-read-bytes]

//> [array-read-extent] The offsets must fit the shape and the file
static bool check_extent(const struct array *a, const int64_t offset[2],
                         int64_t data_size, struct error *err)
{
    int64_t bytes;
    if (!shape_bytes(a, &bytes))
        return fail(err, "found a shape whose byte count overflows, "
                         "expected one that fits the file");
    if (offset[1] < offset[0])
        return fail(err, "found data_offsets [%jd, %jd], expected the "
                         "first to be the smaller",
                    (intmax_t)offset[0], (intmax_t)offset[1]);
    if (offset[1] > data_size)
        return fail(err, "found data_offsets [%jd, %jd], expected at most "
                         "%jd, where the file ends (is it truncated?)",
                    (intmax_t)offset[0], (intmax_t)offset[1],
                    (intmax_t)data_size);
    if (offset[1] - offset[0] != bytes)
        return fail(err, "found %jd bytes between its data_offsets, "
                         "expected %jd from its shape and type",
                    (intmax_t)(offset[1] - offset[0]), (intmax_t)bytes);
    return true;
}
//< [array-read-extent]

//> [array-read-entry] One entry of the header: type, shape, place
static bool read_entry(struct array *a, const cJSON *entry,
                       const char *data, int64_t data_size,
                       struct error *err)
{
    const cJSON *dtype = json_get(entry, "dtype");
    const cJSON *shape = json_get(entry, "shape");
    const cJSON *place = json_get(entry, "data_offsets");
    if (!cJSON_IsObject(entry) || !dtype || !shape || !place
        || cJSON_GetArraySize(entry) != 3)
        return json_refuse(err, NULL, entry, "an object of dtype, shape "
                                             "and data_offsets");
    //> [array-read-fields] Each field of the entry
    if (!read_dtype(dtype, &a->dtype))
        return json_refuse(err, NULL, dtype, "dtype F32, BF16, F8_E4M3, "
                                             "F8_E8M0, I8, U8, I32 or I64");
    if (!read_counts(shape, a->shape, ARRAY_MAX_RANK, &a->rank))
        return json_refuse(err, NULL, shape, "a shape of at most 8 whole "
                                             "numbers");
    int64_t offset[2];
    int n;
    if (!read_counts(place, offset, 2, &n) || n != 2)
        return json_refuse(err, NULL, place, "two whole numbers as "
                                             "data_offsets");
    if (!check_extent(a, offset, data_size, err))
        return false;
    a->data = data + offset[0];
    return true;
    //< [array-read-fields]
}
//< [array-read-entry]

//> [array-read-entries] What goes beside the arrays
static bool read_metadata(struct array_file *f, const cJSON *meta,
                          struct error *err)
{
    if (!cJSON_IsObject(meta))
        return json_refuse(err, NULL, meta, "an object as __metadata__");
    char *text = need(cJSON_PrintUnformatted(meta));
    f->metadata = arena_text(&f->arena, text);
    cJSON_free(text);
    return true;
}
//< [array-read-entries]

//> [array-read-all] All entries, the metadata among them
static bool read_entries(struct array_file *f, const cJSON *header,
                         const char *data, int64_t data_size,
                         struct error *err)
{
    size_t most = (size_t)cJSON_GetArraySize(header);
    f->arrays = arena_alloc(&f->arena, most, sizeof *f->arrays);
    const cJSON *entry;
    cJSON_ArrayForEach(entry, header) {
        if (strcmp(entry->string, "__metadata__") == 0) {
            if (!read_metadata(f, entry, err))
                return false;
            continue;
        }
        struct array *a = &f->arrays[f->count++];
        *a = (struct array){ .name = arena_text(&f->arena, entry->string) };
        if (!read_entry(a, entry, data, data_size, err))
            return fail_in(err, "tensor %.200s: ", a->name);
    }
    return true;
}
//< [array-read-all]

//> [array-read-header] The header must end inside the file
static bool find_header(const struct array_file *f, size_t *length,
                        struct error *err)
{
    if (f->map_size < LENGTH_BYTES)
        return fail(err, "found %zu bytes, expected at least the %d of a "
                         "header's length", f->map_size, LENGTH_BYTES);
    uint64_t n; /* little-endian, like the machines we run on */
    memcpy(&n, f->map, LENGTH_BYTES);
    if (n > f->map_size - LENGTH_BYTES)
        return fail(err, "found a header of %ju bytes, expected at most "
                         "%zu, the rest of the file", (uintmax_t)n,
                    f->map_size - LENGTH_BYTES);
    *length = (size_t)n;
    return true;
}
//< [array-read-header]

//> [array-read-file] Header, entries, then all of them together
static bool read_file(struct array_file *f, bool copy, struct error *err)
{
    size_t length = 0;
    if (!find_header(f, &length, err))
        return false;
    const char *text = (const char *)f->map + LENGTH_BYTES;
    cJSON *header = json_object(text, length, err);
    if (!header)
        return fail_in(err, "header: ");
    const char *data = text + length;
    int64_t size = (int64_t)(f->map_size - LENGTH_BYTES - length);
    bool ok = read_entries(f, header, data, size, err)
              && array_file_check(f, data, size, copy, err);
    cJSON_Delete(header);
    return ok;
}
//< [array-read-file]

//> [array-read-map] The file's bytes as memory
static bool map_file(struct array_file *f, int fd, size_t size,
                     struct error *err)
{
    if (!size)
        return true; /* an empty file cannot be mapped */
    void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return fail(err, "cannot be mapped: %s", strerror(errno));
    f->map = map;
    f->map_size = size;
    return true;
}
//< [array-read-map]

//> [array-read-open] Open, map, read, check; or nothing
static bool open_file(struct array_file *f, const char *path, bool copy,
                      struct error *err)
{
    *f = (struct array_file){ 0 };
    f->path = arena_text(&f->arena, path);
    size_t size = 0;
    int fd = file_open(&size, path, ONLY_A_FILE, err);
    bool ok = fd >= 0 && map_file(f, fd, size, err);
    if (fd >= 0)
        close(fd);
    if (ok && read_file(f, copy, err))
        return true;
    array_file_close(f);
    return fail_in(err, "%s: ", path);
}
//< [array-read-open]

//> [array-read-public] Two ways to open, one to close
bool array_file_open(struct array_file *f, const char *path,
                     struct error *err)
{
    return open_file(f, path, false, err);
}

bool array_file_open_unaligned(struct array_file *f, const char *path,
                               struct error *err)
{
    return open_file(f, path, true, err);
}

void array_file_close(struct array_file *f)
{
    if (f->map)
        munmap(f->map, f->map_size);
    arena_free(&f->arena);
    *f = (struct array_file){ 0 };
}
//< [array-read-public]
