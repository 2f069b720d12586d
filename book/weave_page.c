/* One chapter as a page for Doxygen: see weave.h for the words "v4x…z". */
#include "weave.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where we are while writing a page. */
struct page {
    struct book *b;
    const struct chapter *c;
    FILE *out;
    const char *box;        /* the open ^goal, ^predict, …, or NULL       */
    int box_line;
    char *fences;           /* the fences seen since the box was opened   */
    int exercises;
};

static void word(FILE *out, char kind, const char *s, size_t n)
{
    fprintf(out, "v4x%c", kind);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%02x", (unsigned char)s[i]);
    fputc('z', out);
}

static void html(FILE *out, const char *s)
{
    word(out, 'h', s, strlen(s));
}

static void block(FILE *out, char *s)
{
    fputs("\n\\htmlonly[block]", out);
    html(out, s);
    fputs("\\endhtmlonly\n\n", out);
    free(s);
}

static void escaped(FILE *out, const char *s)
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

static char *escape(const char *s)
{
    char *text;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    escaped(out, s);
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
    if (starts_with(file, "../") && access(file + 3, R_OK) == 0)
        return format("../../../%s", url + 3);
    const int other = find_chapter(b, file);
    const struct chapter *to = *file ? other < 0 ? NULL : &b->chapters[other]
                                     : c;
    if (!to || (*anchor && !has_anchor(to, anchor)))
        complain(b, c->text.path, line, "link to nowhere: %s", url);
    return to ? format("%s.html%s%s%s%s", to->id, *anchor ? "#" : "",
                       *anchor ? to->id : "", *anchor ? "_" : "", anchor)
              : format("#");
}

static char *fragment_link(const struct book *b, int i)
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

/* `code`, $formula$ or $$formula$$: from one mark to the next. */
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
    word(pen->out, kind, from, (size_t)(to - from));
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
        word(pen->out, 't', pen->p, (size_t)1 + two);
    } else {
        html(pen->out, format("<%s%s>", *on ? "/" : "", tag));
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
            html(pen->out, fragment_link(pen->b, i));
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
        word(pen->out, 't', pen->p++, 1);
        return;
    }
    const size_t len = strcspn(close + 2, ")\n ");
    char *url = target(pen->b, pen->c, format("%.*s", (int)len, close + 2),
                       pen->line);
    char *text = format("%.*s", (int)(close - pen->p) - 1, pen->p + 1);
    html(pen->out, format("<a href=\"%s\">", escape(url)));
    fputs(inline_text(pen->b, pen->c, text, pen->line), pen->out);
    html(pen->out, "</a>");
    pen->p = close + 2 + len + (close[2 + len] == ')');
}

/* What begins a line and is Doxygen's business: list marks, quotes, rules. */
static void line_start(struct pen *pen)
{
    const char *p = pen->p;
    size_t n = strspn(p, " ");
    const size_t rule = strspn(p + n, "|-: "), digits = strspn(p + n, "0123456789");
    if (rule >= 3 && (p[n + rule] == '\n' || !p[n + rule]))
        n += rule;
    else if (p[n] && strchr("*-+>", p[n]) && p[n + 1] == ' ')
        n += 2;
    else if (digits && p[n + digits] == '.' && p[n + digits + 1] == ' ')
        n += digits + 2;
    fwrite(p, 1, n, pen->out);
    pen->p += n;
}

/* <https://…>: the address is its own text. */
static void address(struct pen *pen)
{
    const size_t len = strcspn(pen->p + 1, "> \n");
    const char *url = escape(format("%.*s", (int)len, pen->p + 1));
    html(pen->out, format("<a href=\"%s\">%s</a>", url, url));
    pen->p += len + 2;
}

static void one_char(struct pen *pen)
{
    const char c = *pen->p;
    if (c == '<' && (isalpha((unsigned char)pen->p[1]) || pen->p[1] == '/'))
        complain(pen->b, pen->c->text.path, pen->line,
                 "raw HTML (or write `<x>`)");
    if (c == '!' && pen->p[1] == '[')
        complain(pen->b, pen->c->text.path, pen->line,
                 "a figure stands on a line of its own");
    if (strchr("@#%~&<>\\_:\"^", c)
        || (c == '-' && (pen->p[1] == '-' || pen->p[-(pen->p > pen->start)] == '-')))
        word(pen->out, 't', &c, 1);
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
    pen.out = open_memstream(&text, &n);
    line_start(&pen);
    while (*pen.p)
        if (*pen.p == '\\' && pen.p[1] && ispunct((unsigned char)pen.p[1])) {
            word(pen.out, 't', pen.p + 1, 1);
            pen.p += 2;
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

/* ---- blocks ---------------------------------------------------------- */

/* A fragment's text; nested fragments appear as their titles. */
static void fragment_code(FILE *out, const struct book *b, int i)
{
    const struct fragment *f = &b->frags[i];
    const struct text *t = &b->src[f->file];
    for (int line = f->open + 1, next = i + 1; line < f->close; line++) {
        const char *s = t->line[line];
        const size_t indent = strspn(s, " "), cut = (size_t)f->indent;
        if (next < b->n_frags && b->frags[next].file == f->file
            && b->frags[next].open == line) {
            fprintf(out, "%.*s⟨", b->frags[next].indent - f->indent, s);
            escaped(out, b->frags[next].title);
            fputs("⟩\n", out);
            line = b->frags[next].close;
            while (next < b->n_frags && b->frags[next].open < line
                   && b->frags[next].file == f->file)
                next++;
        } else {
            escaped(out, s + (indent < cut ? indent : cut));
            fputc('\n', out);
        }
    }
}

static void write_fragment(struct page *p, int i)
{
    const struct book *b = p->b;
    const struct fragment *f = &b->frags[i];
    const char *path = b->src[f->file].path, *title = escape(f->title);
    char *s;
    size_t n;
    FILE *out = open_memstream(&s, &n);
    fprintf(out, "<div class=\"frag\" id=\"frag-%s\"><div class=\"frag-head\">"
            "<a class=\"frag-title\" href=\"#frag-%s\">⟨%s⟩</a> <span class="
            "\"frag-src\">%s:%d–%d</span></div>", f->name, f->name, title,
            path, f->open + 2, f->close);
    if (f->data)
        fprintf(out, "<details><summary>%d lines of data</summary>", f->own);
    fputs("<pre class=\"code lang-c\">", out);
    fragment_code(out, b, i);
    fprintf(out, "</pre>%s<div class=\"frag-foot\">",
            f->data ? "</details>" : "");
    if (f->parent >= 0)
        fprintf(out, "used in %s", fragment_link(b, f->parent));
    else
        fprintf(out, "part of %s", path);
    fputs("</div></div>", out);
    fclose(out);
    block(p->out, s);
}

static void write_fence(struct page *p, const struct item *it)
{
    const struct text *t = &p->c->text;
    static const char *const known[] = {"c", "sh", "out", "json", "text",
                                        "diff", "c skeleton", "sh run"};
    bool ok = false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ok |= starts_with(it->word, known[i]);
    if (!ok)
        complain(p->b, t->path, it->first, "```%s: c, sh, out, json, text or "
                 "diff is expected", it->word);
    if (it->last >= t->n)
        complain(p->b, t->path, it->first, "``` is never closed");
    if (p->box)
        p->fences = format("%s%s;", p->fences, it->word);
    char *s;
    size_t n;
    FILE *out = open_memstream(&s, &n);
    fprintf(out, "<pre class=\"code lang-%.*s\">",
            (int)strcspn(it->word, " "), it->word);
    for (int i = it->first + 1; i < it->last && i < t->n; i++) {
        escaped(out, t->line[i]);
        fputc('\n', out);
    }
    fputs("</pre>", out);
    fclose(out);
    block(p->out, s);
}

/* ![alt](../figures/x.png "caption") */
static void write_image(struct page *p, const struct item *it)
{
    const char *s = it->word + 2, *mid = strstr(s, "](");
    const char *quote = mid ? strstr(mid, " \"") : NULL;
    const char *end = quote ? strrchr(quote + 2, '"') : NULL;
    if (!end || strcmp(end, "\")")) {
        complain(p->b, p->c->text.path, it->first,
                 "![alt](../figures/x.png \"caption\") is expected");
        return;
    }
    const char *alt = format("%.*s", (int)(mid - s), s);
    const char *path = format("%.*s", (int)(quote - mid) - 2, mid + 2);
    if (is_blank(alt))
        complain(p->b, p->c->text.path, it->first,
                 "the alternative text is missing");
    if (!starts_with(path, "../figures/") || access(path + 3, R_OK))
        complain(p->b, p->c->text.path, it->first, "no figure %s", path);
    char *caption = format("%.*s", (int)(end - quote) - 2, quote + 2);
    caption = inline_text(p->b, p->c, caption, it->first);
    block(p->out, format("<figure><div class=\"picture\"><a href=\"%s\">"
                         "<img src=\"%s\" alt=\"%s\"></a></div>"
                         "<figcaption>%s</figcaption></figure>", path + 3,
                         path + 3, escape(alt), caption));
}

static void write_contents(struct page *p)
{
    struct book *b = p->b;
    struct item it;
    char *s;
    size_t n;
    FILE *out = open_memstream(&s, &n);
    fputs("<div class=\"contents-list\">", out);
    for (int i = 0; i < b->n_parts; i++) {
        const struct part *part = &b->parts[i];
        bool any = false;
        for (int k = 0; k < b->n_chapters; k++) {
            const struct chapter *c = &b->chapters[k];
            if (c->number < part->first || c->number > part->last)
                continue;
            if (!any)
                fprintf(out, "<h3>%s</h3><dl>", part->title);
            any = true;
            fprintf(out, "<dt><a href=\"%s.html\">%s</a></dt>", c->id,
                    inline_text(b, c, c->title, 0));
            int at = 1;
            while (next_item(&c->text, &at, &it) && it.kind == COMMAND)
                ;
            fputs("<dd>", out);
            for (int l = it.first; it.kind == TEXT && l <= it.last; l++)
                fprintf(out, "%s\n",
                        inline_text(b, c, c->text.line[l], l));
            fputs("</dd>", out);
        }
        if (any)
            fputs("</dl>", out);
    }
    fputs("</div>", out);
    fclose(out);
    block(p->out, s);
}

void write_index(struct book *b, FILE *to)
{
    char *s;
    size_t n;
    FILE *out = open_memstream(&s, &n);
    fputs("<table class=\"doxtable fragments\"><tr><th>fragment</th><th>name"
          "</th><th>where</th><th>chapter</th></tr>", out);
    for (int i = 0; i < b->n_frags; i++) {
        const struct fragment *f = &b->frags[i];
        if (f->chapter >= 0)
            fprintf(out, "<tr><td>%s</td><td><code>%s</code></td><td>%s:%d–%d"
                    "</td><td>%02d</td></tr>\n", fragment_link(b, i), f->name,
                    b->src[f->file].path, f->open + 2, f->close,
                    b->chapters[f->chapter].number);
    }
    fputs("</table>", out);
    fclose(out);
    block(to, s);
}

/* ---- exercises ------------------------------------------------------- */

static void exercise_head(struct page *p, const struct item *it)
{
    const int number = ++p->exercises;
    char *kind = format("%s", it->word + 1);
    char *name = format("%s", it->rest);
    name[strcspn(name, " ")] = '\0';
    *kind = (char)toupper((unsigned char)*kind);
    if (!*name)
        complain(p->b, p->c->text.path, it->first, "%s needs a name",
                 it->word);
    block(p->out, format("<div class=\"exercise %s\" id=\"ex-%s\"><div class="
                         "\"ex-head\"><a href=\"#ex-%s\">Exercise %d.%d · %s"
                         "</a> <span class=\"ex-name\">%s</span></div>",
                         it->word + 1, name, name, p->c->number, number, kind,
                         name));
}

/* The lines of tests/mutants/NAME.mut, after the text of ^break. */
static void write_mutant(struct page *p)
{
    const struct text *c = &p->c->text;
    const char *name = c->line[p->box_line] + strlen("^break ");
    char *path = format("tests/mutants/%s.mut", name);
    struct text t;
    if (access(path, R_OK)) {
        complain(p->b, c->path, p->box_line, "no %s", path);
        return;
    }
    read_text(p->b, &t, path);
    char *s, *sentence = "", *file = "", *test = "";
    size_t n;
    FILE *out = open_memstream(&s, &n);
    for (int i = 0; i < t.n; i++) {
        if (starts_with(t.line[i], "# "))
            sentence = format("%s%s ", sentence, t.line[i] + 2);
        else if (starts_with(t.line[i], "file: "))
            file = t.line[i] + 6;
        else if (starts_with(t.line[i], "test: "))
            test = t.line[i] + 6;
        else
            escaped(out, format("%s\n", t.line[i]));
    }
    fclose(out);
    block(p->out, format("<p class=\"mutant\">%s — in <code>%s</code>:</p>"
                         "<pre class=\"code lang-diff\">%s</pre><pre class="
                         "\"code lang-sh\">make mutants MUTANT=%s\n</pre>"
                         "<details class=\"answer\"><summary>Which test "
                         "catches it?</summary><p><code>%s</code></p>"
                         "</details>", escape(sentence), escape(file), s, name,
                         escape(test)));
}

static void begin_box(struct page *p, const struct item *it)
{
    if (p->box)
        complain(p->b, p->c->text.path, it->first, "%s inside %s of line %d",
                 it->word, p->box, p->box_line + 1);
    p->box = it->word;
    p->box_line = it->first;
    p->fences = "";
    if (!strcmp(it->word, "^goal") || !strcmp(it->word, "^aside")
        || !strcmp(it->word, "^symbols"))
        block(p->out, format("<div class=\"%s\">", it->word + 1));
    else
        exercise_head(p, it);
}

static void end_build(struct page *p)
{
    const char *rest = p->c->text.line[p->box_line] + strlen("^build ");
    char *name = format("%s", rest);
    const size_t len = strcspn(name, " ");
    name[len] = '\0';
    if (!strstr(p->fences, "c skeleton;"))
        complain(p->b, p->c->text.path, p->box_line, "no ```c skeleton");
    if (find_fragment(p->b, name) < 0)
        complain(p->b, p->c->text.path, p->box_line, "no fragment [%s]", name);
    else
        block(p->out, format("<p class=\"do\">It replaces %s.</p>",
                             fragment_link(p->b, find_fragment(p->b, name))));
    if (is_blank(rest + len))
        complain(p->b, p->c->text.path, p->box_line,
                 "^build FRAGMENT SUITE[,SUITE] is expected");
    block(p->out, format("<pre class=\"code lang-sh\">make exercise-%02d       "
                         "  # puts the skeletons into src/\nmake check-"
                         "exercise-%02d   # must become green\nmake exercise-"
                         "%02d-restore # the book's code again\n</pre>",
                         p->c->number, p->c->number, p->c->number));
}

static void end_box(struct page *p, const struct item *it)
{
    if (!p->box) {
        complain(p->b, p->c->text.path, it->first, "^end of nothing");
        return;
    }
    if (!strcmp(p->box, "^predict")) {
        if (!strstr(p->fences, "sh") || !strstr(p->fences, "^answer")
            || !strstr(strstr(p->fences, "^answer"), "out"))
            complain(p->b, p->c->text.path, p->box_line, "^predict has a ```sh "
                     "block, then ^answer, then an ```out block");
        block(p->out, format("</details>"));
    } else if (!strcmp(p->box, "^break")) {
        write_mutant(p);
    } else if (!strcmp(p->box, "^build")) {
        end_build(p);
    }
    block(p->out, format("</div>"));
    p->box = NULL;
}

static void write_command(struct page *p, const struct item *it)
{
    static const char *const boxes[] = {"^goal", "^aside", "^symbols",
                                        "^predict", "^break", "^build"};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (!strcmp(it->word, boxes[i])) {
            begin_box(p, it);
            return;
        }
    const int frag = find_fragment(p->b, it->rest);
    if (!strcmp(it->word, "^end"))
        end_box(p, it);
    else if (!strcmp(it->word, "^toc"))
        write_contents(p);
    else if (!strcmp(it->word, "^index"))
        write_index(p->b, p->out);
    else if (!strcmp(it->word, "^code") && frag >= 0)
        write_fragment(p, frag);
    else if (!strcmp(it->word, "^answer") && p->box) {
        p->fences = format("%s^answer;", p->fences);
        block(p->out, format("<details class=\"answer\"><summary>Answer"
                             "</summary>"));
    } else if (strcmp(it->word, "^code") && strcmp(it->word, "^prose"))
        complain(p->b, p->c->text.path, it->first, "unknown %s", it->word);
}

/* ---- the page -------------------------------------------------------- */

static void write_text(struct page *p, const struct item *it)
{
    char *s = format("%s", "");
    for (int i = it->first; i <= it->last; i++)
        s = format("%s%s%s", s, p->c->text.line[i], i < it->last ? "\n" : "");
    fprintf(p->out, "%s\n\n", inline_text(p->b, p->c, s, it->first));
}

static void write_heading(struct page *p, const struct item *it)
{
    const struct chapter *c = p->c;
    char *text = inline_text(p->b, c, it->rest, it->first);
    if (it->first)
        fprintf(p->out, "%.*s %s {#%s_%s}\n\n",
                (int)strcspn(it->word, " "), it->word, text, c->id,
                slug(it->rest));
    else if (c->number)
        fprintf(p->out, "# %s {#%s}\n\n", text, c->id);
    else
        fprintf(p->out, "# %s {#mainpage}\n\n", text);
}

static void write_neighbours(struct page *p)
{
    const struct chapter *first = p->b->chapters, *c = p->c;
    const struct chapter *last = first + p->b->n_chapters - 1;
    char *previous = "<span></span>", *next = "";
    if (c > first)
        previous = format("<a class=\"previous\" href=\"%s.html\">%s</a>",
                          c[-1].id, inline_text(p->b, c, c[-1].title, 0));
    if (c < last)
        next = format("<a class=\"next\" href=\"%s.html\">%s</a>", c[1].id,
                      inline_text(p->b, c, c[1].title, 0));
    block(p->out, format("<nav class=\"neighbours\">%s%s</nav>", previous,
                         next));
}

void write_chapter(struct book *b, FILE *out, const struct chapter *c)
{
    struct page p = {.b = b, .c = c, .out = out};
    struct item it;
    for (int at = 0; next_item(&c->text, &at, &it);) {
        if (it.kind == TEXT)
            write_text(&p, &it);
        else if (it.kind == HEADING)
            write_heading(&p, &it);
        else if (it.kind == FENCE)
            write_fence(&p, &it);
        else if (it.kind == IMAGE)
            write_image(&p, &it);
        else
            write_command(&p, &it);
    }
    if (p.box)
        complain(b, c->text.path, p.box_line, "%s without ^end", p.box);
    write_neighbours(&p);
}
