//> [legend-header] How to read a picture of attention
/**
 * @file
 * The legend under a heat map and under the atlas: what a colour, a blank
 * and a hatched cell mean. Told in chapter 91.
 */
#ifndef V4_VIEW_LEGEND_H
#define V4_VIEW_LEGEND_H

#include "view/page.h"
#include "view/text.h"

/** @defgroup ch_legend 91 · Legends
 *  Prose: chapter 91, pictures.
 *  @{ */

/** Pixels a legend needs. */
enum { LEGEND_WIDTH = 970, LEGEND_HEIGHT = 46 };
//< [legend-header]

//> [legend-api] Draw the legend of attention
/** Draw the legend of attention pictures.
 *  @param page     the page
 *  @param x        left edge
 *  @param y        top edge
 *  @param ceiling  top of the colour scale
 *  @param topk     entries a CSA query selects; 0 = there are none passed
 *                  over, and hatching is not explained */
void legend_draw(struct page *page, int x, int y, float ceiling, int topk);
/** @} */
#endif
//< [legend-api]
