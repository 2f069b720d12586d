//> [command-header] What a command is
/**
 * @file
 * The commands of ./v4: a name, what it accepts, what it does. One file
 * each, cmd_NAME.c. Told in chapter 92.
 *
 * A command prints what it has found out. What is wrong it returns, and
 * main() prints that and picks the exit status.
 */
#ifndef V4_CLI_COMMAND_H
#define V4_CLI_COMMAND_H

#include "cli/options.h"

/** @defgroup ch_command 92 · Commands
 *  Prose: chapter 92, commands.
 *  @{ */
//< [command-header]

//> [command-struct] A name, what it accepts, what it does
/** A command. */
struct command {
    const char *name;      ///< as typed
    const char *arguments; ///< for the usage line
    const char *summary;   ///< what it does, in a few words
    const char *help;      ///< a paragraph, lines broken
    const char *options;   ///< those it accepts, separated by blanks
    const char *needs;     ///< those that must be given; NULL = none
    int min_args;          ///< fewest arguments that are no options
    int max_args;          ///< most of them

    /** Do it: the options in; true, or a message out. */
    bool (*run)(const struct options *o, struct error *err);
};
//< [command-struct]

//> [command-options] Options that several commands share
/** What the prompt is. */
#define INPUT_OPTIONS "p f ids ids-file "

/** How the model is changed and run. */
#define MODEL_OPTIONS "numerics set without kernels threads "

/** How a text is read. */
#define PASS_OPTIONS "context chunk "
//< [command-options]

//> [command-list] All commands
extern const struct command command_info;    ///< cmd_info.c
extern const struct command command_tokens;  ///< cmd_tokens.c
extern const struct command command_prompt;  ///< cmd_prompt.c
extern const struct command command_run;     ///< cmd_run.c
extern const struct command command_chat;    ///< cmd_chat.c
extern const struct command command_trace;   ///< cmd_trace.c
extern const struct command command_layer;   ///< cmd_layer.c
extern const struct command command_unit;    ///< cmd_unit.c
extern const struct command command_heatmap; ///< cmd_heatmap.c
extern const struct command command_atlas;   ///< cmd_atlas.c
extern const struct command command_cost;    ///< cmd_cost.c
extern const struct command command_plot;    ///< cmd_plot.c
extern const struct command command_show;    ///< cmd_show.c
extern const struct command command_diff;    ///< cmd_diff.c
extern const struct command command_pack;    ///< cmd_pack.c
extern const struct command command_make;    ///< cmd_make.c
extern const struct command command_bench;   ///< cmd_bench.c
extern const struct command command_help;    ///< command.c

/** Find a command.
 *  @param name  as typed
 *  @return the command, or NULL */
const struct command *command_find(const char *name);
/** @} */
#endif
//< [command-list]
