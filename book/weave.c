/* weave: the command.  See weave.h for what it is about. */
#include "weave.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const USAGE =
    "weave [-C DIR] --check       is every line shown once, every rule kept?\n"
    "weave [-C DIR] CHAPTER.md    the chapter, woven, for Doxygen\n"
    "weave [-C DIR] HEADER.h      the header, for Doxygen\n"
    "weave [-C DIR] --stage NN    the source files that belong to chapter NN\n"
    "weave [-C DIR] --index       the index of fragments\n"
    "weave [-C DIR] --map         chapters, parts and fragments as JSON\n";

/* What a stage is made of: see "Code" in README.md. */
static void print_stage(const struct book *b, int stage)
{
    for (int i = 0; i < b->n_src; i++) {
        const char *path = b->src[i].path;
        const int n = file_chapter(b, path);
        const bool always = starts_with(path, "src/base/")
                            || starts_with(path, "src/view/");
        if (always || (n >= 0 && n <= stage)
            || (n >= 90 && !starts_with(path, "src/cli/")))
            puts(path);
    }
}

static void json_string(const char *key, const char *s, const char *after)
{
    printf("\"%s\":\"", key);
    for (; *s; s++)
        printf(*s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    printf("\"%s", after);
}

static void print_chapters(struct book *b, const struct chapter *c, int n)
{
    for (int i = 0; i < n; i++, c++) {
        printf("%s{\"number\":%d,", i ? ",\n" : "", c->number);
        json_string("id", c->id, ",");
        json_string("stem", c->stem, ",");
        json_string("path", c->text.path, ",");
        json_string("title", inline_text(b, c, c->title, 0), "}");
    }
}

static void print_map(struct book *b)
{
    printf("{\"chapters\":[");
    print_chapters(b, b->chapters, b->n_chapters);
    printf("],\n\"notebooks\":[");
    print_chapters(b, b->notebooks, b->n_notebooks);
    printf("],\n\"parts\":[");
    for (int i = 0; i < b->n_parts; i++) {
        printf("%s{\"first\":%d,\"last\":%d,", i ? ",\n" : "",
               b->parts[i].first, b->parts[i].last);
        json_string("title", b->parts[i].title, "}");
    }
    printf("],\n\"fragments\":[");
    for (int i = 0; i < b->n_frags; i++) {
        const struct fragment *f = &b->frags[i];
        printf("%s{", i ? ",\n" : "");
        json_string("name", f->name, ",");
        json_string("title", f->title, ",");
        json_string("file", b->src[f->file].path, ",");
        json_string("marks", f->marks ? f->marks : "", ",");
        json_string("page", f->chapter < 0 ? ""
                            : b->chapters[f->chapter].id, "}");
    }
    puts("]}");
}

int main(int argc, char **argv)
{
    struct book b = {0};
    if (argc > 2 && !strcmp(argv[1], "-C")) {
        if (chdir(argv[2])) {
            perror(argv[2]);
            return 1;
        }
        argv += 2;
        argc -= 2;
    }
    if (argc < 2) {
        fputs(USAGE, stderr);
        return 2;
    }
    if (strlen(argv[1]) > 2 && !strcmp(argv[1] + strlen(argv[1]) - 2, ".h"))
        return !write_header(&b, stdout, argv[1]);
    read_book(&b);
    link_code(&b);
    if (!strcmp(argv[1], "--check")) {
        int lines = 0;
        check_book(&b);
        for (int i = 0; i < b.n_frags; i++)
            lines += b.frags[i].own;
        printf("weave: %d files, %d chapters, %d fragments, %d lines, %d "
               "errors\n", b.n_src, b.n_chapters, b.n_frags, lines, b.errors);
    } else if (!strcmp(argv[1], "--stage") && argc > 2) {
        print_stage(&b, atoi(argv[2]));
    } else if (!strcmp(argv[1], "--index")) {
        write_index(&b, stdout);
    } else if (!strcmp(argv[1], "--map")) {
        print_map(&b);
    } else {
        const char *slash = strrchr(argv[1], '/');
        const int i = find_chapter(&b, slash ? slash + 1 : argv[1]);
        const struct chapter *c = find_notebook(&b, argv[1]);
        if (!c && (i < 0 || strstr(argv[1], "notebooks_md/"))) {
            fprintf(stderr, "%s: neither chapter nor notebook\n", argv[1]);
            return 1;
        }
        write_chapter(&b, stdout, c ? c : &b.chapters[i]);
    }
    return b.errors != 0;
}
