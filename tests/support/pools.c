#include "support/pools.h"

#include "support/heads.h"
#include "support/matrices.h"
#include "support/parts.h"

#include <math.h>

struct compressor_weights random_compressor(struct arena *a, struct rng *r,
                                            const struct config *c, int m,
                                            int D)
{
    int width = m == 4 ? 2 * D : D;
    struct compressor_weights w = {
        .wkv = random_matrix(a, r, FORMAT_BF16, width, c->hidden_size),
        .wgate = random_matrix(a, r, FORMAT_BF16, width, c->hidden_size),
    };
    w.ape = random_floats(a, r, (size_t)m * (size_t)width, 1);
    w.norm = random_gains(a, r, D);
    return w;
}

/* What one token puts into a pool: value and logit of one feature. */
static void projected(double *value, double *logit, const float *x, int t,
                      const struct compressor_weights *w, int m, int column,
                      const struct config *c)
{
    int d = c->hidden_size, width = w->wkv.rows;
    *value = *logit = 0;
    for (int i = 0; i < d; i++) {
        *value += matrix_at(&w->wkv, column, i) * (double)x[t * d + i];
        *logit += matrix_at(&w->wgate, column, i) * (double)x[t * d + i];
    }
    if (!(c->without & WITHOUT_APE))
        *logit += (double)w->ape[t % m * width + column];
}

void brute_compressor(double *entries, const float *x,
                      const struct compressor_weights *w, int m, int D,
                      const struct rope *rope, const struct config *c,
                      int T)
{
    bool halves = m == 4;
    bool overlap = halves && !(c->without & WITHOUT_OVERLAP);
    for (int i = 0; i < T / m; i++) {
        double *entry = entries + i * D;
        for (int f = 0; f < D; f++) {
            double sum = 0, weight = 0;
            int from = overlap && i > 0 ? (i - 1) * m : i * m;
            for (int t = from; t < (i + 1) * m; t++) {
                int column = halves && t >= i * m ? D + f : f;
                double value, logit;
                projected(&value, &logit, x, t, w, m, column, c);
                sum += exp(logit) * value;
                weight += exp(logit);
            }
            entry[f] = sum / weight;
        }
        brute_normalize(entry, w->norm, D, c);
        brute_rotate(entry, D, rope, i * m);
    }
}
