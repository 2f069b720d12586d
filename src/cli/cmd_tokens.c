//> [cmd-tokens-includes] What encoding and decoding need
#include "cli/input.h"
#include "cli/session.h"

#include <string.h>
//< [cmd-tokens-includes]

//> [cmd-tokens-encode] Text to ids, ids on one line
static bool encode(struct session *s, const char *text, size_t size,
                   struct error *err)
{
    int n;
    struct arena_mark mark = arena_mark(&s->arena);
    const int *ids = tokenizer_encode(&n, &s->tokenizer, text, size,
                                      &s->arena, err);
    for (int i = 0; ids && i < n; i++)
        printf("%s%d", i ? " " : "", ids[i]);
    if (ids)
        printf("\n");
    arena_release(&s->arena, mark);
    return ids != NULL;
}
//< [cmd-tokens-encode]

//> [cmd-tokens-decode] Ids to text, byte for byte
static bool decode(struct session *s, const char *list, struct error *err)
{
    int *ids, n, V = s->tokenizer.vocab_size;
    if (!input_numbers(&ids, &n, list, "--decode", &s->arena, err))
        return false;
    for (int i = 0; i < n; i++)
        if (ids[i] < 0 || ids[i] >= V)
            return fail(err, "--decode: found id %d, expected 0 … %d",
                        ids[i], V - 1);
    for (int i = 0; i < n; i++) {
        char text[TOKEN_LABEL];
        size_t size = tokenizer_decode(text, &s->tokenizer, ids[i]);
        if (size == 0)
            return fail(err, "token %d has no text that we know", ids[i]);
        fwrite(text, 1, size, stdout);
    }
    return true;
}
//< [cmd-tokens-decode]

//> [cmd-tokens-batch] Every line by itself
static bool batch(struct session *s, const char *text, size_t size,
                  struct error *err)
{
    const char *end = text + size;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((newline ? newline : end) - text);
        if (!encode(s, text, length, err))
            return false;
        text += length + 1;
    }
    return true;
}
//< [cmd-tokens-batch]

//> [cmd-tokens-go] One of the three
static bool go(struct session *s, const struct options *o,
                       struct error *err)
{
    if (o->decode)
        return decode(s, o->decode, err);
    const char *text = o->args[1];
    size_t size = text ? strlen(text) : 0;
    if (o->file)
        text = input_file(&size, o->file, &s->arena, err);
    return text && (o->batch ? batch(s, text, size, err)
                             : encode(s, text, size, err));
}

static bool run(const struct options *o, struct error *err)
{
    int given = (o->n_args == 2) + !!o->file + !!o->decode;
    if (given != 1 || (o->batch && o->decode))
        return misuse(err, "expected one of TEXT, -f FILE, --decode IDS");
    return session_with_model(o, go, err);
}
//< [cmd-tokens-go]

//> [cmd-tokens] How tokens is called
const struct command command_tokens = {
    .name = "tokens",
    .arguments = "MODEL TEXT | -f FILE | --decode IDS",
    .summary = "text into token ids and back",
    .help =
        "Print the token ids of a text on one line, or the text of ids,\n"
        "byte for byte. --batch encodes every line by itself. A model\n"
        "without tokenizer.json reads bytes: a token is a byte.",
    .options = "f decode batch ",
    .min_args = 1,
    .max_args = 2,
    .run = run,
};
//< [cmd-tokens]
