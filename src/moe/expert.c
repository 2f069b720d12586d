//> [expert-includes] What an expert needs
#include "moe/expert.h"

#include "numerics/exp.h"
#include "numerics/faithful.h"
#include "numerics/linear.h"
//< [expert-includes]

//> [expert-swiglu] One hidden unit
static float swiglu(float gate, float up, float limit)
{
    if (limit > 0) { /* fminf() would hide a NaN */
        gate = gate > limit ? limit : gate;
        up = up > limit ? limit : up < -limit ? -limit : up;
    }
    float silu = gate / (1.0f + exp32(-gate));
    return silu * up;
}
//< [expert-swiglu]

//> [experts] Gate and up of all, multiply, down of all
/* Products of expert i: its rows of x with W, into its rows of y. */
static struct product share(float *y, const float *x,
                            const struct matrix *W, const int *first, int i)
{
    return product(y + (size_t)first[i] * (size_t)W->rows,
                   x + (size_t)first[i] * (size_t)W->cols, W,
                   first[i + 1] - first[i]);
}
//< [experts]

//> [experts-gates] Gate and up of all experts
void experts(float *y, const float *x, const float *weight,
             const struct expert_weights *const *w, const int *first, int n,
             const struct pass *p)
{
    size_t inner = (size_t)p->c->moe_intermediate_size;
    size_t all = (size_t)p->T * inner;
    struct arena_mark mark = arena_mark(p->scratch);
    float *gate = arena_floats(p->scratch, all);
    float *up = arena_floats(p->scratch, all);
    struct product *part = arena_alloc(p->scratch, 2 * (size_t)n,
                                       sizeof *part);
    for (int i = 0; i < n; i++) {
        part[i] = share(gate, x, &w[i]->w1, first, i);
        part[n + i] = share(up, x, &w[i]->w3, first, i);
    }
    faithful_linear_many(part, 2 * n, p);
    trace(p->trace, "expert.gate", gate, 2, p->T, (int)inner);
    trace(p->trace, "expert.up", up, 2, p->T, (int)inner);
    //> [experts-down] The hidden units, and the way down
    for (size_t i = 0; i < all; i++) {
        float h = swiglu(gate[i], up[i], p->c->swiglu_limit);
        gate[i] = weight ? weight[i / inner] * h : h;
    }
    faithful_bf16(gate, all, p->c->numerics);
    for (int i = 0; i < n; i++)
        part[i] = share(y, gate, &w[i]->w2, first, i);
    faithful_linear_many(part, n, p);
    trace(p->trace, "expert.out", y, 2, p->T, w[0]->w2.rows);
    arena_release(p->scratch, mark);
    //< [experts-down]
}
//< [experts-gates]

//> [expert] One of them
void expert(float *y, const float *x, const float *weight,
            const struct expert_weights *w, const struct pass *p)
{
    const int first[] = { 0, p->T };
    experts(y, x, weight, &w, first, 1, p);
}
//< [expert]
