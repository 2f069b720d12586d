//> [tokenizer-includes] What the tokenizer needs
#include "text/tokenizer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BYTES = 256 };
//< [tokenizer-includes]

//> [tokenizer-open] A file, or bytes, or nothing
void tokenizer_open(struct tokenizer *t, const char *dir, int vocab_size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/tokenizer.json", dir);
    *t = (struct tokenizer){ .dir = dir, .vocab_size = vocab_size };
    if (access(path, F_OK) == 0)
        t->kind = TOKENIZER_UNREAD;
    else
        t->kind = vocab_size >= BYTES ? TOKENIZER_BYTES : TOKENIZER_NONE;
}
//< [tokenizer-open]

//> [tokenizer-refuse] Not every model reads text yet
static bool reads_text(const struct tokenizer *t, struct error *err)
{
    if (t->kind == TOKENIZER_UNREAD)
        return fail(err, "%s/tokenizer.json: not supported yet: give --ids",
                    t->dir);
    if (t->kind == TOKENIZER_NONE)
        return fail(err, "%s: found no tokenizer.json and %d tokens, "
                    "expected 256 to read bytes: give --ids", t->dir,
                    t->vocab_size);
    return true;
}
//< [tokenizer-refuse]

//> [tokenizer-encode] Bytes are their own ids
int *tokenizer_encode(int *n, const struct tokenizer *t, const char *text,
                      size_t size, struct arena *arena, struct error *err)
{
    *n = 0;
    if (!reads_text(t, err))
        return NULL;
    int *ids = arena_alloc(arena, size + 1, sizeof *ids); /* never 0 */
    for (size_t i = 0; i < size; i++)
        ids[i] = (unsigned char)text[i];
    *n = (int)size;
    return ids;
}
//< [tokenizer-encode]

//> [tokenizer-decode] The byte of an id
size_t tokenizer_decode(char *out, const struct tokenizer *t, int id)
{
    if (t->kind != TOKENIZER_BYTES || id < 0 || id >= BYTES)
        return 0;
    out[0] = (char)id;
    return 1;
}
//< [tokenizer-decode]

//> [tokenizer-label] What a picture shows of a token
void token_label(char *out, const struct tokenizer *t, int id)
{
    char text[TOKEN_LABEL];
    if (tokenizer_decode(text, t, id) == 0)
        snprintf(out, TOKEN_LABEL, "#%d", id);
    else if (id == ' ')
        snprintf(out, TOKEN_LABEL, "␣");
    else if (id == '\n')
        snprintf(out, TOKEN_LABEL, "\\n");
    else if (id == '\t')
        snprintf(out, TOKEN_LABEL, "\\t");
    else if (id < ' ' || id > '~')
        snprintf(out, TOKEN_LABEL, "\\x%02x", (unsigned)id);
    else
        snprintf(out, TOKEN_LABEL, "%c", id);
}
//< [tokenizer-label]
