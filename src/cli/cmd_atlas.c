//> [cmd-atlas-includes] What the sheet of all layers needs
#include "cli/pictures.h"
#include "view/atlas.h"
#include "view/pngfile.h"
//< [cmd-atlas-includes]

//> [cmd-atlas-draw] Draw all layers
static bool draw(const struct picture *p, const struct options *o,
                 struct error *err)
{
    struct font font = { 0 };
    struct canvas canvas;
    struct arena arena = { 0 };
    int count = p->session.ck.model.config.num_hidden_layers;
    struct scene_layer *layers = arena_alloc(&arena, (size_t)count,
                                             sizeof *layers);
    for (int i = 0; i < count; i++)
        layers[i] = picture_layer(p, i);
    bool ok = font_open(&font, NULL, err)
              && atlas_draw(&canvas, &arena, &font, &p->scene, layers,
                            count, err)
              && pngfile_write(&canvas, o->out, err);
    font_close(&font);
    arena_free(&arena);
    return ok;
}
//< [cmd-atlas-draw]

//> [cmd-atlas] The command of the sheet
static enum outcome run(const struct options *o, struct error *err)
{
    if (!o->out)
        return misused(err, "-o OUT is missing");
    struct picture p = { 0 };
    enum outcome end = picture_read(&p, o, "L*.attn.probs*", err);
    if (end == DONE)
        end = outcome_of(draw(&p, o, err));
    picture_close(&p);
    return end;
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
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-atlas]
