/* Any bytes as a table for v4 plot: refused with a message, or every number
 * of every series can be read and every series has a name.
 * Reader: cli/table.c */
#include "cli/table.h"
#include "memory_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void touch(const struct table *t)
{
    volatile float sink = 0;
    if (t->series < 1 || t->n < 1)
        abort();
    for (int i = 0; i < t->n; i++) {
        sink += t->x[i];
        for (int s = 0; s < t->series; s++)
            sink += t->y[(size_t)s * (size_t)t->n + (size_t)i];
    }
    for (int s = 0; s < t->series; s++)
        if (!*t->names[s])
            abort();
    (void)sink;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memory_file(path, data, size);
    struct arena arena = { 0 };
    struct table t;
    struct error err = { 0 };
    if (table_read(&t, path, &arena, &err))
        touch(&t);
    else if (strncmp(err.message, path, strlen(path)) != 0)
        abort();
    arena_free(&arena);
    close(fd);
    return 0;
}
