//> [unit-header] A bench to test one component on
/**
 * @file
 * Running one component on tensors from a file: how its inputs are found
 * and checked, and where its outputs go. The units are in unit_*.c, the
 * command is cmd_unit.c. Told in chapter 92.
 *
 * Things that are not obvious:
 * - after the first thing that is wrong every call does nothing; a unit
 *   asks once, bench_ok(), before it computes;
 * - a tensor is looked for as PREFIX.name, then with the last part of the
 *   prefix cut off: expert.fp4.x, then expert.x. So cases can share;
 * - sizes are ints that start as 0. The first tensor that has one sets it,
 *   the others must agree.
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

//> [unit-struct] The bench, and a unit
/** What a unit works with. */
struct bench {
    struct array_file file; ///< the inputs
    const char *prefix;     ///< of their names, without the last dot
    struct config config;   ///< the numbers a component asks for
    struct pass pass;       ///< points to config and scratch
    struct arena scratch;   ///< for the component
    struct arena arena;     ///< owns inputs and outputs
    struct trace out;       ///< the outputs
    struct error *err;      ///< what is wrong
    bool failed;            ///< something is
};

/** A component that can be run alone. */
struct unit {
    const char *name;   ///< as typed
    const char *prefix; ///< of its tensors, unless --prefix is given
    const char *needs;  ///< tensors it reads
    const char *gives;  ///< tensors it writes
    void (*run)(struct bench *b); ///< reads, computes, gives
};

extern const struct unit units_numerics[];  ///< ends with a zeroed one
extern const struct unit units_attention[]; ///< ends with a zeroed one
extern const struct unit units_model[];     ///< ends with a zeroed one
//< [unit-struct]

//> [unit-in] Inputs: floats and whole numbers
/** Floats of any type that has plain values.
 *  @param b     the bench
 *  @param name  behind the prefix
 *  @param rank  number of axes; as many `int *` sizes follow
 *  @return the numbers, or NULL */
float *bench_floats(struct bench *b, const char *name, int rank, ...);

/** Whole numbers.
 *  @param b     the bench
 *  @param name  behind the prefix
 *  @param rank  number of axes; as many `int *` sizes follow
 *  @return the numbers, or NULL */
int *bench_ints(struct bench *b, const char *name, int rank, ...);
//< [unit-in]

//> [unit-in-matrix] Inputs: matrices, and what may be missing
/** A matrix in any format, told by the type of its elements.
 *  @param b      the bench
 *  @param name   behind the prefix
 *  @param scale  name of its scale, if the format has one
 *  @param rows   its rows, see above
 *  @param cols   its columns, codes counted
 *  @return the matrix */
struct matrix bench_matrix(struct bench *b, const char *name,
                           const char *scale, int *rows, int *cols);

/** A single number that need not be there.
 *  @param b        the bench
 *  @param name     behind the prefix
 *  @param instead  its value if it is not there
 *  @return the number */
float bench_number(struct bench *b, const char *name, float instead);

/** A single whole number that need not be there.
 *  @param b        the bench
 *  @param name     behind the prefix
 *  @param instead  its value if it is not there
 *  @return the number */
int bench_whole(struct bench *b, const char *name, int instead);
//< [unit-in-matrix]

//> [unit-check] Is everything there, and does it make sense?
/** Is there such a tensor?
 *  @param b     the bench
 *  @param name  behind the prefix
 *  @return whether there is */
bool bench_has(const struct bench *b, const char *name);

/** Note that something is wrong unless a condition holds.
 *  @param b          the bench
 *  @param condition  what must hold
 *  @param format     what is wrong if not, as for printf */
void bench_require(struct bench *b, bool condition, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Ask once before computing.
 *  @param b  the bench
 *  @return true if nothing is wrong */
bool bench_ok(const struct bench *b);

/** Memory for a result.
 *  @param b      the bench
 *  @param count  how many floats
 *  @return `(count)` floats */
float *bench_room(struct bench *b, size_t count);
/** @} */
#endif
//< [unit-check]
