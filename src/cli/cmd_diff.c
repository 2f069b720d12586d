//> [cmd-diff-includes] What comparing needs
#include "cli/command.h"
#include "cli/tensor_arg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
//< [cmd-diff-includes]

//> [cmd-diff-measure] How far apart two tensors are
struct distance {
    double largest;   /* max |a - b| / max |b| */
    double rms;       /* |a - b| / |b| */
    double different; /* share of elements that are not equal */
};
//< [cmd-diff-measure]

//> [cmd-diff-sum] Sums over all elements
static struct distance measure(const float *a, const float *b, size_t n)
{
    double worst = 0, top = 0, square = 0, norm = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = a[i] == b[i] || (isnan(a[i]) && isnan(b[i]));
        double d = same ? 0 : fabs((double)a[i] - (double)b[i]);
        double size = isfinite(b[i]) ? fabs((double)b[i]) : 0;
        if (isnan(d))
            d = INFINITY; /* a number on one side only */
        worst = fmax(worst, d);
        top = fmax(top, size);
        square += d * d;
        norm += size * size;
        count += !same;
    }
    return (struct distance){
        .largest = worst > 0 ? worst / top : 0,
        .rms = square > 0 ? sqrt(square / norm) : 0,
        .different = n ? count / (double)n : 0,
    };
}
//< [cmd-diff-sum]

//> [cmd-diff-tensor] One line for a tensor both files have
static bool compare(const struct array *a, const struct array *b,
                    struct error *err)
{
    size_t n = array_count(a);
    if (n != array_count(b)) {
        char one[128], other[128];
        printf("%-28s shapes differ: %s and %s\n", a->name,
               array_shape_text(one, sizeof one, a->rank, a->shape),
               array_shape_text(other, sizeof other, b->rank, b->shape));
        return true;
    }
    //> [cmd-diff-tensor-numbers] Widened, then measured
    float *x = tensor_values(a, err);
    float *y = x ? tensor_values(b, err) : NULL;
    if (y) {
        struct distance d = measure(x, y, n);
        printf("%-28s %9zu %11.3g %11.3g %9.4f\n", a->name, n, d.largest,
               d.rms, d.different);
    }
    bool ok = y != NULL;
    free(x);
    free(y);
    return ok;
    //< [cmd-diff-tensor-numbers]
}
//< [cmd-diff-tensor]

//> [cmd-diff-files] Every tensor that stands in either file
static bool compare_files(const struct array_file *a,
                          const struct array_file *b, const char *match,
                          struct error *err)
{
    bool ok = true;
    printf("%-28s %9s %11s %11s %9s\n", "name", "numbers", "max rel",
           "rms rel", "unequal");
    for (int i = 0; ok && i < a->count; i++) {
        const char *name = a->arrays[i].name;
        const struct array *other = array_find(b, name);
        if (!tensor_matches(match, name))
            continue;
        if (other)
            ok = compare(&a->arrays[i], other, err);
        else
            printf("%-28s only in %s\n", name, a->path);
    }
    for (int i = 0; i < b->count; i++) {
        const char *name = b->arrays[i].name;
        if (tensor_matches(match, name) && !array_find(a, name))
            printf("%-28s only in %s\n", name, b->path);
    }
    return ok;
}
//< [cmd-diff-files]

//> [cmd-diff-run] Open both
static bool diff(const struct options *o, struct error *err)
{
    struct array_file a = { 0 }, b = { 0 };
    bool ok = array_file_open_unaligned(&a, o->args[0], err)
              && array_file_open_unaligned(&b, o->args[1], err)
              && compare_files(&a, &b, o->match, err);
    array_file_close(&b);
    array_file_close(&a);
    return ok;
}
//< [cmd-diff-run]

//> [cmd-diff-command] How diff is called
const struct command command_diff = {
    .name = "diff",
    .arguments = "A.safetensors B.safetensors",
    .summary = "how far apart the tensors of two files are",
    .help = "For every tensor that both files have: the largest difference\n"
            "relative to the largest value of B, the root mean square\n"
            "difference relative to B's, and the share of unequal numbers.",
    .options = "match",
    .min_args = 2,
    .max_args = 2,
    .run = diff,
};
//< [cmd-diff-command]
