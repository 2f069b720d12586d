//> [unit-numerics-includes] What the units of numerics need
#include "cli/unit.h"

#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/lowfloat.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"

#include <string.h>
//< [unit-numerics-includes]

//> [unit-numerics-codes] Small formats: encode numbers, decode all codes
static void give_table(struct bench *b, int n, float decode(uint8_t))
{
    float table[256];
    for (int i = 0; i < n; i++)
        table[i] = decode((uint8_t)i);
    trace(&b->out, "table", table, 1, n);
}

static void run_codes(struct bench *b, int n, float decode(uint8_t),
                      uint8_t encode(float))
{
    int count = 0;
    const float *in = bench_floats(b, "enc_in", 1, &count);
    if (!bench_ok(b))
        return;
    int *out = arena_alloc(&b->arena, (size_t)count, sizeof *out);
    for (int i = 0; i < count; i++)
        out[i] = encode(in[i]);
    trace_ints(&b->out, "enc_out", out, 1, count);
    give_table(b, n, decode);
}
//< [unit-numerics-codes]

//> [unit-numerics-formats] The four formats
static void run_e4m3(struct bench *b)
{
    run_codes(b, 256, e4m3_decode, e4m3_encode);
}

static void run_e2m1(struct bench *b)
{
    run_codes(b, 16, e2m1_decode, e2m1_encode);
}

static void run_e8m0(struct bench *b)
{
    give_table(b, 256, e8m0_decode);
}

static void run_bf16(struct bench *b)
{
    int n = 0;
    float *x = bench_floats(b, "in", 1, &n);
    for (int i = 0; bench_ok(b) && i < n; i++)
        x[i] = bf16_round(x[i]);
    if (bench_ok(b))
        trace(&b->out, "out", x, 1, n);
}
//< [unit-numerics-formats]

//> [unit-numerics-quantize] Block quantization: codes, scales, products
static void quantize(struct bench *b, int block,
                     float quantizer(float *, const float *, size_t),
                     uint8_t encode(float))
{
    int T = 0, n = 0;
    float *x = bench_floats(b, "in", 2, &T, &n);
    bench_require(b, block > 0 && n % block == 0,
                  "in: %d columns, expected a multiple of %d", n, block);
    if (!bench_ok(b))
        return;
    int count = T * n, blocks = count / block;
    float *scale = bench_room(b, (size_t)blocks);
    int *codes = arena_alloc(&b->arena, (size_t)count, sizeof *codes);
    for (int k = 0; k < blocks; k++) {
        float *part = x + (size_t)k * (size_t)block;
        scale[k] = quantizer(part, part, (size_t)block);
    }
    for (int i = 0; i < count; i++) {
        codes[i] = encode(x[i]);
        x[i] *= scale[i / block];
    }
    trace_ints(&b->out, "codes", codes, 2, T, n);
    trace(&b->out, "scale", scale, 2, T, n / block);
    trace(&b->out, "dequant", x, 2, T, n);
}
//< [unit-numerics-quantize]

//> [unit-numerics-blocks] For e4m3 and for e2m1
static void run_act_quant(struct bench *b)
{
    quantize(b, bench_whole(b, "block", FP8_BLOCK),
             prim->quantize_e4m3, e4m3_encode);
}

static void run_fp4_act_quant(struct bench *b)
{
    quantize(b, bench_whole(b, "block", FP4_BLOCK),
             prim->quantize_e2m1, e2m1_encode);
}
//< [unit-numerics-blocks]

//> [unit-numerics-hadamard] The Hadamard transform of every row
static void run_hadamard(struct bench *b)
{
    int T = 0, n = 0;
    float *x = bench_floats(b, "in", 2, &T, &n);
    bench_require(b, (n & (n - 1)) == 0,
                  "in: %d columns, expected a power of two", n);
    if (!bench_ok(b))
        return;
    for (int t = 0; t < T; t++)
        prim->hadamard(x + (size_t)t * (size_t)n, (size_t)n);
    faithful_bf16(x, (size_t)T * (size_t)n, b->config.numerics);
    trace(&b->out, "out", x, 2, T, n);
}
//< [unit-numerics-hadamard]

//> [unit-numerics-gemm] A linear layer
static void run_gemm(struct bench *b)
{
    int T = 0, rows = 0, cols = 0;
    const float *x = bench_floats(b, "x", 2, &T, &cols);
    struct matrix W = bench_matrix(b, "weight", "scale", &rows, &cols);
    if (!bench_ok(b))
        return;
    float *y = bench_room(b, (size_t)T * (size_t)rows);
    faithful_linear(y, x, &W, T, &b->pass);
    trace(&b->out, "out", y, 2, T, rows);
}
//< [unit-numerics-gemm]

//> [unit-numerics-table] data: The units of numerics
const struct unit units_numerics[] = {
    { "e4m3", "fmt.e4m3", "enc_in (n)", "enc_out, table", run_e4m3 },
    { "e2m1", "fmt.e2m1", "enc_in (n)", "enc_out, table", run_e2m1 },
    { "e8m0", "fmt.e8m0", "nothing", "table", run_e8m0 },
    { "bf16", "fmt.bf16", "in (n)", "out", run_bf16 },
    { "act_quant", "act_quant.a128", "in (T, n); [block]",
      "codes, scale, dequant", run_act_quant },
    { "fp4_act_quant", "fp4_act_quant.a", "in (T, n); [block]",
      "codes, scale, dequant", run_fp4_act_quant },
    { "hadamard", "hadamard.64", "in (T, n)", "out", run_hadamard },
    { "fp8_gemm", "fp8_gemm.a", "x (T, K), weight (N, K), scale", "out",
      run_gemm },
    { "fp4_gemm", "fp4_gemm.a", "x (T, K), weight (N, K/2), scale", "out",
      run_gemm },
    { 0 },
};
//< [unit-numerics-table]
