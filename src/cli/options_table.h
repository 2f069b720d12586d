//> [options-rule] One line of the table of options
/**
 * @file
 * The options of all commands, one line each: how it is called, what it
 * takes, where it goes, what the help says. Told in chapter 92.
 */
#ifndef V4_CLI_OPTIONS_TABLE_H
#define V4_CLI_OPTIONS_TABLE_H

#include <stddef.h>

/** @addtogroup ch_options
 *  @{ */

/** What an option takes. */
enum type {
    FLAG,     ///< nothing
    TEXT,     ///< a word
    WHOLE,    ///< a whole number
    REAL,     ///< a number
    SEED,     ///< 64 bits
    SET,      ///< KEY=VALUE, again and again
    WITHOUT,  ///< a list of mechanisms
    NUMERICS, ///< exact or faithful
    CONTEXT   ///< one whole number, or a list of them
};

//< [options-rule]

//> [options-rule-struct] An option: name, type, place, help
/** One option. */
struct rule {
    const char *name;  ///< without the dashes; one letter: one dash
    enum type type;    ///< what it takes
    size_t offset;     ///< into struct options
    double min;        ///< least, of WHOLE and REAL
    double max;        ///< most, of WHOLE and REAL
    const char *value; ///< what the help calls it
    const char *help;  ///< what it is for
};

extern const struct rule rules[]; ///< all options
extern const int n_rules;         ///< how many
/** @} */
#endif
//< [options-rule-struct]
