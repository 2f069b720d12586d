/**
 * @file
 * Opening a checkpoint: what is sound runs, whatever the layout; what is
 * not is refused, every fault in a line of its own.
 */
#include "model/checkpoint.h"
#include "model/tensors.h"
#include "numerics/lowfloat.h"
#include "support/broken.h"
#include "support/compare.h"
#include "support/golden.h"
#include "support/models.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 12 };

static const char CONFIG_FILE[] = "config.json";

/* Put the copy's folder where `text` has "@". */
static void fill_in(char *out, size_t room, const char *text,
                    const char *dir)
{
    size_t used = 0;
    out[0] = '\0';
    for (; *text && used < room; text++)
        used += (size_t)snprintf(out + used, room - used, "%.*s",
                                 *text == '@' ? (int)strlen(dir) : 1,
                                 *text == '@' ? dir : text);
    cr_assert_lt(used, room);
}

static void join(char *out, size_t room, const struct faults *f)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; i < f->count && used < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s\n",
                                 f->lines[i]);
}

/* It does not open: the summary, and exactly these lines. */
static void refused(const struct copy *c, const char *summary,
                    const char *lines)
{
    char found[8192], full[8192];
    struct checkpoint ck;
    struct checkpoint_options o = { .numerics = EXACT };
    struct faults faults = { 0 };
    struct error err = { 0 };
    cr_assert_not(checkpoint_open(&ck, c->dir, &o, &faults, &err));
    fill_in(full, sizeof full, summary, c->dir);
    cr_assert_str_eq(err.message, full, "\nfound:    %s\nexpected: %s",
                     err.message, full);
    join(found, sizeof found, &faults);
    fill_in(full, sizeof full, lines, c->dir);
    cr_assert_str_eq(found, full, "\nfound:\n%s\nexpected:\n%s", found,
                     full);
    checkpoint_close(&ck);
    faults_free(&faults);
}

static void open_or_fail(struct checkpoint *ck, const char *dir,
                         enum numerics numerics)
{
    struct checkpoint_options o = { .numerics = numerics };
    struct faults faults = { 0 };
    struct error err;
    cr_assert(checkpoint_open(ck, dir, &o, &faults, &err), "%s; %s",
              err.message, faults.count ? faults.lines[0] : "");
}

/* Logits of a few golden tokens; false if the forward pass fails. */
static bool run(float *logits, struct checkpoint *ck, struct error *err)
{
    struct state s;
    int *ids = golden_ints("tiny-long/golden-exact.safetensors", "tokens",
                           NULL);
    state_init(&s, &ck->model.config, TOKENS, 5);
    s.scratch.poison = true;
    bool ok = model_forward(logits, LOGITS_ALL, NULL, &ck->model, &s, ids,
                            TOKENS, err);
    if (!ok)
        checkpoint_explain(ck, &s, err);
    state_free(&s);
    free(ids);
    return ok;
}

static float *logits_of(const char *dir, enum numerics numerics)
{
    struct checkpoint ck;
    struct error err;
    float *logits = calloc(TOKENS * 256, sizeof *logits);
    open_or_fail(&ck, dir, numerics);
    cr_assert_eq(ck.model.config.vocab_size, 256);
    cr_assert(run(logits, &ck, &err), "%s", err.message);
    checkpoint_close(&ck);
    return logits;
}

/* The copy computes what the original does, to the last bit. */
static void same_logits(const struct copy *c, const char *original)
{
    char dir[64];
    snprintf(dir, sizeof dir, "tiny_models/%s", original);
    for (int num = EXACT; num <= FAITHFUL; num++) {
        float *found = logits_of(c->dir, (enum numerics)num);
        float *want = logits_of(dir, (enum numerics)num);
        assert_same_floats(c->dir, found, want, TOKENS * 256);
        free(want);
        free(found);
    }
}

Test(checkpoint, shards_do_not_matter)
{
    for (int shards = 1; shards <= 3; shards += 2) {
        struct copy c;
        copy_begin(&c, "tiny-long");
        copy_write(&c, shards);
        same_logits(&c, "tiny-long");
        copy_end(&c);
    }
}

/* Flash-Base stores its scales as float32: the same numbers, the same
   bits. */
Test(checkpoint, scales_may_be_float32)
{
    struct copy c;
    copy_begin(&c, "tiny-flash");
    int rewritten = 0;
    for (int i = 0; i < c.count; i++) {
        struct array *a = &c.arrays[i];
        if (a->dtype != DTYPE_F8_E8M0)
            continue;
        size_t n = array_count(a);
        float *wide = arena_floats(&c.arena, n);
        for (size_t k = 0; k < n; k++)
            wide[k] = e8m0_decode(((const uint8_t *)a->data)[k]);
        a->dtype = DTYPE_F32;
        a->data = wide;
        rewritten++;
    }
    cr_assert_gt(rewritten, 100);
    copy_write(&c, 1);
    same_logits(&c, "tiny-flash");
    copy_end(&c);
}

/* Give a routed expert's matrix the scale 2^-5 throughout; as e4m3 codes
   with one scale per block of 128 it is then the same matrix. */
static void as_fp8(struct copy *c, const char *stem, bool convert)
{
    char name[96], other[96];
    snprintf(name, sizeof name, "%s.scale", stem);
    memset(copy_bytes(c, name), 127 - 5, array_bytes(copy_tensor(c, name)));
    if (!convert)
        return;
    snprintf(other, sizeof other, "%s.weight", stem);
    struct array *a = copy_tensor(c, other);
    int rows = (int)a->shape[0], cols = 2 * (int)a->shape[1];
    const uint8_t *pairs = a->data;
    copy_remove(c, other);
    uint8_t *codes = copy_add(c, other, DTYPE_F8_E4M3, rows, cols);
    for (int i = 0; i < rows * cols; i++)
        codes[i] = e4m3_encode(e2m1_decode(pairs[i / 2] >> 4 * (i % 2)
                                           & 15));
    copy_remove(c, name);
    int blocks = (rows + 127) / 128 * ((cols + 127) / 128);
    uint8_t *scale = copy_add(c, name, DTYPE_F8_E8M0, (rows + 127) / 128,
                              (cols + 127) / 128);
    memset(scale, 127 - 5, (size_t)blocks);
}

static void all_experts(struct copy *c, bool convert)
{
    const struct config *config = &tiny_open("tiny-long", EXACT)
                                       ->ck.model.config;
    for (int l = 0; l <= config->num_hidden_layers; l++)
        for (int i = 0; i < 3 * config->n_routed_experts; i++) {
            char stem[80], block[32];
            if (l < config->num_hidden_layers)
                snprintf(block, sizeof block, "layers.%d", l);
            else
                snprintf(block, sizeof block, "mtp.0");
            snprintf(stem, sizeof stem, "%s.ffn.experts.%d.w%d", block,
                     i / 3, i % 3 + 1);
            as_fp8(c, stem, convert);
        }
}

Test(checkpoint, experts_may_be_fp8)
{
    struct copy fp4, fp8;
    copy_begin(&fp4, "tiny-long");
    all_experts(&fp4, false);
    copy_write(&fp4, 1);
    copy_begin(&fp8, "tiny-long");
    all_experts(&fp8, true);
    copy_write(&fp8, 1);
    copy_replace(&fp8, CONFIG_FILE, "\"expert_dtype\": \"fp4\"",
                 "\"expert_dtype\": \"fp8\"");
    float *want = logits_of(fp4.dir, EXACT);
    float *found = logits_of(fp8.dir, EXACT);
    assert_close("fp8 experts", found, want, TOKENS * 256, 1e-5);
    float *plain = logits_of("tiny_models/tiny-long", EXACT);
    cr_assert_gt(max_rel(want, plain, TOKENS * 256), 1e-3);
    free(plain);
    free(found);
    free(want);
    copy_end(&fp8);
    copy_end(&fp4);
}

static void remove_mtp(struct copy *c)
{
    for (int i = c->count - 1; i >= 0; i--)
        if (strncmp(c->arrays[i].name, "mtp.", 4) == 0)
            copy_remove(c, c->arrays[i].name);
}

/* No draft block, or one of another make: the trunk is unmoved. */
Test(checkpoint, draft_blocks_may_be_absent_or_unknown)
{
    for (int dspark = 0; dspark < 2; dspark++) {
        struct copy c;
        struct checkpoint ck;
        copy_begin(&c, "tiny-long");
        remove_mtp(&c);
        if (dspark) {
            copy_add(&c, "mtp.0.main_proj.weight", DTYPE_BF16, 128, 384);
            copy_add(&c, "mtp.0.attn_norm.weight", DTYPE_BF16, 1, 7);
            copy_add(&c, "mtp.2.markov_head.markov_w1.weight", DTYPE_BF16,
                     256, 16);
        }
        copy_write(&c, 1);
        open_or_fail(&ck, c.dir, EXACT);
        cr_assert_not(ck.has_mtp);
        for (int i = 0; i < ck.shards.n_tensors; i++) {
            const struct shard_tensor *t = &ck.shards.tensors[i];
            cr_assert_eq(t->used, t->array->name[0] != 'm', "%s",
                         t->array->name);
        }
        checkpoint_close(&ck);
        same_logits(&c, "tiny-long");
        copy_end(&c);
    }
}

Test(checkpoint, config_is_read_first)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    refused(&c, "@/config.json: cannot be read: No such file or directory",
            "");
    copy_write(&c, 1);
    copy_replace(&c, CONFIG_FILE, "\"hidden_size\": 128",
                 "\"hidden_size\": -1");
    struct checkpoint ck;
    struct checkpoint_options o = { .numerics = EXACT };
    struct faults faults = { 0 };
    struct error err;
    cr_assert_not(checkpoint_open(&ck, c.dir, &o, &faults, &err));
    cr_assert(strstr(err.message, "hidden_size"), "%s", err.message);
    cr_assert_eq(faults.count, 0);
    checkpoint_close(&ck);
    copy_end(&c);
}

Test(checkpoint, a_file_is_missing)
{
    struct copy c;
    char path[256];
    copy_begin(&c, "tiny-long");
    copy_write(&c, 2);
    copy_path(path, &c, "model-1.safetensors");
    remove(path);
    refused(&c, "@: cannot read the checkpoint's files",
            "@/model-1.safetensors: cannot be read: "
            "No such file or directory\n");
    copy_end(&c);
}

Test(checkpoint, one_tensor_is_missing)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    copy_remove(&c, "layers.1.attn.wkv.scale");
    copy_write(&c, 1);
    refused(&c, "@: 1 tensor is not as config.json says",
            "layers.1.attn.wkv.scale: missing, expected F8_E8M0 [1, 1]\n");
    copy_end(&c);
}

/* Every fault is told, not only the first: file, tensor, found, expected. */
Test(checkpoint, several_tensors_are_wrong)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    copy_remove(&c, "layers.0.attn.attn_sink");
    copy_tensor(&c, "layers.0.ffn.gate.weight")->shape[0] = 3;
    copy_tensor(&c, "layers.1.attn.wkv.weight")->dtype = DTYPE_I8;
    copy_tensor(&c, "layers.1.attn_norm.weight")->shape[0] = 64;
    copy_tensor(&c, "layers.2.hc_attn_fn")->rank = 1;
    copy_tensor(&c, "layers.2.ffn.experts.4.w2.scale")->dtype = DTYPE_U8;
    copy_tensor(&c, "mtp.0.hc_head_scale")->shape[0] = 0;
    copy_write(&c, 1);
    refused(&c, "@: 7 tensors are not as config.json says",
            "layers.0.attn.attn_sink: missing, expected F32 [4]\n"
            "@/model.safetensors: layers.0.ffn.gate.weight: found shape "
            "[3, 128], expected [6, 128]\n"
            "@/model.safetensors: layers.1.attn_norm.weight: found shape "
            "[64], expected [128]\n"
            "@/model.safetensors: layers.1.attn.wkv.weight: found type I8, "
            "expected F8_E4M3\n"
            "@/model.safetensors: layers.2.hc_attn_fn: found shape [24], "
            "expected [24, 512]\n"
            "@/model.safetensors: layers.2.ffn.experts.4.w2.scale: found "
            "type U8, expected F8_E8M0\n"
            "@/model.safetensors: mtp.0.hc_head_scale: found shape [0], "
            "expected [1]\n");
    copy_end(&c);
}

/* The file of a fault is the shard the tensor is in. */
Test(checkpoint, the_right_shard_is_named)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    struct array *a = copy_tensor(&c, "layers.1.attn.wq_a.weight");
    a->dtype = DTYPE_U8;
    int shard = (int)(a - c.arrays) % 3 + 1;
    char line[256];
    copy_write(&c, 3);
    snprintf(line, sizeof line, "@/model-%d.safetensors: "
             "layers.1.attn.wq_a.weight: found type U8, expected "
             "F8_E4M3\n", shard);
    refused(&c, "@: 1 tensor is not as config.json says", line);
    copy_end(&c);
}

/* config.json and the tensors contradict each other. */
Test(checkpoint, another_config)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    copy_write(&c, 1);
    copy_replace(&c, CONFIG_FILE, "\"num_hash_layers\": 1",
                 "\"num_hash_layers\": 2");
    refused(&c, "@: 1 tensor is not as config.json says",
            "layers.1.ffn.gate.tid2eid: missing, expected I64 [256, 2]\n");
    copy_end(&c);
}

Test(checkpoint, a_table_names_experts_there_are)
{
    const int64_t wrong[] = { 6, -1, INT64_MAX, INT64_MIN };
    for (size_t i = 0; i < 4; i++) {
        struct copy c;
        char line[256];
        copy_begin(&c, "tiny-long");
        int64_t *table = copy_bytes(&c, "layers.0.ffn.gate.tid2eid");
        table[77] = wrong[i];
        copy_write(&c, 1);
        snprintf(line, sizeof line, "@/model.safetensors: "
                 "layers.0.ffn.gate.tid2eid: entry 77 is %lld, expected "
                 "0 … 5\n", (long long)wrong[i]);
        refused(&c, "@: 1 tensor is not as config.json says", line);
        copy_end(&c);
    }
}

/* A NaN in each kind of tensor: the deep check names it, and a run that
   trips over it fails and names it, too. */
Test(checkpoint, nan_is_found)
{
    static const char *const names[] = {
        "layers.0.attn.wq_b.scale", "layers.0.attn.wkv.scale",
        "layers.1.attn.wo_a.scale", "layers.1.attn.wo_b.scale",
        "layers.1.ffn.shared_experts.w1.scale",
        "layers.1.ffn.shared_experts.w2.scale",
        "layers.1.ffn.shared_experts.w3.scale",
        "layers.2.attn.wq_a.scale", "layers.0.ffn.experts.3.w1.scale",
        "layers.1.ffn.experts.0.w3.scale",
        "layers.1.ffn.experts.5.w2.scale",
        "layers.0.attn.indexer.wq_b.scale", /* both numerics: the choice */
        "layers.0.attn.indexer.wq_b.scale", /* would hide it */
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        enum numerics num = i % 2 ? FAITHFUL : EXACT;
        struct copy c;
        struct checkpoint ck;
        struct error err;
        struct faults faults = { 0 };
        float logits[TOKENS * 256];
        char line[512], full[1024], said[1024];
        copy_begin(&c, "tiny-long");
        ((uint8_t *)copy_bytes(&c, names[i]))[0] = 255;
        copy_write(&c, 1);
        open_or_fail(&ck, c.dir, num);
        checkpoint_deep(&ck, "", &faults);
        join(full, sizeof full, &faults);
        snprintf(line, sizeof line, "%s/model.safetensors: %s: element "
                 "0 is NaN, expected a number\n", c.dir, names[i]);
        cr_assert_str_eq(full, line);
        cr_assert_not(run(logits, &ck, &err), "%s, numerics %d",
                      names[i], num);
        line[strlen(line) - 1] = '\0';
        snprintf(said, sizeof said, "%s; layers.%c made a number that "
                 "is not finite, at position ", line, names[i][7]);
        cr_assert_eq(strncmp(err.message, said, strlen(said)), 0,
                     "\nfound:    %s\nexpected: %s", err.message, said);
        checkpoint_close(&ck);
        faults_free(&faults);
        copy_end(&c);
    }
}

/* Behind the last block there is one more place to look. */
Test(checkpoint, nan_in_the_head_is_found)
{
    struct copy c;
    struct checkpoint ck;
    struct error err;
    float logits[TOKENS * 256];
    copy_begin(&c, "tiny-long");
    ((uint16_t *)copy_bytes(&c, "head.weight"))[7] = 0x7fc0;
    copy_write(&c, 1);
    open_or_fail(&ck, c.dir, EXACT);
    cr_assert_not(run(logits, &ck, &err));
    cr_assert_not_null(strstr(err.message, "head.weight: element 7 is NaN"),
                       "%s", err.message);
    cr_assert_not_null(strstr(err.message, "head made a number"), "%s",
                       err.message);
    checkpoint_close(&ck);
    copy_end(&c);
}

/* Chapter 30: the tensors of tiny-flash, counted by hand. */
static int count_under(const struct shards *s, const char *prefix)
{
    int n = 0;
    for (int i = 0; i < s->n_tensors; i++)
        n += strncmp(s->tensors[i].array->name, prefix,
                     strlen(prefix)) == 0;
    return n;
}

Test(checkpoint, worked_example)
{
    const struct shards *s = &tiny_open("tiny-flash", EXACT)->ck.shards;
    cr_assert_eq(count_under(s, "layers.0."), 36 + 6 + 6 + 2 + 2 + 13);
    cr_assert_eq(count_under(s, "layers.2."), 65 + 4 + 7);
    cr_assert_eq(count_under(s, "layers.3."), 65 + 4);
    cr_assert_eq(count_under(s, "mtp.0."), 65 + 10);
    cr_assert_eq(s->n_tensors, 2 * 65 + 2 * 76 + 69 + 6 + 75);
    cr_assert_eq(s->n_tensors, 432);
}
