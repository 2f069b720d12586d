/* The tokenizer: bytes, learned ones, and that of Flash if it is at hand. */
#include "base/rng.h"
#include "text/tokenizer_file.h"
#include "view/text.h"

#include "support/tempfile.h"
#include "support/vocabulary.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ft2build.h>
#include FT_FREETYPE_H

Test(tokenizer, bytes_are_their_own_ids)
{
    struct tokenizer t;
    struct arena arena = { 0 };
    char all[256];
    int n;
    tokenizer_open(&t, "tiny_models/tiny-flash", 256);
    cr_assert(t.n == 256 && t.bpe.n_merges == 0 && t.added.n == 0);
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    int *ids = encode(&n, &t, all, 256, &arena);
    cr_assert_eq(n, 256);
    for (int i = 0; i < 256; i++) {
        size_t size;
        const char *text = token_text(&size, &t, i);
        cr_assert(ids[i] == i && size == 1 && text[0] == all[i], "%d", i);
        cr_assert_not(token_is_added(&t, i));
    }
    encode(&n, &t, "", 0, &arena);
    cr_assert_eq(n, 0);
    size_t size;
    cr_assert_null(token_text(&size, &t, 256));
    cr_assert_null(token_text(&size, &t, -1));
    tokenizer_close(&t);
    arena_free(&arena);
}

Test(tokenizer, says_why_it_reads_no_text)
{
    struct tokenizer t;
    struct arena arena = { 0 };
    struct error err;
    int n;
    tokenizer_open(&t, "tiny_models/tiny-flash", 255);
    cr_assert_null(tokenizer_encode(&n, &t, "a", 1, &arena, &err));
    cr_assert_str_eq(err.message, "tiny_models/tiny-flash: found no "
                     "tokenizer.json and 255 tokens, expected 256 to read "
                     "bytes: give --ids");
    cr_assert_not(t.broken);
    tokenizer_close(&t);
    const char *folder = make_folder();
    char path[192];
    snprintf(path, sizeof path, "%s/tokenizer.json", folder);
    write_bytes(path, "{}", 2);
    tokenizer_open(&t, folder, 129280);
    cr_assert_null(tokenizer_encode(&n, &t, "a", 1, &arena, &err));
    assert_message(err.message, path, "model.type: found nothing, expected "
                   "\"BPE\"");
    cr_assert(t.broken);
    char label[TOKEN_LABEL];
    token_label(label, &t, 129279);
    cr_assert_str_eq(label, "#129279");
    remove_folder(folder);
    tokenizer_close(&t);
    arena_free(&arena);
}

Test(tokenizer, labels_are_visible)
{
    static const struct {
        int id;
        const char *label;
    } cases[] = {
        { 'a', "a" }, { '~', "~" }, { ' ', "␣" }, { '\n', "\\n" },
        { '\t', "\\t" }, { 0xe4, "\\xe4" }, { 0, "\\x00" }, { 127, "\\x7f" },
        { '\\', "\\" }, { '%', "%" }, { 300, "#300" },
        { 2147483647, "#2147483647" },
    };
    struct tokenizer t;
    char label[TOKEN_LABEL];
    tokenizer_open(&t, "tiny_models/tiny-flash", 512);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        token_label(label, &t, cases[i].id);
        cr_assert_str_eq(label, cases[i].label);
    }
    tokenizer_close(&t);
}

/* The label of a token with this text. */
static void assert_label(const char *text, size_t size, const char *label)
{
    char out[TOKEN_LABEL];
    struct token_bytes bytes = { text, size };
    struct tokenizer t = { .texts = &bytes, .n = 1 };
    token_label(out, &t, 0);
    cr_assert_str_eq(out, label);
}

Test(tokenizer, labels_of_longer_tokens)
{
    static const char *const cases[][2] = {
        { " the", "␣the" }, { "\n\n", "\\n\\n" }, { "Grüße", "Grüße" },
        { "abcdefghijkl", "abcdefghijkl" },
        { "abcdefghijklm", "abcdefghijk…" },
        { "            x", "␣␣␣␣␣␣␣␣␣␣␣…" },
        { "中", "\\u4e2d" }, { "中国", "\\u4e2d\\u56fd" },
        { "中国人", "\\u4e2d…" }, { "😀", "\\U1f600" },
        { "<｜User｜>", "<|User|>" }, { "\xe4\xb8", "\\xe4\\xb8" },
        { "é", "é" }, { "e\xcc\x81", "e\\u0301" },
        { "\xc2\xad", "\\u00ad" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_label(cases[i][0], strlen(cases[i][0]), cases[i][1]);
    assert_label("\0", 1, "\\x00");
}

Test(tokenizer, the_font_has_every_label)
{
    struct font font;
    struct error err;
    cr_assert(font_open(&font, &err), "%s", err.message);
    cr_assert_neq(FT_Get_Char_Index(font.face, 0x2423), 0); /* ␣ */
    cr_assert_neq(FT_Get_Char_Index(font.face, 0x2026), 0); /* … */
    for (FT_ULong c = '!'; c < 0x3000; c++) {
        char text[8], label[16], escape[16];
        struct token_bytes bytes = { text, 0 };
        if (c >= 0x7f && c < 0xa0)
            continue;
        text[0] = (char)(c < 0x80 ? c : c < 0x800 ? 0xc0 | c >> 6
                                                  : 0xe0 | c >> 12);
        text[1] = (char)(0x80 | (c < 0x800 ? c : c >> 6 & 0x3f));
        text[1] = (char)(c < 0x800 ? 0x80 | (c & 0x3f)
                                   : 0x80 | (c >> 6 & 0x3f));
        text[2] = (char)(0x80 | (c & 0x3f));
        bytes.size = c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        struct tokenizer t = { .texts = &bytes, .n = 1 };
        char out[TOKEN_LABEL];
        token_label(out, &t, 0);
        snprintf(escape, sizeof escape, "\\u%04lx", c);
        snprintf(label, sizeof label, "%.*s", (int)bytes.size, text);
        if (strcmp(out, escape) != 0)
            cr_assert(FT_Get_Char_Index(font.face, c) != 0, "%s", out);
    }
    font_close(&font);
}

/* Chapter 2: five letters, seven bytes, seven tokens, and a line's end. */
Test(tokenizer, worked_example)
{
    static const char text[] = "Grüße\n";
    static const int ids[] = { 71, 114, 195, 188, 195, 159, 101, 10 };
    static const char *const labels[] = { "G", "r", "\\xc3", "\\xbc",
                                          "\\xc3", "\\x9f", "e", "\\n" };
    struct tokenizer t;
    struct arena arena = { 0 };
    char label[TOKEN_LABEL];
    int n;
    tokenizer_open(&t, "tiny_models/tiny-flash", 256);
    int *made = encode(&n, &t, text, strlen(text), &arena);
    cr_assert_eq(n, 8);
    for (int i = 0; i < n; i++) {
        size_t size;
        cr_assert_eq(made[i], ids[i]);
        token_label(label, &t, made[i]);
        cr_assert_str_eq(label, labels[i]);
        cr_assert_eq(token_text(&size, &t, made[i])[0], text[i]);
        cr_assert_eq(size, 1);
    }
    tokenizer_close(&t);
    arena_free(&arena);
}

/* Any bytes there are come back, from any tokenizer. */
static void assert_inverse(const struct tokenizer *t, const char *text,
                           size_t size)
{
    struct arena arena = { 0 };
    size_t at = 0, length;
    int n, *ids = encode(&n, t, text, size, &arena);
    for (int i = 0; i < n; i++) {
        const char *bytes = token_text(&length, t, ids[i]);
        cr_assert(bytes && at + length <= size
                  && memcmp(text + at, bytes, length) == 0,
                  "token %d at byte %zu", i, at);
        at += length;
    }
    cr_assert_eq(at, size);
    arena_free(&arena);
}

static void assert_inverses(const struct tokenizer *t)
{
    static const char *const parts[] = {
        "the ", "\xe4\xb8", "中", "\n\n", "  ", "<think>", "<", "\xff", "12",
        "\xf0\x9f\x98\x80", "｜DSML", "｜", "\xed\xa0\x80", "'s", "\xcc\x81",
    };
    enum { SIZE = 3000, PARTS = sizeof parts / sizeof *parts };
    char text[SIZE + 8];
    struct rng rng;
    rng_seed(&rng, 2);
    for (int round = 0; round < 20; round++) {
        size_t n = 0;
        while (round % 2 && n < SIZE)
            n += (size_t)sprintf(text + n, "%s",
                                 parts[rng_below(&rng, PARTS)]);
        for (; n < SIZE; n++)
            text[n] = (char)rng_below(&rng, 256);
        assert_inverse(t, text, SIZE);
    }
}

Test(tokenizer, decoding_is_the_inverse_on_bytes)
{
    struct tokenizer t;
    char *text = read_bytes("tests/golden/flash/tokenizer_cases.json", NULL);
    learn_from(&t, text, 1000);
    assert_inverses(&t);
    assert_inverse(&t, text, strlen(text));
    tokenizer_close(&t);
    free(text);
    if (!open_flash(&t))
        return;
    assert_inverses(&t);
    tokenizer_close(&t);
}

/* Two million bytes of one kind: were anything quadratic, it would take
 * hours. The test runner waits five minutes. */
Test(tokenizer, runs_take_linear_time)
{
    static const char *const units[] = {
        "a", " ", "7", "中", "\n", "<", "!", "\t", "\r\n", "ab", "\xff",
        "😀", " \n", "\xcc\x81", "あ", "｜", "a ", "'s",
    };
    enum { SIZE = 2000000 };
    struct tokenizer t;
    char *text = malloc(SIZE);
    if (!open_flash(&t))
        learn_from(&t, "aaaaaaaa        中中中 中中 ab abab \n\n\n\n\n", 400);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]);
        for (size_t at = 0; at < SIZE; at++)
            text[at] = units[i][at % n];
        assert_inverse(&t, text, SIZE);
    }
    tokenizer_close(&t);
    free(text);
}

/* ------------------------------------------- the tokenizer of the release */

Test(tokenizer, all_cases_of_flash)
{
    struct tokenizer t;
    if (!open_flash(&t))
        return;
    cJSON *cases = golden_json("flash/tokenizer_cases.json");
    cJSON *prompts = golden_json("flash/encoding_cases.json");
    const cJSON *e;
    cr_assert_eq(cJSON_GetArraySize(cases), 366);
    cJSON_ArrayForEach(e, cases)
        assert_ids(&t, json_get(e, "text")->valuestring,
                   json_get(e, "ids"));
    cr_assert_eq(cJSON_GetArraySize(prompts), 45);
    cJSON_ArrayForEach(e, prompts)
        assert_ids(&t, json_get(e, "expected")->valuestring,
                   json_get(e, "ids"));
    cJSON_Delete(cases);
    cJSON_Delete(prompts);
    tokenizer_close(&t);
}

/* Numbers of chapter 2, and tokens whose ids others got wrong. */
Test(tokenizer, facts_of_flash)
{
    static const struct {
        const char *text;
        int id;
    } added[] = {
        { "<｜begin▁of▁sentence｜>", 0 }, { "<｜end▁of▁sentence｜>", 1 },
        { "<｜User｜>", 128803 }, { "<｜Assistant｜>", 128804 },
        { "<think>", 128821 }, { "</think>", 128822 },
        { "｜DSML｜", 128825 }, { "<｜latest_reminder｜>", 128828 },
        { "<｜action｜>", 128829 }, { "<｜read_url｜>", 128845 },
        { "<｜/table>｜", 129265 }, { "<｜image｜>", 129279 },
    };
    struct tokenizer t;
    if (!open_flash(&t))
        return;
    cr_assert_eq(t.n, 129280);
    cr_assert_eq(t.bpe.n_merges, 127741);
    cr_assert_eq(t.added.n, 1283);
    cr_assert_eq(t.splitter.n, 3);
    for (size_t i = 0; i < sizeof added / sizeof *added; i++) {
        cr_assert_eq(added_id(&t.added, added[i].text), added[i].id, "%s",
                     added[i].text);
        cr_assert(token_is_added(&t, added[i].id));
    }
    for (int id = 0; id < t.n; id++)
        cr_assert_not_null(t.texts[id].text);
    tokenizer_close(&t);
}

/* ------------------------------------------------------- what is refused */

static const struct {
    const char *from, *to; /* one change of a good file */
    const char *message;   /* behind the path */
} faults[] = {
    { "\"BPE\"", "\"Unigram\"",
      "model.type: found \"Unigram\", expected \"BPE\"" },
    { "\"merges\"", "\"merger\"",
      "model.merges: found nothing, expected a list" },
    { "\"vocab\"", "\"vocabulary\"",
      "model.vocab: found nothing, expected an object" },
    { "\"added_tokens\":\t[", "\"added_tokens\": 7, \"x\": [",
      "added_tokens: found 7, expected a list" },
    { "\"\\\\p{N}{1,3}\"", "\"(\"",
      "pre_tokenizer.pretokenizers[0].pattern.Regex: regular expression: "
      "missing closing parenthesis, at byte 1 of (" },
    { "\"\\\\p{N}{1,3}\"", "3",
      "pre_tokenizer.pretokenizers[0].pattern.Regex: found 3, expected a "
      "regular expression" },
    { "\"Isolated\"", "\"Removed\"",
      "pre_tokenizer.pretokenizers[0].behavior: found \"Removed\", expected "
      "\"Isolated\"" },
    { "\"Split\"", "\"Digits\"",
      "pre_tokenizer.pretokenizers[0].type: found \"Digits\", expected "
      "\"Split\"" },
    { "\"use_regex\":\tfalse", "\"use_regex\": true",
      "pre_tokenizer: last use_regex: found true, expected null or false: "
      "it is not built here" },
    { "\"lstrip\":\tfalse", "\"lstrip\": true",
      "added_tokens: lstrip: found true, expected null or false: it is not "
      "built here" },
    { "\"byte_fallback\":\tfalse", "\"byte_fallback\": true",
      "model.byte_fallback: found true, expected null or false: it is not "
      "built here" },
    { "\"byte_fallback\":\tfalse", "\"dropout\": 0.1",
      "model.dropout: found 0.1, expected null or false: it is not built "
      "here" },
    { "\"version\"", "\"normalizer\": {\"type\": \"NFC\"}, \"version\"",
      "normalizer: found {\"type\":\"NFC\"}, expected none" },
    { "\"version\"", "\"truncation\": {\"max_length\": 5}, \"version\"",
      "truncation: found {\"max_length\":5}, expected null or false: it is "
      "not built here" },
    { "\"the\":\t260", "\"the\": 273",
      "model.vocab \"the\": found 273, expected an id, 0 … 272" },
    { "\"the\":\t260", "\"the\": -1",
      "model.vocab \"the\": found -1, expected an id, 0 … 272" },
    { "\"the\":\t260", "\"the\": 26.5",
      "model.vocab \"the\": found 26.5, expected an id, 0 … 272" },
    { "\"the\":\t260", "\"the\": \"260\"",
      "model.vocab \"the\": found \"260\", expected an id, 0 … 272" },
    { "\"the\":\t260", "\"the\": 259",
      "model.vocab \"the\": found id 259 a second time, expected it once" },
    { "\"the\":\t260", "\"the\": 261",
      "model.vocab \"the\": found id 261 a second time, expected it once" },
    { "\"the\":\t260", "\"t e\": 260",
      "model.vocab \"t e\": expected a name in the byte alphabet" },
    { "\"the\":\t260", "\"\": 260",
      "model.vocab \"\": expected a name in the byte alphabet" },
    { "\"!\":\t3,", "",
      "model.vocab: found no token for byte 0x21, expected one for each" },
    { "\"t he\"", "\"the\"",
      "model.merges[1]: found \"the\", expected two names of tokens" },
    { "\"t he\"", "[\"t\", 5]",
      "model.merges[1]: found [\"t\",5], expected two names of tokens" },
    { "\"t he\"", "\"t hx\"",
      "model.merges[1]: found \"t hx\", expected two tokens of model.vocab "
      "that make a third" },
    { "\"t he\"", "\"he t\"",
      "model.merges[1]: found \"he t\", expected two tokens of model.vocab "
      "that make a third" },
    { "\"t he\"", "\"h e\"",
      "model.merges[1]: found a pair that is merged before, expected it "
      "once" },
    { "\"id\":\t1,", "\"id\": 0,",
      "added_tokens: found id 0 twice, expected it once" },
    { "<｜▁pad▁｜>", "<think>",
      "added_tokens: found \"<think>\" twice, expected it once" },
    { "<｜▁pad▁｜>", "",
      "added_tokens: content: found \"\", expected a text" },
    { "\"version\"", "version",
      "line 2, column 2: found 'v', expected a key in quotes" },
};

/* A copy of a text with one part replaced. */
static char *changed(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    char *out = malloc(strlen(text) + strlen(to) + 1);
    cr_assert(at, "%s", from);
    memcpy(out, text, (size_t)(at - text));
    stpcpy(stpcpy(out + (at - text), to), at + strlen(from));
    return out;
}

Test(tokenizer, faults_of_files_are_named)
{
    struct tokenizer t;
    struct error err = { 0 };
    char path[192];
    const char *folder = make_folder();
    snprintf(path, sizeof path, "%s/tokenizer.json", folder);
    learn_from(&t, "the then", 273);
    cr_assert(tokenizer_write(&t, path, &err), "%s", err.message);
    tokenizer_close(&t);
    char *good = read_bytes(path, NULL);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        char *text = changed(good, faults[i].from, faults[i].to);
        write_bytes(path, text, strlen(text));
        tokenizer_open(&t, folder, 273);
        cr_assert(t.broken && t.n == 0, "%s", faults[i].message);
        assert_message(t.why.message, path, faults[i].message);
        tokenizer_close(&t);
        free(text);
    }
    char *list = changed(good, "\"t he\"", "[\"t\", \"he\"]");
    write_bytes(path, list, strlen(list));
    tokenizer_open(&t, folder, 273);
    cr_assert_str_empty(t.why.message);
    cr_assert_eq(t.bpe.n_merges, 2);
    tokenizer_close(&t);
    tokenizer_open(&t, folder, 272);
    cr_assert(t.broken);
    tokenizer_close(&t);
    free(list);
    free(good);
    remove_folder(folder);
}
