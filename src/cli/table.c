//> [table-includes] What tables need
#include "cli/table.h"

#include "base/textfile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 28 }; /* of a table; some devices never end */

static const char BLANKS[] = " \t\r";
//< [table-includes]

//> [table-names] The first line: a name for each column
static void read_names(struct table *t, char *line, struct arena *arena)
{
    char *rest;
    t->names = arena_alloc(arena, strlen(line) / 2 + 1, sizeof *t->names);
    strtok_r(line, BLANKS, &rest); /* x has a name, too */
    for (char *w; (w = strtok_r(NULL, BLANKS, &rest));)
        t->names[t->series++] = w;
}
//< [table-names]

//> [table-line] A line of numbers; "-" or "nan" leaves a gap
static bool read_line(struct table *t, char *line, float *row)
{
    char *rest;
    int column = 0;
    for (char *w = strtok_r(line, BLANKS, &rest); w;
         w = strtok_r(NULL, BLANKS, &rest), column++) {
        char *end;
        bool gap = strcmp(w, "-") == 0;
        float value = gap ? strtof("nan", &end) : strtof(w, &end);
        if ((!gap && *end) || column > t->series)
            return false;
        row[column] = value;
    }
    return column == t->series + 1;
}
//< [table-line]

//> [table-rows] All lines, one after the other
/* Rows of 1 + series numbers, or NULL. A number and what parts it from the
   next are two bytes at least, so the text bounds the room. */
static float *read_rows(struct table *t, char *text, size_t size,
                        const char *path, struct arena *arena,
                        struct error *err)
{
    float *rows = NULL;
    size_t width = 0;
    char *line;
    for (int number = 1; (line = strsep(&text, "\n")); number++) {
        line[strcspn(line, "#")] = '\0';
        if (!line[strspn(line, BLANKS)])
            continue;
        if (!rows) {
            read_names(t, line, arena);
            width = (size_t)t->series + 1;
            rows = arena_floats(arena, size / 2 + width);
        } else if (!read_line(t, line, rows + (size_t)t->n++ * width)) {
            //> [table-complain] A line that is no row
            fail(err, "%s:%d: expected %zu numbers, as many as there are "
                 "names in the first line", path, number, width);
            return NULL;
            //< [table-complain]
        }
    }
    if (t->n == 0 || t->series == 0)
        fail(err, "%s: expected a line of names and lines of numbers", path);
    return t->n && t->series ? rows : NULL;
}
//< [table-rows]

//> [table-columns] Columns out of rows
static void set_columns(struct table *t, const float *rows,
                        struct arena *arena)
{
    size_t n = (size_t)t->n, width = (size_t)t->series + 1;
    t->x = arena_floats(arena, n);
    t->y = arena_floats(arena, n * (width - 1));
    for (size_t i = 0; i < n; i++) {
        t->x[i] = rows[i * width];
        for (size_t s = 1; s < width; s++)
            t->y[(s - 1) * n + i] = rows[i * width + s];
    }
}
//< [table-columns]

//> [table-read] Text, rows, columns
bool table_read(struct table *t, const char *path, struct arena *arena,
                struct error *err)
{
    *t = (struct table){ 0 };
    size_t size;
    char *text = strcmp(path, "-") == 0
        ? text_read_open(&size, STDIN_FILENO, "standard input", MOST_BYTES,
                         arena, err)
        : text_read(&size, path, MOST_BYTES, FILE_OR_STREAM, arena, err);
    if (!text)
        return false;
    if (strlen(text) != size)
        return fail(err, "%s: expected text, found a byte 0", path);
    float *rows = read_rows(t, text, size, path, arena, err);
    if (rows)
        set_columns(t, rows, arena);
    return rows;
}
//< [table-read]
