//> [cmd-tokens-includes] What encoding and decoding need
#include "base/config.h"
#include "base/json.h"
#include "base/textfile.h"
#include "cli/command.h"
#include "cli/input.h"
#include "text/learn.h"
#include "text/tokenizer_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct work {
    struct tokenizer tokenizer;
    struct arena arena;
    int V; /* ids are below */
};
//< [cmd-tokens-includes]

//> [cmd-tokens-open] A tokenizer needs no weights
/* Without a tokenizer.json the configuration says whether tokens are bytes. */
static bool open_tokenizer(struct work *w, const char *dir,
                           struct error *err)
{
    const char *file = path_in(dir, "tokenizer.json", &w->arena);
    if (path_absent(file)) {
        struct config c;
        file = path_in(dir, "config.json", &w->arena);
        if (!config_load(&c, file, NULL, 0, &w->arena, err))
            return false;
        w->V = c.vocab_size;
    }
    tokenizer_open(&w->tokenizer, dir, w->V);
    if (w->V == 0)
        w->V = w->tokenizer.n;
    return w->tokenizer.n || fail(err, "%s", w->tokenizer.why.message);
}
//< [cmd-tokens-open]

//> [cmd-tokens-encode] Text to ids, ids on one line
static void print_ids(const int *ids, int n, const char *between)
{
    for (int i = 0; i < n; i++)
        printf("%s%d", i ? between : "", ids[i]);
}

static bool encode(struct work *w, const char *text, size_t size,
                   struct error *err)
{
    int n;
    const int *ids = tokenizer_encode(&n, &w->tokenizer, text, size,
                                      &w->arena, err);
    if (!ids)
        return false;
    print_ids(ids, n, " ");
    putchar('\n');
    return true;
}
//< [cmd-tokens-encode]

//> [cmd-tokens-decode] Ids to text, byte for byte
static bool decode(struct work *w, const char *list, struct error *err)
{
    int *ids, n;
    if (!input_numbers(&ids, &n, list, "--decode", &w->arena, err))
        return false;
    for (int i = 0; i < n; i++)
        if (ids[i] < 0 || ids[i] >= w->V)
            return fail(err, "--decode: found id %d, expected 0 … %d",
                        ids[i], w->V - 1);
    for (int i = 0; i < n; i++) {
        size_t size;
        const char *text = token_text(&size, &w->tokenizer, ids[i]);
        if (!text)
            return fail(err, "--decode: id %d has no text", ids[i]);
        fwrite(text, 1, size, stdout);
    }
    return true;
}
//< [cmd-tokens-decode]

//> [cmd-tokens-line] One line of a batch, {"text": …} to {"ids": […]}
static bool encode_line(struct work *w, const char *line, size_t size,
                        struct error *err)
{
    struct arena_mark mark = arena_mark(&w->arena);
    cJSON *json = json_object(line, size, err);
    const cJSON *text = json_get(json, "text");
    const int *ids = NULL;
    int n = 0;
    if (json && !cJSON_IsString(text))
        json_refuse(err, "text", text, "a string");
    else if (json)
        ids = tokenizer_encode(&n, &w->tokenizer, text->valuestring,
                               strlen(text->valuestring), &w->arena, err);
    if (ids) {
        fputs("{\"ids\": [", stdout);
        print_ids(ids, n, ", ");
        puts("]}");
    }
    cJSON_Delete(json);
    arena_release(&w->arena, mark);
    return ids != NULL;
}
//< [cmd-tokens-line]

//> [cmd-tokens-batch] Line by line, for as long as lines come
static bool encode_lines(struct work *w, FILE *in, const char *name,
                         struct error *err)
{
    char *line = NULL;
    size_t room = 0, number = 1;
    ssize_t size;
    bool ok = true;
    setvbuf(stdout, NULL, _IOLBF, 0); /* whoever waits gets his answer */
    errno = 0;
    for (; ok && (size = getline(&line, &room, in)) >= 0; number++)
        if (line[strspn(line, " \t\r\n")])
            ok = encode_line(w, line, (size_t)size, err)
                 || fail_in(err, "%s: line %zu: ", name, number);
    if (ok && !feof(in))
        ok = fail(err, "%s: cannot be read: %s", name, strerror(errno));
    free(line);
    return ok;
}
//< [cmd-tokens-batch]

//> [cmd-tokens-batch-from] From a file or from standard input
static bool batch(struct work *w, const char *path, struct error *err)
{
    if (!path)
        return encode_lines(w, stdin, "standard input", err);
    FILE *in = fopen(path, "r");
    if (!in)
        return fail(err, "%s: cannot be read: %s", path, strerror(errno));
    bool ok = encode_lines(w, in, path, err);
    fclose(in);
    return ok;
}
//< [cmd-tokens-batch-from]

//> [cmd-tokens-write] Where it goes
static bool write_tokenizer(struct work *w, const char *dir,
                            struct error *err)
{
    const char *path = path_in(dir, "tokenizer.json", &w->arena);
    if (mkdir(dir, 0777) != 0 && errno != EEXIST)
        return fail(err, "%s: cannot be made: %s", dir, strerror(errno));
    if (!tokenizer_write(&w->tokenizer, path, err))
        return false;
    printf("%s: %d tokens, %d of them from merges\n", path,
           w->tokenizer.n, w->tokenizer.bpe.n_merges);
    return true;
}
//< [cmd-tokens-write]

//> [cmd-tokens-learn] A tokenizer of one's own
static bool train(struct work *w, const struct options *o,
                  struct error *err)
{
    size_t size;
    if (!o->vocab || !o->out)
        return misuse(err, "--train needs --vocab N and -o DIR");
    if (o->vocab < LEAST_TOKENS)
        return misuse(err, "--vocab: found %d, expected at least %d: %d "
                      "bytes and %d tokens that are added", o->vocab,
                      LEAST_TOKENS, BYTES, LEAST_TOKENS - BYTES);
    const char *text = input_file(&size, o->train, &w->arena, err);
    if (!text)
        return false;
    return tokenizer_learn(&w->tokenizer, text, size, o->vocab, err)
        && write_tokenizer(w, o->out, err);
}
//< [cmd-tokens-learn]

//> [cmd-tokens-go] One of four
static bool go(struct work *w, const struct options *o, struct error *err)
{
    if (o->train)
        return train(w, o, err);
    if (!open_tokenizer(w, o->args[0], err))
        return false;
    if (o->decode)
        return decode(w, o->decode, err);
    if (o->batch)
        return batch(w, o->file, err);
    const char *text = o->args[1];
    size_t size = text ? strlen(text) : 0;
    if (o->file)
        text = input_file(&size, o->file, &w->arena, err);
    return text && encode(w, text, size, err);
}

//< [cmd-tokens-go]

//> [cmd-tokens-run] See what was given, then do it
static bool makes_sense(const struct options *o, struct error *err)
{
    bool text = o->n_args == 2;
    int inputs = text + !!o->file + !!o->decode;
    if (o->train)
        return (o->n_args == 0 && inputs == 0 && !o->batch)
            || misuse(err, "--train FILE: expected --vocab N and -o DIR "
                      "beside it, and no MODEL");
    if (o->n_args == 0)
        return misuse(err, "too few arguments: v4 tokens %s",
                      command_tokens.arguments);
    if (o->batch)
        return (!text && !o->decode)
            || misuse(err, "--batch: expected lines from -f FILE or from "
                      "standard input");
    return inputs == 1
        || misuse(err, "expected one of TEXT, -f FILE, --decode IDS");
}
//< [cmd-tokens-run]

//> [cmd-tokens-run-it] And do it
static bool run(const struct options *o, struct error *err)
{
    struct work w = { 0 };
    bool ok = makes_sense(o, err) && go(&w, o, err);
    tokenizer_close(&w.tokenizer);
    arena_free(&w.arena);
    return ok;
}
//< [cmd-tokens-run-it]

//> [cmd-tokens] How tokens is called
const struct command command_tokens = {
    .name = "tokens",
    .arguments = "MODEL TEXT | -f FILE | --decode IDS | --batch",
    .summary = "text into token ids and back",
    .help =
        "Print the token ids of a text on one line, or the text of ids,\n"
        "byte for byte. All that is read of MODEL is its tokenizer.json; if\n"
        "it has none, its config.json, and then a token is a byte.\n"
        "--batch reads lines {\"text\": …} from FILE or standard input and\n"
        "answers each with a line {\"ids\": […]}.\n"
        "    v4 tokens --train FILE --vocab N -o DIR\n"
        "learns a tokenizer of N tokens from a text: DIR/tokenizer.json.",
    .options = "f decode batch train vocab o ",
    .max_args = 2,
    .run = run,
};
//< [cmd-tokens]
