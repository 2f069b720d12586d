//> [utf8-includes] What UTF-8 needs
#include "base/utf8.h"
//< [utf8-includes]

//> [utf8-length] The first byte says how many there are
static size_t length_by(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc0 || first >= 0xf8)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
//< [utf8-length]

//> [utf8-read] The others begin with the bits 10
size_t utf8_read(uint32_t *code, const char *text, size_t size)
{
    static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
    if (!size)
        return 0;
    unsigned char first = (unsigned char)*text;
    size_t length = length_by(first);
    if (!length || length > size)
        return 0;
    uint32_t c = length == 1 ? first : first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (next & 0x3fu);
    }
    if (c < smallest[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    if (code)
        *code = c;
    return length;
}
//< [utf8-read]
