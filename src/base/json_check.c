//> [json-check-includes] What the grammar needs
#include "base/json.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Deeper than any file we know; longer numbers cJSON would cut. */
enum { DEEPEST = 256, LONGEST_NUMBER = 63, END = -1 };
//< [json-check-includes]

//> [json-check-scan] A place in the text
struct scan {
    const char *at, *end;
    const char *expected; /* what was missing at the place of the error */
    int depth;
};

static int peek(const struct scan *s)
{
    return s->at < s->end ? (unsigned char)*s->at : END;
}

static bool wrong(struct scan *s, const char *expected)
{
    s->expected = expected;
    return false;
}

static bool take(struct scan *s, char c)
{
    if (peek(s) != (unsigned char)c)
        return false;
    s->at++;
    return true;
}
//< [json-check-scan]

//> [json-check-blanks] Between values
static void skip_blanks(struct scan *s)
{
    while (take(s, ' ') || take(s, '\n') || take(s, '\r') || take(s, '\t'))
        continue;
}
//< [json-check-blanks]

//> [json-check-number] A number
static bool digits(struct scan *s)
{
    if (peek(s) < '0' || peek(s) > '9')
        return wrong(s, "a digit");
    while (peek(s) >= '0' && peek(s) <= '9')
        s->at++;
    return true;
}

static bool number(struct scan *s)
{
    const char *begin = s->at;
    take(s, '-');
    if (!take(s, '0') && !digits(s)) /* no digit follows a leading 0 */
        return false;
    if (take(s, '.') && !digits(s))
        return false;
    if (take(s, 'e') || take(s, 'E')) {
        if (!take(s, '+'))
            take(s, '-');
        if (!digits(s))
            return false;
    }
    return s->at - begin <= LONGEST_NUMBER || wrong(s, "a shorter number");
}
//< [json-check-number]

//> [json-check-hex] Four digits of a code
static bool hex4(struct scan *s, unsigned *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++) {
        static const char hex[] = "0123456789abcdefABCDEF";
        int c = peek(s);
        const char *found = c > 0 ? strchr(hex, c) : NULL;
        if (!found)
            return wrong(s, "four hexadecimal digits");
        unsigned digit = (unsigned)(found - hex);
        *code = 16 * *code + (digit < 16 ? digit : digit - 6);
        s->at++;
    }
    return true;
}
//< [json-check-hex]

//> [json-check-escape] An escape
/* After the backslash. Characters above U+FFFF are two escapes. */
static bool escape(struct scan *s)
{
    const char *begin = s->at - 1;
    unsigned code, low;
    int c = peek(s);
    if (c <= 0 || !strchr("\"\\/bfnrtu", c))
        return wrong(s, "one of \"\\/bfnrtu after a backslash");
    s->at++;
    if (c != 'u')
        return true;
    if (!hex4(s, &code))
        return false;
    bool pair = code >= 0xd800 && code < 0xdc00;
    if (code != 0 && !pair && (code < 0xdc00 || code >= 0xe000))
        return true;
    if (pair && take(s, '\\') && take(s, 'u') && hex4(s, &low)
        && low >= 0xdc00 && low < 0xe000)
        return true;
    s->at = begin;
    return wrong(s, code ? "both halves of a surrogate pair"
                         : "no character 0 in a string");
}
//< [json-check-escape]

//> [json-check-string] A string
static bool string(struct scan *s)
{
    while (!take(s, '"')) {
        if (peek(s) < 0x20) /* or the end */
            return wrong(s, "a character of a string, or its closing \"");
        if (take(s, '\\')) {
            if (!escape(s))
                return false;
            continue;
        }
        size_t length = utf8_read(NULL, s->at, (size_t)(s->end - s->at));
        if (!length)
            return wrong(s, "UTF-8");
        s->at += length;
    }
    return true;
}
//< [json-check-string]

//> [json-check-member] An element of a list, or a key and its value
static bool value(struct scan *s);

static bool member(struct scan *s, bool keys)
{
    skip_blanks(s);
    if (keys) {
        if (!take(s, '"'))
            return wrong(s, "a key in quotes");
        if (!string(s))
            return false;
        skip_blanks(s);
        if (!take(s, ':'))
            return wrong(s, "a colon");
    }
    if (!value(s))
        return false;
    skip_blanks(s);
    return true;
}
//< [json-check-member]

//> [json-check-list] A list or an object
static bool members(struct scan *s, bool keys)
{
    char close = keys ? '}' : ']';
    if (++s->depth > DEEPEST)
        return wrong(s, "fewer brackets inside brackets");
    skip_blanks(s);
    if (!take(s, close)) {
        do
            if (!member(s, keys))
                return false;
        while (take(s, ','));
        if (!take(s, close))
            return wrong(s, keys ? "a comma or }" : "a comma or ]");
    }
    s->depth--;
    return true;
}
//< [json-check-list]

//> [json-check-value] Any value
static bool word(struct scan *s, const char *text)
{
    size_t length = strlen(text);
    if ((size_t)(s->end - s->at) < length
        || memcmp(s->at, text, length) != 0)
        return wrong(s, "a value");
    s->at += length;
    return true;
}

static bool value(struct scan *s)
{
    skip_blanks(s);
    if (take(s, '"'))
        return string(s);
    if (take(s, '{'))
        return members(s, true);
    if (take(s, '['))
        return members(s, false);
    int c = peek(s);
    if (c == '-' || (c >= '0' && c <= '9'))
        return number(s);
    return word(s, c == 't' ? "true" : c == 'f' ? "false" : "null");
}
//< [json-check-value]

//> [json-check-complain] Line, column, what stands there
static bool complain(const struct scan *s, const char *text,
                     struct error *err)
{
    size_t line = 1;
    const char *begin = text;
    for (const char *c = text; c < s->at; c++) {
        if (*c == '\n') {
            line++;
            begin = c + 1;
        }
    }
    char found[16] = "the end";
    int c = peek(s);
    if (c > 0x20 && c < 0x7f)
        snprintf(found, sizeof found, "'%c'", c);
    else if (c != END)
        snprintf(found, sizeof found, "byte 0x%02x", (unsigned)c);
    return fail(err, "line %zu, column %td: found %s, expected %s", line,
                s->at - begin + 1, found, s->expected);
}
//< [json-check-complain]

//> [json-check] One value, and nothing after it
bool json_check(const char *text, size_t size, struct error *err)
{
    struct scan s = { .at = text, .end = text + size };
    if (!value(&s))
        return complain(&s, text, err);
    skip_blanks(&s);
    if (s.at == s.end)
        return true;
    s.expected = "the end of the text";
    return complain(&s, text, err);
}
//< [json-check]
