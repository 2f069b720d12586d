//> [textfile-includes] What reading text needs
#include "base/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 1 << 16 };
//< [textfile-includes]

//> [textfile-kind-check] What may be wrong before a byte is read
static const char *kind_name(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a folder";
    if (S_ISFIFO(mode))
        return "a pipe";
    return S_ISSOCK(mode) ? "a socket" : "a device";
}

static bool too_long(struct error *err, size_t most)
{
    return fail(err, "found more than %zu bytes, expected at most that "
                     "many", most);
}

//< [textfile-kind-check]

//> [textfile-look] Look before reading
static bool look(int fd, struct stat *s, size_t most,
                 enum text_source source, struct error *err)
{
    if (fstat(fd, s) != 0)
        return fail(err, "cannot be read: %s", strerror(errno));
    if (S_ISDIR(s->st_mode) ||
        (source == ONLY_A_FILE && !S_ISREG(s->st_mode)))
        return fail(err, "found %s, expected a file",
                    kind_name(s->st_mode));
    return !S_ISREG(s->st_mode) || (uintmax_t)s->st_size <= most ||
           too_long(err, most);
}
//< [textfile-look]

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
                          : (*size += (size_t)got) <= most ||
                                too_long(err, most);
        if (!ok)
            return NULL;
        text[*size] = '\0';
        if (got == 0)
            return text;
    }
}
//< [textfile-stream]

//> [textfile-read] Look, then read
static char *read_from(size_t *size, int fd, size_t most,
                       enum text_source source, struct arena *arena,
                       struct error *err)
{
    struct stat s;
    if (!look(fd, &s, most, source, err))
        return NULL;
    size_t room = S_ISREG(s.st_mode) ? (size_t)s.st_size + 1 : 0;
    if (room < FIRST_ROOM)
        room = FIRST_ROOM;
    return read_all(size, fd, room, most, arena, err);
}

//< [textfile-read]

//> [textfile-open] By name, or open already
char *text_read_open(size_t *size, int fd, const char *name, size_t most,
                     struct arena *arena, struct error *err)
{
    char *text = read_from(size, fd, most, FILE_OR_STREAM, arena, err);
    if (!text)
        fail_in(err, "%s: ", name);
    return text;
}

char *text_read(size_t *size, const char *path, size_t most,
                enum text_source source, struct arena *arena,
                struct error *err)
{
    int how = source == ONLY_A_FILE ? O_NONBLOCK : 0; /* see what it is */
    int fd = open(path, O_RDONLY | O_CLOEXEC | how);
    char *text = NULL;
    if (fd < 0)
        fail(err, "cannot be read: %s", strerror(errno));
    else
        text = read_from(size, fd, most, source, arena, err);
    if (fd >= 0)
        close(fd);
    if (!text)
        fail_in(err, "%s: ", path);
    return text;
}
//< [textfile-open]

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
