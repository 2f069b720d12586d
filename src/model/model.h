//> [model-header] The whole network
/**
 * @file
 * From token ids to logits: embed, copy into n streams, run the blocks,
 * fold the streams, project to the vocabulary. Told in chapter 28.
 *
 * Things that are not obvious:
 * - prefill, decoding and chunks are the same call; n = 1 is decoding;
 * - a long input is cut into chunks, which bounds the scratch memory; in
 *   exact numerics the cut changes no bit;
 * - computing cannot fail, but a broken weight can make numbers that are
 *   none: the streams are checked after every block.
 */
#ifndef V4_MODEL_MODEL_H
#define V4_MODEL_MODEL_H

#include "attention/cache.h"
#include "base/error.h"
#include "base/progress.h"
#include "model/block.h"

/** @defgroup ch_model 28 · Model
 *  Prose: chapter 28.
 *  @{ */
//< [model-header]

//> [model-structs] Numbers and weights, which stay
/** Weights at the top of the checkpoint, named as there. */
struct model_weights {
    struct matrix embed;          ///< `(V, d)`
    struct block_weights *layers; ///< `(num_hidden_layers)`
    struct hc_weights hc_head;    ///< folds the streams
    float *norm;                  ///< `(d)`
    struct matrix head;           ///< `(V, d)`, not tied to embed
};

/** A model: numbers, weights, frequencies. Nothing in it changes. */
struct model {
    struct config config;         ///< the numbers of config.json
    struct model_weights weights; ///< what was learned
    struct rope rope[2]; ///< one for each enum rope_kind
};
//< [model-structs]

//> [model-state-struct] The state, which changes
/** What changes while a sequence is read. */
struct state {
    struct cache cache;        ///< what attention remembers
    struct arena scratch;      ///< memory for one chunk
    struct trace *trace;       ///< who is watching, or NULL
    struct progress *progress; ///< told how far it has come, or NULL
    int chunk;                 ///< most tokens in one pass
    int singly; ///< from this position on one by one; INT_MAX = never
    char broken[24]; ///< part that made a number that is none, or ""
};
//< [model-state-struct]

//> [model-api] One way through
/** Which logits are wanted. */
enum logits {
    LOGITS_NONE, ///< none
    LOGITS_LAST, ///< of the last token
    LOGITS_ALL   ///< of every token
};

/** Feed n >= 1 new tokens at the state's position.
 *  @param[out]    logits  `(V)` or `(n, V)`, see which; NULL: the trace
 *                         gets them, nobody else
 *  @param         which   which logits
 *  @param[out]    streams `(n, hc, d)` the final streams (they feed the
 *                         MTP block), or NULL
 *  @param         m       the model
 *  @param[in,out] s       the state
 *  @param         ids     `(n)` token ids
 *  @param         n       how many
 *  @param[out]    err     an id outside the vocabulary, no room left, or a
 *                         block that made numbers that are none
 *  @return success; on failure the position has not moved, but what the
 *          layers remember may have: cache_reset() before another try */
bool model_forward(float *logits, enum logits which, float *streams,
                   const struct model *m, struct state *s, const int *ids,
                   int n, struct error *err);
//< [model-api]

//> [model-api-parts] The frequencies, the embedding and the head
/** The frequencies a block uses.
 *  @param m      the model
 *  @param layer  number of the block
 *  @return those with or without compression */
const struct rope *model_rope(const struct model *m, int layer);

/** Rows of the embedding.
 *  @param[out] x    `(T, d)`
 *  @param      m    the model
 *  @param      ids  `(T)`
 *  @param      T    how many */
void model_embed(float *x, const struct model *m, const int *ids, int T);

/** Fold, norm, project to the vocabulary.
 *  @param[out] logits  `(T, V)`
 *  @param      X       `(T, n, d)` the streams
 *  @param      mix     the head mix
 *  @param      norm    `(d)` the final norm
 *  @param      m       the model, for its head
 *  @param      p       the pass */
void model_head(float *logits, const float *X, const struct hc_weights *mix,
                const float *norm, const struct model *m,
                const struct pass *p);

//< [model-api-parts]

//> [model-api-checks] Before and after
/** What a caller may get wrong: no tokens, no room, an unknown id.
 *  @param      m    the model
 *  @param      s    the state
 *  @param      ids  `(n)`
 *  @param      n    how many
 *  @param[out] err  which of these, with numbers
 *  @return true if all is well */
bool model_check_input(const struct model *m, const struct state *s,
                       const int *ids, int n, struct error *err);

/** Has a part of the model made numbers? If not, the state remembers which
 *  part it was.
 *  @param[in,out] s      the state; its `broken` becomes the part
 *  @param         part   its tensors' prefix: "layers.3", "head", "mtp.0"
 *  @param         x      `(T, width)` what it has made
 *  @param         width  numbers per token
 *  @param         p      the pass
 *  @param[out]    err    the part, and the first position
 *  @return true if none is infinite or NaN */
bool state_sound(struct state *s, const char *part, const float *x,
                 size_t width, const struct pass *p, struct error *err);
//< [model-api-checks]

//> [model-api-state] Make a state
/** An empty state for sequences up to `context` tokens.
 *  @param[out] s        the state; state_free() it
 *  @param      c        the configuration
 *  @param      context  longest sequence
 *  @param      chunk    most tokens in one pass */
void state_init(struct state *s, const struct config *c, int context,
                int chunk);

/** Free it.
 *  @param s  the state */
void state_free(struct state *s);

/** The next pass over some tokens: as many as `chunk` and `singly` allow.
 *  @param s     the state, at the position of the first token
 *  @param c     the configuration
 *  @param ids   `(n)` the tokens
 *  @param done  how many of them have gone before
 *  @param n     how many there are; n > done
 *  @return the pass, with at least one token */
struct pass state_pass(struct state *s, const struct config *c,
                       const int *ids, int done, int n);
/** @} */
#endif
//< [model-api-state]
