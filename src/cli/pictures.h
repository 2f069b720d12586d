//> [pictures-header] From a model and a text to a picture's numbers
/**
 * @file
 * What `v4 heatmap` and `v4 atlas` have in common: a page, and a text that
 * was read with a trace of its attention. Told in chapter 92.
 */
#ifndef V4_CLI_PICTURES_H
#define V4_CLI_PICTURES_H

#include "cli/session.h"
#include "view/page.h"
#include "view/scene.h"

/** @defgroup ch_pictures 92 · Pictures of attention
 *  Prose: chapter 92, commands.
 *  @{ */

/** Queries drawn of a text that is too long to show them all, and the
 *  longest text whose queries are all drawn. */
enum { PICTURE_ROWS = 128, PICTURE_ALL = 256 };

/** A text that was read with a trace. */
struct picture {
    struct session session; ///< the model and the text
    struct trace trace;     ///< the attention
    struct scene scene;     ///< what all layers have in common
    struct page page;       ///< to draw on
};
//< [pictures-header]

//> [pictures-api] Read a text, look at a layer
/** Open a page, read the text, keep the attention of the layers named by a
 *  glob.
 *  @param[out] p      the picture; picture_close() it in any case
 *  @param      o      the options
 *  @param      match  glob of trace names
 *  @param[out] err    what is wrong
 *  @return success */
bool picture_open(struct picture *p, const struct options *o,
                  const char *match, struct error *err);

/** One layer's attention, the rows that are drawn.
 *  @param p      the text, read
 *  @param layer  0 … num_hidden_layers - 1, among the traced
 *  @return what view/ wants */
struct scene_layer picture_layer(const struct picture *p, int layer);

/** Close page and model.
 *  @param p  the picture */
void picture_close(struct picture *p);
/** @} */
#endif
//< [pictures-api]
