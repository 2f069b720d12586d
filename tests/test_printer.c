/* Printing tokens: bytes for a pipe, characters for a terminal. */
#include "cli/printer.h"

#include "support/tempfile.h"
#include "support/vocabulary.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is printed of these tokens; free() it. */
static char *printed(const struct tokenizer *t, bool terminal,
                     const int *ids, int n)
{
    char path[128];
    struct printer p = { .tokenizer = t, .terminal = terminal };
    temp_path(path, "printed");
    fflush(stdout);
    int old = dup(STDOUT_FILENO);
    FILE *to = fopen(path, "w");
    dup2(fileno(to), STDOUT_FILENO);
    for (int i = 0; i < n; i++)
        printer_token(&p, ids[i]);
    printer_end(&p);
    fclose(to);
    dup2(old, STDOUT_FILENO);
    close(old);
    char *text = read_bytes(path, NULL);
    unlink(path);
    return text;
}

static void assert_printed(const struct tokenizer *t, bool terminal,
                           const int *ids, int n, const char *expected)
{
    char *text = printed(t, terminal, ids, n);
    cr_assert_str_eq(text, expected);
    free(text);
}

static const int ids[] = { 'a', 0xe4, 0xb8, 0xad, '\t', '\n', 27, 0, 0xff,
                           0xf0, 0x9f, 300, 0xc3 };

Test(printer, a_terminal_gets_visible_text)
{
    struct tokenizer t;
    tokenizer_open(&t, "tiny_models/tiny-flash", 256);
    assert_printed(&t, true, ids, 4, "a中\n");
    assert_printed(&t, true, ids, 9, "a中\t\n\\x1b\\x00\\xff\n");
    assert_printed(&t, true, ids + 8, 5, "\\xff\\xf0\\x9f‹300›\\xc3\n");
    tokenizer_close(&t);
}

Test(printer, a_pipe_gets_the_bytes)
{
    struct tokenizer t;
    tokenizer_open(&t, "tiny_models/tiny-flash", 256);
    assert_printed(&t, false, ids, 7, "a中\t\n\033\n");
    assert_printed(&t, false, ids + 8, 4, "\xff\xf0\x9f‹300›\n");
    tokenizer_close(&t);
}

Test(printer, without_text_there_are_numbers)
{
    struct tokenizer t;
    tokenizer_open(&t, "tiny_models/tiny-flash", 50);
    assert_printed(&t, true, ids, 3, "97 228 184\n");
    assert_printed(&t, false, ids, 3, "97 228 184\n");
    tokenizer_close(&t);
}
