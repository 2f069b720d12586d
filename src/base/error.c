//> [error-includes] What errors need
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
//< [error-includes]

//> [error-fail] Format the message and return false
bool fail(struct error *err, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
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
    int used = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof err->message)
        snprintf(err->message + used, sizeof err->message - (size_t)used,
                 "%s", inner.message);
    return false;
}
//< [error-context]
