/* v4 tokens: batches, learning, folders without weights, bad input. */
#include "support/program.h"
#include "support/tempfile.h"
#include "support/vocabulary.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TINY "tiny_models/tiny-flash"
#define CASES "tests/golden/flash/tokenizer_cases.json"

Test(cmd_tokens, batches_of_json_lines)
{
    char path[128];
    static const char lines[] = "{\"text\": \"H\\u00e9\"}\n \n"
                                "{\"id\": 7, \"text\": \"\"}\r\n"
                                "{\"text\":\"a\\nb\"}";
    temp_path(path, "lines");
    write_bytes(path, lines, strlen(lines));
    const struct run *r = v4_well("tokens " TINY " --batch -f %s", path);
    cr_assert_str_eq(r->out, "{\"ids\": [72, 195, 169]}\n{\"ids\": []}\n"
                             "{\"ids\": [97, 10, 98]}\n");
    r = v4_well("tokens " TINY " --batch <%s", path);
    cr_assert_str_eq(r->out, "{\"ids\": [72, 195, 169]}\n{\"ids\": []}\n"
                             "{\"ids\": [97, 10, 98]}\n");
    r = v4_well("tokens " TINY " --batch");
    cr_assert_str_empty(r->out);
    remove(path);
}

static const struct {
    const char *line, *message; /* what follows "PATH: line 2: " */
} bad_lines[] = {
    { "[1]", "found a list, expected a JSON object" },
    { "{\"text\": 5}", "text: found 5, expected a string" },
    { "{\"txt\": \"a\"}", "text: found nothing, expected a string" },
    { "{\"text\": \"a\"} x", "line 1, column 15: found 'x', expected the "
                             "end of the text" },
    { "{\"text\": \"a\\u0000b\"}", "line 1, column 12: found '\\', expected "
                                   "no character 0 in a string" },
    { "{\"text\": \"\xff\"}", "line 1, column 11: found byte 0xff, expected "
                              "UTF-8" },
};

Test(cmd_tokens, bad_lines_are_named)
{
    char path[128], text[256], expected[512];
    temp_path(path, "lines");
    for (size_t i = 0; i < sizeof bad_lines / sizeof *bad_lines; i++) {
        snprintf(text, sizeof text, "{\"text\": \"b\"}\n%s\n",
                 bad_lines[i].line);
        write_bytes(path, text, strlen(text));
        const struct run *r = v4("tokens " TINY " --batch -f %s", path);
        snprintf(expected, sizeof expected, "v4: %s: line 2: %s\n", path,
                 bad_lines[i].message);
        cr_assert_eq(r->status, 1);
        cr_assert_str_eq(r->out, "{\"ids\": [98]}\n");
        cr_assert_str_eq(r->err, expected);
    }
    remove(path);
    const struct run *r = v4("tokens " TINY " --batch -f %s", path);
    cr_assert(r->status == 1 && strstr(r->err, "cannot be read: No such"),
              "%s", r->err);
    r = v4("tokens " TINY " --batch -f /tmp");
    cr_assert(r->status == 1 && strstr(r->err, "/tmp: cannot be read: Is a"),
              "%s", r->err);
}

/* Learned twice from the same text: the same bytes, and they work. */
Test(cmd_tokens, learns_a_tokenizer)
{
    const char *folder = make_folder();
    char first[192], again[192];
    size_t size, size2;
    const struct run *r = v4_well("tokens --train " CASES " --vocab 300 -o "
                                  "%s/a", folder);
    cr_assert(strstr(r->out, "a/tokenizer.json: 300 tokens, 29 of them"),
              "%s", r->out);
    v4_well("tokens --train " CASES " --vocab 300 -o %s/b", folder);
    snprintf(first, sizeof first, "%s/a/tokenizer.json", folder);
    snprintf(again, sizeof again, "%s/b/tokenizer.json", folder);
    char *one = read_bytes(first, &size), *two = read_bytes(again, &size2);
    cr_assert(size == size2 && memcmp(one, two, size) == 0);
    r = v4_well("tokens %s/a -- '<think>Software<｜User｜>'", folder);
    char ids[256];
    snprintf(ids, sizeof ids, "%s", r->out);
    r = v4_well("tokens %s/a --decode '%s'", folder, ids);
    cr_assert_str_eq(r->out, "<think>Software<｜User｜>");
    r = v4("tokens %s/a --decode 5,300", folder);
    cr_assert(r->status == 1
              && strstr(r->err, "found id 300, expected 0 … 299"), "%s",
              r->err);
    free(one);
    free(two);
    remove_folder(folder);
}

static const struct {
    const char *words;
    int status;
    const char *message;
} refused[] = {
    { "--train " CASES " --vocab 270 -o OUT", 2,
      "--vocab: found 270, expected at least 271: 256 bytes and 15 tokens "
      "that are added" },
    { "--train " CASES " --vocab 300", 2, "--train needs --vocab N and -o" },
    { "--train " CASES " -o OUT", 2, "--train needs --vocab N and -o DIR" },
    { "--train /nowhere --vocab 300 -o OUT", 1, "/nowhere: " },
    { TINY " --train " CASES " --vocab 300 -o OUT", 2, "and no MODEL" },
    { "--train " CASES " --vocab 300 -o " CASES, 1, CASES },
    { "", 2, "too few arguments: v4 tokens MODEL TEXT" },
    { TINY " a --batch", 2, "--batch: expected lines from" },
    { TINY " --decode 1 --batch", 2, "--batch: expected lines from" },
    { TINY " a -f " CASES, 2, "expected one of TEXT, -f FILE" },
    { "/nowhere a", 1, "/nowhere/config.json: " },
    { TINY " --decode x", 1, "--decode: found \"x\", expected token ids" },
};

Test(cmd_tokens, bad_calls_are_refused)
{
    const char *folder = make_folder();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char words[256];
        const char *out = strstr(refused[i].words, "OUT");
        snprintf(words, sizeof words, "%.*s%s%s",
                 out ? (int)(out - refused[i].words) : 255,
                 refused[i].words, out ? folder : "", out ? "/x" : "");
        const struct run *r = v4("tokens %s", words);
        cr_expect(r->status == refused[i].status, "%s: %d", words,
                  r->status);
        cr_expect(strstr(r->err, refused[i].message), "%s: %s", words,
                  r->err);
        cr_expect(is_empty_folder(folder), "%s", words);
    }
    remove_folder(folder);
}

/* A broken tokenizer.json: text is refused, ids work, and it is said. */
Test(cmd_tokens, models_run_without_their_tokenizer)
{
    char path[192];
    const char *folder = make_folder();
    v4_well("make tiny_models/tiny-flash/config.json -o %s/m", folder);
    snprintf(path, sizeof path, "%s/m/tokenizer.json", folder);
    write_bytes(path, "{}", 2);
    const struct run *r = v4("run %s/m -p a -n 1", folder);
    cr_assert(r->status == 1 && strstr(r->err, "model.type: found nothing"),
              "%s", r->err);
    r = v4("run %s/m --ids 5 -n 1", folder);
    cr_assert(r->status == 0 && strstr(r->err, "model.type: found nothing, "
                                       "expected \"BPE\"; only token ids "
                                       "can be used\n"), "%s", r->err);
    cr_assert_eq(strncmp(r->out, "5 ", 2), 0);
    remove_folder(folder);
}
