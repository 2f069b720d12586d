//> [json-includes] What JSON needs
#include "base/json.h"
#include "base/textfile.h"

#include <stdint.h>
#include <string.h>
//< [json-includes]

//> [json-twice] Two equal keys meet
/* The table is at least half empty, so a free place is near. */
static const char *twin(const char **table, size_t room, const char *key)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *c = key; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    size_t at = hash & (room - 1);
    for (; table[at]; at = (at + 1) & (room - 1))
        if (strcmp(table[at], key) == 0)
            return key;
    table[at] = key;
    return NULL;
}

//< [json-twice]

//> [json-twice-all] In no object, at any depth
static const char *key_twice(const cJSON *object, struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    size_t room = 2, keys = (size_t)cJSON_GetArraySize(object);
    while (room < 2 * keys)
        room *= 2;
    const char **table = arena_alloc(scratch, room, sizeof *table);
    const char *twice = NULL;
    for (const cJSON *e = object->child; e && !twice; e = e->next) {
        if (e->string)
            twice = twin(table, room, e->string);
        if (!twice && e->child)
            twice = key_twice(e, scratch);
    }
    arena_release(scratch, mark);
    return twice;
}
//< [json-twice-all]

//> [json-parse] Checked first, so that cJSON can only succeed
cJSON *json_parse(const char *text, size_t size, struct error *err)
{
    if (!json_check(text, size, err))
        return NULL;
    cJSON *json = need(cJSON_ParseWithLengthOpts(text, size, NULL, false));
    struct arena scratch = { 0 };
    const char *twice = key_twice(json, &scratch);
    if (twice) {
        fail(err, "%.200s: found twice, expected once", twice);
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

//> [json-ask] Get, compare, refuse
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

bool json_refuse(struct error *err, const char *key, const cJSON *found,
                 const char *expected)
{
    char *text = found ? need(cJSON_PrintUnformatted(found)) : NULL;
    fail(err, "%s: found %.80s, expected %s", key, text ? text : "nothing",
         expected);
    cJSON_free(text);
    return false;
}
//< [json-ask]
