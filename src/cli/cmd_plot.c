//> [cmd-plot-includes] What plotting needs
#include "cli/command.h"
#include "cli/tensor_arg.h"
#include "view/pngfile.h"
#include "view/plot.h"

#include <string.h>
//< [cmd-plot-includes]

//> [cmd-plot-series] A vector is one series, a matrix one a row
static bool set_series(struct plot *p, const struct tensor_arg *t,
                       struct error *err)
{
    if ((t->rank != 1 && t->rank != 2) || t->count == 0
        || t->count > 1 << 28) {
        char found[128];
        array_shape_text(found, sizeof found, t->rank, t->shape);
        return fail(err, "%s: found shape %s, expected one or two axes: "
                    "NAME[I] takes part I of the first", t->name, found);
    }
    p->y = t->values;
    p->series = t->rank == 2 ? (int)t->shape[0] : 1;
    p->n = (int)t->shape[t->rank - 1];
    return true;
}
//< [cmd-plot-series]

//> [cmd-plot-draw] Draw and write
static bool draw(const struct plot *p, const char *path, struct error *err)
{
    struct font font = { 0 };
    struct canvas canvas;
    struct arena arena = { 0 };
    bool ok = font_open(&font, NULL, err)
              && plot_draw(&canvas, &arena, &font, p, err)
              && pngfile_write(&canvas, path, err);
    font_close(&font);
    arena_free(&arena);
    return ok;
}
//< [cmd-plot-draw]

//> [cmd-plot] The command of plots
static enum outcome run(const struct options *o, struct error *err)
{
    if (!o->out || !o->kind)
        return misused(err, "%s is missing",
                       o->out ? "--kind KIND" : "-o OUT");
    struct plot p = { .title = o->title, .x_label = o->x_label,
                      .y_label = o->y_label, .log_x = o->log_x,
                      .log_y = o->log_y };
    if (!plot_kind_named(&p.kind, o->kind, err))
        return MISUSED;
    struct tensor_arg t = { 0 };
    bool ok = tensor_arg_read(&t, o->args[0], err)
              && set_series(&p, &t, err);
    if (ok && !p.title)
        p.title = t.name;
    ok = ok && draw(&p, o->out, err);
    tensor_arg_free(&t);
    return outcome_of(ok);
}

const struct command command_plot = {
    .name = "plot",
    .arguments = "FILE.safetensors:NAME[I] --kind KIND -o OUT.png",
    .summary = "draw a tensor",
    .help =
        "Draw a vector as one series or a matrix as one series a row.\n"
        "NAME[I] takes part I of the first axis, NAME[I,J] of two.",
    .options = "kind title xlabel ylabel log-x log-y o ",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-plot]
