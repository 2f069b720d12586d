/* Conversations: what is read, what is kept, what comes back. */
#include "cli/dialogue.h"
#include "numerics/fast.h"
#include "numerics/primitives.h"
#include "support/program.h"
#include "support/tempfile.h"
#include "support/vocabulary.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CASES "tests/golden/flash/tokenizer_cases.json"

/* A model with 300 tokens and a tokenizer of its own, in a folder. */
static const char *make_model(void)
{
    static char dir[192];
    char path[256];
    const char *folder = make_folder();
    size_t size;
    char *config = read_bytes("tiny_models/tiny-flash/config.json", &size);
    char *at = strstr(config, "\"vocab_size\": 256");
    cr_assert(at);
    memcpy(at, "\"vocab_size\": 300", 17);
    snprintf(path, sizeof path, "%s/config.json", folder);
    write_bytes(path, config, size);
    snprintf(dir, sizeof dir, "%s/m", folder);
    v4_well("make %s --seed 3 -o %s", path, dir);
    v4_well("tokens --train " CASES " --vocab 300 -o %s", dir);
    free(config);
    return dir;
}

static void remove_model(const char *dir)
{
    char folder[192];
    snprintf(folder, sizeof folder, "%.*s", (int)strlen(dir) - 2, dir);
    remove_folder(folder);
}

struct seen {
    int ids[64], n, most;
};

static bool take(void *user, int id, const float *logits)
{
    struct seen *s = user;
    (void)logits;
    s->ids[s->n++] = id;
    return s->n < s->most;
}

static struct options how(const char *dir)
{
    return (struct options){ .args = { dir }, .n_args = 1, .chunk = 512,
                             .top_p = 1, .temperature = 1, .seed = 4,
                             .most = 9, .context = 400 };
}

static bool two_questions(struct session *s, const struct options *o,
                          struct error *err)
{
    struct dialogue d;
    struct seen seen = { .most = 64 };
    cr_assert(dialogue_begin(&d, s, o, err), "%s", err->message);
    cr_assert(dialogue_ask(&d, "one", take, &seen, err), "%s", err->message);
    cr_assert(seen.n > 0 && seen.n <= 9);
    cr_assert_eq(d.n, 2);
    int known = s->state.cache.position, all = d.n_ids;
    cr_assert_eq(known, all - 1); /* the last one is not read yet */
    cr_assert(dialogue_ask(&d, "two", take, &seen, err), "%s", err->message);
    cr_assert_eq(d.n, 4);
    /* what is in the cache is what a new model would have read */
    struct state fresh;
    state_init(&fresh, &s->ck.model.config, 400, 512);
    int V = s->ck.model.config.vocab_size, n = d.n_ids - 1;
    float *a = malloc((size_t)V * sizeof *a), *b = malloc((size_t)V
                                                          * sizeof *b);
    cr_assert(model_forward(a, LOGITS_LAST, NULL, &s->ck.model, &fresh,
                            d.ids, n + 1, err));
    cr_assert(model_forward(b, LOGITS_LAST, NULL, &s->ck.model, &s->state,
                            d.ids + n, 1, err));
    cr_assert_eq(memcmp(a, b, (size_t)V * sizeof *a), 0);
    free(a);
    free(b);
    state_free(&fresh);
    return true;
}

Test(dialogue, the_cache_is_what_the_prompt_says)
{
    const char *dir = make_model();
    struct error err = { 0 };
    struct options o = how(dir);
    cr_assert(session_with_model(&o, two_questions, &err), "%s",
              err.message);
    o.thinking = true;
    cr_assert(session_with_model(&o, two_questions, &err), "%s",
              err.message);
    o.temperature = 0;
    o.chunk = 5;
    cr_assert(session_with_model(&o, two_questions, &err), "%s",
              err.message);
    remove_model(dir);
}

/* Operations with matrices for the answer to one more question. */
static double work_of(struct dialogue *d, struct error *err)
{
    struct seen seen = { .most = 1 };
    count_reset();
    cr_assert(dialogue_ask(d, "two", take, &seen, err), "%s", err->message);
    return count_read().linear_flops[FORMAT_BF16];
}

/* What was read is not read again, unless reasoning was dropped from it. */
static bool reads_what_is_new(struct session *s, const struct options *o,
                              struct error *err)
{
    struct dialogue d;
    cr_assert(dialogue_begin(&d, s, o, err), "%s", err->message);
    double first = work_of(&d, err);
    int prompt = s->state.cache.position;
    double second = work_of(&d, err);
    double each = first / prompt; /* every token costs the same, but for the
                                   * head, which only the last one needs */
    int read = s->state.cache.position;
    int again = o->thinking ? read : read - prompt;
    cr_assert(fabs(second / each - again) < 0.2 * again, "%g for %d",
              second / each, again);
    return true;
}

Test(dialogue, reads_only_what_is_new)
{
    const char *dir = make_model();
    struct error err = { 0 };
    struct options o = how(dir);
    cr_assert(primitives_choose("count", &err));
    cr_assert(session_with_model(&o, reads_what_is_new, &err), "%s",
              err.message);
    o.thinking = true;
    cr_assert(session_with_model(&o, reads_what_is_new, &err), "%s",
              err.message);
    remove_model(dir);
}

/* An answer is stopped by whoever takes it, and kept. */
static bool reads_on(struct session *s, const struct options *o,
                     struct error *err)
{
    struct dialogue d;
    struct seen seen = { .most = 1 };
    cr_assert(dialogue_begin(&d, s, o, err), "%s", err->message);
    dialogue_reset(&d, "Be brief.");
    cr_assert(dialogue_ask(&d, "one", take, &seen, err), "%s", err->message);
    cr_assert_eq(seen.n, 1, "stopped after one token");
    cr_assert_eq(d.n, 3);
    struct error none = { 0 };
    char *long_text = calloc(1, 4000);
    memset(long_text, 'x', 3999);
    cr_assert_not(dialogue_ask(&d, long_text, take, &seen, &none));
    cr_assert(strstr(none.message, "and there is room for 400"), "%s",
              none.message);
    cr_assert_eq(d.n, 3, "a question that does not fit is forgotten");
    free(long_text);
    seen = (struct seen){ .most = 64 };
    cr_assert(dialogue_ask(&d, "two", take, &seen, err), "%s", err->message);
    return true;
}

Test(dialogue, a_stopped_answer_is_kept)
{
    const char *dir = make_model();
    struct error err = { 0 };
    struct options o = how(dir);
    cr_assert(session_with_model(&o, reads_on, &err), "%s", err.message);
    remove_model(dir);
}

/* ------------------------------------------------------- on the terminal */

/* What v4 chat says to these lines. */
static const struct run *chat(const char *dir, const char *more,
                              const char *lines)
{
    char path[128];
    temp_path(path, "lines");
    write_bytes(path, lines, strlen(lines));
    const struct run *r = v4("chat %s --most 12 --seed 4 --temperature 1 %s "
                             "<%s", dir, more, path);
    remove(path);
    return r;
}

Test(dialogue, goes_on_with_the_same_bits)
{
    const char *dir = make_model();
    char lines[512], whole[512];
    for (int thinking = 0; thinking < 2; thinking++) {
        const char *more = thinking ? "--thinking" : "";
        const struct run *r = chat(dir, more, "one\ntwo\nthree\n");
        cr_assert_eq(r->status, 0, "%s", r->err);
        size_t size = r->out_size;
        cr_assert(size < sizeof whole);
        memcpy(whole, r->out, size);
        snprintf(lines, sizeof lines, "one\ntwo\n/save %s/s\n", dir);
        r = chat(dir, more, lines);
        cr_assert_eq(r->status, 0, "%s", r->err);
        size_t first = r->out_size;
        cr_assert(first < size && memcmp(r->out, whole, first) == 0);
        snprintf(lines, sizeof lines, "/load %s/s\nthree\n", dir);
        r = chat(dir, "--seed 99", lines);
        cr_assert_eq(r->status, 0, "%s", r->err);
        cr_assert(r->out_size == size - first
                  && memcmp(r->out, whole + first, size - first) == 0);
    }
    const struct run *r = v4("run %s --resume %s/s -n 2", dir, dir);
    cr_assert_eq(r->status, 0, "%s", r->err);
    remove_model(dir);
}

static const struct {
    const char *lines, *message;
} refused[] = {
    { "/think maybe\n", "/think: found \"maybe\", expected on or off" },
    { "/think\n", "/think: found nothing, expected on|off" },
    { "/effort low\n", "/effort: found \"low\", expected high or max" },
    { "/effort \n", "/effort: found nothing, expected LEVEL" },
    { "/frob\n", "found \"/frob\", expected a question, or one of /think" },
    { "/save x\n", "nothing has been said that could be saved" },
    { "/load " CASES "\n", CASES ": " },
    { "/load tiny_models/tiny-flash/model.safetensors\n",
      "not a saved conversation" },
    { "\xff\n", "the question is not UTF-8" },
};

Test(dialogue, bad_lines_are_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct run *r = chat("tiny_models/tiny-flash", "",
                                   refused[i].lines);
        cr_expect_eq(r->status, 1, "%s", refused[i].lines);
        cr_expect(strstr(r->err, refused[i].message), "%s: %s",
                  refused[i].lines, r->err);
        cr_expect_str_empty(r->out);
    }
    const struct run *r = chat("tiny_models/tiny-flash", "--release june",
                               "");
    cr_assert_eq(r->status, 2);
    r = chat("tiny_models/tiny-flash", "--release 0731",
             "/effort low\n/help\n\n/new Be brief.\n/quit\nnot read\n");
    cr_assert_eq(r->status, 0, "%s", r->err);
    cr_assert(strstr(r->err, "/save"), "%s", r->err);
    cr_assert_str_empty(r->out);
}

/* A conversation of another model is not taken for ours. */
Test(dialogue, foreign_conversations_are_refused)
{
    char lines[512];
    const char *dir = make_model();
    snprintf(lines, sizeof lines, "one\n/save %s/s\n", dir);
    cr_assert_eq(chat(dir, "", lines)->status, 0);
    snprintf(lines, sizeof lines, "/load %s/s\n", dir);
    const struct run *r = chat(dir, "--numerics faithful", lines);
    cr_assert_eq(r->status, 1, "%s", r->err);
    r = chat(dir, "--context 8", lines);
    cr_assert(r->status == 1 && strstr(r->err, "there is room for 8"), "%s",
              r->err);
    remove_model(dir);
}

/* Ctrl-C: the answer ends, the conversation goes on. */
Test(dialogue, an_answer_can_be_stopped)
{
    int to[2], from[2];
    char text[256];
    const char *program = getenv("V4");
    cr_assert(pipe(to) == 0 && pipe(from) == 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        close(to[1]);
        execl(program ? program : "./v4", "v4", "chat",
              "tiny_models/tiny-flash", "--most", "100000",
              "--context", "3000", NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    cr_assert_eq(write(to[1], "one\n", 4), 4);
    ssize_t got, all = read(from[0], text, sizeof text);
    cr_assert_gt(all, 0); /* it answers */
    cr_assert_eq(kill(child, SIGINT), 0);
    cr_assert_eq(write(to[1], "/quit\n", 6), 6);
    close(to[1]);
    while ((got = read(from[0], text, sizeof text)) > 0)
        all += got;
    cr_assert_lt(all, 1500, "%zd bytes, and there was room for 2900", all);
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%d", status);
    close(from[0]);
}
