//> [tokenizer-write-includes] What writing a tokenizer.json needs
#include "base/json.h"
#include "base/output.h"
#include "text/tokenizer_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
//< [tokenizer-write-includes]

//> [tokenizer-write-added] Added tokens: as they are
static int by_id(const void *a, const void *b)
{
    const struct added_token *x = a, *y = b;
    return x->id - y->id;
}
//< [tokenizer-write-added]

//> [tokenizer-write-added-all] In the order of their ids
static void put_added(cJSON *json, const struct tokenizer *t,
                      struct arena *scratch)
{
    static const char *const never[] = { "single_word", "lstrip", "rstrip",
                                         "normalized" };
    size_t n = (size_t)t->added.n;
    cJSON *list = cJSON_AddArrayToObject(json, "added_tokens");
    struct added_token *sorted = arena_alloc(scratch, n, sizeof *sorted);
    memcpy(sorted, t->added.tokens, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_id);
    for (size_t i = 0; i < n; i++) {
        cJSON *e = cJSON_CreateObject();
        char *text = arena_alloc(scratch, sorted[i].size + 1, 1);
        memcpy(text, sorted[i].text, sorted[i].size);
        cJSON_AddNumberToObject(e, "id", sorted[i].id);
        cJSON_AddStringToObject(e, "content", text);
        for (int k = 0; k < 4; k++)
            cJSON_AddFalseToObject(e, never[k]);
        cJSON_AddTrueToObject(e, "special");
        cJSON_AddItemToArray(list, e);
    }
}
//< [tokenizer-write-added-all]

//> [tokenizer-write-bytes] The byte alphabet, as others know it
static cJSON *byte_level(void)
{
    cJSON *e = cJSON_CreateObject();
    cJSON_AddStringToObject(e, "type", "ByteLevel");
    cJSON_AddFalseToObject(e, "add_prefix_space");
    cJSON_AddTrueToObject(e, "trim_offsets");
    cJSON_AddFalseToObject(e, "use_regex");
    return e;
}
//< [tokenizer-write-bytes]

//> [tokenizer-write-split] The expressions
static void put_splits(cJSON *json, const struct tokenizer *t)
{
    cJSON *pre = cJSON_AddObjectToObject(json, "pre_tokenizer");
    cJSON_AddStringToObject(pre, "type", "Sequence");
    cJSON *list = cJSON_AddArrayToObject(pre, "pretokenizers");
    for (int i = 0; i < t->splitter.n; i++) {
        cJSON *e = cJSON_CreateObject();
        cJSON_AddStringToObject(e, "type", "Split");
        cJSON_AddStringToObject(cJSON_AddObjectToObject(e, "pattern"),
                                "Regex", t->splitter.sources[i]);
        cJSON_AddStringToObject(e, "behavior", "Isolated");
        cJSON_AddFalseToObject(e, "invert");
        cJSON_AddItemToArray(list, e);
    }
    cJSON_AddItemToArray(list, byte_level());
    cJSON_AddItemToObject(json, "post_processor", byte_level());
    cJSON_AddItemToObject(json, "decoder", byte_level());
}
//< [tokenizer-write-split]

//> [tokenizer-write-model] The vocabulary and the merges
/* The name of a token that was not added, in `out`. */
static char *name(char *out, const struct tokenizer *t,
                  const struct alphabet *a, int id)
{
    const struct token_bytes *b = &t->texts[id];
    out[alphabet_write(out, a, b->text, b->size)] = '\0';
    return out;
}
//< [tokenizer-write-model]

//> [tokenizer-write-vocab] All names, all merges
static void put_model(cJSON *json, const struct tokenizer *t, char *one,
                      char *two)
{
    struct alphabet a;
    alphabet_make(&a);
    cJSON *model = cJSON_AddObjectToObject(json, "model");
    cJSON_AddStringToObject(model, "type", "BPE");
    cJSON_AddFalseToObject(model, "byte_fallback");
    cJSON *vocab = cJSON_AddObjectToObject(model, "vocab");
    for (int id = 0; id < t->n; id++)
        if (t->texts[id].text && !token_is_added(t, id))
            cJSON_AddNumberToObject(vocab, name(one, t, &a, id), id);
    cJSON *merges = cJSON_AddArrayToObject(model, "merges");
    for (int i = 0; i < t->bpe.n_merges; i++) {
        name(one, t, &a, t->bpe.merges[i].left);
        name(two, t, &a, t->bpe.merges[i].right);
        stpcpy(stpcpy(one + strlen(one), " "), two);
        cJSON_AddItemToArray(merges, cJSON_CreateString(one));
    }
}
//< [tokenizer-write-vocab]

//> [tokenizer-write] A text into a file
static bool write_text(const char *path, const char *text,
                       struct error *err)
{
    struct output o;
    if (!output_open(&o, path, err))
        return false;
    fputs(text, o.file);
    fputc('\n', o.file);
    return output_close(&o, err);
}
//< [tokenizer-write]

//> [tokenizer-write-all] A tree, then a text
bool tokenizer_write(const struct tokenizer *t, const char *path,
                     struct error *err)
{
    struct arena scratch = { 0 };
    size_t longest = 1;
    for (int id = 0; id < t->n; id++)
        if (t->texts[id].size > longest)
            longest = t->texts[id].size;
    cJSON *json = need(cJSON_CreateObject());
    cJSON_AddStringToObject(json, "version", "1.0");
    put_added(json, t, &scratch);
    put_splits(json, t);
    put_model(json, t, arena_alloc(&scratch, 4 * longest + 2, 1),
              arena_alloc(&scratch, 2 * longest + 1, 1));
    char *text = need(cJSON_Print(json));
    bool ok = write_text(path, text, err);
    cJSON_free(text);
    cJSON_Delete(json);
    arena_free(&scratch);
    return ok;
}
//< [tokenizer-write-all]
