//> [plan-header] What each layer is
/**
 * @file
 * The plan of a model: what kind of attention each of its blocks has, how
 * it rotates and how its router chooses. Everything else asks here, and
 * compares no ratios. Told in chapter 1.
 *
 * Things that are not obvious:
 * - what a layer is follows from `compress_ratios[layer]` alone: 0 means
 *   window only, 4 means CSA, any other positive number means HCA;
 * - a kind is a row of a table: whoever wants to know whether there is an
 *   indexer reads `attention->selects`, and never asks for the kind itself.
 */
#ifndef V4_BASE_PLAN_H
#define V4_BASE_PLAN_H

#include "base/config.h"

/** @addtogroup ch_config
 *  @{ */
//< [plan-header]

//> [plan-kinds] Kinds of attention, and what sets them apart
/** The three kinds of attention layer. */
enum layer_kind {
    LAYER_WINDOW, ///< the last w tokens, nothing else
    LAYER_CSA,    ///< window + top-k of entries that cover 4 tokens each
    LAYER_HCA,    ///< window + all entries, which cover many tokens each
};

/** Two sets of frequencies. */
enum rope_kind {
    ROPE_PLAIN,      ///< `rope_theta`, no YaRN
    ROPE_COMPRESSED, ///< `compress_rope_theta`, YaRN
};

/** A kind of attention: what it has beside its window. */
struct attention_kind {
    const char *name;    ///< what people call it
    enum rope_kind rope; ///< how its layers rotate
    bool compresses;     ///< a compressor makes entries
    bool overlaps;       ///< an entry pools the block before it, too
    bool selects;        ///< an indexer chooses among the entries
};
//< [plan-kinds]

//> [plan-layer] A line of the plan
/** How a router chooses the experts of a token. */
enum router_kind {
    ROUTER_SCORE,    ///< the best scores
    ROUTER_TOKEN_ID, ///< a table of token ids
};

/** What a block is. */
struct layer {
    int number;           ///< from 0; draft blocks follow the layers
    enum layer_kind kind; ///< of its attention
    const struct attention_kind *attention; ///< the row of that kind
    int ratio;               ///< m: tokens of an entry; 0 = no entries
    float theta;             ///< rotary base
    bool yarn;               ///< are its slow rotations stretched?
    enum router_kind router; ///< how it chooses experts
};
//< [plan-layer]

//> [plan-api] Ask
/** What is this block? Follows from the configuration alone.
 *  @param c       the configuration
 *  @param number  0 … num_hidden_layers + num_nextn_predict_layers - 1
 *  @return its line of the plan */
struct layer config_layer(const struct config *c, int number);

/** The row of a kind.
 *  @param kind  a kind of attention
 *  @return what sets it apart */
const struct attention_kind *attention_kind(enum layer_kind kind);

/** The kind that a compression ratio means.
 *  @param m  the ratio, 0 or more
 *  @return its row */
enum layer_kind ratio_kind(int m);
/** @} */
#endif
//< [plan-api]
