//> [textfile-includes] What reading text needs
#include "base/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 1 << 16 };
//< [textfile-includes]

//> [textfile-look] Look before reading
static const char *kind_name(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    return S_ISSOCK(mode) ? "a socket" : "a device";
}

static bool look(size_t *size, int fd, enum text_source source,
                 struct error *err)
{
    struct stat s;
    if (fstat(fd, &s) != 0)
        return fail(err, "cannot be read: %s", strerror(errno));
    *size = S_ISREG(s.st_mode) ? (size_t)s.st_size : 0;
    bool wanted = source == ONLY_A_FILE ? S_ISREG(s.st_mode)
                                        : !S_ISDIR(s.st_mode);
    return wanted || fail(err, "found %s, expected a file",
                          kind_name(s.st_mode));
}
//< [textfile-look]

//> [textfile-open] A pipe without a writer is opened at once, too
int file_open(size_t *size, const char *path, enum text_source source,
              struct error *err)
{
    int how = source == ONLY_A_FILE ? O_NONBLOCK : 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | how);
    if (fd < 0)
        fail(err, "cannot be read: %s", strerror(errno));
    else if (!look(size, fd, source, err)) {
        close(fd);
        fd = -1;
    }
    return fd;
}
//< [textfile-open]

//> [textfile-too-long] The limit, whoever notices it
static bool too_long(struct error *err, size_t most)
{
    return fail(err, "found more than %zu bytes, expected at most that "
                     "many", most);
}
//< [textfile-too-long]

//> [textfile-stream] Bytes until there are no more
static char *read_all(size_t *size, int fd, size_t room, size_t most,
                      struct arena *arena, struct error *err)
{
    char *text = arena_alloc(arena, room + 1, 1);
    for (*size = 0;;) {
        if (*size == room) {
            char *longer = arena_alloc(arena, 2 * room + 1, 1);
            text = memcpy(longer, text, room);
            room *= 2;
        }
        ssize_t got = read(fd, text + *size, room - *size);
        if (got < 0 && errno == EINTR)
            continue;
        bool ok = got < 0 ? fail(err, "cannot be read: %s", strerror(errno))
                          : (*size += (size_t)got) <= most
                                || too_long(err, most);
        if (!ok)
            return NULL;
        text[*size] = '\0';
        if (got == 0)
            return text;
    }
}
//< [textfile-stream]

//> [textfile-read-open] What is open already
char *text_read_open(size_t *size, int fd, const char *name, size_t most,
                     struct arena *arena, struct error *err)
{
    char *text = NULL;
    size_t room = 0;
    if (look(&room, fd, FILE_OR_STREAM, err)
        && (room <= most || too_long(err, most)))
        text = read_all(size, fd, room < FIRST_ROOM ? FIRST_ROOM : room + 1,
                        most, arena, err);
    if (!text)
        fail_in(err, "%s: ", name);
    return text;
}
//< [textfile-read-open]

//> [textfile-read] A file by its name
char *text_read(size_t *size, const char *path, size_t most,
                enum text_source source, struct arena *arena,
                struct error *err)
{
    size_t room = 0;
    int fd = file_open(&room, path, source, err);
    if (fd < 0) {
        fail_in(err, "%s: ", path);
        return NULL;
    }
    char *text = text_read_open(size, fd, path, most, arena, err);
    close(fd);
    return text;
}
//< [textfile-read]

//> [textfile-paths] Is there something? And what is it called?
bool path_absent(const char *path)
{
    struct stat s;
    return lstat(path, &s) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

char *path_in(const char *dir, const char *name, struct arena *arena)
{
    size_t room = strlen(dir) + strlen(name) + 2;
    char *path = arena_alloc(arena, room, 1);
    bool slash = *dir && dir[strlen(dir) - 1] != '/';
    snprintf(path, room, "%s%s%s", dir, slash ? "/" : "", name);
    return path;
}
//< [textfile-paths]
