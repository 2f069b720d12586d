//> [rmsnorm-includes] What the norm needs
#include "attention/rmsnorm.h"

#include "numerics/faithful.h"
#include "numerics/primitives.h"
#include "numerics/sum.h"

#include <math.h>
//< [rmsnorm-includes]

//> [rmsnorm] Scale every row to unit root mean square
void rmsnorm(float *y, const float *x, const float *w, int rows, int n,
             const struct pass *p)
{
    for (int r = 0; r < rows; r++, x += n, y += n) {
        float square = prim->mean_square(x, (size_t)n);
        float scale = 1.0f / sqrtf(square + p->c->rms_norm_eps);
        for (int i = 0; i < n; i++)
            y[i] = w[i] * (x[i] * scale);
        faithful_bf16(y, (size_t)n, p->c->numerics);
    }
}
//< [rmsnorm]

//> [rmsnorm-head] The same without a weight, rounded at every step
/* The released code does this with one bf16 tensor operation after the
   other, so each of the five steps rounds; only the sum is wider. */
void head_norm(float *q, int rows, int n, const struct pass *p)
{
    enum numerics num = p->c->numerics;
    for (int r = 0; r < rows; r++, q += n) {
        struct sum sum = { 0 };
        for (int i = 0; i < n; i++)
            sum_add(&sum, (size_t)i, (double)faithful(q[i] * q[i], num));
        float mean = faithful((float)(sum_total(&sum) / n), num);
        float square = faithful(mean + p->c->rms_norm_eps, num);
        float scale = faithful(1.0f / sqrtf(square), num);
        for (int i = 0; i < n; i++)
            q[i] = faithful(q[i] * scale, num);
    }
}
//< [rmsnorm-head]
