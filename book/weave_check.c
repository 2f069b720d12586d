/* Is the book whole?  Every rule of README.md that a machine can check. */
#include "weave.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CODE_COLUMNS = 80, PROSE_COLUMNS = 120, OWN_LINES = 25,
       TITLE_LENGTH = 60, EXERCISES = 4 };

static const char *const CONFIG = "tiny_models/configs/v4-flash.json";

static const char *const HEADINGS[] = {
    "The problem", "The equations", "The code", "A worked example",
    "The picture", "The experiment", "What the fast path changes",
    "In the real model", "Exercises", "Further reading",
};

static int columns(const char *s)
{
    int n = 0;
    for (; *s; s++)
        n += (*s & 0xC0) != 0x80;
    return n;
}

/* ^code NAME | 1 a piece of the line that does equation 1 | … */
char *code_name(const struct item *it)
{
    char *name = format("%s", it->rest);
    name[strcspn(name, " |")] = '\0';
    return name;
}

static void mark_code(struct book *b, struct fragment *f, const char *path,
                      const struct item *it)
{
    const struct text *t = &b->src[f->file];
    const char *p = strstr(it->rest, " | ");
    f->marks = format("%s", p ? p + 3 : "");
    for (; p; p = strstr(p, " | ")) {
        p += 3;
        const size_t number = strspn(p, "0123456789");
        const char *from = p + number + (p[number] == ' '), *end;
        end = strstr(from, " | ");
        char *piece = format("%.*s", (int)(end ? (size_t)(end - from)
                                               : strlen(from)), from);
        int found = 0;
        for (int i = f->open + 1; i < f->close; i++)
            found += t->owner[i] == f - b->frags && strstr(t->line[i], piece);
        if (!number || found != 1)
            complain(b, path, it->first, "[%s]: \"%s\" is in %d lines, "
                     "expected one", f->name, piece, found);
    }
}

/* Which chapter shows which fragment; the first showing counts. */
void link_code(struct book *b)
{
    struct item it;
    for (int c = 0; c < b->n_chapters; c++) {
        struct text *t = &b->chapters[c].text;
        for (int at = 0; next_item(t, &at, &it);) {
            if (it.kind != COMMAND || strcmp(it.word, "^code"))
                continue;
            const int i = find_fragment(b, code_name(&it));
            if (i < 0) {
                complain(b, t->path, it.first, "no fragment [%s]", it.rest);
            } else if (b->frags[i].chapter >= 0) {
                complain(b, t->path, it.first,
                         "[%s] is already shown at %s:%d", it.rest,
                         b->chapters[b->frags[i].chapter].text.path,
                         b->frags[i].shown_at + 1);
            } else {
                b->frags[i].chapter = c;
                b->frags[i].shown_at = it.first;
                mark_code(b, &b->frags[i], t->path, &it);
            }
        }
    }
}

static void check_lines(struct book *b, const struct text *t)
{
    for (int i = 0; i < t->n; i++) {
        const char *s = t->line[i], *p = s + strspn(s, " ");
        const bool marker = starts_with(p, "//> [") || starts_with(p, "//< [");
        const int n = columns(s);
        if (n > CODE_COLUMNS)
            complain(b, t->path, i, "%d columns, at most 80 fit", n);
        if (strstr(s, "⟨"))
            complain(b, t->path, i, "⟨ is kept for titles of fragments");
        if (marker || is_blank(s))
            continue;
        if (starts_with(p, "//>") || starts_with(p, "//<"))
            complain(b, t->path, i, "looks like a marker, but is none");
        if (t->owner[i] < 0)
            complain(b, t->path, i, "line outside every fragment");
        else if ((int)strspn(s, " ") < b->frags[t->owner[i]].indent)
            complain(b, t->path, i, "indented less than the marker of [%s]",
                     b->frags[t->owner[i]].name);
    }
}

static bool good_name(const struct book *b, const struct fragment *f)
{
    const char *stem = strrchr(b->src[f->file].path, '/') + 1;
    bool begins = false;
    for (const char *p = stem; *p != '.'; p += *p == '_') {
        const size_t len = strcspn(p, "._");
        begins |= !strncmp(f->name, p, len);
        p += len;
    }
    return begins && f->name[strspn(f->name, "abcdefghijklmnopqrstuvwxyz"
                                             "0123456789-")] == '\0';
}

static void check_fragment(struct book *b, int i)
{
    const struct fragment *f = &b->frags[i];
    const char *path = b->src[f->file].path;
    const size_t len = strlen(f->title);
    if (f->chapter < 0)
        complain(b, path, f->open, "[%s] is shown in no chapter", f->name);
    if (!f->data && f->own > OWN_LINES)
        complain(b, path, f->open, "[%s] has %d lines of its own, at most %d",
                 f->name, f->own, OWN_LINES);
    if (f->close <= f->open + 1)
        complain(b, path, f->open, "[%s] is empty", f->name);
    if (!good_name(b, f))
        complain(b, path, f->open, "[%s]: a name begins with the stem and has "
                 "only a-z, 0-9, -", f->name);
    if (!len || f->title[len - 1] == '.')
        complain(b, path, f->open, "[%s] needs a title without a full stop",
                 f->name);
    if (columns(f->title) > TITLE_LENGTH)
        complain(b, path, f->open, "the title of [%s] has %d characters, at "
                 "most %d", f->name, columns(f->title), TITLE_LENGTH);
    if (f->parent >= 0 && f->indent < b->frags[f->parent].indent)
        complain(b, path, f->open, "[%s] is indented less than [%s] around it",
                 f->name, b->frags[f->parent].name);
    for (int j = 0; j < i; j++)
        if (!strcmp(f->title, b->frags[j].title))
            complain(b, path, f->open, "the title of [%s] is that of [%s]",
                     f->name, b->frags[j].name);
}

/* "src/a/b.h" and "src/a/b.c" are one thing and belong to one chapter. */
static bool same_stem(const char *a, const char *b)
{
    const size_t n = strcspn(a, ".");
    return n == strcspn(b, ".") && !strncmp(a, b, n);
}

/* The number of the chapter a file belongs to: the last below 90 that shows
 * some of it or of its header, else one of the appendix; -1 if nobody does. */
int file_chapter(const struct book *b, const char *path)
{
    int main_text = -1, appendix = -1;
    for (int i = 0; i < b->n_frags; i++) {
        const struct fragment *f = &b->frags[i];
        if (f->chapter < 0 || !same_stem(b->src[f->file].path, path))
            continue;
        const int n = b->chapters[f->chapter].number;
        int *which = n < APPENDIX ? &main_text : &appendix;
        *which = n > *which ? n : *which;
    }
    return main_text >= 0 ? main_text : appendix;
}

static void check_includes(struct book *b, const struct text *t)
{
    const int mine = file_chapter(b, t->path);
    if (mine < 0 || mine >= APPENDIX || strstr(t->path, "_back."))
        return;
    for (int i = 0; i < t->n; i++) {
        if (!starts_with(t->line[i], "#include \""))
            continue;
        char *path = format("src/%s", t->line[i] + 10);
        path[strcspn(path, "\"")] = '\0';
        const int other = file_chapter(b, path);
        if (other > mine && other < APPENDIX && !strstr(path, "_back."))
            complain(b, t->path, i, "chapter %02d needs %s, which chapter "
                     "%02d tells", mine, path, other);
    }
}

static bool has_word(const char *s, const char *word, size_t len)
{
    for (const char *p = s; (p = strstr(p, word)); p++) {
        const char before = p > s ? p[-1] : ' ', after = p[len];
        if (!isalnum((unsigned char)before) && before != '_'
            && !isalnum((unsigned char)after) && after != '_')
            return true;
    }
    return false;
}

static bool shown_in(const struct book *b, int chapter, const char *word)
{
    for (int s = 0; s < b->n_src; s++) {
        const struct text *t = &b->src[s];
        for (int i = 0; i < t->n; i++)
            if (t->owner[i] >= 0
                && b->frags[t->owner[i]].chapter == chapter
                && has_word(t->line[i], word, strlen(word)))
                return true;
    }
    return false;
}

static bool config_has(const char *key)
{
    static char *config;
    size_t room = 0;
    FILE *in = config ? NULL : fopen(CONFIG, "r");
    if (in && getdelim(&config, &room, '\0', in) < 0)
        config = NULL;
    if (in)
        fclose(in);
    return config && strstr(config, format("\"%s\":", key));
}

/* The cell of a table row, without its blanks; NULL if there is none. */
static char *cell(const char *row, int k)
{
    bool code = false, formula = false;
    for (const char *p = row, *from = row + 1; *p; p++) {
        code ^= *p == '`';
        formula ^= *p == '$' && !code;
        if (*p != '|' || p == row || code || formula)
            continue;
        if (!k--) {
            from += strspn(from, " ");
            while (p > from && p[-1] == ' ')
                p--;
            return format("%.*s", (int)(p - from), from);
        }
        from = p + 1;
    }
    return NULL;
}

/* Apply a check to every identifier inside the code spans of a cell. */
static void check_cell(struct book *b, int chapter, int line, char *cell_text,
                       bool config)
{
    const char *path = b->chapters[chapter].text.path;
    bool code = false;
    if (!strcmp(cell_text, "—"))
        return;
    if (!strchr(cell_text, '`'))
        complain(b, path, line, "`name` or — is expected, not \"%s\"",
                 cell_text);
    for (char *p = cell_text; *p;) {
        code ^= *p == '`';
        if (!code || (!isalpha((unsigned char)*p) && *p != '_')) {
            p++;
            continue;
        }
        size_t len = 0;
        while (isalnum((unsigned char)p[len]) || p[len] == '_')
            len++;
        const char *word = format("%.*s", (int)len, p);
        if (config && !config_has(word))
            complain(b, path, line, "%s has no key `%s`", CONFIG, word);
        if (!config && !shown_in(b, chapter, word))
            complain(b, path, line, "`%s` is not in this chapter's code",
                     word);
        p += len;
    }
}

static void check_symbols(struct book *b, int c, int at)
{
    const struct text *t = &b->chapters[c].text;
    int row = 0;
    for (; at < t->n && strcmp(t->line[at], "^end"); at++) {
        if (is_blank(t->line[at]) || row++ < 2)
            continue;
        char *name = cell(t->line[at], 1), *key = cell(t->line[at], 2);
        if (!key || !cell(t->line[at], 3) || cell(t->line[at], 4)) {
            complain(b, t->path, at, "a row of ^symbols has four cells");
            continue;
        }
        check_cell(b, c, at, name, false);
        check_cell(b, c, at, key, true);
    }
}

/* Anchors must be unique, template headings complete and in order. */
static void check_headings(struct book *b, int c)
{
    const struct chapter *ch = &b->chapters[c];
    const int n_headings = sizeof HEADINGS / sizeof *HEADINGS;
    int next = 0;
    struct item it, other;
    for (int at = 0; next_item(&ch->text, &at, &it);) {
        if (it.kind != HEADING)
            continue;
        if (starts_with(it.word, "# ") && it.first)
            complain(b, ch->text.path, it.first, "only the title has one #");
        for (int k = at; next_item(&ch->text, &k, &other);)
            if (other.kind == HEADING
                && !strcmp(slug(it.rest), slug(other.rest)))
                complain(b, ch->text.path, other.first,
                         "the same heading as in line %d", it.first + 1);
        for (int i = next; i < n_headings && !strncmp(it.word, "## ", 3); i++)
            if (starts_with(it.rest, HEADINGS[i])) {
                for (; next < i && !ch->prose; next++)
                    if (ch->number < APPENDIX)
                        complain(b, ch->text.path, it.first,
                                 "before this, \"## %s\"", HEADINGS[next]);
                next = i + 1;
                break;
            }
    }
    for (; next < n_headings && !ch->prose && ch->number < APPENDIX; next++)
        complain(b, ch->text.path, ch->text.n, "there is no \"## %s\"",
                 HEADINGS[next]);
}

static bool is_exercise(const struct item *it)
{
    return it->kind == COMMAND
           && (!strcmp(it->word, "^predict") || !strcmp(it->word, "^break")
               || !strcmp(it->word, "^build"));
}

/* The name of an exercise is its anchor: nobody else in the book has it. */
static void check_name(struct book *b, int c, const struct item *mine)
{
    struct item it;
    const size_t len = strcspn(mine->rest, " ");
    for (int other = 0; other <= c; other++) {
        const struct text *t = &b->chapters[other].text;
        for (int at = 0; next_item(t, &at, &it);) {
            if (other == c && it.first >= mine->first)
                return;
            if (is_exercise(&it) && !strcmp(it.word, mine->word)
                && strcspn(it.rest, " ") == len
                && !strncmp(it.rest, mine->rest, len))
                complain(b, b->chapters[c].text.path, mine->first,
                         "%s %.*s is already at %s:%d", it.word, (int)len,
                         it.rest, t->path, it.first + 1);
        }
    }
}

/* Does a file of this name stand anywhere in the source? */
static bool is_source(const struct book *b, const char *name)
{
    for (int i = 0; i < b->n_src; i++) {
        const char *slash = strrchr(b->src[i].path, '/');
        if (!strcmp(slash ? slash + 1 : b->src[i].path, name))
            return true;
    }
    return false;
}

/* A chapter leads with the component it is named after; a journey through
   all of them leads with the one whose code it shows first. */
static char *lead_stem(const struct book *b, const struct chapter *ch)
{
    struct item it;
    if (is_source(b, format("%s.c", ch->stem)))
        return ch->stem;
    for (int at = 0; next_item(&ch->text, &at, &it);)
        if (it.kind == COMMAND && !strcmp(it.word, "^code")) {
            int f = find_fragment(b, code_name(&it));
            const char *path = f < 0 ? "" : b->src[b->frags[f].file].path;
            const char *slash = strrchr(path, '/');
            char *name = format("%s", slash ? slash + 1 : path);
            name[strcspn(name, ".")] = '\0';
            return name;
        }
    return ch->stem;
}

/* One component, five rooms: beside the chapter a source file, a test, a
   notebook, and a figure that the chapter shows. */
static void check_rooms(struct book *b, const struct chapter *ch)
{
    char *stem = lead_stem(b, ch), *name = format("%s.c", stem);
    char *figure = format("(../figures/%02d-%s-", ch->number, ch->stem);
    bool shown = false;
    if (!is_source(b, name))
        complain(b, ch->text.path, 0, "there is no %s in src/", name);
    for (int i = 0; i < ch->text.n; i++)
        shown |= strstr(ch->text.line[i], figure) != NULL;
    if (!shown)
        complain(b, ch->text.path, 0, "shows no %s….png", figure + 4);
    name = format("tests/test_%s.c", stem);
    if (access(name, R_OK))
        complain(b, ch->text.path, 0, "there is no %s", name);
    name = format("notebooks_md/%02d-%s.md", ch->number, ch->stem);
    if (access(name, R_OK))
        complain(b, ch->text.path, 0, "there is no %s", name);
}

static void check_chapter(struct book *b, int c)
{
    const struct chapter *ch = &b->chapters[c];
    const struct text *t = &ch->text;
    int exercises = 0, symbols = 0, goals = 0;
    struct item it;
    if (!t->n || !starts_with(t->line[0], "# ")
        || (ch->number && (atoi(t->line[0] + 2) != ch->number
                           || !strstr(t->line[0], " · "))))
        complain(b, t->path, 0, "the first line must be \"# %02d · Title\"",
                 ch->number);
    for (int i = 0; i < t->n; i++)
        if (columns(t->line[i]) > PROSE_COLUMNS && *t->line[i] != '|'
            && *t->line[i] != '!' && !starts_with(t->line[i], "^diagram"))
            complain(b, t->path, i, "%d columns", columns(t->line[i]));
    for (int at = 0; next_item(t, &at, &it);) {
        if (it.kind != COMMAND)
            continue;
        exercises += is_exercise(&it);
        if (is_exercise(&it))
            check_name(b, c, &it);
        goals += !strcmp(it.word, "^goal");
        symbols += !strcmp(it.word, "^symbols");
        if (!strcmp(it.word, "^symbols"))
            check_symbols(b, c, at);
    }
    check_headings(b, c);
    if (ch->prose || ch->number >= APPENDIX)
        return;
    if (exercises < EXERCISES)
        complain(b, t->path, t->n, "%d exercises, at least %d are needed",
                 exercises, EXERCISES);
    check_rooms(b, ch);
    if (!goals)
        complain(b, t->path, 0, "there is no ^goal");
    if (!symbols)
        complain(b, t->path, 0, "there is no ^symbols table");
}

void check_book(struct book *b)
{
    FILE *nowhere = fopen("/dev/null", "w");
    for (int i = 0; i < b->n_src; i++)
        check_lines(b, &b->src[i]);
    for (int i = 0; i < b->n_frags; i++)
        check_fragment(b, i);
    for (int i = 0; i < b->n_src; i++)
        check_includes(b, &b->src[i]);
    for (int c = 0; c < b->n_chapters; c++) {
        check_chapter(b, c);
        write_chapter(b, nowhere, &b->chapters[c]);
    }
    for (int i = 0; i < b->n_notebooks; i++)
        write_chapter(b, nowhere, &b->notebooks[i]);
    fclose(nowhere);
}
