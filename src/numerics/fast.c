//> [fast-includes] What choosing a set needs
#include "numerics/fast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
//< [fast-includes]

//> [fast-levels] From the slowest to the fastest
static const struct level *const levels[] = { &level_avx2, &level_avx512 };
enum { LEVELS = sizeof levels / sizeof *levels };

/* Is `name` one of the words of a list, separated by commas? */
static bool listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    while (list && *list) {
        size_t word = strcspn(list, ",");
        if (word == length && strncmp(list, name, length) == 0)
            return true;
        list += word + (list[word] == ',');
    }
    return false;
}

/* How many levels there are on this machine, each needing those below it.
   V4_NO_LEVELS=avx512 makes a machine poorer, for a test. */
static int levels_here(void)
{
    const char *off = getenv("V4_NO_LEVELS");
    int n = 0;
    while (n < LEVELS && levels[n]->here() && !listed(off, levels[n]->name))
        n++;
    return n;
}
//< [fast-levels]

//> [fast-make] The scalar set, overwritten level by level
static void make_set(int n, bool bits)
{
    static struct primitives made;
    static char name[32];
    made = primitives_scalar;
    for (int i = 0; i < n; i++) {
        levels[i]->same_bits(&made);
        if (!bits)
            levels[i]->own_order(&made);
    }
    snprintf(name, sizeof name, "%s%s", levels[n - 1]->name,
             bits ? "-bits" : "");
    made.name = name;
    prim = &made;
}
//< [fast-make]

//> [fast-choose] By name, or the best there is
/* Is it `level` or `level-bits`? */
static bool is_level(const char *name, const char *level, bool *bits)
{
    size_t length = strlen(level);
    *bits = strcmp(name + strnlen(name, length), "-bits") == 0;
    return strncmp(name, level, length) == 0 && (*bits || !name[length]);
}
//< [fast-choose]

//> [fast-unknown] Say which sets there are
static bool unknown(const char *name, int n, struct error *err)
{
    char sets[128] = "scalar, count";
    for (int i = 0; i < n; i++) {
        size_t used = strlen(sets);
        snprintf(sets + used, sizeof sets - used, ", %s, %s-bits",
                 levels[i]->name, levels[i]->name);
    }
    return fail(err, "unknown kernel set \"%s\": this machine has %s", name,
                sets);
}
//< [fast-unknown]

//> [fast-by-name] Find the name among those of this machine
bool primitives_choose(const char *name, struct error *err)
{
    int n = levels_here();
    bool bits = false;
    if (!name && n > 0) {
        make_set(n, false);
        return true;
    }
    if (!name || strcmp(name, "scalar") == 0) {
        prim = &primitives_scalar;
        return true;
    }
    if (strcmp(name, "count") == 0) {
        prim = &primitives_count;
        return true;
    }
    for (int i = 0; i < n; i++)
        if (is_level(name, levels[i]->name, &bits)) {
            make_set(i + 1, bits);
            return true;
        }
    return unknown(name, n, err);
}
//< [fast-by-name]
