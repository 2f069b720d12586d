//> [output-includes] What output files need
#include "base/output.h"
#include "base/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 }; /* as many as the system follows */
//< [output-includes]

//> [output-follow] Where a link leads, even if there is nothing yet
/* Links of the system, /dev/stdout or /proc/self/fd/1, stand for what is
   open and have no name that could be given away: NULL. */
static const char *follow(const char *path, struct arena *arena)
{
    char to[PATH_MAX];
    for (int i = 0; i < MOST_LINKS; i++) {
        ssize_t length = readlink(path, to, sizeof to - 1);
        if (length < 0)
            return path; /* no link */
        if (strncmp(path, "/dev/", 5) == 0
            || strncmp(path, "/proc/", 6) == 0)
            return NULL;
        to[length] = '\0';
        char *folder = arena_text(arena, path);
        char *slash = strrchr(folder, '/');
        if (slash)
            slash[1] = '\0';
        path = to[0] == '/' || !slash ? arena_text(arena, to)
                                      : path_in(folder, to, arena);
    }
    return path;
}
//< [output-follow]

//> [output-place] Is there a file, and may it be replaced?
enum { ABSENT = -1 };

static bool is_replaceable(const char *path, int *mode)
{
    struct stat s;
    *mode = ABSENT;
    if (!path || !*path)
        return false;
    if (stat(path, &s) != 0)
        return errno == ENOENT;
    *mode = (int)(s.st_mode & 07777);
    return S_ISREG(s.st_mode);
}

/* A file without any permission to write is meant to stay, even for root. */
static bool is_writable(const char *path, int mode, struct error *err)
{
    if (mode == ABSENT)
        return true;
    if (!(mode & 0222))
        return fail(err, "cannot be written: it is read-only");
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0
           || fail(err, "cannot be written: %s", strerror(errno));
}
//< [output-place]

//> [output-beside] A name in the same folder
static char *name_beside(const char *path, struct arena *arena)
{
    size_t room = strlen(path) + 32;
    char *name = arena_alloc(arena, room, 1);
    snprintf(name, room, "%s.tmp-%jd", path, (intmax_t)getpid());
    return name;
}
//< [output-beside]

//> [output-begin] Open the temporary file
static bool begin(struct output *o, const char *path, struct error *err)
{
    int mode;
    o->path = arena_text(&o->arena, path);
    o->target = follow(o->path, &o->arena);
    if (is_replaceable(o->target, &mode)) {
        if (!is_writable(o->target, mode, err))
            return false;
        o->temporary = name_beside(o->target, &o->arena);
    }
    o->file = o->temporary ? fopen(o->temporary, "wb")
                           : fopen(o->path, "ab"); /* nothing is lost */
    if (!o->file)
        return fail(err, "cannot be written: %s", strerror(errno));
    if (o->temporary && mode != ABSENT)
        fchmod(fileno(o->file), (mode_t)mode);
    return true;
}
//< [output-begin]

//> [output-open] Begin, or leave nothing behind
bool output_open(struct output *o, const char *path, struct error *err)
{
    *o = (struct output){ 0 };
    if (begin(o, path, err))
        return true;
    arena_free(&o->arena);
    *o = (struct output){ 0 };
    return fail_in(err, "%s: ", path);
}
//< [output-open]

//> [output-close] Close and remove
void output_abandon(struct output *o)
{
    if (o->file)
        fclose(o->file);
    if (o->temporary)
        unlink(o->temporary);
    arena_free(&o->arena);
    *o = (struct output){ 0 };
}
//< [output-close]

//> [output-finish] The name is given last
bool output_close(struct output *o, struct error *err)
{
    bool ok = !ferror(o->file) && fflush(o->file) == 0;
    int why = errno; /* of the first write that failed */
    if (fclose(o->file) != 0 && ok) {
        ok = false;
        why = errno;
    }
    o->file = NULL;
    if (ok && o->temporary && rename(o->temporary, o->target) != 0) {
        ok = false;
        why = errno;
    }
    if (ok)
        o->temporary = NULL; /* it has its name now */
    else
        fail(err, "%s: cannot be written: %s", o->path, strerror(why));
    output_abandon(o);
    return ok;
}
//< [output-finish]
