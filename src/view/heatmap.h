//> [heatmap-header] What one layer attends to
/**
 * @file
 * The picture of one attention layer: what each query gives to each raw
 * token, to each compressed entry and to the sink. Told in chapter 91; how
 * to read it, in chapter 18.
 *
 * Things that are not obvious:
 * - both panels have the same token axis, so an entry's column is as wide
 *   as the tokens it stands for, and ends at the query that completed it;
 * - a few queries at the end of a long text have rows higher than the
 *   columns are wide, or the picture would be a thin strip;
 * - labels are thinned by powers of two when there is no room for all:
 *   the kept ones are the first tokens of blocks.
 */
#ifndef V4_VIEW_HEATMAP_H
#define V4_VIEW_HEATMAP_H

#include "view/page.h"
#include "view/scene.h"
#include "view/text.h"
#include "view/tile.h"

/** @defgroup ch_heatmap 91 · Heat maps
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [heatmap-header]

//> [heatmap-struct] The places of a heat map
/** Where everything stands. */
struct heatmap {
    struct tile tile;  ///< the cells
    int width;         ///< of the picture
    int height;        ///< of the picture
    int step;          ///< every step-th column is labelled
    int row_step;      ///< every row_step-th row is labelled
    bool spans_turned; ///< the entries' labels read upwards
};
//< [heatmap-struct]

//> [heatmap-api] Lay out a heat map, draw it
/** Lay out a heat map: cells as large as a laptop's screen allows.
 *  @param[out] h      the places
 *  @param      page   the page, open
 *  @param      scene  the sizes and the labels
 *  @param      ratio  m of the layer */
void heatmap_place(struct heatmap *h, const struct page *page,
                   const struct scene *scene, int ratio);

/** Draw a heat map.
 *  @param[out] page   the page, open; it gets its size
 *  @param      scene  the text
 *  @param      layer  the layer
 *  @param      head   0 … H - 1, or -1 for the mean of all
 *  @param[out] err    says what cannot be drawn
 *  @return success */
bool heatmap_draw(struct page *page, const struct scene *scene,
                  const struct scene_layer *layer, int head, struct error *err);
/** @} */
#endif
//< [heatmap-api]
