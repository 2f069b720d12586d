//> [indexer-includes] What the indexer needs
#include "attention/indexer.h"

#include "numerics/faithful.h"
#include "numerics/linear.h"
#include "numerics/primitives.h"
#include "numerics/sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
//< [indexer-includes]

//> [indexer-query] Queries: up, rotate, mix, round
void indexer_query(float *q, float *omega, const float *x, const float *qr,
                   const struct indexer_weights *w, const struct rope *rope,
                   const struct pass *p)
{
    const struct config *c = p->c;
    int T = p->T, H = c->index_n_heads, D = c->index_head_dim;
    size_t n = (size_t)T * (size_t)H * (size_t)D;
    faithful_linear(q, qr, &w->wq_b, T, p);
    for (int t = 0; t < T; t++)
        rope_rotate(q + (size_t)t * (size_t)H * (size_t)D, H, D, rope,
                    p->start + t, ROTATE, c->numerics);
    for (size_t i = 0; i < n && !(c->without & WITHOUT_HADAMARD);
         i += (size_t)D)
        prim->hadamard(q + i, (size_t)D);
    faithful_bf16(q, n, c->numerics);
    faithful_e2m1(q, n, c->numerics);
    trace(p->trace, "idx.q", q, 3, T, H, D);
    //> [indexer-weights-project] Head weights
    linear(omega, x, &w->weights_proj, T, p->scratch);
    float scale = (float)(1.0 / sqrt((double)D * (double)H));
    for (size_t i = 0; i < (size_t)T * (size_t)H; i++)
        omega[i] = faithful(faithful(omega[i], c->numerics) * scale,
                            c->numerics);
    trace(p->trace, "idx.w", omega, 2, T, H);
    //< [indexer-weights-project]
}
//< [indexer-query]

//> [indexer-score] Weighted, rectified dot products
/* Entries first … first + n - 1 of the store, a block. */
static void score_block(float *score, const float *q, const float *omega,
                        const struct rows *keys, int first, int n,
                        const struct pass *p)
{
    enum numerics num = p->c->numerics;
    int H = p->c->index_n_heads, D = p->c->index_head_dim;
    const float **row = arena_alloc(p->scratch, (size_t)n, sizeof *row);
    for (int i = 0; i < n; i++)
        row[i] = rows_reach(keys, first + i, p->scratch);
    if (prim->index_scores && num == EXACT) {
        prim->index_scores(score, q, omega, row, H, n, D, p->scratch);
        return;
    }
    float *dots = arena_floats(p->scratch, (size_t)H * (size_t)n);
    prim->scores(dots, q, row, H, n, D, p->scratch);
    //> [indexer-score-sum] Sum over the heads
    for (int i = 0; i < n; i++) {
        struct sum sum = { 0 };
        for (int h = 0; h < H; h++) {
            float dot = faithful(dots[(size_t)h * (size_t)n + (size_t)i],
                                 num);
            float relu = dot < 0 ? 0 : dot; /* fmaxf() would hide a NaN */
            sum_add(&sum, (size_t)h, (double)faithful(relu * omega[h], num));
        }
        score[i] = faithful((float)sum_total(&sum), num);
    }
    //< [indexer-score-sum]
}
//< [indexer-score]

//> [indexer-score-blocks] Block by block: scratch does not grow with the text
enum { BLOCK = 1024 };

void indexer_score(float *score, const float *q, const float *omega,
                   const struct rows *keys, int n, const struct pass *p)
{
    for (int first = 0; first < n; first += BLOCK) {
        int some = n - first < BLOCK ? n - first : BLOCK;
        struct arena_mark mark = arena_mark(p->scratch);
        score_block(score + first, q, omega, keys, first, some, p);
        arena_release(p->scratch, mark);
    }
}
//< [indexer-score-blocks]

//> [indexer-report] What the trace wants: scores and sorted choices
static int ascending(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void report(const float *score, int n, const int *chosen, int k,
                   int m, const struct pass *p)
{
    int total = trace_length(p->trace, p->start + p->T) / m;
    int width = total < p->c->index_topk ? total : p->c->index_topk;
    if (p->c->without & WITHOUT_TOPK)
        width = total;
    struct arena_mark mark = arena_mark(p->scratch);
    float *all = arena_floats(p->scratch, (size_t)total);
    int *sorted = arena_alloc(p->scratch, (size_t)total, sizeof *sorted);
    for (int i = 0; i < total; i++) {
        all[i] = i < n ? score[i] : -INFINITY;
        sorted[i] = i < k ? chosen[i] : -1;
    }
    if (k > 0)
        qsort(sorted, (size_t)k, sizeof *sorted, ascending);
    trace(p->trace, "idx.score", all, 2, 1, total);
    trace_ints(p->trace, "idx.sel", sorted, 2, 1, width);
    arena_release(p->scratch, mark);
}
//< [indexer-report]

//> [indexer-choose] Score the visible entries, keep the best
static bool any_nan(const float *score, int n)
{
    int i = 0;
    while (i < n && !isnan(score[i]))
        i++;
    return i < n;
}

int indexer_choose(int *chosen, int i, const float *q, const float *omega,
                   const struct rows *keys, int m, const struct pass *p)
{
    const struct config *c = p->c;
    int n = visible_entries(p->start + i, m);
    int k = c->without & WITHOUT_TOPK ? n : c->index_topk;
    struct arena_mark mark = arena_mark(p->scratch);
    float *score = arena_floats(p->scratch, (size_t)n);
    indexer_score(score, q, omega, keys, n, p);
    k = any_nan(score, n) ? -1 : prim->topk(chosen, score, n, k);
    if (p->trace)
        report(score, n, chosen, k, m, p);
    arena_release(p->scratch, mark);
    return k;
}
//< [indexer-choose]
