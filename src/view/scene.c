//> [scene-includes] What a scene needs
#include "view/scene.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
//< [scene-includes]

//> [scene-keys] How many numbers a picture has
int scene_keys(int tokens, int ratio)
{
    return tokens + (ratio ? tokens / ratio : 0) + 1;
}

static size_t cells(const struct scene *scene,
                    const struct scene_layer *layer)
{
    int keys = scene_keys(scene->tokens, layer->ratio);
    return (size_t)scene->rows * (size_t)keys;
}
//< [scene-keys]

//> [scene-head] One head, or the mean of all heads
float *scene_head(const struct scene *scene, const struct scene_layer *layer,
                  int head, struct arena *arena)
{
    assert(head >= -1 && head < layer->heads);
    size_t keys = (size_t)scene_keys(scene->tokens, layer->ratio);
    size_t heads = (size_t)layer->heads, count = cells(scene, layer);
    size_t first = head < 0 ? 0 : (size_t)head;
    size_t after = head < 0 ? heads : first + 1;
    float *out = arena_floats(arena, count);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (size_t h = first; h < after; h++)
            sum += (double)layer->probs[(i / keys * heads + h) * keys
                                        + i % keys];
        out[i] = (float)(sum / (double)(after - first));
    }
    return out;
}
//< [scene-head]

//> [scene-round] Up to the next round number
static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float round_up(float p)
{
    static const float steps[] = { 1, 1.5f, 2, 3, 5, 7, 10 };
    float power = powf(10, floorf(log10f(p)));
    for (int i = 0; i < 7; i++)
        if (steps[i] * power >= p * 0.9999f)
            return fminf(steps[i] * power, 1);
    return 1;
}
//< [scene-round]

//> [scene-ceiling] What 98 of 100 cells do not exceed
float scene_ceiling(const struct scene *scene,
                    const struct scene_layer *layer, const float *probs,
                    struct arena *arena)
{
    struct arena_mark mark = arena_mark(arena);
    size_t count = cells(scene, layer), n = 0;
    float *seen = arena_floats(arena, count);
    for (size_t i = 0; i < count; i++)
        if (layer->visible[i] == SEEN && isfinite(probs[i]))
            seen[n++] = probs[i];
    qsort(seen, n, sizeof *seen, ascending);
    float high = n ? seen[(size_t)ceil(0.98 * (double)n) - 1] : 1;
    arena_release(arena, mark);
    return high > 1e-6f ? round_up(high) : 1;
}
//< [scene-ceiling]

//> [scene-check] What cannot be drawn is refused
bool scene_check(const struct scene *scene, struct error *err)
{
    if (scene->tokens < 1 || scene->tokens > SCENE_MAX_TOKENS)
        return fail(err, "attention over %d tokens cannot be drawn: expected 1 "
                    "… %d", scene->tokens, SCENE_MAX_TOKENS);
    if (scene->rows < 1 || scene->first < 0
        || scene->first > scene->tokens - scene->rows)
        return fail(err, "queries %d … %d cannot be drawn: the text has tokens "
                    "0 … %d", scene->first, scene->first + scene->rows - 1,
                    scene->tokens - 1);
    return true;
}
//< [scene-check]
