//> [options-includes] What reading the command line needs
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
//< [options-includes]

//> [options-rule] One line of the table
enum type {
    FLAG, TEXT, WHOLE, REAL, SEED, SET, WITHOUT, NUMERICS, CONTEXT
};

struct rule {
    const char *name;  /* without the dashes; one letter: one dash */
    enum type type;
    size_t offset;     /* into struct options */
    double min, max;   /* of WHOLE and REAL */
    const char *value; /* what the help calls it */
    const char *help;
};

#define TO(field) offsetof(struct options, field)
//< [options-rule]

//> [options-table] data: All options
static const struct rule rules[] = {
    { "p", TEXT, TO(text), 0, 0, "TEXT", "the prompt" },
    { "f", TEXT, TO(file), 0, 0, "FILE", "the text, from a file" },
    { "ids", TEXT, TO(ids), 0, 0, "1,2,3", "the prompt as token ids" },
    { "ids-file", TEXT, TO(ids_file), 0, 0, "FILE",
      "token ids from a file, separated by white space" },
    { "decode", TEXT, TO(decode), 0, 0, "IDS", "token ids into text" },
    { "batch", FLAG, TO(batch), 0, 0, NULL, "JSON lines, one by one" },
    { "release", TEXT, TO(release), 0, 0, "R",
      "0731 or preview: whose chat format" },
    { "parse", FLAG, TO(parse), 0, 0, NULL, "an answer into a message" },
    { "thinking", FLAG, TO(thinking), 0, 0, NULL,
      "the answer begins with a thought" },
    { "most", WHOLE, TO(most), 1, 1 << 30, "N",
      "tokens of an answer (4096)" },
    { "train", TEXT, TO(train), 0, 0, "FILE", "a text to learn from" },
    { "vocab", WHOLE, TO(vocab), 1, 1 << 24, "N", "tokens to learn" },
    { "hidden", TEXT, TO(hidden), 0, 0, "FILE:NAME",
      "the streams to start from, (T, n, d)" },
    { "n", WHOLE, TO(n), 0, 1 << 30, "N", "tokens to make (64)" },
    { "temperature", REAL, TO(temperature), 0, 1000, "X",
      "0 is greedy (the default), 1 as the model says" },
    { "top-p", REAL, TO(top_p), 1e-9, 1, "X",
      "only the likeliest tokens that have X together (1)" },
    { "stats", FLAG, TO(stats), 0, 0, NULL,
      "tokens per second; with --kernels count operations, too" },
    { "save", TEXT, TO(save), 0, 0, "FILE", "put the conversation away" },
    { "resume", TEXT, TO(resume), 0, 0, "FILE",
      "go on with it, chance and all (no --seed)" },
    { "prefill", WHOLE, TO(prefill), 1, 1 << 30, "P",
      "feed P ids at once, the rest one by one" },
    { "mtp", FLAG, TO(mtp), 0, 0, NULL, "the MTP block, too" },
    { "match", TEXT, TO(match), 0, 0, "GLOB", "only names like this" },
    { "layer", WHOLE, TO(layer), 0, 1 << 20, "L", "which block, from 0" },
    { "head", WHOLE, TO(head), 0, 1 << 20, "H",
      "which head, from 0 (the mean of all)" },
    { "last", WHOLE, TO(last), 1, 1 << 30, "N",
      "only the last N queries (all, or 128 of a long text)" },
    { "prefix", TEXT, TO(prefix), 0, 0, "P", "before the tensors' names" },
    { "kind", TEXT, TO(kind), 0, 0, "KIND", "line, bars, heat or marks" },
    { "title", TEXT, TO(title), 0, 0, "TEXT", "above the plot" },
    { "xlabel", TEXT, TO(x_label), 0, 0, "TEXT", "below it" },
    { "ylabel", TEXT, TO(y_label), 0, 0, "TEXT", "beside it" },
    { "log-x", FLAG, TO(log_x), 0, 0, NULL, "x by powers of ten" },
    { "log-y", FLAG, TO(log_y), 0, 0, NULL, "y by powers of ten" },
    { "of", TEXT, TO(of), 0, 0, "WHAT",
      "operations (the default) or cache: what is drawn" },
    { "weights", TEXT, TO(weights), 0, 0, "ACCOUNT",
      "fp8-equivalent (the default) or raw" },
    { "cache", TEXT, TO(cache), 0, 0, "FORMAT",
      "fp8 (the default), codes, bf16 or f32" },
    { "like", TEXT, TO(like), 0, 0, "NAME",
      "tiny_models/configs/NAME.json instead of CONFIG" },
    { "sparse", FLAG, TO(sparse), 0, 0, NULL,
      "holes instead of numbers: the layout alone" },
    { "layers", TEXT, TO(layers), 0, 0, "0,4,…",
      "ratios of the layers that are measured (0,4,128,4)" },
    { "widths", TEXT, TO(widths), 0, 0, "NAME",
      "those of tiny_models/configs/v4-NAME.json (flash)" },
    { "experts", WHOLE, TO(experts), 1, 1 << 16, "N",
      "experts of a layer (16)" },
    { "quick", FLAG, TO(quick), 0, 0, NULL,
      "once, with little memory: to see that it works" },
    { "deep", FLAG, TO(deep), 0, 0, NULL, "look for NaN in every tensor" },
    { "json", FLAG, TO(json), 0, 0, NULL, "the same for programs" },
    { "o", TEXT, TO(out), 0, 0, "OUT", "where the result goes" },
    { "numerics", NUMERICS, TO(numerics), 0, 0, "HOW",
      "exact (the default) or faithful" },
    { "set", SET, TO(sets), 0, 0, "KEY=VALUE",
      "replace a number of config.json" },
    { "without", WITHOUT, TO(without), 0, 0, "LIST",
      "switch off: sink, overlap, ape, yarn, topk, hadamard" },
    { "context", CONTEXT, TO(context), 1, 1 << 30, "N",
      "a cache with room for N tokens" },
    { "chunk", WHOLE, TO(chunk), 1, 1 << 20, "N",
      "tokens in one pass (512)" },
    { "seed", SEED, TO(seed), 0, 0, "S", "where chance begins (0)" },
    { "kernels", TEXT, TO(kernels), 0, 0, "SET",
      "which set of kernels (the best); also V4_KERNELS" },
    { "threads", WHOLE, TO(threads), 1, 1024, "N", "how many threads" },
};

enum { N_RULES = sizeof rules / sizeof *rules };
//< [options-table]

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
    for (int i = 0; i < N_RULES; i++)
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
    for (int i = 0; needed && i < N_RULES; i++) {
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
    for (int i = 0; i < N_RULES; i++) {
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
