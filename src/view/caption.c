//> [caption-includes] What captions need
#include "view/caption.h"

#include <stdio.h>

enum { MOST_LETTERS = 12 };
//< [caption-includes]

//> [caption-token] A token's label: position and letters
/* At most MOST_LETTERS characters; what is longer ends in …. */
void caption_token(char *out, size_t size, const struct scene *scene, int t)
{
    const char *text = scene->labels ? scene->labels[t] : "";
    int letters = 0;
    size_t end = 0;
    for (; text[end] && letters <= MOST_LETTERS; end++)
        letters += ((unsigned char)text[end + 1] & 0xc0) != 0x80;
    bool is_cut = letters > MOST_LETTERS;
    if (is_cut)
        while (end > 0 && ((unsigned char)text[--end] & 0xc0) == 0x80)
            continue;
    int digits = snprintf(NULL, 0, "%d", scene->tokens - 1);
    snprintf(out, size, "%*d %.*s%s", digits, t, (int)end, text,
             is_cut ? "…" : "");
}
//< [caption-token]

//> [caption-kind] What this layer is, in words
void caption_kind(char *text, size_t size, const struct scene *scene,
                  const struct scene_layer *layer)
{
    const struct attention_kind *kind = attention_kind(layer->kind);
    if (!kind->compresses)
        snprintf(text, size, "%s only", kind->name);
    else if (kind->selects && scene->topk)
        snprintf(text, size, "%s, m = %d, top %d", kind->name, layer->ratio,
                 scene->topk);
    else
        snprintf(text, size, "%s, m = %d", kind->name, layer->ratio);
}
//< [caption-kind]

//> [caption-layer] What its queries see, in a sentence
void caption_layer(char *text, size_t size, const struct scene *scene,
                   const struct scene_layer *layer)
{
    int used = snprintf(text, size, "Each query (row) sees the last %d tokens",
                        scene->window);
    text += used;
    size -= (size_t)used;
    if (attention_kind(layer->kind)->selects && scene->topk)
        snprintf(text, size,
                 ", the %d best complete entries of %d tokens each, and "
                 "the sink; its row adds up to 1",
                 scene->topk, layer->ratio);
    else if (layer->ratio)
        snprintf(text, size,
                 ", all complete entries of %d tokens each, and the sink; "
                 "its row adds up to 1",
                 layer->ratio);
    else
        snprintf(text, size, " and the sink; its row adds up to 1");
}
//< [caption-layer]
