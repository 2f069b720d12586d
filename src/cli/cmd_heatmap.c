//> [cmd-heatmap-includes] What the heat map needs
#include "cli/pictures.h"
#include "view/heatmap.h"
//< [cmd-heatmap-includes]

//> [cmd-heatmap-draw] Paint one layer
static bool paint(struct page *page, const void *what, struct error *err)
{
    const struct picture *p = what;
    struct scene_layer layer = picture_layer(p, p->options->layer);
    return heatmap_draw(page, &p->scene, &layer, p->options->head, err);
}
//< [cmd-heatmap-draw]

//> [cmd-heatmap] How heatmap is called
static bool run(const struct options *o, struct error *err)
{
    char match[48];
    snprintf(match, sizeof match, "L%d.attn.probs*", o->layer);
    return picture_of_text(o, match, paint, err);
}

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
    .needs = "o layer",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-heatmap]
