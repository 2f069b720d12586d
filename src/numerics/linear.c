//> [linear-includes] What the linear layer needs
#include "numerics/linear.h"

#include "base/threads.h"
#include "numerics/faithful.h"
#include "numerics/primitives.h"
#include "numerics/quant.h"

#include <stdint.h>

/* A thread takes this many rows at a time: when one is held up by other work
   of the machine, the others do the rest. */
enum { ROWS_AT_ONCE = 64 };
//< [linear-includes]

//> [linear-task] A product, its bytes, its vectors
struct task {
    struct product p;
    struct held held;
    struct vectors in;
    int first; /* number of its first piece among all pieces */
};

static int pieces(const struct product *p)
{
    return (p->rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
}

/* The task to which piece i belongs. */
static const struct task *owner(const struct task *tasks, int n, int i)
{
    int low = 0, high = n - 1; /* the last whose first piece is <= i */
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (tasks[middle].first <= i)
            low = middle;
        else
            high = middle - 1;
    }
    return &tasks[low];
}
//< [linear-task]

//> [linear-pack] Lay the vectors out as the set wants them
static void pack(struct task *tasks, int n, struct arena *scratch)
{
    for (int i = 0; i < n && prim->pack; i++) {
        struct vectors *in = &tasks[i].in;
        if (in->scales)
            continue; /* codes are taken as they are */
        float *packed =
            arena_floats(scratch, prim->packed_size(in->cols, in->T));
        in->packed = packed;
        int tiles = (in->T + prim->tile - 1) / prim->tile;
        #pragma omp parallel for if (worth_threads((int64_t)in->T * in->cols))
        for (int t = 0; t < tiles; t++)
            prim->pack(packed, in, tasks[i].held.m->format, t);
    }
}
//< [linear-pack]

//> [linear-piece] Some rows of one product
static void run_piece(const struct task *t, int i, float *work)
{
    struct held w = t->held;
    int from = (i - t->first) * ROWS_AT_ONCE, left = w.rows - from;
    w.first += from;
    w.rows = left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE;
    linear_fn *const *entries = t->in.scales ? prim->linear_codes
                                             : prim->linear;
    entries[w.m->format](t->p.y + from, t->p.y_stride, &t->in, &w, work);
}
//< [linear-piece]

//> [linear-run] All pieces of all products, in one parallel region
static void run(struct task *tasks, int n, struct arena *scratch)
{
    int all = 0;
    int64_t size = 0;
    size_t room = 0;
    for (int i = 0; i < n; i++) {
        const struct product *p = &tasks[i].p;
        size_t needs = prim->work_size ? prim->work_size(p->W->cols, p->T) : 0;
        tasks[i].first = all;
        all += pieces(p);
        size += (int64_t)p->rows * p->W->cols * p->T;
        room = needs > room ? needs : room;
    }
    pack(tasks, n, scratch);
    room = (room + 15) / 16 * 16;
    float *work = arena_floats(scratch, room * (size_t)threads_most());
    #pragma omp parallel for schedule(dynamic) if (worth_threads(size))
    for (int i = 0; i < all; i++)
        run_piece(owner(tasks, n, i), i,
                  work + room * (size_t)thread_number());
}
//< [linear-run]

//> [linear-many] Hold, multiply, release
static struct task *make_tasks(const struct product *p, int n,
                               struct arena *scratch)
{
    struct task *tasks = arena_alloc(scratch, (size_t)n, sizeof *tasks);
    for (int i = 0; i < n; i++) {
        tasks[i] = (struct task){
            .p = p[i],
            .held = weights_hold(p[i].W, p[i].first, p[i].rows),
            .in = { .x = p[i].x, .stride = p[i].x_stride, .T = p[i].T,
                    .cols = p[i].W->cols },
        };
    }
    return tasks;
}
//< [linear-many]

//> [linear-many-api] The calls
static void finish(struct task *tasks, int n, struct arena *scratch)
{
    run(tasks, n, scratch);
    for (int i = 0; i < n; i++)
        weights_release(&tasks[i].held);
}

void linear_many(const struct product *products, int n,
                 struct arena *scratch)
{
    struct arena_mark mark = arena_mark(scratch);
    finish(make_tasks(products, n, scratch), n, scratch);
    arena_release(scratch, mark);
}

void linear(float *y, const float *x, const struct matrix *W, int T,
            struct arena *scratch)
{
    struct product p = product(y, x, W, T);
    linear_many(&p, 1, scratch);
}
//< [linear-many-api]

//> [linear-product-all] All rows of a matrix
struct product product(float *y, const float *x, const struct matrix *W,
                       int T)
{
    return (struct product){ .y = y, .y_stride = (size_t)W->rows, .x = x,
                             .x_stride = (size_t)W->cols, .W = W,
                             .rows = W->rows, .T = T };
}
//< [linear-product-all]

//> [linear-activations] Activations as codes and scales
/* Quantize T rows in blocks of 128 columns. */
static void quantize_rows(float *codes, float *scales, const float *x,
                          size_t stride, int T, size_t cols)
{
    size_t blocks = (cols + FP8_BLOCK - 1) / FP8_BLOCK;
    for (size_t t = 0; t < (size_t)T; t++)
        for (size_t b = 0; b < blocks; b++) {
            size_t at = b * FP8_BLOCK, rest = cols - at;
            scales[t * blocks + b] = prim->quantize_e4m3(
                codes + t * cols + at, x + t * stride + at,
                rest < FP8_BLOCK ? rest : FP8_BLOCK);
        }
}

static void quantize(struct vectors *in, struct arena *scratch)
{
    size_t cols = (size_t)in->cols, T = (size_t)in->T;
    float *codes = arena_floats(scratch, T * cols);
    float *scales = arena_floats(scratch,
                                 T * ((cols + FP8_BLOCK - 1) / FP8_BLOCK));
    quantize_rows(codes, scales, in->x, in->stride, in->T, cols);
    in->x = codes;
    in->stride = cols;
    in->scales = scales;
}
//< [linear-activations]

//> [linear-faithful] The released model's FP8 and FP4 layers
void faithful_linear_many(const struct product *products, int n,
                          const struct pass *p)
{
    struct arena_mark mark = arena_mark(p->scratch);
    struct task *tasks = make_tasks(products, n, p->scratch);
    for (int i = 0; i < n && p->c->numerics == FAITHFUL; i++)
        quantize(&tasks[i].in, p->scratch);
    finish(tasks, n, p->scratch);
    for (int i = 0; i < n; i++)
        for (int t = 0; t < products[i].T; t++)
            faithful_bf16(products[i].y
                          + (size_t)t * products[i].y_stride,
                          (size_t)products[i].rows, p->c->numerics);
    arena_release(p->scratch, mark);
}

void faithful_linear(float *y, const float *x, const struct matrix *W,
                     int T, const struct pass *p)
{
    struct product one = product(y, x, W, T);
    faithful_linear_many(&one, 1, p);
}
//< [linear-faithful]
