/* One chapter as a page for Doxygen: figures, code, exercises, the rest. */
#include "weave.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
            write_escaped(out, b->frags[next].title);
            fputs("⟩\n", out);
            line = b->frags[next].close;
            while (next < b->n_frags && b->frags[next].open < line
                   && b->frags[next].file == f->file)
                next++;
        } else {
            write_escaped(out, s + (indent < cut ? indent : cut));
            fputc('\n', out);
        }
    }
}

/* What is not read at first sight is shown folded, under this name. */
static const char *folded(const struct fragment *f, const char *path)
{
    const size_t len = strlen(f->name), tail = strlen("-includes");
    if (f->data)
        return "data";
    if (!strcmp(path + strlen(path) - 2, ".h"))
        return "interface";
    return len > tail && !strcmp(f->name + len - tail, "-includes")
               ? "includes" : NULL;
}

static void write_fragment(struct page *p, int i)
{
    const struct book *b = p->b;
    const struct fragment *f = &b->frags[i];
    const char *path = b->src[f->file].path, *title = escape(f->title);
    char *s;
    size_t n;
    FILE *out = open_text(&s, &n);
    fprintf(out, "<div class=\"frag\" id=\"frag-%s\"><div class=\"frag-head\">"
            "<a class=\"frag-title\" href=\"#frag-%s\">⟨%s⟩</a> <span class="
            "\"frag-src\">%s:%d–%d</span></div>", f->name, f->name, title,
            path, f->open + 2, f->close);
    const char *fold = folded(f, path);
    if (fold)
        fprintf(out, "<details><summary>%s, %d line%s</summary>", fold, f->own,
                f->own == 1 ? "" : "s");
    fputs("<pre class=\"code lang-c\">", out);
    fragment_code(out, b, i);
    fprintf(out, "</pre>%s<div class=\"frag-foot\">",
            fold ? "</details>" : "");
    if (f->parent >= 0)
        fprintf(out, "used in %s", fragment_link(b, f->parent));
    else
        fprintf(out, "part of %s", path);
    fputs("</div></div>", out);
    fclose(out);
    write_block(p->out, s);
}

/* What the commands of a notebook have drawn: -o $FIGURES/NAME.png */
static void write_drawn(struct page *p, const struct item *it)
{
    static const char mark[] = "$FIGURES/";
    for (int i = it->first + 1; i < it->last; i++) {
        const char *s = strstr(p->c->text.line[i], mark);
        if (!s)
            continue;
        s += strlen(mark);
        const size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-.");
        const char *path = format("figures/%.*s", (int)len, s);
        if (!access(path, R_OK))
            write_block(p->out,
                        format("<figure><div class=\"picture\"><a href=\"%s\">"
                               "<img src=\"%s\" alt=\"what the command draws"
                               "\"></a></div></figure>", path, path));
    }
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
    if (!strcmp(it->word, "c onepage") && it->last < t->n) {
        write_block(p->out, onepage(p->b, t, it->first + 1, it->last - 1));
        return;
    }
    char *s;
    size_t n;
    FILE *out = open_text(&s, &n);
    fprintf(out, "<pre class=\"code lang-%.*s\">",
            (int)strcspn(it->word, " "), it->word);
    for (int i = it->first + 1; i < it->last && i < t->n; i++) {
        write_escaped(out, t->line[i]);
        fputc('\n', out);
    }
    fputs("</pre>", out);
    fclose(out);
    write_block(p->out, s);
    if (p->c->notebook)
        write_drawn(p, it);
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
    write_block(p->out,
                format("<figure><div class=\"picture\"><a href=\"%s\">"
                       "<img src=\"%s\" alt=\"%s\"></a></div>"
                       "<figcaption>%s</figcaption></figure>",
                       path + 3, path + 3, escape(alt), caption));
}

/* ^diagram NAME Caption */
static void write_diagram(struct page *p, const struct item *it)
{
    char *name = format("%s", it->rest);
    const size_t len = strcspn(name, " ");
    const char *caption = name[len] ? name + len + 1 : "";
    name[len] = '\0';
    char *svg = diagram_svg(p->b, p->c, name, it->first, false);
    if (is_blank(caption))
        complain(p->b, p->c->text.path, it->first,
                 "^diagram NAME CAPTION is expected");
    if (svg)
        write_block(p->out,
                    format("<figure class=\"diagram\">%s<figcaption>%s"
                           "</figcaption></figure>", svg,
                           inline_text(p->b, p->c, caption, it->first)));
}

/* The whole model, small, with this chapter's part of it lit. */
static void write_map(struct page *p)
{
    if (!diagram_has(p->b, "model", p->c->number))
        return;
    char *svg = diagram_svg(p->b, p->c, "model", 0, true);
    if (svg)
        write_block(p->out, format("<figure class=\"diagram map\">%s"
                                   "</figure>", svg));
}

static void write_contents(struct page *p)
{
    struct book *b = p->b;
    struct item it;
    char *s;
    size_t n;
    FILE *out = open_text(&s, &n);
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
    write_block(p->out, s);
}

void write_index(struct book *b, FILE *to)
{
    char *s;
    size_t n;
    FILE *out = open_text(&s, &n);
    fputs("<table class=\"doxtable fragments\"><tr><th>fragment</th>"
          "<th>where</th><th>chapter</th></tr>", out);
    for (int i = 0; i < b->n_frags; i++) {
        const struct fragment *f = &b->frags[i];
        if (f->chapter >= 0)
            fprintf(out, "<tr><td>%s<br><code>%s</code></td><td>%s:%d–%d"
                    "</td><td>%02d</td></tr>\n", fragment_link(b, i), f->name,
                    b->src[f->file].path, f->open + 2, f->close,
                    b->chapters[f->chapter].number);
    }
    fputs("</table>", out);
    fclose(out);
    write_block(to, s);
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
    const int frag = find_fragment(p->b, code_name(it));
    if (!strcmp(it->word, "^end"))
        end_box(p, it);
    else if (!strcmp(it->word, "^toc"))
        write_contents(p);
    else if (!strcmp(it->word, "^diagram"))
        write_diagram(p, it);
    else if (!strcmp(it->word, "^index"))
        write_index(p->b, p->out);
    else if (!strcmp(it->word, "^code") && frag >= 0)
        write_fragment(p, frag);
    else if (!strcmp(it->word, "^answer") && p->box) {
        p->fences = format("%s^answer;", p->fences);
        if (!strcmp(p->box, "^break"))
            begin_answer(p);
        else
            write_block(p->out, format("<details class=\"answer\"><summary>"
                                       "Answer</summary>"));
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

/* The rooms of this chapter: its code, test, notebook and stage. */
static void write_rooms(struct page *p)
{
    const struct book *b = p->b;
    const struct chapter *c = p->c;
    char *test = format("tests/test_%s.c", c->stem);
    char *notebook = format("notebooks_md/%02d-%s.md", c->number, c->stem);
    char *s;
    size_t n;
    FILE *out = open_text(&s, &n);
    fputs("<p class=\"rooms\">", out);
    for (int i = 0, last = -1; i < b->n_frags; i++) {
        const struct fragment *f = &b->frags[i];
        if (f->chapter != c - b->chapters || f->file == last)
            continue;
        fprintf(out, "<a href=\"#frag-%s\">%s</a> · ", f->name,
                b->src[f->file].path);
        last = f->file;
    }
    if (!access(test, R_OK))
        fprintf(out, "<a href=\"../../../%s\">%s</a> · ", test, test);
    if (!access(notebook, R_OK))
        fprintf(out, "<a href=\"%s.html\">%s</a> · ",
                find_notebook(b, notebook)->id, notebook);
    fprintf(out, "<code>make stage-%02d</code></p>", c->number);
    fclose(out);
    write_block(p->out, s);
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
    if (c->notebook) {
        const int of = find_chapter(p->b, strrchr(c->text.path, '/') + 1);
        if (of >= 0)
            write_block(p->out, format("<nav class=\"neighbours\"><a class=\""
                                       "previous\" href=\"%s.html\">%s</a>"
                                       "</nav>", first[of].id,
                                       inline_text(p->b, c, first[of].title,
                                                   0)));
        return;
    }
    char *previous = "<span></span>", *next = "";
    if (c > first)
        previous = format("<a class=\"previous\" href=\"%s.html\">%s</a>",
                          c[-1].id, inline_text(p->b, c, c[-1].title, 0));
    if (c < last)
        next = format("<a class=\"next\" href=\"%s.html\">%s</a>", c[1].id,
                      inline_text(p->b, c, c[1].title, 0));
    write_block(p->out, format("<nav class=\"neighbours\">%s%s</nav>", previous,
                         next));
}

void write_chapter(struct book *b, FILE *out, const struct chapter *c)
{
    struct page p = {.b = b, .c = c, .out = out};
    struct item it;
    for (int at = 0; next_item(&c->text, &at, &it);) {
        if (it.kind == TEXT) {
            write_text(&p, &it);
            if (!p.paragraphs++ && !c->prose && c->number < APPENDIX) {
                write_rooms(&p);
                write_map(&p);
            }
        } else if (it.kind == HEADING)
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

/* A header with its `code` protected, since Doxygen would end a first sentence
 * at any full stop, even inside; and with <think> in a comment, no tag. */
bool write_header(struct book *b, FILE *out, const char *path)
{
    struct text t;
    if (!read_text(b, &t, path))
        return false;
    for (int i = 0; i < t.n; i++, fputc('\n', out)) {
        const char *include = strstr(t.line[i], "#include");
        for (const char *p = t.line[i]; *p;) {
            const char *end = *p == '`' ? strchr(p + 1, '`') : NULL;
            if (end)
                write_word(out, 'c', p + 1, (size_t)(end - p) - 1);
            else if (*p == '<' && isalpha((unsigned char)p[1 + (p[1] == '/')])
                     && !include
                     && p > t.line[i] && p[-1] != '/')
                write_word(out, 't', p, 1);
            else
                fputc(*p, out);
            p = end ? end + 1 : p + 1;
        }
    }
    return true;
}
