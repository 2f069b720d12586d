//> [dspark-header] DSpark, the drafter of Flash-0731
/**
 * @file
 * DSpark: a drafter of several stages that guesses a block of tokens in
 * one pass. Its weights are described here, so that a checkpoint can be
 * counted; it does not run yet. Told in chapter 29.
 *
 * Things that are not obvious:
 * - its tensors stand under `mtp.0.`, `mtp.1.`, …, like an MTP block's,
 *   but are others;
 * - a stage is a window-only block whose experts are chosen by score.
 */
#ifndef V4_MODEL_DSPARK_H
#define V4_MODEL_DSPARK_H

#include "model/block.h"

/** @defgroup ch_dspark 29 · DSpark
 *  Prose: chapter 29.
 *  @{ */
//< [dspark-header]

//> [dspark-weights] Its weights: L layers are tapped, r is the rank
/** Weights of all stages, named as under `mtp.`. The first stage has the
 *  projection, the last one the heads. */
struct dspark_weights {
    struct block_weights *stages; ///< `(dspark_stages)`
    struct matrix main_proj;      ///< `(d, L d)` of the tapped layers
    float *main_norm;             ///< `(d)`
    struct hc_weights hc_head;    ///< its own head mix
    float *norm;                  ///< `(d)` its own final norm
    struct matrix markov_w1;      ///< `(V, r)` of the token before
    struct matrix markov_w2;      ///< `(V, r)` of the token after it
    struct matrix confidence;     ///< `(1, d + r)` confidence_head.proj
};
/** @} */
#endif
//< [dspark-weights]
