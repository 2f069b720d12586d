//> [json-includes] What JSON needs
#include "base/json.h"
#include "base/textfile.h"

#include <stdint.h>
#include <string.h>

enum { QUOTED = 120 }; /* bytes of a value, in a message */
//< [json-includes]

//> [json-twice] Two equal keys meet
/* The table is at least half empty, so a free place is near. */
static bool is_new(const char **table, size_t room, const char *key)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = key; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    size_t at = hash & (room - 1);
    for (; table[at]; at = (at + 1) & (room - 1))
        if (strcmp(table[at], key) == 0)
            return false;
    table[at] = key;
    return true;
}
//< [json-twice]

//> [json-twice-all] In no object, at any depth
static bool keys_differ(const cJSON *tree, struct arena *scratch,
                        struct error *err)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t room = 2, keys = 0;
    if (cJSON_IsObject(tree))
        keys = (size_t)cJSON_GetArraySize(tree);
    while (room < 2 * keys)
        room *= 2;
    const char **table = arena_alloc(scratch, room, sizeof *table);
    bool ok = true;
    for (const cJSON *e = tree->child; ok && e; e = e->next) {
        const char *key = e->string; /* NULL in a list */
        if (key && !is_new(table, room, key))
            ok = fail(err, "%.200s: found twice, expected once", key);
        else if (e->child && !keys_differ(e, scratch, err))
            ok = key ? fail_in(err, "%.200s.", key) : false;
    }
    arena_release(scratch, mark);
    return ok;
}
//< [json-twice-all]

//> [json-parse] Checked first, so that cJSON can only succeed
cJSON *json_parse(const char *text, size_t size, struct error *err)
{
    if (!json_check(text, size, err))
        return NULL;
    cJSON *json = need(cJSON_ParseWithLengthOpts(text, size, NULL, false));
    struct arena scratch = { 0 };
    if (!keys_differ(json, &scratch, err)) {
        cJSON_Delete(json);
        json = NULL;
    }
    arena_free(&scratch);
    return json;
}
//< [json-parse]

//> [json-object] Most files are objects
static const char *kind_name(const cJSON *json)
{
    if (cJSON_IsArray(json))
        return "a list";
    if (cJSON_IsString(json))
        return "a string";
    return cJSON_IsNumber(json) ? "a number" : "a word";
}

cJSON *json_object(const char *text, size_t size, struct error *err)
{
    cJSON *json = json_parse(text, size, err);
    if (!json || cJSON_IsObject(json))
        return json;
    fail(err, "found %s, expected a JSON object", kind_name(json));
    cJSON_Delete(json);
    return NULL;
}
//< [json-object]

//> [json-file] A file that is one
cJSON *json_file(const char *path, size_t most, struct error *err)
{
    struct arena arena = { 0 };
    size_t size = 0;
    cJSON *json = NULL;
    char *text = text_read(&size, path, most, ONLY_A_FILE, &arena, err);
    if (text && !(json = json_object(text, size, err)))
        fail_in(err, "%s: ", path);
    arena_free(&arena);
    return json;
}
//< [json-file]

//> [json-ask] Get and compare
const cJSON *json_get(const cJSON *object, const char *key)
{
    return cJSON_IsObject(object)
               ? cJSON_GetObjectItemCaseSensitive(object, key)
               : NULL;
}

bool json_is_word(const cJSON *item, const char *word)
{
    return cJSON_IsString(item) && strcmp(item->valuestring, word) == 0;
}
//< [json-ask]

//> [json-refuse] Quote what was found, or as much as helps
bool json_refuse(struct error *err, const char *key, const cJSON *found,
                 const char *expected)
{
    char *text = found ? need(cJSON_PrintUnformatted(found)) : NULL;
    const char *quote = text ? text : "nothing";
    size_t length = strlen(quote), shown = length;
    if (shown > QUOTED)
        for (shown = QUOTED; ((unsigned char)quote[shown] & 0xc0) == 0x80;)
            shown--; /* not in the middle of a character */
    fail(err, "found %.*s%s, expected %s", (int)shown, quote,
         shown < length ? "…" : "", expected);
    cJSON_free(text);
    return key ? fail_in(err, "%s: ", key) : false;
}
//< [json-refuse]
