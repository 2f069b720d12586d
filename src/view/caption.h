//> [caption-header] Tokens and layers in words
/**
 * @file
 * What is written beside and above pictures of attention. Told in chapter
 * 91.
 */
#ifndef V4_VIEW_CAPTION_H
#define V4_VIEW_CAPTION_H

#include "view/scene.h"

/** @defgroup ch_caption 91 · Captions
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [caption-header]

//> [caption-api] Name a token, a kind, a rule
/** Name a token by its position and its letters (twelve at most).
 *  @param[out] out    `(size)`
 *  @param      size   bytes
 *  @param      scene  the labels; without any, the position must do
 *  @param      t      0 … T - 1 */
void caption_token(char *out, size_t size, const struct scene *scene, int t);

/** Say in a few words what a layer is: "CSA, m = 4, top 8".
 *  @param[out] text   `(size)`
 *  @param      size   bytes
 *  @param      scene  top-k
 *  @param      layer  kind and ratio */
void caption_kind(char *text, size_t size, const struct scene *scene,
                  const struct scene_layer *layer);

/** Say in a sentence what a layer's queries see.
 *  @param[out] text   `(size)`
 *  @param      size   bytes, at least 160
 *  @param      scene  window and top-k
 *  @param      layer  kind and ratio */
void caption_layer(char *text, size_t size, const struct scene *scene,
                   const struct scene_layer *layer);
/** @} */
#endif
//< [caption-api]
