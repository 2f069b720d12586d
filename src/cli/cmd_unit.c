//> [cmd-unit-includes] What running a unit needs
#include "cli/unit.h"

#include <string.h>
//< [cmd-unit-includes]

//> [cmd-unit-find] All units, by floor
static const struct unit *const floors[] = { units_numerics,
                                             units_attention, units_model };

enum { FLOORS = sizeof floors / sizeof *floors };

static const struct unit *find(const char *name)
{
    for (int i = 0; i < FLOORS; i++)
        for (const struct unit *u = floors[i]; u->name; u++)
            if (strcmp(u->name, name) == 0)
                return u;
    return NULL;
}

static void list(void)
{
    printf("%-14s %-17s reads -> writes; [may be missing]\n", "unit",
           "usual prefix");
    for (int i = 0; i < FLOORS; i++)
        for (const struct unit *u = floors[i]; u->name; u++)
            printf("%-14s %-17s %s\n%32s -> %s\n", u->name, u->prefix,
                   u->needs, "", u->gives);
}
//< [cmd-unit-find]

//> [cmd-unit-bench] Set up the bench, run, write what it gave
static bool run_unit(const struct unit *u, const struct options *o,
                     struct error *err)
{
    struct bench b = { .prefix = o->prefix ? o->prefix : u->prefix,
                       .err = err };
    b.config = (struct config){ .numerics = o->numerics,
                                .without = o->without,
                                .rms_norm_eps = 1e-6f, .hc_eps = 1e-6f,
                                .hc_sinkhorn_iters = 20 };
    b.pass = (struct pass){ .c = &b.config, .scratch = &b.scratch };
    trace_enter(&b.out, "%s.", b.prefix);
    bool ok = array_file_open_unaligned(&b.file, o->args[1], err);
    if (ok) {
        u->run(&b);
        ok = bench_ok(&b) && trace_write(&b.out, o->out, err);
        array_file_close(&b.file);
    }
    trace_free(&b.out);
    arena_free(&b.scratch);
    arena_free(&b.arena);
    return ok;
}
//< [cmd-unit-bench]

//> [cmd-unit] Find the unit, then run it
static bool run(const struct options *o, struct error *err)
{
    enum { ROOM = sizeof((struct trace *)0)->prefix - 2 };
    if (strcmp(o->args[0], "list") == 0 && o->n_args == 1) {
        list();
        return true;
    }
    const struct unit *u = find(o->args[0]);
    if (!u)
        return misuse(err, "unknown unit %.100s: v4 unit list names them",
                       o->args[0]);
    if (o->n_args < 2)
        return misuse(err, "IN.safetensors is missing");
    if (!o->out)
        return misuse(err, "-o OUT is missing");
    if (o->prefix && strlen(o->prefix) > ROOM)
        return misuse(err, "--prefix: at most %d letters", ROOM);
    return run_unit(u, o, err);
}
//< [cmd-unit]

//> [cmd-unit-command] How unit is called
const struct command command_unit = {
    .name = "unit",
    .arguments = "NAME IN.safetensors -o OUT.safetensors | list",
    .summary = "run one component alone",
    .help =
        "Run a component on tensors of a file, named as in\n"
        "tests/golden/components.safetensors. Its inputs are PREFIX.x and\n"
        "so on, or without the last part of the prefix; its outputs get the\n"
        "same prefix. v4 unit list names all units, what they read and what\n"
        "they write.",
    .options = "prefix o numerics without kernels threads ",
    .min_args = 1,
    .max_args = 2,
    .run = run,
};
//< [cmd-unit-command]
