//> [tile-header] One head of one layer as cells
/**
 * @file
 * Where a probability stands in a picture, and the painting of all of
 * them: the same for a heat map (large, labelled) and for the atlas
 * (small, many). Told in chapter 91.
 *
 * A tile has one row a query and three panels: the raw keys, one column a
 * token; the compressed entries, each as wide as the m tokens it stands
 * for, on a token axis of the same scale; the sink. A window-only layer
 * has no second panel. One row is one softmax: across the panels its
 * cells add up to 1.
 */
#ifndef V4_VIEW_TILE_H
#define V4_VIEW_TILE_H

#include "view/page.h"
#include "view/scene.h"

/** @defgroup ch_tile 91 · Tiles
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [tile-header]

//> [tile-struct] Three panels
/** Rows do not get higher than this: enough for a label. */
enum { TILE_LINE_MOST = 18 };

/** The places of one tile. */
struct tile {
    int tokens;         ///< T
    int rows;           ///< queries
    int ratio;          ///< m; 0 = no compressed panel
    int cell;           ///< pixels across one token's column
    int line;           ///< pixels down one query's row
    struct box raw;     ///< raw keys
    struct box entries; ///< compressed entries; width 0 if there is none
    struct box sink;    ///< the sink
};
//< [tile-struct]

//> [tile-api] Lay out a tile
/** Lay out a tile.
 *  @param[out] t      the tile
 *  @param      scene  the sizes
 *  @param      ratio  m of the layer
 *  @param      cell   pixels across a token, at least 1
 *  @param      line   pixels down a query, at least 1
 *  @param      x      left edge of the raw panel
 *  @param      y      top edge of all panels */
void tile_place(struct tile *t, const struct scene *scene, int ratio, int cell,
                int line, int x, int y);

/** How high a query's row should be. When every token is a query, its
 *  cells are square. Of a tail of the text only a few queries may be
 *  drawn over many narrow columns: their rows use the room there is.
 *  @param scene  the sizes
 *  @param cell   pixels across a token
 *  @param room   pixels down that all rows may take
 *  @return cell … TILE_LINE_MOST, or cell if that is larger */
int tile_line(const struct scene *scene, int cell, int room);

/** Pixels from the left edge of a tile's first panel to the right edge of
 *  its last.
 *  @param tokens  T
 *  @param ratio   m of the layer
 *  @param cell    pixels across a token
 *  @return the width */
int tile_width(int tokens, int ratio, int cell);
//< [tile-api]

//> [tile-find-api] Find a number, find its colour
/** The box of one number.
 *  @param t    the tile
 *  @param row  0 … rows - 1
 *  @param key  0 … scene_keys() - 1
 *  @return its place; the last row and column of pixels may stay blank,
 *          as a seam between cells */
struct box tile_cell(const struct tile *t, int row, int key);

/** The colour of a probability: colormap_heat(sqrt(p / ceiling)).
 *  @param p        a probability, or NaN
 *  @param ceiling  the probability of the darkest colour
 *  @return 0xRRGGBB */
unsigned tile_colour(float p, float ceiling);
//< [tile-find-api]

//> [tile-draw-api] Paint a tile
/** Paint all cells: seen ones in their colour, passed ones hatched; what
 *  cannot be seen is left blank.
 *  @param page     the page
 *  @param t        the places
 *  @param layer    what is visible
 *  @param probs    `(rows, K)` probabilities
 *  @param ceiling  top of the colour scale */
void tile_draw(struct page *page, const struct tile *t,
               const struct scene_layer *layer, const float *probs,
               float ceiling);

/** Paint a box the way passed entries are painted.
 *  @param page  the page
 *  @param b  where */
void tile_hatch(struct page *page, struct box b);
/** @} */
#endif
//< [tile-draw-api]
