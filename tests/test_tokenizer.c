/* The tokenizer: bytes for now. */
#include "text/tokenizer.h"
#include "view/text.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ft2build.h>
#include FT_FREETYPE_H

Test(tokenizer, bytes_are_their_own_ids)
{
    struct tokenizer t;
    struct arena arena = { 0 };
    struct error err;
    char all[256], text[TOKEN_LABEL];
    int n;
    tokenizer_open(&t, "tiny_models/tiny-flash", 256);
    cr_assert_eq(t.kind, TOKENIZER_BYTES);
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    int *ids = tokenizer_encode(&n, &t, all, 256, &arena, &err);
    cr_assert_eq(n, 256);
    for (int i = 0; i < 256; i++) {
        cr_assert_eq(ids[i], i);
        cr_assert_eq(tokenizer_decode(text, &t, i), 1);
        cr_assert_eq(text[0], all[i]);
    }
    cr_assert_not_null(tokenizer_encode(&n, &t, "", 0, &arena, &err));
    cr_assert_eq(n, 0);
    cr_assert_eq(tokenizer_decode(text, &t, 256), 0);
    cr_assert_eq(tokenizer_decode(text, &t, -1), 0);
    arena_free(&arena);
}

Test(tokenizer, says_why_it_reads_no_text)
{
    struct tokenizer t;
    struct arena arena = { 0 };
    struct error err;
    int n;
    tokenizer_open(&t, "tiny_models/tiny-flash", 255);
    cr_assert_null(tokenizer_encode(&n, &t, "a", 1, &arena, &err));
    cr_assert_str_eq(err.message, "tiny_models/tiny-flash: found no "
                     "tokenizer.json and 255 tokens, expected 256 to read "
                     "bytes: give --ids");
    const char *folder = make_folder();
    char path[192];
    snprintf(path, sizeof path, "%s/tokenizer.json", folder);
    write_bytes(path, "{}", 2);
    tokenizer_open(&t, folder, 129280);
    cr_assert_null(tokenizer_encode(&n, &t, "a", 1, &arena, &err));
    assert_message(err.message, path, "not supported yet: give --ids");
    char label[TOKEN_LABEL];
    token_label(label, &t, 129279);
    cr_assert_str_eq(label, "#129279");
    remove_folder(folder);
    arena_free(&arena);
}

Test(tokenizer, labels_are_visible)
{
    static const struct {
        int id;
        const char *label;
    } cases[] = {
        { 'a', "a" }, { '~', "~" }, { ' ', "␣" }, { '\n', "\\n" },
        { '\t', "\\t" }, { 0xe4, "\\xe4" }, { 0, "\\x00" }, { 127, "\\x7f" },
        { '\\', "\\" }, { '%', "%" }, { 300, "#300" },
    };
    struct tokenizer t;
    char label[TOKEN_LABEL];
    tokenizer_open(&t, "tiny_models/tiny-flash", 512);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        token_label(label, &t, cases[i].id);
        cr_assert_str_eq(label, cases[i].label);
    }
    token_label(label, &t, 2147483647);
    cr_assert_str_eq(label, "#2147483647");
}

Test(tokenizer, the_font_has_every_label)
{
    struct font font;
    struct error err;
    cr_assert(font_open(&font, &err), "%s", err.message);
    cr_assert_neq(FT_Get_Char_Index(font.face, 0x2423), 0); /* ␣ */
    for (FT_ULong c = '!'; c <= '~'; c++)
        cr_assert_neq(FT_Get_Char_Index(font.face, c), 0);
    font_close(&font);
}

/* Chapter 2: five letters, seven bytes, seven tokens, and a line's end. */
Test(tokenizer, worked_example)
{
    static const char text[] = "Grüße\n";
    static const int ids[] = { 71, 114, 195, 188, 195, 159, 101, 10 };
    static const char *const labels[] = { "G", "r", "\\xc3", "\\xbc",
                                          "\\xc3", "\\x9f", "e", "\\n" };
    struct tokenizer t;
    struct arena arena = { 0 };
    struct error err;
    char back[TOKEN_LABEL * 8], label[TOKEN_LABEL];
    size_t size = 0;
    int n;
    tokenizer_open(&t, "tiny_models/tiny-flash", 256);
    int *made = tokenizer_encode(&n, &t, text, strlen(text), &arena, &err);
    cr_assert_eq(n, 8);
    for (int i = 0; i < n; i++) {
        cr_assert_eq(made[i], ids[i]);
        token_label(label, &t, made[i]);
        cr_assert_str_eq(label, labels[i]);
        size += tokenizer_decode(back + size, &t, made[i]);
    }
    cr_assert(size == 8 && memcmp(back, text, 8) == 0);
    arena_free(&arena);
}
