//> [added-includes] What finding needs
#include "text/added.h"

#include <stdlib.h>
#include <string.h>
//< [added-includes]

//> [added-index] Sort by bytes, a token before those it begins
static int by_text(const void *a, const void *b)
{
    const struct added_token *x = a, *y = b;
    size_t least = x->size < y->size ? x->size : y->size;
    int order = memcmp(x->text, y->text, least);
    if (order)
        return order;
    return x->size < y->size ? -1 : x->size > y->size;
}

int added_index(struct added *a)
{
    if (a->n)
        qsort(a->tokens, (size_t)a->n, sizeof *a->tokens, by_text);
    for (int i = 0; i < a->n; i++)
        a->begins[(unsigned char)a->tokens[i].text[0]] = true;
    for (int i = 1; i < a->n; i++)
        if (by_text(&a->tokens[i - 1], &a->tokens[i]) == 0)
            return i;
    return -1;
}
//< [added-index]

//> [added-longest] Narrow the list, letter by letter
/* The first of tokens low … high - 1 whose n-th byte is not below. */
static int bound(const struct added *a, int low, int high, size_t n,
                 int byte)
{
    while (low < high) {
        int middle = low + (high - low) / 2;
        if ((unsigned char)a->tokens[middle].text[n] < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
//< [added-longest]

//> [added-longest-token] The longest of all that begin here
/* The longest token that the text begins with, or NULL. */
static const struct added_token *longest(const struct added *a,
                                         const char *text, size_t size)
{
    int low = 0, high = a->n;
    const struct added_token *best = NULL;
    for (size_t n = 0; n < size && low < high; n++) {
        int byte = (unsigned char)text[n];
        low = bound(a, low, high, n, byte);
        high = bound(a, low, high, n, byte + 1);
        if (low < high && a->tokens[low].size == n + 1)
            best = &a->tokens[low++];
    }
    return best;
}
//< [added-longest-token]

//> [added-find] The first place where one begins
size_t added_find(const struct added_token **found, const struct added *a,
                  const char *text, size_t size)
{
    *found = NULL;
    for (size_t at = 0; at < size && a->n; at++) {
        if (!a->begins[(unsigned char)text[at]])
            continue;
        *found = longest(a, text + at, size - at);
        if (*found)
            return at;
    }
    return size;
}

int added_id(const struct added *a, const char *text)
{
    const struct added_token *found;
    size_t size = strlen(text);
    size_t at = added_find(&found, a, text, size);
    return at == 0 && found && found->size == size ? found->id : -1;
}
//< [added-find]
