//> [invent-includes] What inventing numbers needs
#include "model/invent.h"

#include "base/arena.h"
#include "base/hash.h"
#include "numerics/lowfloat.h"
#include "numerics/quant.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>
//< [invent-includes]

//> [invent-recipes] data: How large the numbers of a tensor are
struct recipe {
    const char *pattern; /* of the name; the first that fits counts */
    float mean;
    float spread;        /* standard deviation … */
    bool by_width;       /* … divided by √cols */
};

static const struct recipe recipes[] = {
    { "embed.weight", 0, 1, false },
    { "head.weight", 0, 1.5f, true },
    { "*norm.weight", 1, 0.3f, false },
    { "*hc_*_scale", 1, 0.2f, false },
    { "*hc_*_base", 0, 0.7f, false },
    { "*attn_sink", 0, 1, false },
    { "*.ape", 0, 1, false },
    { "*gate.bias", 0, 0.2f, false },
    { "*gate.weight", 0, 1.5f, true },
    { "*", 0, 1, true },
};

static const struct recipe *recipe_of(const char *name)
{
    const struct recipe *r = recipes;
    while (fnmatch(r->pattern, name, 0) != 0)
        r++;
    return r;
}
//< [invent-recipes]

//> [invent-stream] A stream of chance for each tensor
struct source {
    struct rng rng;
    float mean, spread;
};

static struct source source_of(const struct slot *s, uint64_t seed)
{
    const struct recipe *r = recipe_of(s->name);
    struct source from = { .mean = r->mean, .spread = r->spread };
    uint64_t hash = hash_bytes(HASH_START, s->name, strlen(s->name));
    if (r->by_width)
        from.spread /= sqrtf((float)s->cols);
    rng_seed(&from.rng, seed ^ hash);
    return from;
}

static float draw(struct source *from)
{
    return from->mean + from->spread * rng_normal(&from->rng);
}
//< [invent-stream]

//> [invent-fp8] FP8: one scale for each block of 128×128
static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static void fill_fp8(uint8_t *data, uint8_t *scale, const struct slot *s,
                     struct source *from)
{
    struct arena arena = { 0 }; /* 64 KiB are too much for a stack */
    float *x = arena_floats(&arena, (size_t)FP8_BLOCK * FP8_BLOCK);
    for (int r = 0; r < s->rows; r += FP8_BLOCK)
        for (int c = 0; c < s->cols; c += FP8_BLOCK) {
            int rows = smaller(FP8_BLOCK, s->rows - r);
            int cols = smaller(FP8_BLOCK, s->cols - c);
            for (int i = 0; i < rows * cols; i++)
                x[i] = draw(from);
            *scale++ = e8m0_encode(quantize_e4m3(x, x, (size_t)rows
                                                       * (size_t)cols));
            for (int i = 0; i < rows * cols; i++)
                data[(size_t)(r + i / cols) * (size_t)s->cols
                     + (size_t)(c + i % cols)] = e4m3_encode(x[i]);
        }
    arena_free(&arena);
}
//< [invent-fp8]

//> [invent-fp4] FP4: one scale for each 32 columns, two codes to a byte
static void fill_fp4(uint8_t *data, uint8_t *scale, const struct slot *s,
                     struct source *from)
{
    float x[FP4_BLOCK];
    size_t blocks = (size_t)s->rows * (size_t)s->cols / FP4_BLOCK;
    for (size_t b = 0; b < blocks; b++) {
        for (int i = 0; i < FP4_BLOCK; i++)
            x[i] = draw(from);
        scale[b] = e8m0_encode(quantize_e2m1(x, x, FP4_BLOCK));
        for (int i = 0; i < FP4_BLOCK; i += 2)
            *data++ = (uint8_t)(e2m1_encode(x[i])
                                | e2m1_encode(x[i + 1]) << 4);
    }
}
//< [invent-fp4]

//> [invent-plain] float32 and bf16
static void fill_plain(void *data, const struct slot *s,
                       struct source *from)
{
    float *f32 = data;
    uint16_t *bf16 = data;
    size_t n = (size_t)s->rows * (size_t)s->cols;
    for (size_t i = 0; i < n; i++)
        if (s->format == FORMAT_F32)
            f32[i] = draw(from);
        else
            bf16[i] = bf16_encode(draw(from));
}
//< [invent-plain]

//> [invent-comb] Streams that mostly stay what they are
/* Make the diagonal of comb's logits larger: [pre n, post n, comb n·n]. */
static void favour_diagonal(float *base, const struct slot *s, int n)
{
    bool has_comb = fnmatch("*hc_*_base", s->name, 0) == 0
                    && s->cols == (2 + n) * n;
    for (int j = 0; has_comb && j < n; j++)
        base[2 * n + j * n + j] += 1.0f;
}
//< [invent-comb]

//> [invent-table] Distinct experts for every token
static void fill_table(int64_t *table, const struct slot *s, int E,
                       struct rng *rng)
{
    for (int t = 0; t < s->rows; t++, table += s->cols)
        for (int j = 0; j < s->cols; j++) {
            int64_t e;
            int i;
            do {
                e = (int64_t)rng_below(rng, (uint64_t)E);
                for (i = 0; i < j && table[i] != e;)
                    i++;
            } while (i < j);
            table[j] = e;
        }
}
//< [invent-table]

//> [invent-tensor] One tensor, whatever its format
void invent_tensor(void *data, void *scale, const struct slot *s,
                   const struct config *c, uint64_t seed)
{
    struct source from = source_of(s, seed);
    if (s->kind == SLOT_TABLE)
        fill_table(data, s, c->n_routed_experts, &from.rng);
    else if (s->format == FORMAT_FP8)
        fill_fp8(data, scale, s, &from);
    else if (s->format == FORMAT_FP4)
        fill_fp4(data, scale, s, &from);
    else
        fill_plain(data, s, &from);
    if (s->kind == SLOT_VECTOR && s->format == FORMAT_F32)
        favour_diagonal(data, s, c->hc_mult);
}
//< [invent-tensor]
