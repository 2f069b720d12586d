//> [config-set-includes] What replacing values needs
#include "base/config_parts.h"

#include "base/json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TEXT = 4096 };
//< [config-set-includes]

//> [config-set-child] A key of an object, or an index of a list
static cJSON *child(cJSON *parent, const char *key)
{
    if (!cJSON_IsArray(parent))
        return cJSON_GetObjectItemCaseSensitive(parent, key);
    char *end;
    int64_t i = strtoll(key, &end, 10);
    if (end == key || *end || i < 0 || i >= cJSON_GetArraySize(parent))
        return NULL;
    return cJSON_GetArrayItem(parent, (int)i);
}
//< [config-set-child]

//> [config-set-value] JSON, or a list without brackets, or a word
static cJSON *read_value(const char *text, const cJSON *old)
{
    char list[MOST_TEXT + 3];
    if (cJSON_IsArray(old) && text[0] != '[') {
        snprintf(list, sizeof list, "[%s]", text);
        return json_parse(list, strlen(list), NULL);
    }
    cJSON *value = json_parse(text, strlen(text), NULL);
    return value ? value : need(cJSON_CreateString(text));
}
//< [config-set-value]

//> [config-set-replace] The new value in the old one's place
static void replace(cJSON *parent, cJSON *old, cJSON *value)
{
    bool ok = cJSON_IsArray(parent)
                  ? cJSON_ReplaceItemViaPointer(parent, old, value)
                  : cJSON_ReplaceItemInObjectCaseSensitive(
                        parent, old->string, value);
    if (!ok) /* its copy of the name found no room */
        out_of_memory(sizeof *old);
}
//< [config-set-replace]

//> [config-override] Walk down the dots, then replace
bool config_override(cJSON *json, const char *set,
                     struct error *err)
{
    char text[MOST_TEXT];
    size_t length = strlen(set);
    const char *equals = strchr(set, '=');
    if (!equals || equals == set || length >= sizeof text)
        return fail(err, "--set %.200s: found no key, expected KEY=VALUE",
                    set);
    memcpy(text, set, length + 1);
    text[equals - set] = '\0';
    //> [config-set-walk] Down the dots, to what stands there
    cJSON *parent = json, *old = NULL;
    char *rest = text;
    for (char *key; (key = strsep(&rest, ".")); ) {
        parent = old ? old : json;
        old = child(parent, key);
        if (!old)
            return fail(err, "--set %.200s: found no such key in the file, "
                             "expected one of its keys", set);
    }
    cJSON *value = read_value(equals + 1, old);
    if (!value)
        return fail(err, "--set %.200s: found no numbers, expected a list "
                         "of them, separated by commas", set);
    replace(parent, old, value);
    return true;
    //< [config-set-walk]
}
//< [config-override]
