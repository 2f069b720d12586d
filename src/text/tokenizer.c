//> [tokenizer-includes] What the tokenizer needs
#include "text/tokenizer.h"

#include "base/textfile.h"
#include "base/utf8.h"
#include "text/tokenizer_file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { WIDEST = 12 }; /* columns of a label */
//< [tokenizer-includes]

//> [tokenizer-bytes] 256 entries, no merges
static void make_bytes(struct tokenizer *t)
{
    t->n = BYTES;
    t->texts = arena_alloc(&t->arena, BYTES, sizeof *t->texts);
    char *bytes = arena_alloc(&t->arena, BYTES, 1);
    for (int i = 0; i < BYTES; i++) {
        bytes[i] = (char)i;
        t->texts[i] = (struct token_bytes){ bytes + i, 1 };
        t->bpe.byte_id[i] = i;
    }
    bpe_index(&t->bpe, &t->arena);
}
//< [tokenizer-bytes]

//> [tokenizer-open] A file, or bytes, or nothing
void tokenizer_open(struct tokenizer *t, const char *dir, int vocab_size)
{
    *t = (struct tokenizer){ 0 };
    const char *path = path_in(dir, "tokenizer.json", &t->arena);
    if (!path_absent(path)) {
        t->broken = !tokenizer_read(t, path, vocab_size, &t->why);
        if (t->broken)
            t->n = 0;
    } else if (vocab_size >= BYTES) {
        make_bytes(t);
    } else {
        fail(&t->why, "%s: found no tokenizer.json and %d tokens, "
             "expected 256 to read bytes: give --ids", dir, vocab_size);
    }
}

void tokenizer_close(struct tokenizer *t)
{
    splitter_free(&t->splitter);
    arena_free(&t->arena);
}
//< [tokenizer-open]

//> [tokenizer-piece] A piece: bytes, then merges
/* Append the tokens of a piece. */
static void encode_piece(int *ids, int *n, const struct tokenizer *t,
                         const char *text, size_t size,
                         struct arena *scratch)
{
    int *piece = ids + *n;
    for (size_t i = 0; i < size; i++)
        piece[i] = t->bpe.byte_id[(unsigned char)text[i]];
    *n += (int)bpe_merge(piece, size, &t->bpe, scratch);
}
//< [tokenizer-piece]

//> [tokenizer-plain] Text without added tokens: cut it into pieces
static bool encode_plain(int *ids, int *n, const struct tokenizer *t,
                         const char *text, size_t size,
                         struct arena *scratch, struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    char *begins = arena_alloc(scratch, size + 1, 1);
    bool ok = splitter_cut(begins, &t->splitter, text, size, err);
    for (size_t at = 0, end; ok && at < size; at = end) {
        end = piece_end(begins, at, size);
        encode_piece(ids, n, t, text + at, end - at, scratch);
    }
    arena_release(scratch, mark);
    return ok;
}
//< [tokenizer-plain]

//> [tokenizer-encode] Added tokens, and the text between them
/* No text has more tokens than bytes. */
static bool encode_all(int *ids, int *n, const struct tokenizer *t,
                       const char *text, size_t size,
                       struct arena *scratch, struct error *err)
{
    for (size_t at = 0; at < size;) {
        const struct added_token *found;
        size_t plain = added_find(&found, &t->added, text + at, size - at);
        if (!encode_plain(ids, n, t, text + at, plain, scratch, err))
            return false;
        at += plain;
        if (found) {
            ids[(*n)++] = found->id;
            at += found->size;
        }
    }
    return true;
}
//< [tokenizer-encode]

//> [tokenizer-encode-text] Is there a tokenizer, is there room?
int *tokenizer_encode(int *n, const struct tokenizer *t, const char *text,
                      size_t size, struct arena *arena, struct error *err)
{
    *n = 0;
    if (t->n == 0) {
        *err = t->why;
        return NULL;
    }
    if (size > INT_MAX / 2) {
        fail(err, "found a text of %zu bytes, expected at most %d", size,
             INT_MAX / 2);
        return NULL;
    }
    int *ids = arena_alloc(arena, size + 1, sizeof *ids); /* never 0 */
    return encode_all(ids, n, t, text, size, arena, err) ? ids : NULL;
}
//< [tokenizer-encode-text]

//> [tokenizer-text] The text of an id
const char *token_text(size_t *size, const struct tokenizer *t, int id)
{
    *size = 0;
    if (id < 0 || id >= t->n)
        return NULL;
    *size = t->texts[id].size;
    return t->texts[id].text;
}

bool token_is_added(const struct tokenizer *t, int id)
{
    for (int i = 0; i < t->added.n; i++)
        if (t->added.tokens[i].id == id)
            return true;
    return false;
}
//< [tokenizer-text]

//> [tokenizer-drawable] What the font of the pictures can draw
/* Latin, Greek and Cyrillic letters, dashes and quotation marks. */
static bool drawable(uint32_t c)
{
    return (c > 0x20 && c < 0x7f) || (c > 0xa0 && c < 0x180 && c != 0xad)
        || (c > 0x390 && c < 0x3ca && c != 0x3a2) || (c > 0x40f && c < 0x450)
        || (c > 0x2012 && c < 0x2023) || c == 0x2581;
}
//< [tokenizer-drawable]

//> [tokenizer-draw] What stands for a character
/* What stands for a character; bar and line of added tokens stay short. */
static int draw(char *out, uint32_t c, const char *text, size_t length)
{
    if (c == ' ')
        return sprintf(out, "␣");
    if (c == '\n')
        return sprintf(out, "\\n");
    if (c == '\t')
        return sprintf(out, "\\t");
    if (c == 0xff5c)
        return sprintf(out, "|");
    if (drawable(c))
        return sprintf(out, "%.*s", (int)length, text);
    if (c < 0x80)
        return sprintf(out, "\\x%02x", c);
    return sprintf(out, c < 0x10000 ? "\\u%04x" : "\\U%x", c);
}
//< [tokenizer-draw]

//> [tokenizer-label] What a picture shows of a token
/* Columns that a text takes: characters, not bytes. */
static int columns(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}
//< [tokenizer-label]

//> [tokenizer-label-text] A label, cut where it gets too wide
void token_label(char *out, const struct tokenizer *t, int id)
{
    size_t size, length;
    const char *text = token_text(&size, t, id);
    char *end = out;
    if (!text)
        sprintf(out, "#%d", id);
    for (size_t at = 0; text && at < size; at += length) {
        char one[16];
        uint32_t c = 0;
        length = utf8_read(&c, text + at, size - at);
        if (length)
            draw(one, c, text + at, length);
        else
            sprintf(one, "\\x%02x", (unsigned)(unsigned char)text[at]);
        length += length == 0;
        int last = at + length == size;
        if ((end > out ? columns(out) : 0) + columns(one) + !last > WIDEST) {
            stpcpy(end, "…");
            break;
        }
        end = stpcpy(end, one);
    }
}
//< [tokenizer-label-text]
