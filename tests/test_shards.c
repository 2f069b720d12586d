/**
 * @file
 * Files of a checkpoint as one set of names: one file, several with an
 * index, and everything that can be wrong with them.
 */
#include "model/shards.h"
#include "support/broken.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All lines in one text, to compare and to print. */
static void lines(char *out, size_t room, const struct faults *f)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < f->count && used < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s\n",
                                 f->lines[i]);
}

/* Open the copy; every "@" of `want` stands for its folder. */
static void expect(const struct copy *c, const char *want)
{
    char found[8192], full[8192];
    size_t used = 0;
    for (const char *p = want; *p; p++)
        used += (size_t)snprintf(full + used, sizeof full - used, "%.*s",
                                 *p == '@' ? (int)strlen(c->dir) : 1,
                                 *p == '@' ? c->dir : p);
    full[used] = '\0';
    struct shards s;
    struct faults faults = { 0 };
    shards_open(&s, c->dir, &faults);
    lines(found, sizeof found, &faults);
    cr_assert_str_eq(found, full, "\nfound:\n%s\nexpected:\n%s", found,
                     full);
    shards_close(&s);
    faults_free(&faults);
}

Test(shards, one_file_and_two_files)
{
    static const char *const dirs[] = { "tiny_models/tiny-pro",
                                        "tiny_models/tiny-long" };
    for (int i = 0; i < 2; i++) {
        struct shards s;
        struct faults faults = { 0 };
        shards_open(&s, dirs[i], &faults);
        cr_assert_eq(faults.count, 0);
        cr_assert_eq(s.n_files, i + 1);
        int sum = 0;
        for (int k = 0; k < s.n_files; k++)
            sum += s.files[k].count;
        cr_assert_eq(s.n_tensors, sum);
        for (int k = 0; k < s.n_tensors; k++) {
            const struct array *a = s.tensors[k].array;
            cr_assert_eq(shards_find(&s, a->name), &s.tensors[k]);
            cr_assert_eq(array_find(&s.files[s.tensors[k].file], a->name),
                         a);
        }
        cr_assert_null(shards_find(&s, "no.such.tensor"));
        cr_assert_null(shards_find(&s, ""));
        shards_close(&s);
        shards_close(&s); /* twice does no harm */
    }
}

Test(shards, files_that_are_not_there)
{
    struct copy c;
    char path[256];
    copy_begin(&c, "tiny-long");
    expect(&c, "@/model.safetensors: cannot be read: "
               "No such file or directory\n");
    copy_write(&c, 3);
    expect(&c, "");
    copy_path(path, &c, "model-2.safetensors");
    remove(path);
    /* one line, though its tensors stand all over the index */
    expect(&c, "@/model-2.safetensors: cannot be read: "
               "No such file or directory\n");
    copy_path(path, &c, "model-3.safetensors");
    cr_assert_eq(truncate(path, 1000), 0);
    struct shards s;
    struct faults faults = { 0 };
    shards_open(&s, c.dir, &faults);
    cr_assert_eq(faults.count, 2);
    cr_assert(strstr(faults.lines[0], "model-2.safetensors: cannot be read"),
              "%s", faults.lines[0]);
    cr_assert(strstr(faults.lines[1], "model-3.safetensors: found a header "
                     "of"), "%s", faults.lines[1]);
    shards_close(&s);
    faults_free(&faults);
    copy_end(&c);
}

static const char INDEX[] = "model.safetensors.index.json";

Test(shards, the_index_is_wrong)
{
    struct copy c;
    char text[512], name[128], wrong[512], line[1024];
    copy_begin(&c, "tiny-long");
    copy_write(&c, 2);
    snprintf(name, sizeof name, "%s", c.arrays[0].name);
    snprintf(text, sizeof text, "\"%s\": \"model-1.", name);
    snprintf(wrong, sizeof wrong, "\"%s\": \"model-2.", name);
    copy_replace(&c, INDEX, text, wrong);
    snprintf(line, sizeof line, "%s: the index says it is in "
             "model-2.safetensors, but it is in @/model-1.safetensors\n",
             name);
    expect(&c, line);
    copy_replace(&c, INDEX, wrong, text);

    snprintf(wrong, sizeof wrong, "\"%s\": \"../model-1.", name);
    copy_replace(&c, INDEX, text, wrong);
    snprintf(line, sizeof line, "@/model.safetensors.index.json: %s is not "
             "given the name of a file beside it\n%s: the index says it is "
             "in ../model-1.safetensors, but it is in "
             "@/model-1.safetensors\n", name, name);
    expect(&c, line);
    copy_end(&c);
}

/* Broken, of another kind, or with nothing in it: three sentences. */
Test(shards, an_index_that_is_none)
{
    static const char none[] = "weight_map: found nothing, expected an "
                               "object {tensor: file}";
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "", "line 1, column 1: found the end, expected a value" },
        { "{\n\"weight_map\": {,", "line 2, column 16: found ',', expected "
                                   "a key in quotes" },
        { "[]", "found a list, expected a JSON object" },
        { "null", "found a word, expected a JSON object" },
        { "{}", none },
        { "{\"weight_map\": 7}", "weight_map: found 7, expected an object "
                                 "{tensor: file}" },
        { "{\"weight_map\": [\"a\"]}", "weight_map: found [\"a\"], expected "
                                      "an object {tensor: file}" },
        { "{\"weight_map\": {\"a\": \"b\", \"a\": \"c\"}}",
          "weight_map.a: found twice, expected once" },
    };
    struct copy c;
    char path[256], line[512];
    copy_begin(&c, "tiny-long");
    copy_write(&c, 1);
    copy_path(path, &c, INDEX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write_bytes(path, cases[i].text, strlen(cases[i].text));
        snprintf(line, sizeof line, "@/%s: %s\n", INDEX, cases[i].says);
        expect(&c, line);
    }
    const char odd[] = "{\"weight_map\": {\"a\": 7, \"b\": null}}";
    write_bytes(path, odd, strlen(odd));
    expect(&c, "@/model.safetensors.index.json: a is not given the name of "
               "a file beside it\n"
               "@/model.safetensors.index.json: b is not given the name of "
               "a file beside it\n");
    const char empty[] = "{\"weight_map\": {}}";
    write_bytes(path, empty, strlen(empty));
    expect(&c, "");
    copy_end(&c);
}

/* What is there and cannot be read is not absent, though the model in one
 * file beside it would be found. */
Test(shards, an_index_that_cannot_be_read, .timeout = 20)
{
    struct copy c;
    char path[256];
    copy_begin(&c, "tiny-long");
    copy_write(&c, 1);
    expect(&c, "");
    copy_path(path, &c, INDEX);
    cr_assert_eq(mkfifo(path, 0600), 0);
    expect(&c, "@/model.safetensors.index.json: found a pipe, expected a "
               "file\n");
    unlink(path);
    cr_assert_eq(mkdir(path, 0700), 0);
    expect(&c, "@/model.safetensors.index.json: found a folder, expected a "
               "file\n");
    rmdir(path);
    cr_assert_eq(symlink("nowhere", path), 0);
    expect(&c, "@/model.safetensors.index.json: cannot be read: No such "
               "file or directory\n");
    unlink(path);
    copy_end(&c);
}

/* One file of an index too many, and we stop opening. */
Test(shards, an_index_of_very_many_files)
{
    enum { MANY = 5000 };
    struct copy c;
    char path[256];
    char *text = malloc((size_t)MANY * 32 + 64), *end = text;
    copy_begin(&c, "tiny-long");
    copy_write(&c, 1);
    copy_path(path, &c, INDEX);
    end += sprintf(end, "{\"weight_map\":{\"\":\"\"");
    for (int i = 0; i < MANY; i++)
        end += sprintf(end, ",\"t%d\":\"f%d\"", i, i);
    end += sprintf(end, "}}");
    write_bytes(path, text, (size_t)(end - text));
    struct shards s;
    struct faults faults = { 0 };
    shards_open(&s, c.dir, &faults);
    cr_assert_eq(s.n_files, 4096);
    cr_assert_eq(faults.count, 1 + 4096 + 1);
    cr_assert(strstr(faults.lines[0], " is not given the name of a file"));
    cr_assert(strstr(faults.lines[4097], "found 4096 files or more"));
    shards_close(&s);
    faults_free(&faults);
    free(text);
    copy_end(&c);
}

/* norm.weight in both shards: both files are named. */
Test(shards, a_tensor_in_two_files)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    copy_add(&c, "norm.weight", DTYPE_BF16, 1, 128);
    for (int i = 0; i < c.count; i++)
        if (strcmp(c.arrays[i].name, "norm.weight") == 0
            && i % 2 == (c.count - 1) % 2 && i < c.count - 1) {
            struct array other = c.arrays[i - 1];
            c.arrays[i - 1] = c.arrays[i];
            c.arrays[i] = other;
            break;
        }
    copy_write(&c, 2);
    struct shards s;
    struct faults faults = { 0 };
    shards_open(&s, c.dir, &faults);
    cr_assert_geq(faults.count, 1);
    cr_assert(strstr(faults.lines[0], "norm.weight: stands in "), "%s",
              faults.lines[0]);
    cr_assert(strstr(faults.lines[0], "/model-1.safetensors"));
    cr_assert(strstr(faults.lines[0], "/model-2.safetensors"));
    shards_close(&s);
    faults_free(&faults);
    copy_end(&c);
}

/* One byte more of header, and floats begin at an odd address. */
Test(shards, misaligned_data)
{
    struct copy c;
    char path[256], line[1024];
    size_t size;
    copy_begin(&c, "tiny-long");
    copy_write(&c, 1);
    copy_path(path, &c, "model.safetensors");
    char *bytes = read_bytes(path, &size);
    uint64_t header;
    memcpy(&header, bytes, sizeof header);
    char *longer = malloc(size + 1);
    uint64_t more = header + 1;
    memcpy(longer, &more, sizeof more);
    memcpy(longer + 8, bytes + 8, header);
    longer[8 + header] = ' ';
    memcpy(longer + 9 + header, bytes + 8 + header, size - 8 - header);
    write_bytes(path, longer, size + 1);
    struct shards s;
    struct faults faults = { 0 };
    shards_open(&s, c.dir, &faults);
    cr_assert_eq(faults.count, 1);
    snprintf(line, sizeof line, "%s: tensor ", path);
    cr_assert_eq(strncmp(faults.lines[0], line, strlen(line)), 0, "%s",
                 faults.lines[0]);
    cr_assert(strstr(faults.lines[0], "expected a multiple of"), "%s",
              faults.lines[0]);
    shards_close(&s);
    faults_free(&faults);
    free(longer);
    free(bytes);
    copy_end(&c);
}
