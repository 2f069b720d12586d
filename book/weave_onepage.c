/* The model on one page: ```c onepage, pseudo-C whose every line says which
 * fragment does it. What a line calls must be called there, and lines of one
 * fragment must stand in the order in which it does them. The reader is led
 * to where it is defined. */
#include "weave.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { REFERENCE = 69 };    /* the column of the chapter at the right */

struct sheet {
    struct book *b;
    const struct text *t;
    FILE *out;
    int line, fragment;         /* of this line; -1 if it names none */
    int *done;                  /* how far this page is in each of them */
};

/* The next name before a bracket in a line of code, or NULL. */
static char *next_call(const char **at)
{
    for (const char *p = *at; *p; p++) {
        if (p[0] == '/' && p[1] == '*')
            p = strstr(p, "*/") ? strstr(p, "*/") + 1 : p + strlen(p) - 1;
        size_t n = 0;
        while (isalnum((unsigned char)p[n]) || p[n] == '_')
            n++;
        if (!n)
            continue;
        char *name = format("%.*s", (int)n, p);
        const bool call = p[n] == '(' && strcmp(name, "for")
                          && strcmp(name, "if") && !isdigit((unsigned char)*p);
        p += n - 1;
        if (call) {
            *at = p + 1;
            return name;
        }
    }
    return NULL;
}

/* Does the fragment call this, at or behind the last call of this page? */
static void check_call(struct sheet *s, const char *name)
{
    const struct fragment *f = &s->b->frags[s->fragment];
    const struct text *t = &s->b->src[f->file];
    bool earlier = false;
    for (int i = f->open + 1; i < f->close; i++) {
        const char *p = strstr(t->line[i], format("%s(", name));
        if (!p || (p > t->line[i] && (isalnum((unsigned char)p[-1])
                                      || p[-1] == '_')))
            continue;
        if (i > s->done[s->fragment]) {
            s->done[s->fragment] = i;
            return;
        }
        earlier = true;
    }
    complain(s->b, s->t->path, s->line, "%s() is not called in [%s]%s", name,
             f->name, earlier ? " after what stands above it" : "");
}

/* The fragment that defines a function: here, or anywhere if it is public. */
static int definition(const struct sheet *s, const char *name)
{
    const struct fragment *here = &s->b->frags[s->fragment];
    int found = -1;
    for (int k = 0; k < s->b->n_src; k++) {
        const struct text *t = &s->b->src[k];
        for (int i = 0; i < t->n; i++) {
            const char *line = t->line[i];
            const char *p = strstr(line, format("%s(", name));
            if (!p || p == line || (p[-1] != ' ' && p[-1] != '*')
                || !isalpha((unsigned char)*line) || t->owner[i] < 0
                || strstr(t->path, ".h") || strchr(line, ';'))
                continue;
            if (k == here->file)
                return t->owner[i];
            if (found < 0 || !starts_with(line, "static"))
                found = t->owner[i];
        }
    }
    return found;
}

static void write_link(struct sheet *s, int fragment, const char *text)
{
    const struct fragment *f = &s->b->frags[fragment];
    fprintf(s->out, "<a class=\"fragref\" href=\"%s.html#frag-%s\" title=\"%s"
            "\">%s</a>", f->chapter < 0 ? "" : s->b->chapters[f->chapter].id,
            f->name, escape(f->title), escape(text));
}

/* CODE and, from column REFERENCE on, the chapter that tells it */
static void write_code(struct sheet *s, const char *code, const char *key)
{
    int column = 0;
    for (const char *p = code; *p; p++)
        column += (*p & 0xC0) != 0x80;
    const char *comment = strstr(code, "/*");
    if (!comment && strstr(code, "*/"))
        comment = code;             /* it began in the line above */
    const size_t len = comment ? (size_t)(comment - code) : strlen(code);
    const char *rest = format("%.*s", (int)len, code), *at = rest;
    int told = s->fragment;
    char *call = s->fragment < 0 ? NULL : next_call(&at);
    if (call) {
        const char *from = strstr(rest, format("%s(", call));
        const int there = definition(s, call);
        told = there < 0 ? told : there;
        write_escaped(s->out, format("%.*s", (int)(from - rest), rest));
        write_link(s, told, call);
        rest = from + strlen(call);
    }
    write_escaped(s->out, rest);
    if (comment)
        fprintf(s->out, "<span class=\"c-comment\">%s</span>",
                escape(comment));
    if (told >= 0) {
        const int chapter = s->b->frags[told].chapter;
        fprintf(s->out, "%*s<span class=\"key\">%s</span> ",
                column < REFERENCE ? REFERENCE - column : 1, "",
                *key ? key : " ");
        write_link(s, told, format("%2d", chapter < 0
                                   ? 0 : s->b->chapters[chapter].number));
    }
    fputc('\n', s->out);
}

/* "code    // 3 [[fragment]]" */
static void write_line(struct sheet *s, const char *text)
{
    char *code = format("%s", text), *key = "";
    char *note = strstr(code, "// "), *name = note ? strstr(note, "[[") : NULL;
    int fragment = -1;
    if (name) {
        name += 2;
        name[strcspn(name, "]")] = '\0';
        key = format("%.*s", (int)strcspn(note + 3, " ["), note + 3);
        fragment = find_fragment(s->b, name);
        if (fragment < 0)
            complain(s->b, s->t->path, s->line, "no fragment [%s]", name);
        for (*note = '\0'; note > code && note[-1] == ' '; *--note = '\0')
            ;
    }
    s->fragment = fragment;
    const char *at = code;
    for (char *call; fragment >= 0 && (call = next_call(&at));)
        check_call(s, call);
    write_code(s, code, key);
}

/* The fenced block of lines first … last. */
char *onepage(struct book *b, const struct text *t, int first, int last)
{
    char *text;
    size_t n;
    struct sheet s = {.b = b, .t = t};
    s.done = calloc((size_t)b->n_frags + 1, sizeof *s.done);
    s.out = open_text(&text, &n);
    fputs("<pre class=\"code onepage\">", s.out);
    for (s.line = first; s.line <= last; s.line++)
        write_line(&s, t->line[s.line]);
    fputs("</pre>", s.out);
    fclose(s.out);
    return text;
}
