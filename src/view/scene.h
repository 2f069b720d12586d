//> [scene-header] What a picture of attention shows
/**
 * @file
 * The numbers behind a picture of attention: what was asked, what each
 * query gave to each key, and what it could see at all. Told in chapter
 * 91.
 *
 * Things that are not obvious:
 * - the key axis is the one of the traced tensors `L{i}.attn.probs` and
 *   `L{i}.attn.probs.visible`: T raw keys by position, then the
 *   floor(T/m) compressed entries, then the sink;
 * - the ceiling of a colour scale is not the largest probability. The
 *   first queries have few keys and give much to each; were the scale
 *   made for them, all others would be pale.
 */
#ifndef V4_VIEW_SCENE_H
#define V4_VIEW_SCENE_H

#include "base/plan.h"

#include <stddef.h>

/** @defgroup ch_scene 91 · Scenes
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [scene-header]

//> [scene-struct] A text, and one layer reading it
/** What a query has to do with a key. */
enum sight {
    UNSEEN = 0, ///< later than the query, or out of its window
    SEEN = 1,   ///< takes part in the softmax
    PASSED = 2, ///< could have been seen, but was not among the top k
};

/** What all layers of a picture have in common. */
struct scene {
    const char *model;         ///< a name for the title
    int tokens;                ///< T
    int first;                 ///< position of the first query drawn
    int rows;                  ///< queries drawn, first … first + rows - 1
    int window;                ///< w
    int topk;                  ///< entries a CSA query selects; 0 = all
    const char *const *labels; ///< `(T)` printable tokens, or NULL
};

/** One layer's attention. K = scene_keys(). */
struct scene_layer {
    int layer;            ///< its number
    enum layer_kind kind; ///< window only, CSA, HCA
    int ratio;            ///< m; 0 = window only
    int heads;            ///< H
    const float *probs;   ///< `(rows, H, K)` probabilities
    const int *visible;   ///< `(rows, K)` of enum sight
};
//< [scene-struct]

//> [scene-check-api] Can this be drawn at all?
/** Most tokens a picture of attention has room for. */
enum { SCENE_MAX_TOKENS = 2048 };

/** Check that a scene can be drawn at all.
 *  @param      scene  the sizes
 *  @param[out] err    says what is wrong
 *  @return success */
bool scene_check(const struct scene *scene, struct error *err);
//< [scene-check-api]

//> [scene-api] Keys, one head of many, the top of the scale
/** Length of the key axis.
 *  @param tokens  T
 *  @param ratio   m, 0 without compressor
 *  @return K = T + floor(T/m) + 1 */
int scene_keys(int tokens, int ratio);

/** Take one head, or the mean of all.
 *  @param scene  the sizes
 *  @param layer  the numbers
 *  @param head   0 … H - 1, or -1 for the mean
 *  @param arena  owns the result
 *  @return `(rows, K)` probabilities */
float *scene_head(const struct scene *scene, const struct scene_layer *layer,
                  int head, struct arena *arena);

/** The probability that gets the darkest colour: a round number that at
 *  least 98 of 100 seen cells do not exceed.
 *  @param scene  the sizes
 *  @param layer  what is seen; only SEEN cells count
 *  @param probs  `(rows, K)` probabilities
 *  @param arena  scratch, given back
 *  @return positive */
float scene_ceiling(const struct scene *scene,
                    const struct scene_layer *layer, const float *probs,
                    struct arena *arena);
/** @} */
#endif
//< [scene-api]
