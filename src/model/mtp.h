//> [mtp-header] One more block, one more token ahead
/**
 * @file
 * The multi-token prediction block: from the trunk's final streams at t and
 * the embedding of token t+1 it predicts token t+2. Told in chapter 29.
 *
 * Things that are not obvious:
 * - it takes the streams before the head folds them;
 * - e_proj's result is one vector, added to all streams; h_proj is applied
 *   to each stream;
 * - it rotates at position t, has its own head mix and final norm, and
 *   shares the trunk's embedding and head;
 * - the released code contains the block but nobody who calls it: the
 *   pairing of t with t+1 is V3's convention.
 */
#ifndef V4_MODEL_MTP_H
#define V4_MODEL_MTP_H

#include "model/model.h"

/** @defgroup ch_mtp 29 · MTP
 *  Prose: chapter 29.
 *  @{ */
//< [mtp-header]

//> [mtp-api] Weights and the block
/** Weights under `mtp.0.`, named as there. */
struct mtp_weights {
    float *enorm;              ///< `(d)` norm of the embedding
    float *hnorm;              ///< `(d)` norm of every stream
    struct matrix e_proj;      ///< `(d, d)`
    struct matrix h_proj;      ///< `(d, d)`
    struct block_weights block; ///< a block like any other
    struct hc_weights hc_head; ///< its own head mix
    float *norm;               ///< `(d)` its own final norm
};
//< [mtp-api]

//> [mtp-api-run] A state for the block, and its call
/** An empty state for the MTP block.
 *  @param[out] s        the state; state_free() it
 *  @param      c        the configuration
 *  @param      context  longest sequence
 *  @param      chunk    most tokens in one pass */
void mtp_state_init(struct state *s, const struct config *c, int context,
                    int chunk);

/** Feed n >= 1 pairs (streams at t, token t+1) at the state's position.
 *  @param[out]    logits   `(n, V)` predictions of token t+2; NULL: for
 *                          the trace only
 *  @param         streams  `(n, hc, d)` from model_forward()
 *  @param         m        the trunk
 *  @param         w        the block
 *  @param[in,out] s        from mtp_state_init()
 *  @param         next     `(n)` ids of the tokens t+1
 *  @param         n        how many
 *  @param[out]    err      as model_forward()
 *  @return success; the passes are cut as in model_forward() */
bool mtp_forward(float *logits, const float *streams, const struct model *m,
                 const struct mtp_weights *w, struct state *s,
                 const int *next, int n, struct error *err);
//< [mtp-api-run]

//> [mtp-api-follow] Over a text the trunk has read
/** Run the block over a text for whoever traces it: positions 0 … n-2, each
 *  with its next token, in passes as those of the trunk.
 *  @param         m        the trunk
 *  @param         w        the block
 *  @param[in,out] trunk    the state that has read the text, for its trace
 *                          and its way of cutting
 *  @param         streams  `(n, hc, d)` from model_forward()
 *  @param         ids      `(n)` the text
 *  @param         n        how many
 *  @param[out]    err      as mtp_forward(), or that n < 2
 *  @return success */
bool mtp_follow(const struct model *m, const struct mtp_weights *w,
                struct state *trunk, const float *streams, const int *ids,
                int n, struct error *err);
/** @} */
#endif
//< [mtp-api-follow]
