/* The byte alphabet: every byte has a character, no two the same. */
#include "text/alphabet.h"

#include <criterion/criterion.h>
#include <string.h>

Test(alphabet, every_byte_comes_back)
{
    struct alphabet a;
    alphabet_make(&a);
    for (int byte = 0; byte < BYTES; byte++) {
        char one = (char)byte, name[2], back[2];
        size_t n = alphabet_write(name, &a, &one, 1);
        cr_assert_eq(alphabet_read(back, &a, name, n), 1);
        cr_assert_eq(back[0], one);
        cr_assert_eq(a.byte[a.character[byte]], byte);
    }
}

/* As in every byte-level tokenizer.json: a space is Ġ, a line's end Ċ. */
Test(alphabet, is_the_one_that_files_use)
{
    static const char bytes[] = " a\n\xff\xad\x7f\xa0\xe4\x80~!";
    static const char name[] = "ĠaĊÿŃġłäĢ~!";
    struct alphabet a;
    char out[64], back[64];
    alphabet_make(&a);
    size_t n = alphabet_write(out, &a, bytes, strlen(bytes));
    out[n] = '\0';
    cr_assert_str_eq(out, name);
    cr_assert_eq(alphabet_read(back, &a, name, strlen(name)), 11);
    cr_assert_eq(memcmp(back, bytes, 11), 0);
    cr_assert_eq(a.in_order[0], '!');
    cr_assert_eq(a.in_order[94], 0xa1);
    cr_assert_eq(a.in_order[188], 0);
    cr_assert_eq(a.in_order[188 + 32], ' ');
    cr_assert_eq(a.in_order[255], 0xad);
}

Test(alphabet, other_characters_are_refused)
{
    static const char *const names[] = { " ", "\n", "\xc2\xad", "Ń", "ń",
                                         "中", "😀", "\xff", "a\xc4" };
    struct alphabet a;
    char out[16];
    alphabet_make(&a);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int n = alphabet_read(out, &a, names[i], strlen(names[i]));
        cr_assert_eq(n, strcmp(names[i], "Ń") == 0 ? 1 : -1, "%s: %d",
                     names[i], n);
    }
}
