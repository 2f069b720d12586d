//> [primitives-header] One table of the few things that take the time
/**
 * @file
 * The model is written in about a dozen vector and matrix operations,
 * reached through one table of function pointers. The scalar set is the
 * definition; sets for an instruction set overwrite what they do faster,
 * and are held to the scalar results by tests. Told in chapter 5.
 *
 * Things that are not obvious:
 * - every sum (dot, mean_square, exp_sum, scores, linear) is a struct sum:
 *   double, eight lanes, a fixed tree, rounded once to float32. A set that
 *   keeps to it gives the same bits. In a block of linear_codes products
 *   need at most 43 bits: there any order gives them;
 * - weighted sums of rows (axpy, mix, weigh) are float32, row after row;
 * - threads only ever split independent outputs: the bits do not depend
 *   on how many there are.
 */
#ifndef V4_NUMERICS_PRIMITIVES_H
#define V4_NUMERICS_PRIMITIVES_H

#include "base/error.h"
#include "numerics/matrix.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_primitives 05 · Primitives
 *  Prose: chapter 5.
 *  @{ */
//< [primitives-header]

//> [primitives-linear-type] A matrix times T vectors, two contracts
/** Y = X Wᵀ for some rows of W: `y[t][r] = Σ_c w[r][c] x[t][c]`, with w the
 *  weights, scales and all. One struct sum over the whole row: nothing is
 *  rounded but its additions and, at the end, to float32.
 *  @param[out] y   `(T, w->rows)`
 *  @param      x   `(T, cols)`
 *  @param      w   the rows
 *  @param      T   number of vectors */
typedef void linear_fn(float *y, const float *x, const struct held *w,
                       int T);

/** The same from codes by codes: for each block of columns that share a
 *  scale of w, the dot product of the codes, rounded to float32, times
 *  both scales, is added in float32, from the first block to the last.
 *  @param[out] y       `(T, w->rows)`
 *  @param      codes   `(T, cols)` numbers on the e4m3 grid
 *  @param      scales  `(T, ceil(cols/128))` their scales
 *  @param      w       the rows
 *  @param      T       number of vectors */
typedef void linear_codes_fn(float *y, const float *codes,
                             const float *scales, const struct held *w,
                             int T);
//< [primitives-linear-type]

//> [primitives-vectors] The table: vectors
/** The primitives of one instruction set. */
struct primitives {
    const char *name; ///< "scalar", …

    /** `Σ a_i b_i` over `(n)`. */
    float (*dot)(const float *a, const float *b, size_t n);

    /** `y += a x` over `(n)`. */
    void (*axpy)(float *y, float a, const float *x, size_t n);

    /** `y_i = Σ_j w_j x_ji`: `(d)` from `(n)` weights, `(n, d)` rows. */
    void (*mix)(float *y, const float *w, const float *x, int n, size_t d);

    /** `Σ x_i² / n` over `(n)`. */
    float (*mean_square)(const float *x, size_t n);

    /** `p_i = exp32(s_i - max)` over `(n)`; returns `Σ p_i`. */
    float (*exp_sum)(float *p, const float *s, float max, size_t n);
    //< [primitives-vectors]

    //> [primitives-attention] The table: attention over scattered keys
    /** `s[h][j] = q_h · key_j`; `-inf` where `keys[j]` is NULL.
     *  `s (H, S)`, `q (H, D)`, `keys (S)` pointers to `(D)`. */
    void (*scores)(float *s, const float *q, const float *const *keys,
                   int H, int S, int D);

    /** `o[h] += Σ_j p[h][j] key_j`, skipping NULL keys.
     *  `o (H, D)`, `p (H, S)` with rows `stride` apart. */
    void (*weigh)(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D);
    //< [primitives-attention]

    //> [primitives-rest] The table: weights, rounding, choosing
    /** Y = X Wᵀ, one entry for each format. */
    linear_fn *linear[FORMAT_COUNT];

    /** The same from quantized activations. */
    linear_codes_fn *linear_codes[FORMAT_COUNT];

    /** quantize_e4m3() */
    float (*quantize_e4m3)(float *q, const float *x, size_t n);

    /** quantize_e2m1() */
    float (*quantize_e2m1)(float *q, const float *x, size_t n);

    /** hadamard() */
    void (*hadamard)(float *x, size_t n);

    /** topk() */
    int (*topk)(int *chosen, const float *score, int n, int k);
};
//< [primitives-rest]

//> [primitives-choose] The chosen table
/** The set in use. It is the program's only global state. */
extern const struct primitives *prim;

/** The scalar set: the definition. */
extern const struct primitives primitives_scalar;

/** Choose a set by name for the rest of the run.
 *  @param      name  "scalar" or "count"; NULL for the best one
 *  @param[out] err   lists the sets there are
 *  @return success */
bool primitives_choose(const char *name, struct error *err);
//< [primitives-choose]

//> [primitives-topk-api] Choosing the k best
/** The k largest scores, best first; among equals the lowest index first;
 *  NaN is never chosen over a number. O(n log k).
 *  @param[out] chosen  `(k)` indices
 *  @param      score   `(n)`
 *  @param      n       how many there are
 *  @param      k       how many are wanted
 *  @return how many were chosen: min(n, k) */
int topk(int *chosen, const float *score, int n, int k);
//< [primitives-topk-api]

//> [primitives-count-api] What the counting set has counted
/** Operations and bytes since count_reset(). */
struct counts {
    double linear_flops[FORMAT_COUNT]; ///< 2 × multiply-adds in linear
    double linear_bytes[FORMAT_COUNT]; ///< bytes of weights read
    double attention_flops;            ///< 2 × multiply-adds, scores+weigh
    double vector_flops;               ///< everything else
};

/** @return what the "count" set has counted so far */
struct counts count_read(void);

/** Start counting from zero. */
void count_reset(void);

/** The counting set: the scalar one, counted. */
extern const struct primitives primitives_count;
/** @} */
#endif
//< [primitives-count-api]
