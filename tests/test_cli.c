/* The program as its user meets it: what it says, what it writes, and what
   it leaves alone when something is wrong. */
#include "base/array.h"
#include "base/config.h"

#include "support/broken.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/program.h"
#include "support/tempfile.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TINY "tiny_models/tiny-flash"
#define DEMO "-f tiny_models/demo.txt"

static const char *const commands[] = {
    "info", "tokens", "prompt", "run", "chat", "trace", "layer", "unit",
    "heatmap", "atlas", "cost", "plot", "show", "diff", "pack", "make",
    "bench", "help",
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const char *const models[] = { "tiny-flash", "tiny-pro",
                                      "tiny-long" };

static bool fits_a_terminal(const char *text)
{
    for (; *text; text += strspn(text, "\n")) {
        size_t width = strcspn(text, "\n");
        if (width > 80)
            return false;
        text += width;
    }
    return true;
}

Test(cli, help_fits_a_terminal)
{
    const struct run *r = v4_well("help");
    cr_assert(fits_a_terminal(r->out), "%s", r->out);
    for (int i = 0; i < COMMANDS; i++)
        cr_assert_not_null(strstr(r->out, commands[i]));
    for (int i = 0; i < COMMANDS; i++) {
        r = v4_well("help %s", commands[i]);
        cr_assert(fits_a_terminal(r->out), "%s", r->out);
        char usage[64];
        snprintf(usage, sizeof usage, "usage: v4 %s ", commands[i]);
        cr_assert(strncmp(r->out, usage, strlen(usage)) == 0, "%s", r->out);
        char *copy = strdup(r->out);
        r = v4_well("%s --help", commands[i]);
        cr_assert_str_eq(r->out, copy);
        free(copy);
    }
    r = v4_well("unit list");
    cr_assert(fits_a_terminal(r->out), "%s", r->out);
    r = v4_well("help plot");
    cr_assert(strstr(r->out, "\n  --kind KIND ")
              && strstr(r->out, "\n  -o OUT "), "%s", r->out);
    cr_assert_null(strstr(r->out, "--seed"));
    v4_well("--help");
}

/* ---------------------------------------------------------- bad input */

struct complaint {
    const char *words; /* OUT stands for a path in an empty folder */
    int status;
    const char *says;
};

static const struct complaint usage[] = {
    { "", 2, "which command?" },
    { "frob", 2, "unknown command frob" },
    { "help frob", 2, "unknown command frob" },
    { "converse " TINY, 2, "unknown command converse" },
    { "run", 2, "too few arguments: v4 run MODEL INPUT" },
    { "run " TINY " more -p x", 2, "too many arguments: more" },
    { "run " TINY " -p x --frob", 2, "unknown option --frob" },
    { "run " TINY " -p x --deep", 2, "unknown option --deep" },
    { "run " TINY " -p x -z", 2, "unknown option -z" },
    { "run " TINY " -p x --n 3", 2, "unknown option --n" },
    { "run " TINY " -p x -seed", 2, "unknown option -seed" },
    { "run " TINY " -p x --see 1", 2, "unknown option --see" },
    { "run " TINY " -p x -n", 2, "-n needs a value: N" },
    { "run " TINY " -p x --stats=1", 2, "--stats takes no value" },
    { "run " TINY " -p x -n 1.5", 2, "-n: found \"1.5\"" },
    { "run " TINY " -p x -n 3x", 2, "-n: found \"3x\"" },
    { "run " TINY " -p x -n ''", 2, "-n: found \"\"" },
    { "run " TINY " -p x -n -1", 2, "-n: found \"-1\"" },
    { "run " TINY " -p x --chunk 0", 2, "--chunk: found \"0\"" },
    { "run " TINY " -p x --threads 0", 2, "--threads: found \"0\"" },
    { "run " TINY " -p x --temperature nan", 2, "--temperature: found" },
    { "run " TINY " -p x --temperature -1", 2, "--temperature: found" },
    { "run " TINY " -p x --top-p 0", 2, "--top-p: found \"0\"" },
    { "run " TINY " -p x --top-p 1.1", 2, "--top-p: found \"1.1\"" },
    { "run " TINY " -p x --seed -1", 2, "--seed: found \"-1\"" },
    { "run " TINY " -p x --seed 18446744073709551616", 2, "--seed: found" },
    { "run " TINY " -p x --numerics sloppy", 2,
      "--numerics: found \"sloppy\", expected exact or faithful" },
    { "run " TINY " -p x --without gravity", 2, "gravity" },
    { "run " TINY " -p x --kernels abacus", 2,
      "unknown kernel set \"abacus\"" },
    { "run " TINY " -p x --set hc_mult", 2, "expected KEY=VALUE" },
    { "run " TINY, 2, "found no prompt, expected one of" },
    { "run " TINY " -p x " DEMO, 2, "found several prompts" },
    { "run " TINY " --ids 1,two", 2, "--ids: found \"two\", exp" },
    { "run " TINY " --ids 99999999999", 2, "--ids: found \"999" },
    { "tokens " TINY, 2, "expected one of TEXT" },
    { "tokens " TINY " hallo --decode 1", 2, "expected one of TEXT" },
    { "trace " TINY " -p x", 2, "-o OUT is missing" },
    { "layer " TINY " --layer 0 -o OUT", 2, "--hidden FILE:NAME is" },
    { "layer " TINY " --hidden a:b -o OUT", 2, "--layer L is missing" },
    { "layer " TINY " --hidden a:b --layer 0", 2, "-o OUT is missing" },
    { "unit frob a -o OUT", 2, "unknown unit frob: v4 unit list" },
    { "unit rope -o OUT", 2, "IN.safetensors is missing" },
    { "unit rope a", 2, "-o OUT is missing" },
    { "heatmap " TINY " -p x -o OUT", 2, "--layer L is missing" },
    { "heatmap " TINY " -p x --layer 0", 2, "-o OUT is missing" },
    { "atlas " TINY " -p x", 2, "-o OUT is missing" },
    { "plot a:b -o OUT", 2, "--kind KIND is missing" },
    { "plot a:b --kind pie -o OUT", 2, "pie" },
    { "make --like v4-flash", 2, "-o OUT is missing" },
    { "pack x=1", 2, "-o OUT is missing" },
    { "pack x@2=1 -o OUT", 2, "as many numbers as the shape has" },
    { "pack x@65536x65536x65536x65536= -o OUT", 2, "as the shape has" },
    { "pack x:i32=1.5 -o OUT", 2, "as the shape has" },
    { "pack x:i32=99999999999 -o OUT", 2, "as the shape has" },
    { "pack x=1 x=2 -o OUT", 2, "x: the name is taken" },
    { "pack __metadata__=1 -o OUT", 2, "__metadata__: the name is taken" },
    { "make -o OUT", 2, "expected either CONFIG.json or --like" },
    { "make --like ../x -o OUT", 2, "--like: found \"../x\"" },
    { "info tiny_models/configs/v4-flash.json --deep", 2, "--deep needs" },
};

static const struct complaint failures[] = {
    { "run /none -p x", 1, "/none/config.json" },
    { "run " TINY " -p ''", 1, "the prompt is empty" },
    { "run " TINY " -f /dev/null", 1, "the prompt is empty" },
    { "run " TINY " --ids ''", 1, "the prompt is empty" },
    { "run " TINY " -f /none", 1, "/none: cannot be read: No such file" },
    { "run " TINY " -f /", 1, "/: found a folder, expected a file" },
    { "run " TINY " -f /dev/zero", 1, "/dev/zero: found more than 26" },
    { "run " TINY " --ids-file " TINY "/config.json", 1,
      "config.json: found \"{\", expected token ids" },
    { "run " TINY " --ids 1,256", 1, "token 1 has id 256: expected 0 … 255" },
    { "run " TINY " --ids=-1", 1, "token 0 has id -1: expected 0 … 255" },
    { "run " TINY " -p abcdef --context 5", 1,
      "6 tokens do not fit: position 0 of a context of 5" },
    { "run " TINY " -p x --set frob=1", 1, "frob" },
    { "run " TINY " -p x --set head_dim=0", 1, "head_dim: found 0" },
    { "run " TINY " -p x --set head_dim=128.5", 1, "head_dim: found 128.5" },
    { "run " TINY " -p x --set model_type=deepseek_v41", 1,
      "another architecture" },
    { "run " TINY " -p x --set model_type=llama", 1, "model_type" },
    { "tokens " TINY " --decode 256", 1, "found id 256, expected 0 … 255" },
    { "trace " TINY " -p x --mtp -o OUT", 1, "--mtp: found 1 token" },
    { "trace " TINY " -p x --match frob -o OUT", 1, "--match frob: no" },
    { "trace " TINY " -p x -o OUT/none/out", 1, "/none/out: cannot be" },
    { "trace " TINY " -p x -o /dev/full", 1, "/dev/full: cannot be written: "
      "No space left on device" },
    { "heatmap " TINY " -p abc --layer 5 -o OUT", 1,
      "--layer: found 5, expected 0 … 4" },
    { "heatmap " TINY " -p abc --layer 0 --head 4 -o OUT", 1,
      "--head: found 4, expected 0 … 3" },
    { "heatmap " TINY " -p abc --layer 0 -o /dev/full", 1, "/dev/full: " },
    { "heatmap " TINY " -p abc --layer 0 -o OUT/none/a", 1, "/none/a: " },
    { "atlas " TINY " -p abc -o /dev/full", 1, "/dev/full: " },
    { "plot /none.safetensors:x --kind line -o OUT", 1, "/none.safetensors" },
    { "plot tests/golden/components.safetensors:frob --kind line -o OUT", 1,
      "found no tensor \"frob\"" },
    { "plot tests/golden/components.safetensors:hc.h --kind line -o OUT", 1,
      "found shape [3, 4, 96], expected one or two axes" },
    { "plot /dev/zero --kind line -o OUT", 1, "/dev/zero: found more than" },
    { "plot /none --kind line -o OUT", 1, "/none: " },
    { "diff " TINY " /none", 1, "/none: " },
    { "unit rope tests/golden/components.safetensors --prefix frob -o OUT",
      1, "frob: found no tensor frob.x" },
    { "unit rope /none -o OUT", 1, "/none" },
    { "unit rmsnorm tests/golden/components.safetensors -o /dev/full", 1,
      "/dev/full: cannot be written" },
    { "layer " TINY " --layer 9 --hidden a:b -o OUT", 1,
      "--layer: found 9, expected 0 … 5" },
    { "layer " TINY " --layer 4 -o OUT --hidden tests/golden/"
      "components.safetensors:hc.h", 1,
      "hc.h has shape [3, 4, 96], expected [T, 4, 256]" },
    { "info /none", 1, "/none/config.json" },
    { "info " TINY "/model.safetensors", 1, "model.safetensors" },
    { "make /none -o OUT", 1, "/none" },
    { "make --like frob -o OUT", 1, "tiny_models/configs/frob.json" },
    { "make --like v4-flash -o OUT", 1, "148.6 GiB of random numbers, at "
      "most 16: --sparse" },
    { "make " TINY "/config.json -o " TINY, 1, "exists, expected a new" },
    { "make " TINY "/config.json -o /dev/full", 1, "exists" },
    { "make " TINY "/config.json -o OUT/none/dir", 1, "cannot be made" },
    { "help >/dev/full", 1, "standard output: cannot be written: No space" },
    { "info " TINY " >/dev/full", 1, "standard output: cannot be written" },
    { "run " TINY " -p x >/dev/full", 1, "standard output: cannot be" },
};

/* One line "v4: message", on misuse a hint; nothing else, no file. */
static void check_complaint(const struct complaint *c)
{
    const char *folder = make_folder();
    char words[512], path[160];
    const char *out = strstr(c->words, "OUT");
    snprintf(path, sizeof path, "%s/out", folder);
    if (out)
        snprintf(words, sizeof words, "%.*s%s%s", (int)(out - c->words),
                 c->words, path, out + 3);
    else
        snprintf(words, sizeof words, "%s", c->words);
    const struct run *r = v4("%s", words);
    cr_expect(r->status == c->status, "v4 %s: status %d, %s", words,
              r->status, r->err);
    cr_expect(strncmp(r->err, "v4: ", 4) == 0 && strstr(r->err, c->says),
              "v4 %s: %s", words, r->err);
    const char *line = strchr(r->err, '\n');
    bool hint = line && strncmp(line, "\ntry v4 help", 12) == 0;
    cr_expect(line && hint == (c->status == 2), "v4 %s: %s", words, r->err);
    line = line && hint ? strchr(line + 1, '\n') : line;
    cr_expect(line && line[1] == '\0', "v4 %s: %s", words, r->err);
    cr_expect(is_empty_folder(folder), "v4 %s", words);
    remove_folder(folder);
}

Test(cli, misuse_ends_with_2_and_a_hint)
{
    for (size_t i = 0; i < sizeof usage / sizeof *usage; i++)
        check_complaint(&usage[i]);
}

Test(cli, failure_ends_with_1_and_one_line)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        check_complaint(&failures[i]);
    const struct run *r = v4("help frob");
    cr_assert_str_eq(r->err, "v4: unknown command frob\ntry v4 help help\n");
}

Test(cli, old_output_survives_a_failure)
{
    const char *folder = make_folder();
    char path[160];
    snprintf(path, sizeof path, "%s/out", folder);
    write_bytes(path, "old", 3);
    v4("trace " TINY " --ids 1,999 -o %s", path);
    v4("heatmap " TINY " -p abc --layer 77 -o %s", path);
    char *text = read_bytes(path, NULL);
    cr_assert_str_eq(text, "old");
    free(text);
    remove_folder(folder);
}

/* ------------------------------------------------- broken checkpoints */

static int count_lines(const char *text)
{
    int n = 0;
    for (; (text = strchr(text, '\n')); text++)
        n++;
    return n;
}

/* `info` and `run` both refuse the copy, and say so. */
static void assert_refused(const struct copy *c, const char *says)
{
    const struct run *r = v4("info %s", c->dir);
    cr_assert(r->status == 1 && strstr(r->err, says), "%s", r->err);
    cr_assert_str_empty(r->out);
    r = v4("run %s -p abc", c->dir);
    cr_assert(r->status == 1 && strstr(r->err, says), "%s", r->err);
    cr_assert_str_empty(r->out);
}

static void write_file_of(const struct copy *c, const char *file,
                          const char *data, size_t size)
{
    char path[256];
    copy_path(path, c, file);
    write_bytes(path, data, size);
}

Test(cli, broken_files_are_refused)
{
    struct copy c;
    char path[256];
    size_t size;
    copy_begin(&c, "tiny-flash");
    copy_write(&c, 1);
    copy_path(path, &c, "model.safetensors");
    char *whole = read_bytes(path, &size);
    write_file_of(&c, "model.safetensors", whole, size - 1000);
    assert_refused(&c, "is it truncated?");
    write_file_of(&c, "model.safetensors", whole, 5);
    assert_refused(&c, "model.safetensors: ");
    whole[3] = 0x7f; /* the header's length: 2 GB */
    write_file_of(&c, "model.safetensors", whole, size);
    assert_refused(&c, "model.safetensors: ");
    whole[3] = 0;
    whole[8] = 'x'; /* not the brace of a JSON object */
    write_file_of(&c, "model.safetensors", whole, size);
    assert_refused(&c, "model.safetensors: ");
    free(whole);
    unlink(path);
    assert_refused(&c, "model.safetensors: ");
    copy_end(&c);
}

Test(cli, a_missing_shard_is_named)
{
    struct copy c;
    char path[256];
    copy_begin(&c, "tiny-long");
    copy_write(&c, 2);
    copy_path(path, &c, "model-2.safetensors");
    cr_assert_eq(unlink(path), 0);
    assert_refused(&c, "model-2.safetensors");
    copy_end(&c);
}

Test(cli, every_fault_gets_a_line)
{
    struct copy c;
    copy_begin(&c, "tiny-flash");
    copy_remove(&c, "layers.1.attn.wkv.weight");
    copy_tensor(&c, "layers.2.attn.attn_sink")->dtype = DTYPE_I32;
    copy_tensor(&c, "norm.weight")->rank = 2;
    copy_tensor(&c, "norm.weight")->shape[1] = 1;
    copy_write(&c, 1);
    const struct run *r = v4("info %s", c.dir);
    cr_assert_eq(r->status, 1);
    cr_assert_eq(count_lines(r->err), 4, "%s", r->err);
    cr_assert_not_null(strstr(r->err, "v4: layers.1.attn.wkv.weight: "
                              "missing"), "%s", r->err);
    cr_assert_not_null(strstr(r->err, "layers.2.attn.attn_sink: found type "
                              "I32, expected F32"), "%s", r->err);
    cr_assert_not_null(strstr(r->err, "norm.weight: found shape"), "%s",
                       r->err);
    cr_assert_not_null(strstr(r->err, "3 tensors are not as config.json"),
                       "%s", r->err);
    copy_end(&c);
}

Test(cli, a_nan_scale_is_found_and_named)
{
    static const char name[] = "layers.3.attn.wq_b.scale";
    struct copy c;
    copy_begin(&c, "tiny-flash");
    *(unsigned char *)copy_bytes(&c, name) = 255;
    copy_write(&c, 1);
    v4_well("info %s", c.dir);
    const struct run *r = v4("info %s --deep", c.dir);
    cr_assert(r->status == 1 && count_lines(r->err) == 2, "%s", r->err);
    cr_assert_not_null(strstr(r->err, name), "%s", r->err);
    r = v4("run %s -p abc -n 2", c.dir);
    cr_assert(r->status == 1 && count_lines(r->err) == 1, "%s", r->err);
    cr_assert_not_null(strstr(r->err, name), "%s", r->err);
    r = v4("trace %s -p abc -o %s/out", c.dir, c.dir);
    cr_assert(r->status == 1 && strstr(r->err, name), "%s", r->err);
    char path[256];
    copy_path(path, &c, "out");
    cr_assert_not(file_exists(path));
    copy_end(&c);
}

Test(cli, a_tokenizer_we_cannot_read)
{
    struct copy c;
    copy_begin(&c, "tiny-flash");
    copy_write(&c, 1);
    write_file_of(&c, "tokenizer.json", "{}", 2);
    const struct run *r = v4("run %s -p abc", c.dir);
    cr_assert(r->status == 1 && strstr(r->err, "tokenizer.json: model."
              "type: found nothing, expected \"BPE\"\n"), "%s", r->err);
    r = v4("run %s --ids 5,6,7 -n 0", c.dir);
    cr_assert(r->status == 0 && strstr(r->err, "expected \"BPE\"; only "
                                       "token ids can be used\n"), "%s",
              r->err);
    cr_assert_str_eq(r->out, "5 6 7\n");
    r = v4("run %s --ids 5,6,7 -n 3", c.dir);
    int id[6], n = sscanf(r->out, "%d %d %d %d %d %d", id, id + 1, id + 2,
                          id + 3, id + 4, id + 5);
    cr_assert_eq(n, 6, "%s", r->out);
    /* here the end of a text means something */
    r = v4("run %s --ids 5,6,7 -n 30 --set 'eos_token_id=[1,%d]'",
           c.dir, id[4]);
    int end;
    n = sscanf(r->out, "%d %d %d %d %d %d", id, id + 1, id + 2, id + 3, &end,
               id + 5);
    cr_assert(n == 5 || n == 4, "%s", r->out);
    copy_end(&c);
}

/* ------------------------------------------------------------- golden */

/* Write golden tokens 0 … n-1 as a file of ids. */
static void write_ids(char path[160], const char *folder, const char *file,
                      int n)
{
    int *ids = golden_ints(file, "tokens", NULL);
    snprintf(path, 160, "%s/ids", folder);
    FILE *out = fopen(path, "w");
    cr_assert_not_null(out);
    for (int i = 0; i < n; i++)
        fprintf(out, "%d%c", ids[i], i % 10 == 9 ? '\n' : ' ');
    fclose(out);
    free(ids);
}

static void open_result(struct array_file *f, const char *folder)
{
    char path[160];
    struct error err;
    snprintf(path, sizeof path, "%s/out", folder);
    cr_assert(array_file_open(f, path, &err), "%s", err.message);
}

/* `rows` rows of a result, from row `from` on, against a golden tensor. */
static void compare_rows(const struct array_file *f, const char *name,
                         int from, const char *file, const char *expected,
                         double tolerance)
{
    size_t count;
    const struct array *a = array_find(f, name);
    cr_assert_not_null(a, "%s is not there", name);
    const struct array *e = golden(file, expected);
    float *right = golden_floats(file, expected, &count);
    float *found = malloc((array_count(a) + 1) * sizeof *found);
    cr_assert(array_to_floats(found, a));
    size_t row = a->shape[0] ? array_count(a) / (size_t)a->shape[0] : 0;
    cr_assert((size_t)from * row + count <= array_count(a)
                  && (e->rank < 1 || count % (row ? row : 1) == 0),
              "%s", name);
    assert_close(name, found + (size_t)from * row, right, count, tolerance);
    free(found);
    free(right);
}

/* Every "short." tensor of a model; returns how many were compared. */
static int compare_short(const struct array_file *f, const char *file)
{
    const struct array_file *all = golden_file(file);
    int compared = 0;
    for (int i = 0; i < all->count; i++) {
        const char *name = all->arrays[i].name;
        if (strncmp(name, "short.", 6) != 0 || strstr(name, "dec")
            || strstr(name, "_len") || strstr(name, "topk_raw"))
            continue;
        bool whole = all->arrays[i].dtype == DTYPE_I32;
        compare_rows(f, name + 6, 0, file, name, whole ? 0 : 1e-5);
        compared++;
    }
    return compared;
}

Test(cli, trace_agrees_with_the_official_code)
{
    const char *folder = make_folder();
    for (int m = 0; m < 3; m++) {
        char ids[160], file[64], last[64], layer[64];
        struct array_file f;
        snprintf(file, sizeof file, "%s/golden-exact.safetensors",
                 models[m]);
        int *S = golden_ints(file, "short.prefill_len", NULL);
        int *ND = golden_ints(file, "short.decode_len", NULL);
        write_ids(ids, folder, file, *S);
        v4_well("trace tiny_models/%s --ids-file %s --mtp -o %s/out",
                models[m], ids, folder);
        open_result(&f, folder);
        cr_assert_geq(compare_short(&f, file), 30);
        array_file_close(&f);

        write_ids(ids, folder, file, *S + *ND);
        v4_well("trace tiny_models/%s --ids-file %s --mtp --prefill %d "
                "-o %s/out", models[m], ids, *S, folder);
        open_result(&f, folder);
        compare_rows(&f, "logits", *S, file, "short.dec.logits", 1e-5);
        compare_rows(&f, "logits", 0, file, "short.logits", 1e-5);
        compare_rows(&f, "mtp.logits", 0, file, "short.mtp.logits", 1e-5);
        compare_rows(&f, "mtp.logits", *S - 1, file, "short.mtp.dec.logits",
                     1e-5);
        for (int i = 0; i < golden_size(file, "short.dec_last.L0.out", 0)
                            && i < 3; i++) {
            snprintf(layer, sizeof layer, "L%d.out", i);
            snprintf(last, sizeof last, "short.dec_last.L%d.out", i);
            compare_rows(&f, layer, *S + *ND - 1, file, last, 1e-5);
        }
        array_file_close(&f);
        free(S);
        free(ND);
    }
    remove_folder(folder);
}

/* The same tensors with the same bits; the order of names may differ. */
static void assert_same_tensors(const char *left, const char *right,
                                const char *what)
{
    struct array_file a, b;
    struct error err;
    cr_assert(array_file_open(&a, left, &err), "%s", err.message);
    cr_assert(array_file_open(&b, right, &err), "%s", err.message);
    cr_assert(a.count == b.count && a.count > 50, "%s", what);
    for (int i = 0; i < a.count; i++) {
        const struct array *x = &a.arrays[i], *y = &b.arrays[i];
        cr_assert_str_eq(x->name, y->name);
        cr_assert(array_bytes(x) == array_bytes(y)
                      && memcmp(x->data, y->data, array_bytes(x)) == 0,
                  "%s: %s", what, x->name);
    }
    array_file_close(&a);
    array_file_close(&b);
}

/* Two ways to trace the same text give the same bits. */
static void assert_same_traces(const char *one, const char *other)
{
    static const char model[] = "tiny_models/tiny-long --mtp -p 'A text of "
                                "some length, that fills a few entries.'";
    const char *folder = make_folder();
    char a[160], b[160];
    v4_well("trace %s %s -o %s/a", model, one, folder);
    v4_well("trace %s %s -o %s/b", model, other, folder);
    snprintf(a, sizeof a, "%s/a", folder);
    snprintf(b, sizeof b, "%s/b", folder);
    assert_same_tensors(a, b, other);
    remove_folder(folder);
}

/* With the definition's sums and with those of the fastest set. */
Test(cli, trace_does_not_depend_on_pieces_or_threads)
{
    static const char *const ways[] = {
        "--threads 1", "--threads 2", "--threads 3 --chunk 7",
        "--prefill 1", "--prefill 20 --chunk 3 --context 1000",
    };
    char scalar[80];
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        snprintf(scalar, sizeof scalar, "--kernels scalar %s", ways[i]);
        assert_same_traces("--kernels scalar", scalar);
        assert_same_traces("", ways[i]);
    }
    assert_same_traces("--kernels scalar", "--kernels count");
}

Test(cli, trace_keeps_what_is_asked_for)
{
    const char *folder = make_folder();
    struct array_file f;
    v4_well("trace " TINY " -p 'some text' --match 'L2.attn.*' -o %s/out",
            folder);
    open_result(&f, folder);
    cr_assert_gt(f.count, 3);
    for (int i = 0; i < f.count; i++)
        cr_assert(strncmp(f.arrays[i].name, "L2.attn.", 8) == 0);
    array_file_close(&f);
    remove_folder(folder);
}

/* One block after the other, each from the golden streams before it. */
static void check_layers(const char *folder, const char *model,
                         const char *mode, double tolerance)
{
    char file[64], before[64], after[64], ids[160];
    snprintf(file, sizeof file, "%s/golden-%s.safetensors", model, mode);
    int *S = golden_ints(file, "short.prefill_len", NULL);
    write_ids(ids, folder, file, *S);
    for (int i = 1; i < 8; i++) {
        struct array_file f;
        size_t count;
        snprintf(before, sizeof before, "short.L%d.out", i - 1);
        snprintf(after, sizeof after, "short.L%d.out", i);
        if (!golden_has(file, before) || !golden_has(file, after))
            continue;
        v4_well("layer tiny_models/%s --layer %d --ids-file %s --numerics "
                "%s --hidden tests/golden/%s:%s -o %s/out", model, i, ids,
                mode, file, before, folder);
        open_result(&f, folder);
        float *right = golden_floats(file, after, &count);
        const struct array *a = array_find(&f, "out");
        cr_assert(a && array_count(a) == count);
        double rms = rms_rel(a->data, right, count);
        /* the MTP block does not continue the trunk */
        if (golden_size(file, before, 0) == golden_size(file, after, 0))
            cr_assert(rms <= tolerance, "%s %s: %g", model, after, rms);
        free(right);
        array_file_close(&f);
    }
    free(S);
}

Test(cli, layer_agrees_with_the_official_code)
{
    const char *folder = make_folder();
    for (int m = 0; m < 3; m++) {
        check_layers(folder, models[m], "exact", 1e-5);
        check_layers(folder, models[m], "faithful", 1e-2);
    }
    remove_folder(folder);
}

Test(cli, layer_needs_ids_only_to_route_by_them)
{
    static const char hidden[] = "--hidden tests/golden/tiny-flash/golden-"
                                 "exact.safetensors:short.L2.out";
    const char *folder = make_folder();
    v4_well("layer " TINY " --layer 3 %s -o %s/out", hidden, folder);
    v4_well("layer " TINY " --layer 5 %s -o %s/out", hidden, folder);
    const struct run *r = v4("layer " TINY " --layer 2 %s -o %s/no", hidden,
                             folder);
    cr_assert(r->status == 2 && strstr(r->err, "by token id"), "%s", r->err);
    r = v4("layer " TINY " --layer 2 --ids 1,2 %s -o %s/no", hidden, folder);
    cr_assert(r->status == 1 && strstr(r->err, "2 token ids, expected 36"),
              "%s", r->err);
    remove_folder(folder);
}

struct unit_case {
    const char *unit, *prefix, *names; /* names separated by blanks */
    double faithful; /* max rel allowed there; exact: 1e-6 */
};

static const struct unit_case cases[] = {
    { "e4m3", "fmt.e4m3", "enc_out table", 0 },
    { "e2m1", "fmt.e2m1", "enc_out table", 0 },
    { "e8m0", "fmt.e8m0", "table", 0 },
    { "bf16", "fmt.bf16", "out", 0 },
    { "act_quant", "act_quant.a128", "codes scale dequant", 0 },
    { "act_quant", "act_quant.a64", "codes scale dequant", 0 },
    { "act_quant", "act_quant.edge", "codes scale dequant", 0 },
    { "fp4_act_quant", "fp4_act_quant.a", "codes scale dequant", 0 },
    { "fp4_act_quant", "fp4_act_quant.edge", "codes scale dequant", 0 },
    { "hadamard", "hadamard.64", "out", 0 },
    { "hadamard", "hadamard.128", "out", 0 },
    { "fp8_gemm", "fp8_gemm.a", "out", 0 },
    { "fp4_gemm", "fp4_gemm.a", "out", 0 },
    { "fp4_gemm", "fp4_gemm.b", "out", 0 },
    { "rmsnorm", "rmsnorm", "out", 0 },
    { "qnorm", "qnorm", "out", 0 },
    { "rope", "rope.plain", "freqs fwd inv", 1e-2 },
    { "rope", "rope.yarn_release", "freqs fwd inv", 1e-2 },
    { "rope", "rope.yarn_tiny", "freqs fwd inv", 1e-2 },
    { "rope", "rope.yarn_mid", "freqs fwd inv", 1e-2 },
    { "sinkhorn", "sinkhorn", "pre post comb", 2e-6 },
    { "hc", "hc", "pre_y post comb post_out head_out", 1e-2 },
    { "compressor", "compressor.r4", "out75", 1e-2 },
    { "compressor", "compressor.r16", "out75", 1e-2 },
    { "compressor_idx", "compressor.r4_idx", "out75", 0.2 },
    { "indexer", "indexer", "kv w score topk", 0.2 },
    { "attn", "attn.small", "out", 1e-2 },
    { "attn", "attn.multi_block", "out", 1e-2 },
    { "gate", "gate", "hash.scores hash.weights hash.indices score.scores "
      "score.weights score.indices", 1e-6 },
    { "expert", "expert.fp4", "w1x w3x out", 1e-2 },
    { "expert", "expert.fp8", "w1x w3x out", 1e-2 },
};

static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The same choices in every row; a trace lists them in ascending order. */
static void compare_choices(const struct array *a, const char *file,
                            const char *expected)
{
    const struct array *e = golden(file, expected);
    size_t count, row = (size_t)e->shape[1] * sizeof(int);
    int *right = golden_ints(file, expected, &count);
    int *found = malloc(count * sizeof *found);
    cr_assert(a && e->rank == 2 && array_count(a) == count, "%s", expected);
    memcpy(found, a->data, count * sizeof *found);
    for (int64_t t = 0; t < e->shape[0]; t++) {
        qsort(right + t * e->shape[1], row / sizeof(int), sizeof(int),
              ascending);
        qsort(found + t * e->shape[1], row / sizeof(int), sizeof(int),
              ascending);
    }
    assert_same_ints(expected, found, right, count);
    free(found);
    free(right);
}

static void check_unit(const struct unit_case *c, const char *mode,
                       double tolerance, const char *folder)
{
    static const char file[] = "components.safetensors";
    struct array_file f;
    char name[32], ours[96], theirs[128];
    v4_well("unit %s tests/golden/%s --prefix %s --numerics %s -o %s/out",
            c->unit, file, c->prefix, mode, folder);
    open_result(&f, folder);
    for (const char *at = c->names; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        at += length;
        snprintf(ours, sizeof ours, "%s.%s", c->prefix, name);
        snprintf(theirs, sizeof theirs, "%s_%s", ours, mode);
        const char *right = golden_has(file, theirs) ? theirs : ours;
        const struct array *a = array_find(&f, ours);
        cr_assert(a && array_count(a) == array_count(golden(file, right)),
                  "%s", ours);
        if (strcmp(name, "topk") == 0)
            compare_choices(a, file, right);
        else
            compare_rows(&f, ours, 0, file, right, tolerance);
    }
    array_file_close(&f);
}

Test(cli, every_unit_agrees_with_the_official_code)
{
    const char *folder = make_folder();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check_unit(&cases[i], "exact", 2e-6, folder);
        check_unit(&cases[i], "faithful", cases[i].faithful, folder);
    }
    v4_well("unit rmsnorm tests/golden/components.safetensors -o %s/a",
            folder);
    const struct run *r = v4_well("unit list");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_assert_not_null(strstr(r->out, cases[i].unit));
    remove_folder(folder);
}

/* --------------------------------------------------------------- info */

static double number(const cJSON *json, const char *group, const char *key)
{
    const cJSON *in = json;
    if (group)
        in = cJSON_GetObjectItem(json, group);
    const cJSON *item = cJSON_GetObjectItem(in, key);
    cr_assert(cJSON_IsNumber(item), "%s", key);
    return item->valuedouble;
}

struct published {
    const char *name;
    int layers, csa, hca;
    double total, activated, mtp;
};

static const struct published released[] = {
    { "v4-flash", 43, 21, 20, 284332240471, 13270021714, 6610048891 },
    { "v4-pro", 61, 30, 31, 1572997201763, 48852257886, 25840145979 },
};

Test(cli, a_unit_needs_whole_numbers_whole)
{
    static const char *const wrong[] = { "nan", "1e38", "-inf", "63.5" };
    const char *folder = make_folder();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        v4_well("pack act_quant.in@1x2=1,2 act_quant.block=%s -o %s/in",
                wrong[i], folder);
        const struct run *r = v4("unit act_quant %s/in --prefix act_quant "
                                 "-o %s/out", folder, folder);
        cr_assert(r->status == 1 && strstr(r->err, "block: found")
                  && strstr(r->err, "expected a whole number"), "%s",
                  r->err);
    }
    remove_folder(folder);
}

Test(cli, info_counts_what_is_published)
{
    for (int i = 0; i < 2; i++) {
        const struct published *p = &released[i];
        const struct run *r = v4_well("info tiny_models/configs/%s.json "
                                      "--json --context 1048576", p->name);
        cJSON *json = cJSON_Parse(r->out);
        cr_assert_not_null(json);
        cr_assert_eq(number(json, "parameters", "total"), p->total);
        cr_assert_eq(number(json, "parameters", "mtp"), p->mtp);
        double activated = number(json, "parameters", "activated");
        cr_assert(activated > p->activated
                  && activated < 1.0001 * p->activated, "%f", activated);
        const cJSON *cache = cJSON_GetObjectItem(json, "cache");
        double n = 1048576, total = number(cache, "faithful", "total");
        double open = number(cache, "faithful", "open");
        cr_assert_eq(total - open, p->csa * 652 * (n / 4)
                     + p->hca * 584 * (n / 128) + p->layers * 584 * 128);
        cr_assert_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "layers")),
                     p->layers + 1);
        cJSON_Delete(json);
    }
    const struct run *r = v4_well("info tiny_models/configs/v4-flash.json");
    cr_assert_not_null(strstr(r->out, "284.3 B, 13.3 B work on each token"));
    cr_assert(fits_a_terminal(r->out));
}

Test(cli, info_tells_the_plan)
{
    const struct run *r = v4_well("info " TINY " --deep");
    cr_assert_not_null(strstr(r->out, "5 layers and an MTP block"));
    cr_assert_not_null(strstr(r->out, "0  window"));
    cr_assert_not_null(strstr(r->out, "2  CSA           4"));
    cr_assert_not_null(strstr(r->out, "3  HCA         128  160000 YaRN"));
    cr_assert_not_null(strstr(r->out, "0 tensors that are not used"));
    r = v4_well("info " TINY " --json");
    cJSON *json = cJSON_Parse(r->out);
    double bytes = 0;
    const cJSON *kind;
    cJSON_ArrayForEach(kind, cJSON_GetObjectItem(json, "bytes"))
        bytes += kind->valuedouble;
    size_t size;
    free(read_bytes(TINY "/model.safetensors", &size));
    cr_assert(bytes < (double)size && bytes > 0.98 * (double)size);
    cJSON_Delete(json);
}

/* ------------------------------------------------------ run and tokens */

Test(cli, run_is_the_prompt_and_more)
{
    static const char prompt[] = "A reader keeps the last few words";
    size_t size = strlen(prompt);
    const struct run *r = v4_well("run " TINY " -p '%s' -n 9", prompt);
    cr_assert_eq(r->out_size, size + 9 + 1);
    cr_assert_eq(memcmp(r->out, prompt, size), 0);
    char *greedy = malloc(r->out_size + 1);
    memcpy(greedy, r->out, r->out_size + 1);
    size_t greedy_size = r->out_size;
    static const char *const same[] = {
        "-n 9 --threads 2", "-n9 --seed 77", "-n 9 --chunk 5",
        "-n 9 --top-p .5", "--numerics=exact -n 9", "-n 9 --context 42",
    };
    for (int i = 0; i < 6; i++) {
        r = v4_well("run " TINY " -p '%s' %s", prompt, same[i]);
        cr_assert(r->out_size == greedy_size
                  && memcmp(r->out, greedy, greedy_size) == 0, "%s",
                  same[i]);
    }
    r = v4_well("run " TINY " -p '%s' -n 9 --without sink", prompt);
    cr_assert_neq(memcmp(r->out, greedy, greedy_size), 0);
    free(greedy);
    r = v4_well("run " TINY " -p abc -n 50 --context 6");
    cr_assert_eq(r->out_size, 3 + 4 + 1); /* the last one is not fed */
    r = v4("run " TINY " -p abc -n 5 --stats");
    cr_assert(r->status == 0 && strstr(r->err, "read 3 tokens"), "%s",
              r->err);
}

/* Multiply-adds with matrices for one token, by the matrices' format. */
struct work {
    double f32, bf16, fp8, fp4;
};

static struct work work_of_a_token(const struct config *c)
{
    double d = c->hidden_size, D = c->head_dim, HD = c->num_attention_heads
        * D, G = c->o_groups, n = c->hc_mult, index = c->index_head_dim;
    double expert = 3 * d * c->moe_intermediate_size;
    struct work w = { .f32 = n * n * d, .bf16 = c->vocab_size * d };
    for (int l = 0; l < c->num_hidden_layers; l++) {
        int m = c->compress_ratios[l];
        w.f32 += 2 * (2 + n) * n * n * d;  /* mixtures, twice a block */
        w.bf16 += c->n_routed_experts * d; /* the router */
        w.fp8 += c->q_lora_rank * (d + HD) /* queries, down and up */
                 + D * d                   /* the one key */
                 + c->o_lora_rank * HD     /* out of the heads */
                 + d * G * c->o_lora_rank + expert;
        w.fp4 += c->num_experts_per_tok * expert;
        if (m)
            w.bf16 += 2 * (m == CSA_RATIO ? 2 : 1) * D * d;
        if (m == CSA_RATIO) {
            w.bf16 += 2 * 2 * index * d + c->index_n_heads * d;
            w.fp8 += c->index_n_heads * index * c->q_lora_rank;
        }
    }
    return w;
}

/* The numbers behind the name of a line. */
static void assert_counted(const char *text, const char *name,
                           double operations, double bytes)
{
    double found[2] = { 0 };
    const char *line = strstr(text, name);
    cr_assert(line && sscanf(line + strlen(name), "%lf %lf", &found[0],
                             &found[1]) == (bytes > 0 ? 2 : 1), "%s", text);
    cr_assert(found[0] == operations && found[1] == bytes,
              "%s: expected %.0f and %.0f\n%s", name, operations, bytes,
              text);
}

/* Tokens one after the other: all cost the same, but for the keys seen. */
Test(cli, run_counts_operations)
{
    struct config c;
    struct error err;
    struct arena arena = { 0 };
    cr_assert(config_load(&c, TINY "/config.json", NULL, 0, &arena, &err));
    struct work w = work_of_a_token(&c);
    for (int n = 1; n <= 3; n++) {
        const struct run *r = v4("run " TINY " --ids 5 -n %d --stats "
                                 "--kernels count", n);
        cr_assert_eq(r->status, 0);
        assert_counted(r->err, "in F32", 2 * n * w.f32, 4 * n * w.f32);
        assert_counted(r->err, "in BF16", 2 * n * w.bf16, 2 * n * w.bf16);
        assert_counted(r->err, "in FP8", 2 * n * w.fp8, n * w.fp8);
        assert_counted(r->err, "in FP4", 2 * n * w.fp4, n * w.fp4 / 2);
        double keys = n * (n + 1) / 2 * c.num_hidden_layers;
        assert_counted(r->err, "attention", 2 * 2 * keys * c.head_dim
                                            * c.num_attention_heads, 0);
    }
    const struct run *r = v4("run " TINY " --ids 5 -n 1 --stats");
    cr_assert_null(strstr(r->err, "counted"));
    r = v4("run " TINY " --ids 5 -n 0 --stats");
    cr_assert_str_eq(r->err, "nothing read, nothing made\n");
    arena_free(&arena);
}

Test(cli, run_follows_its_seed)
{
    char first[256];
    const struct run *r = v4_well("run " TINY " -p abc -n 20 --temperature "
                                  "1 --seed 5");
    size_t size = r->out_size;
    cr_assert(size < sizeof first);
    memcpy(first, r->out, size);
    r = v4_well("run " TINY " -p abc -n 20 --seed=0x5 --temperature=1 "
                "--threads 3");
    cr_assert(r->out_size == size && memcmp(r->out, first, size) == 0);
    r = v4_well("run " TINY " -p abc -n 20 --temperature 1 --seed 6");
    cr_assert(r->out_size == size && memcmp(r->out, first, size) != 0);
}

Test(cli, the_environment_chooses_kernels)
{
    cr_assert_eq(setenv("V4_KERNELS", "abacus", 1), 0);
    const struct run *r = v4("run " TINY " -p abc -n 1");
    cr_assert(r->status == 2 && strstr(r->err, "abacus"), "%s", r->err);
    v4_well("run " TINY " -p abc -n 1 --kernels scalar");
    cr_assert_eq(setenv("V4_KERNELS", "scalar", 1), 0);
    v4_well("run " TINY " -p abc -n 1");
}

Test(cli, tokens_go_there_and_back)
{
    const struct run *r = v4_well("tokens " TINY " 'Hé\n'");
    cr_assert_str_eq(r->out, "72 195 169 10\n");
    r = v4_well("tokens " TINY " --decode '72, 195 169,10'");
    cr_assert_str_eq(r->out, "Hé\n");
    r = v4_well("tokens " TINY " -- -x");
    cr_assert_str_eq(r->out, "45 120\n");
    r = v4_well("tokens " TINY " -f tiny_models/demo.txt");
    cr_assert_eq(count_lines(r->out), 1);
    r = v4_well("tokens " TINY " ''");
    cr_assert_str_eq(r->out, "\n");
}

/* --------------------------------------------------------------- make */

Test(cli, make_keeps_its_promise)
{
    const char *folder = make_folder();
    char a[192], b[192];
    size_t size_a, size_b;
    v4_well("make " TINY "/config.json --seed 4 -o %s/a", folder);
    v4_well("make " TINY "/config.json --seed 4 -o %s/b/", folder);
    snprintf(a, sizeof a, "%s/a/model.safetensors", folder);
    snprintf(b, sizeof b, "%s/b/model.safetensors", folder);
    char *bytes_a = read_bytes(a, &size_a), *bytes_b = read_bytes(b, &size_b);
    cr_assert(size_a == size_b && memcmp(bytes_a, bytes_b, size_a) == 0);
    free(bytes_b);
    v4_well("make " TINY "/config.json --seed 5 -o %s/c", folder);
    snprintf(b, sizeof b, "%s/c/model.safetensors", folder);
    bytes_b = read_bytes(b, &size_b);
    cr_assert(size_a == size_b && memcmp(bytes_a, bytes_b, size_a) != 0);
    free(bytes_a);
    free(bytes_b);
    v4_well("info %s/a --deep", folder);
    v4_well("run %s/a -p abc -n 3", folder);
    remove_folder(folder);
}

Test(cli, flash_at_full_size_is_checked_quickly)
{
    const char *folder = make_folder();
    const struct run *r = v4("make --like v4-flash --sparse -o %s/flash",
                             folder);
    /* a file system without holes, or one too small, is no fault of ours */
    if (r->status == 0) {
        r = v4_well("info %s/flash", folder);
        cr_assert_not_null(strstr(r->out, "159609485896 bytes in 69187 "));
        cr_assert_not_null(strstr(r->out, "0 tensors that are not used"));
    } else
        cr_assert_not_null(strstr(r->err, "cannot"), "%s", r->err);
    remove_folder(folder);
}
