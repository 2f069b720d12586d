//> [input-includes] What reading input needs
#include "cli/input.h"
#include "base/textfile.h"

#include <string.h>

enum { MOST_BYTES = 1 << 28 }; /* of a prompt; some devices never end */
//< [input-includes]

//> [input-file] A file or a pipe, to its end
char *input_file(size_t *size, const char *path, struct arena *arena,
                 struct error *err)
{
    return text_read(size, path, MOST_BYTES, FILE_OR_STREAM, arena, err);
}
//< [input-file]

//> [input-bad-word] The word that is no number
static const char *bad_word(const char *text, struct arena *arena)
{
    char *rest;
    char *word = strtok_r(arena_text(arena, text), ", \t\r\n\v\f", &rest);
    while (word && read_integers(NULL, 0, word) == 1)
        word = strtok_r(NULL, ", \t\r\n\v\f", &rest);
    return word ? word : text;
}
//< [input-bad-word]

//> [input-numbers] Ids as numbers
bool input_numbers(int **ids, int *n, const char *text, const char *where,
                   struct arena *arena, struct error *err)
{
    *n = read_integers(NULL, 0, text);
    if (*n < 0)
        return fail(err, "%s: found \"%.40s\", expected token ids: whole "
                    "numbers separated by commas or white space", where,
                    bad_word(text, arena));
    *ids = arena_alloc(arena, (size_t)*n + 1, sizeof **ids);
    read_integers(*ids, *n, text);
    return true;
}
//< [input-numbers]

//> [input-ids] The prompt, wherever it comes from
static bool read_prompt(int **ids, int *n, const struct options *o,
                        const struct tokenizer *t, struct arena *arena,
                        struct error *err)
{
    size_t size = o->text ? strlen(o->text) : 0;
    const char *text = o->text, *path = o->file ? o->file : o->ids_file;
    if (o->ids)
        return input_numbers(ids, n, o->ids, "--ids", arena, err);
    if (path) {
        text = input_file(&size, path, arena, err);
        if (!text)
            return false;
    }
    if (o->ids_file && strlen(text) < size)
        return fail(err, "%s: found a byte 0, expected token ids", path);
    if (o->ids_file)
        return input_numbers(ids, n, text, path, arena, err);
    *ids = tokenizer_encode(n, t, text, size, arena, err);
    return *ids != NULL;
}
//< [input-ids]

//> [input-one-prompt] Exactly one prompt, and not an empty one
bool input_ids(int **ids, int *n, const struct options *o,
               const struct tokenizer *t, struct arena *arena,
               struct error *err)
{
    int given = !!o->text + !!o->file + !!o->ids + !!o->ids_file;
    if (given != 1)
        return misuse(err, "found %s, expected one of -p, -f, --ids, "
                      "--ids-file",
                      given ? "several prompts" : "no prompt");
    if (!read_prompt(ids, n, o, t, arena, err)) {
        err->misuse = o->ids;
        return false;
    }
    return *n > 0 || fail(err, "the prompt is empty: expected at least one "
                          "token");
}
//< [input-one-prompt]
