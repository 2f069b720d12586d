//> [canvas-header] A rectangle of pixels to draw on
/**
 * @file
 * A picture in memory: three bytes a pixel, and the few marks our pictures
 * are made of. Told in chapter 91. Text is in view/text.h, files are in
 * view/pngfile.h.
 *
 * Things that are not obvious:
 * - boxes are filled pixel for pixel, never smoothed: what looks like a
 *   cell is exactly one number. Only lines and letters have soft edges;
 * - whatever is drawn outside the canvas is silently cut off.
 */
#ifndef V4_VIEW_CANVAS_H
#define V4_VIEW_CANVAS_H

#include "base/arena.h"
#include "base/error.h"

/** @defgroup ch_canvas 91 · Canvas
 *  Prose: chapter 91, pictures. Colours are numbers: 0xRRGGBB.
 *  @{ */
//< [canvas-header]

//> [canvas-struct] Pixels, boxes and the colours of the house
/** Longest side of a canvas, and most pixels on one. */
enum { CANVAS_MAX_SIDE = 20000,
       CANVAS_MAX_PIXELS = 200000000 };

/** The colours of everything that is not data. */
enum ink {
    PAPER = 0xffffff, ///< the page, and whatever cannot be seen
    INK = 0x1f2328,   ///< titles and frames
    SOFT = 0x59636e,  ///< labels
    FAINT = 0xc9d1d9, ///< frames of panels
    GRID = 0xe6eaee,  ///< grid lines
};

/** A picture; its pixels belong to an arena. */
struct canvas {
    int width;          ///< pixels across
    int height;         ///< pixels down
    unsigned char *rgb; ///< `(height, width, 3)` from the top left
};

/** A rectangle of pixels. */
struct box {
    int x;      ///< left edge
    int y;      ///< top edge
    int width;  ///< pixels across
    int height; ///< pixels down
};
//< [canvas-struct]

//> [canvas-api] Make a page, look at a pixel
/** Make a blank canvas, all paper.
 *  @param[out] c       the canvas
 *  @param      arena   owns the pixels
 *  @param      width   1 … CANVAS_MAX_SIDE
 *  @param      height  1 … CANVAS_MAX_SIDE
 *  @param[out] err     says which size was asked for
 *  @return success */
bool canvas_make(struct canvas *c, struct arena *arena, int width,
                 int height, struct error *err);

/** The colour of a pixel.
 *  @param c  the canvas
 *  @param x  0 … width - 1
 *  @param y  0 … height - 1
 *  @return 0xRRGGBB */
unsigned canvas_pixel(const struct canvas *c, int x, int y);
//< [canvas-api]

//> [canvas-box-api] Fill, frame, hatch
/** Fill a box.
 *  @param c       the canvas
 *  @param b       where
 *  @param colour  0xRRGGBB */
void canvas_fill(struct canvas *c, struct box b, unsigned colour);

/** Draw a line of one pixel around a box, outside of it, so that a framed
 *  box keeps all of its pixels.
 *  @param c       the canvas
 *  @param b       what to frame
 *  @param colour  0xRRGGBB */
void canvas_frame(struct canvas *c, struct box b, unsigned colour);

/** Fill a box with thin diagonals. Their phase belongs to the canvas, so
 *  the hatching of neighbouring boxes joins.
 *  @param c       the canvas
 *  @param b       where
 *  @param period  pixels from one diagonal to the next, at least 2
 *  @param colour  0xRRGGBB */
void canvas_hatch(struct canvas *c, struct box b, int period,
                  unsigned colour);
//< [canvas-box-api]

//> [canvas-soft-api] Marks with soft edges
/** Mix a colour into a pixel.
 *  @param c       the canvas
 *  @param x       column; outside the canvas nothing happens
 *  @param y       row
 *  @param colour  0xRRGGBB
 *  @param cover   how much of the pixel is covered, 0 … 1 */
void canvas_blend(struct canvas *c, int x, int y, unsigned colour,
                  float cover);

/** Draw a straight line with round ends and soft edges. The coordinates
 *  of a pixel's centre are whole numbers.
 *  @param c       the canvas
 *  @param x0      from here
 *  @param y0      from here
 *  @param x1      to here
 *  @param y1      to here
 *  @param width   thickness in pixels
 *  @param colour  0xRRGGBB */
void canvas_line(struct canvas *c, float x0, float y0, float x1, float y1,
                 float width, unsigned colour);
/** @} */
#endif
//< [canvas-soft-api]
