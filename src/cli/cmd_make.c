//> [cmd-make-includes] What making a checkpoint needs
#include "base/textfile.h"
#include "cli/command.h"
#include "model/invent.h"

#include <string.h>
//< [cmd-make-includes]

//> [cmd-make-config] The configuration, by path or by name
static const char *find_config(const struct options *o, struct arena *arena,
                               struct error *err)
{
    if (!o->like)
        return o->args[0];
    if (strchr(o->like, '/')) {
        misuse(err, "--like: found \"%.100s\", expected a name such as "
               "v4-flash", o->like);
        return NULL;
    }
    size_t room = strlen(o->like) + sizeof ".json";
    char *name = arena_alloc(arena, room, 1);
    snprintf(name, room, "%s.json", o->like);
    return path_in("tiny_models/configs", name, arena);
}
//< [cmd-make-config]

//> [cmd-make] Check, then invent
static bool run(const struct options *o, struct error *err)
{
    if ((o->n_args == 1) == !!o->like)
        return misuse(err, "expected either CONFIG.json or --like NAME");
    struct arena arena = { 0 };
    struct progress progress;
    struct invention what = { .config = find_config(o, &arena, err),
                              .dir = o->out, .seed = o->seed,
                              .sparse = o->sparse, .progress = &progress };
    progress_begin(&progress, "inventing", 0, "tensors");
    bool ok = what.config && invent(&what, err);
    progress_end(&progress);
    arena_free(&arena);
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
