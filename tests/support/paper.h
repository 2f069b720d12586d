/**
 * @file
 * A model small enough for paper: two streams of width 2, three tokens, one
 * block whose attention and experts say nothing. Everything is zero but the
 * norms (1), the embedding and the head.
 */
#ifndef V4_TESTS_PAPER_H
#define V4_TESTS_PAPER_H

#include "model/mtp.h"

enum { PAPER_WIDTH = 2, PAPER_STREAMS = 2, PAPER_TOKENS = 3 };

/** The model and its MTP block, whose projections are for the test to set. */
struct paper {
    struct model model;
    struct mtp_weights mtp;
    struct arena arena;
};

/** Make it: embedding (1, 7), (7, 1), (-5, 5); head (1, 0), (0, 1), (1, 1).
 *  @param[out] p  the model; paper_free() it */
void paper_model(struct paper *p);

/** Set a matrix.
 *  @param p       its model
 *  @param m       which matrix
 *  @param values  as many as it has */
void paper_set(struct paper *p, struct matrix *m, const float *values);

/** Free it.
 *  @param p  the model */
void paper_free(struct paper *p);

#endif
