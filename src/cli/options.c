//> [options-includes] What reading the command line needs
#include "cli/options.h"

#include "cli/options_table.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
//< [options-includes]

//> [options-find] Is it known, and is it accepted here?
static const char *dashes(const struct rule *r)
{
    return r->name[1] ? "--" : "-";
}

static bool is_among(const char *names, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = names; *at;) {
        size_t word = strcspn(at, " ");
        if (word == length && strncmp(at, name, length) == 0)
            return true;
        at += word + strspn(at + word, " ");
    }
    return false;
}

/* `length` bytes of `name` are compared. */
static const struct rule *find(const char *name, size_t length)
{
    for (int i = 0; i < n_rules; i++)
        if (strlen(rules[i].name) == length
            && strncmp(rules[i].name, name, length) == 0)
            return &rules[i];
    return NULL;
}
//< [options-find]

//> [options-number] A number in its range
static bool read_number(double *out, const struct rule *r, const char *text,
                        struct error *err)
{
    char *end;
    double value = strtod(text, &end);
    bool whole = r->type == REAL || value == floor(value);
    if (end != text && !*end && whole && value >= r->min && value <= r->max) {
        *out = value;
        return true;
    }
    const char *what = r->type == WHOLE ? "whole number" : "number";
    return fail(err, "%s%s: found \"%.100s\", expected a %s from %g to %.10g",
                dashes(r), r->name, text, what, r->min, r->max);
}

static bool read_seed(uint64_t *out, const char *text, struct error *err)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 0);
    if (isdigit((unsigned char)text[0]) && !*end && errno == 0)
        return true;
    return fail(err, "--seed: found \"%.100s\", expected a whole number "
                "from 0 to %llu", text, ULLONG_MAX);
}
//< [options-number]

//> [options-words] Values that are words
static bool read_numerics(enum numerics *out, const char *text,
                          struct error *err)
{
    if (strcmp(text, "exact") != 0 && strcmp(text, "faithful") != 0)
        return fail(err, "--numerics: found \"%.100s\", expected exact or "
                    "faithful", text);
    *out = text[0] == 'e' ? EXACT : FAITHFUL;
    return true;
}

static bool add_set(struct options *o, const char *text, struct error *err)
{
    if (!strchr(text, '='))
        return fail(err, "--set: found \"%.100s\", expected KEY=VALUE",
                    text);
    if (o->n_sets == MOST_SETS)
        return fail(err, "--set: at most %d times", MOST_SETS);
    o->sets[o->n_sets++] = text;
    return true;
}
//< [options-words]

//> [options-context] One length, or several
static bool read_context(struct options *o, const struct rule *r,
                         const char *text, struct error *err)
{
    o->n_contexts = read_integers(o->contexts, MOST_CONTEXTS, text);
    for (int i = 0; i < o->n_contexts && i < MOST_CONTEXTS; i++)
        if (o->contexts[i] < r->min || o->contexts[i] > r->max)
            o->n_contexts = -1;
    o->context = o->contexts[0];
    if (o->n_contexts >= 1 && o->n_contexts <= MOST_CONTEXTS)
        return true;
    return fail(err, "--context: found \"%.100s\", expected a whole number "
                "from %g to %.10g", text, r->min, r->max);
}

/* Only a command that accepts "contexts" takes several. */
static bool may_list(const struct options *o, const char *accepted,
                     struct error *err)
{
    return o->n_contexts < 2 || is_among(accepted, "contexts")
           || fail(err, "--context: found %d numbers, expected one",
                   o->n_contexts);
}
//< [options-context]

//> [options-store] Where a value goes follows from its type
static bool store(struct options *o, const struct rule *r, const char *text,
                  struct error *err)
{
    void *field = (char *)o + r->offset;
    double number = 0;
    switch (r->type) {
    case FLAG:
        *(bool *)field = true;
        return true;
    case TEXT:
        *(const char **)field = text;
        return true;
    //> [options-store-number] Numbers must be in their range
    case WHOLE:
        if (!read_number(&number, r, text, err))
            return false;
        *(int *)field = (int)number;
        return true;
    case REAL:
        if (!read_number(&number, r, text, err))
            return false;
        *(float *)field = (float)number;
        return true;
    //< [options-store-number]
    case SEED: return read_seed(field, text, err);
    case CONTEXT: return read_context(o, r, text, err);
    case SET: return add_set(o, text, err);
    case WITHOUT: return config_without(field, text, err);
    case NUMERICS: return read_numerics(field, text, err);
    }
    return false;
}
//< [options-store]

//> [options-word] One word that begins with a dash
/* `next` is the word after it; *used says whether it was the value. */
static bool read_option(struct options *o, const char *accepted,
                        const char *word, const char *next, bool *used,
                        struct error *err)
{
    bool is_long = word[1] == '-';
    const char *name = word + (is_long ? 2 : 1);
    size_t length = is_long ? strcspn(name, "=") : 1;
    const char *value = name[length] ? name + length + is_long : NULL;
    const struct rule *r = find(name, length);
    if (!r || is_long != (length > 1) || !is_among(accepted, r->name))
        return fail(err, "unknown option %.100s", word);
    if (r->type == FLAG && value)
        return fail(err, "--%s takes no value", r->name);
    if (r->type != FLAG && !value) {
        if (!next)
            return fail(err, "%s needs a value: %s", word, r->value);
        value = next;
        *used = true;
    }
    return store(o, r, value, err);
}
//< [options-word]

//> [options-read] Word by word
bool options_read(struct options *o, const char *accepted, int argc,
                  char **argv, struct error *err)
{
    *o = (struct options){ .chunk = 512, .n = 64, .most = 4096, .top_p = 1,
                           .layer = -1, .head = -1, .layers = "0,4,128,4",
                           .widths = "flash", .experts = 16,
                           .kernels = getenv("V4_KERNELS") };
    bool only_arguments = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        bool used = false;
        if (!only_arguments && strcmp(word, "--") == 0)
            only_arguments = true;
        else if (!only_arguments && word[0] == '-' && word[1]) {
            const char *next = i + 1 < argc ? argv[i + 1] : NULL;
            if (!read_option(o, accepted, word, next, &used, err))
                return false;
        } else if (o->n_args < MOST_ARGUMENTS)
            o->args[o->n_args++] = word;
        else
            return fail(err, "too many arguments, from %.100s on", word);
        i += used;
    }
    return may_list(o, accepted, err);
}
//< [options-read]

//> [options-need] Was everything said that must be?
/* What was not said is NULL, or -1. */
static bool is_given(const struct options *o, const struct rule *r)
{
    const void *field = (const char *)o + r->offset;
    if (r->type == TEXT)
        return *(const char *const *)field != NULL;
    return *(const int *)field >= 0;
}

bool options_need(const struct options *o, const char *needed,
                  struct error *err)
{
    for (int i = 0; needed && i < n_rules; i++) {
        const struct rule *r = &rules[i];
        if (is_among(needed, r->name) && !is_given(o, r))
            return fail(err, "%s%s %s is missing", dashes(r), r->name,
                        r->value);
    }
    return true;
}
//< [options-need]

//> [options-explain] The same table as help
void options_explain(FILE *out, const char *accepted)
{
    for (int i = 0; i < n_rules; i++) {
        const struct rule *r = &rules[i];
        char name[32];
        if (!is_among(accepted, r->name))
            continue;
        snprintf(name, sizeof name, "%s%s%s%s", dashes(r), r->name,
                 r->value ? " " : "", r->value ? r->value : "");
        fprintf(out, "  %-20s %s\n", name, r->help);
    }
}
//< [options-explain]

//> [options-integers] A list of whole numbers
int read_integers(int *out, int most, const char *text)
{
    static const char between[] = ", \t\r\n\v\f";
    int n = 0;
    for (text += strspn(text, between); *text; n++) {
        char *end;
        errno = 0;
        int64_t value = strtoll(text, &end, 10);
        if (end == text || errno || value < INT_MIN || value > INT_MAX
            || !strchr(between, *end))
            return -1;
        if (out && n < most)
            out[n] = (int)value;
        text = end + strspn(end, between);
    }
    return n;
}
//< [options-integers]
