//> [slice-header] A model of random numbers in memory
/**
 * @file
 * A few layers of a model's width with weights that mean nothing, made in
 * memory: what the speed of the whole can be measured on without its 160
 * gigabytes. Told in chapter 34.
 *
 * Things that are not obvious:
 * - only the first rows of a matrix are random numbers, the others repeat
 *   them: memory and registers do not look at values, and drawing two
 *   billion of them takes minutes;
 * - a token of a small slice could find its weights still in a cache, where
 *   it would never find those of the real model. So there are several
 *   copies, to be used in turn.
 */
#ifndef V4_MODEL_SLICE_H
#define V4_MODEL_SLICE_H

#include "base/pages.h"
#include "model/model.h"

#include <stdint.h>

/** @defgroup ch_slice 34 · Slice
 *  Prose: chapter 34.
 *  @{ */
//< [slice-header]

//> [slice-plan] What to make
enum { SLICE_LAYERS = 64 };

/** A slice that is wanted. */
struct slice_plan {
    const char *config; ///< whose widths: a config.json
    const char *ratios; ///< "0,4,128,4": one ratio for each layer
    int experts;        ///< experts of a layer
    uint64_t seed;      ///< where chance begins
    enum numerics numerics; ///< how it rounds
    size_t between;     ///< bytes of weights that pass before one is met
                        ///< again
};
//< [slice-plan]

//> [slice-struct] What it is made of
/** Copies of one model, and what a token costs. Zero-initialize it. */
struct slice {
    struct model *copies; ///< `(n)` the same numbers at different places
    int n;                ///< how many
    size_t bytes;         ///< weights of one copy, with their scales
    size_t token_bytes;   ///< weights that one token meets in the layers
    double token_flops;   ///< 2 × multiply-adds it needs with them
    struct pages memory;  ///< the weights of all copies
    struct arena arena;   ///< everything else
};
//< [slice-struct]

//> [slice-api] Make, free; what a token of any model meets
/** Make a slice.
 *  @param[out] s     the slice; slice_free() it
 *  @param      plan  which one
 *  @param[out] err   a bad configuration, or too little memory
 *  @return success */
bool slice_make(struct slice *s, const struct slice_plan *plan,
                struct error *err);

/** Free it.
 *  @param s  the slice */
void slice_free(struct slice *s);

/** What one token meets in the layers of a model: every matrix but the
 *  embedding and the head, and of the routed experts k.
 *  @param[out] bytes  of weights and scales
 *  @param[out] flops  2 × multiply-adds
 *  @param      c      the configuration */
void token_cost(size_t *bytes, double *flops, const struct config *c);
/** @} */
#endif
//< [slice-api]
