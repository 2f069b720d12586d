//> [cmd-show-includes] What showing needs
#include "cli/command.h"
#include "cli/tensor_arg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
//< [cmd-show-includes]

//> [cmd-show-width] As wide as the longest name
static int name_width(const struct array_file *f, const char *match)
{
    int width = 24; /* so most tables fit 80 columns, and look alike */
    for (int i = 0; i < f->count; i++) {
        int length = (int)strlen(f->arrays[i].name);
        if (length > width && tensor_matches(match, f->arrays[i].name))
            width = length;
    }
    return width;
}
//< [cmd-show-width]

//> [cmd-show-summary] A tensor in one line
static bool summary(const struct array *a, int width, struct error *err)
{
    size_t n = array_count(a);
    float *x = tensor_values(a, err);
    if (!x)
        return false;
    double least = INFINITY, most = -INFINITY, squares = 0;
    for (size_t i = 0; i < n; i++) {
        least = fmin(least, (double)x[i]);
        most = fmax(most, (double)x[i]);
        squares += (double)x[i] * (double)x[i];
    }
    char shape[128];
    array_shape_text(shape, sizeof shape, a->rank, a->shape);
    printf("%-*s %-7s %-11s", width, a->name, dtype_name(a->dtype), shape);
    if (n)
        printf(" %11.5g %11.5g %11.5g", least, most,
               sqrt(squares / (double)n));
    printf("\n");
    free(x);
    return true;
}
//< [cmd-show-summary]

//> [cmd-show-file] All tensors of a file
static bool show_file(const char *path, const char *match,
                      struct error *err)
{
    struct array_file f;
    if (!array_file_open_unaligned(&f, path, err))
        return false;
    bool ok = true;
    int width = name_width(&f, match);
    printf("%-*s %-7s %-11s %11s %11s %11s\n", width, "name", "type",
           "shape", "least", "most", "rms");
    for (int i = 0; ok && i < f.count; i++)
        if (tensor_matches(match, f.arrays[i].name))
            ok = summary(&f.arrays[i], width, err);
    array_file_close(&f);
    return ok;
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
static bool show_values(const char *spec, struct error *err)
{
    struct tensor_arg t;
    bool ok = tensor_arg_read(&t, spec, err);
    size_t width = ok && t.rank ? (size_t)t.shape[t.rank - 1] : 1;
    for (size_t i = 0; ok && i < t.count; i++)
        show_number(t.values[i], (i + 1) % width == 0 ? '\n' : ' ');
    tensor_arg_free(&t);
    return ok;
}

static bool show(const struct options *o, struct error *err)
{
    const char *end = strstr(o->args[0], ".safetensors:");
    return end ? show_values(o->args[0], err)
               : show_file(o->args[0], o->match, err);
}
//< [cmd-show-values]

//> [cmd-show-command] How show is called
const struct command command_show = {
    .name = "show",
    .arguments = "FILE.safetensors[:NAME[I,J]]",
    .summary = "what is in a tensor file, or the numbers of a tensor",
    .help = "Without a NAME: one line for every tensor of the file, with\n"
            "type, shape, least and largest value and root mean square.\n"
            "With a NAME: its numbers, the last axis along a line; NAME[I]\n"
            "shows part I of the first axis, NAME[I,J] fixes two.",
    .options = "match",
    .min_args = 1,
    .max_args = 1,
    .run = show,
};
//< [cmd-show-command]
