/* Text that arrives in pieces: characters come out whole. */
#include "text/whole.h"

#include "base/utf8.h"

#include <criterion/criterion.h>
#include <string.h>

/* All characters there are of one length or another, cut everywhere. */
Test(whole, characters_are_never_cut)
{
    static const char text[] = "aÄß中\xed\x9f\xbf\xee\x80\x80😀"
                               "\xf4\x8f\xbf\xbf\xe0\xa0\x80z";
    size_t size = strlen(text);
    for (size_t a = 0; a <= size; a++)
        for (size_t b = a; b <= size; b++) {
            char all[64], out[64];
            size_t n = 0, ends[] = { a, b, size }, from = 0;
            struct partial held = { 0 };
            for (int i = 0; i < 3; i++) {
                size_t m = whole_release(out, &held, text + from,
                                         ends[i] - from);
                for (size_t at = 0, c; at < m; at += c) {
                    c = utf8_read(NULL, out + at, m - at);
                    cr_assert(c, "cut at %zu and %zu", a, b);
                }
                memcpy(all + n, out, m);
                n += m;
                from = ends[i];
            }
            cr_assert(n == size && memcmp(all, text, n) == 0);
            cr_assert_eq(whole_flush(out, &held), 0);
        }
}

Test(whole, as_much_as_possible_comes_at_once)
{
    char out[16];
    struct partial held = { 0 };
    cr_assert_eq(whole_release(out, &held, "a\xe4\xb8", 3), 1);
    cr_assert_eq(held.n, 2);
    cr_assert_eq(whole_release(out, &held, "\xad\xc3", 2), 3);
    cr_assert_eq(held.n, 1);
    cr_assert_eq(whole_flush(out, &held), 1);
    cr_assert_eq(out[0], '\xc3');
    cr_assert_eq(whole_flush(out, &held), 0);
}

/* Waiting would not make a character of these. */
Test(whole, what_is_no_character_does_not_wait)
{
    static const char *const texts[] = {
        "\xff", "\x80", "\xc0", "\xc1", "\xf5", "\xe0\x80", "\xed\xa0",
        "\xf0\x80", "\xf4\x90", "\xc3\xc3\x28", "\xe4\xb8\xff",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char out[16];
        struct partial held = { 0 };
        size_t size = strlen(texts[i]);
        cr_assert_eq(whole_release(out, &held, texts[i], size), size,
                     "text %zu", i);
    }
}
