//> [alphabet-includes] What the alphabet needs
#include "text/alphabet.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>

enum { OTHERS = 256, DELETE = 127, MARGIN = 160, HYPHEN = 173 };
//< [alphabet-includes]

//> [alphabet-make] Visible bytes are themselves, the others queue up
/* A soft hyphen is shown only where a line breaks. */
static bool visible(int byte)
{
    return (byte > ' ' && byte < DELETE)
        || (byte > MARGIN && byte != HYPHEN);
}

void alphabet_make(struct alphabet *a)
{
    int other = OTHERS, n = 0;
    memset(a->byte, -1, sizeof a->byte);
    for (int byte = 0; byte < BYTES; byte++) {
        int character = visible(byte) ? byte : other++;
        a->character[byte] = character;
        a->byte[character] = byte;
    }
    for (int character = 0; character < ALPHABET_END; character++)
        if (a->byte[character] >= 0)
            a->in_order[n++] = (unsigned char)a->byte[character];
}
//< [alphabet-make]

//> [alphabet-read] Names to bytes
int alphabet_read(char *out, const struct alphabet *a, const char *name,
                  size_t size)
{
    int n = 0;
    for (size_t at = 0; at < size; n++) {
        uint32_t code = ALPHABET_END;
        size_t length = utf8_read(&code, name + at, size - at);
        if (code >= ALPHABET_END || a->byte[code] < 0)
            return -1;
        out[n] = (char)a->byte[code];
        at += length;
    }
    return n;
}
//< [alphabet-read]

//> [alphabet-write] Bytes to names
size_t alphabet_write(char *out, const struct alphabet *a,
                      const char *bytes, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        int code = a->character[(unsigned char)bytes[i]];
        if (code >= 0x80)
            out[n++] = (char)(0xc0 | code >> 6);
        out[n++] = (char)(code < 0x80 ? code : 0x80 | (code & 0x3f));
    }
    return n;
}
//< [alphabet-write]
