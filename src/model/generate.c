//> [generate-includes] What generation needs
#include "model/generate.h"

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
        c[i] = (struct candidate){ i, exp(below / (double)s->temperature) };
    }
    qsort(c, (size_t)V, sizeof *c, by_weight);
    double mass;
    int n = nucleus(&mass, c, V, (double)s->top_p);
    double left = (double)rng_uniform(&s->rng) * mass;
    int i = 0;
    while (i < n - 1 && left >= c[i].weight)
        left -= c[i++].weight;
    int chosen = c[i].id;
    arena_release(scratch, mark);
    return chosen;
}
//< [generate-sample]

//> [generate] Feed, choose, hand over, feed what was chosen
int generate(const struct model *m, struct state *s,
             struct sampler *sampler, const struct generation *g,
             struct error *err)
{
    int V = m->config.vocab_size, made = 0;
    float *logits = malloc((size_t)V * sizeof *logits);
    if (!logits) {
        fail(err, "out of memory for %d logits", V);
        return -1;
    }
    const int *feed = g->prompt;
    int n = g->n_prompt, id;
    for (; made < g->most; made++) {
        if (made && s->cache.position == s->cache.context)
            break;
        if (!model_forward(logits, LOGITS_LAST, NULL, m, s, feed, n, err)) {
            made = -1;
            break;
        }
        id = sample(sampler, logits, V, &s->scratch);
        feed = &id;
        n = 1;
        if (!g->take(g->user, id) || id == g->stop) {
            made++;
            break;
        }
    }
    free(logits);
    return made;
}
//< [generate]
