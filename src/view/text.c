//> [text-includes] What text needs
#include "view/text.h"

#include <ft2build.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include FT_FREETYPE_H

static const char *const DEBIAN_FONT =
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf";
//< [text-includes]

//> [text-font] Find and open the font
bool font_open(struct font *f, struct error *err)
{
    *f = (struct font){ 0 };
    const char *path = getenv("V4_FONT");
    if (!path || !*path)
        path = DEBIAN_FONT;
    if (FT_Init_FreeType(&f->library))
        return fail(err, "FreeType cannot be started");
    if (FT_New_Face(f->library, path, 0, &f->face) == 0
        && FT_IS_SCALABLE(f->face))
        return true;
    font_close(f);
    return fail(err,
                "%s: cannot open this font; install the package "
                "fonts-dejavu-core, or name another font file in V4_FONT",
                path);
}
//< [text-font]

//> [text-close] Close the font again
void font_close(struct font *f)
{
    if (f->face)
        FT_Done_Face(f->face);
    if (f->library)
        FT_Done_FreeType(f->library);
    *f = (struct font){ 0 };
}
//< [text-close]

//> [text-decode] One character of UTF-8
enum { NOT_UTF8 = 1 << 30 };

/* Takes a character from *text and advances it. A byte that begins none
 * is returned with NOT_UTF8 set. */
static unsigned decode(const unsigned char **text)
{
    static const unsigned smallest[4] = { 0, 0x80, 0x800, 0x10000 };
    unsigned first = *(*text)++;
    if (first < 0x80)
        return first;
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2
                                                 : 1;
    unsigned code = first & (0x3fu >> more);
    if (first < 0xc2 || first > 0xf4)
        return NOT_UTF8 | first;
    for (int i = 0; i < more; i++) {
        if (((*text)[i] & 0xc0) != 0x80)
            return NOT_UTF8 | first;
        code = code << 6 | ((*text)[i] & 0x3f);
    }
    if (code < smallest[more] || code > 0x10ffff || code >> 11 == 0x1b)
        return NOT_UTF8 | first;
    *text += more;
    return code;
}
//< [text-decode]

//> [text-reader] Characters that all have a glyph
/* Yields the characters of a text; what cannot be drawn becomes an
 * escape, which is yielded letter by letter. */
struct reader {
    const unsigned char *text;
    char escape[16];
    const char *pending;
};

static struct reader reader_of(const char *text)
{
    return (struct reader){ .text = (const unsigned char *)text,
                            .pending = "" };
}
//< [text-reader]

//> [text-escape] What has no glyph is spelled out
static void escape(char *out, size_t size, unsigned code)
{
    unsigned plain = code & ~(unsigned)NOT_UTF8;
    if (plain < 0x100)
        snprintf(out, size, "\\x%02x", plain);
    else if (plain < 0x10000)
        snprintf(out, size, "\\u%04x", plain);
    else
        snprintf(out, size, "\\U%08x", plain);
}

static unsigned next_character(struct reader *r, FT_Face face)
{
    if (*r->pending)
        return (unsigned char)*r->pending++;
    if (!*r->text)
        return 0;
    unsigned code = decode(&r->text);
    bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    if (!is_control && !(code & NOT_UTF8)
        && FT_Get_Char_Index(face, code))
        return code;
    escape(r->escape, sizeof r->escape, code);
    r->pending = r->escape + 1;
    return (unsigned char)r->escape[0];
}
//< [text-escape]

//> [text-width] The sum of all steps forward
/* Loads a glyph; returns how far it moves the pen, 0 if it cannot. */
static int load_glyph(FT_Face face, unsigned code, int render)
{
    if (FT_Load_Char(face, code, FT_LOAD_TARGET_LIGHT | render))
        return 0;
    return (int)((face->glyph->advance.x + 32) >> 6);
}

int text_width(const struct page *page, int size, const char *text)
{
    FT_Face face = page->font.face;
    FT_Set_Pixel_Sizes(face, 0, (FT_UInt)size);
    struct reader r = reader_of(text);
    int width = 0;
    for (unsigned code; (code = next_character(&r, face));)
        width += load_glyph(face, code, 0);
    return width;
}
//< [text-width]

//> [text-stamp] The grey pixels of one glyph, upright or turned
static void stamp(struct page *page, const FT_GlyphSlot glyph, int x, int y,
                  struct text_style style)
{
    const FT_Bitmap *bits = &glyph->bitmap;
    for (int row = 0; row < (int)bits->rows; row++)
        for (int col = 0; col < (int)bits->width; col++) {
            float cover = (float)bits->buffer[row * bits->pitch + col] / 255;
            int right = glyph->bitmap_left + col;
            int down = row - glyph->bitmap_top;
            page_blend(page, style.turned ? x + down : x + right,
                       style.turned ? y - right : y + down, style.colour,
                       cover);
        }
}
//< [text-stamp]

//> [text-set] Glyph after glyph
static int set(struct page *page, struct text_style style, int x, int y,
               const char *text)
{
    FT_Face face = page->font.face;
    int width = text_width(page, style.size, text); // also sets the size
    int back = style.align == ALIGN_START    ? 0
               : style.align == ALIGN_CENTRE ? width / 2
                                             : width;
    int down = (style.size * 36 + 50) / 100; // middle line to baseline
    int dx = style.turned ? 0 : 1, dy = style.turned ? -1 : 0;
    x += style.turned ? down : -back;
    y += style.turned ? back : down;
    struct reader r = reader_of(text);
    for (unsigned code; (code = next_character(&r, face));) {
        int step = load_glyph(face, code, FT_LOAD_RENDER);
        if (step)
            stamp(page, face->glyph, x, y, style);
        x += dx * step;
        y += dy * step;
    }
    return width;
}
//< [text-set]

//> [text-draw] As printf writes it, as long as it is
int text_draw(struct page *page, struct text_style style, int x, int y,
              const char *format, ...)
{
    struct arena_mark mark = arena_mark(&page->arena);
    va_list values, again;
    va_start(values, format);
    va_copy(again, values);
    size_t size = (size_t)vsnprintf(NULL, 0, format, values) + 1;
    char *text = arena_alloc(&page->arena, size, 1);
    vsnprintf(text, size, format, again);
    va_end(again);
    va_end(values);
    int width = set(page, style, x, y, text);
    arena_release(&page->arena, mark);
    return width;
}
//< [text-draw]
