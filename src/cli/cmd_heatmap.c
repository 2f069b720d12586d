//> [cmd-heatmap-includes] What the heat map needs
#include "cli/pictures.h"
#include "view/heatmap.h"
#include "view/pngfile.h"
//< [cmd-heatmap-includes]

//> [cmd-heatmap] Open, draw, write
static bool run(const struct options *o, struct error *err)
{
    struct picture p = { 0 };
    char match[48];
    snprintf(match, sizeof match, "L%d.attn.probs*", o->layer);
    bool ok = picture_open(&p, o, match, err);
    if (ok) {
        struct scene_layer layer = picture_layer(&p, o->layer);
        ok = heatmap_draw(&p.page, &p.scene, &layer, o->head, err)
             && pngfile_write(&p.page, o->out, err);
    }
    picture_close(&p);
    return ok;
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
    .needs = "o layer",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-heatmap-command]
