//> [whole-includes] What holding back needs
#include "text/whole.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>
//< [whole-includes]

//> [whole-beginning] A beginning is what can be continued
/* If any bytes continue it, the smallest or the largest possible do. */
static bool is_beginning(const char *text, size_t n)
{
    static const int rest[] = { 0x80, 0xbf };
    for (int i = 0; i < 2; i++) {
        char trial[PARTIAL_MOST + 1];
        memset(trial, rest[i], sizeof trial);
        memcpy(trial, text, n);
        if (utf8_read(NULL, trial, sizeof trial) > n)
            return true;
    }
    return false;
}
//< [whole-beginning]

//> [whole-release] Look at the last three bytes
/* How much of a text can be shown. */
static size_t whole(const char *text, size_t size)
{
    size_t most = size < PARTIAL_MOST ? size : PARTIAL_MOST;
    for (size_t n = most; n > 0; n--)
        if (is_beginning(text + size - n, n))
            return size - n;
    return size;
}

size_t whole_release(char *out, struct partial *held, const char *text,
                    size_t size)
{
    memcpy(out, held->bytes, held->n);
    memcpy(out + held->n, text, size);
    size += held->n;
    size_t shown = whole(out, size);
    held->n = size - shown;
    memcpy(held->bytes, out + shown, held->n);
    return shown;
}
//< [whole-release]

//> [whole-flush] The end of it
size_t whole_flush(char *out, struct partial *held)
{
    size_t n = held->n;
    memcpy(out, held->bytes, n);
    held->n = 0;
    return n;
}
//< [whole-flush]
