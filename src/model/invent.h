//> [invent-header] A checkpoint made of random numbers
/**
 * @file
 * A random checkpoint in the released layout: every tensor of the table in
 * tensors.h, in its format, scaled so that numbers stay healthy on their
 * way through the model. For tests, and for trying out sizes that nobody
 * wants to download. Told in chapter 30.
 *
 * Things that are not obvious:
 * - a matrix has a standard deviation of 1/√cols before it is quantized,
 *   so its outputs are as large as its inputs;
 * - a tensor follows from its name and the seed alone: the same seed gives
 *   the same bytes, whatever else is in the checkpoint;
 * - a sparse checkpoint has holes where the numbers would be: 160 GB that
 *   take no room. All its numbers are zero;
 * - the directory appears whole, or not at all.
 */
#ifndef V4_MODEL_INVENT_H
#define V4_MODEL_INVENT_H

#include "base/progress.h"
#include "base/rng.h"
#include "model/tensors.h"

/** @defgroup ch_invent 30 · Invent
 *  Prose: chapter 30.
 *  @{ */
//< [invent-header]

//> [invent-api] Invent the numbers of a tensor
/** The random numbers of one tensor and, if it has one, of its scale.
 *  @param[out] data   its bytes, as in the file
 *  @param[out] scale  bytes of its e8m0 scale; NULL if it has none
 *  @param      s      the tensor
 *  @param      c      the configuration
 *  @param      seed   where chance begins */
void invent_tensor(void *data, void *scale, const struct slot *s,
                   const struct config *c, uint64_t seed);
//< [invent-api]

//> [invent-api-files] Invent a directory
/** What to invent. */
struct invention {
    const char *config; ///< a config.json; it is copied
    const char *dir;    ///< the directory to make; must not exist, or be
                        ///< empty
    uint64_t seed;      ///< where chance begins
    bool sparse;        ///< holes instead of numbers
    int64_t shard;      ///< most bytes of a file; 0 = 4 GiB
    struct progress *progress; ///< drawn while it lasts, or NULL
};

/** Make a checkpoint.
 *  @param      what  what to make
 *  @param[out] err   why not: a bad configuration, more than 16 GiB that
 *                    are not sparse, a directory that cannot be written
 *  @return success; on failure nothing is left behind */
bool invent(const struct invention *what, struct error *err);
/** @} */
#endif
//< [invent-api-files]
