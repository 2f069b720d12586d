/* Text files: whole, or one sentence that says which of many things is
 * wrong; and nothing that could make us wait for ever. */
#include "base/textfile.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void refused(const char *path, size_t most, enum text_source source,
                    const char *rest)
{
    struct arena a = { 0 };
    struct error err;
    size_t size;
    cr_assert_null(text_read(&size, path, most, source, &a, &err));
    assert_message(err.message, path, rest);
    arena_free(&a);
}

/* Longer than the first room, and with zeros in it. */
Test(textfile, every_byte_and_a_nul_behind)
{
    size_t lengths[] = { 0, 1, 65535, 65536, 65537, 300000 };
    char path[128];
    temp_path(path, "text");
    for (int i = 0; i < 6; i++) {
        size_t n = lengths[i], size = 9;
        struct arena a = { .poison = true };
        struct error err;
        char *bytes = malloc(n + 1);
        for (size_t j = 0; j < n; j++)
            bytes[j] = (char)(j * 7 + j / 256);
        write_bytes(path, bytes, n);
        char *text = text_read(&size, path, n, ONLY_A_FILE, &a, &err);
        cr_assert(text, "%s", err.message);
        cr_assert_eq(size, n);
        cr_assert(memcmp(text, bytes, n) == 0 && text[n] == '\0');
        free(bytes);
        arena_free(&a);
    }
    unlink(path);
}

Test(textfile, one_byte_too_many)
{
    char path[128];
    temp_path(path, "long");
    write_bytes(path, "12345678", 8);
    refused(path, 7, ONLY_A_FILE,
            "found more than 7 bytes, expected at most that many");
    refused("/dev/zero", 100000, FILE_OR_STREAM,
            "found more than 100000 bytes, expected at most that many");
    unlink(path);
}

/* A file of /proc has a size of 0 and is not empty. */
Test(textfile, a_size_that_lies)
{
    struct arena a = { 0 };
    size_t size = 0;
    char *text = text_read(&size, "/proc/self/status", 1 << 20, ONLY_A_FILE,
                           &a, NULL);
    cr_assert(text && size > 100 && strlen(text) == size);
    arena_free(&a);
}

Test(textfile, what_is_no_file, .timeout = 20)
{
    char pipe[128];
    temp_path(pipe, "fifo");
    cr_assert_eq(mkfifo(pipe, 0600), 0);
    refused(pipe, 99, ONLY_A_FILE, "found a pipe, expected a file");
    refused("/dev/zero", 99, ONLY_A_FILE,
            "found a device, expected a file");
    refused("tests", 99, ONLY_A_FILE, "found a folder, expected a file");
    refused("tests", 99, FILE_OR_STREAM, "found a folder, expected a file");
    refused("/none/x", 99, FILE_OR_STREAM,
            "cannot be read: No such file or directory");
    unlink(pipe);
}

/* In pieces, as pipes give it. */
Test(textfile, a_pipe_to_its_end)
{
    int ends[2];
    struct arena a = { 0 };
    struct error err;
    size_t size = 0;
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        bool ok = true;
        for (int i = 0; i < 40000; i++)
            ok &= write(ends[1], "abcde", 5) == 5;
        _exit(!ok);
    }
    close(ends[1]);
    char *text = text_read_open(&size, ends[0], "pipe", 200000, &a, &err);
    cr_assert(text, "%s", err.message);
    cr_assert(size == 200000 && strncmp(text + 199995, "abcde", 6) == 0);
    close(ends[0]);
    cr_assert(pipe(ends) == 0 && write(ends[1], "12345", 5) == 5);
    close(ends[1]);
    cr_assert_null(text_read_open(&size, ends[0], "pipe", 4, &a, &err));
    cr_assert_str_eq(err.message, "pipe: found more than 4 bytes, expected "
                                  "at most that many");
    cr_assert_null(text_read_open(&size, -1, "pipe", 9, &a, &err));
    cr_assert_str_eq(err.message,
                     "pipe: cannot be read: Bad file descriptor");
    close(ends[0]);
    arena_free(&a);
}

Test(textfile, absent_is_not_unreadable)
{
    char path[128];
    temp_path(path, "link");
    cr_assert(path_absent(path));
    cr_assert(path_absent("GNUmakefile/x"), "no folder, so nothing in it");
    cr_assert_not(path_absent("tests"));
    cr_assert_eq(symlink("/none/x", path), 0);
    cr_assert_not(path_absent(path), "a link to nothing is a fault");
    refused(path, 99, ONLY_A_FILE,
            "cannot be read: No such file or directory");
    unlink(path);
}

Test(textfile, a_path_is_never_cut)
{
    struct arena a = { .poison = true };
    char dir[6000];
    memset(dir, 'd', sizeof dir - 1);
    dir[sizeof dir - 1] = '\0';
    char *path = path_in(dir, "config.json", &a);
    cr_assert_eq(strlen(path), 5999 + 1 + 11);
    cr_assert_str_eq(path + 5998, "d/config.json");
    cr_assert_str_eq(path_in("a/", "b", &a), "a/b");
    cr_assert_str_eq(path_in("/", "b", &a), "/b");
    cr_assert_str_eq(path_in("", "b", &a), "b");
    arena_free(&a);
}
