//> [options-header] What may stand on the command line
/**
 * @file
 * The options of all commands, in one table. A command names those it
 * uses and accepts no others. Told in chapter 92.
 *
 * Things that are not obvious:
 * - options and arguments may be mixed; after "--" everything is an
 *   argument. A value follows as `--layer 2` or `--layer=2`, `-n 8` or
 *   `-n8`;
 * - a value that cannot be one is a mistake of usage (exit 2); a file that
 *   cannot be read is a failure (exit 1).
 */
#ifndef V4_CLI_OPTIONS_H
#define V4_CLI_OPTIONS_H

#include "base/config.h"
#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** @defgroup ch_options 92 · Options
 *  Prose: chapter 92, commands.
 *  @{ */
//< [options-header]

//> [options-struct] The values, with their defaults
enum { MOST_ARGUMENTS = 16, MOST_SETS = 64, MOST_CONTEXTS = 32 };

/** What was said on the command line. */
struct options {
    const char *args[MOST_ARGUMENTS]; ///< arguments that are no options
    int n_args;                       ///< how many

    //> [options-model] Which model, changed in which way, run how
    const char *sets[MOST_SETS]; ///< --set KEY=VALUE
    int n_sets;                  ///< how many
    unsigned without;            ///< --without, enum without or-ed
    enum numerics numerics;      ///< --numerics
    const char *weights;         ///< --weights, of operations
    const char *cache;           ///< --cache, how it is stored
    const char *kernels;         ///< --kernels, or V4_KERNELS, or NULL
    int threads;                 ///< --threads; 0 = as many as there are
    int context;                 ///< --context; 0 = what is needed
    int contexts[MOST_CONTEXTS]; ///< all of --context N,N
    int n_contexts;              ///< how many
    int chunk;                   ///< --chunk, tokens in one pass
    uint64_t seed;               ///< --seed
    //< [options-model]

    //> [options-input] What it reads
    const char *text;     ///< -p
    const char *file;     ///< -f
    const char *ids;      ///< --ids
    const char *ids_file; ///< --ids-file
    const char *decode;   ///< --decode
    const char *hidden;   ///< --hidden FILE:NAME
    bool batch;           ///< --batch
    const char *release;  ///< --release R
    bool parse;           ///< --parse
    bool thinking;        ///< --thinking
    int most;             ///< --most, tokens of an answer
    const char *train;    ///< --train FILE
    int vocab;            ///< --vocab; 0 = not given
    //< [options-input]

    //> [options-generate] How it goes on
    int n;             ///< -n, tokens to generate
    float temperature; ///< --temperature; 0 = greedy
    float top_p;       ///< --top-p; 1 = all tokens
    bool stats;        ///< --stats
    const char *save;  ///< --save FILE, or NULL
    const char *resume; ///< --resume FILE, or NULL
    //< [options-generate]

    //> [options-look] What is looked at, and where it goes
    int prefill;        ///< --prefill; 0 = everything
    bool mtp;           ///< --mtp
    const char *match;  ///< --match GLOB, or NULL
    int layer;          ///< --layer; -1 = none
    int head;           ///< --head; -1 = the mean of all
    int last;           ///< --last; 0 = all queries
    const char *prefix; ///< --prefix of a unit's tensors
    bool deep;          ///< --deep
    bool json;          ///< --json
    const char *out;    ///< -o
    //< [options-look]

    //> [options-draw] How a plot looks, and what is made up
    const char *kind;   ///< --kind
    const char *title;  ///< --title
    const char *x_label; ///< --xlabel
    const char *y_label; ///< --ylabel
    bool log_x;         ///< --log-x
    bool log_y;         ///< --log-y
    const char *of;      ///< --of, what is drawn
    const char *like;   ///< --like NAME
    bool sparse;        ///< --sparse
    //< [options-draw]

    //> [options-bench] What is measured
    const char *layers; ///< --layers 0,4,128,4
    const char *widths; ///< --widths NAME
    int experts;        ///< --experts N
    bool quick;         ///< --quick
    //< [options-bench]
};
//< [options-struct]

//> [options-api] Read, and see what is missing
/** Read a command line.
 *  @param[out] o         the options, defaults where nothing was said
 *  @param      accepted  names of the options the command accepts,
 *                        separated by blanks
 *  @param      argc      how many words
 *  @param      argv      `(argc)` the words after the command
 *  @param[out] err       what was not understood
 *  @return success */
bool options_read(struct options *o, const char *accepted, int argc,
                  char **argv, struct error *err);

/** Complain about an option that must be given and is not.
 *  @param      o       the options, read
 *  @param      needed  names of texts, layers and heads, separated by
 *                      blanks; NULL = none
 *  @param[out] err     what is missing
 *  @return whether all are there */
bool options_need(const struct options *o, const char *needed,
                  struct error *err);
//< [options-api]

//> [options-api-explain] Explain; lists of numbers
/** Print a line for every option of a command.
 *  @param out       where to
 *  @param accepted  as in options_read() */
void options_explain(FILE *out, const char *accepted);

/** Read a list of whole numbers, separated by commas or white space.
 *  @param[out] out    `(most)` the numbers; may be NULL to only count
 *  @param      most   how many fit
 *  @param      text   the list
 *  @return how many there are, or -1 if something is no number that fits
 *          an int */
int read_integers(int *out, int most, const char *text);
/** @} */
#endif
//< [options-api-explain]
