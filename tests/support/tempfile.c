#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void temp_path(char path[128], const char *suffix)
{
    snprintf(path, 128, "/tmp/v4-test-%ld-%s", (long)getpid(), suffix);
}

void write_bytes(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        cr_assert_fail("cannot write %s", path);
    size_t written = size ? fwrite(data, 1, size, file) : 0;
    cr_assert(fclose(file) == 0 && written == size, "writing %s", path);
}

char *read_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    struct stat s;
    if (!file || fstat(fileno(file), &s) != 0)
        cr_assert_fail("cannot read %s", path);
    size_t bytes = (size_t)s.st_size;
    char *data = malloc(bytes + 1);
    if (!data || fread(data, 1, bytes, file) != bytes)
        cr_assert_fail("cannot read all of %s", path);
    fclose(file);
    data[bytes] = '\0';
    if (size)
        *size = bytes;
    return data;
}

bool file_exists(const char *path)
{
    struct stat s;
    return lstat(path, &s) == 0;
}

void assert_message(const char *message, const char *path,
                    const char *rest)
{
    char expected[2048];
    snprintf(expected, sizeof expected, "%s: %s", path, rest);
    cr_assert_str_eq(message, expected, "\nfound:    %s\nexpected: %s",
                     message, expected);
}
