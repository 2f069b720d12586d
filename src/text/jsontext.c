//> [jsontext-includes] What reading and writing need
#include "text/jsontext.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
//< [jsontext-includes]

//> [jsontext-skip] Over blanks and strings
static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

static const char *skip_string(const char *p)
{
    for (p++; *p != '"'; p++)
        p += *p == '\\';
    return p + 1;
}
//< [jsontext-skip]

//> [jsontext-skip-value] To the end of any value
/* Brackets outside of strings are in pairs: the text is valid. */
static const char *skip_value(const char *p)
{
    int depth = 0;
    do {
        p = skip_blanks(p);
        if (*p == '"')
            p = skip_string(p);
        else if (strchr("[]{}", *p))
            depth += *p == '[' || *p == '{' ? 1 : -1, p++;
        else
            p += strcspn(p, ",:[]{}\" \t\r\n");
        if (depth > 0)
            p += strspn(p, " \t\r\n,:");
    } while (depth > 0);
    return p;
}
//< [jsontext-skip-value]

//> [jsontext-look] Members of lists and objects
struct value value_of(const char *text, size_t size)
{
    const char *at = skip_blanks(text), *end = text + size;
    while (end > at && strchr(" \t\r\n", end[-1]))
        end--;
    return (struct value){ at, (size_t)(end - at) };
}

bool value_next(struct member *here, struct value v)
{
    int kind = value_kind(v);
    if (kind != '[' && kind != '{')
        return false;
    const char *p = skip_blanks(here->next ? here->next : v.at + 1);
    if (*p == ',')
        p = skip_blanks(p + 1);
    if (*p == ']' || *p == '}')
        return false;
    if (kind == '{') {
        here->name = (struct value){ p, (size_t)(skip_string(p) - p) };
        p = skip_blanks(skip_blanks(skip_string(p)) + 1); /* the colon */
    }
    here->next = skip_value(p);
    here->value = (struct value){ p, (size_t)(here->next - p) };
    return true;
}
//< [jsontext-look]

//> [jsontext-escape] Code points
static unsigned hex4(const char *p)
{
    char digits[5] = { p[0], p[1], p[2], p[3] };
    return (unsigned)strtoul(digits, NULL, 16);
}

static int put_utf8(char out[4], uint32_t c)
{
    static const int lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    int n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (int i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)((uint32_t)lead[n] | c);
    return n;
}
//< [jsontext-escape]

//> [jsontext-char] A character, escaped or not
/* Its bytes, at most 4; `p` moves behind it. */
static int take_char(char out[4], const char **p)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    out[0] = *(*p)++;
    if (out[0] != '\\')
        return 1;
    char c = *(*p)++;
    const char *known = strchr(from, c);
    out[0] = known ? to[known - from] : c;
    if (c != 'u')
        return 1;
    uint32_t code = hex4(*p);
    *p += 4;
    if (code >= 0xd800 && code < 0xdc00) { /* the other half follows */
        code = 0x10000 + ((code - 0xd800) << 10) + (hex4(*p + 2) - 0xdc00);
        *p += 6;
    }
    return put_utf8(out, code);
}
//< [jsontext-char]

//> [jsontext-string] The text of a string
char *value_string(struct value v, struct arena *arena)
{
    char *text = arena_alloc(arena, v.size, 1), *end = text;
    const char *p = v.at + 1;
    while (p < v.at + v.size - 1) {
        char one[4];
        int n = take_char(one, &p);
        memcpy(end, one, (size_t)n);
        end += n;
    }
    return text;
}

static bool is_name(struct value name, const char *key)
{
    const char *p = name.at + 1;
    while (p < name.at + name.size - 1) {
        char one[4];
        size_t n = (size_t)take_char(one, &p);
        if (strncmp(one, key, n) != 0)
            return false;
        key += n;
    }
    return *key == '\0';
}
//< [jsontext-string]

//> [jsontext-ask] The value of a key; what a value is
struct value value_get(struct value v, const char *key)
{
    struct member m = { 0 };
    while (value_kind(v) == '{' && value_next(&m, v))
        if (is_name(m.name, key))
            return m.value;
    return (struct value){ 0 };
}

int value_kind(struct value v)
{
    if (!v.at)
        return 0;
    return strchr("{[\"tfn", *v.at) ? *v.at : '0';
}
//< [jsontext-ask]

//> [jsontext-write-string] A string, escaped where it must be
static void put_char(FILE *out, char c)
{
    static const char from[] = "\b\f\n\r\t\"\\", to[] = "bfnrt\"\\";
    const char *known = c ? strchr(from, c) : NULL;
    if (known)
        fprintf(out, "\\%c", to[known - from]);
    else if ((unsigned char)c < ' ')
        fprintf(out, "\\u%04x", (unsigned)c);
    else
        fputc(c, out);
}

void string_write(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text)
        put_char(out, *text++);
    fputc('"', out);
}
//< [jsontext-write-string]

//> [jsontext-rewrite] From JSON to JSON
static void write_string(FILE *out, struct value v)
{
    const char *p = v.at + 1;
    fputc('"', out);
    while (p < v.at + v.size - 1) {
        char one[4];
        int n = take_char(one, &p);
        for (int i = 0; i < n; i++)
            put_char(out, one[i]);
    }
    fputc('"', out);
}
//< [jsontext-rewrite]

//> [jsontext-write-number] The fewest digits that mean a number
/* The fewest digits that mean this number: d.ddd and an exponent. */
static int shortest(char digits[32], double x)
{
    int n = 0;
    do
        snprintf(digits, 32, "%.*e", n, x);
    while (strtod(digits, NULL) != x && n++ < 17);
    char *e = strchr(digits, 'e');
    int exponent = (int)strtol(e + 1, NULL, 10);
    *e = '\0';
    if (digits[1] == '.')
        memmove(digits + 1, digits + 2, strlen(digits + 1));
    return exponent;
}
//< [jsontext-write-number]

//> [jsontext-real] A fraction, or an exponent
/* A fraction, or an exponent where there would be many zeros. */
static void write_real(FILE *out, double x)
{
    char digits[32];
    int exponent, n;
    if (signbit(x))
        fputc('-', out);
    if (isinf(x)) { /* 1e999 is valid JSON */
        fputs("Infinity", out);
        return;
    }
    exponent = shortest(digits, fabs(x));
    n = (int)strlen(digits);
    if (exponent < -4 || exponent >= 16)
        fprintf(out, "%c%s%se%+03d", digits[0], n > 1 ? "." : "",
                digits + 1, exponent);
    else if (exponent < 0)
        fprintf(out, "0.%.*s%s", -exponent - 1, "0000", digits);
    else if (exponent < n - 1)
        fprintf(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
    else
        fprintf(out, "%s%.*s.0", digits, exponent + 1 - n,
                "0000000000000000");
}
//< [jsontext-real]

//> [jsontext-number] Any number
/* Whole numbers may have any length, and minus zero is zero. */
static void write_number(FILE *out, struct value v)
{
    char text[80] = "";
    memcpy(text, v.at, v.size < sizeof text ? v.size : sizeof text - 1);
    if (strpbrk(text, ".eE"))
        write_real(out, strtod(text, NULL));
    else
        fputs(strcmp(text, "-0") == 0 ? "0" : text, out);
}
//< [jsontext-number]

//> [jsontext-write] Whatever value it is
void value_write(FILE *out, struct value v)
{
    struct member m = { 0 };
    int kind = value_kind(v);
    if (kind == '"')
        write_string(out, v);
    else if (kind == '0')
        write_number(out, v);
    else if (kind != '{' && kind != '[')
        fprintf(out, "%.*s", (int)v.size, v.at);
    else {
        fputc(kind, out);
        for (const char *between = ""; value_next(&m, v); between = ", ") {
            fputs(between, out);
            if (kind == '{') {
                write_string(out, m.name);
                fputs(": ", out);
            }
            value_write(out, m.value);
        }
        fputc(kind == '{' ? '}' : ']', out);
    }
}
//< [jsontext-write]
