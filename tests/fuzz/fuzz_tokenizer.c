/* Any bytes as a tokenizer.json: refused with a message that names the file;
 * or a tokenizer whose tokens give back the bytes that they were made from.
 * Reader: text/tokenizer_read.c text/tokenizer_settings.c text/alphabet.c
 * text/split.c text/added.c text/bpe.c */
#include "memory_file.h"
#include "text/tokenizer_file.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file itself is a text, too. A hostile expression may give up. */
static void check(const struct tokenizer *t, const char *text, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    size_t at = 0;
    int n;
    int *ids = tokenizer_encode(&n, t, text, size, &arena, &err);
    if (!ids && !strstr(err.message, "splitting"))
        abort();
    for (int i = 0; ids && i < n; i++) {
        size_t length;
        char label[TOKEN_LABEL];
        const char *bytes = token_text(&length, t, ids[i]);
        token_label(label, t, ids[i]);
        if (!bytes || at + length > size
            || memcmp(bytes, text + at, length) != 0)
            abort();
        at += length;
    }
    if (ids && at != size)
        abort();
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memory_file(path, data, size);
    struct tokenizer t = { 0 };
    struct error err = { 0 };
    if (tokenizer_read(&t, path, 1000, &err))
        check(&t, (const char *)data, size < 400 ? size : 400);
    else if (strncmp(err.message, path, strlen(path)) != 0)
        abort();
    tokenizer_close(&t);
    close(fd);
    return 0;
}
