//> [ceilings-header] What this machine can do at most, right now
/**
 * @file
 * Loops that do one thing only: read memory, or multiply and add in
 * registers. No kernel is faster, so they are the ceilings that bench holds
 * every kernel against. Told in chapter 34.
 *
 * Things that are not obvious:
 * - a ceiling is measured again beside every measurement: on a machine that
 *   others use, only what happens in the same moment can be compared;
 * - which loops run follows from the features of the machine, never from
 *   its name.
 */
#ifndef V4_NUMERICS_CEILINGS_H
#define V4_NUMERICS_CEILINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @defgroup ch_ceilings 34 · Ceilings
 *  Prose: chapter 34.
 *  @{ */
//< [ceilings-header]

//> [ceilings-peak] An instruction that multiplies and adds
/** What one instruction can do. */
struct peak {
    const char *key;   ///< in JSON
    const char *name;  ///< for people
    double operations; ///< of one round: 2 × multiply-adds

    /** Does this machine have it? */
    bool (*here)(void);

    /** Do it. All factors are one, so the sum of all results grows by one
     *  with every multiply-add, as long as float32 can count.
     *  @param n how many rounds @return that sum */
    float (*rounds)(int64_t n);
};

extern const struct peak peak_f32;      ///< whatever C becomes
extern const struct peak peak_avx2;     ///< f32, 8 lanes
extern const struct peak peak_avx512;   ///< f32, 16 lanes
extern const struct peak peak_bf16;     ///< vdpbf16ps: pairs of bf16
extern const struct peak peak_int8;     ///< vpdpbusd: fours of int8
extern const struct peak peak_amx_bf16; ///< tdpbf16ps: tiles of bf16
extern const struct peak peak_amx_int8; ///< tdpbssd: tiles of int8
//< [ceilings-peak]

//> [ceilings-api] Measure one
/** Multiply and add as fast as an instruction can, with all threads.
 *  @param p        the instruction; the machine must have it
 *  @param seconds  about how long to take
 *  @return operations per second of all threads together */
double ceiling_peak(const struct peak *p, double seconds);

/** Read some memory once, with all threads.
 *  @param data  `(size)`
 *  @param size  bytes
 *  @return bytes per second: the better of a plain pass and one that asks
 *          for lines before it needs them */
double ceiling_read(const unsigned char *data, size_t size);
//< [ceilings-api]

//> [ceilings-api-lines] Reading, in the widest registers there are
/** Read memory line by line, with 64-byte registers if the machine has
 *  them.
 *  @param data   `(size)`
 *  @param size   bytes; a last line that is not whole is left out
 *  @param ahead  how far ahead to ask for a line, in bytes; 0 = not
 *  @return a number that depends on every byte */
uint64_t read_lines(const unsigned char *data, size_t size, size_t ahead);

/** The same with AVX-512.
 *  @param data   `(size)`
 *  @param size   bytes
 *  @param ahead  as in read_lines()
 *  @return the same number */
uint64_t read_lines_avx512(const unsigned char *data, size_t size,
                           size_t ahead);
/** @} */
#endif
//< [ceilings-api-lines]
