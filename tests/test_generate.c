/* Choosing tokens, against probabilities computed another way. */
#include "model/checkpoint.h"
#include "model/generate.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

Test(generate, greedy_takes_the_first_of_the_largest)
{
    struct arena arena = { 0 };
    struct sampler s = { .temperature = 0, .top_p = 1 };
    rng_seed(&s.rng, 1);
    struct rng before = s.rng;
    cr_assert_eq(sample(&s, (float[]){ 1, 3, 2, 3 }, 4, &arena), 1);
    cr_assert_eq(sample(&s, (float[]){ 5, 5, 5 }, 3, &arena), 0);
    cr_assert_eq(sample(&s, (float[]){ -INFINITY, -7 }, 2, &arena), 1);
    cr_assert_eq(sample(&s, (float[]){ 4 }, 1, &arena), 0);
    cr_assert_eq(memcmp(&before, &s.rng, sizeof before), 0);
    arena_free(&arena);
}

/* What top-p sampling should do, without sorting: a token is in if the
   tokens before it have less than top_p together. */
static void expected_shares(double *share, const float *logits, int n,
                            double temperature, double top_p)
{
    double p[16], total = 0, kept = 0;
    for (int i = 0; i < n; i++)
        total += p[i] = exp((double)(logits[i] - 2) / temperature);
    for (int i = 0; i < n; i++) {
        double before = 0;
        for (int j = 0; j < n; j++)
            if (logits[j] > logits[i] || (logits[j] == logits[i] && j < i))
                before += p[j] / total;
        share[i] = before < top_p ? p[i] / total : 0;
        kept += share[i];
    }
    for (int i = 0; i < n; i++)
        share[i] /= kept;
}

Test(generate, chance_follows_the_probabilities)
{
    static const float logits[] = { 0.5f, 2, -1, 2, 0, 1.25f, -20, 1 };
    static const struct {
        float temperature, top_p;
    } how[] = {
        { 1, 1 }, { 0.5f, 1 }, { 3, 1 }, { 1, 0.9f }, { 1, 0.5f },
        { 1, 0.1f }, { 2, 0.75f }, { 0.1f, 0.6f }, { 0.001f, 1 },
    };
    enum { N = 8, DRAWS = 40000 };
    struct arena arena = { 0 };
    for (size_t k = 0; k < sizeof how / sizeof *how; k++) {
        struct sampler s = { how[k].temperature, how[k].top_p, { { 0 } } };
        double share[N];
        int count[N] = { 0 };
        rng_seed(&s.rng, 77 + k);
        for (int i = 0; i < DRAWS; i++)
            count[sample(&s, logits, N, &arena)]++;
        expected_shares(share, logits, N, (double)s.temperature,
                        (double)s.top_p);
        for (int i = 0; i < N; i++) {
            double sigma = sqrt(share[i] * (1 - share[i]) * DRAWS);
            cr_assert(fabs(count[i] - share[i] * DRAWS) <= 4.5 * sigma,
                      "case %zu, token %d: %d of %d, expected %g", k, i,
                      count[i], DRAWS, share[i] * DRAWS);
        }
    }
    cr_assert_eq(arena.bytes, 0);
    arena_free(&arena);
}

Test(generate, a_seed_gives_one_stream)
{
    static const float logits[] = { 1, 1.1f, 0.9f, 1, 1, 1.2f };
    struct arena arena = { 0 };
    struct sampler a = { 1, 0.95f, { { 0 } } }, b = a, c = a;
    int differences = 0;
    rng_seed(&a.rng, 9);
    rng_seed(&b.rng, 9);
    rng_seed(&c.rng, 10);
    for (int i = 0; i < 200; i++) {
        int x = sample(&a, logits, 6, &arena);
        cr_assert_eq(x, sample(&b, logits, 6, &arena));
        differences += x != sample(&c, logits, 6, &arena);
    }
    cr_assert_gt(differences, 100);
    arena_free(&arena);
}

/* -------------------------------------------------------------- the loop */

struct taken {
    int ids[64], n, stop_after;
};

static bool take(void *user, int id, const float *logits)
{
    (void)logits;
    struct taken *t = user;
    t->ids[t->n++] = id;
    return t->n != t->stop_after;
}

static int run(struct taken *t, const struct model *m, int context,
               int most, int stop, struct error *err)
{
    static const int prompt[] = { 72, 101, 108, 108, 111 };
    struct state state;
    struct sampler greedy = { 0, 1, { { 0 } } };
    const int stops[] = { 1000, stop }; /* any of them ends the text */
    struct generation g = { prompt, 5, most, stops, stop < 0 ? 0 : 2, take,
                            t };
    state_init(&state, &m->config, context, 512);
    int made = generate(m, &state, &greedy, &g, err);
    state_free(&state);
    return made;
}

/* The same, by reading the whole text anew for every token. */
static void run_slowly(int *out, const struct model *m, int n)
{
    int ids[64] = { 72, 101, 108, 108, 111 };
    float logits[256];
    struct error err;
    for (int i = 0; i < n; i++) {
        struct state state;
        state_init(&state, &m->config, 64, 512);
        cr_assert(model_forward(logits, LOGITS_LAST, NULL, m, &state, ids,
                                5 + i, &err));
        state_free(&state);
        int best = 0;
        for (int j = 0; j < 256; j++)
            if (logits[j] > logits[best])
                best = j;
        out[i] = ids[5 + i] = best;
    }
}

static void open_tiny(struct checkpoint *ck)
{
    struct checkpoint_options o = { 0 };
    struct faults faults = { 0 };
    struct error err;
    cr_assert(checkpoint_open(ck, "tiny_models/tiny-flash", &o, &faults,
                              &err), "%s", err.message);
}

Test(generate, greedy_is_the_best_of_every_step)
{
    struct checkpoint ck;
    struct error err;
    struct taken t = { 0 };
    int slow[12];
    open_tiny(&ck);
    cr_assert_eq(run(&t, &ck.model, 64, 12, -1, &err), 12);
    cr_assert_eq(t.n, 12);
    run_slowly(slow, &ck.model, 12);
    cr_assert_eq(memcmp(t.ids, slow, sizeof slow), 0);
    checkpoint_close(&ck);
}

Test(generate, it_knows_when_to_stop)
{
    struct checkpoint ck;
    struct error err;
    struct taken all = { 0 }, t = { 0 };
    open_tiny(&ck);
    run(&all, &ck.model, 64, 12, -1, &err);

    t = (struct taken){ 0 };
    cr_assert_eq(run(&t, &ck.model, 64, 0, -1, &err), 0);
    t = (struct taken){ .stop_after = 3 };
    cr_assert_eq(run(&t, &ck.model, 64, 12, -1, &err), 3);
    t = (struct taken){ 0 }; /* the context: 5 of prompt, 2 fed, 1 more */
    cr_assert_eq(run(&t, &ck.model, 7, 12, -1, &err), 3);
    cr_assert_eq(memcmp(t.ids, all.ids, 3 * sizeof *t.ids), 0);
    t = (struct taken){ 0 };
    int stop = all.ids[4], first = 0;
    while (all.ids[first] != stop)
        first++;
    cr_assert_eq(run(&t, &ck.model, 64, 12, stop, &err), first + 1);
    cr_assert_eq(t.ids[first], stop); /* it is taken, too */
    t = (struct taken){ 0 };
    cr_assert_eq(run(&t, &ck.model, 4, 12, -1, &err), -1);
    cr_assert_not_null(strstr(err.message, "5 tokens do not fit"));
    checkpoint_close(&ck);
}

/* ------------------------------------------------ chapter 31, on paper */

/* The token on which u falls among the first n of these weights. */
static int on_paper(double u, const double *weight, int n)
{
    double sum = 0, up_to = 0;
    for (int i = 0; i < n; i++)
        sum += weight[i];
    for (int i = 0; i < n; i++)
        if (u * sum < (up_to += weight[i]))
            return i;
    return n - 1;
}

/* Weights 8, 4, 2, 1, 1: the nucleus of 0.8 has two tokens at temperature
   1/2, three at 1, four at 2. The same throw falls on another token. */
Test(generate, worked_example)
{
    static const struct {
        float temperature;
        int n;
        double weight[4];
    } cases[] = {
        { 0.5f, 2, { 64, 16 } },
        { 1, 3, { 8, 4, 2 } },
        { 2, 4, { 2.8284271, 2, 1.4142136, 1 } },
    };
    struct arena arena = { 0 };
    float logits[5];
    for (int i = 0; i < 5; i++)
        logits[i] = logf((float[]){ 8, 4, 2, 1, 1 }[i]);
    for (int k = 0; k < 3; k++) {
        struct sampler s = { cases[k].temperature, 0.8f, { { 0 } } };
        rng_seed(&s.rng, 31);
        struct rng dice = s.rng;
        for (int i = 0; i < 1000; i++)
            cr_assert_eq(sample(&s, logits, 5, &arena),
                         on_paper((double)rng_uniform(&dice),
                                  cases[k].weight, cases[k].n));
    }
    cr_assert(on_paper(0.6, cases[0].weight, 2) == 0
              && on_paper(0.6, cases[1].weight, 3) == 1
              && on_paper(0.9, cases[2].weight, 4) == 3);
    arena_free(&arena);
}

/* ln p of 0, ln 3 and ln 4: probabilities 1/8, 3/8 and 4/8. */
Test(generate, log_probabilities)
{
    const float logits[] = { 0, 1.0986123f, 1.3862944f };
    const double p[] = { 0.125, 0.375, 0.5 };
    for (int i = 0; i < 3; i++)
        cr_assert_float_eq(log_probability(logits, 3, i), log(p[i]), 1e-7);
    const float large[] = { 900, 900 };
    cr_assert_float_eq(log_probability(large, 2, 1), -log(2), 1e-12);
}
