//> [bench-model-includes] What measuring a model needs
#include "base/rng.h"
#include "base/threads.h"
#include "model/bench.h"

#include <string.h>
//< [bench-model-includes]

//> [bench-model-task] A model, some tokens, and where they stand
struct task {
    const struct slice *s;
    struct state state;
    int *ids;
    int T, position; /* tokens of a pass, tokens before it */
    int passes;      /* of a run, each through another copy */
    struct times times;
    struct error *err;
    bool ok;
};

static void begin(struct task *t, int context, struct arena *arena)
{
    const struct config *c = &t->s->copies[0].config;
    struct rng r;
    rng_seed(&r, 1);
    state_init(&t->state, c, context, t->T);
    t->ids = arena_alloc(arena, (size_t)context, sizeof *t->ids);
    for (int i = 0; i < context; i++)
        t->ids[i] = (int)rng_below(&r, (uint64_t)c->vocab_size);
    t->ok = true;
}
//< [bench-model-task]

//> [bench-model-run] One run
/* What the layers remember of tokens before `position` are zeros: they take
   as long as any other numbers. */
static void forward(void *user)
{
    struct task *t = user;
    t->state.cache.position = t->position;
    timed_begin();
    for (int i = 0; i < t->passes && t->ok; i++)
        t->ok = model_forward(NULL, LOGITS_NONE, NULL,
                              &t->s->copies[i % t->s->n], &t->state,
                              t->ids + (size_t)i * (size_t)t->T, t->T,
                              t->err);
    t->times = timed_end();
}
//< [bench-model-run]

//> [bench-model-parts] Which part took how long
/* Shares of the last run, times the median of all. */
static void divide(struct speed *out, const struct task *t, double tokens)
{
    const struct times *s = &t->times;
    double threads = threads_most(), matrices = s->pack;
    for (int f = 0; f < FORMAT_COUNT; f++)
        matrices += s->linear[f];
    matrices /= threads;
    out->parts[0] = matrices / tokens;
    out->parts[1] = s->scores / tokens;
    out->parts[2] = s->weigh / tokens;
    out->parts[3] = out->all.seconds / tokens - out->parts[0]
                    - out->parts[1] - out->parts[2];
    double faster = out->all.seconds / matrices;
    out->linear = (struct measured){ .seconds = matrices,
                                     .rate = out->all.rate * faster,
                                     .share = out->all.share * faster };
}
//< [bench-model-parts]

//> [bench-model-measure] Measure, then forget
static bool measure(struct speed *out, struct bench *b, struct task *t,
                    enum bound bound, double each)
{
    struct arena arena = { 0 };
    double tokens = (double)t->passes * t->T;
    begin(t, t->position + t->passes * t->T, &arena);
    out->all = bench_measure(b, bound, tokens * each, forward, t);
    out->tokens = tokens / out->all.seconds;
    divide(out, t, tokens);
    out->scratch = t->state.scratch.peak;
    state_free(&t->state);
    arena_free(&arena);
    return t->ok;
}
//< [bench-model-measure]

//> [bench-model-two] One by one, or all at once
bool bench_decode(struct speed *out, struct bench *b, const struct slice *s,
                  int position, struct error *err)
{
    struct task t = { .s = s, .T = 1, .position = position,
                      .passes = s->n, .err = err };
    return measure(out, b, &t, BOUND_READ, (double)s->token_bytes);
}

bool bench_prefill(struct speed *out, struct bench *b,
                   const struct slice *s, int T, struct error *err)
{
    struct task t = { .s = s, .T = T, .passes = 1, .err = err };
    return measure(out, b, &t, BOUND_F32, s->token_flops);
}
//< [bench-model-two]
