//> [printer-includes] What printing tokens needs
#include "cli/printer.h"

#include "base/escape.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
//< [printer-includes]

//> [printer-visible] Lines and tabs as they are, the rest visible
static void print_visible(const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        char one[5] = "";
        size_t n = utf8_read(NULL, text + at, size - at);
        n = n ? n : 1;
        memcpy(one, text + at, n);
        if (one[0] == '\n' || one[0] == '\t')
            putchar(one[0]);
        else if (one[0] == '\0')
            fputs("\\x00", stdout);
        else
            print_escaped(stdout, one);
        at += n;
    }
}
//< [printer-visible]

//> [printer-text] Bytes for a pipe, characters for a terminal
/* What is no text follows, so the rest of a character will not come. */
static void print_held(struct printer *p)
{
    char out[PARTIAL_MOST];
    print_visible(out, whole_flush(out, &p->held));
}

/* A token's text may be long, so it goes out in pieces. */
static void print_text(struct printer *p, const char *text, size_t size)
{
    char out[256 + PARTIAL_MOST];
    if (!p->terminal) {
        fwrite(text, 1, size, stdout);
        return;
    }
    for (size_t at = 0, n; at < size; at += n) {
        n = size - at < 256 ? size - at : 256;
        print_visible(out, whole_release(out, &p->held, text + at, n));
    }
}
//< [printer-text]

//> [printer-token] A token, whatever it is
bool printer_token(struct printer *p, int id)
{
    size_t size;
    const char *text = token_text(&size, p->tokenizer, id);
    if (!text)
        print_held(p);
    if (text)
        print_text(p, text, size);
    else if (p->tokenizer->n)
        printf("‹%d›", id);
    else
        printf("%s%d", p->begun ? " " : "", id);
    p->begun = true;
    return fflush(stdout) == 0;
}

void printer_end(struct printer *p)
{
    print_held(p);
    putchar('\n');
    fflush(stdout);
}
//< [printer-token]
