/* Any bytes as a safetensors file: refused with a message, or every byte of
 * every array can be read and every array is found by its name.
 * Reader: base/array_read.c base/array_check.c */
#include "base/array.h"
#include "memory_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(const struct array_file *f)
{
    volatile unsigned char sink = 0;
    for (int i = 0; i < f->count; i++) {
        const struct array *a = &f->arrays[i];
        const unsigned char *bytes = a->data;
        for (size_t j = 0; j < array_bytes(a); j++)
            sink = bytes[j];
        float *floats = malloc((array_count(a) + 1) * sizeof *floats);
        if (floats)
            array_to_floats(floats, a);
        free(floats);
        if (array_find(f, a->name) != a)
            abort();
    }
    (void)sink;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memory_file(path, data, size);
    struct array_file f;
    struct error err = { 0 };
    bool strict = array_file_open(&f, path, &err);
    if (strict)
        touch(&f);
    else if (strncmp(err.message, path, strlen(path)) != 0)
        abort();
    array_file_close(&f);

    bool loose = array_file_open_unaligned(&f, path, &err);
    if (loose)
        touch(&f);
    else if (strict)
        abort();
    array_file_close(&f);
    close(fd);
    return 0;
}
