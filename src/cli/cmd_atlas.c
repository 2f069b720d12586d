//> [cmd-atlas-includes] What the sheet of all layers needs
#include "cli/pictures.h"
#include "view/atlas.h"
//< [cmd-atlas-includes]

//> [cmd-atlas-draw] Paint all layers
static bool paint(struct page *page, const void *what, struct error *err)
{
    const struct picture *p = what;
    int count = p->session.ck.model.config.num_hidden_layers;
    struct scene_layer *layers = arena_alloc(&page->arena, (size_t)count,
                                             sizeof *layers);
    for (int i = 0; i < count; i++)
        layers[i] = picture_layer(p, i);
    return atlas_draw(page, &p->scene, layers, count, err);
}
//< [cmd-atlas-draw]

//> [cmd-atlas] How atlas is called
static bool run(const struct options *o, struct error *err)
{
    return picture_of_text(o, "L*.attn.probs*", paint, err);
}

const struct command command_atlas = {
    .name = "atlas",
    .arguments = "MODEL INPUT -o OUT.png",
    .summary = "draw every layer and head on one sheet",
    .help =
        "Read the input and draw the attention of all layers (rows) and all\n"
        "heads (columns) on one sheet, on one scale of colours. Of a long\n"
        "text the last 128 queries are drawn; --last N chooses another\n"
        "number.",
    .options = INPUT_OPTIONS "last o " PASS_OPTIONS MODEL_OPTIONS,
    .needs = "o",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-atlas]
