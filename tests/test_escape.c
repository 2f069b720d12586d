/* Text for a terminal: what it would obey, it gets to read instead. */
#include "base/escape.h"


#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text, *shown;
} cases[] = {
    { "", "" },
    { "layers.0.attn: 3 % \\ \"x\"", "layers.0.attn: 3 % \\ \"x\"" },
    { "a\033[2Jb", "a\\x1b[2Jb" },
    { "a\r\n\tb\a\x7f", "a\\x0d\\n\\tb\\x07\\x7f" },
    { "\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80",
      "\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80" },
    { "\xc2\x9b" "2J\xc2\xa0", "\\u009b2J\xc2\xa0" },
    { "x\xe2\x80\xae" "txt", "x\\u202etxt" },
    { "\xef\xbb\xbf\xe2\x80\xa8\xe2\x81\xa6", "\\ufeff\\u2028\\u2066" },
    { "\xff\xc3(\xe2\x82", "\\xff\\xc3(\\xe2\\x82" },
};

Test(escape, nothing_a_terminal_obeys)
{
    struct arena a = { .poison = true };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *printed = NULL;
        size_t size;
        FILE *out = open_memstream(&printed, &size);
        print_escaped(out, cases[i].text);
        fclose(out);
        cr_assert_str_eq(printed, cases[i].shown);
        cr_assert_str_eq(escaped(cases[i].text, &a), cases[i].shown);
        free(printed);
    }
    arena_free(&a);
}

Test(escape, every_byte_by_itself)
{
    struct arena a = { .poison = true };
    for (int c = 1; c < 256; c++) {
        char text[] = { (char)c, '\0' };
        bool plain = c >= 0x20 && c < 0x7f;
        const char *shown = escaped(text, &a);
        cr_assert_eq(strcmp(shown, text) == 0, plain, "byte %d", c);
        for (const char *s = shown; *s; s++)
            cr_assert(*s >= 0x20 && *s < 0x7f);
    }
    arena_free(&a);
}
