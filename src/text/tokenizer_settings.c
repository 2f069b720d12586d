//> [tokenizer-settings-includes] What understanding the settings needs
#include "text/tokenizer_parts.h"

#include <stdio.h>
#include <string.h>

enum { NAME = 128 };
//< [tokenizer-settings-includes]

//> [tokenizer-settings-refuse] What is not built here
/* Null, false, 0, "", [] and nothing at all change no token. */
static bool idle(const cJSON *item)
{
    if (cJSON_IsString(item))
        return item->valuestring[0] == '\0';
    if (cJSON_IsNumber(item))
        return item->valuedouble == 0;
    return !item || cJSON_IsNull(item) || cJSON_IsFalse(item)
        || (cJSON_IsArray(item) && !item->child);
}

/* All keys of a list, "a b c", must be idle. */
bool tokenizer_idle(const cJSON *object, const char *where,
                    const char *keys, struct error *err)
{
    char key[64], name[128];
    for (int n; sscanf(keys, "%63s%n", key, &n) == 1; keys += n) {
        snprintf(name, sizeof name, "%s%s", where, key);
        if (!idle(json_get(object, key)))
            return json_refuse(err, name, json_get(object, key),
                               "null or false: it is not built here");
    }
    return true;
}
//< [tokenizer-settings-refuse]

//> [tokenizer-settings-word] A setting that must be this word
static bool want_word(const cJSON *object, const char *where,
                      const char *key, const char *word, struct error *err)
{
    char name[128], expected[128];
    snprintf(name, sizeof name, "%s%s", where, key);
    snprintf(expected, sizeof expected, "\"%s\"", word);
    return json_is_word(json_get(object, key), word)
        || json_refuse(err, name, json_get(object, key), expected);
}
//< [tokenizer-settings-word]

//> [tokenizer-settings-split] One expression
static bool read_split(struct tokenizer *t, const cJSON *split, int i,
                       struct error *err)
{
    char where[NAME];
    const cJSON *regex = json_get(json_get(split, "pattern"), "Regex");
    snprintf(where, sizeof where, "pre_tokenizer.pretokenizers[%d].", i);
    if (!want_word(split, where, "type", "Split", err)
        || !want_word(split, where, "behavior", "Isolated", err)
        || !tokenizer_idle(split, where, "invert", err))
        return false;
    snprintf(where, sizeof where,
             "pre_tokenizer.pretokenizers[%d].pattern.Regex", i);
    if (!cJSON_IsString(regex))
        return json_refuse(err, where, regex, "a regular expression");
    return splitter_add(&t->splitter, regex->valuestring, err)
        || fail_in(err, "%s: ", where);
}
//< [tokenizer-settings-split]

//> [tokenizer-settings-splits] Expressions, then the byte alphabet
/* Expressions, then the byte alphabet, which here is no step of its own. */
static bool read_splits(struct tokenizer *t, const cJSON *json,
                        struct error *err)
{
    const cJSON *pre = json_get(json, "pre_tokenizer");
    const cJSON *step = json_get(pre, "pretokenizers");
    bool list = json_is_word(json_get(pre, "type"), "Sequence");
    step = list && step ? step->child : pre;
    for (int i = 0; list && step && step->next; i++, step = step->next)
        if (!read_split(t, step, i, err))
            return false;
    return want_word(step, "pre_tokenizer: last ", "type", "ByteLevel",
                     err)
        && tokenizer_idle(step, "pre_tokenizer: last ",
                     "add_prefix_space use_regex", err);
}
//< [tokenizer-settings-splits]

//> [tokenizer-settings-all] All settings
bool tokenizer_settings(struct tokenizer *t, const cJSON *json,
                        struct error *err)
{
    const cJSON *normalizer = json_get(json, "normalizer");
    const cJSON *model = json_get(json, "model");
    const cJSON *after = json_get(json, "post_processor");
    if (json_is_word(json_get(normalizer, "type"), "Sequence"))
        normalizer = json_get(normalizer, "normalizers");
    if (!idle(normalizer))
        return json_refuse(err, "normalizer", normalizer, "none");
    return want_word(model, "model.", "type", "BPE", err)
        && tokenizer_idle(model, "model.", "dropout unk_token ignore_merges "
                     "continuing_subword_prefix end_of_word_suffix "
                     "byte_fallback", err)
        && tokenizer_idle(json, "", "truncation padding", err)
        && (idle(after) || want_word(after, "post_processor.", "type",
                                     "ByteLevel", err))
        && read_splits(t, json, err);
}
//< [tokenizer-settings-all]
