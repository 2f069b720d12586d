//> [cmd-atlas-includes] What the sheet of all layers needs
#include "cli/pictures.h"
#include "view/atlas.h"
#include "view/pngfile.h"
//< [cmd-atlas-includes]

//> [cmd-atlas] Open, draw all layers, write
static bool run(const struct options *o, struct error *err)
{
    struct picture p = { 0 };
    bool ok = picture_open(&p, o, "L*.attn.probs*", err);
    if (ok) {
        int n = p.session.ck.model.config.num_hidden_layers;
        struct scene_layer *layers = arena_alloc(&p.page.arena, (size_t)n,
                                                 sizeof *layers);
        for (int i = 0; i < n; i++)
            layers[i] = picture_layer(&p, i);
        ok = atlas_draw(&p.page, &p.scene, layers, n, err)
             && pngfile_write(&p.page, o->out, err);
    }
    picture_close(&p);
    return ok;
}
//< [cmd-atlas]

//> [cmd-atlas-command] How atlas is called
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
//< [cmd-atlas-command]
