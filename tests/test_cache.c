/**
 * @file
 * The cache: its bytes for the released models at several contexts, against
 * the formulas; a sequence that is saved, restored and goes on with the
 * same bits; files that do not fit.
 */
#include "attention/cache.h"

#include "support/compare.h"
#include "support/layers.h"
#include "support/parts.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------- bytes */

/* Totals over all layers at n tokens, in the released formats:
   652 n/4 in each CSA layer (584 a key and 68 an index key), 584 n/128 in
   each HCA layer, 584 min(n, 128) in every layer. The open blocks come on
   top, two float32 arrays each: 8 slots of 1024 and, for index keys, of
   256 make 80 KiB in a CSA layer; 128 of 512 make 512 KiB in HCA. */
static void check_released(const char *path, int csa, int hca, int layers)
{
    static const int contexts[] = { 1, 100, 127, 128, 129, 4096, 32768,
                                    131072, 1000000, 1048576 };
    struct arena a = { 0 };
    struct config c;
    struct error err;
    cr_assert(config_load(&c, path, NULL, 0, &a, &err), "%s", err.message);
    c.numerics = FAITHFUL;
    for (size_t k = 0; k < sizeof contexts / sizeof *contexts; k++) {
        size_t n = (size_t)contexts[k], C = (size_t)csa, h = (size_t)hca;
        struct cache_bytes sum = { 0 };
        for (int layer = 0; layer < layers; layer++) {
            struct cache_bytes b = cache_bytes(&c, layer, contexts[k]);
            sum.ring += b.ring;
            sum.entries += b.entries;
            sum.index_keys += b.index_keys;
            sum.open += b.open;
        }
        cr_assert_eq(sum.entries, 584 * (C * (n / 4) + h * (n / 128)));
        cr_assert_eq(sum.index_keys, 68 * C * (n / 4));
        cr_assert_eq(sum.ring, (size_t)layers * 584 * (n < 128 ? n : 128));
        cr_assert_eq(sum.open, C * 80 * 1024 + h * 512 * 1024);
    }
    arena_free(&a);
}

Test(cache, released_bytes)
{
    check_released("tiny_models/configs/v4-flash.json", 21, 20, 43);
    check_released("tiny_models/configs/v4-pro.json", 30, 31, 61);
}

Test(cache, bytes_of_small_layers)
{
    struct config c = small_config(EXACT);
    struct cache_bytes b = cache_bytes(&c, CSA_LAYER, 30);
    cr_assert_eq(b.ring, 7 * 96 * 4);
    cr_assert_eq(b.entries, 7 * 96 * 4); /* 30 / 4 */
    cr_assert_eq(b.index_keys, 7 * 64 * 4);
    cr_assert_eq(b.open, 2 * 4 * 8 * 2 * (96 + 64));
    b = cache_bytes(&c, HCA_LAYER, 30);
    cr_assert_eq(b.entries, 5 * 96 * 4); /* 30 / 6 */
    cr_assert_eq(b.index_keys, 0);
    cr_assert_eq(b.open, 2 * 4 * 6 * 96);
    b = cache_bytes(&c, WINDOW_LAYER, 5);
    cr_assert_eq(b.ring, 5 * 96 * 4);
    cr_assert_eq(b.entries + b.index_keys + b.open, 0);
}

/* -------------------------------------------------------- save and restore */

enum { T = 40, D_MODEL = 64, CUT = 19 };

/* Three layers that stand side by side, and the numbers they are fed. */
struct bench {
    struct arena arena;
    struct config c;
    struct attention_weights w[LAYERS];
    float *x;
    char path[128];
};

static void start(struct bench *b, enum numerics num)
{
    struct rng r;
    rng_seed(&r, 19);
    *b = (struct bench){ .arena = poisoned_arena() };
    b->c = small_config(num);
    for (int i = 0; i < LAYERS; i++)
        b->w[i] = random_layer(&b->arena, &r, &b->c, i, FORMAT_FP8);
    b->x = random_bf16(&b->arena, &r, T * D_MODEL, 1);
    temp_path(b->path, "cache.safetensors");
}

static void stop(struct bench *b)
{
    unlink(b->path);
    arena_free(&b->arena);
}

/* Tokens from the cache's position to `end` in one call. */
static void feed(float *out, struct bench *b, struct cache *cache, int end)
{
    struct pass p = pass_of(&b->c, &b->arena, end - cache->position,
                            cache->position);
    struct arena_mark mark = arena_mark(&b->arena);
    for (int i = 0; i < LAYERS; i++) {
        struct rope rope;
        rope_init(&rope, &b->c, i != WINDOW_LAYER, &b->arena);
        attention(out + i * T * D_MODEL + p.start * D_MODEL,
                  b->x + p.start * D_MODEL, &b->w[i], &cache->layers[i],
                  &rope, i, &p);
    }
    arena_release(&b->arena, mark);
    cache->position = end;
}

static bool restore(struct cache *cache, const char *path,
                    struct error *err)
{
    struct array_file f = { 0 };
    bool ok = array_file_open(&f, path, err) && cache_restore(cache, &f, err);
    array_file_close(&f);
    return ok;
}

static void compare(const float *found, const float *right, int from)
{
    for (int i = 0; i < LAYERS; i++)
        assert_same_floats("out", found + (i * T + from) * D_MODEL,
                           right + (i * T + from) * D_MODEL,
                           (size_t)((T - from) * D_MODEL));
}

Test(cache, saved_and_restored)
{
    for (int num = EXACT; num <= FAITHFUL; num++) {
        struct bench b;
        struct cache cache, other;
        struct error err;
        start(&b, (enum numerics)num);
        float *right = arena_floats(&b.arena, LAYERS * T * D_MODEL);
        float *found = arena_floats(&b.arena, LAYERS * T * D_MODEL);
        cache_init(&cache, &b.c, 0, LAYERS, T);
        cr_assert_eq(cache.position, 0);
        feed(right, &b, &cache, CUT);
        cr_assert(cache_save(&cache, NULL, 0, b.path, &err), "%s", err.message);
        feed(right, &b, &cache, T);

        cache_init(&other, &b.c, 0, LAYERS, T);
        cr_assert(restore(&other, b.path, &err), "%s", err.message);
        cr_assert_eq(other.position, CUT);
        feed(found, &b, &other, T);
        compare(found, right, CUT);
        /* With another context; only what is in use is in the file. */
        struct cache wide;
        cache_init(&wide, &b.c, 0, LAYERS, 4 * T);
        cr_assert(restore(&wide, b.path, &err), "%s", err.message);
        feed(found, &b, &wide, T);
        compare(found, right, CUT);
        cache_free(&wide);
        /* Back in time, in the memory that has gone on. */
        cr_assert(restore(&cache, b.path, &err));
        feed(found, &b, &cache, T);
        compare(found, right, CUT);
        cache_reset(&cache); /* and a new sequence after an old one */
        feed(found, &b, &cache, CUT);
        feed(found, &b, &cache, T);
        compare(found, right, 0);
        cache_free(&cache);
        cache_free(&other);
        stop(&b);
    }
}

/* A cache of other layers, numerics or identity, or a context too small;
   files that are no cache. */
static void refuse(struct bench *b, int first, int n, int context,
                   enum numerics num, const char *rest)
{
    struct cache cache;
    struct error err = { .message = "" };
    struct config c = b->c;
    c.numerics = num;
    cache_init(&cache, &c, first, n, context);
    cache.identity = 0xabc;
    cache.position = 3;
    cr_assert_not(restore(&cache, b->path, &err));
    cr_assert_eq(cache.position, 0, "it is empty");
    assert_message(err.message, b->path, rest);
    cache_free(&cache);
}

Test(cache, what_does_not_fit)
{
    struct bench b;
    struct cache cache;
    struct error err;
    start(&b, EXACT);
    cache_init(&cache, &b.c, 0, LAYERS, T);
    cache.position = T;
    cache.identity = 0xabc;
    cr_assert(cache_save(&cache, NULL, 0, b.path, &err));
    refuse(&b, 0, LAYERS, T, FAITHFUL, "L0.ring has 2688 bytes, expected "
           "952: it was saved with another model or other numerics");
    refuse(&b, 0, LAYERS, T - 8, EXACT, "position 40 is outside 0 … 32");
    cache.position = T + 1;
    cr_assert(cache_save(&cache, NULL, 0, b.path, &err));
    refuse(&b, 0, LAYERS, T, EXACT, "position 41 is outside 0 … 40");
    cache.position = T;
    cache.n_layers = 2;
    cr_assert(cache_save(&cache, NULL, 0, b.path, &err));
    refuse(&b, 0, LAYERS, T, EXACT, "L2.ring is missing");
    cache.identity = 0x1abc;
    cr_assert(cache_save(&cache, NULL, 0, b.path, &err));
    refuse(&b, 0, LAYERS, T, EXACT, "saved by model 0000000000001abc, "
           "expected 0000000000000abc: another model, or other numbers, "
           "numerics or switches");
    struct array number = { .name = "x", .dtype = DTYPE_F32, .rank = 0,
                            .data = &(float){ 1 } };
    cr_assert(array_file_write(b.path, &number, 1, NULL, &err));
    refuse(&b, 0, LAYERS, T, EXACT, "not a saved cache: \"position\" is "
           "missing");
    unlink(b.path);
    struct cache empty;
    cache_init(&empty, &b.c, 0, 1, 1);
    empty.position = 1;
    cr_assert_not(restore(&empty, b.path, &err));
    cr_assert(strncmp(err.message, b.path, strlen(b.path)) == 0);
    cr_assert_not(cache_save(&empty, NULL, 0, "/nowhere/at/all", &err));
    cr_assert(strncmp(err.message, "/nowhere/at/all: ", 17) == 0);
    cache_free(&empty);
    cache_free(&cache);
    stop(&b);
}

/* Any byte behind the header, of the cache or of what stands beside it:
   numbers and tokens, which come first, one by one. */
Test(cache, a_changed_byte_is_noticed)
{
    struct bench b;
    struct cache cache;
    struct error err;
    struct array more = { .name = "tokens", .dtype = DTYPE_I32, .rank = 1,
                          .shape = { 3 }, .data = (int[]){ 7, 8, 9 } };
    start(&b, FAITHFUL);
    float *out = arena_floats(&b.arena, LAYERS * T * D_MODEL);
    cache_init(&cache, &b.c, 0, LAYERS, T);
    cache.identity = 0xabc;
    feed(out, &b, &cache, CUT);
    cr_assert(cache_save(&cache, &more, 1, b.path, &err));
    cr_assert(restore(&cache, b.path, &err), "%s", err.message);
    FILE *file = fopen(b.path, "r+b");
    uint64_t header;
    cr_assert_eq(fread(&header, sizeof header, 1, file), 1);
    fseek(file, 0, SEEK_END);
    long size = ftell(file), first = 8 + (long)header;
    int tried = 0;
    for (long at = first; at < size; at += at < first + 64 ? 1 : 97) {
        fseek(file, at, SEEK_SET);
        int byte = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(byte ^ 4, file);
        fflush(file);
        err.message[0] = '\0';
        cr_assert_not(restore(&cache, b.path, &err), "byte %ld", at);
        cr_assert_eq(cache.position, 0);
        fseek(file, at, SEEK_SET);
        fputc(byte, file);
        fflush(file);
        tried++;
    }
    cr_assert_gt(tried, 100);
    cr_assert(restore(&cache, b.path, &err), "%s", err.message);
    fclose(file);
    unlink(b.path);
    cache_free(&cache);
    stop(&b);
}

/* Lowering the position is no way back: the ring has lost the oldest keys
   of the window, and a completed block has become the previous one. */
Test(cache, rollback)
{
    enum { AT = 30, TRIED = 6 };
    struct bench b;
    struct cache cache;
    struct error err;
    start(&b, EXACT);
    float *right = arena_floats(&b.arena, LAYERS * T * D_MODEL);
    float *found = arena_floats(&b.arena, LAYERS * T * D_MODEL);
    cache_init(&cache, &b.c, 0, LAYERS, T);
    feed(right, &b, &cache, AT);
    cr_assert(cache_save(&cache, NULL, 0, b.path, &err), "%s", err.message);
    feed(right, &b, &cache, T);

    cr_assert(restore(&cache, b.path, &err), "%s", err.message);
    feed(found, &b, &cache, AT + TRIED); /* a draft that is rejected */
    cr_assert(restore(&cache, b.path, &err), "%s", err.message);
    feed(found, &b, &cache, T);
    compare(found, right, AT);

    cr_assert(restore(&cache, b.path, &err), "%s", err.message);
    feed(found, &b, &cache, AT + TRIED);
    cache.position = AT;
    feed(found, &b, &cache, T);
    for (int i = 0; i < LAYERS; i++) {
        double off = rms_rel(found + (i * T + AT) * D_MODEL,
                             right + (i * T + AT) * D_MODEL,
                             (T - AT) * D_MODEL);
        cr_assert(off > 1e-3, "layer %d: %g", i, off);
    }
    cache_free(&cache);
    stop(&b);
}

/* The numbers of chapter 19: Flash after 1,000 tokens and after a million,
   and a row of the tiny models. */
Test(cache, worked_example)
{
    struct arena a = { 0 };
    struct config c;
    struct error err;
    cr_assert(config_load(&c, "tiny_models/configs/v4-flash.json", NULL, 0,
                          &a, &err), "%s", err.message);
    c.numerics = FAITHFUL;
    static const struct cache_bytes right[3] = {
        { .ring = 74752 },
        { .ring = 74752, .entries = 146000, .index_keys = 17000,
          .open = 81920 },
        { .ring = 74752, .entries = 4088, .open = 524288 },
    };
    static const int layers[3] = { 0, 2, 3 };
    for (int i = 0; i < 3; i++) {
        struct cache_bytes b = cache_bytes(&c, layers[i], 1000);
        cr_assert_eq(b.ring, right[i].ring);
        cr_assert_eq(b.entries, right[i].entries);
        cr_assert_eq(b.index_keys, right[i].index_keys);
        cr_assert_eq(b.open, right[i].open);
    }
    size_t sum = 0;
    for (int layer = 0; layer < c.num_hidden_layers; layer++) {
        struct cache_bytes b = cache_bytes(&c, layer, 1000000);
        sum += b.ring + b.entries + b.index_keys;
    }
    cr_assert_eq(sum, 3517458496u);

    struct rows key, index;
    c.head_dim = 128;
    c.index_head_dim = 64;
    rows_describe(&key, &c, ROW_KEY, 1);
    rows_describe(&index, &c, ROW_INDEX, 1);
    cr_assert_eq(rows_bytes(&key), 200);
    cr_assert_eq(rows_bytes(&index), 34);
    arena_free(&a);
}
