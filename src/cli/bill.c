//> [bill-includes] What reading it needs
#include "cli/bill.h"

#include "base/json.h"
#include "base/textfile.h"
#include "cli/session.h"

#include <sys/stat.h>
//< [bill-includes]

//> [bill-read] Whose config.json is it?
/* What cannot be read here, config_load() cannot read either, and says. */
static bool is_v32(const char *path)
{
    struct error ignored;
    cJSON *json = json_file(path, 1 << 20, &ignored);
    bool yes = json_is_word(json_get(json, "model_type"), "deepseek_v32");
    cJSON_Delete(json);
    return yes;
}
//< [bill-read]

//> [bill-read-it] A file, or the file of a folder
bool bill_read(struct bill *b, const char *name, const struct options *o,
               struct arena *arena, struct error *err)
{
    struct stat st;
    bool is_folder = stat(name, &st) == 0 && S_ISDIR(st.st_mode);
    const char *path = is_folder ? path_in(name, "config.json", arena)
                                 : name;
    *b = (struct bill){ .name = name, .is_v32 = is_v32(path) };
    if (b->is_v32 && o->n_sets)
        return misuse(err, "--set changes a V4 configuration, and %s is "
                      "none", path);
    if (b->is_v32)
        return v32_numbers_read(&b->v32, path, err);
    if (!config_load(&b->v4, path, o->sets, o->n_sets, arena, err))
        return false;
    session_list_notes(&b->v4, path);
    return true;
}
//< [bill-read-it]

//> [bill-ask] Its formulas
struct cost bill_cost(const struct bill *b, int n)
{
    struct cost cost;
    if (b->is_v32)
        cost_v32(&cost, &b->v32, n);
    else
        cost_v4(&cost, &b->v4, n);
    return cost;
}

struct cost_cache bill_cache(const struct bill *b, int n,
                             enum cost_format format)
{
    return b->is_v32 ? cost_v32_cache(&b->v32, n, format)
                     : cost_v4_cache(&b->v4, n, format);
}
//< [bill-ask]
