//> [linear-includes] What the linear layer needs
#include "numerics/linear.h"

#include "numerics/faithful.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"
//< [linear-includes]

//> [linear] Hold, multiply, release
void linear_rows(float *y, const float *x, const struct matrix *W,
                 int first, int rows, int T)
{
    struct held w = weights_hold(W, first, rows);
    prim->linear[W->format](y, x, &w, T);
    weights_release(&w);
}

void linear(float *y, const float *x, const struct matrix *W, int T)
{
    linear_rows(y, x, W, 0, W->rows, T);
}
//< [linear]

//> [linear-activations] Activations as codes and scales
/* Quantize T rows in blocks of 128 columns. */
static void quantize_rows(float *codes, float *scales, const float *x,
                          int T, size_t cols)
{
    size_t blocks = (cols + FP8_BLOCK - 1) / FP8_BLOCK;
    for (size_t t = 0; t < (size_t)T; t++)
        for (size_t b = 0; b < blocks; b++) {
            size_t at = t * cols + b * FP8_BLOCK;
            size_t rest = cols - b * FP8_BLOCK;
            scales[t * blocks + b] = prim->quantize_e4m3(
                codes + at, x + at, rest < FP8_BLOCK ? rest : FP8_BLOCK);
        }
}
//< [linear-activations]

//> [linear-faithful] The released model's FP8 and FP4 layers
void faithful_linear(float *y, const float *x, const struct matrix *W,
                     int T, const struct pass *p)
{
    if (p->c->numerics == EXACT) {
        linear(y, x, W, T);
        return;
    }
    struct arena_mark mark = arena_mark(p->scratch);
    size_t cols = (size_t)W->cols;
    size_t blocks = (cols + FP8_BLOCK - 1) / FP8_BLOCK;
    float *codes = arena_floats(p->scratch, (size_t)T * cols);
    float *scales = arena_floats(p->scratch, (size_t)T * blocks);
    quantize_rows(codes, scales, x, T, cols);
    struct held w = weights_hold(W, 0, W->rows);
    prim->linear_codes[W->format](y, codes, scales, &w, T);
    weights_release(&w);
    faithful_bf16(y, (size_t)T * (size_t)W->rows, p->c->numerics);
    arena_release(p->scratch, mark);
}
//< [linear-faithful]
