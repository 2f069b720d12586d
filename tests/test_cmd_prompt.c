/* v4 prompt: from standard input and from files, and what it refuses. */
#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static const char request[] =
    "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], "
    "\"thinking_mode\": \"thinking\", \"reasoning_effort\": \"max\"}";

Test(cmd_prompt, both_ways)
{
    char path[128];
    temp_path(path, "request");
    write_bytes(path, request, strlen(request));
    const struct run *r = v4_well("prompt <%s", path);
    cr_assert(strstr(r->out, "<｜begin▁of▁sentence｜>Reasoning Effort: "
                             "Beyond maximum"), "%s", r->out);
    const char *end = "<｜User｜>hi<｜Assistant｜><think>";
    cr_assert_str_eq(r->out + r->out_size - strlen(end), end);
    r = v4_well("prompt --release preview -f %s", path);
    cr_assert(strstr(r->out, "Reasoning Effort: Absolute maximum"), "%s",
              r->out);
    static const char answer[] = "r</think>A<｜end▁of▁sentence｜>";
    write_bytes(path, answer, strlen(answer));
    r = v4_well("prompt --parse --thinking -f %s", path);
    cr_assert_str_eq(r->out, "{\"role\": \"assistant\", \"content\": \"A\", "
                     "\"reasoning_content\": \"r\", \"tool_calls\": []}\n");
    r = v4("prompt --parse <%s", path);
    cr_assert_eq(r->status, 1);
    cr_assert(strstr(r->out, "\"role\": \"assistant\""), "%s", r->out);
    cr_assert_str_eq(r->err, "v4: /dev/stdin: found </think> in the answer, "
                             "expected it nowhere\n");
    remove(path);
}

static const struct {
    const char *words;
    int status;
    const char *message;
} refused[] = {
    { "--release june", 2, "--release: found release \"june\", expected "
                           "preview or 0731" },
    { "--thinking", 2, "--thinking: expected --parse beside it" },
    { "--parse --release 0731", 2, "--release: expected without --parse" },
    { "-f /nowhere", 1, "/nowhere: " },
    { "", 1, "/dev/stdin: line 1, column 1: found the end" },
    { "x", 2, "too many arguments" },
};

Test(cmd_prompt, bad_calls_are_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct run *r = v4("prompt %s", refused[i].words);
        cr_expect(r->status == refused[i].status, "%s: %d",
                  refused[i].words, r->status);
        cr_expect(strstr(r->err, refused[i].message), "%s: %s",
                  refused[i].words, r->err);
        cr_expect_str_empty(r->out);
    }
}
