/* Tensors named on the command line, and the commands that look at them:
   show and diff. What is right is written beside what was packed. */
#include "base/array.h"

#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TINY "tiny_models/tiny-flash"

static int count_lines(const char *text)
{
    int n = 0;
    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

/* What show prints for one tensor of a file in the folder. */
static void assert_shown(const char *folder, const char *spec,
                         const char *numbers)
{
    const struct run *r = v4_well("show '%s/%s'", folder, spec);
    cr_assert_str_eq(r->out, numbers, "%s: %s", spec, r->out);
}

static void assert_no_show(const char *spec, const char *says)
{
    const struct run *r = v4("show '%s'", spec);
    cr_assert(r->status == 1 && strstr(r->err, says), "%s: %s", spec,
              r->err);
    cr_assert_str_empty(r->out);
}

Test(tensor_arg, show_gives_the_part_that_is_asked_for)
{
    const char *folder = make_folder();
    v4_well("pack x@2x3=1,2,3,4,5.5,6 ids:i32@2x1x2=7,8,9,10 -o '%s/a:b'",
            folder);
    assert_shown(folder, "a:b:x", "1 2 3\n4 5.5 6\n");
    assert_shown(folder, "a:b:x[1]", "4 5.5 6\n");
    assert_shown(folder, "a:b:x[0,2]", "3\n");
    assert_shown(folder, "a:b:x[1,0]", "4\n");
    assert_shown(folder, "a:b:ids[1]", "9 10\n");
    assert_shown(folder, "a:b:ids[0,0,1]", "8\n");
    remove_folder(folder);
    /* a model's files are one, of any type; one row is as in the whole */
    const struct run *r = v4_well("show " TINY ":layers.0.attn.wkv.weight");
    char *all = strdup(r->out), *row = strchr(all, '\n') + 1;
    *strchr(row, '\n') = '\0';
    r = v4_well("show " TINY ":layers.0.attn.wkv.weight[1]");
    cr_assert(strncmp(r->out, row, strlen(row)) == 0 && strlen(row) > 500);
    free(all);
    r = v4_well("show " TINY " --match 'norm.*'");
    cr_assert(count_lines(r->out) == 2 && strstr(r->out, "norm.weight"));
}

Test(tensor_arg, show_says_what_there_is_instead)
{
    assert_no_show(TINY ":norm.weigt", "found no tensor \"norm.weigt\" "
                   "among 432: ");
    assert_no_show(TINY ":norm.weigt", " norm.weight");
    assert_no_show(TINY "/model.safetensors:zzz", " norm.weight");
    assert_no_show(TINY "/config.json:x", "config.json: ");
    assert_no_show(TINY ":norm.weight[256]", "index 256 of axis 0, which "
                   "has 256 parts, 0 … 255");
    assert_no_show(TINY ":norm.weight[-1]", "index -1 of axis 0");
    assert_no_show(TINY ":norm.weight[99999999999999999999]", "of axis 0");
    assert_no_show(TINY ":norm.weight[0,0]", "\"[0,0]\" is no index of 1");
    assert_no_show(TINY ":norm.weight[0", "\"[0\" is no index");
    assert_no_show(TINY ":norm.weight[]", "\"[]\" is no index");
    assert_no_show("/none:x", "/none: ");
    assert_no_show("/none", "/none: ");
}

Test(tensor_arg, show_sums_up_every_piece)
{
    const char *folder = make_folder();
    char path[160];
    int n = 3 * 65536 + 5; /* more than is looked at together */
    float *x = calloc((size_t)n, sizeof *x);
    x[0] = -3;
    x[n - 1] = 4;
    struct array a = { "x", DTYPE_F32, 1, { n }, x };
    struct error err;
    snprintf(path, sizeof path, "%s/a", folder);
    cr_assert(array_file_write(path, &a, 1, NULL, &err));
    const struct run *r = v4_well("show %s", path);
    double least, most, rms;
    const char *line = strchr(r->out, ']');
    cr_assert(line && sscanf(line + 1, "%lf %lf %lf", &least, &most, &rms)
                      == 3, "%s", r->out);
    cr_assert(least == -3 && most == 4);
    cr_assert_float_eq(rms, sqrt(25.0 / n), 1e-6);
    free(x);
    remove_folder(folder);
}

/* max rel, rms rel, unequal of tensor x */
static void assert_distance(const char *folder, const char *a,
                            const char *b, double largest, double rms,
                            double unequal)
{
    double found[4];
    v4_well("pack x=%s -o %s/a", a, folder);
    v4_well("pack x=%s -o %s/b", b, folder);
    const struct run *r = v4_well("diff %s/a %s/b", folder, folder);
    const char *line = strstr(r->out, "\nx ");
    cr_assert(line && sscanf(line + 2, "%lf %lf %lf %lf", found, found + 1,
                             found + 2, found + 3) == 4, "%s", r->out);
    double right[] = { largest, rms, unequal };
    for (int i = 0; i < 3; i++)
        cr_assert(found[i + 1] == right[i]
                  || fabs(found[i + 1] - right[i]) < 5e-3 * right[i],
                  "%s and %s: %s", a, b, r->out);
}

Test(tensor_arg, diff_is_relative_to_the_second)
{
    const char *folder = make_folder();
    assert_distance(folder, "1,2", "1,2", 0, 0, 0);
    assert_distance(folder, "1,2", "2,4", 0.5, 0.5, 1);
    assert_distance(folder, "2,4", "1,2", 1, 1, 1);
    assert_distance(folder, "3,4,0,5", "3,-4,0,5", 1.6, 8 / sqrt(50), 0.25);
    assert_distance(folder, "1,0", "0,0", INFINITY, INFINITY, 0.5);
    assert_distance(folder, "nan,1", "nan,1", 0, 0, 0);
    assert_distance(folder, "nan,1", "2,1", INFINITY, INFINITY, 0.5);
    assert_distance(folder, "inf,1", "inf,1", 0, 0, 0);
    v4_well("pack x=1,2 y=1 -o %s/a", folder);
    v4_well("pack x=1,2,3 z=1 -o %s/b", folder);
    const struct run *r = v4_well("diff %s/a %s/b", folder, folder);
    cr_assert(strstr(r->out, "shapes differ: [2] and [3]"), "%s", r->out);
    cr_assert(count_lines(r->out) == 4, "%s", r->out);
    const char *y = strstr(r->out, "\ny "), *z = strstr(r->out, "\nz ");
    cr_assert(y && z && strstr(y, "/a\n") && strstr(z, "/b\n"), "%s",
              r->out);
    remove_folder(folder);
}

static void assert_escaped(const char *text)
{
    cr_assert(!strchr(text, 27) && strstr(text, "a\\x1b[2Jb"), "%s", text);
}

Test(tensor_arg, names_from_files_cannot_talk_to_the_terminal)
{
    const char *folder = make_folder();
    v4_well("pack \"$(printf 'a\\033[2Jb')=1\" -o %s/a", folder);
    v4_well("pack c=1 -o %s/b", folder);
    const struct run *r;
    r = v4("show %s/a", folder);
    assert_escaped(r->out);
    r = v4("diff %s/a %s/b", folder, folder);
    assert_escaped(r->out);
    r = v4("diff %s/b %s/a", folder, folder);
    assert_escaped(r->out);
    r = v4("show %s/a:x", folder);
    assert_escaped(r->err);
    remove_folder(folder);
}
