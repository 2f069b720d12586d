//> [primitives-header] One table of the few things that take the time
/**
 * @file
 * The model is written in about a dozen vector and matrix operations,
 * reached through one table of function pointers. The scalar set is the
 * definition; other sets overwrite what they do faster, and are held to it
 * by tests. Told in chapter 5.
 *
 * Things that are not obvious:
 * - every sum (dot, mean_square, exp_sum, scores, linear) is a struct sum:
 *   double, eight lanes, a fixed tree, rounded once to float32. A set that
 *   keeps to it gives the same bits. In a block of linear_codes products
 *   need at most 43 bits: there any order gives them;
 * - weighted sums of rows (axpy, mix, weigh) are float32, row after row;
 * - threads only ever split independent outputs, so their number shows in
 *   no bit. Rows of a matrix are shared among them in linear.c.
 */
#ifndef V4_NUMERICS_PRIMITIVES_H
#define V4_NUMERICS_PRIMITIVES_H

#include "base/arena.h"
#include "numerics/matrix.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_primitives 05 · Primitives
 *  Prose: chapter 5. @{ */
//< [primitives-header]

//> [primitives-vectors-type] What a matrix meets
/** T vectors, as a matrix meets them. */
struct vectors {
    const float *x;      ///< vector t begins at x + t * stride
    const float *scales; ///< `(T, ceil(cols/128))` if x are codes, or NULL
    const float *packed; ///< the same in the order of the set, or NULL
    size_t stride;       ///< numbers from one vector to the next
    int cols;            ///< numbers of a vector
    int T;               ///< how many there are
};
//< [primitives-vectors-type]

//> [primitives-linear-type] A matrix times T vectors, two contracts
/** Some rows of a matrix times T vectors, by one thread.
 *
 *  In `linear` the weights are taken as they are, scales and all:
 *  `y[t][r] = Σ_c w[r][c] x[t][c]`. The scalar set and those named `-bits`
 *  take one struct sum over the whole row: nothing is rounded but its
 *  additions and, at the end, to float32. The other sets add in sixteen
 *  float lanes (lanes.h).
 *
 *  In `linear_codes` x are codes: for each block of columns that share a
 *  scale of w, the dot product of the codes, rounded to float32, times both
 *  scales, is added in float32, from the first block to the last.
 *  @param[out] y       `y[t * stride + r]` for the rows of w
 *  @param      stride  numbers from one result to the next
 *  @param      x       the vectors
 *  @param      w       the rows
 *  @param      work    `(work_size)` scratch memory of this thread */
typedef void linear_fn(float *y, size_t stride, const struct vectors *x,
                       const struct held *w, float *work);
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
                   int H, int S, int D, struct arena *scratch);

    /** `o[h] += Σ_j p[h][j] key_j`, skipping NULL keys.
     *  `o (H, D)`, `p (H, S)` with rows `stride` apart. */
    void (*weigh)(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D);

    /** `score_i = Σ_h ω_h max(q_h · key_i, 0)`: `score (n)`, `q (H, D)`,
     *  `omega (H)`, `keys (n)` pointers to `(D)`, none missing. NULL: the
     *  indexer makes it of `scores`, head by head. */
    void (*index_scores)(float *score, const float *q, const float *omega,
                         const float *const *keys, int H, int n, int D,
                         struct arena *scratch);
    //< [primitives-attention]

    //> [primitives-matrix] The table: weights
    /** Y = X Wᵀ, one entry for each format. */
    linear_fn *linear[FORMAT_COUNT];

    /** The same from quantized activations. */
    linear_fn *linear_codes[FORMAT_COUNT];

    /** Floats of scratch memory of one thread in either; NULL: none. */
    size_t (*work_size)(int cols, int T);

    /** Lay vectors out as `linear` of this set wants them, `tile` of them
     *  at a time; NULL: it takes them as they are.
     *  @param[out] packed  `(packed_size)`
     *  @param      x       the vectors
     *  @param      f       format of the matrix they will meet
     *  @param      i       number of the tile */
    void (*pack)(float *packed, const struct vectors *x, enum format f,
                 int i);
    size_t (*packed_size)(int cols, int T); ///< floats it fills
    int tile;                               ///< vectors packed together
    //< [primitives-matrix]

    //> [primitives-rest] The table: rounding, choosing
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
/** The set in use. It is the program's only global state; fast.h chooses. */
extern const struct primitives *prim;

/** The scalar set: the definition. */
extern const struct primitives primitives_scalar;
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
    double score_flops;                ///< 2 × multiply-adds in scores
    double weigh_flops;                ///< 2 × multiply-adds in weigh
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
