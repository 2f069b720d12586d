/* Boxes: ^goal, ^aside, ^symbols and the three kinds of exercises. */
#include "weave.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    write_block(p->out,
                format("<div class=\"exercise %s\" id=\"ex-%s\">"
                       "<div class=\"ex-head\"><a href=\"#ex-%s\">"
                       "Exercise %d.%d · %s</a> "
                       "<span class=\"ex-name\">%s</span></div>",
                       it->word + 1, name, name, p->c->number, number, kind,
                       name));
}

/* The lines of tests/mutants/NAME.mut, after the text of ^break; the test that
 * catches it begins the folded answer. */
void begin_answer(struct page *p)
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
    FILE *out = open_text(&s, &n);
    for (int i = 0; i < t.n; i++) {
        if (starts_with(t.line[i], "# "))
            sentence = format("%s%s ", sentence, t.line[i] + 2);
        else if (starts_with(t.line[i], "file: "))
            file = t.line[i] + 6;
        else if (starts_with(t.line[i], "test: "))
            test = t.line[i] + 6;
        else
            write_escaped(out, format("%s\n", t.line[i]));
    }
    fclose(out);
    write_block(p->out,
                format("<p class=\"mutant\">%s — in <code>%s</code>:</p>"
                       "<pre class=\"code lang-diff\">%s</pre>"
                       "<pre class=\"code lang-sh\">make mutants MUTANT=%s\n"
                       "</pre><details class=\"answer\"><summary>Answer, and "
                       "the test that catches it</summary><p class=\"do\">"
                       "Caught by <code>%s</code>.</p>",
                       escape(sentence), escape(file), s, name, escape(test)));
}

void begin_box(struct page *p, const struct item *it)
{
    if (p->box)
        complain(p->b, p->c->text.path, it->first, "%s inside %s of line %d",
                 it->word, p->box, p->box_line + 1);
    p->box = it->word;
    p->box_line = it->first;
    p->fences = "";
    if (!strcmp(it->word, "^goal") || !strcmp(it->word, "^aside")
        || !strcmp(it->word, "^symbols"))
        write_block(p->out, format("<div class=\"%s\">", it->word + 1));
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
        write_block(p->out,
                    format("<p class=\"do\">It replaces %s.</p>",
                           fragment_link(p->b, find_fragment(p->b, name))));
    if (is_blank(rest + len))
        complain(p->b, p->c->text.path, p->box_line,
                 "^build FRAGMENT SUITE[,SUITE] is expected");
    write_block(p->out,
                format("<pre class=\"code lang-sh\">"
                       "make exercise-%02d         # the skeletons into src/\n"
                       "make check-exercise-%02d   # must become green\n"
                       "make exercise-%02d-restore # the book's code again\n"
                       "</pre>", p->c->number, p->c->number, p->c->number));
}

void end_box(struct page *p, const struct item *it)
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
        write_block(p->out, format("</details>"));
    } else if (!strcmp(p->box, "^break")) {
        if (!strstr(p->fences, "^answer"))
            complain(p->b, p->c->text.path, p->box_line,
                     "^break has an ^answer: why does nothing else notice?");
        write_block(p->out, format("</details>"));
    } else if (!strcmp(p->box, "^build")) {
        end_build(p);
    }
    write_block(p->out, format("</div>"));
    p->box = NULL;
}
