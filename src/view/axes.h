//> [axes-header] The frame of a plot
/**
 * @file
 * Two axes with round numbers, and the way from a number to a pixel.
 * Told in chapter 91.
 */
#ifndef V4_VIEW_AXES_H
#define V4_VIEW_AXES_H

#include "view/page.h"
#include "view/text.h"
#include "view/ticks.h"

/** @defgroup ch_axes 91 · Axes
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [axes-header]

//> [axes-struct] A range of numbers along an edge
/** One axis. */
struct axis {
    double low;        ///< value at its beginning
    double high;       ///< value at its end; low < high
    enum scale scale;  ///< what is equal along equal steps
    bool is_whole;     ///< counts something: no ticks between integers
    bool is_bare;      ///< no ticks, no numbers, no grid
    bool is_open;      ///< what is larger stands at the end, too: "≥"
    const char *label; ///< what it measures, or NULL
};

/** Two axes around a box. */
struct axes {
    struct box box; ///< where the data goes
    struct axis x;  ///< along the bottom
    struct axis y;  ///< along the left
};
//< [axes-struct]

//> [axes-api] Make an axis as long as its data
/** Make an axis cover the finite values of an array (on a logarithmic
 *  axis, the positive ones), with at least a little length.
 *  @param[in,out] a       its low and high are set; its scale is read
 *  @param         values  `(count)`
 *  @param         count   how many
 *  @return false if there is no such value */
bool axis_cover(struct axis *a, const float *values, size_t count);
//< [axes-api]

//> [axes-place-api] Place a number, if it can be placed
/** Can this value be placed on the axis?
 *  @param a      the axis
 *  @param value  any number
 *  @return false for NaN, infinities and, if logarithmic, values <= 0 */
bool axis_holds(const struct axis *a, float value);

/** Where a value stands along an axis.
 *  @param a      the axis
 *  @param value  one that axis_holds()
 *  @return 0 at its beginning, 1 at its end */
double axis_share(const struct axis *a, double value);

/** The column of an x.
 *  @param a      the axes
 *  @param value  on the x axis
 *  @return pixels from the left of the page */
float axes_x(const struct axes *a, double value);

/** The row of a y.
 *  @param a      the axes
 *  @param value  on the y axis
 *  @return pixels from the top of the page */
float axes_y(const struct axes *a, double value);
//< [axes-place-api]

//> [axes-room-api] How much room do the numbers take?
/** The width of the longest number beside a y axis.
 *  @param page    the page, open
 *  @param a       the axis
 *  @param height  pixels from its beginning to its end
 *  @return pixels; 0 for a bare axis */
int axes_room(const struct page *page, const struct axis *a, int height);
//< [axes-room-api]

//> [axes-draw-api] Draw axes, draw a bar of colours
/** Draw the frame, the grid, the numbers and the labels.
 *  @param page  the page
 *  @param a  the axes */
void axes_draw(struct page *page, const struct axes *a);

/** Draw a bar of colours: from pale to dark along an axis, with numbers.
 *  @param page  the page
 *  @param b     the bar; of a wide one the numbers stand below, of a high
 *               one to the left
 *  @param a     from the palest value to the darkest */
void axes_bar(struct page *page, struct box b, const struct axis *a);
/** @} */
#endif
//< [axes-draw-api]
