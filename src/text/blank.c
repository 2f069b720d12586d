//> [blank-includes] What a tokenizer needs before it has learned
#include "text/learn.h"

#include <string.h>
//< [blank-includes]

//> [blank-patterns] The expressions of V4
/* Digits; Chinese and kana; words, punctuation, line ends, white space. */
static const char *const patterns[] = {
    "\\p{N}{1,3}",
    "[一-龥぀-ゟ゠-ヿ]+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
    "|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
    "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+",
};

enum { N_PATTERNS = sizeof patterns / sizeof *patterns };
//< [blank-patterns]

//> [blank-added] Tokens that a conversation needs
static const char *const added_first[] = {
    "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜▁pad▁｜>",
};

static const char *const added_last[] = {
    "<｜User｜>", "<｜Assistant｜>", "<think>", "</think>", "｜DSML｜",
    "<｜latest_reminder｜>", "<｜action｜>", "<｜query｜>", "<｜authority｜>",
    "<｜domain｜>", "<｜title｜>", "<｜read_url｜>",
};

enum {
    N_FIRST = sizeof added_first / sizeof *added_first,
    N_LAST = sizeof added_last / sizeof *added_last,
};
//< [blank-added]

//> [blank] One more added token; a token for every byte
static void add(struct tokenizer *t, const char *text, int id)
{
    t->added.tokens[t->added.n++] =
        (struct added_token){ text, strlen(text), id };
}

static void add_bytes(struct tokenizer *t)
{
    struct alphabet a;
    char *bytes = arena_alloc(&t->arena, BYTES, 1);
    alphabet_make(&a);
    for (int i = 0; i < BYTES; i++) {
        bytes[i] = (char)a.in_order[i];
        t->bpe.byte_id[a.in_order[i]] = N_FIRST + i;
        t->texts[N_FIRST + i] = (struct token_bytes){ bytes + i, 1 };
    }
}
//< [blank]

//> [blank-tokenizer] What it has: added tokens, bytes, expressions
bool tokenizer_blank(struct tokenizer *t, struct error *err)
{
    *t = (struct tokenizer){ .n = N_FIRST + BYTES };
    t->texts = arena_alloc(&t->arena, BLANK_TOKENS, sizeof *t->texts);
    t->added.tokens = arena_alloc(&t->arena, N_FIRST + N_LAST,
                                  sizeof *t->added.tokens);
    for (int i = 0; i < N_FIRST; i++) {
        add(t, added_first[i], i);
        t->texts[i] = (struct token_bytes){ added_first[i],
                                            strlen(added_first[i]) };
    }
    add_bytes(t);
    for (int i = 0; i < N_LAST; i++)
        add(t, added_last[i], -1);
    added_index(&t->added);
    for (int i = 0; i < N_PATTERNS; i++)
        if (!splitter_add(&t->splitter, patterns[i], err))
            return false;
    return true;
}
//< [blank-tokenizer]

//> [blank-finish] The chat tokens come last
void blank_finish(struct tokenizer *t)
{
    for (int i = 0; i < N_LAST; i++) {
        struct token_bytes text = { added_last[i], strlen(added_last[i]) };
        for (int k = 0; k < t->added.n; k++)
            if (strcmp(t->added.tokens[k].text, text.text) == 0)
                t->added.tokens[k].id = t->n;
        t->texts[t->n++] = text;
    }
}
//< [blank-finish]
