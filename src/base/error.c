//> [error-includes] What errors need
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
//< [error-includes]

//> [error-fail] Format the message and return false
__attribute__((format(printf, 3, 0))) static void
vfail(struct error *err, bool misused, const char *format, va_list args)
{
    if (!err)
        return;
    vsnprintf(err->message, sizeof err->message, format, args);
    err->misuse = misused;
}

bool fail(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfail(err, false, format, args);
    va_end(args);
    return false;
}

bool misuse(struct error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfail(err, true, format, args);
    va_end(args);
    return false;
}
//< [error-fail]

//> [error-context] Say where, in front of what
bool fail_in(struct error *err, const char *format, ...)
{
    if (!err)
        return false;
    struct error inner = *err;
    va_list args;
    va_start(args, format);
    vfail(err, inner.misuse, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s",
             inner.message);
    return false;
}
//< [error-context]

//> [error-memory] One line, and the end
void out_of_memory(size_t bytes)
{
    if (bytes)
        fprintf(stderr, "v4: out of memory: %zu more bytes were needed\n",
                bytes);
    else
        fputs("v4: out of memory\n", stderr);
    exit(1);
}

void *need(void *p)
{
    if (!p)
        out_of_memory(0);
    return p;
}
//< [error-memory]
