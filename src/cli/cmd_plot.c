//> [cmd-plot-includes] What plotting needs
#include "cli/command.h"
#include "cli/table.h"
#include "cli/tensor_arg.h"
#include "view/plot.h"
#include "view/pngfile.h"

#include <string.h>
//< [cmd-plot-includes]

//> [cmd-plot-series] A vector is one series, a matrix one a row
/* A heat map lays all axes after the first side by side. */
static bool set_series(struct plot *p, const struct tensor_arg *t,
                       struct error *err)
{
    bool flat = t->rank == 1;
    if (t->rank == 0 || t->count == 0 || t->count > 1 << 28
        || (t->rank > 2 && p->kind != PLOT_HEAT)) {
        char found[128];
        array_shape_text(found, sizeof found, t->rank, t->shape);
        return fail(err, "%s: found shape %s, expected one or two axes: "
                    "NAME[I] takes part I of the first", t->name, found);
    }
    p->y = t->values;
    p->series = flat ? 1 : (int)t->shape[0];
    p->n = (int)t->count / p->series;
    if (!p->title)
        p->title = t->name;
    return true;
}
//< [cmd-plot-series]

//> [cmd-plot-table] A table brings its x and the names of its series
static bool set_table(struct plot *p, const struct table *t)
{
    p->x = p->kind == PLOT_LINE ? t->x : NULL;
    p->y = t->y;
    p->series = t->series;
    p->n = t->n;
    p->names = t->names;
    return true;
}
//< [cmd-plot-table]

//> [cmd-plot] From a tensor or a table to a plot
static bool run(const struct options *o, struct error *err)
{
    struct plot p = { .title = o->title, .x_label = o->x_label,
                      .y_label = o->y_label, .log_x = o->log_x,
                      .log_y = o->log_y };
    if (!plot_kind_named(&p.kind, o->kind, err)) {
        err->misuse = true;
        return false;
    }
    struct tensor_arg t;
    struct table table;
    struct arena arena = { 0 };
    bool ok = tensor_arg_colon(o->args[0])
        ? tensor_arg_read(&t, o->args[0], &arena, err)
          && set_series(&p, &t, err)
        : table_read(&table, o->args[0], &arena, err)
          && set_table(&p, &table);
    struct page page = { 0 };
    ok = ok && page_open(&page, err) && plot_draw(&page, &p, err)
         && pngfile_write(&page, o->out, err);
    page_close(&page);
    arena_free(&arena);
    return ok;
}
//< [cmd-plot]

//> [cmd-plot-command] How plot is called
const struct command command_plot = {
    .name = "plot",
    .arguments = "FILE.safetensors:NAME[I] | TABLE --kind KIND -o OUT.png",
    .summary = "draw a tensor or a table",
    .help =
        "Draw a vector as one series, a matrix as one series a row.\n"
        "NAME[I] takes part I of the first axis, NAME[I,J] of two.\n"
        "A text file is a table: names in the first line, then numbers;\n"
        "the first column is x, each other one a series; - reads one from\n"
        "standard input. KIND is line, bars, heat or marks.",
    .options = "kind title xlabel ylabel log-x log-y o ",
    .needs = "o kind",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-plot-command]
