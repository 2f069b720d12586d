//> [arena-header] Memory with one lifetime
/**
 * @file
 * An arena hands out memory from large blocks and gives it back all at
 * once: there is no free() in a component and nothing to leak. Scratch
 * memory is marked before a computation and released after it. Told in
 * chapter 90.
 *
 * Things that are not obvious:
 * - memory is zeroed, unless the arena is poisoned (tests): then floats
 *   read before they were written are NaN, and so are released ones;
 * - memory that runs out ends the program, see out_of_memory(): nobody has
 *   to check what an arena returns.
 */
#ifndef V4_BASE_ARENA_H
#define V4_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_arena 90 · Arena
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [arena-header]

//> [arena-struct] Blocks in a chain, and how far the last one is used
/** One block of memory; the newest stands first in the chain. */
struct arena_block {
    struct arena_block *older; ///< the block filled before this one
    size_t size;               ///< bytes that follow this header
    size_t used;               ///< bytes of them given out
    size_t touched;            ///< bytes given out at some time
};

/** Memory that lives and dies together. Zero-initialize it. */
struct arena {
    struct arena_block *newest; ///< where the next allocation comes from
    struct arena_block *spare;  ///< chain of blocks that were given back
    bool poison;                ///< fill with NaN bytes instead of zeros
    size_t bytes;               ///< given out now
    size_t peak;                ///< given out at most
};

/** A point in an arena's life to return to. */
struct arena_mark {
    struct arena_block *newest; ///< the block at that time
    size_t used;                ///< its fill
    size_t bytes;               ///< the arena's fill
};
//< [arena-struct]

//> [arena-api] Allocate
/** Allocate `count * size` bytes, aligned to 64 (a cache line).
 *  @param a      the arena
 *  @param count  number of elements
 *  @param size   bytes of one element
 *  @return the memory, never NULL */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/** Allocate `count` floats.
 *  @param a      the arena
 *  @param count  number of floats
 *  @return `(count)` floats */
float *arena_floats(struct arena *a, size_t count);

/** Copy a text.
 *  @param a     the arena
 *  @param text  a string
 *  @return the copy */
char *arena_text(struct arena *a, const char *text);
//< [arena-api]

//> [arena-api-mark] Mark, release
/** Remember the present state.
 *  @param a  the arena
 *  @return what arena_release() needs to come back here */
struct arena_mark arena_mark(const struct arena *a);

/** Give back everything allocated since a mark.
 *  @param a     the arena
 *  @param mark  from arena_mark() on the same arena */
void arena_release(struct arena *a, struct arena_mark mark);

/** Free all blocks; the arena may be used again.
 *  @param a  the arena */
void arena_free(struct arena *a);
/** @} */
#endif
//< [arena-api-mark]
