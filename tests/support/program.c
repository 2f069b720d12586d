#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 8192, PATH = 512 };

static char *take(const char *path, size_t *size)
{
    char *text = read_bytes(path, size);
    unlink(path);
    return text;
}

static const struct run *run(const char *words)
{
    static struct run last;
    char command[WORDS + PATH], out[128], err[128];
    const char *program = getenv("V4");
    temp_path(out, "stdout");
    temp_path(err, "stderr");
    /* the words come last: their redirections count */
    snprintf(command, sizeof command, "exec >%s 2>%s </dev/null; '%s' %s",
             out, err, program ? program : "./v4", words);
    int status = system(command);
    free(last.out);
    free(last.err);
    last.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    last.out = take(out, &last.out_size);
    last.err = take(err, NULL);
    return &last;
}

const struct run *v4(const char *format, ...)
{
    char words[WORDS];
    va_list args;
    va_start(args, format);
    int used = vsnprintf(words, sizeof words, format, args);
    va_end(args);
    cr_assert(used < WORDS);
    return run(words);
}

const struct run *v4_well(const char *format, ...)
{
    char words[WORDS];
    va_list args;
    va_start(args, format);
    int used = vsnprintf(words, sizeof words, format, args);
    va_end(args);
    cr_assert(used < WORDS);
    const struct run *r = run(words);
    cr_assert(r->status == 0, "v4 %s: %d, %s", words, r->status, r->err);
    cr_assert_str_empty(r->err, "v4 %s: %s", words, r->err);
    return r;
}
