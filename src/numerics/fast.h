//> [fast-header] Which set of primitives runs
/**
 * @file
 * Instruction sets, and the choice among them. The scalar set is the
 * definition; each level of a machine overwrites what it does faster, in a
 * file of its own that is the only one to use its instructions. Told in
 * chapter 34.
 *
 * Things that are not obvious:
 * - a machine is asked for its features, never for its name: names lie;
 * - a set called `-bits` takes only entries with the bits of the scalar
 *   one. The others add in float lanes, which is faster and off by the
 *   rounding of a float32 sum; among each other they agree to the last bit.
 */
#ifndef V4_NUMERICS_FAST_H
#define V4_NUMERICS_FAST_H

#include "base/error.h"
#include "numerics/primitives.h"

#include <stdbool.h>

/** @defgroup ch_fast 34 · Fast paths
 *  Prose: chapter 34.
 *  @{ */
//< [fast-header]

//> [fast-level] What one instruction set adds
/** An instruction set. A set of primitives is the scalar one, overwritten
 *  by each level up to its own. */
struct level {
    const char *name; ///< as in `--kernels`

    /** Does this machine have it? */
    bool (*here)(void);

    /** Overwrite entries that give the bits of the scalar ones. */
    void (*same_bits)(struct primitives *set);

    /** Overwrite entries whose sums have an order of their own. */
    void (*own_order)(struct primitives *set);
};

extern const struct level level_avx2;   ///< AVX2, FMA and F16C
extern const struct level level_avx512; ///< AVX-512 F, BW, DQ, VL
//< [fast-level]

//> [fast-api] Choose
/** Choose a set by name for the rest of the run: scalar, count, avx2,
 *  avx512; with `-bits` behind it, a set whose sums have the bits of the
 *  scalar one.
 *  @param      name  a set that this machine can run; NULL for the best one
 *  @param[out] err   lists the sets there are
 *  @return success */
bool primitives_choose(const char *name, struct error *err);
/** @} */
#endif
//< [fast-api]
