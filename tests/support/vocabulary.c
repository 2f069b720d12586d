#include "support/vocabulary.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void learn_from(struct tokenizer *t, const char *text, int V)
{
    struct error err = { 0 };
    cr_assert(tokenizer_learn(t, text, strlen(text), V, &err), "%s",
              err.message);
}

bool open_flash(struct tokenizer *t)
{
    const char *dir = getenv("V4_FLASH");
    if (!dir || !*dir) {
        fprintf(stderr, "skipped: V4_FLASH names no folder with the "
                        "tokenizer.json of DeepSeek-V4-Flash\n");
        return false;
    }
    tokenizer_open(t, dir, 129280);
    cr_assert_str_empty(t->why.message);
    return true;
}

int *encode(int *n, const struct tokenizer *t, const char *text,
            size_t size, struct arena *arena)
{
    struct error err = { 0 };
    int *ids = tokenizer_encode(n, t, text, size, arena, &err);
    cr_assert(ids, "%s", err.message);
    return ids;
}

/* U+F8FF becomes a byte 0. Returns the new size. */
static size_t put_zeros(char *text)
{
    size_t n = 0;
    for (const char *c = text; *c; n++) {
        bool zero = strncmp(c, "\xef\xa3\xbf", 3) == 0;
        text[n] = (char)(zero ? 0 : *c);
        c += zero ? 3 : 1;
    }
    return n;
}

void assert_ids(const struct tokenizer *t, const char *text,
                const cJSON *ids)
{
    struct arena arena = { 0 };
    char *copy = strdup(text);
    size_t size = put_zeros(copy), at = 0, length;
    int n, *made = encode(&n, t, copy, size, &arena), i = 0;
    cr_assert_eq(n, cJSON_GetArraySize(ids), "%s: %d tokens", text, n);
    const cJSON *id;
    cJSON_ArrayForEach(id, ids) {
        cr_assert_eq(made[i], id->valueint, "%s: token %d is %d", text, i,
                     made[i]);
        const char *bytes = token_text(&length, t, made[i++]);
        cr_assert(bytes && at + length <= size
                  && memcmp(copy + at, bytes, length) == 0, "%s", text);
        at += length;
    }
    cr_assert_eq(at, size);
    free(copy);
    arena_free(&arena);
}

cJSON *golden_json(const char *name)
{
    char path[192];
    size_t size;
    struct error err = { 0 };
    snprintf(path, sizeof path, "tests/golden/%s", name);
    char *text = read_bytes(path, &size);
    for (char *c = text; (c = strstr(c, "\\u0000"));)
        memcpy(c + 2, "f8ff", 4);
    cJSON *json = json_parse(text, size, &err);
    cr_assert(json, "%s: %s", path, err.message);
    free(text);
    return json;
}
