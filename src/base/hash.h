//> [hash-header] A number that stands for bytes
/**
 * @file
 * The hash FNV-1a. It spreads any change over the whole number and is not
 * meant to resist anybody. Told in chapter 90.
 */
#ifndef V4_BASE_HASH_H
#define V4_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/** @defgroup ch_hash 90 · Hash
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [hash-header]

//> [hash] FNV-1a, 64 bits
static const uint64_t HASH_START = 0xcbf29ce484222325u; ///< of no bytes

/** Go on with more bytes.
 *  @param hash   HASH_START, or of what came before
 *  @param bytes  `(n)` what follows
 *  @param n      how many
 *  @return the hash of all so far */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ byte[i]) * 0x100000001b3u;
    return hash;
}
/** @} */
#endif
//< [hash]
