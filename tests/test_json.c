/* JSON: what is refused, where, and why; what is accepted is all of it. */
#include "base/json.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    const char *text, *message;
} bad[] = {
    { "", "line 1, column 1: found the end, expected a value" },
    { " \n x", "line 2, column 2: found 'x', expected a value" },
    { "{\"a\":", "line 1, column 6: found the end, expected a value" },
    { "{\"a\" 1}", "line 1, column 6: found '1', expected a colon" },
    { "{a:1}", "line 1, column 2: found 'a', expected a key in quotes" },
    { "{\"a\":1,}", "line 1, column 8: found '}', expected a key in "
                    "quotes" },
    { "{\"a\":1 \"b\":2}", "line 1, column 8: found '\"', expected a comma "
                          "or }" },
    { "[1,2", "line 1, column 5: found the end, expected a comma or ]" },
    { "[1,]", "line 1, column 4: found ']', expected a value" },
    { "{}\n\n{}", "line 3, column 1: found '{', expected the end of the "
                  "text" },
    { "tru", "line 1, column 1: found 't', expected a value" },
    { "nulll", "line 1, column 5: found 'l', expected the end of the "
               "text" },
    { "NaN", "line 1, column 1: found 'N', expected a value" },
    { "01", "line 1, column 2: found '1', expected the end of the text" },
    { "+1", "line 1, column 1: found '+', expected a value" },
    { "-", "line 1, column 2: found the end, expected a digit" },
    { "1.", "line 1, column 3: found the end, expected a digit" },
    { ".5", "line 1, column 1: found '.', expected a value" },
    { "1e+", "line 1, column 4: found the end, expected a digit" },
    { "\"a", "line 1, column 3: found the end, expected a character of a "
             "string, or its closing \"" },
    { "\"a\tb\"", "line 1, column 3: found byte 0x09, expected a character "
                  "of a string, or its closing \"" },
    { "\"\\x\"", "line 1, column 3: found 'x', expected one of "
                 "\"\\/bfnrtu after a backslash" },
    { "\"\\u12g4\"", "line 1, column 6: found 'g', expected four "
                     "hexadecimal digits" },
    { "[\"a\\u0000b\"]", "line 1, column 4: found '\\', expected no "
                         "character 0 in a string" },
    { "\"\\ud83d\"", "line 1, column 2: found '\\', expected both halves of "
                     "a surrogate pair" },
    { "\"\\ud83d\\u0041\"", "line 1, column 2: found '\\', expected both "
                            "halves of a surrogate pair" },
    { "\"\\ude00\"", "line 1, column 2: found '\\', expected both halves of "
                     "a surrogate pair" },
    { "\"\xed\xa0\x80\"", "line 1, column 2: found byte 0xed, expected "
                          "UTF-8" },
    { "\"\xc0\x80\"", "line 1, column 2: found byte 0xc0, expected UTF-8" },
    { "\"\xff\"", "line 1, column 2: found byte 0xff, expected UTF-8" },
    { "\xef\xbb\xbf{}", "line 1, column 1: found byte 0xef, expected a "
                        "value" },
    { "{\"a\":1,\"b\":{\"c\":[{\"d\":1,\"d\":2}]}}",
      "b.c.d: found twice, expected once" },
    { "{\"a\":1,\"\\u0061\":2}", "a: found twice, expected once" },
};

Test(json, what_is_wrong_and_where)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error err = { 0 };
        size_t size = strlen(bad[i].text);
        char *copy = malloc(size + !size); /* no byte behind it */
        memcpy(copy, bad[i].text, size);
        cr_assert_null(json_parse(copy, size, &err), "%s", bad[i].text);
        cr_assert_str_eq(err.message, bad[i].message, "%s: %s",
                         bad[i].text, err.message);
        free(copy);
    }
}

/* Every beginning of a JSON text that is no number is no JSON text. */
Test(json, no_beginning_will_do)
{
    const char text[] = " {\"k\\n\": [1, -2.5e+3, true, null, \"\\ud83d"
                        "\\ude00 \xc3\xa9\", {}, []], \"\": 0}";
    for (size_t n = 0; n < sizeof text - 1; n++)
        cr_assert_not(json_check(text, n, NULL), "%.*s", (int)n, text);
    cJSON *json = json_parse(text, sizeof text - 1, NULL);
    const cJSON *list = json_get(json, "k\n");
    cr_assert_eq(cJSON_GetArraySize(list), 7);
    cr_assert_eq(cJSON_GetArrayItem(list, 1)->valuedouble, -2500);
    cr_assert(json_is_word(cJSON_GetArrayItem(list, 4),
                           "\xf0\x9f\x98\x80 \xc3\xa9"));
    cJSON_Delete(json);
}

/* What the check accepts, cJSON must take: depth and length of numbers. */
Test(json, the_limits_are_ours)
{
    char text[1024];
    for (int deep = 255; deep <= 257; deep++) {
        memset(text, '[', (size_t)deep);
        memset(text + deep, ']', (size_t)deep);
        cJSON *json = json_parse(text, 2 * (size_t)deep, NULL);
        cr_assert_eq(json != NULL, deep <= 256, "depth %d", deep);
        cJSON_Delete(json);
    }
    memset(text, '1', sizeof text);
    for (size_t n = 62; n <= 65; n++) {
        cJSON *json = json_parse(text, n, NULL);
        cr_assert_eq(json != NULL, n <= 63, "%zu digits", n);
        cJSON_Delete(json);
    }
}

/* As many keys as a vocabulary has: a second, not an hour. */
Test(json, a_vocabulary_of_keys, .timeout = 60)
{
    enum { KEYS = 130000 };
    char *text = malloc((size_t)KEYS * 24 + 32), *end = text;
    for (int i = 0; i < KEYS; i++)
        end += sprintf(end, "%c\"token %d\":%d", i ? ',' : '{', i, i);
    struct error err;
    end[0] = '}';
    cJSON *json = json_object(text, (size_t)(end - text) + 1, &err);
    cr_assert(json, "%s", err.message);
    cr_assert_eq(cJSON_GetArraySize(json), KEYS);
    cJSON_Delete(json);
    end += sprintf(end, ",\"token 7\":0}");
    cr_assert_null(json_object(text, (size_t)(end - text), &err));
    cr_assert_str_eq(err.message, "token 7: found twice, expected once");
    free(text);
}

Test(json, questions)
{
    const char text[] = "{\"a\":\"word\",\"A\":[1,\"x\"],\"n\":null}";
    struct error err;
    cJSON *json = json_object(text, sizeof text - 1, &err);
    cr_assert(json_is_word(json_get(json, "a"), "word"));
    cr_assert_not(json_is_word(json_get(json, "a"), "wor"));
    cr_assert_not(json_is_word(json_get(json, "n"), "null"));
    cr_assert_null(json_get(json, "b"));
    cr_assert_null(json_get(NULL, "a"));
    cr_assert_null(json_get(json_get(json, "A"), "a"), "a list has no keys");
    cr_assert_not(json_refuse(&err, "A", json_get(json, "A"), "an object"));
    cr_assert_str_eq(err.message, "A: found [1,\"x\"], expected an object");
    json_refuse(&err, "x.y", NULL, "a number");
    cr_assert_str_eq(err.message, "x.y: found nothing, expected a number");
    cJSON_Delete(json);
}

static void refused(const char *path, size_t most, const char *rest)
{
    struct error err;
    cr_assert_null(json_file(path, most, &err));
    assert_message(err.message, path, rest);
}

/* Absent, unreadable, too long, no JSON, other JSON: five sentences. */
Test(json, files, .timeout = 20)
{
    char path[128];
    temp_path(path, "json");
    refused(path, 99, "cannot be read: No such file or directory");
    refused("tests", 99, "found a folder, expected a file");
    write_bytes(path, "[1]", 3);
    refused(path, 2, "found more than 2 bytes, expected at most that many");
    refused(path, 3, "found a list, expected a JSON object");
    write_bytes(path, "{,}", 3);
    refused(path, 3, "line 1, column 2: found ',', expected a key in quotes");
    write_bytes(path, "{}\0", 3);
    refused(path, 3, "line 1, column 3: found byte 0x00, expected the end "
                     "of the text");
    write_bytes(path, "{} ", 3);
    cJSON *json = json_file(path, 3, NULL);
    cr_assert(cJSON_IsObject(json));
    cJSON_Delete(json);
    unlink(path);
    cr_assert_eq(mkfifo(path, 0600), 0);
    refused(path, 99, "found a pipe, expected a file");
    unlink(path);
}
