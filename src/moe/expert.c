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

//> [expert] Gate and up, multiply, down
void expert(float *y, const float *x, const float *weight,
            const struct expert_weights *w, const struct pass *p)
{
    size_t inner = (size_t)p->c->moe_intermediate_size;
    size_t n = (size_t)p->T * inner;
    struct arena_mark mark = arena_mark(p->scratch);
    float *gate = arena_floats(p->scratch, n);
    float *up = arena_floats(p->scratch, n);
    faithful_linear(gate, x, &w->w1, p->T, p);
    faithful_linear(up, x, &w->w3, p->T, p);
    trace(p->trace, "expert.gate", gate, 2, p->T, (int)inner);
    trace(p->trace, "expert.up", up, 2, p->T, (int)inner);
    for (size_t i = 0; i < n; i++) {
        float h = swiglu(gate[i], up[i], p->c->swiglu_limit);
        gate[i] = weight ? weight[i / inner] * h : h;
    }
    faithful_bf16(gate, n, p->c->numerics);
    faithful_linear(y, gate, &w->w2, p->T, p);
    trace(p->trace, "expert.out", y, 2, p->T, w->w2.rows);
    arena_release(p->scratch, mark);
}
//< [expert]
