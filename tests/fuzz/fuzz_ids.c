/* Any bytes as a list of token ids: refused with a message, or the numbers
 * are those that a second, slower reader finds.
 * Reader: cli/input.c */
#include "cli/input.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Digit by digit; false if a word is no int. */
static bool next(const char **text, int *value)
{
    const char *t = *text;
    int64_t sum = 0;
    while (*t == ',' || isspace((unsigned char)*t))
        t++;
    bool minus = *t == '-';
    t += *t == '-' || *t == '+';
    if (!isdigit((unsigned char)*t))
        return false;
    for (; isdigit((unsigned char)*t) && sum < INT64_MAX / 20; t++)
        sum = 10 * sum + (*t - '0');
    sum = minus ? -sum : sum;
    *value = (int)sum;
    if (sum != *value || (*t && *t != ',' && !isspace((unsigned char)*t)))
        return false;
    *text = t;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    char *text = arena_alloc(&arena, size + 1, 1);
    if (size)
        memcpy(text, data, size);
    const char *rest = text;
    int *ids = NULL, n = 0, value;
    if (input_numbers(&ids, &n, text, "ids", &arena, &err)) {
        for (int i = 0; i < n; i++)
            if (!next(&rest, &value) || value != ids[i])
                abort();
        if (next(&rest, &value))
            abort();
    } else {
        while (next(&rest, &value))
            continue;
        if (strncmp(err.message, "ids: ", 5) != 0 || !*rest)
            abort();
    }
    arena_free(&arena);
    return 0;
}
