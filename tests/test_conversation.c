/**
 * @file
 * A conversation put away and taken up again: the text that would have come
 * without a stop, for both numerics and wherever it is cut; and what is not
 * such a file is refused.
 */
#include "model/conversation.h"
#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALL = 90 };

static char *text(const char *model, const char *how, int n,
                  const char *more)
{
    const struct run *r = v4_well("run tiny_models/%s --json %s -n %d %s",
                                  model, how, n, more);
    return strdup(r->out);
}

/* A text of ALL tokens, made in one go or in three. */
static void goes_on(const char *model, const char *how, int first,
                    int second)
{
    char path[128], begin[256], on[300], last[256];
    temp_path(path, "conversation.safetensors");
    snprintf(begin, sizeof begin, "-p 'On and on' --save %s", path);
    snprintf(on, sizeof on, "--resume %s --save %s", path, path);
    snprintf(last, sizeof last, "--resume %s --context 4000", path);
    char *whole = text(model, how, ALL, "-p 'On and on'"), *at = whole;
    char *part[] = { text(model, how, first, begin),
                     text(model, how, second, on),
                     text(model, how, ALL - first - second, last) };
    for (int i = 0; i < 3; i++) {
        size_t n = strlen(part[i]);
        cr_assert_eq(strncmp(at, part[i], n), 0, "%s %s, part %d: found\n"
                     "%s\nexpected\n%s", model, how, i, part[i], at);
        at += n;
        free(part[i]);
    }
    cr_assert_eq(*at, '\0');
    free(whole);
    unlink(path);
}

Test(conversation, goes_on_with_the_same_bits)
{
    goes_on("tiny-flash", "", 1, 30);
    goes_on("tiny-flash", "--temperature 1 --seed 5 --chunk 3", 44, 3);
    goes_on("tiny-long", "--numerics faithful --temperature 0.8", 13, 64);
    goes_on("tiny-pro", "--top-p 0.9 --temperature 2", 0, 17);
}

/* More is said on resuming: the same as if it had stood there. */
Test(conversation, is_answered)
{
    char path[128];
    temp_path(path, "conversation.safetensors");
    v4_well("run tiny_models/tiny-long --ids 1,2,3,4,5,6 -n 0 --save %s",
            path);
    char *whole = text("tiny-long", "--ids 1,2,3,4,5,6,7,8,9", 5, "");
    char how[192];
    snprintf(how, sizeof how, "--ids 7,8,9 --resume %s", path);
    char *more = text("tiny-long", how, 5, "");
    const char *seventh = strstr(whole, "{\"position\":6,");
    cr_assert_not_null(seventh);
    cr_assert_str_eq(more, seventh);
    free(more);
    free(whole);
    unlink(path);
}

static void refused(const char *how, const char *path, const char *what)
{
    const struct run *r = v4("run tiny_models/tiny-long -n 1 --resume %s %s",
                             path, how);
    cr_assert_eq(r->status, 1);
    cr_assert_eq(r->out_size, 0, "nothing is printed");
    cr_assert_not_null(strstr(r->err, what), "found: %s", r->err);
}

static void save_ids(const char *path, const int *ids, int n, int position,
                     uint64_t chance)
{
    struct error err;
    struct cache none = { .position = position };
    struct conversation c = { .ids = ids, .n = n,
                              .rng.s = { 0, 0, chance, 0 } };
    cr_assert(conversation_save(&c, &none, path, &err), "%s", err.message);
}

Test(conversation, what_is_refused)
{
    static const int ids[] = { 1, 255, 256, 3 };
    char path[128];
    temp_path(path, "conversation.safetensors");
    v4_well("run tiny_models/tiny-long -p abc -n 9 --save %s", path);
    refused("--numerics faithful", path, "another model, or other numbers");
    refused("--without sink", path, "another model, or other numbers");
    refused("--set rope_theta=9999", path, "another model");
    refused("--context 5", path, "position 11 is outside 0 … 5");
    cr_assert_eq(v4("run tiny_models/tiny-pro --resume %s", path)->status,
                 1);
    size_t size;
    char *bytes = read_bytes(path, &size);
    write_bytes(path, bytes, size / 2);
    refused("", path, "is it truncated?");
    free(bytes);
    save_ids(path, ids, 4, 2, 1);
    refused("", path, "token 2 has id 256: expected 0 … 255");
    save_ids(path, ids, 2, 2, 1);
    refused("", path, "position 2 of 2 tokens, expected one before the "
            "last");
    save_ids(path, ids, 2, 1, 0);
    refused("", path, "rng: found zeros, expected a state");
    save_ids(path, ids, 2, 1, 7);
    refused("", path, "saved by model 0000000000000000");
    refused("", "tiny_models/tiny-long/model-00001-of-00002.safetensors",
            "not a saved conversation: expected tokens, rng and position");
    refused("", "/nowhere", "No such file");
    unlink(path);
}
