//> [unit-includes] What the bench needs
#include "cli/unit.h"

#include "numerics/stored.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
//< [unit-includes]

//> [unit-declared] One input of the line: its name and what it must be
/* Returns what follows it. */
static const char *read_declared(struct input *in, const char *text)
{
    *in = (struct input){ .optional = *text == '[' };
    text += in->optional;
    in->whole = strncmp(text, "int ", 4) == 0;
    text += in->whole ? 4 : 0;
    in->name = text;
    in->length = (int)strcspn(text, " ");
    text += in->length + 1;
    if (*text == '(') {
        in->axes = text + 1;
        text += strcspn(text, ")") + 1;
        in->is_matrix = memchr(in->axes, 'x', (size_t)(text - in->axes));
    } else {
        in->number = strtof(text, NULL);
        text += strcspn(text, "]");
    }
    text += *text == ']';
    return text + strspn(text, ", ");
}
//< [unit-declared]

//> [unit-find] PREFIX.name, then with a shorter prefix
static const struct array *find(const struct bench *b, const char *name,
                                int length)
{
    char whole[MOST_NAME];
    size_t before = strlen(b->prefix);
    while (before > 0) {
        snprintf(whole, sizeof whole, "%.*s.%.*s", (int)before, b->prefix,
                 length, name);
        const struct array *a = array_find(&b->file, whole);
        if (a)
            return a;
        while (before > 0 && b->prefix[before - 1] != '.')
            before--;
        before -= before > 0; /* the dot */
    }
    return NULL;
}
//< [unit-find]

//> [unit-size] A letter's size is learnt once, then compared
static bool check_size(struct bench *b, const struct array *a, int axis,
                       const char *letter)
{
    int64_t found = a->shape[axis];
    int number = (int)strtol(letter, NULL, 10); /* "3": that many, no letter */
    int *size = number ? &number : &b->size[(int)*letter];
    if (found < 1 || found >= 1 << 24)
        return fail(b->err, "%s: axis %d is %jd, expected 1 … 2^24", a->name,
                    axis, (intmax_t)found);
    if (*size == 0)
        *size = (int)found;
    return found == *size
           || fail(b->err, "%s: axis %d is %jd, expected %d", a->name, axis,
                   (intmax_t)found, *size);
}
//< [unit-size]

//> [unit-axes] All axes of an input; a single number has one
static bool check_axes(struct bench *b, const struct input *in,
                       const struct array *a)
{
    const char *axes = in->axes ? in->axes : "1)";
    int rank = 1;
    for (const char *c = axes; *c != ')'; c++)
        rank += *c == ',' || *c == 'x';
    if (a->rank != rank)
        return fail(b->err, "%s: found %d axes, expected %d", a->name, a->rank,
                    rank);
    for (int i = 0; i < rank; i++) {
        if (!check_size(b, a, i, axes))
            return false;
        axes += strcspn(axes, " ,)");
        axes += strspn(axes, " ,x");
    }
    return true;
}
//< [unit-axes]

//> [unit-floats] Numbers, widened; as integers if they must be whole
static bool read_floats(struct bench *b, struct input *in,
                        const struct array *a)
{
    size_t n = array_count(a);
    in->floats = arena_floats(&b->arena, n);
    in->ints = arena_alloc(&b->arena, in->whole ? n : 0, sizeof *in->ints);
    if (!array_to_floats(in->floats, a))
        return fail(b->err, "%s: found type %s, expected plain numbers",
                    a->name, dtype_name(a->dtype));
    in->number = in->floats[0];
    for (size_t i = 0; in->whole && i < n; i++) {
        float x = in->floats[i];
        if (!(fabsf(x) < 0x1p24f) || x != truncf(x))
            return fail(b->err, "%.*s: found %g, expected a whole number",
                        in->length, in->name, (double)x);
        in->ints[i] = (int)x;
    }
    return true;
}
//< [unit-floats]

//> [unit-matrix] A matrix stays in the file, w.scale beside w.weight
static bool read_matrix(struct bench *b, struct input *in,
                        const struct array *a)
{
    char scale[64];
    int stem = in->length - (int)strlen("weight");
    int n = snprintf(scale, sizeof scale, "%.*sscale", stem > 0 ? stem : 0,
                     in->name);
    return matrix_of(&in->matrix, a, find(b, scale, n), b->err);
}
//< [unit-matrix]

//> [unit-input] Find it, check it, read it
static bool read_input(struct bench *b, struct input *in)
{
    const struct array *a = find(b, in->name, in->length);
    if (!a)
        return in->optional
               || fail(b->err, "found no tensor %s.%.*s", b->prefix,
                       in->length, in->name);
    struct array codes = *a;
    if (in->is_matrix && a->dtype == DTYPE_I8 && a->rank == 2)
        codes.shape[1] *= 2; /* two to a byte */
    return check_axes(b, in, &codes)
           && (in->is_matrix ? read_matrix(b, in, a)
                             : read_floats(b, in, a));
}
//< [unit-input]

//> [unit-open] Everything that is declared, in that order
bool bench_open(struct bench *b, const struct unit *u, const char *path)
{
    b->pass = (struct pass){ .c = &b->config, .scratch = &b->scratch,
                             .trace = &b->trace };
    if (!array_file_open_unaligned(&b->file, path, b->err))
        return false;
    for (const char *text = u->reads; *text;) {
        assert(b->n_inputs < MOST_INPUTS);
        struct input *in = &b->inputs[b->n_inputs++];
        text = read_declared(in, text);
        if (!read_input(b, in))
            return fail_in(b->err, "%s: %s: ", path, b->prefix);
    }
    b->pass.T = b->size['T'];
    return true;
}
//< [unit-open]

//> [unit-run] Run it, close the bench
bool bench_run(struct bench *b, const struct unit *u)
{
    return u->run(b) || fail_in(b->err, "%s: %s: ", b->file.path, b->prefix);
}

void bench_close(struct bench *b)
{
    array_file_close(&b->file);
    trace_free(&b->trace);
    arena_free(&b->scratch);
    arena_free(&b->arena);
}
//< [unit-run]

//> [unit-given] What a unit asks for
const struct input *given(const struct bench *b, const char *name)
{
    size_t length = strlen(name);
    const struct input *in = b->inputs;
    while ((size_t)in->length != length
           || strncmp(in->name, name, length) != 0) {
        in++;
        assert(in < b->inputs + b->n_inputs);
    }
    return in;
}
//< [unit-given]

//> [unit-write] What was traced, under the names of the golden data
bool bench_write(struct bench *b, const struct unit *u, const char *path)
{
    struct array out[MOST_OUTPUTS];
    int n = 0;
    for (const char *text = u->gives; *text; text += strspn(text, ", ")) {
        char name[32], traced[32];
        if (sscanf(text, "%31[^ ,] = %31[^ ,]", name, traced) == 1)
            memcpy(traced, name, sizeof name);
        text += strcspn(text, ",");
        const struct array *a = trace_find(&b->trace, traced);
        if (!a)
            continue; /* too few tokens for an entry */
        //> [unit-write-name] PREFIX.name; outT is out75 for 75 tokens
        char *last = name + strlen(name) - 1;
        if (*last == 'T')
            snprintf(last, 12, "%d", b->size['T']);
        char *whole = arena_alloc(&b->arena, MOST_NAME, 1);
        snprintf(whole, MOST_NAME, "%s.%s", b->prefix, name);
        out[n] = *a;
        out[n++].name = whole;
        //< [unit-write-name]
    }
    return array_file_write(path, out, n, NULL, b->err);
}
//< [unit-write]
