//> [page-header] What pictures are drawn on
/**
 * @file
 * A page: three bytes a pixel, the font of its words, the memory of both;
 * and the few marks our pictures are made of. Told in chapter 91. Words
 * are in view/text.h, files are in view/pngfile.h.
 *
 * Things that are not obvious:
 * - boxes are filled pixel for pixel, never smoothed: what looks like a
 *   cell is exactly one number. Only lines and letters have soft edges;
 * - whatever is drawn outside the page is silently cut off.
 */
#ifndef V4_VIEW_PAGE_H
#define V4_VIEW_PAGE_H

#include "base/arena.h"
#include "base/error.h"

/** @defgroup ch_page 91 · Page
 *  Prose: chapter 91, pictures. Colours are numbers: 0xRRGGBB.
 *  @{ */
//< [page-header]

//> [page-struct] Pixels, boxes and the colours of the house
/** Longest side of a page, and most pixels on one. */
enum { PAGE_MAX_SIDE = 20000, PAGE_MAX_PIXELS = 200000000 };

/** The colours of everything that is not data. */
enum ink {
    PAPER = 0xffffff, ///< the page, and whatever cannot be seen
    INK = 0x1f2328,   ///< titles and frames
    SOFT = 0x59636e,  ///< labels
    FAINT = 0xc9d1d9, ///< frames of panels
    GRID = 0xe6eaee,  ///< grid lines
};

/** A rectangle of pixels. */
struct box {
    int x;      ///< left edge
    int y;      ///< top edge
    int width;  ///< pixels across
    int height; ///< pixels down
};
//< [page-struct]

//> [page-page] Pixels, font and memory travel as one
struct FT_LibraryRec_;
struct FT_FaceRec_;

/** An open font file. */
struct font {
    struct FT_LibraryRec_ *library; ///< FreeType
    struct FT_FaceRec_ *face;       ///< the font
};

/** A page. Zeroed, it has neither pixels nor a font. */
struct page {
    int width;          ///< pixels across
    int height;         ///< pixels down
    unsigned char *rgb; ///< `(height, width, 3)` from the top left
    struct font font;   ///< of all words
    struct arena arena; ///< owns the pixels, lends scratch memory
};
//< [page-page]

//> [page-api] Open a page, size it, look at a pixel, close it
/** Open a page: find its font. How large it is, the drawing decides.
 *  @param[out] page  the page; page_close() it, also after a failure
 *  @param[out] err   names the font and the package that would bring it
 *  @return success */
bool page_open(struct page *page, struct error *err);

/** Give a page its pixels, all of them paper. Needs no font.
 *  @param[in,out] page    the page
 *  @param         width   1 … PAGE_MAX_SIDE
 *  @param         height  1 … PAGE_MAX_SIDE
 *  @param[out]    err     says which size was asked for
 *  @return success */
bool page_size(struct page *page, int width, int height, struct error *err);

/** The colour of a pixel.
 *  @param page  the page
 *  @param x     0 … width - 1
 *  @param y     0 … height - 1
 *  @return 0xRRGGBB */
unsigned page_pixel(const struct page *page, int x, int y);

/** Close a page. Safe on a zeroed struct.
 *  @param page  the page */
void page_close(struct page *page);
//< [page-api]

//> [page-box-api] Fill, frame, hatch
/** Fill a box.
 *  @param page    the page
 *  @param b       where
 *  @param colour  0xRRGGBB */
void page_fill(struct page *page, struct box b, unsigned colour);

/** Draw a line of one pixel around a box, outside of it, so that a framed
 *  box keeps all of its pixels.
 *  @param page    the page
 *  @param b       what to frame
 *  @param colour  0xRRGGBB */
void page_frame(struct page *page, struct box b, unsigned colour);

/** Fill a box with thin diagonals. Their phase belongs to the page, so the
 *  hatching of neighbouring boxes joins.
 *  @param page    the page
 *  @param b       where
 *  @param period  pixels from one diagonal to the next, at least 2
 *  @param colour  0xRRGGBB */
void page_hatch(struct page *page, struct box b, int period, unsigned colour);
//< [page-box-api]

//> [page-soft-api] Marks with soft edges
/** Mix a colour into a pixel.
 *  @param page    the page
 *  @param x       column; outside the page nothing happens
 *  @param y       row
 *  @param colour  0xRRGGBB
 *  @param cover   how much of the pixel is covered, 0 … 1 */
void page_blend(struct page *page, int x, int y, unsigned colour, float cover);

/** Draw a straight line with round ends and soft edges. The coordinates
 *  of a pixel's centre are whole numbers.
 *  @param page    the page
 *  @param x0      from here
 *  @param y0      from here
 *  @param x1      to here
 *  @param y1      to here
 *  @param width   thickness in pixels
 *  @param colour  0xRRGGBB */
void page_line(struct page *page, float x0, float y0, float x1, float y1,
               float width, unsigned colour);
/** @} */
#endif
//< [page-soft-api]
