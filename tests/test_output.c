/* Output files: whole or not at all. */
#include "base/output.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

Test(output, the_old_file_stays_until_the_end)
{
    char path[128];
    temp_path(path, "output");
    write_bytes(path, "old", 3);
    struct output o;
    struct error err = { 0 };
    cr_assert(output_open(&o, path, &err), "%s", err.message);
    fputs("new", o.file);
    fflush(o.file);
    char *text = read_bytes(path, NULL);
    cr_assert_str_eq(text, "old");
    free(text);
    cr_assert(output_close(&o, &err), "%s", err.message);
    text = read_bytes(path, NULL);
    cr_assert_str_eq(text, "new");
    free(text);
    unlink(path);
}

Test(output, abandoned_work_leaves_nothing)
{
    char path[128];
    temp_path(path, "abandoned");
    struct output o;
    struct error err = { 0 };
    cr_assert(output_open(&o, path, &err));
    char temporary[160];
    snprintf(temporary, sizeof temporary, "%s", o.temporary);
    cr_assert(file_exists(temporary));
    cr_assert_eq(strncmp(temporary, path, strlen(path)), 0,
                 "in the same folder, so that it can be renamed");
    fputs("half", o.file);
    output_abandon(&o);
    cr_assert_not(file_exists(path));
    cr_assert_not(file_exists(temporary));
}

Test(output, a_full_disk_is_noticed)
{
    struct output o;
    struct error err = { 0 };
    for (size_t size = 1; size <= 100000; size *= 10) {
        cr_assert(output_open(&o, "/dev/full", &err));
        for (size_t i = 0; i < size; i++)
            fputc('x', o.file);
        cr_assert_not(output_close(&o, &err), "%zu bytes", size);
        assert_message(err.message, "/dev/full",
                       "cannot be written: No space left on device");
    }
    struct stat s;
    cr_assert(stat("/dev/full", &s) == 0 && S_ISCHR(s.st_mode));
}

/* A limit on the size of files stands for a disk that fills up midway. */
Test(output, a_disk_that_fills_up_keeps_the_old_file)
{
    char path[128];
    temp_path(path, "limit");
    write_bytes(path, "old", 3);
    signal(SIGXFSZ, SIG_IGN);
    struct rlimit limit, small = { 5000, 5000 };
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    small.rlim_max = limit.rlim_max;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct output o;
    struct error err = { 0 };
    cr_assert(output_open(&o, path, &err));
    char temporary[160];
    snprintf(temporary, sizeof temporary, "%s", o.temporary);
    for (int i = 0; i < 20000; i++)
        fputc('x', o.file);
    bool ok = output_close(&o, &err);
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_assert_not(ok);
    assert_message(err.message, path, "cannot be written: File too large");
    cr_assert_not(file_exists(temporary));
    char *text = read_bytes(path, NULL);
    cr_assert_str_eq(text, "old");
    free(text);
    unlink(path);
}

Test(output, places_that_cannot_be_written)
{
    struct output o;
    struct error err = { 0 };
    cr_assert_not(output_open(&o, "/nonexistent/x", &err));
    assert_message(err.message, "/nonexistent/x",
                   "cannot be written: No such file or directory");
    cr_assert_not(output_open(&o, "/tmp", &err));
    assert_message(err.message, "/tmp",
                   "cannot be written: Is a directory");
    cr_assert_not(output_open(&o, "GNUmakefile/x", &err));
    assert_message(err.message, "GNUmakefile/x",
                   "cannot be written: Not a directory");
    cr_assert_not(output_open(&o, "", &err));
    assert_message(err.message, "",
                   "cannot be written: No such file or directory");
}

static void write_word(const char *path, const char *word)
{
    struct output o;
    struct error err = { 0 };
    cr_assert(output_open(&o, path, &err), "%s", err.message);
    fputs(word, o.file);
    cr_assert(output_close(&o, &err), "%s", err.message);
}

static void assert_word(const char *path, const char *word)
{
    char *text = read_bytes(path, NULL);
    cr_assert_str_eq(text, word, "%s: %s", path, text);
    free(text);
}

/* Through two links, the second one relative, to a file in another folder;
 * then to one that is not there yet. */
Test(output, a_link_stays_a_link)
{
    char folder[128], file[160], far[128], near[160], to[64];
    struct stat s;
    temp_path(folder, "links");
    temp_path(far, "link");
    snprintf(file, sizeof file, "%s/file", folder);
    snprintf(near, sizeof near, "%s/link", folder);
    cr_assert_eq(mkdir(folder, 0700), 0);
    cr_assert_eq(symlink("file", near), 0);
    cr_assert_eq(symlink(near, far), 0);
    for (int round = 0; round < 2; round++) {
        write_word(far, round ? "again" : "new");
        assert_word(file, round ? "again" : "new");
        cr_assert(lstat(far, &s) == 0 && S_ISLNK(s.st_mode));
        cr_assert(lstat(near, &s) == 0 && S_ISLNK(s.st_mode));
        cr_assert(lstat(file, &s) == 0 && S_ISREG(s.st_mode));
        cr_assert_eq(readlink(near, to, sizeof to), 4);
    }
    unlink(far);
    remove_folder(folder);
}

/* Two links that lead to each other. */
Test(output, links_without_an_end)
{
    char a[128], b[128];
    struct output o;
    struct error err = { 0 };
    temp_path(a, "a");
    temp_path(b, "b");
    cr_assert(symlink(a, b) == 0 && symlink(b, a) == 0);
    cr_assert_not(output_open(&o, a, &err));
    assert_message(err.message, a,
                   "cannot be written: Too many levels of symbolic links");
    unlink(a);
    unlink(b);
}

Test(output, permissions_are_kept_and_respected)
{
    char path[128];
    struct stat s;
    struct output o;
    struct error err = { 0 };
    temp_path(path, "mode");
    write_bytes(path, "old", 3);
    cr_assert_eq(chmod(path, 0640), 0);
    write_word(path, "new");
    cr_assert(stat(path, &s) == 0 && (s.st_mode & 07777) == 0640);
    static const mode_t modes[] = { 0444, 0 };
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(chmod(path, modes[i]), 0);
        cr_assert_not(output_open(&o, path, &err));
        assert_message(err.message, path,
                       "cannot be written: it is read-only");
    }
    cr_assert_eq(chmod(path, 0600), 0);
    assert_word(path, "new");
    unlink(path);
}

/* What the shell has opened is written, not replaced: words that stand there
 * stay. */
Test(output, standard_output_is_written_directly)
{
    char path[128];
    temp_path(path, "stdout");
    int kept = dup(STDOUT_FILENO);
    write_bytes(path, "two ", 4);
    cr_assert(freopen(path, "a", stdout) != NULL);
    write_word("/dev/stdout", "one");
    struct stat before, after;
    cr_assert_eq(fstat(STDOUT_FILENO, &before), 0);
    bool same = stat(path, &after) == 0 && before.st_ino == after.st_ino;
    bool link = readlink("/dev/stdout", (char[8]){ 0 }, 8) > 0;
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    cr_assert(same, "the file is still the one that was opened");
    cr_assert(link, "/dev/stdout is still the system's link");
    assert_word(path, "two one");
    unlink(path);
}

Test(output, a_pipe_is_written_directly)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    char path[64], text[8] = "";
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[1]);
    struct output o;
    struct error err = { 0 };
    cr_assert(output_open(&o, path, &err), "%s", err.message);
    cr_assert_null(o.temporary);
    fputs("hello", o.file);
    cr_assert(output_close(&o, &err), "%s", err.message);
    cr_assert_eq(read(ends[0], text, sizeof text), 5);
    cr_assert_str_eq(text, "hello");
}
