//> [atlas-header] Every layer and every head on one sheet
/**
 * @file
 * The atlas: a model's whole attention as small multiples, one row of
 * tiles a layer, one column a head, all on one colour scale. Told in
 * chapter 91.
 *
 * It does not name the tokens: it shows which layers see what, and which
 * heads differ. view/heatmap.h shows one layer in full.
 */
#ifndef V4_VIEW_ATLAS_H
#define V4_VIEW_ATLAS_H

#include "view/page.h"
#include "view/scene.h"
#include "view/text.h"

/** @defgroup ch_atlas 91 · Atlas
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [atlas-header]

//> [atlas-api] Draw the sheet
/** Draw the atlas.
 *  @param[out] page    the page, open; it gets its size
 *  @param      scene   the text
 *  @param      layers  `(count)` from the first to the last
 *  @param      count   how many
 *  @param[out] err     says what cannot be drawn
 *  @return success */
bool atlas_draw(struct page *page, const struct scene *scene,
                const struct scene_layer *layers, int count, struct error *err);
/** @} */
#endif
//< [atlas-api]
