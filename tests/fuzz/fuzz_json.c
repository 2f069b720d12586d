/* Any bytes as JSON: refused with a place and a reason; or a tree that,
 * printed, is JSON again, and the same.
 * Reader: base/json.c base/json_check.c base/utf8.c */
#include "base/json.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keys and strings must be UTF-8 to their end. Is a number infinite? Such
 * a one is printed as null. */
static void check(const cJSON *tree, bool *infinite)
{
    for (const cJSON *e = tree; e; e = e->next) {
        const char *texts[] = { e->string, e->valuestring };
        for (int i = 0; i < 2; i++)
            for (const char *t = texts[i]; t && *t;) {
                size_t length = utf8_read(NULL, t, strlen(t));
                if (!length)
                    abort();
                t += length;
            }
        if (cJSON_IsNumber(e) && e->valuedouble - e->valuedouble != 0)
            *infinite = true;
        check(e->child, infinite);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = { 0 };
    bool infinite = false;
    cJSON *tree = json_parse((const char *)data, size, &err);
    if (!tree) {
        if (!strstr(err.message, "found") || !strstr(err.message, "expected"))
            abort();
        return 0;
    }
    check(tree, &infinite);
    char *text = cJSON_PrintUnformatted(tree);
    cJSON *again = json_parse(text, strlen(text), &err);
    if (!again || (!infinite && !cJSON_Compare(tree, again, true)))
        abort();
    cJSON_Delete(again);
    cJSON_free(text);
    cJSON_Delete(tree);
    return 0;
}
