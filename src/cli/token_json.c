//> [token-json-includes] What a line of JSON needs
#include "cli/token_json.h"

#include "base/utf8.h"

#include <stdio.h>
//< [token-json-includes]

//> [token-json-text] A text as JSON has it
static void print_text(const char *text, size_t size)
{
    putchar('"');
    for (size_t at = 0, n; at < size; at += n) {
        unsigned char c = (unsigned char)text[at];
        n = utf8_read(NULL, text + at, size - at);
        if (n == 0) { /* no character begins here */
            fputs("\\ufffd", stdout);
            n = 1;
        } else if (c < 0x20 || c == 0x7f)
            printf("\\u%04x", (unsigned)c);
        else if (c == '"' || c == '\\')
            printf("\\%c", c);
        else
            fwrite(text + at, 1, n, stdout);
    }
    putchar('"');
}
//< [token-json-text]

//> [token-json] The line
void print_token_json(int position, int id, const char *text, size_t size,
                      const double *logprob)
{
    printf("{\"position\":%d,\"id\":%d,\"text\":", position, id);
    if (text)
        print_text(text, size);
    else
        fputs("null", stdout);
    fputs(",\"bytes\":[", stdout);
    for (size_t i = 0; text && i < size; i++)
        printf("%s%u", i ? "," : "", (unsigned)(unsigned char)text[i]);
    fputs("],\"logprob\":", stdout);
    if (logprob)
        printf("%.6f}\n", *logprob);
    else
        fputs("null}\n", stdout);
}
//< [token-json]
