/* The text of a paragraph, safe to pass through Doxygen; see weave.h for the
 * words "v4x…z". */
#include "weave.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void write_word(FILE *out, char kind, const char *s, size_t n)
{
    fprintf(out, "v4x%c", kind);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%02x", (unsigned char)s[i]);
    fputc('z', out);
}

void write_html(FILE *out, const char *s)
{
    write_word(out, 'h', s, strlen(s));
}

/* HTML on its own, in pieces: Doxygen cannot swallow a very long word. A piece
 * of kind 'x' has a next one; none ends inside a character. */
void write_block(FILE *out, char *html)
{
    enum { PIECE = 2000 };
    const char *p = html;
    fputs("\n\\htmlonly[block]", out);
    for (size_t n; strlen(p) > PIECE; p += n) {
        for (n = PIECE; (p[n] & 0xC0) == 0x80; n--)
            ;
        write_word(out, 'x', p, n);
        fputc('\n', out);
    }
    write_html(out, p);
    fputs("\\endhtmlonly\n\n", out);
    free(html);
}

void write_escaped(FILE *out, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        default: fputc(*s, out);
        }
}

char *escape(const char *s)
{
    char *text;
    size_t n;
    FILE *out = open_text(&text, &n);
    write_escaped(out, s);
    fclose(out);
    return text;
}

/* ---- links ----------------------------------------------------------- */

static bool has_anchor(const struct chapter *c, const char *anchor)
{
    struct item it;
    for (int at = 0; next_item(&c->text, &at, &it);)
        if (it.kind == HEADING && !strcmp(slug(it.rest), anchor))
            return true;
    return false;
}

/* Where a link of a chapter leads in the finished book. */
static char *target(struct book *b, const struct chapter *c, const char *url,
                    int line)
{
    if (starts_with(url, "https://") || starts_with(url, "http://"))
        return format("%s", url);
    char *file = format("%s", url);
    const size_t len = strcspn(url, "#");
    file[len] = '\0';
    const char *anchor = url[len] ? url + len + 1 : "";
    const struct chapter *to = *file ? find_notebook(b, file) : c;
    if (!to && starts_with(file, "../") && !starts_with(file, "../chapters/")
        && access(file + 3, R_OK) == 0)
        return format("../../../%s", url + 3);
    const int other = to ? -1 : find_chapter(b, starts_with(file, "../")
                                                ? file + strlen("../chapters/")
                                                : file);
    if (other >= 0)
        to = &b->chapters[other];
    if (!to || (*anchor && !has_anchor(to, anchor)))
        complain(b, c->text.path, line, "link to nowhere: %s", url);
    return to ? format("%s.html%s%s%s%s", to->id, *anchor ? "#" : "",
                       *anchor ? to->id : "", *anchor ? "_" : "", anchor)
              : format("#");
}

char *fragment_link(const struct book *b, int i)
{
    const struct fragment *f = &b->frags[i];
    const char *page = f->chapter < 0 ? "" : b->chapters[f->chapter].id;
    return format("<a class=\"fragref\" href=\"%s.html#frag-%s\">⟨%s⟩</a>",
                  page, f->name, escape(f->title));
}

/* ---- text inside a paragraph ----------------------------------------- */

struct pen {
    struct book *b;
    const struct chapter *c;
    FILE *out;
    const char *start, *p;
    int line;
    bool strong, emphasis;
};

/* `code`, ``code that is no name``, $formula$ or $$formula$$: from one mark to
 * the next. */
static void span(struct pen *pen, const char *mark, char kind)
{
    const size_t len = strlen(mark);
    const char *from = pen->p + len, *to = strstr(from, mark);
    if (!to) {
        complain(pen->b, pen->c->text.path, pen->line, "%s is never closed",
                 mark);
        pen->p = from;
        return;
    }
    if (kind == 'm' && (*from == ' ' || to[-1] == ' '))
        complain(pen->b, pen->c->text.path, pen->line,
                 "a blank beside a $: a formula, or a dollar (\\$)?");
    write_word(pen->out, kind, from, (size_t)(to - from));
    for (; from < to; from++)
        pen->line += *from == '\n';
    pen->p = to + len;
}

/* * or **: opens before a word, closes after one. */
static void star(struct pen *pen)
{
    const bool two = pen->p[1] == '*';
    bool *on = two ? &pen->strong : &pen->emphasis;
    const char *tag = two ? "strong" : "em", after = pen->p[1 + two];
    const char before = pen->p > pen->start ? pen->p[-1] : ' ';
    if (*on ? isspace((unsigned char)before)
            : (!after || isspace((unsigned char)after)
               || isalnum((unsigned char)before))) {
        write_word(pen->out, 't', pen->p, (size_t)1 + two);
    } else {
        write_html(pen->out, format("<%s%s>", *on ? "/" : "", tag));
        *on = !*on;
    }
    pen->p += 1 + two;
}

/* [text](url), [[fragment]], or just a bracket. */
static void bracket(struct pen *pen)
{
    const char *close = strstr(pen->p, "](");
    const char *end = strchr(pen->p, ']');
    if (pen->p[1] == '[' && end && end[1] == ']') {
        char *name = format("%.*s", (int)(end - pen->p) - 2, pen->p + 2);
        const int i = find_fragment(pen->b, name);
        if (i < 0)
            complain(pen->b, pen->c->text.path, pen->line,
                     "no fragment [%s]", name);
        else
            write_html(pen->out, fragment_link(pen->b, i));
        pen->p = end + 2;
        return;
    }
    for (int depth = 0; close && end != close; close = NULL)
        for (const char *q = pen->p; q < close; q++) {
            depth += (*q == '[') - (*q == ']');
            if (!depth)
                break;
        }
    if (!close || memchr(pen->p, '\0', (size_t)(close - pen->p))) {
        write_word(pen->out, 't', pen->p++, 1);
        return;
    }
    const size_t len = strcspn(close + 2, ")\n ");
    char *url = target(pen->b, pen->c, format("%.*s", (int)len, close + 2),
                       pen->line);
    char *text = format("%.*s", (int)(close - pen->p) - 1, pen->p + 1);
    write_html(pen->out, format("<a href=\"%s\">", escape(url)));
    fputs(inline_text(pen->b, pen->c, text, pen->line), pen->out);
    write_html(pen->out, "</a>");
    pen->p = close + 2 + len + (close[2 + len] == ')');
}

/* What begins a line and is Doxygen's business: list marks, quotes, rules. */
static void line_start(struct pen *pen)
{
    const char *p = pen->p;
    size_t n = strspn(p, " ");
    const size_t rule = strspn(p + n, "|-: ");
    const size_t digits = strspn(p + n, "0123456789");
    if (rule >= 3 && (p[n + rule] == '\n' || !p[n + rule]))
        n += rule;
    else if (p[n] && strchr("*-+>", p[n]) && p[n + 1] == ' ')
        n += 2;
    else if (digits && p[n + digits] == '.' && p[n + digits + 1] == ' ') {
        const char *first = pen->start + strspn(pen->start, " ");
        if (p > pen->start && !isdigit((unsigned char)*first))
            complain(pen->b, pen->c->text.path, pen->line, "a number and a "
                     "full stop at the start of a line: it becomes a list");
        n += digits + 2;
    }
    fwrite(p, 1, n, pen->out);
    pen->p += n;
}

/* <https://…>: the address is its own text. */
static void address(struct pen *pen)
{
    const size_t len = strcspn(pen->p + 1, "> \n");
    const char *url = escape(format("%.*s", (int)len, pen->p + 1));
    write_html(pen->out, format("<a href=\"%s\">%s</a>", url, url));
    pen->p += len + 2;
}

/* Does a unit begin here? It is not parted from its number. */
static bool is_unit(const char *s)
{
    static const char *const units[] = {"%", "B", "kB", "MB", "GB", "TB", "KiB",
                                        "MiB", "GiB", "TiB", "ms", "GHz"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (starts_with(s, units[i])
            && !isalnum((unsigned char)s[strlen(units[i])]))
            return true;
    return false;
}

/* The blank, or the end of a line, between a number and its unit. */
static bool before_unit(const struct pen *pen)
{
    if (pen->p == pen->start || (*pen->p != ' ' && *pen->p != '\n'))
        return false;
    const char before = pen->p[-1];
    return (isdigit((unsigned char)before) || before == '$')
           && is_unit(pen->p + 1);
}

static void no_break(struct pen *pen)
{
    fputs("\u00a0", pen->out);
    pen->line += *pen->p == '\n';
    pen->p++;
}

static void one_char(struct pen *pen)
{
    const char c = *pen->p, before = pen->p > pen->start ? pen->p[-1] : ' ';
    if (c == '<' && (isalpha((unsigned char)pen->p[1]) || pen->p[1] == '/'))
        complain(pen->b, pen->c->text.path, pen->line,
                 "raw HTML (or write `<x>`)");
    if (c == '!' && pen->p[1] == '[')
        complain(pen->b, pen->c->text.path, pen->line,
                 "a figure stands on a line of its own");
    if (strchr("@#%~&<>\\_:\"^", c)
        || (c == '-' && (pen->p[1] == '-' || before == '-')))
        write_word(pen->out, 't', &c, 1);
    else
        fputc(c, pen->out);
    pen->line += c == '\n';
    pen->p++;
    if (c == '\n')
        line_start(pen);
}

/* The text of a paragraph, heading or caption as Doxygen may see it. */
char *inline_text(struct book *b, const struct chapter *c, const char *s,
                  int line)
{
    char *text;
    size_t n;
    struct pen pen = {.b = b, .c = c, .start = s, .p = s, .line = line};
    pen.out = open_text(&text, &n);
    line_start(&pen);
    while (*pen.p)
        if (*pen.p == '\\' && pen.p[1] && ispunct((unsigned char)pen.p[1])) {
            write_word(pen.out, 't', pen.p + 1, 1);
            pen.p += 2;
        } else if (starts_with(pen.p, "```")) {
            complain(b, c->text.path, pen.line,
                     "``` must be the start of a line");
            pen.p += 3;
        } else if (starts_with(pen.p, "``"))
            span(&pen, "``", 'c');
        else if (*pen.p == '`')
            span(&pen, "`", 'c');
        else if (starts_with(pen.p, "$$"))
            span(&pen, "$$", 'd');
        else if (*pen.p == '$')
            span(&pen, "$", 'm');
        else if (*pen.p == '*')
            star(&pen);
        else if (starts_with(pen.p, "<http"))
            address(&pen);
        else if (before_unit(&pen))
            no_break(&pen);
        else if (*pen.p == '[')
            bracket(&pen);
        else
            one_char(&pen);
    if (pen.strong || pen.emphasis)
        complain(b, c->text.path, line, "%s opens here and never closes",
                 pen.strong ? "**" : "*");
    fclose(pen.out);
    return text;
}
