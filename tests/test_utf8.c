/* UTF-8: every code point there and back, and nothing that only looks so. */
#include "base/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

/* A second way: from the code point to its bytes. */
static size_t encode(char out[4], uint32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

Test(utf8, every_code_point)
{
    for (uint32_t c = 0; c <= 0x110fff; c++) {
        char bytes[4];
        uint32_t code = 0;
        size_t n = encode(bytes, c);
        bool is = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        cr_assert_eq(utf8_read(&code, bytes, n), is ? n : 0, "U+%04X", c);
        cr_assert(!is || code == c, "U+%04X", c);
        cr_assert_eq(utf8_read(NULL, bytes, n - 1), 0, "U+%04X cut", c);
    }
}

/* All pairs of bytes: 128 * 256 begin with ASCII, 30 * 64 are one of two. */
Test(utf8, every_pair_of_bytes)
{
    int one = 0, two = 0;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            char bytes[] = { (char)a, (char)b };
            size_t n = utf8_read(NULL, bytes, 2);
            one += n == 1;
            two += n == 2;
        }
    cr_assert_eq(one, 128 * 256);
    cr_assert_eq(two, 30 * 64);
}

Test(utf8, overlong_and_broken)
{
    const char *bad[] = { "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf",
                          "\xf0\x8f\xbf\xbf", "\xe2\x82" "A", "\x80",
                          "\xf8\x88\x80\x80\x80", "\xff" };
    for (int i = 0; i < 8; i++)
        cr_assert_eq(utf8_read(NULL, bad[i], strlen(bad[i])), 0, "%d", i);
}
