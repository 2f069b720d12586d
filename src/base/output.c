//> [output-includes] What output files need
#include "base/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
//< [output-includes]

//> [output-open] Write beside the target, not into it
static bool replaceable(const char *path)
{
    struct stat s;
    return *path && (stat(path, &s) != 0 || S_ISREG(s.st_mode));
}

static void forget(struct output *o)
{
    free(o->path);
    free(o->temporary);
    *o = (struct output){ 0 };
}
//< [output-open]

//> [output-begin] Open the temporary file
bool output_open(struct output *o, const char *path, struct error *err)
{
    *o = (struct output){ .path = strdup(path) };
    if (!o->path)
        return fail(err, "%s: out of memory", path);
    const char *where = path;
    if (replaceable(path)) {
        if (asprintf(&o->temporary, "%s.tmp-%ld", path, (long)getpid()) < 0)
            o->temporary = NULL;
        else
            where = o->temporary;
    }
    o->file = fopen(where, "wb");
    if (o->file)
        return true;
    fail(err, "%s: cannot be written: %s", path, strerror(errno));
    forget(o);
    return false;
}
//< [output-begin]

//> [output-close] Close and remove
void output_abandon(struct output *o)
{
    if (o->file)
        fclose(o->file);
    if (o->temporary)
        unlink(o->temporary);
    forget(o);
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
    if (ok && o->temporary && rename(o->temporary, o->path) != 0) {
        ok = false;
        why = errno;
    }
    if (ok) {
        forget(o);
        return true;
    }
    fail(err, "%s: cannot be written: %s", o->path, strerror(why));
    output_abandon(o);
    return false;
}
//< [output-finish]
