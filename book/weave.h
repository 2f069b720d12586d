/* weave - puts the code into the book, and proves that all of it is there.
 *
 * The program under src/ is cut into fragments, each between an opening
 * marker  //> [name] Title  and a closing one  //< [name] .  They nest.  A
 * chapter shows a fragment with a line  ^code name .  See README.md for the
 * rest of what a chapter may say.
 *
 * Doxygen turns the woven chapter into a page.  Whatever Doxygen might
 * misread (code, formulas, a lone @ or <) is handed through it as one word,
 * "v4x" + kind + the bytes in hexadecimal + "z"; post.js unfolds the words.
 *
 * Memory is never given back: the tool reads, prints and ends. */
#ifndef V4_BOOK_WEAVE_H
#define V4_BOOK_WEAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { APPENDIX = 90 };     /* chapters from here on belong to it         */

/* A file as lines, with the innermost fragment of each (or -1). */
struct text {
    char *path;
    char **line;
    int *owner;
    int n;
};

struct fragment {
    char *name, *title;
    int file;               /* which of book.src                          */
    int open, close;        /* the lines of its markers, counted from 0   */
    int indent;             /* of the markers; 0 for an outermost one     */
    int parent;             /* the fragment around it, or -1              */
    int own;                /* non-blank lines that are not nested deeper */
    bool data;              /* a table: may be long, is shown folded      */
    int chapter, shown_at;  /* which of book.chapters shows it, and where */
    char *marks;            /* "1 text|2 text": equations at its lines    */
};

struct chapter {
    struct text text;
    int number;
    char *stem, *id, *title;
    bool prose, notebook;
};

struct part {
    int first, last;
    char *title;
};

struct book {
    struct text *src;
    struct fragment *frags;
    struct chapter *chapters, *notebooks;
    struct part *parts;
    int n_src, n_frags, n_chapters, n_notebooks, n_parts;
    int errors;
};

/* What a chapter consists of, in order. */
enum item_kind { TEXT, HEADING, FENCE, IMAGE, COMMAND };

struct item {
    enum item_kind kind;
    int first, last;        /* lines; of a fence with its two ```         */
    char *word;             /* COMMAND: its name; FENCE: the info string  */
    char *rest;             /* COMMAND: what follows; HEADING: its text   */
};

/* Where we are while writing a page. */
struct page {
    struct book *b;
    const struct chapter *c;
    FILE *out;
    const char *box;        /* the open ^goal, ^predict, …, or NULL       */
    int box_line;
    char *fences;           /* the fences seen since the box was opened   */
    int exercises, paragraphs;      /* so far                             */
};

/* weave_read.c: files into memory, cut into their pieces */
void complain(struct book *b, const char *path, int line, const char *fmt,
              ...) __attribute__((format(printf, 4, 5)));
void *grow(void *array, int n, size_t size);
char *format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
FILE *open_text(char **s, size_t *n);
bool is_blank(const char *s);
bool starts_with(const char *s, const char *prefix);
bool read_text(struct book *b, struct text *t, const char *path);
void read_book(struct book *b);
int find_fragment(const struct book *b, const char *name);
int find_chapter(const struct book *b, const char *file_name);
const struct chapter *find_notebook(const struct book *b, const char *path);
bool next_item(const struct text *t, int *at, struct item *it);
char *slug(const char *heading);

/* weave_check.c: is the book whole? */
void link_code(struct book *b);
char *code_name(const struct item *it);
void check_book(struct book *b);
int file_chapter(const struct book *b, const char *path);

/* weave_inline.c: the text inside a paragraph */
char *escape(const char *s);
void write_escaped(FILE *out, const char *s);
void write_word(FILE *out, char kind, const char *s, size_t n);
void write_html(FILE *out, const char *s);
void write_block(FILE *out, char *html);
char *fragment_link(const struct book *b, int i);
char *inline_text(struct book *b, const struct chapter *c, const char *s,
                  int line);

/* weave_page.c: one chapter as a page */
void write_chapter(struct book *b, FILE *out, const struct chapter *c);
void write_index(struct book *b, FILE *out);
bool write_header(struct book *b, FILE *out, const char *path);

/* weave_draw.c: book/diagrams/NAME.txt as SVG */
char *diagram_svg(struct book *b, const struct chapter *c, const char *name,
                  int line, bool lit);
bool diagram_has(struct book *b, const char *name, int number);

/* weave_onepage.c: pseudo-C that is held to the source */
char *onepage(struct book *b, const struct text *t, int first, int last);

/* weave_box.c: goals, asides, symbols, exercises */
void begin_box(struct page *p, const struct item *it);
void end_box(struct page *p, const struct item *it);
void begin_answer(struct page *p);

#endif
