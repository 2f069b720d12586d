//> [colormap-header] From numbers to colours
/**
 * @file
 * The colours of data. Told in chapter 91.
 *
 * Things that are not obvious:
 * - the scale runs from pale yellow to deep blue in equal steps of
 *   perceived lightness (the L of OKLab): twice the difference in value
 *   looks like twice the difference in shade, also when printed in grey;
 * - zero is pale yellow, not white. White is the paper, and means that
 *   there is no number at all.
 */
#ifndef V4_VIEW_COLORMAP_H
#define V4_VIEW_COLORMAP_H

/** @defgroup ch_colormap 91 · Colours
 *  Prose: chapter 91, pictures.
 *  @{ */

/** Colours of numbers that are none (NaN): nothing else is magenta. */
enum { COLOUR_NAN = 0xff00ff };
//< [colormap-header]

//> [colormap-api] The colour of a value, the colour of a curve
/** The colour of a value.
 *  @param u  0 … 1 (clamped); NaN is allowed
 *  @return 0xRRGGBB */
unsigned colormap_heat(float u);

/** The colour of a curve, distinct from its neighbours in lightness as
 *  well as in hue.
 *  @param i  number of the curve; eight colours, then again from the first
 *  @return 0xRRGGBB */
unsigned colormap_series(int i);
/** @} */
#endif
//< [colormap-api]
