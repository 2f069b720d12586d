//> [cmd-make-includes] What making a checkpoint needs
#include "cli/command.h"
#include "model/invent.h"

#include <string.h>
//< [cmd-make-includes]

//> [cmd-make-config] The configuration, by path or by name
static bool find_config(char *path, size_t room, const struct options *o,
                        struct error *err)
{
    if (!o->like) {
        snprintf(path, room, "%s", o->args[0]);
        return true;
    }
    if (strchr(o->like, '/'))
        return misuse(err, "--like: found \"%.100s\", expected a name such "
                      "as v4-flash", o->like);
    snprintf(path, room, "tiny_models/configs/%s.json", o->like);
    return true;
}
//< [cmd-make-config]

//> [cmd-make] Check, then invent
static bool run(const struct options *o, struct error *err)
{
    char path[4096];
    if ((o->n_args == 1) == !!o->like)
        return misuse(err, "expected either CONFIG.json or --like NAME");
    if (!find_config(path, sizeof path, o, err))
        return false;
    struct progress progress;
    progress_begin(&progress, "inventing", 0, "tensors");
    struct invention what = { .config = path, .dir = o->out,
                              .seed = o->seed, .sparse = o->sparse,
                              .progress = &progress };
    bool ok = invent(&what, err);
    progress_end(&progress);
    return ok;
}
//< [cmd-make]

//> [cmd-make-command] How make is called
const struct command command_make = {
    .name = "make",
    .arguments = "CONFIG.json | --like NAME [--sparse] -o DIR",
    .summary = "invent a checkpoint of random numbers",
    .help =
        "Make a directory with a checkpoint in the released layout: the\n"
        "given config.json and random weights for it. The same seed gives\n"
        "the same bytes. --sparse makes files with holes of the right\n"
        "length: the layout of a model of any size, all zeros, that takes\n"
        "no room. Without it the limit is 16 GiB.",
    .options = "like sparse seed o ",
    .needs = "o",
    .max_args = 1,
    .run = run,
};
//< [cmd-make-command]
