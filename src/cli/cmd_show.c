//> [cmd-show-includes] What showing needs
#include "base/escape.h"
#include "cli/command.h"
#include "cli/tensor_arg.h"
#include "numerics/stored.h"

#include <math.h>
#include <string.h>

enum { PIECE = 65536 }; /* numbers looked at together */
//< [cmd-show-includes]

//> [cmd-show-width] As wide as the longest name
static int name_width(const struct array_file *f, const char *match,
                      struct arena *arena)
{
    int width = 24; /* so most tables fit 80 columns, and look alike */
    for (int i = 0; i < f->count; i++) {
        const char *name = f->arrays[i].name;
        int length = (int)strlen(escaped(name, arena));
        if (length > width && tensor_matches(match, name))
            width = length;
    }
    return width;
}
//< [cmd-show-width]

//> [cmd-show-summary] A tensor in one line, piece by piece
static void summary(const struct array *a, int width, float piece[PIECE],
                    struct arena *arena)
{
    size_t count = array_count(a), n;
    double least = INFINITY, most = -INFINITY, squares = 0;
    for (size_t at = 0; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        stored_floats(piece, a, at, n);
        for (size_t i = 0; i < n; i++) {
            least = fmin(least, (double)piece[i]);
            most = fmax(most, (double)piece[i]);
            squares += (double)piece[i] * (double)piece[i];
        }
    }
    char shape[128];
    array_shape_text(shape, sizeof shape, a->rank, a->shape);
    printf("%-*s %-7s %-11s", width,
           escaped(a->name, arena), dtype_name(a->dtype), shape);
    if (count)
        printf(" %11.5g %11.5g %11.5g", least, most,
               sqrt(squares / (double)count));
    printf("\n");
}
//< [cmd-show-summary]

//> [cmd-show-file] All tensors of a file
static void show_file(const struct array_file *f, const char *match,
                      struct arena *arena)
{
    int width = name_width(f, match, arena);
    float *piece = arena_floats(arena, PIECE);
    printf("%-*s %-7s %-11s %11s %11s %11s\n", width, "name", "type",
           "shape", "least", "most", "rms");
    for (int i = 0; i < f->count; i++)
        if (tensor_matches(match, f->arrays[i].name))
            summary(&f->arrays[i], width, piece, arena);
}
//< [cmd-show-file]

//> [cmd-show-number] Whole numbers whole, others to six digits
static void show_number(float x, char after)
{
    bool whole = fabsf(x) < 0x1p24f && x == truncf(x);
    printf("%.*g%c", whole ? 8 : 6, (double)x, after);
}
//< [cmd-show-number]

//> [cmd-show-values] The numbers of one tensor, its last axis along a line
static void show_values(const struct tensor_arg *t)
{
    size_t width = t->rank ? (size_t)t->shape[t->rank - 1] : 1;
    for (size_t i = 0; i < t->count; i++)
        show_number(t->values[i], (i + 1) % width == 0 ? '\n' : ' ');
}
//< [cmd-show-values]

//> [cmd-show] One tensor, or the list of all
static bool show(const struct options *o, struct error *err)
{
    struct arena arena = { 0 };
    struct tensor_file f = { 0 };
    struct tensor_arg t;
    bool one = tensor_arg_colon(o->args[0]);
    bool ok = one ? tensor_arg_read(&t, o->args[0], &arena, err)
                  : tensor_file_open(&f, o->args[0], err);
    if (ok && one)
        show_values(&t);
    else if (ok)
        show_file(&f.file, o->match, &arena);
    tensor_file_close(&f);
    arena_free(&arena);
    return ok;
}
//< [cmd-show]

//> [cmd-show-command] How show is called
const struct command command_show = {
    .name = "show",
    .arguments = "FILE.safetensors[:NAME[I,J]] | MODEL[:NAME[I,J]]",
    .summary = "what is in a tensor file, or the numbers of a tensor",
    .help = "Without a NAME: one line for every tensor of the file, with\n"
            "type, shape, least and largest value and root mean square.\n"
            "With a NAME: its numbers, the last axis along a line; NAME[I]\n"
            "shows part I of the first axis, NAME[I,J] fixes two. The files\n"
            "of a MODEL count as one.",
    .options = "match",
    .min_args = 1,
    .max_args = 1,
    .run = show,
};
//< [cmd-show-command]
