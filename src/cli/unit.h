//> [unit-header] A bench to test one component on
/**
 * @file
 * Running one component on tensors from a file: a unit says in one line
 * what it reads and in one what it gives, the bench finds and checks the
 * inputs and writes what the component's trace has seen. The units are in
 * unit_*.c, the command is cmd_unit.c. Told in chapter 92.
 *
 * Things that are not obvious:
 * - the line that `v4 unit list` prints is the one that is checked:
 *   `x (T, d)` is a tensor, `w (N x d)` a matrix in any format, `int` asks
 *   for whole numbers, `[eps 1e-6]` is one that need not be there, with its
 *   usual value. A letter means the same size everywhere;
 * - a tensor is looked for as PREFIX.name, then with the last part of the
 *   prefix cut off: expert.fp4.x, then expert.x. So cases can share;
 * - what a unit gives is called as in components.safetensors;
 *   `kv = idx.kv` says what the component itself calls it.
 */
#ifndef V4_CLI_UNIT_H
#define V4_CLI_UNIT_H

#include "base/pass.h"
#include "cli/command.h"
#include "numerics/matrix.h"

/** @defgroup ch_unit 92 · Units
 *  Prose: chapter 92, commands.
 *  @{ */
//< [unit-header]

//> [unit-struct] A unit in two lines, and its inputs
struct bench;

/** A component that can be run alone. */
struct unit {
    const char *name;   ///< as typed
    const char *prefix; ///< of its tensors, unless --prefix is given
    const char *reads;  ///< its inputs, separated by ", "
    const char *gives;  ///< its outputs: `name` or `name = traced name`
    bool (*run)(struct bench *b); ///< compute; false if it cannot
};

extern const struct unit units_numerics[];  ///< ends with a zeroed one
extern const struct unit units_attention[]; ///< ends with a zeroed one
extern const struct unit units_model[];     ///< ends with a zeroed one

/** An input, as declared and as found. */
struct input {
    const char *name; ///< behind the prefix
    int length;       ///< of the name
    bool optional;    ///< it need not be there
    bool whole;       ///< only whole numbers
    const char *axes; ///< "T, d)", or NULL: a single number
    bool is_matrix;   ///< axes are rows x columns
    float *floats;    ///< its numbers, to be overwritten; NULL if not there
    int *ints;        ///< the same, if they are whole
    float number;     ///< the first one, or the usual one
    struct matrix matrix; ///< what stands in the file
};
//< [unit-struct]

//> [unit-bench] The bench
enum { MOST_INPUTS = 12, MOST_OUTPUTS = 12, MOST_LETTERS = 128 };
enum { MOST_PREFIX = 128, MOST_NAME = 192 }; ///< bytes

/** What a unit works with. */
struct bench {
    struct array_file file; ///< the inputs' file
    const char *prefix;     ///< of names; fewer than MOST_PREFIX bytes
    struct input inputs[MOST_INPUTS]; ///< `(n_inputs)`
    int n_inputs;           ///< how many
    int size[MOST_LETTERS]; ///< by letter: size['T'] tokens
    struct config config;   ///< the numbers a component asks for
    struct pass pass;       ///< points to config, scratch and trace
    struct trace trace;     ///< what was reported
    struct arena scratch;   ///< for the component
    struct arena arena;     ///< owns inputs and outputs
    struct error *err;      ///< what is wrong
};

//< [unit-bench]

//> [unit-bench-api] Open, run, write, close
/** Open the file; find and check all that a unit reads.
 *  @param b     the bench, zeroed but for prefix, config and err;
 *               bench_close() it
 *  @param u     the unit
 *  @param path  the inputs' file
 *  @return success */
bool bench_open(struct bench *b, const struct unit *u, const char *path);

/** Run a unit; a complaint names file and prefix.
 *  @param b  the bench, open
 *  @param u  the unit
 *  @return success */
bool bench_run(struct bench *b, const struct unit *u);

/** Write what a unit gave.
 *  @param b     the bench
 *  @param u     the unit, run
 *  @param path  the file
 *  @return success */
bool bench_write(struct bench *b, const struct unit *u, const char *path);

/** Give everything back.
 *  @param b  the bench */
void bench_close(struct bench *b);
//< [unit-bench-api]

//> [unit-api] What a unit asks for; it was checked before
/** An input that the unit has declared.
 *  @param b     the bench
 *  @param name  behind the prefix
 *  @return the input */
const struct input *given(const struct bench *b, const char *name);
/** @} */
#endif
//< [unit-api]
