//> [cmd-heatmap-includes] What the heat map needs
#include "cli/pictures.h"
#include "view/heatmap.h"
#include "view/pngfile.h"
//< [cmd-heatmap-includes]

//> [cmd-heatmap-draw] Draw one layer
static bool draw(const struct picture *p, const struct options *o,
                 struct error *err)
{
    struct font font = { 0 };
    struct canvas canvas;
    struct arena arena = { 0 };
    struct scene_layer layer = picture_layer(p, o->layer);
    bool ok = font_open(&font, NULL, err)
              && heatmap_draw(&canvas, &arena, &font, &p->scene, &layer,
                              o->head, err)
              && pngfile_write(&canvas, o->out, err);
    font_close(&font);
    arena_free(&arena);
    return ok;
}
//< [cmd-heatmap-draw]

//> [cmd-heatmap-check] Is there such a layer, and such a head?
static bool check(const struct picture *p, const struct options *o,
                  struct error *err)
{
    const struct config *c = &p->session.ck.model.config;
    if (o->layer >= c->num_hidden_layers)
        return fail(err, "--layer: found %d, expected 0 … %d", o->layer,
                    c->num_hidden_layers - 1);
    if (o->head >= c->num_attention_heads)
        return fail(err, "--head: found %d, expected 0 … %d", o->head,
                    c->num_attention_heads - 1);
    return true;
}
//< [cmd-heatmap-check]

//> [cmd-heatmap] Check, read, draw
static enum outcome run(const struct options *o, struct error *err)
{
    if (!o->out)
        return misused(err, "-o OUT is missing");
    if (o->layer < 0)
        return misused(err, "--layer L is missing");
    char match[48];
    snprintf(match, sizeof match, "L%d.attn.probs*", o->layer);
    struct picture p = { 0 };
    enum outcome end = picture_read(&p, o, match, err);
    if (end == DONE)
        end = outcome_of(check(&p, o, err) && draw(&p, o, err));
    picture_close(&p);
    return end;
}
//< [cmd-heatmap]

//> [cmd-heatmap-command] How heatmap is called
const struct command command_heatmap = {
    .name = "heatmap",
    .arguments = "MODEL INPUT --layer L [--head H] -o OUT.png",
    .summary = "draw what each token of one layer attends to",
    .help =
        "Read the input and draw the attention of one layer: a row for each\n"
        "query, a column for each token, for each compressed entry (as wide\n"
        "as the tokens it stands for) and for the sink. Of a long text the\n"
        "last 128 queries are drawn; --last N chooses another number.",
    .options = INPUT_OPTIONS "layer head last o "
               PASS_OPTIONS MODEL_OPTIONS,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-heatmap-command]
