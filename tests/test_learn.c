/* Learning merges: on paper, and as Hugging Face's tokenizers learn them. */
#include "support/tempfile.h"
#include "support/vocabulary.h"
#include "text/tokenizer_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name_of(const struct tokenizer *t, int id)
{
    static char out[256];
    struct alphabet a;
    alphabet_make(&a);
    const struct token_bytes *b = &t->texts[id];
    cr_assert_lt(2 * b->size, sizeof out);
    out[alphabet_write(out, &a, b->text, b->size)] = '\0';
    return out;
}

/* Chapter 2: "the then", and a tie broken by the smaller ids. */
Test(learn, worked_example)
{
    struct tokenizer t;
    learn_from(&t, "the then", 1000);
    cr_assert_eq(t.bpe.n_merges, 2);
    cr_assert_eq(t.n, LEAST_TOKENS + 2);
    cr_assert_str_eq(name_of(&t, BLANK_TOKENS), "he");
    cr_assert_str_eq(name_of(&t, BLANK_TOKENS + 1), "the");
    tokenizer_close(&t);
    learn_from(&t, "ba ba dc dc", LEAST_TOKENS + 1);
    cr_assert_eq(t.bpe.n_merges, 1);
    cr_assert_str_eq(name_of(&t, BLANK_TOKENS), "ba");
    tokenizer_close(&t);
    learn_from(&t, "", LEAST_TOKENS);
    cr_assert_eq(t.n, LEAST_TOKENS);
    tokenizer_close(&t);
}

static void assert_merge(const struct tokenizer *t, int i,
                         const char *expected)
{
    char both[512];
    const struct merge *m = &t->bpe.merges[i];
    snprintf(both, sizeof both, "%s ", name_of(t, m->left));
    strcat(both, name_of(t, m->right));
    cr_assert_str_eq(both, expected, "merge %d is %s, expected %s", i, both,
                     expected);
    cr_assert_eq(m->made, BLANK_TOKENS + i);
}

/* tests/golden/flash/learned.json: from the package tokenizers 0.23. */
Test(learn, learns_what_others_learn)
{
    struct tokenizer t;
    cJSON *golden = golden_json("flash/learned.json");
    char *text = read_bytes("tests/golden/flash/tokenizer_cases.json", NULL);
    learn_from(&t, text, 1000);
    const cJSON *e, *merges = json_get(golden, "merges");
    int i = 0;
    cr_assert_eq(t.bpe.n_merges, 729);
    cr_assert_eq(cJSON_GetArraySize(merges), 729);
    cJSON_ArrayForEach(e, merges)
        assert_merge(&t, i++, e->valuestring);
    cJSON_ArrayForEach(e, json_get(golden, "cases"))
        assert_ids(&t, json_get(e, "text")->valuestring,
                   json_get(e, "ids"));
    free(text);
    cJSON_Delete(golden);
    tokenizer_close(&t);
}

/* Added tokens are no text to learn from, and come last. */
Test(learn, chat_tokens_are_added)
{
    struct tokenizer t;
    learn_from(&t, "<think><think><think>a<｜User｜>a<｜User｜>", 400);
    cr_assert_eq(t.bpe.n_merges, 0);
    cr_assert_eq(added_id(&t.added, "<｜begin▁of▁sentence｜>"), 0);
    cr_assert_eq(added_id(&t.added, "<｜User｜>"), BLANK_TOKENS);
    cr_assert_eq(added_id(&t.added, "<｜read_url｜>"), t.n - 1);
    for (int id = 0; id < t.n; id++)
        cr_assert_eq(token_is_added(&t, id),
                     id < 3 || id >= BLANK_TOKENS, "%d", id);
    tokenizer_close(&t);
}

/* What is written is read again as it was. */
Test(learn, is_written_and_read)
{
    struct tokenizer t, back;
    struct error err = { 0 };
    char path[192];
    char *text = read_bytes("tests/golden/flash/tokenizer_cases.json", NULL);
    learn_from(&t, text, 700);
    const char *folder = make_folder();
    snprintf(path, sizeof path, "%s/tokenizer.json", folder);
    cr_assert(tokenizer_write(&t, path, &err), "%s", err.message);
    tokenizer_open(&back, folder, 700);
    cr_assert_str_empty(back.why.message);
    cr_assert_eq(back.n, 700);
    cr_assert_eq(back.added.n, t.added.n);
    cr_assert_eq(back.bpe.n_merges, t.bpe.n_merges);
    cr_assert_eq(memcmp(back.bpe.merges, t.bpe.merges,
                        (size_t)t.bpe.n_merges * sizeof *t.bpe.merges), 0);
    cr_assert_eq(memcmp(back.bpe.byte_id, t.bpe.byte_id,
                        sizeof t.bpe.byte_id), 0);
    for (int id = 0; id < t.n; id++)
        cr_assert(back.texts[id].size == t.texts[id].size
                  && memcmp(back.texts[id].text, t.texts[id].text,
                            t.texts[id].size) == 0, "%d", id);
    for (int i = 0; i < t.splitter.n; i++)
        cr_assert_str_eq(back.splitter.sources[i], t.splitter.sources[i]);
    free(text);
    remove_folder(folder);
    tokenizer_close(&back);
    tokenizer_close(&t);
}
