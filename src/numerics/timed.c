//> [timed-includes] What clocks around a set need
#include "numerics/timed.h"

#include "base/threads.h"

static const struct primitives *inner; /* the set that works */
static struct primitives timed;        /* the same with clocks */
static struct times times;
//< [timed-includes]

//> [timed-linear] Matrices: several threads may come here at once
static void add(double *sum, double begin)
{
    double seconds = clock_work() - begin;
    #pragma omp atomic
    *sum += seconds;
}

static void linear(float *y, size_t stride, const struct vectors *x,
                   const struct held *w, float *work)
{
    double begin = clock_work();
    inner->linear[w->m->format](y, stride, x, w, work);
    add(&times.linear[w->m->format], begin);
}

static void linear_codes(float *y, size_t stride, const struct vectors *x,
                         const struct held *w, float *work)
{
    double begin = clock_work();
    inner->linear_codes[w->m->format](y, stride, x, w, work);
    add(&times.linear[w->m->format], begin);
}
//< [timed-linear]

//> [timed-pack] Laying out vectors
static void pack(float *packed, const struct vectors *x, enum format f,
                 int i)
{
    double begin = clock_work();
    inner->pack(packed, x, f, i);
    add(&times.pack, begin);
}
//< [timed-pack]

//> [timed-attention] Attention
static void scores(float *s, const float *q, const float *const *keys,
                   int H, int S, int D, struct arena *scratch)
{
    double begin = clock_work();
    inner->scores(s, q, keys, H, S, D, scratch);
    add(&times.scores, begin);
}

static void index_scores(float *score, const float *q, const float *omega,
                         const float *const *keys, int H, int n, int D,
                         struct arena *scratch)
{
    double begin = clock_work();
    inner->index_scores(score, q, omega, keys, H, n, D, scratch);
    add(&times.scores, begin);
}

static void weigh(float *o, const float *p, int stride,
                  const float *const *keys, int H, int S, int D)
{
    double begin = clock_work();
    inner->weigh(o, p, stride, keys, H, S, D);
    add(&times.weigh, begin);
}
//< [timed-attention]

//> [timed-set] The set, with clocks
void timed_begin(void)
{
    inner = prim;
    timed = *prim;
    times = (struct times){ 0 };
    for (int f = 0; f < FORMAT_COUNT; f++) {
        timed.linear[f] = linear;
        timed.linear_codes[f] = linear_codes;
    }
    timed.pack = inner->pack ? pack : NULL;
    timed.scores = scores;
    timed.index_scores = inner->index_scores ? index_scores : NULL;
    timed.weigh = weigh;
    prim = &timed;
}

struct times timed_end(void)
{
    prim = inner;
    return times;
}
//< [timed-set]
