//> [command-includes] What the list of commands needs
#include "cli/command.h"

#include <string.h>
//< [command-includes]

//> [command-find] In the order of the help
static const struct command *const commands[] = {
    &command_info, &command_tokens, &command_prompt, &command_run,
    &command_chat, &command_trace, &command_layer, &command_unit,
    &command_heatmap, &command_atlas, &command_cost,
    &command_plot, &command_show, &command_diff, &command_pack,
    &command_make, &command_bench, &command_help,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}
//< [command-find]

//> [command-help-all] The list of commands
static void help_all(void)
{
    printf("v4: DeepSeek-V4 in C. Usage: v4 COMMAND ARGUMENTS OPTIONS\n\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        printf("  %-8s %s\n", commands[i]->name, commands[i]->summary);
    printf("\nMODEL is a directory with config.json and *.safetensors.\n"
           "INPUT is -p TEXT, -f FILE, --ids 1,2,3 or --ids-file FILE.\n"
           "v4 help COMMAND explains one of them and lists its options.\n"
           "Exit status: 0 done, 1 failed, 2 not understood.\n\n"
           "For a start:\n"
           "  v4 info tiny_models/tiny-flash\n"
           "  v4 run tiny_models/tiny-flash -p 'Hello' -n 20\n");
}
//< [command-help-all]

//> [command-help] The help of one command
static bool run_help(const struct options *o, struct error *err)
{
    if (o->n_args == 0) {
        help_all();
        return true;
    }
    const struct command *c = command_find(o->args[0]);
    if (!c)
        return misuse(err, "unknown command %.100s", o->args[0]);
    printf("usage: v4 %s %s\n\n%s\n", c->name, c->arguments, c->help);
    if (c->options[0])
        printf("\n");
    options_explain(stdout, c->options);
    return true;
}
//< [command-help]

//> [command-help-command] Help is a command, too
const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND]",
    .summary = "this list, or the options of one command",
    .help = "Explain one command, or list them all.",
    .options = "",
    .max_args = 1,
    .run = run_help,
};
//< [command-help-command]
