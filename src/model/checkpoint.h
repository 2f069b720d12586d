//> [checkpoint-header] Weights from disk
/**
 * @file
 * A checkpoint in the released layout: config.json and safetensors files in
 * one directory. Opening it finds every tensor, checks its type and shape,
 * and points the weights at the mapped bytes. Told in chapter 30.
 *
 * Things that are not obvious:
 * - matrices stay in the file, in their released formats; only vectors are
 *   widened to float32 and copied;
 * - FP8 scales may be e8m0 (released Flash and Pro) or float32 (Base);
 * - a checkpoint may bring other draft modules under `mtp.` than the one
 *   we know (DSpark); then it simply has no MTP block for us;
 * - NaN among the scales is not looked for when opening: that would read
 *   gigabytes. It is found when it first does harm, or by a deep check.
 */
#ifndef V4_MODEL_CHECKPOINT_H
#define V4_MODEL_CHECKPOINT_H

#include "model/mtp.h"
#include "model/shards.h"

/** @defgroup ch_checkpoint 30 · Checkpoint
 *  Prose: chapter 30.
 *  @{ */
//< [checkpoint-header]

//> [checkpoint-struct] A model and the files it lives in
/** How to open a checkpoint. */
struct checkpoint_options {
    const char *const *sets; ///< `(n_sets)` key=value, see config_load()
    int n_sets;              ///< how many
    unsigned without;        ///< enum without, or-ed
    enum numerics numerics;  ///< how to round
};

/** An open checkpoint. Zero-initialize it. */
struct checkpoint {
    struct model model;     ///< numbers and weights
    struct mtp_weights mtp; ///< the MTP block
    bool has_mtp;           ///< is there one?
    struct shards shards;   ///< the files
    struct arena arena;     ///< owns what is not in the files
};
//< [checkpoint-struct]

//> [checkpoint-api] Open, look deeper, close
/** Open a checkpoint and check everything that can be checked without
 *  reading the weights.
 *  @param[out] ck      the checkpoint; checkpoint_close() it, whatever
 *                      is returned
 *  @param      dir     its directory
 *  @param      o       how
 *  @param      faults  gets a line for every fault
 *  @param[out] err     a summary
 *  @return success */
bool checkpoint_open(struct checkpoint *ck, const char *dir,
                     const struct checkpoint_options *o,
                     struct faults *faults, struct error *err);
//< [checkpoint-api]

//> [checkpoint-deep-api] Look deeper, explain, close
/** Read every scale and every unquantized number and look for NaN.
 *  @param ck      the checkpoint
 *  @param prefix  only tensors whose names begin with it; "" for all
 *  @param faults  gets a line for every tensor that has one */
void checkpoint_deep(struct checkpoint *ck, const char *prefix,
                     struct faults *faults);

/** If a forward pass failed because of a broken weight, name it.
 *  @param         ck   the checkpoint
 *  @param         s    the state that was used; it knows which part broke
 *  @param[in,out] err  from model_forward(); the culprit is added */
void checkpoint_explain(struct checkpoint *ck, const struct state *s,
                        struct error *err);

/** Close it.
 *  @param ck  the checkpoint */
void checkpoint_close(struct checkpoint *ck);
/** @} */
#endif
//< [checkpoint-deep-api]
