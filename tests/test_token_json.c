/**
 * @file
 * Tokens as lines of JSON: valid JSON whatever the bytes, and the numbers
 * that the model gave.
 */
#include "base/json.h"
#include "support/program.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static double number(const cJSON *line, const char *key)
{
    const cJSON *item = json_get(line, key);
    cr_assert(cJSON_IsNumber(item), "%s", key);
    return item->valuedouble;
}

/* All 256 bytes as a prompt, each a token: its text is the character, or
   U+FFFD; its bytes are itself. */
Test(token_json, lines)
{
    char ids[2048] = "0";
    for (int i = 1; i < 256; i++)
        snprintf(ids + strlen(ids), 8, ",%d", i);
    const struct run *r = v4_well("run tiny_models/tiny-long --ids %s -n 3 "
                                  "--json", ids);
    int lines = 0;
    for (char *at = r->out, *end; *at; at = end + 1, lines++) {
        struct error err;
        end = strchr(at, '\n');
        cr_assert_not_null(end);
        *end = '\0';
        /* json_parse() takes no character 0; elsewhere it is strict */
        cJSON *line = lines ? json_parse(at, strlen(at), &err) : NULL;
        if (!lines) {
            cr_assert_str_eq(at, "{\"position\":0,\"id\":0,\"text\":"
                             "\"\\u0000\",\"bytes\":[0],"
                             "\"logprob\":null}");
            continue;
        }
        cr_assert_not_null(line, "%s: %s", at, err.message);
        int id = (int)number(line, "id");
        const char *text = json_get(line, "text")->valuestring;
        cr_assert_eq(number(line, "position"), lines);
        cr_assert_eq(json_get(line, "bytes")->child->valueint, id);
        if (lines < 256)
            cr_assert(id == lines && cJSON_IsNull(json_get(line,
                                                           "logprob")));
        else
            cr_assert_lt(number(line, "logprob"), 0);
        if (id >= 128)
            cr_assert_str_eq(text, "\uFFFD");
        else
            cr_assert(text[0] == id && (id == 0 || text[1] == '\0'));
        cJSON_Delete(line);
    }
    cr_assert_eq(lines, 256 + 3);
}

