#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <dirent.h>
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

const char *make_folder(void)
{
    static char path[128];
    static int made;
    mkdir("build", 0777);
    snprintf(path, sizeof path, "build/test-%ld-%d", (long)getpid(),
             made++);
    cr_assert(mkdir(path, 0777) == 0, "%s", path);
    return path;
}

bool is_empty_folder(const char *path)
{
    DIR *list = opendir(path);
    cr_assert_not_null(list, "%s", path);
    int names = 0;
    while (readdir(list))
        names++;
    closedir(list);
    return names == 2;
}

void remove_folder(const char *path)
{
    char inner[812];
    struct stat st;
    const struct dirent *e;
    DIR *list = opendir(path);
    while (list && (e = readdir(list))) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (lstat(inner, &st) == 0 && S_ISDIR(st.st_mode))
            remove_folder(inner);
        else
            unlink(inner);
    }
    if (list)
        closedir(list);
    rmdir(path);
}
