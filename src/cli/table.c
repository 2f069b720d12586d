//> [table-includes] What tables need
#include "cli/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char BLANKS[] = " \t\r\n";
//< [table-includes]

//> [table-names] The first line: a name for each column
static void read_names(struct table *t, char *line, struct arena *arena)
{
    size_t room = strlen(line) / 2 + 1;
    char *rest;
    t->names = arena_alloc(arena, room, sizeof *t->names);
    strtok_r(line, BLANKS, &rest); /* x has a name, too */
    for (char *w = strtok_r(NULL, BLANKS, &rest); w;
         w = strtok_r(NULL, BLANKS, &rest)) {
        size_t size = strlen(w) + 1;
        t->names[t->series++] = memcpy(arena_alloc(arena, size, 1), w,
                                       size);
    }
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
/* Rows of 1 + series numbers, in memory that grows; NULL and an error if a
   line is no row. */
static float *read_rows(struct table *t, FILE *in, const char *path,
                        struct arena *arena, struct error *err)
{
    char *line = NULL;
    float *rows = NULL;
    size_t size = 0, room = 0;
    for (int number = 1; getline(&line, &size, in) >= 0; number++) {
        line[strcspn(line, "#")] = '\0';
        if (!line[strspn(line, BLANKS)])
            continue;
        if (!t->names) {
            read_names(t, line, arena);
            continue;
        }
        size_t width = (size_t)t->series + 1, used = (size_t)t->n * width;
        //> [table-grow] Twice the room when it is full
        if (!rows || used + width > room) {
            room = 2 * (used + width);
            float *more = arena_floats(arena, room);
            if (rows)
                memcpy(more, rows, used * sizeof *rows);
            rows = more;
        }
        //< [table-grow]
        //> [table-complain] A line that is no row
        if (!read_line(t, line, rows + used)) {
            fail(err, "%s:%d: expected %zu numbers, as many as there are "
                 "names in the first line", path, number, width);
            rows = NULL;
            break;
        }
        //< [table-complain]
        t->n++;
    }
    free(line);
    return rows;
}
//< [table-rows]

//> [table-read] Columns out of rows
bool table_read(struct table *t, const char *path, struct arena *arena,
                struct error *err)
{
    *t = (struct table){ 0 };
    bool standard = strcmp(path, "-") == 0;
    FILE *in = standard ? stdin : fopen(path, "r");
    if (!in)
        return fail(err, "%s: cannot be opened", path);
    fail(err, "%s: expected a line of names and lines of numbers", path);
    float *rows = read_rows(t, in, path, arena, err);
    if (!standard)
        fclose(in);
    if (!rows || t->series < 1)
        return false;
    size_t n = (size_t)t->n, width = (size_t)t->series + 1;
    t->x = arena_floats(arena, n);
    t->y = arena_floats(arena, n * (width - 1));
    for (size_t i = 0; i < n; i++) {
        t->x[i] = rows[i * width];
        for (size_t s = 1; s < width; s++)
            t->y[(s - 1) * n + i] = rows[i * width + s];
    }
    return true;
}
//< [table-read]
