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
//< [cmd-unit-find]

//> [cmd-unit-tensors] Lists of tensors, broken between two of them
static void print_tensors(const char *first, const char *list)
{
    int column = printf("    %s", first);
    while (*list) {
        int n = 0, depth = 0;
        for (; list[n] && (depth || list[n] != ','); n++)
            depth += (list[n] == '(') - (list[n] == ')');
        n += list[n] == ',';
        if (column + n >= 80)
            column = printf("\n      ") - 1;
        column += printf("%.*s", n, list);
        list += n;
    }
    printf("\n");
}
//< [cmd-unit-tensors]

//> [cmd-unit-list] All units, what they read, what they give
static void list(void)
{
    printf("name, usual prefix of its tensors\n"
           "    what it reads: tensor (shape), matrix (rows x columns), "
           "[may be missing]\n"
           "    -> what it gives = what its trace calls it\n");
    for (int i = 0; i < FLOORS; i++)
        for (const struct unit *u = floors[i]; u->name; u++) {
            printf("\n%s, %s\n", u->name, u->prefix);
            if (u->reads[0])
                print_tensors("", u->reads);
            print_tensors("-> ", u->gives);
        }
}
//< [cmd-unit-list]

//> [cmd-unit-bench] Set up the bench, run, write what it gave
static bool run_unit(const struct unit *u, const struct options *o,
                     struct error *err)
{
    struct bench b = { .prefix = o->prefix ? o->prefix : u->prefix,
                       .err = err,
                       .config = { .numerics = o->numerics,
                                   .without = o->without,
                                   .rms_norm_eps = 1e-6f,
                                   .hc_eps = 1e-6f,
                                   .hc_sinkhorn_iters = 20 } };
    bool ok = bench_open(&b, u, o->args[1]) && bench_run(&b, u)
              && bench_write(&b, u, o->out);
    bench_close(&b);
    return ok;
}
//< [cmd-unit-bench]

//> [cmd-unit] Find the unit, then run it
static bool run(const struct options *o, struct error *err)
{
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
    if (o->prefix && strlen(o->prefix) >= MOST_PREFIX)
        return misuse(err, "--prefix: found %zu bytes, expected fewer "
                      "than %d", strlen(o->prefix), MOST_PREFIX);
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
