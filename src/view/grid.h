//> [grid-header] An array as coloured cells
/**
 * @file
 * The cells of a heat plot, the names of its rows and its colour bar. Told
 * in chapter 91. (Attention has pictures of its own: view/tile.h.)
 */
#ifndef V4_VIEW_GRID_H
#define V4_VIEW_GRID_H

#include "view/axes.h"
#include "view/page.h"
#include "view/text.h"

/** @defgroup ch_grid 91 · Grids
 *  Prose: chapter 91, pictures.
 *  @{ */

/** Pixels the colour bar needs to the right of the cells. */
enum { GRID_BAR_ROOM = 96 };

/** An array to show. */
struct grid {
    const float *values;      ///< `(rows, columns)`; NaN leaves a gap
    int rows;                 ///< how many
    int columns;              ///< how many
    const char *const *names; ///< `(rows)`, or NULL for numbers
    struct axis scale;        ///< from the palest value to the darkest
};
//< [grid-header]

//> [grid-api] Draw a grid
/** Draw cells, row names and colour bar.
 *  @param page  the page
 *  @param all  the box of all cells
 *  @param g    what */
void grid_draw(struct page *page, struct box all, const struct grid *g);
/** @} */
#endif
//< [grid-api]
