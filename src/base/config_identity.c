//> [config-identity-includes] What telling architectures apart needs
#include "base/config_parts.h"

#include <stdio.h>
#include <string.h>
//< [config-identity-includes]

//> [config-identity-table] Architectures: one with a table can be read
static const struct architecture {
    const char *type, *name;       /* model_type, architectures */
    const struct key_table *keys;  /* NULL: told by name, and refused */
    const char *sentence;          /* what it is instead */
} architectures[] = {
    { "deepseek_v4", "DeepseekV4ForCausalLM", &config_keys_v4, NULL },
    { "deepseek_v41", "DeepseekV41ForCausalLM", NULL,
      "DeepSeek-V4.1 is another architecture, with Engram memory" },
    { "deepseek_v32", "DeepseekV32ForCausalLM", NULL,
      "DeepSeek-V3.2 is another architecture, with MLA and DSA" },
    { "deepseek_v3", "DeepseekV3ForCausalLM", NULL,
      "DeepSeek-V3 is another architecture, with MLA" },
};

enum { COUNT = sizeof architectures / sizeof *architectures };
//< [config-identity-table]

//> [config-identity-refuse] Another architecture is told by its name
static bool refuse(const char *key, const cJSON *item, const char *expected,
                   struct error *err)
{
    for (int i = 0; i < COUNT; i++)
        if (architectures[i].sentence
            && (json_is_word(item, architectures[i].type)
             || json_is_word(item, architectures[i].name)))
            return fail(err, "%s: found \"%s\", expected \"%s\": %s", key,
                        item->valuestring, expected,
                        architectures[i].sentence);
    char quoted[64];
    snprintf(quoted, sizeof quoted, "\"%s\"", expected);
    return json_refuse(err, key, item, quoted);
}
//< [config-identity-refuse]

//> [config-identity] model_type names it, architectures must agree
const struct key_table *config_identify(const cJSON *json,
                                        struct error *err)
{
    const cJSON *type = json_get(json, "model_type");
    const cJSON *list = json_get(json, "architectures");
    const struct architecture *a = architectures;
    while (a < architectures + COUNT && !(a->keys
                                          && json_is_word(type, a->type)))
        a++;
    if (a == architectures + COUNT) {
        refuse("model_type", type, architectures->type, err);
        return NULL;
    }
    if (list && !json_is_word(list->child, a->name)) {
        refuse("architectures", list->child, a->name, err);
        return NULL;
    }
    return a->keys;
}
//< [config-identity]
