//> [main-includes] What the program needs to start
#include "base/escape.h"
#include "cli/command.h"
#include "numerics/fast.h"

#include <errno.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif
//< [main-includes]

//> [main-complain] One line, and where to find help
enum { DONE, FAILED, MISUSED }; /* exit status */

static int complain(const char *command, const struct error *err)
{
    fflush(stdout);
    fputs("v4: ", stderr);
    print_escaped(stderr, err->message);
    fputc('\n', stderr);
    if (!err->misuse)
        return FAILED;
    fprintf(stderr, "try v4 help%s%s\n", command ? " " : "",
            command ? command : "");
    return MISUSED;
}
//< [main-complain]

//> [main-prepare] Kernels and threads
static bool prepare(const struct options *o, struct error *err)
{
    if (!primitives_choose(o->kernels, err))
        return false;
#ifdef _OPENMP
    if (o->threads)
        omp_set_num_threads(o->threads);
#endif
    return true;
}
//< [main-prepare]

//> [main-run] Understand the command line, then do it
static bool understand(struct options *o, const struct command *c, int argc,
                       char **argv, struct error *err)
{
    if (!options_read(o, c->options, argc, argv, err))
        return false;
    if (o->n_args < c->min_args)
        return fail(err, "too few arguments: v4 %s %s", c->name,
                    c->arguments);
    if (o->n_args > c->max_args)
        return fail(err, "too many arguments: %.100s",
                    o->args[c->max_args]);
    return options_need(o, c->needs, err) && prepare(o, err);
}

static bool run(const struct command *c, int argc, char **argv,
                struct error *err)
{
    struct options o;
    bool understood = understand(&o, c, argc, argv, err);
    err->misuse = !understood;
    return understood && c->run(&o, err);
}
//< [main-run]

//> [main-choose] The first word is a command
static const struct command *choose(const char *name, struct error *err)
{
    if (!name) {
        misuse(err, "which command?");
        return NULL;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        name = "help";
    const struct command *c = command_find(name);
    if (!c)
        misuse(err, "unknown command %.100s", name);
    return c;
}
//< [main-choose]

//> [main] Choose, run, and see that everything was written
int main(int argc, char **argv)
{
    struct error err = { 0 };
    const struct command *c = choose(argc > 1 ? argv[1] : NULL, &err);
    if (!c)
        return complain(NULL, &err);
    bool help = argc > 2 && strcmp(argv[2], "--help") == 0;
    char *topic[] = { argv[1] };
    if (help ? !run(&command_help, 1, topic, &err)
             : !run(c, argc - 2, argv + 2, &err))
        return complain(c->name, &err);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fail(&err, "standard output: cannot be written: %s",
             strerror(errno));
        return complain(c->name, &err);
    }
    return DONE;
}
//< [main]
