//> [conversation-header] A conversation that can be put away
/**
 * @file
 * What it takes to go on later with the same bits: the cache, the tokens,
 * and where chance stands. One safetensors file. Told in chapter 31.
 *
 * Things that are not obvious:
 * - the last token made has not been read by the model yet, so there are
 *   more tokens than positions; those behind the position are read first
 *   when the conversation goes on;
 * - the generator of random numbers is part of it: stopping and going on
 *   gives the text that would have come without a stop.
 */
#ifndef V4_MODEL_CONVERSATION_H
#define V4_MODEL_CONVERSATION_H

#include "attention/cache.h"
#include "base/array.h"
#include "base/rng.h"

/** @defgroup ch_conversation 31 · Conversations
 *  Prose: chapter 31.
 *  @{ */
//< [conversation-header]

//> [conversation-struct] All but the cache
/** The tokens of a conversation, and its chance. */
struct conversation {
    const int *ids; ///< `(n)` read, written, and still to be read
    int n;          ///< how many; 0 = nothing has been said
    struct rng rng; ///< where chance stands
};
//< [conversation-struct]

//> [conversation-api] Put away, take out
/** Write a conversation.
 *  @param      c      tokens and chance
 *  @param      cache  what the model remembers of the first tokens
 *  @param      path   where to
 *  @param[out] err    why not
 *  @return success */
bool conversation_save(const struct conversation *c,
                       const struct cache *cache, const char *path,
                       struct error *err);

/** The tokens and the chance of a saved conversation; cache_restore() takes
 *  the rest from the same file.
 *  @param[out] c      tokens (in the file, which must stay open) and chance
 *  @param      f      the file, open
 *  @param      vocab  V, for the tokens
 *  @param[out] err    what is wrong with the file
 *  @return success */
bool conversation_read(struct conversation *c, const struct array_file *f,
                       int vocab, struct error *err);
/** @} */
#endif
//< [conversation-api]
