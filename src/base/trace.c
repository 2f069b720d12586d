//> [trace-includes] What the trace needs
#include "base/trace.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_LENGTH = 128 };
//< [trace-includes]

//> [trace-find] The whole name, and the entry that bears it
static void whole_name(char *out, const struct trace *t, const char *name)
{
    assert(strlen(name) < NAME_MAX_LENGTH - sizeof t->prefix);
    snprintf(out, NAME_MAX_LENGTH, "%s%s", t->prefix, name);
}

bool trace_wants(const struct trace *t, const char *name)
{
    if (!t)
        return false;
    char whole[NAME_MAX_LENGTH];
    whole_name(whole, t, name);
    return !t->match || fnmatch(t->match, whole, 0) == 0;
}

static struct trace_entry *find(const struct trace *t, const char *whole)
{
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->entries[i].array.name, whole) == 0)
            return &t->entries[i];
    return NULL;
}

const struct array *trace_find(const struct trace *t, const char *name)
{
    struct trace_entry *e = find(t, name);
    return e ? &e->array : NULL;
}
//< [trace-find]

//> [trace-entry] The entry of a name, made when it is new
static struct trace_entry *entry(struct trace *t, const char *whole,
                                 const struct array *like)
{
    struct trace_entry *e = find(t, whole);
    if (e)
        return e;
    size_t count = (size_t)t->count + 1;
    t->entries = need(realloc(t->entries, count * sizeof *t->entries));
    e = &t->entries[t->count++];
    *e = (struct trace_entry){ .array = *like };
    e->array.name = need(strdup(whole));
    e->array.shape[0] = 0;
    e->array.data = NULL;
    return e;
}
//< [trace-entry]

//> [trace-append] Append a report along the first axis
static void append(struct trace *t, const char *name, struct array report)
{
    char whole[NAME_MAX_LENGTH];
    whole_name(whole, t, name);
    struct trace_entry *e = entry(t, whole, &report);
    struct array *a = &e->array;
    assert(a->rank == report.rank && a->dtype == report.dtype);
    for (int i = 1; i < a->rank; i++)
        assert(a->shape[i] == report.shape[i]);

    size_t old = array_bytes(a), more = array_bytes(&report);
    a->shape[0] += report.shape[0];
    if (!more)
        return;
    if (!e->bytes || old + more > e->capacity) {
        e->capacity = 2 * (old + more);
        e->bytes = need(realloc(e->bytes, e->capacity));
        a->data = e->bytes;
    }
    memcpy(e->bytes + old, report.data, more);
}
//< [trace-append]

//> [trace-report] Floats and integers differ in their type only
static struct array describe(enum dtype dtype, const void *data, int rank,
                             va_list sizes)
{
    assert(rank >= 1 && rank <= ARRAY_MAX_RANK);
    struct array a = { .dtype = dtype, .rank = rank, .data = data };
    for (int i = 0; i < rank; i++)
        a.shape[i] = va_arg(sizes, int);
    return a;
}
//< [trace-report]

//> [trace-public] Two element types, one way in
void trace(struct trace *t, const char *name, const float *data, int rank,
           ...)
{
    if (!trace_wants(t, name))
        return;
    va_list sizes;
    va_start(sizes, rank);
    append(t, name, describe(DTYPE_F32, data, rank, sizes));
    va_end(sizes);
}

void trace_ints(struct trace *t, const char *name, const int *data,
                int rank, ...)
{
    if (!trace_wants(t, name))
        return;
    va_list sizes;
    va_start(sizes, rank);
    append(t, name, describe(DTYPE_I32, data, rank, sizes));
    va_end(sizes);
}
//< [trace-public]

//> [trace-end] The prefix, and the final length
int trace_enter(struct trace *t, const char *format, ...)
{
    if (!t)
        return 0;
    size_t outer = strlen(t->prefix), room = sizeof t->prefix - outer;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->prefix + outer, room, format, args);
    va_end(args);
    assert(n >= 0 && (size_t)n < room);
    return (int)outer;
}

void trace_leave(struct trace *t, int outer)
{
    if (t)
        t->prefix[outer] = '\0';
}

int trace_length(const struct trace *t, int now)
{
    return t && t->length > now ? t->length : now;
}
//< [trace-end]

//> [trace-write] Everything into one file
bool trace_write(const struct trace *t, const char *path,
                 struct error *err)
{
    size_t count = (size_t)t->count;
    struct array *arrays = need(malloc((count + 1) * sizeof *arrays));
    for (size_t i = 0; i < count; i++)
        arrays[i] = t->entries[i].array;
    bool ok = array_file_write(path, arrays, t->count, NULL, err);
    free(arrays);
    return ok;
}

void trace_free(struct trace *t)
{
    for (int i = 0; i < t->count; i++) {
        free((void *)(size_t)t->entries[i].array.name); /* our copy */
        free(t->entries[i].bytes);
    }
    free(t->entries);
    *t = (struct trace){ .match = t->match };
}
//< [trace-write]
