//> [generate-header] From logits to tokens, one after the other
/**
 * @file
 * Generation: choose a token from the logits, feed it back, choose the
 * next. Told in chapter 31.
 *
 * Things that are not obvious:
 * - temperature 0 means greedy: the largest logit, the lowest index among
 *   equals. Nothing is random then, whatever the seed;
 * - a choice by chance looks at the tokens from the most to the least
 *   likely, equals by index. So equal logits and an equal seed give equal
 *   texts;
 * - the last token is chosen, but never fed: a context of N tokens has
 *   room for a prompt and N - prompt + 1 more.
 */
#ifndef V4_MODEL_GENERATE_H
#define V4_MODEL_GENERATE_H

#include "base/rng.h"
#include "model/model.h"

/** @defgroup ch_generate 31 · Generate
 *  Prose: chapter 31.
 *  @{ */
//< [generate-header]

//> [generate-sampler] How to choose
/** How to choose a token. */
struct sampler {
    float temperature; ///< logits are divided by it; 0 = greedy
    float top_p;       ///< only the likeliest tokens that together have
                       ///< this probability; 1 = all
    struct rng rng;    ///< where chance comes from
};

/** Choose a token: `p_i = softmax(logit_i / temperature)`, cut off behind
 *  the first tokens (likeliest first) whose sum reaches top_p.
 *  @param[in,out] s        the sampler; its rng moves on unless greedy
 *  @param         logits   `(V)`
 *  @param         V        how many
 *  @param         scratch  memory, given back
 *  @return 0 … V-1 */
int sample(struct sampler *s, const float *logits, int V,
           struct arena *scratch);

/** How likely the model finds a token, before any temperature.
 *  @param logits  `(V)`
 *  @param V       how many
 *  @param id      the token
 *  @return `ln p_id`, p = softmax(logits) */
double log_probability(const float *logits, int V, int id);
//< [generate-sampler]

//> [generate-what] What to make of which prompt
/** Takes the tokens as they are made.
 *  @param user    what the caller of generate() gave
 *  @param id      the token
 *  @param logits  `(V)` what it was chosen from
 *  @return false to stop */
typedef bool token_taker(void *user, int id, const float *logits);

/** What to generate. */
struct generation {
    const int *prompt;  ///< `(n_prompt)` at least one token
    int n_prompt;       ///< how many
    int most;           ///< tokens to make at most
    const int *stops;   ///< `(n_stops)` tokens that end the text
    int n_stops;        ///< how many; 0 = none does
    token_taker *take;  ///< called for every token made
    void *user;         ///< passed to it
};
//< [generate-what]

//> [generate-api] The loop
/** Read the prompt, then make tokens until there are `most` of them, a
 *  stop token appears (it is taken, too), the context is full, or the
 *  taker has enough.
 *  @param         m        the model
 *  @param[in,out] s        the state, usually an empty one
 *  @param[in,out] sampler  how to choose
 *  @param         g        what
 *  @param[out]    err      from model_forward()
 *  @return how many tokens were made, or -1 */
int generate(const struct model *m, struct state *s,
             struct sampler *sampler, const struct generation *g,
             struct error *err);
/** @} */
#endif
//< [generate-api]
