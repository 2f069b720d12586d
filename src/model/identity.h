//> [identity-header] Is this the model that was used before?
/**
 * @file
 * A number that tells models apart, so that what one has remembered is not
 * given to another. Told in chapter 30.
 *
 * Things that are not obvious:
 * - two models of one shape have caches of one size: only numbers and
 *   weights tell them apart, and what a cache holds follows from both;
 * - the weights are not read as a whole, that would be 160 GB. Tensors of
 *   up to 4 KiB (norms, sinks, biases) count with every byte, the others
 *   with 64 bytes from their middle: a model that was trained further, or
 *   quantized anew, differs in nearly all tensors, and one is enough;
 * - it is no seal: who changes one number of a large matrix, or means to
 *   deceive, is not noticed.
 */
#ifndef V4_MODEL_IDENTITY_H
#define V4_MODEL_IDENTITY_H

#include "model/checkpoint.h"

#include <stdint.h>

/** @defgroup ch_identity 30 · Identity
 *  Prose: chapter 30.
 *  @{ */
//< [identity-header]

//> [identity-api] One number for numbers and weights
/** What a model computes with: the numbers of its configuration, numerics
 *  and switches, and its tensors by name, type, shape and samples.
 *  @param ck  an open checkpoint
 *  @return equal for the same weights however they are cut into files */
uint64_t checkpoint_identity(const struct checkpoint *ck);

/** The part of it that follows from the configuration.
 *  @param c  the configuration
 *  @return a hash of every number that takes part in computing */
uint64_t config_fingerprint(const struct config *c);
/** @} */
#endif
//< [identity-api]
