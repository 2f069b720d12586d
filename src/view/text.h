//> [text-header] Words in pictures
/**
 * @file
 * UTF-8 text on a page (FreeType). Told in chapter 91.
 *
 * Things that are not obvious:
 * - tokens may hold any bytes. What the font has no glyph for is drawn as
 *   an escape: `\u4e2d`, `\U0001f600`, `\x0a`; a byte that is not UTF-8
 *   as `\xff`. Nothing is ever dropped or drawn as an empty box;
 * - a text is placed by its middle line, half the height of a capital
 *   above the baseline, because labels stand beside cells.
 */
#ifndef V4_VIEW_TEXT_H
#define V4_VIEW_TEXT_H

#include "base/error.h"
#include "view/page.h"

#include <stdbool.h>

/** @defgroup ch_text 91 · Text in pictures
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [text-header]

//> [text-struct] How to set a text
/** Which point of a text its position names. */
enum align { ALIGN_START, ALIGN_CENTRE, ALIGN_END };

/** How a text looks. */
struct text_style {
    int size;         ///< height of the letters in pixels (of an em)
    unsigned colour;  ///< 0xRRGGBB
    enum align align; ///< what the position names
    bool turned;      ///< reads upwards
};
//< [text-struct]

//> [text-api] Open a font, close it
/** Open the font named by V4_FONT in the environment, or else Debian's
 *  DejaVu Sans Mono.
 *  @param[out] f    the font; font_close() it
 *  @param[out] err  names the file and the package that would bring it
 *  @return success */
bool font_open(struct font *f, struct error *err);

/** Close a font. Safe on a zeroed struct.
 *  @param f  the font */
void font_close(struct font *f);
//< [text-api]

//> [text-draw-api] Measure a text, draw it
/** How long a text is when drawn.
 *  @param page  the page, open
 *  @param size  as in struct text_style
 *  @param text  UTF-8
 *  @return pixels */
int text_width(const struct page *page, int size, const char *text);

/** Draw a text, given as for printf.
 *  @param page    the page, open and sized
 *  @param style   size, colour, alignment, direction
 *  @param x       where the text starts, has its centre or ends; of
 *                 turned text, its middle line
 *  @param y       the middle line; of turned text, where it starts (at
 *                 the bottom), has its centre or ends
 *  @param format  as for printf; what comes of it is UTF-8
 *  @return how long the text is, as text_width() */
int text_draw(struct page *page, struct text_style style, int x, int y,
              const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/** @} */
#endif
//< [text-draw-api]
