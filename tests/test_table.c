/* Tables: names, rows, gaps, remarks, and which line is wrong. */
#include "cli/table.h"

#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_text(struct table *t, const char *text, size_t size,
                      struct arena *arena, struct error *err)
{
    char path[128];
    temp_path(path, "table.txt");
    write_bytes(path, text, size);
    bool ok = table_read(t, path, arena, err);
    remove(path);
    return ok;
}

Test(table, columns_have_names_and_gaps)
{
    static const char text[] = "# measured twice\r\n  x\tone two # names\n\n"
                               "1 2 3\r\n4 - 6 # one is missing\n7 nan -9";
    struct table t;
    struct error err;
    struct arena arena = { 0 };
    cr_assert(read_text(&t, text, strlen(text), &arena, &err), "%s",
              err.message);
    cr_assert(t.series == 2 && t.n == 3);
    cr_assert_str_eq(t.names[0], "one");
    cr_assert_str_eq(t.names[1], "two");
    static const float x[] = { 1, 4, 7 }, two[] = { 3, 6, -9 };
    for (int i = 0; i < 3; i++)
        cr_assert(t.x[i] == x[i] && t.y[3 + i] == two[i]
                  && (i == 0 ? t.y[i] == 2 : isnan(t.y[i])), "line %d", i);
    arena_free(&arena);
}

Test(table, the_wrong_line_is_named)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "x y\n1 2\n\n3\n", "table.txt:4: expected 2 numbers" },
        { "x y\n1 2 3\n", "table.txt:2: expected 2 numbers" },
        { "x y z\n1 2 q\n", "table.txt:2: expected 3 numbers" },
        { "x y\n1 2e\n", "table.txt:2: expected 2 numbers" },
        { "x y\n", "table.txt: expected a line of names and lines" },
        { "x\n1\n", "table.txt: expected a line of names and lines" },
        { "", "table.txt: expected a line of names and lines" },
    };
    struct arena arena = { 0 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct table t;
        struct error err;
        const char *text = cases[i].text;
        cr_assert_not(read_text(&t, text, strlen(text), &arena, &err));
        cr_assert(strstr(err.message, cases[i].says), "%s", err.message);
    }
    struct table t;
    struct error err;
    cr_assert_not(read_text(&t, "x y\n1 2\0\n3 4\n", 12, &arena, &err));
    cr_assert(strstr(err.message, "found a byte 0"), "%s", err.message);
    arena_free(&arena);
}

/* As many numbers as a text of its length can hold. */
Test(table, a_dense_table_fits)
{
    char text[4000] = "x y\n";
    struct table t;
    struct error err;
    struct arena arena = { 0 };
    for (int i = 0; i < 900; i++)
        memcpy(text + 4 + 4 * i, "1 2\n", 4);
    cr_assert(read_text(&t, text, 4 + 4 * 900 - 1, &arena, &err));
    cr_assert(t.n == 900 && t.x[899] == 1 && t.y[899] == 2);
    arena_free(&arena);
}

/* The picture of a table given on standard input. */
static char *plot(const char *kind, const char *lines, size_t *size)
{
    char path[128];
    temp_path(path, "plot.png");
    v4_well("plot - --kind %s -o %s <<'END'\n%s\nEND", kind, path, lines);
    char *png = read_bytes(path, size);
    remove(path);
    return png;
}

/* The first column places the points of a line. */
Test(table, a_line_is_drawn_over_its_x)
{
    size_t a, b;
    char *even = plot("line", "x y\n0 1\n1 2\n2 4", &a);
    char *uneven = plot("line", "x y\n0 1\n1 2\n9 4", &b);
    cr_assert(a != b || memcmp(even, uneven, a) != 0);
    free(even);
    free(uneven);
}
