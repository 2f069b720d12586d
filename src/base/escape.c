//> [escape-includes] What escaping needs
#include "base/escape.h"
#include "base/utf8.h"

#include <string.h>

enum { LONGEST = 8 }; /* "\u202e" and its NUL */
//< [escape-includes]

//> [escape-harmless] What a terminal shows and does not obey
static bool harmless(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        return false;
    bool marks = c == 0x061c || (c >= 0x200b && c <= 0x200f);
    bool lines = c == 0x2028 || c == 0x2029;
    bool order = (c >= 0x202a && c <= 0x202e)
                 || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
    return !marks && !lines && !order;
}
//< [escape-harmless]

//> [escape-one] One character, or one byte that is none
/* Returns the bytes read; what to show is in `out`. */
static size_t escape_one(char out[LONGEST], const char *text)
{
    uint32_t c = 0;
    size_t length = utf8_read(&c, text, strlen(text));
    if (length && harmless(c)) {
        memcpy(out, text, length);
        out[length] = '\0';
    } else if (c == '\n' || c == '\t')
        snprintf(out, LONGEST, "\\%c", c == '\n' ? 'n' : 't');
    else if (length > 1)
        snprintf(out, LONGEST, "\\u%04x", (unsigned)c & 0xffff);
    else
        snprintf(out, LONGEST, "\\x%02x", (unsigned char)*text);
    return length ? length : 1;
}
//< [escape-one]

//> [escape-all] All of them
void print_escaped(FILE *out, const char *text)
{
    char one[LONGEST];
    while (*text) {
        text += escape_one(one, text);
        fputs(one, out);
    }
}

const char *escaped(const char *text, struct arena *arena)
{
    char one[LONGEST], *copy, *end;
    end = copy = arena_alloc(arena, strlen(text) + 1, LONGEST);
    *end = '\0';
    for (const char *from = text; *from;) {
        from += escape_one(one, from);
        end = stpcpy(end, one);
    }
    return copy;
}
//< [escape-all]
