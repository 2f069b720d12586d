//> [generate-includes] What generation needs
#include "model/generate.h"

#include "numerics/exp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
//< [generate-includes]

//> [generate-greedy] The largest logit, the first among equals
static int largest(const float *logits, int V)
{
    int best = 0;
    for (int i = 1; i < V; i++)
        if (logits[i] > logits[best])
            best = i;
    return best;
}
//< [generate-greedy]

//> [generate-log] What the model itself thinks of a token
double log_probability(const float *logits, int V, int id)
{
    double top = (double)logits[largest(logits, V)], sum = 0;
    assert(V > 0);
    for (int i = 0; i < V; i++)
        sum += exp((double)logits[i] - top);
    return (double)logits[id] - top - log(sum);
}
//< [generate-log]

//> [generate-candidates] The tokens, likeliest first
struct candidate {
    int id;
    double weight; /* exp((logit - largest) / temperature) */
};

static int by_weight(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return x->id - y->id;
}
//< [generate-candidates]

//> [generate-nucleus] As few of them as have top_p together
/* How many there are; `mass` receives their weight. */
static int nucleus(double *mass, const struct candidate *c, int V,
                   double top_p)
{
    double total = 0;
    for (int i = 0; i < V; i++)
        total += c[i].weight;
    int n = 0;
    *mass = 0;
    while (n < V && (n == 0 || *mass < top_p * total))
        *mass += c[n++].weight;
    return n;
}
//< [generate-nucleus]

//> [generate-throw] The token on which a throw of the dice falls
/* `left` is between 0 and the weight of the first n candidates. */
static int fall(const struct candidate *c, int n, double left)
{
    int i = 0;
    while (i < n - 1 && left >= c[i].weight)
        left -= c[i++].weight;
    return c[i].id;
}
//< [generate-throw]

//> [generate-sample] Greedy, or a throw of the dice
int sample(struct sampler *s, const float *logits, int V,
           struct arena *scratch)
{
    int best = largest(logits, V);
    if (s->temperature == 0)
        return best;
    struct arena_mark mark = arena_mark(scratch);
    struct candidate *c = arena_alloc(scratch, (size_t)V, sizeof *c);
    for (int i = 0; i < V; i++) {
        double below = (double)logits[i] - (double)logits[best];
        float x = (float)(below / (double)s->temperature);
        c[i] = (struct candidate){ i, (double)exp32(x) };
    }
    qsort(c, (size_t)V, sizeof *c, by_weight);
    double mass;
    int n = nucleus(&mass, c, V, (double)s->top_p);
    int id = fall(c, n, (double)rng_uniform(&s->rng) * mass);
    arena_release(scratch, mark);
    return id;
}
//< [generate-sample]

//> [generate-stops] Some tokens end the text
static bool stops(const struct generation *g, int id)
{
    for (int i = 0; i < g->n_stops; i++)
        if (g->stops[i] == id)
            return true;
    return false;
}
//< [generate-stops]

//> [generate] Feed, choose, hand over, feed what was chosen
/* `logits` has room for those of one token. */
static int loop(float *logits, const struct model *m, struct state *s,
                struct sampler *sampler, const struct generation *g,
                struct error *err)
{
    const int *feed = g->prompt;
    int n = g->n_prompt, made = 0, id;
    while (made < g->most) {
        if (made && s->cache.position == s->cache.context)
            break;
        if (!model_forward(logits, LOGITS_LAST, NULL, m, s, feed, n, err))
            return -1;
        id = sample(sampler, logits, m->config.vocab_size, &s->scratch);
        made++;
        if (!g->take(g->user, id, logits) || stops(g, id))
            break;
        feed = &id;
        n = 1;
    }
    return made;
}
//< [generate]

//> [generate-logits] A loop and the memory it needs
int generate(const struct model *m, struct state *s,
             struct sampler *sampler, const struct generation *g,
             struct error *err)
{
    int V = m->config.vocab_size;
    float *logits = need(malloc((size_t)V * sizeof *logits));
    int made = loop(logits, m, s, sampler, g, err);
    free(logits);
    return made;
}
//< [generate-logits]
