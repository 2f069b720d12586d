#include "support/models.h"

#include "support/golden.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const tiny_names[TINY_MODELS] = { "tiny-flash", "tiny-pro",
                                              "tiny-long" };

/* Every checkpoint opened so far in this process. */
static struct tiny models[2 * TINY_MODELS];

struct tiny *tiny_open(const char *name, enum numerics numerics)
{
    int i = 0;
    while (i < TINY_MODELS && strcmp(tiny_names[i], name) != 0)
        i++;
    cr_assert_lt(i, TINY_MODELS, "no tiny model is called %s", name);
    struct tiny *t = &models[2 * i + (numerics == FAITHFUL)];
    if (t->name)
        return t;
    char dir[64];
    struct faults faults = { 0 };
    struct error err;
    snprintf(dir, sizeof dir, "tiny_models/%s", name);
    snprintf(t->golden, sizeof t->golden, "%s/golden-%s.safetensors", name,
             numerics == FAITHFUL ? "faithful" : "exact");
    struct checkpoint_options o = { .numerics = numerics };
    if (!checkpoint_open(&t->ck, dir, &o, &faults, &err))
        cr_assert_fail("%s; first fault: %s", err.message,
                       faults.count ? faults.lines[0] : "none");
    t->name = tiny_names[i];
    return t;
}

int tiny_number(const struct tiny *t, const char *name)
{
    int *v = golden_ints(t->golden, name, NULL), x = v[0];
    free(v);
    return x;
}

int *tiny_tokens(const struct tiny *t, size_t *count)
{
    return golden_ints(t->golden, "tokens", count);
}

static float *embedded(const struct tiny *t)
{
    const struct config *c = &t->ck.model.config;
    size_t n = (size_t)c->hc_mult, d = (size_t)c->hidden_size;
    int S = tiny_number(t, "short.prefill_len"), *ids = tiny_tokens(t, NULL);
    float *x = calloc((size_t)S * d, sizeof *x);
    float *X = calloc((size_t)S * n * d, sizeof *X);
    model_embed(x, &t->ck.model, ids, S);
    for (size_t i = 0; i < (size_t)S * n; i++)
        memcpy(X + i * d, x + i / n * d, d * sizeof *X);
    free(x);
    free(ids);
    return X;
}

float *tiny_input(const struct tiny *t, int layer)
{
    char name[64];
    if (layer == 0)
        return embedded(t);
    snprintf(name, sizeof name, "short.L%d.out", layer - 1);
    return golden_has(t->golden, name) ? golden_floats(t->golden, name, NULL)
                                       : NULL;
}

int tiny_layer(const struct tiny *t, enum layer_kind kind)
{
    const struct config *c = &t->ck.model.config;
    for (int i = 0; i < c->num_hidden_layers; i++)
        if (config_layer(c, i).kind == kind)
            return i;
    cr_assert_fail("%s has no %s layer", t->name, attention_kind(kind)->name);
    return -1;
}
