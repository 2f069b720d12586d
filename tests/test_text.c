/* Text: every character leaves a mark, inside the room it was given. */
#include "view/text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 12, SIDE = 300 };

static struct page open_page(void)
{
    struct page page;
    struct error err;
    unsetenv("V4_FONT");
    cr_assert(page_open(&page, &err), "%s", err.message);
    cr_assert(page_size(&page, SIDE, SIDE, &err), "%s", err.message);
    return page;
}

/* The smallest box around all ink. */
static struct box ink_of(const struct page *page)
{
    int left = page->width, right = -1, top = page->height, bottom = -1;
    for (int y = 0; y < page->height; y++)
        for (int x = 0; x < page->width; x++)
            if (page_pixel(page, x, y) != PAPER) {
                left = x < left ? x : left;
                right = x > right ? x : right;
                top = y < top ? y : top;
                bottom = y > bottom ? y : bottom;
            }
    return (struct box){ left, top, right - left + 1, bottom - top + 1 };
}

static struct box drawn(struct text_style style, const char *text)
{
    struct page page = open_page();
    text_draw(&page, style, SIDE / 2, SIDE / 2, "%s", text);
    struct box b = ink_of(&page);
    page_close(&page);
    return b;
}

Test(text, stands_where_it_was_put)
{
    struct page page = open_page();
    const char *text = "HEAD 12";
    int width = text_width(&page, SIZE, text), middle = SIDE / 2;
    for (int align = ALIGN_START; align <= ALIGN_END; align++) {
        struct text_style style = { SIZE, INK, (enum align)align, false };
        struct box b = drawn(style, text);
        int start = middle - align * width / 2;
        cr_assert(b.x >= start - 1 && b.x <= start + 2, "%d", b.x);
        cr_assert(b.x + b.width <= start + width + 1);
        cr_assert(b.width > width - 4);
        int centre = 2 * b.y + b.height - 2 * middle;
        cr_assert(abs(centre) <= 2, "capitals are centred: %d", centre);
        style.turned = true;
        struct box t = drawn(style, text);
        cr_assert_eq(t.width, b.height); /* the same ink, turned */
        cr_assert_eq(t.height, b.width);
        cr_assert(abs(2 * t.x + t.width - 2 * middle) <= 2);
        int end = middle + align * width / 2; /* it reads upwards */
        cr_assert(abs(t.y + t.height - end) <= 3, "%d %d", t.y, end);
    }
    page_close(&page);
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
    struct text_style style = { SIZE, INK, ALIGN_START, false };
    size_t bytes = (size_t)3 * SIDE * SIDE;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct page a = open_page(), b = open_page();
        text_draw(&a, style, 20, 40, "%s", same[i][0]);
        text_draw(&b, style, 20, 40, "%s", same[i][1]);
        cr_assert_eq(memcmp(a.rgb, b.rgb, bytes), 0, "case %zu", i);
        cr_assert_eq(text_width(&a, SIZE, same[i][0]),
                     text_width(&b, SIZE, same[i][1]));
        page_close(&a);
        page_close(&b);
    }
}

Test(text, letters_of_the_font_are_not_spelled_out)
{
    struct page page = open_page();
    int one = text_width(&page, SIZE, "x");
    cr_assert(one > 0);
    cr_assert_eq(text_width(&page, SIZE, ""), 0);
    cr_assert_eq(text_width(&page, SIZE, "ü·–√≥␣µ"), 7 * one);
    page_close(&page);
}

Test(text, no_font_no_text)
{
    struct page page;
    struct error err;
    setenv("V4_FONT", "/nowhere/Missing.ttf", 1);
    cr_assert_not(page_open(&page, &err));
    cr_assert(strstr(err.message, "/nowhere/Missing.ttf"));
    cr_assert(strstr(err.message, "fonts-dejavu-core"));
    page_close(&page); /* is safe */
    setenv("V4_FONT", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 1);
    cr_assert(page_open(&page, &err), "%s", err.message);
    cr_assert_neq(text_width(&page, SIZE, "iii"),
                  text_width(&page, SIZE, "mmm"));
    page_close(&page);
}
