/* Files into memory, sources into fragments, chapters into items. */
#include "weave.h"

#include <ctype.h>
#include <glob.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void complain(struct book *b, const char *path, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "%s:%d: ", path, line + 1);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    b->errors++;
}

/* Room for one more element after n: doubles at every power of two. */
void *grow(void *array, int n, size_t size)
{
    if (n & (n - 1))
        return array;
    array = realloc(array, (n ? 2 * (size_t)n : 1) * size);
    if (!array)
        abort();
    return array;
}

char *format(const char *fmt, ...)
{
    char *s = NULL;
    va_list ap;
    va_start(ap, fmt);
    if (vasprintf(&s, fmt, ap) < 0)
        abort();
    va_end(ap);
    return s;
}

/* A stream into memory: *s is the text once the stream is closed. */
FILE *open_text(char **s, size_t *n)
{
    FILE *out = open_memstream(s, n);
    if (!out)
        abort();
    return out;
}

bool is_blank(const char *s)
{
    return s[strspn(s, " \t\r")] == '\0';
}

bool starts_with(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool read_text(struct book *b, struct text *t, const char *path)
{
    FILE *in = fopen(path, "r");
    *t = (struct text){.path = format("%s", path)};
    if (!in) {
        complain(b, path, 0, "cannot be read");
        return false;
    }
    char *line = NULL;
    size_t room = 0;
    for (ssize_t len; (len = getline(&line, &room, in)) >= 0; t->n++) {
        line[strcspn(line, "\n")] = '\0';
        if (memchr(line, '\t', (size_t)len)    /* output has what it has */
            && !starts_with(path, "notebooks_md/"))
            complain(b, path, t->n, "a tab");
        if (len > 1 && line[strlen(line) - 1] == ' ')
            complain(b, path, t->n, "a blank at the end of the line");
        t->line = grow(t->line, t->n, sizeof *t->line);
        t->owner = grow(t->owner, t->n, sizeof *t->owner);
        t->line[t->n] = format("%s", line);
        t->owner[t->n] = -1;
    }
    free(line);
    fclose(in);
    return true;
}

int find_fragment(const struct book *b, const char *name)
{
    for (int i = 0; i < b->n_frags; i++)
        if (!strcmp(b->frags[i].name, name))
            return i;
    return -1;
}

/* Is this line a marker of the kind "//>" or "//<"?  Its name and title. */
static bool is_marker(const char *line, const char *kind, char **name,
                      char **title)
{
    const char *p = line + strspn(line, " ");
    if (!starts_with(p, kind))
        return false;
    p += 3;
    p += strspn(p, " ");
    size_t len = *p == '[' ? strcspn(p, "]") : 0;
    if (!len || p[len] != ']')
        return false;
    *name = format("%.*s", (int)len - 1, p + 1);
    p += len + 1;
    *title = format("%s", p + strspn(p, " "));
    return true;
}

static int open_fragment(struct book *b, int file, int line, int parent,
                         char *name, char *title)
{
    const struct text *t = &b->src[file];
    const int old = find_fragment(b, name);
    if (old >= 0)
        complain(b, t->path, line, "fragment [%s] is already at %s:%d", name,
                 b->src[b->frags[old].file].path, b->frags[old].open + 1);
    b->frags = grow(b->frags, b->n_frags, sizeof *b->frags);
    struct fragment *f = &b->frags[b->n_frags];
    *f = (struct fragment){.name = name, .title = title, .file = file,
                           .open = line, .close = line, .parent = parent,
                           .chapter = -1};
    f->indent = parent < 0 ? 0 : (int)strspn(t->line[line], " ");
    f->data = starts_with(title, "data:");
    if (f->data)
        f->title += 5 + strspn(title + 5, " ");
    return b->n_frags++;
}

/* Find the fragments of one source file; `at` is the innermost open one. */
static void cut_source(struct book *b, int file)
{
    struct text *t = &b->src[file];
    char *name, *title;
    int at = -1;
    for (int i = 0; i < t->n; i++) {
        if (is_marker(t->line[i], "//>", &name, &title)) {
            at = open_fragment(b, file, i, at, name, title);
        } else if (is_marker(t->line[i], "//<", &name, &title)) {
            if (at < 0 || strcmp(b->frags[at].name, name)) {
                complain(b, t->path, i, "[%s] closed, but [%s] is open", name,
                         at < 0 ? "nothing" : b->frags[at].name);
                continue;
            }
            b->frags[at].close = i;
            at = b->frags[at].parent;
        } else {
            t->owner[i] = at;
            if (at >= 0 && !is_blank(t->line[i]))
                b->frags[at].own++;
        }
    }
    for (; at >= 0; at = b->frags[at].parent) {
        complain(b, t->path, b->frags[at].open, "[%s] is never closed",
                 b->frags[at].name);
        b->frags[at].close = t->n;
    }
}

static void read_sources(struct book *b, const char *pattern)
{
    glob_t g;
    if (glob(pattern, 0, NULL, &g))
        return;
    for (size_t i = 0; i < g.gl_pathc; i++) {
        b->src = grow(b->src, b->n_src, sizeof *b->src);
        if (read_text(b, &b->src[b->n_src], g.gl_pathv[i]))
            cut_source(b, b->n_src++);
    }
    globfree(&g);
}

/* "chapters/16-compressor.md" is chapter 16, "compressor", and so is its
 * notebook of the same name. */
static bool read_chapter(struct book *b, struct chapter *c, const char *path)
{
    *c = (struct chapter){.notebook = starts_with(path, "notebooks_md/")};
    if (!read_text(b, &c->text, path))
        return false;
    const char *name = strrchr(path, '/') + 1;
    c->number = (int)strtol(name, NULL, 10);
    c->stem = format("%s", name + 3);
    c->stem[strcspn(c->stem, ".")] = '\0';
    c->id = c->number ? format("%s_%02d_%s", c->notebook ? "nb" : "ch",
                               c->number, c->stem) : format("index");
    for (char *p = c->id; *p; p++)
        *p = *p == '-' ? '_' : *p;
    c->title = c->text.n && starts_with(c->text.line[0], "# ")
                   ? c->text.line[0] + 2 : c->stem;
    for (int i = 0; i < c->text.n && i < 5; i++)
        c->prose |= !strcmp(c->text.line[i], "^prose");
    c->prose |= !c->number || c->notebook;
    return true;
}

static void read_parts(struct book *b, const char *path)
{
    struct text t;
    if (!read_text(b, &t, path))
        return;
    for (int i = 0; i < t.n; i++) {
        struct part p = {0};
        int at = 0;
        if (sscanf(t.line[i], "%d %d %n", &p.first, &p.last, &at) < 2)
            continue;
        p.title = t.line[i] + at;
        b->parts = grow(b->parts, b->n_parts, sizeof p);
        b->parts[b->n_parts++] = p;
    }
}

void read_book(struct book *b)
{
    glob_t g;
    read_sources(b, "src/*.[ch]");
    read_sources(b, "src/*/*.[ch]");
    read_sources(b, "src/*/*/*.[ch]");
    read_parts(b, "book/parts.txt");
    if (!glob("chapters/[0-9][0-9]-*.md", 0, NULL, &g))
        for (size_t i = 0; i < g.gl_pathc; i++) {
            b->chapters = grow(b->chapters, b->n_chapters,
                               sizeof *b->chapters);
            b->n_chapters += read_chapter(b, &b->chapters[b->n_chapters],
                                          g.gl_pathv[i]);
        }
    globfree(&g);
    if (!glob("notebooks_md/[0-9][0-9]-*.md", 0, NULL, &g))
        for (size_t i = 0; i < g.gl_pathc; i++) {
            b->notebooks = grow(b->notebooks, b->n_notebooks,
                                sizeof *b->notebooks);
            b->n_notebooks += read_chapter(b, &b->notebooks[b->n_notebooks],
                                           g.gl_pathv[i]);
        }
    globfree(&g);
}

int find_chapter(const struct book *b, const char *file_name)
{
    for (int i = 0; i < b->n_chapters; i++)
        if (!strcmp(strrchr(b->chapters[i].text.path, '/') + 1, file_name))
            return i;
    return -1;
}

/* "…/notebooks_md/16-compressor.md", from wherever one looks; or NULL. */
const struct chapter *find_notebook(const struct book *b, const char *path)
{
    const char *name = strstr(path, "notebooks_md/");
    for (int i = 0; name && i < b->n_notebooks; i++)
        if (!strcmp(b->notebooks[i].text.path, name))
            return &b->notebooks[i];
    return NULL;
}

/* Is this line not part of a paragraph? */
static enum item_kind line_kind(const char *s)
{
    if (starts_with(s, "```"))
        return FENCE;
    if (starts_with(s, "!["))
        return IMAGE;
    if (*s == '^')
        return COMMAND;
    const size_t level = strspn(s, "#");
    return level && level < 5 && s[level] == ' ' ? HEADING : TEXT;
}

/* The next item at or after line *at; paragraphs end at a blank line. */
bool next_item(const struct text *t, int *at, struct item *it)
{
    while (*at < t->n && is_blank(t->line[*at]))
        ++*at;
    if (*at >= t->n)
        return false;
    char *s = t->line[*at];
    *it = (struct item){.kind = line_kind(s), .first = *at, .last = *at};
    it->word = it->rest = s;
    if (it->kind == HEADING)
        it->rest = s + strspn(s, "# ");
    if (it->kind == COMMAND) {
        const size_t len = strcspn(s, " ");
        it->word = format("%.*s", (int)len, s);
        it->rest = s + len + strspn(s + len, " ");
    }
    if (it->kind == FENCE) {
        it->word = s + 3;
        while (++it->last < t->n && strcmp(t->line[it->last], "```"))
            ;
    }
    if (it->kind == TEXT)
        while (it->last + 1 < t->n && !is_blank(t->line[it->last + 1])
               && line_kind(t->line[it->last + 1]) == TEXT)
            it->last++;
    *at = it->last + 1;
    return true;
}

/* The anchor of a heading, as forges make it: lower case, blanks to '-'. */
char *slug(const char *heading)
{
    char *out = format("%s", heading), *to = out;
    for (const char *p = heading; *p; p++) {
        if (isalnum((unsigned char)*p) || *p == '_' || *p == '-')
            *to++ = (char)tolower((unsigned char)*p);
        else if (*p == ' ')
            *to++ = '-';
    }
    *to = '\0';
    return out;
}
