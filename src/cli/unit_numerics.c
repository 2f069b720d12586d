//> [unit-numerics-includes] What the units of numerics need
#include "cli/unit.h"

#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/lowfloat.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"
//< [unit-numerics-includes]

//> [unit-numerics-codes] Small formats: encode numbers, decode all codes
static void give_table(struct bench *b, int n, float decode(uint8_t))
{
    float table[256];
    for (int i = 0; i < n; i++)
        table[i] = decode((uint8_t)i);
    trace(&b->trace, "table", table, 1, n);
}

static bool run_codes(struct bench *b, int n, float decode(uint8_t),
                      uint8_t encode(float))
{
    int count = b->size['n'];
    const float *in = given(b, "enc_in")->floats;
    int *out = arena_alloc(&b->arena, (size_t)count, sizeof *out);
    for (int i = 0; i < count; i++)
        out[i] = encode(in[i]);
    trace_ints(&b->trace, "enc_out", out, 1, count);
    give_table(b, n, decode);
    return true;
}
//< [unit-numerics-codes]

//> [unit-numerics-formats] The four formats
static bool run_e4m3(struct bench *b)
{
    return run_codes(b, 256, e4m3_decode, e4m3_encode);
}

static bool run_e2m1(struct bench *b)
{
    return run_codes(b, 16, e2m1_decode, e2m1_encode);
}

static bool run_e8m0(struct bench *b)
{
    give_table(b, 256, e8m0_decode);
    return true;
}

static bool run_bf16(struct bench *b)
{
    float *x = given(b, "in")->floats;
    for (int i = 0; i < b->size['n']; i++)
        x[i] = bf16_round(x[i]);
    trace(&b->trace, "out", x, 1, b->size['n']);
    return true;
}
//< [unit-numerics-formats]

//> [unit-numerics-quantize] Block quantization: codes, scales, products
static bool quantize(struct bench *b,
                     float quantizer(float *, const float *, size_t),
                     uint8_t encode(float))
{
    int T = b->size['T'], n = b->size['n'];
    int block = (int)given(b, "block")->number;
    if (block <= 0 || n % block != 0)
        return fail(b->err, "in: %d columns, expected a multiple of %d", n,
                    block);
    size_t count = (size_t)T * (size_t)n, step = (size_t)block;
    float *x = given(b, "in")->floats;
    float *scale = arena_floats(&b->arena, count / step);
    int *codes = arena_alloc(&b->arena, count, sizeof *codes);
    for (size_t i = 0; i < count; i += step)
        scale[i / step] = quantizer(x + i, x + i, step);
    for (size_t i = 0; i < count; i++) {
        codes[i] = encode(x[i]);
        x[i] *= scale[i / step];
    }
    trace_ints(&b->trace, "codes", codes, 2, T, n);
    trace(&b->trace, "scale", scale, 2, T, n / block);
    trace(&b->trace, "dequant", x, 2, T, n);
    return true;
}
//< [unit-numerics-quantize]

//> [unit-numerics-blocks] For e4m3 and for e2m1
static bool run_act_quant(struct bench *b)
{
    return quantize(b, prim->quantize_e4m3, e4m3_encode);
}

static bool run_fp4_act_quant(struct bench *b)
{
    return quantize(b, prim->quantize_e2m1, e2m1_encode);
}
//< [unit-numerics-blocks]

//> [unit-numerics-hadamard] The Hadamard transform of every row
static bool run_hadamard(struct bench *b)
{
    int T = b->size['T'], n = b->size['n'];
    float *x = given(b, "in")->floats;
    if (n & (n - 1))
        return fail(b->err, "in: %d columns, expected a power of two", n);
    for (int t = 0; t < T; t++)
        prim->hadamard(x + (size_t)t * (size_t)n, (size_t)n);
    faithful_bf16(x, (size_t)T * (size_t)n, b->config.numerics);
    trace(&b->trace, "out", x, 2, T, n);
    return true;
}
//< [unit-numerics-hadamard]

//> [unit-numerics-gemm] A linear layer
static bool run_gemm(struct bench *b)
{
    int T = b->size['T'], N = b->size['N'];
    struct matrix W = given(b, "weight")->matrix;
    float *y = arena_floats(&b->arena, (size_t)T * (size_t)N);
    faithful_linear(y, given(b, "x")->floats, &W, T, &b->pass);
    trace(&b->trace, "out", y, 2, T, N);
    return true;
}
//< [unit-numerics-gemm]

//> [unit-numerics-table] data: The units of numerics
const struct unit units_numerics[] = {
    { "e4m3", "fmt.e4m3", "enc_in (n)", "enc_out, table", run_e4m3 },
    { "e2m1", "fmt.e2m1", "enc_in (n)", "enc_out, table", run_e2m1 },
    { "e8m0", "fmt.e8m0", "", "table", run_e8m0 },
    { "bf16", "fmt.bf16", "in (n)", "out", run_bf16 },
    { "act_quant", "act_quant.a128", "in (T, n), [int block 128]",
      "codes, scale, dequant", run_act_quant },
    { "fp4_act_quant", "fp4_act_quant.a", "in (T, n), [int block 32]",
      "codes, scale, dequant", run_fp4_act_quant },
    { "hadamard", "hadamard.64", "in (T, n)", "out", run_hadamard },
    { "fp8_gemm", "fp8_gemm.a", "x (T, K), weight (N x K)", "out",
      run_gemm },
    { "fp4_gemm", "fp4_gemm.a", "x (T, K), weight (N x K)", "out",
      run_gemm },
    { 0 },
};
//< [unit-numerics-table]
