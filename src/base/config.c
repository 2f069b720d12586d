//> [config-includes] What reading a config.json needs
#include "base/config.h"
#include "base/config_parts.h"
#include "base/json.h"

#include <string.h>

enum { MOST_BYTES = 1 << 16 }; /* released ones have 2,000 */
//< [config-includes]

//> [config-steps] Replace, identify, read each key, compare them
static bool read_all(struct config *c, cJSON *json, const char *const *sets,
                     int n_sets, struct arena *arena, struct error *err)
{
    for (int i = 0; i < n_sets; i++)
        if (!config_override(json, sets[i], err))
            return false;
    const struct key_table *keys = config_identify(json, err);
    return keys && config_read(c, json, keys, arena, err)
           && config_check(c, err);
}
//< [config-steps]

//> [config-load] Every message begins with the name of the file
bool config_load(struct config *c, const char *path,
                 const char *const *sets, int n_sets, struct arena *arena,
                 struct error *err)
{
    *c = (struct config){ 0 };
    cJSON *json = json_file(path, MOST_BYTES, err);
    if (!json)
        return false;
    bool ok = read_all(c, json, sets, n_sets, arena, err);
    cJSON_Delete(json);
    return ok || fail_in(err, "%s: ", path);
}
//< [config-load]

//> [config-without] The mechanisms an experiment may switch off, by name
static const struct {
    const char *name;
    unsigned flag;
} mechanisms[] = {
    { "sink", WITHOUT_SINK },
    { "overlap", WITHOUT_OVERLAP },
    { "ape", WITHOUT_APE },
    { "yarn", WITHOUT_YARN },
    { "topk", WITHOUT_TOPK },
    { "hadamard", WITHOUT_HADAMARD },
};

static unsigned mechanism(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof mechanisms / sizeof *mechanisms; i++)
        if (strlen(mechanisms[i].name) == length
            && memcmp(mechanisms[i].name, name, length) == 0)
            return mechanisms[i].flag;
    return 0;
}
//< [config-without]

//> [config-without-list] Names between commas
bool config_without(unsigned *without, const char *list,
                    struct error *err)
{
    for (;;) {
        size_t length = strcspn(list, ",");
        unsigned flag = mechanism(list, length);
        if (!flag)
            return fail(err, "--without: found \"%.*s\", expected sink, "
                             "overlap, ape, yarn, topk or hadamard",
                        (int)(length < 80 ? length : 80), list);
        *without |= flag;
        if (!list[length])
            return true;
        list += length + 1;
    }
}
//< [config-without-list]
