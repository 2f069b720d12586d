/* Invented checkpoints: the same bytes for a seed, healthy numbers, all of
   the directory or nothing. */
#include "model/checkpoint.h"
#include "model/invent.h"
#include "numerics/lowfloat.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TINY "tiny_models/tiny-flash/config.json"

static const struct config tiny = { .hc_mult = 4, .n_routed_experts = 6 };

static void assert_spread(const char *what, const float *x, size_t n,
                          double mean, double spread)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    for (size_t i = 0; i < n; i++) {
        double d = (double)x[i] - sum / (double)n;
        squares += d * d;
    }
    double found = sqrt(squares / (double)n), count = (double)n;
    cr_assert(fabs(sum / count - mean) < 5 * spread / sqrt(count), "%s: %g",
              what, sum / count);
    cr_assert(fabs(found / spread - 1) < 0.08, "%s: %g", what, found);
}

Test(invent, matrices_keep_the_size_of_their_input)
{
    enum { ROWS = 200, COLS = 320 };
    static uint8_t fp8[ROWS * COLS], scale[ROWS * COLS / 32];
    static uint8_t fp4[ROWS * COLS / 2];
    static uint16_t bf16[ROWS * COLS];
    static float x[ROWS * COLS];
    struct slot s = { "layers.0.attn.wkv.weight", SLOT_MATRIX, FORMAT_FP8, 2,
                      ROWS, COLS, { 0 } };
    double spread = 1 / sqrt(COLS);
    invent_tensor(fp8, scale, &s, &tiny, 1);
    for (int i = 0; i < ROWS * COLS; i++)
        x[i] = e4m3_decode(fp8[i])
               * e8m0_decode(scale[i / COLS / 128 * 3 + i % COLS / 128]);
    assert_spread("fp8", x, ROWS * COLS, 0, spread);
    s.format = FORMAT_FP4;
    invent_tensor(fp4, scale, &s, &tiny, 1);
    for (int i = 0; i < ROWS * COLS; i++)
        x[i] = e2m1_decode(fp4[i / 2] >> (i % 2 * 4) & 15)
               * e8m0_decode(scale[i / 32]);
    assert_spread("fp4", x, ROWS * COLS, 0, spread);
    s.format = FORMAT_BF16;
    invent_tensor(bf16, NULL, &s, &tiny, 1);
    for (int i = 0; i < ROWS * COLS; i++)
        x[i] = bf16_decode(bf16[i]);
    assert_spread("bf16", x, ROWS * COLS, 0, spread);
    strcpy(s.name, "embed.weight");
    s.format = FORMAT_F32;
    invent_tensor(x, NULL, &s, &tiny, 1);
    assert_spread("embedding", x, ROWS * COLS, 0, 1);
    strcpy(s.name, "layers.2.ffn_norm.weight");
    invent_tensor(x, NULL, &s, &tiny, 1);
    assert_spread("norm", x, ROWS * COLS, 1, 0.3);
}

Test(invent, tables_name_distinct_experts)
{
    enum { V = 500, K = 4 };
    int64_t table[V * K];
    int used[6] = { 0 };
    struct slot s = { "layers.0.ffn.gate.tid2eid", SLOT_TABLE, FORMAT_F32, 2,
                      V, K, { 0 } };
    invent_tensor(table, NULL, &s, &tiny, 1);
    for (int t = 0; t < V; t++)
        for (int j = 0; j < K; j++) {
            int64_t e = table[t * K + j];
            cr_assert(e >= 0 && e < 6);
            used[e]++;
            for (int i = 0; i < j; i++)
                cr_assert_neq(table[t * K + i], e);
        }
    for (int e = 0; e < 6; e++)
        cr_assert(used[e] > V * K / 6 - 120 && used[e] < V * K / 6 + 120);
}

Test(invent, streams_mostly_stay_what_they_are)
{
    struct slot s = { "layers.0.hc_ffn_base", SLOT_VECTOR, FORMAT_F32, 1, 1,
                      24, { 0 } };
    double diagonal = 0, others = 0;
    float base[24];
    for (uint64_t seed = 0; seed < 200; seed++) {
        invent_tensor(base, NULL, &s, &tiny, seed);
        for (int i = 0; i < 16; i++)
            *(i % 5 == 0 ? &diagonal : &others) += (double)base[8 + i];
    }
    cr_assert(fabs(diagonal / 800 - 1) < 0.15, "%g", diagonal / 800);
    cr_assert(fabs(others / 2400) < 0.1, "%g", others / 2400);
}

static void make(const char *dir, uint64_t seed, int64_t shard)
{
    struct error err;
    struct invention what = { .config = TINY, .dir = dir, .seed = seed,
                              .shard = shard };
    cr_assert(invent(&what, &err), "%s", err.message);
}

static void open_made(struct checkpoint *ck, const char *dir)
{
    struct checkpoint_options o = { 0 };
    struct faults faults = { 0 };
    struct error err;
    bool ok = checkpoint_open(ck, dir, &o, &faults, &err);
    cr_assert(ok, "%s", faults.count ? faults.lines[0] : err.message);
    checkpoint_deep(ck, "", &faults);
    cr_assert_eq(faults.count, 0);
    faults_free(&faults);
}

/* How many tensors of two checkpoints differ. */
static int differences(const char *left, const char *right, int *count)
{
    struct checkpoint a, b;
    int n = 0;
    open_made(&a, left);
    open_made(&b, right);
    cr_assert_eq(a.shards.n_tensors, b.shards.n_tensors);
    *count = a.shards.n_tensors;
    for (int i = 0; i < a.shards.n_tensors; i++) {
        const struct array *x = a.shards.tensors[i].array;
        const struct array *y = b.shards.tensors[i].array;
        cr_assert_str_eq(x->name, y->name);
        cr_assert(x->dtype == y->dtype && array_bytes(x) == array_bytes(y));
        n += memcmp(x->data, y->data, array_bytes(x)) != 0;
    }
    checkpoint_close(&a);
    checkpoint_close(&b);
    return n;
}

Test(invent, a_seed_makes_one_checkpoint_in_any_number_of_files)
{
    const char *folder = make_folder();
    char a[160], b[160], c[160], path[200];
    int count;
    snprintf(a, sizeof a, "%s/a", folder);
    snprintf(b, sizeof b, "%s/b", folder);
    snprintf(c, sizeof c, "%s/c", folder);
    make(a, 1, 0);
    make(b, 1, 1 << 20);
    make(c, 2, 0);
    snprintf(path, sizeof path, "%s/model-00007-of-00007.safetensors", b);
    cr_assert(file_exists(path), "%s", path);
    cr_assert_eq(differences(a, b, &count), 0);
    int changed = differences(a, c, &count);
    /* small scales may be the same by chance */
    cr_assert(changed > count * 8 / 10, "%d of %d", changed, count);
    size_t size;
    snprintf(path, sizeof path, "%s/config.json", a);
    char *copied = read_bytes(path, &size), *original = read_bytes(TINY,
                                                                    &size);
    cr_assert_str_eq(copied, original);
    free(copied);
    free(original);
    remove_folder(folder);
}

Test(invent, its_numbers_stay_healthy)
{
    const char *folder = make_folder();
    char dir[160];
    snprintf(dir, sizeof dir, "%s/a", folder);
    make(dir, 3, 0);
    struct checkpoint ck;
    struct state state;
    struct error err;
    enum { T = 200, D = 256, N = 4 };
    static float streams[T * N * D], logits[256];
    int ids[T];
    for (int i = 0; i < T; i++)
        ids[i] = i * 37 % 256;
    open_made(&ck, dir);
    state_init(&state, &ck.model.config, T, T);
    cr_assert(model_forward(logits, LOGITS_LAST, streams, &ck.model, &state,
                            ids, T, &err), "%s", err.message);
    double squares = 0, spread = 0;
    for (int i = 0; i < T * N * D; i++)
        squares += (double)streams[i] * (double)streams[i];
    for (int i = 0; i < 256; i++)
        spread += (double)logits[i] * (double)logits[i];
    double rms = sqrt(squares / (T * N * D));
    cr_assert(rms > 0.5 && rms < 8, "%g", rms);
    cr_assert(spread / 256 > 0.5 && spread / 256 < 9, "%g", spread / 256);
    state_free(&state);
    checkpoint_close(&ck);
    remove_folder(folder);
}

Test(invent, an_array_without_data_is_a_hole)
{
    float x[3] = { 1, 2, 3 };
    uint8_t last[2] = { 4, 5 };
    struct array arrays[] = {
        { "x", DTYPE_F32, 1, { 3 }, x },
        { "hole", DTYPE_F32, 2, { 1000, 77 }, NULL },
        { "nothing", DTYPE_BF16, 1, { 0 }, NULL },
        { "last", DTYPE_U8, 1, { 2 }, last },
    };
    struct error err;
    char path[128];
    temp_path(path, "hole.safetensors");
    for (int n = 4; n >= 2; n -= 2) { /* data behind the hole, or none */
        struct array_file f;
        cr_assert(array_file_write(path, arrays, n, NULL, &err), "%s",
                  err.message);
        cr_assert(array_file_open(&f, path, &err), "%s", err.message);
        const float *hole = array_find(&f, "hole")->data;
        for (int i = 0; i < 77000; i++)
            cr_assert_eq(hole[i], 0);
        cr_assert_eq(memcmp(array_find(&f, "x")->data, x, sizeof x), 0);
        if (n == 4)
            cr_assert_eq(memcmp(array_find(&f, "last")->data, last, 2), 0);
        array_file_close(&f);
    }
    unlink(path);
    cr_assert_not(array_file_write("/dev/full", arrays, 4, NULL, &err));
    cr_assert_not_null(strstr(err.message, "/dev/full: cannot"), "%s",
                       err.message);
}

Test(invent, holes_have_the_full_length)
{
    const char *folder = make_folder();
    char dir[160], dense[160], a[200], b[200];
    struct error err;
    size_t size_a, size_b;
    snprintf(dir, sizeof dir, "%s/a", folder);
    snprintf(dense, sizeof dense, "%s/b", folder);
    struct invention what = { .config = TINY, .dir = dir, .sparse = true };
    cr_assert(invent(&what, &err), "%s", err.message);
    make(dense, 0, 0);
    snprintf(a, sizeof a, "%s/model.safetensors", dir);
    snprintf(b, sizeof b, "%s/model.safetensors", dense);
    free(read_bytes(a, &size_a));
    free(read_bytes(b, &size_b));
    cr_assert_eq(size_a, size_b);
    struct checkpoint ck;
    open_made(&ck, dir);
    cr_assert_eq(ck.model.weights.norm[0], 0);
    checkpoint_close(&ck);
    remove_folder(folder);
}

Test(invent, nothing_is_left_of_a_failure)
{
    const char *folder = make_folder();
    char dir[200], path[256];
    struct error err;
    struct invention what = { .config = "tiny_models/none.json",
                              .dir = dir };
    snprintf(dir, sizeof dir, "%s/a", folder);
    cr_assert_not(invent(&what, &err));
    cr_assert(is_empty_folder(folder));
    what.config = "tiny_models/configs/v4-flash.json";
    cr_assert_not(invent(&what, &err));
    cr_assert_not_null(strstr(err.message, "--sparse"));
    cr_assert(is_empty_folder(folder));
    what.config = TINY;
    snprintf(dir, sizeof dir, "%s/none/a", folder);
    cr_assert_not(invent(&what, &err));
    cr_assert(is_empty_folder(folder));
    snprintf(path, sizeof path, "%s/mine", folder);
    write_bytes(path, "x", 1);
    snprintf(dir, sizeof dir, "%s", folder);
    cr_assert_not(invent(&what, &err));
    assert_message(err.message, folder, "exists, expected a new or an empty "
                   "directory");
    unlink(path);
    snprintf(path, sizeof path, "%s.link", folder);
    cr_assert_eq(symlink(folder, path), 0); /* could not be renamed over */
    what.dir = path;
    cr_assert_not(invent(&what, &err));
    assert_message(err.message, path, "exists, expected a new or an empty "
                   "directory");
    unlink(path);
    what.dir = dir;
    cr_assert(invent(&what, &err), "%s", err.message);
    remove_folder(folder);
}
