//> [tokenizer-read-includes] What reading a tokenizer.json needs
#include "text/tokenizer_parts.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MOST_TOKENS = 1 << 24, LONGEST_MERGE = 4096, NAME = 128 };

struct reader {
    struct tokenizer *t;
    struct alphabet alphabet;
    int V;       /* ids must be below */
    size_t room; /* bytes of all tokens at most */
    char *bytes; /* where the next token's bytes go */
    int *slots;  /* (mask + 1) hash table: id of a text, or -1 */
    size_t mask;
    struct error *err;
};
//< [tokenizer-read-includes]

//> [tokenizer-read-table] From the bytes of a token to its id
static int *slot_of(const struct reader *r, const char *text, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3U;
    size_t at = (size_t)(hash ^ hash >> 32) & r->mask;
    while (r->slots[at] >= 0) {
        const struct token_bytes *b = &r->t->texts[r->slots[at]];
        if (b->size == size && memcmp(b->text, text, size) == 0)
            break;
        at = (at + 1) & r->mask;
    }
    return &r->slots[at];
}

static void make_table(struct reader *r, struct arena *scratch)
{
    size_t size = 2;
    while (size < 2 * (size_t)r->t->n)
        size *= 2;
    r->mask = size - 1;
    r->slots = arena_alloc(scratch, size, sizeof *r->slots);
    memset(r->slots, 0xff, size * sizeof *r->slots);
}
//< [tokenizer-read-table]

//> [tokenizer-read-id] An id
/* The id, or -1 if it is none or out of range. */
static int id_of(const struct reader *r, const cJSON *item)
{
    double found = cJSON_IsNumber(item) ? item->valuedouble : -1;
    int id = found >= 0 && found < r->V ? (int)found : -1;
    return id == found ? id : -1;
}

static bool refuse_id(const struct reader *r, const cJSON *item,
                      const char *list, const char *text)
{
    char where[NAME], expected[NAME];
    snprintf(where, sizeof where, "%s \"%.80s\"", list, text);
    snprintf(expected, sizeof expected, "an id, 0 … %d", r->V - 1);
    return json_refuse(r->err, where, item, expected);
}
//< [tokenizer-read-id]

//> [tokenizer-read-measure] How many ids, how many bytes at most
static bool count_id(struct reader *r, const cJSON *item, const char *list,
                     const char *text)
{
    int id = id_of(r, item);
    if (id < 0)
        return refuse_id(r, item, list, text);
    if (id >= r->t->n)
        r->t->n = id + 1;
    r->room += strlen(text);
    return true;
}
//< [tokenizer-read-measure]

//> [tokenizer-read-measure-all] In both lists
static bool measure(struct reader *r, const cJSON *vocab,
                    const cJSON *added)
{
    const cJSON *e;
    cJSON_ArrayForEach(e, vocab)
        if (!count_id(r, e, "model.vocab", e->string))
            return false;
    cJSON_ArrayForEach(e, added) {
        const cJSON *text = json_get(e, "content");
        if (!cJSON_IsString(text) || !text->valuestring[0])
            return json_refuse(r->err, "added_tokens: content", text,
                               "a text");
        if (!count_id(r, json_get(e, "id"), "added_tokens",
                      text->valuestring))
            return false;
        r->t->added.n++;
    }
    return true;
}
//< [tokenizer-read-measure-all]

//> [tokenizer-read-added-sort] Sorted, they show which stands twice
static bool no_text_twice(const struct reader *r)
{
    struct added *added = &r->t->added;
    int twice = added_index(added);
    if (twice < 0)
        return true;
    const struct added_token *a = &added->tokens[twice];
    return fail(r->err, "added_tokens: found \"%.*s\" twice, expected it "
                "once", (int)a->size, a->text);
}
//< [tokenizer-read-added-sort]

//> [tokenizer-read-added] Added tokens have their text, whatever it is
static bool read_added(struct reader *r, const cJSON *added)
{
    struct tokenizer *t = r->t;
    int n = 0;
    const cJSON *e;
    t->added.tokens = arena_alloc(&t->arena, (size_t)t->added.n,
                                  sizeof *t->added.tokens);
    cJSON_ArrayForEach(e, added) {
        const char *text = json_get(e, "content")->valuestring;
        int id = id_of(r, json_get(e, "id"));
        struct token_bytes *b = &t->texts[id];
        if (!tokenizer_idle(e, "added_tokens: ", "single_word lstrip rstrip",
                            r->err))
            return false;
        if (b->text)
            return fail(r->err, "added_tokens: found id %d twice, expected "
                        "it once", id);
        *b = (struct token_bytes){ r->bytes, strlen(text) };
        r->bytes = stpcpy(r->bytes, text);
        t->added.tokens[n++] = (struct added_token){ b->text, b->size, id };
    }
    return no_text_twice(r);
}
//< [tokenizer-read-added]

//> [tokenizer-read-vocab] The other tokens have names
/* A token may stand in both lists, if they agree. */
static bool same(const struct token_bytes *b, const char *text)
{
    return b->size == strlen(text) && memcmp(b->text, text, b->size) == 0;
}
//< [tokenizer-read-vocab]

//> [tokenizer-read-vocab-all] Every name, unless it was added
static bool read_vocab(struct reader *r, const cJSON *vocab)
{
    const cJSON *e;
    cJSON_ArrayForEach(e, vocab) {
        int id = id_of(r, e);
        struct token_bytes *b = &r->t->texts[id];
        if (b->text && same(b, e->string))
            continue;
        if (b->text)
            return fail(r->err, "model.vocab \"%.80s\": found id %d a "
                        "second time, expected it once", e->string, id);
        int size = alphabet_read(r->bytes, &r->alphabet, e->string,
                                 strlen(e->string));
        if (size <= 0)
            return fail(r->err, "model.vocab \"%.80s\": expected a name in "
                        "the byte alphabet", e->string);
        *b = (struct token_bytes){ r->bytes, (size_t)size };
        r->bytes += size;
        *slot_of(r, b->text, b->size) = id;
        if (size == 1)
            r->t->bpe.byte_id[(unsigned char)b->text[0]] = id;
    }
    return true;
}
//< [tokenizer-read-vocab-all]

//> [tokenizer-read-merge] A merge names two tokens
/* "a b" or ["a", "b"], into the bytes of both, one behind the other. */
static bool merge_bytes(char *out, int *left, int *right,
                        const struct reader *r, const cJSON *item)
{
    const char *a = NULL, *b = NULL;
    size_t length = 0;
    if (cJSON_IsString(item) && (b = strchr(item->valuestring, ' '))) {
        a = item->valuestring;
        length = (size_t)(b++ - a);
    } else if (cJSON_GetArraySize(item) == 2) {
        a = cJSON_GetStringValue(item->child);
        b = cJSON_GetStringValue(item->child->next);
        length = a ? strlen(a) : 0;
    }
    if (!a || !b || length + strlen(b) > LONGEST_MERGE)
        return false;
    *left = alphabet_read(out, &r->alphabet, a, length);
    *right = *left < 0 ? -1 : alphabet_read(out + *left, &r->alphabet, b,
                                            strlen(b));
    return *left > 0 && *right > 0;
}
//< [tokenizer-read-merge]

//> [tokenizer-read-merge-ids] A merge as ids
static bool read_merge(struct merge *m, const struct reader *r,
                       const cJSON *item, int rank)
{
    char bytes[LONGEST_MERGE], where[NAME];
    int left = 0, right = 0;
    snprintf(where, sizeof where, "model.merges[%d]", rank);
    if (!merge_bytes(bytes, &left, &right, r, item))
        return json_refuse(r->err, where, item, "two names of tokens");
    m->left = *slot_of(r, bytes, (size_t)left);
    m->right = *slot_of(r, bytes + left, (size_t)right);
    m->made = *slot_of(r, bytes, (size_t)(left + right));
    return (m->left >= 0 && m->right >= 0 && m->made >= 0)
        || json_refuse(r->err, where, item, "two tokens of model.vocab "
                       "that make a third");
}
//< [tokenizer-read-merge-ids]

//> [tokenizer-read-merges] All of them, in their order
static bool read_merges(struct reader *r, const cJSON *merges)
{
    struct bpe *bpe = &r->t->bpe;
    if (!cJSON_IsArray(merges))
        return json_refuse(r->err, "model.merges", merges, "a list");
    size_t n = (size_t)cJSON_GetArraySize(merges);
    struct merge *m = arena_alloc(&r->t->arena, n + 1, sizeof *m);
    const cJSON *e;
    cJSON_ArrayForEach(e, merges) {
        if (!read_merge(&m[bpe->n_merges], r, e, bpe->n_merges))
            return false;
        bpe->n_merges++;
    }
    bpe->merges = m;
    int twice = bpe_index(bpe, &r->t->arena);
    return twice < 0 || fail(r->err, "model.merges[%d]: found a pair that "
                             "is merged before, expected it once", twice);
}
//< [tokenizer-read-merges]

//> [tokenizer-read-bytes] Is there a token for every byte?
static bool has_every_byte(const struct reader *r)
{
    for (int i = 0; i < BYTES; i++)
        if (r->t->bpe.byte_id[i] < 0)
            return fail(r->err, "model.vocab: found no token for byte "
                        "0x%02x, expected one for each", (unsigned)i);
    return true;
}
//< [tokenizer-read-bytes]

//> [tokenizer-read-tokens] All tokens, then all merges
static bool read_tokens(struct reader *r, const cJSON *json,
                        struct arena *scratch)
{
    struct tokenizer *t = r->t;
    const cJSON *model = json_get(json, "model");
    const cJSON *vocab = json_get(model, "vocab");
    const cJSON *added = json_get(json, "added_tokens");
    if (!cJSON_IsObject(vocab))
        return json_refuse(r->err, "model.vocab", vocab, "an object");
    if (added && !cJSON_IsArray(added))
        return json_refuse(r->err, "added_tokens", added, "a list");
    if (!measure(r, vocab, added))
        return false;
    t->texts = arena_alloc(&t->arena, (size_t)t->n, sizeof *t->texts);
    r->bytes = arena_alloc(&t->arena, r->room + 1, 1);
    memset(t->bpe.byte_id, -1, sizeof t->bpe.byte_id);
    make_table(r, scratch);
    return read_added(r, added) && read_vocab(r, vocab)
        && has_every_byte(r) && read_merges(r, json_get(model, "merges"));
}
//< [tokenizer-read-tokens]

//> [tokenizer-read] The whole file
bool tokenizer_read(struct tokenizer *t, const char *path, int V,
                    struct error *err)
{
    struct reader r = { .t = t, .V = V ? V : MOST_TOKENS, .err = err };
    struct arena scratch = { 0 };
    cJSON *json = json_file(path, TOKENIZER_MOST_BYTES, err);
    if (!json)
        return false;
    alphabet_make(&r.alphabet);
    bool ok = tokenizer_settings(t, json, err)
              && read_tokens(&r, json, &scratch);
    arena_free(&scratch);
    cJSON_Delete(json);
    return ok || fail_in(err, "%s: ", path);
}
//< [tokenizer-read]
