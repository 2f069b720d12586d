//> [tensors-header] Every tensor of a checkpoint, by name and shape
/**
 * @file
 * The table of a checkpoint's tensors: which there are for a given
 * configuration, what they are called, how they are stored, and where in
 * the weights they belong. Loading, checking, counting and inventing a
 * checkpoint all walk this one table. Told in chapter 30.
 *
 * Things that are not obvious:
 * - there is no "model." prefix, and hc_*, ape, attn_sink, bias and
 *   tid2eid have no ".weight";
 * - a quantized matrix is two tensors, `X.weight` and `X.scale`;
 * - tid2eid is I64 and exists only in hash layers, which have no bias; the
 *   MTP block is never hash-routed.
 */
#ifndef V4_MODEL_TENSORS_H
#define V4_MODEL_TENSORS_H

#include "base/array.h"
#include "model/dspark.h"
#include "model/mtp.h"

/** @defgroup ch_tensors 30 · Tensors
 *  Prose: chapter 30.
 *  @{ */
//< [tensors-header]

//> [tensors-slot] What a tensor is called, and where it belongs
/** What a tensor is to the model. */
enum slot_kind {
    SLOT_MATRIX, ///< a matrix that stays in the file
    SLOT_VECTOR, ///< numbers that are widened to float32 when loaded
    SLOT_TABLE   ///< token id -> experts, I64
};

enum { TENSOR_NAME = 96 };

/** One tensor: its name, its storage, its place. */
struct slot {
    char name[TENSOR_NAME]; ///< e.g. "layers.2.attn.wq_a.weight"
    enum slot_kind kind;    ///< what it is
    enum format format;     ///< how it is stored (a vector: F32 or BF16)
    int rank;               ///< 1 or 2
    int rows;               ///< first axis; 1 when rank is 1
    int cols;               ///< last axis
    union {
        struct matrix *matrix;  ///< SLOT_MATRIX
        float **vector;         ///< SLOT_VECTOR
        const int64_t **table;  ///< SLOT_TABLE
    } to;                   ///< where it belongs
};

/** Called for every tensor, in file-independent order.
 *  @param user  what the walker was given
 *  @param s     the tensor */
typedef void slot_visitor(void *user, const struct slot *s);
//< [tensors-slot]

//> [tensors-api] Allocate the weights, walk the table
/** Make room for the weights of every layer (structs, not bytes).
 *  @param[out] w      the trunk's weights
 *  @param[out] mtp    the MTP block's weights, or NULL
 *  @param      c      the configuration
 *  @param      arena  owns the structs */
void tensors_allocate(struct model_weights *w, struct mtp_weights *mtp,
                      const struct config *c, struct arena *arena);

/** Visit every tensor.
 *  @param w      the trunk's weights, from tensors_allocate()
 *  @param mtp    the MTP block's weights, or NULL to leave it out
 *  @param c      the configuration
 *  @param visit  called for each
 *  @param user   passed on */
void tensors_walk(struct model_weights *w, struct mtp_weights *mtp,
                  const struct config *c, slot_visitor *visit, void *user);
//< [tensors-api]

//> [tensors-api-dspark] The same for a DSpark drafter
/** Make room for the weights of a DSpark drafter.
 *  @param[out] w      its weights
 *  @param      c      a configuration with dspark_stages > 0
 *  @param      arena  owns the structs */
void tensors_allocate_dspark(struct dspark_weights *w,
                             const struct config *c, struct arena *arena);

/** Visit every tensor of a DSpark drafter.
 *  @param w      its weights, from tensors_allocate_dspark()
 *  @param c      the configuration
 *  @param visit  called for each
 *  @param user   passed on */
void tensors_walk_dspark(struct dspark_weights *w, const struct config *c,
                         slot_visitor *visit, void *user);
//< [tensors-api-dspark]

//> [tensors-stored-api] How a tensor stands in the file
/** A tensor as it stands in the file: name, type and shape, no data. Two
 *  FP4 codes share a byte of an I8 tensor.
 *  @param s  the tensor
 *  @return the array */
struct array slot_stored(const struct slot *s);

/** Has a tensor a scale beside it?
 *  @param s  the tensor
 *  @return true for FP8 and FP4 matrices */
bool slot_scaled(const struct slot *s);
//< [tensors-stored-api]

//> [tensors-scale-api] Scales beside weights
/** The name of a quantized matrix's scale.
 *  @param[out] scale  `(TENSOR_NAME)`
 *  @param      name   of its weight, ending in ".weight" */
void scale_name(char *scale, const char *name);
/** @} */
#endif
//< [tensors-scale-api]
