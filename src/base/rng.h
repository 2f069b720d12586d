//> [rng-header] Randomness with a seed
/**
 * @file
 * Seeded random numbers: the same seed gives the same stream on every
 * machine. The generator is xoshiro256** by Blackman and Vigna (public
 * domain algorithm), seeded by splitmix64. Told in chapter 90.
 */
#ifndef V4_BASE_RNG_H
#define V4_BASE_RNG_H

#include <stdint.h>

/** @defgroup ch_rng 90 · Random numbers
 *  Prose: chapter 90, plumbing.
 *  @{ */

/** The state of one stream. */
struct rng {
    uint64_t s[4]; ///< never all zero
};
//< [rng-header]

//> [rng-api] Seed a stream, draw from it
/** Start a stream.
 *  @param[out] r     the stream
 *  @param      seed  any number; different seeds give unrelated streams */
void rng_seed(struct rng *r, uint64_t seed);

/** Next 64 random bits.
 *  @param r  the stream
 *  @return uniform on 0 … 2^64-1 */
uint64_t rng_next(struct rng *r);

/** A uniform number.
 *  @param r  the stream
 *  @return in [0, 1), a multiple of 2^-24 */
float rng_uniform(struct rng *r);

/** A normal number (Box and Muller).
 *  @param r  the stream
 *  @return with mean 0 and variance 1 */
float rng_normal(struct rng *r);

/** A uniform integer without modulo bias.
 *  @param r  the stream
 *  @param n  how many values there are; n >= 1
 *  @return in 0 … n-1 */
uint64_t rng_below(struct rng *r, uint64_t n);
/** @} */
#endif
//< [rng-api]
