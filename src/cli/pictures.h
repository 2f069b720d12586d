//> [pictures-header] From a model and a text to a picture's numbers
/**
 * @file
 * What `v4 heatmap` and `v4 atlas` have in common: read the text with a
 * trace and hand the probabilities to view/; and what every picture needs,
 * `v4 plot` included: a page and a file. Told in chapter 92.
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
    struct session session;        ///< the model and the text
    struct trace trace;            ///< the attention
    struct scene scene;            ///< what all layers have in common
    const struct options *options; ///< what was asked for
};
//< [pictures-header]

//> [pictures-api] Paint what was read
/** Paints a page and gives it its size.
 *  @param[out] page  the page, open
 *  @param      what  what is painted
 *  @param[out] err   why not
 *  @return success */
typedef bool painter(struct page *page, const void *what, struct error *err);

/** Paint a picture and write it.
 *  @param      path   the PNG file
 *  @param      paint  paints it
 *  @param      what   passed to it
 *  @param[out] err    why not
 *  @return success */
bool picture_write(const char *path, painter *paint, const void *what,
                   struct error *err);
//< [pictures-api]

//> [pictures-api-text] Read a text, paint its attention
/** Read the text, keep the attention of the layers named by a glob, paint
 *  it, write it.
 *  @param      o      the options
 *  @param      match  glob of trace names
 *  @param      paint  paints a `struct picture`
 *  @param[out] err    what is wrong
 *  @return success */
bool picture_of_text(const struct options *o, const char *match,
                     painter *paint, struct error *err);

/** One layer's attention, the rows that are drawn.
 *  @param p      the text, read
 *  @param layer  0 … num_hidden_layers - 1, among the traced
 *  @return what view/ wants */
struct scene_layer picture_layer(const struct picture *p, int layer);
/** @} */
#endif
//< [pictures-api-text]
