/* Text: every character leaves a mark, inside the room it was given. */
#include "view/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 12, SIDE = 300 };

static struct font open_font(void)
{
    struct font f;
    struct error err;
    unsetenv("V4_FONT");
    cr_assert(font_open(&f, NULL, &err), "%s", err.message);
    return f;
}

/* The smallest box around all ink. */
static struct box ink_of(const struct canvas *c)
{
    int left = c->width, right = -1, top = c->height, bottom = -1;
    for (int y = 0; y < c->height; y++)
        for (int x = 0; x < c->width; x++)
            if (canvas_pixel(c, x, y) != PAPER) {
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y > bottom ? y : bottom;
            }
    return (struct box){ left, top, right - left + 1, bottom - top + 1 };
}

static struct box drawn(struct arena *arena, const struct font *f,
                        struct text_style style, const char *text)
{
    struct canvas c;
    struct error err;
    cr_assert(canvas_make(&c, arena, SIDE, SIDE, &err));
    text_draw(&c, f, style, SIDE / 2, SIDE / 2, text);
    return ink_of(&c);
}

Test(text, stands_where_it_was_put)
{
    struct arena arena = { 0 };
    struct font f = open_font();
    const char *text = "HEAD 12";
    int width = text_width(&f, SIZE, text), middle = SIDE / 2;
    for (int align = ALIGN_START; align <= ALIGN_END; align++) {
        struct text_style style = { SIZE, INK, (enum align)align, false };
        struct box b = drawn(&arena, &f, style, text);
        int start = middle - align * width / 2;
        cr_assert(b.x >= start - 1 && b.x <= start + 2, "%d", b.x);
        cr_assert(b.x + b.width <= start + width + 1);
        cr_assert(b.width > width - 4);
        int centre = 2 * b.y + b.height - 2 * middle;
        cr_assert(abs(centre) <= 2, "capitals are centred: %d", centre);
        style.turned = true;
        struct box t = drawn(&arena, &f, style, text);
        cr_assert_eq(t.width, b.height); /* the same ink, turned */
        cr_assert_eq(t.height, b.width);
        cr_assert(abs(2 * t.x + t.width - 2 * middle) <= 2);
        int end = middle + align * width / 2; /* it reads upwards */
        cr_assert(abs(t.y + t.height - end) <= 3, "%d %d", t.y, end);
    }
    font_close(&f);
    arena_free(&arena);
}

Test(text, what_has_no_glyph_is_spelled_out)
{
    static const char *const same[][2] = {
        { "\u4e2d", "\\u4e2d" },          { "a\U00029e3db", "a\\U00029e3db" },
        { "\n", "\\x0a" },                { "\xff", "\\xff" },
        { "\xc3", "\\xc3" },              { "\xe4\xb8", "\\xe4\\xb8" },
        { "\xc0\xaf", "\\xc0\\xaf" },     { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
        { "\xc2\x85", "\\x85" },
    };
    struct arena arena = { 0 };
    struct font f = open_font();
    struct text_style style = { SIZE, INK, ALIGN_START, false };
    size_t bytes = (size_t)3 * SIDE * SIDE;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct canvas a, b;
        struct error err;
        cr_assert(canvas_make(&a, &arena, SIDE, SIDE, &err));
        cr_assert(canvas_make(&b, &arena, SIDE, SIDE, &err));
        text_draw(&a, &f, style, 20, 40, same[i][0]);
        text_draw(&b, &f, style, 20, 40, same[i][1]);
        cr_assert_eq(memcmp(a.rgb, b.rgb, bytes), 0, "case %zu", i);
        cr_assert_eq(text_width(&f, SIZE, same[i][0]),
                     text_width(&f, SIZE, same[i][1]));
    }
    font_close(&f);
    arena_free(&arena);
}

Test(text, letters_of_the_font_are_not_spelled_out)
{
    struct font f = open_font();
    int one = text_width(&f, SIZE, "x");
    cr_assert(one > 0);
    cr_assert_eq(text_width(&f, SIZE, ""), 0);
    cr_assert_eq(text_width(&f, SIZE, "ü·–√≥␣µ"), 7 * one);
    font_close(&f);
}

Test(text, no_font_no_text)
{
    struct font f;
    struct error err;
    setenv("V4_FONT", "/nowhere/Missing.ttf", 1);
    cr_assert_not(font_open(&f, NULL, &err));
    cr_assert(strstr(err.message, "/nowhere/Missing.ttf"));
    cr_assert(strstr(err.message, "fonts-dejavu-core"));
    font_close(&f); /* is safe */
    setenv("V4_FONT", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 1);
    cr_assert(font_open(&f, NULL, &err), "%s", err.message);
    cr_assert_neq(text_width(&f, SIZE, "iii"), text_width(&f, SIZE, "mmm"));
    font_close(&f);
}
