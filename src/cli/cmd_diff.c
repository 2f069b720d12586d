//> [cmd-diff-includes] What comparing needs
#include "base/escape.h"
#include "cli/command.h"
#include "cli/tensor_arg.h"
#include "numerics/stored.h"

#include <math.h>

enum { PIECE = 65536 }; /* numbers compared together */
//< [cmd-diff-includes]

//> [cmd-diff-measure] How far apart two tensors are
/* Sums over the elements seen so far. */
struct distance {
    double worst, top;     /* max |a - b|, max |b| */
    double squares, norm;  /* sums of (a - b)^2 and b^2 */
    double unequal;        /* elements that are not equal */
};

static void add(struct distance *d, const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool same = a[i] == b[i] || (isnan(a[i]) && isnan(b[i]));
        double apart = same ? 0 : fabs((double)a[i] - (double)b[i]);
        double size = isfinite(b[i]) ? fabs((double)b[i]) : 0;
        if (isnan(apart))
            apart = INFINITY; /* a number on one side only */
        d->worst = fmax(d->worst, apart);
        d->top = fmax(d->top, size);
        d->squares += apart * apart;
        d->norm += size * size;
        d->unequal += !same;
    }
}
//< [cmd-diff-measure]

//> [cmd-diff-tensor] One line for a tensor both files have
static void compare(const struct array *a, const struct array *b,
                    float pieces[2 * PIECE])
{
    size_t count = array_count(a), n;
    if (count != array_count(b)) {
        char one[128], other[128];
        printf("shapes differ: %s and %s\n",
               array_shape_text(one, sizeof one, a->rank, a->shape),
               array_shape_text(other, sizeof other, b->rank, b->shape));
        return;
    }
    struct distance d = { 0 };
    for (size_t at = 0; at < count; at += n) {
        n = count - at < PIECE ? count - at : PIECE;
        stored_floats(pieces, a, at, n);
        stored_floats(pieces + PIECE, b, at, n);
        add(&d, pieces, pieces + PIECE, n);
    }
    printf("%9zu %11.3g %11.3g %9.4f\n", count,
           d.worst > 0 ? d.worst / d.top : 0,
           d.squares > 0 ? sqrt(d.squares / d.norm) : 0,
           count ? d.unequal / (double)count : 0);
}
//< [cmd-diff-tensor]

//> [cmd-diff-files] Every tensor that stands in either file
static void compare_files(const struct array_file *a,
                          const struct array_file *b, const char *match,
                          struct arena *arena)
{
    float *pieces = arena_floats(arena, (size_t)2 * PIECE);
    printf("%-28s %9s %11s %11s %9s\n", "name", "numbers", "max rel",
           "rms rel", "unequal");
    for (int i = 0; i < a->count; i++) {
        const struct array *x = &a->arrays[i], *y = array_find(b, x->name);
        if (!tensor_matches(match, x->name))
            continue;
        printf("%-28s ", escaped(x->name, arena));
        if (y)
            compare(x, y, pieces);
        else
            printf("only in %s\n", a->path);
    }
    for (int i = 0; i < b->count; i++) {
        const char *name = b->arrays[i].name;
        if (tensor_matches(match, name) && !array_find(a, name))
            printf("%-28s only in %s\n", escaped(name, arena), b->path);
    }
}
//< [cmd-diff-files]

//> [cmd-diff-run] Open both
static bool diff(const struct options *o, struct error *err)
{
    struct tensor_file a = { 0 }, b = { 0 };
    struct arena arena = { 0 };
    bool ok = tensor_file_open(&a, o->args[0], err)
              && tensor_file_open(&b, o->args[1], err);
    if (ok)
        compare_files(&a.file, &b.file, o->match, &arena);
    tensor_file_close(&b);
    tensor_file_close(&a);
    arena_free(&arena);
    return ok;
}
//< [cmd-diff-run]

//> [cmd-diff-command] How diff is called
const struct command command_diff = {
    .name = "diff",
    .arguments = "A B",
    .summary = "how far apart the tensors of two files are",
    .help = "For every tensor that both have: the largest difference\n"
            "relative to the largest value of B, the root mean square\n"
            "difference relative to B's, and the share of unequal numbers.\n"
            "A and B are tensor files, or directories of models.",
    .options = "match",
    .min_args = 2,
    .max_args = 2,
    .run = diff,
};
//< [cmd-diff-command]
