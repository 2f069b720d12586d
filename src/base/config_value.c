//> [config-value-includes] What reading a value needs
#include "base/config_parts.h"

#include <stdio.h>
#include <string.h>
//< [config-value-includes]

//> [config-value-noun] What a row's number is called
static const char *noun(const struct key *key)
{
    if (key->fate == REAL)
        return "a number";
    return key->fate == WHOLES ? "whole numbers" : "a whole number";
}
//< [config-value-noun]

//> [config-value-refuse] Name the key, quote what was found
/* "fp4 fp8" as "fp4" or "fp8". */
static void quote_words(char out[256], const char *words)
{
    int used = 0;
    for (const char *end; *words; words = *end ? end + 1 : end) {
        end = words + strcspn(words, " ");
        used += snprintf(out + used, 256 - (size_t)used, "%s\"%.*s\"",
                         used ? " or " : "", (int)(end - words), words);
    }
}

bool config_refuse(const struct reader *in, const struct key *key,
                   const cJSON *item)
{
    char text[256] = "an object or null";
    if (key->fate == FIXED)
        return json_refuse(in->err, key->name, item, key->only);
    if (key->fate == WORD || key->fate == WORDS)
        quote_words(text, key->only);
    else if (key->fate != OBJECT && key->fate != CLOSED)
        snprintf(text, sizeof text, "%s from %.10g to %.10g", noun(key),
                 key->min, key->max);
    return json_refuse(in->err, key->name, item, text);
}
//< [config-value-refuse]

//> [config-value-number] A number in range, and whole if it must be
static bool in_range(const cJSON *item, const struct key *key)
{
    if (!cJSON_IsNumber(item))
        return false;
    double value = item->valuedouble;
    if (!(value >= key->min && value <= key->max)) /* a NaN fails too */
        return false;
    return key->fate == REAL || value == (double)(int)value;
}

/* Which of the words "one two three" it is, or -1. */
static int word_of(const cJSON *item, const char *words)
{
    if (!cJSON_IsString(item))
        return -1;
    size_t length = strlen(item->valuestring);
    for (int i = 0; *words; i++) {
        size_t n = strcspn(words, " ");
        if (n == length && memcmp(words, item->valuestring, n) == 0)
            return i;
        words += n + (words[n] == ' ');
    }
    return -1;
}
//< [config-value-number]

//> [config-value-keep] A number or a word, under one of its names
union scalar {
    int whole;
    float real;
};

/* Two names for one number must agree. */
static bool keep(const struct reader *in, const struct key *key,
                 const cJSON *item, union scalar value)
{
    union scalar *at = (void *)((char *)in->r + key->at);
    bool same_value = key->fate == REAL ? at->real == value.real
                                        : at->whole == value.whole;
    const struct key *before = config_given(in, key,
                                            key - in->keys->keys);
    if (before && !same_value) {
        char text[96];
        snprintf(text, sizeof text, "the same as %.80s", before->name);
        return json_refuse(in->err, key->name, item, text);
    }
    *at = value;
    return true;
}
//< [config-value-keep]

//> [config-value-scalar] A number or a word into its field
static bool read_scalar(const struct reader *in, const struct key *key,
                        const cJSON *item)
{
    union scalar value = { 0 };
    if (key->fate == WORD)
        value.whole = 1 + word_of(item, key->only);
    if (key->fate == WORD ? value.whole == 0 : !in_range(item, key))
        return config_refuse(in, key, item);
    if (key->fate == WHOLE)
        value.whole = (int)item->valuedouble;
    else if (key->fate == REAL)
        value.real = (float)item->valuedouble;
    return keep(in, key, item, value);
}
//< [config-value-scalar]

//> [config-value-list] A list of numbers or of words
static bool read_list(const struct reader *in, const struct key *key,
                      const cJSON *item)
{
    struct wholes *list = (void *)((char *)in->r + key->at);
    bool one = key->fate == WHOLE_S && !cJSON_IsArray(item);
    if (!one && !cJSON_IsArray(item))
        return json_refuse(in->err, key->name, item, "a list");
    int n = one ? 1 : cJSON_GetArraySize(item);
    list->at = arena_alloc(in->arena, (size_t)n + 1, sizeof *list->at);
    const cJSON *member = one ? item : item->child;
    for (; list->n < n; member = member->next) {
        int value = key->fate == WORDS ? word_of(member, key->only) : 0;
        if (key->fate == WORDS ? value < 0 : !in_range(member, key))
            return config_refuse(in, key, member);
        if (key->fate != WORDS)
            value = (int)member->valuedouble;
        list->at[list->n++] = value;
    }
    return true;
}
//< [config-value-list]

//> [config-value-fixed] A value that is the same in every model
/* By their text: cJSON_Compare() finds infinity equal to any number. */
static bool same(const cJSON *item, const char *json)
{
    char *text = cJSON_PrintUnformatted(item);
    bool equal = text && strcmp(text, json) == 0;
    cJSON_free(text);
    return equal;
}
//< [config-value-fixed]

//> [config-value] One value, as its row says
bool config_read_value(const struct reader *in, const struct key *key,
                       const cJSON *item)
{
    switch (key->fate) {
    case WHOLE:
    case REAL:
    case WORD:
        return read_scalar(in, key, item);
    case WHOLES:
    case WORDS:
    case WHOLE_S:
        return read_list(in, key, item);
    case FIXED:
        return same(item, key->only) || config_refuse(in, key, item);
    case OBJECT:
    case CLOSED:
        return cJSON_IsObject(item) || config_refuse(in, key, item);
    case HARMLESS:
        break;
    }
    return true;
}
//< [config-value]
