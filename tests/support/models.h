/**
 * @file
 * The tiny checkpoints, opened once per process, and what tests of single
 * components need of them. Whatever is missing ends the test with a message.
 */
#ifndef V4_TESTS_MODELS_H
#define V4_TESTS_MODELS_H

#include "base/plan.h"
#include "model/checkpoint.h"

#include <stddef.h>

enum { TINY_MODELS = 3 };

/** Their names: "tiny-flash", "tiny-pro", "tiny-long". */
extern const char *const tiny_names[TINY_MODELS];

/** A tiny checkpoint and the golden file of its numerics. */
struct tiny {
    const char *name;     ///< one of tiny_names
    char golden[64];      ///< for golden(): "tiny-pro/golden-exact.…"
    struct checkpoint ck; ///< open
};

/** Open a tiny checkpoint, or find it open.
 *  @param name      one of tiny_names
 *  @param numerics  how it rounds
 *  @return the checkpoint; do not close it */
struct tiny *tiny_open(const char *name, enum numerics numerics);

/** A golden number, e.g. "short.prefill_len".
 *  @param t     the checkpoint
 *  @param name  a golden tensor with one element
 *  @return its value */
int tiny_number(const struct tiny *t, const char *name);

/** The golden tokens.
 *  @param      t      the checkpoint
 *  @param[out] count  how many there are; may be NULL
 *  @return `(count)` ids; free() them */
int *tiny_tokens(const struct tiny *t, size_t *count);

/** What a block reads in the short prefill: the golden output of the block
 *  before it, or n copies of the embedding.
 *  @param t      the checkpoint
 *  @param layer  number of the block
 *  @return `(short.prefill_len, n, d)`; free() them. NULL if the golden
 *          file does not hold them */
float *tiny_input(const struct tiny *t, int layer);

/** The first layer of a kind.
 *  @param t     the checkpoint
 *  @param kind  the kind
 *  @return its number */
int tiny_layer(const struct tiny *t, enum layer_kind kind);

#endif
