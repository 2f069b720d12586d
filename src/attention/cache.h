//> [cache-header] What is remembered between tokens
/**
 * @file
 * The cache of a model: for every layer the last w keys, the compressed
 * entries, the index keys, and the open blocks of the compressors. Sized
 * by a table that can be asked for its bytes before anything is allocated;
 * saved to a file and restored. Told in chapter 19.
 *
 * Things that are not obvious:
 * - only the entries grow with the context: n/4 keys of 584 bytes and n/4
 *   index keys of 68 in a CSA layer, n/128 keys in an HCA layer, in the
 *   released formats;
 * - every sequence starts from an empty cache (the released code keeps
 *   compressor state between sequences; that is a slip, not a feature).
 */
#ifndef V4_ATTENTION_CACHE_H
#define V4_ATTENTION_CACHE_H

#include "attention/attention.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/config.h"
#include "base/error.h"

/** @defgroup ch_cache 19 · Cache
 *  Prose: chapter 19.
 *  @{ */
//< [cache-header]

//> [cache-struct] All layers' memory, and how far it has come
/** The memory of consecutive layers. */
struct cache {
    int first_layer; ///< number of the first layer
    int n_layers;    ///< how many there are
    int context;     ///< longest sequence it has room for
    int position;    ///< tokens seen so far
    uint64_t identity; ///< of the model, see checkpoint_identity()
    struct attention_state *layers; ///< `(n_layers)`
    struct arena arena; ///< owns it all
};

/** Bytes of one layer's memory, by kind. */
struct cache_bytes {
    size_t ring;       ///< last w keys
    size_t entries;    ///< compressed keys
    size_t index_keys; ///< index keys
    size_t open;       ///< open blocks, always float32
};
//< [cache-struct]

//> [cache-api] Ask, make, forget
/** How many bytes a layer remembers at a given context.
 *  @param c        the configuration (with its numerics)
 *  @param layer    number of the layer
 *  @param context  tokens
 *  @return bytes by kind */
struct cache_bytes cache_bytes(const struct config *c, int layer,
                               int context);

/** Make an empty cache.
 *  @param[out] cache        the cache; cache_free() it
 *  @param      c            the configuration
 *  @param      first_layer  number of the first layer
 *  @param      n_layers     how many layers
 *  @param      context      longest sequence to make room for */
void cache_init(struct cache *cache, const struct config *c,
                int first_layer, int n_layers, int context);

/** Start a new sequence.
 *  @param cache  the cache */
void cache_reset(struct cache *cache);

/** Free it.
 *  @param cache  the cache */
void cache_free(struct cache *cache);
//< [cache-api]

//> [cache-api-file] Save and restore
/** Write the cache to a safetensors file: what is in use of it, its
 *  identity, and a checksum.
 *  @param      cache   the cache
 *  @param      more    `(n_more)` arrays to put beside it, under names of
 *                      their own
 *  @param      n_more  how many
 *  @param      path    where to
 *  @param[out] err     why not
 *  @return success */
bool cache_save(const struct cache *cache, const struct array *more,
                int n_more, const char *path, struct error *err);

/** Read back what cache_save() wrote, into a cache of the same model; its
 *  context may be another one, if it has room.
 *  @param[in,out] cache  made by cache_init(), with the model's identity
 *  @param         f      the file, open
 *  @param[out]    err    names what does not fit
 *  @return success; on failure the cache is empty */
bool cache_restore(struct cache *cache, const struct array_file *f,
                   struct error *err);
/** @} */
#endif
//< [cache-api-file]
