//> [cmd-pack-includes] What packing needs
#include "base/array.h"
#include "cli/command.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
//< [cmd-pack-includes]

//> [cmd-pack-shape] "@2x3" is a shape
/* Reads the shape at *text, if there is one; without one the array has one
   axis and as many numbers as follow. */
static bool read_shape(struct array *a, const char **text)
{
    if (**text != '@')
        return true;
    do {
        char *end;
        int64_t size = strtoll(*text + 1, &end, 10);
        if (end == *text + 1 || size < 0 || size > INT_MAX
            || a->rank == ARRAY_MAX_RANK)
            return false;
        a->shape[a->rank++] = size;
        if (array_count(a) > INT_MAX)
            return false;
        *text = end;
    } while (**text == 'x');
    return true;
}
//< [cmd-pack-shape]

//> [cmd-pack-numbers] Numbers, separated by commas or blanks
static bool read_numbers(struct array *a, const char *text,
                         struct arena *arena)
{
    size_t room = strlen(text) / 2 + 1, n = 0;
    float *x = arena_floats(arena, room);
    int32_t *k = arena_alloc(arena, room, sizeof *k);
    while (*text) {
        char *end, *whole;
        int64_t id = strtoll(text, &whole, 10);
        x[n] = strtof(text, &end);
        k[n] = (int32_t)id;
        if (end == text || (a->dtype == DTYPE_I32
                            && (whole != end || id != k[n])))
            return false;
        n++;
        while (*end == ',' || isspace((unsigned char)*end))
            end++;
        text = end;
    }
    if (a->rank == 0)
        a->shape[a->rank++] = (int64_t)n;
    a->data = a->dtype == DTYPE_I32 ? (const void *)k : x;
    return array_count(a) == n;
}
//< [cmd-pack-numbers]

//> [cmd-pack-tensor] NAME[:i32][@SHAPE]=NUMBERS
static bool read_tensor(struct array *a, const char *spec,
                        struct arena *arena, struct error *err)
{
    size_t length = strcspn(spec, ":@=");
    const char *rest = spec + length;
    char *name = arena_alloc(arena, length + 1, 1);
    memcpy(name, spec, length);
    name[length] = '\0';
    *a = (struct array){ .name = name, .dtype = DTYPE_F32 };
    if (strncmp(rest, ":i32", 4) == 0) {
        a->dtype = DTYPE_I32;
        rest += 4;
    }
    if (length && read_shape(a, &rest) && *rest == '='
        && read_numbers(a, rest + 1, arena))
        return true;
    return misuse(err, "\"%.200s\": expected NAME=1,2,3 or NAME@2x3=… or "
                  "NAME:i32@2x3=…, with as many numbers as the shape has",
                  spec);
}
//< [cmd-pack-tensor]

//> [cmd-pack-run] All tensors into one file
static bool is_new(const struct array *arrays, int n, struct error *err)
{
    const char *name = arrays[n].name;
    bool taken = strcmp(name, "__metadata__") == 0;
    for (int i = 0; i < n; i++)
        taken = taken || strcmp(arrays[i].name, name) == 0;
    return !taken || misuse(err, "%.100s: the name is taken", name);
}

static bool pack(const struct options *o, struct error *err)
{
    struct array arrays[MOST_ARGUMENTS];
    struct arena arena = { 0 };
    bool ok = true;
    for (int i = 0; ok && i < o->n_args; i++)
        ok = read_tensor(&arrays[i], o->args[i], &arena, err)
             && is_new(arrays, i, err);
    ok = ok && array_file_write(o->out, arrays, o->n_args, NULL, err);
    arena_free(&arena);
    return ok;
}
//< [cmd-pack-run]

//> [cmd-pack-command] How pack is called
const struct command command_pack = {
    .name = "pack",
    .arguments = "NAME[:i32][@2x3]=NUMBERS ... -o FILE.safetensors",
    .summary = "make a tensor file from numbers",
    .help = "Write tensors given as text, for `v4 unit` and `v4 plot`:\n"
            "x=1,2,3 is a vector, x@2x3=1,2,3,4,5,6 a matrix, and\n"
            "ids:i32=7,8 holds whole numbers instead of float32.",
    .options = "o",
    .needs = "o",
    .min_args = 1,
    .max_args = MOST_ARGUMENTS,
    .run = pack,
};
//< [cmd-pack-command]
