/* Splitting: the pieces of V4's expressions, and of bytes that match none. */
#include "text/learn.h"
#include "text/split.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* The pieces of a text with a | between them. */
static const char *pieces(const struct splitter *s, const char *text,
                          size_t size)
{
    static char out[256];
    char begins[128];
    struct error err = { 0 };
    cr_assert(splitter_cut(begins, s, text, size, &err), "%s", err.message);
    size_t n = 0;
    for (size_t at = 0; at < size; at++) {
        if (begins[at] && at)
            out[n++] = '|';
        out[n++] = text[at];
    }
    out[n] = '\0';
    return out;
}

static void assert_pieces(const struct splitter *s, const char *text,
                          const char *expected)
{
    const char *found = pieces(s, text, strlen(text));
    cr_assert_str_eq(found, expected, "%s: found %s", text, found);
}

Test(split, pieces_of_v4)
{
    static const char *const cases[][2] = {
        { "Hello world", "Hello| world" },
        { "don't", "don|'t" },
        { "a  b", "a| | b" },
        { "a   ", "a|   " },
        { "x\n\n  y", "x|\n\n| | y" },
        { "x  \n y", "x|  \n| y" },
        { "12345", "123|45" },
        { "a1b22", "a|1|b|22" },
        { "a1b", "a|1|b" },
        { "你好 hello", "你好| hello" },
        { "你好,ハロー", "你好|,|ハロー" },
        { "中a国", "中|a|国" },
        { "f(x)->y;", "f|(x|)->|y|;" },
        { " ++i", " ++|i" },
        { "!!!\r\nab", "!!!\r\n|ab" },
        { "_init__", "_init|__" },
        { "e\u0301x", "e\u0301x" },
        { "\tif", "\tif" },
        { "α²", "α|²" },
        { "😀😀 ok", "😀😀| ok" },
        { "\x01\x02", "\x01\x02" },
        { "", "" },
    };
    struct tokenizer t;
    struct error err = { 0 };
    cr_assert(tokenizer_blank(&t, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_pieces(&t.splitter, cases[i][0], cases[i][1]);
    tokenizer_close(&t);
}

/* U+180E has not been white space since Unicode 6.3, whatever PCRE2 says;
 * U+0085 and U+3000 are. */
Test(split, white_space_is_that_of_unicode)
{
    struct splitter s = { 0 };
    struct error err = { 0 };
    cr_assert(splitter_add(&s, "\\s+", &err));
    assert_pieces(&s, "a\u180eb", "a\u180eb");
    assert_pieces(&s, "a\xc2\x85\u3000 \u2028\vb",
                  "a|\xc2\x85\u3000 \u2028\v|b");
    splitter_free(&s);
    cr_assert(splitter_add(&s, "[\\s.]+", &err));
    assert_pieces(&s, "a. \u180eb", "a|. |\u180eb");
    splitter_free(&s);
    cr_assert(splitter_add(&s, "\\S+\\\\S", &err));
    assert_pieces(&s, "a\u180e\\S\u205fb", "a\u180e\\S|\u205fb");
    splitter_free(&s);
}

/* An expression sees a piece as if it were all there is. */
Test(split, one_after_the_other)
{
    struct splitter s = { 0 };
    struct error err = { 0 };
    assert_pieces(&s, "a1b", "a1b");
    cr_assert(splitter_add(&s, "[0-9]", &err));
    assert_pieces(&s, "a1b22c", "a|1|b|2|2|c");
    cr_assert(splitter_add(&s, "[a-z]+(?![0-9])", &err));
    assert_pieces(&s, "ab1", "ab|1");
    cr_assert(splitter_add(&s, "x*", &err)); /* matches nothing, too */
    assert_pieces(&s, "ab1", "ab|1");
    splitter_free(&s);
}

Test(split, what_is_no_text_is_a_piece)
{
    struct tokenizer t;
    struct error err = { 0 };
    cr_assert(tokenizer_blank(&t, &err));
    assert_pieces(&t.splitter, "ab\xff\xfe" "12\xc3", "ab|\xff\xfe|12|\xc3");
    assert_pieces(&t.splitter, "\xed\xa0\x80 \xe4\xb8",
                  "\xed\xa0\x80| |\xe4\xb8");
    cr_assert_str_eq(pieces(&t.splitter, "a\0b", 3), "a|");
    tokenizer_close(&t);
}

Test(split, bad_expressions_are_refused)
{
    struct splitter s = { 0 };
    struct error err = { 0 };
    cr_assert_not(splitter_add(&s, "a(b", &err));
    cr_assert_str_eq(err.message, "regular expression: missing closing "
                     "parenthesis, at byte 3 of a(b");
    cr_assert_not(splitter_add(&s, "\xff", &err));
    cr_assert(strstr(err.message, "UTF-8 error"), "%s", err.message);
    splitter_free(&s);
    for (int i = 0; i < MOST_PATTERNS; i++)
        cr_assert(splitter_add(&s, "a", &err));
    cr_assert_not(splitter_add(&s, "a", &err));
    cr_assert_str_eq(err.message, "found more than 8 expressions");
    splitter_free(&s);
}

/* It gives up with a message, not with wrong pieces. */
Test(split, matching_that_explodes_is_an_error)
{
    struct splitter s = { 0 };
    struct error err = { 0 };
    char text[64], begins[64];
    memset(text, 'a', sizeof text);
    cr_assert(splitter_add(&s, "(a|aa)+$(?<=b)", &err));
    cr_assert_not(splitter_cut(begins, &s, text, sizeof text, &err));
    cr_assert(strstr(err.message, "splitting 64 bytes: "), "%s",
              err.message);
    splitter_free(&s);
}
