//> [cmd-info-includes] What information needs
#include "cli/info.h"
#include "cli/session.h"

#include <string.h>
#include <sys/stat.h>
//< [cmd-info-includes]

//> [cmd-info-count] Sums and cache, from the numbers alone
static void measure(struct info *i, struct model_weights *w,
                    struct mtp_weights *mtp, const struct options *o)
{
    const struct config *c = i->c;
    struct arena arena = { 0 };
    struct dspark_weights dspark;
    i->has_mtp = mtp != NULL;
    i->context = o->context ? o->context : c->max_position_embeddings;
    if (i->has_dspark)
        tensors_allocate_dspark(&dspark, c, &arena);
    summarize(&i->sums, w, mtp, i->has_dspark ? &dspark : NULL, c);
    arena_free(&arena);
    i->exact = summarize_cache(c, EXACT, i->context);
    i->faithful = summarize_cache(c, FAITHFUL, i->context);
}

static void print(const struct info *i, const struct options *o)
{
    if (o->json)
        info_json(i);
    else
        info_text(i);
}
//< [cmd-info-count]

//> [cmd-info-config] A config.json without weights
static bool from_config(const struct options *o, struct error *err)
{
    struct config c;
    struct arena arena = { 0 };
    struct model_weights w = { 0 };
    struct mtp_weights mtp = { 0 };
    bool ok = config_load(&c, o->args[0], o->sets, o->n_sets, &arena, err);
    if (ok) {
        struct info i = { .name = o->args[0], .c = &c, .ignored = -1,
                          .has_dspark = c.dspark_stages > 0 };
        session_list_notes(&c, o->args[0]);
        bool draft = c.num_nextn_predict_layers > 0;
        tensors_allocate(&w, draft ? &mtp : NULL, &c, &arena);
        measure(&i, &w, draft ? &mtp : NULL, o);
        print(&i, o);
    }
    arena_free(&arena);
    return ok;
}
//< [cmd-info-config]

//> [cmd-info-deep] Look at every number if asked to
static bool look_deeper(struct session *s, const char *dir,
                        struct error *err)
{
    checkpoint_deep(&s->ck, "", &s->faults);
    session_list_faults(s);
    int n = s->faults.count;
    return n == 0 || fail(err, "%s: %d tensor%s a number that is none", dir,
                          n, n == 1 ? " has" : "s have");
}
//< [cmd-info-deep]

//> [cmd-info-model] A whole checkpoint
static bool from_model(struct session *s, const struct options *o,
                               struct error *err)
{
    if (o->deep && !look_deeper(s, o->args[0], err))
        return false;
    struct checkpoint *ck = &s->ck;
    struct info i = { .name = o->args[0], .c = &ck->model.config,
                      .files = ck->shards.n_files };
    i.has_dspark = i.c->dspark_stages > 0
                   && shards_find(&ck->shards, "mtp.0.main_proj.weight");
    for (int t = 0; t < ck->shards.n_tensors; t++)
        i.ignored += !ck->shards.tensors[t].used;
    measure(&i, &ck->model.weights, ck->has_mtp ? &ck->mtp : NULL, o);
    print(&i, o);
    return true;
}
//< [cmd-info-model]

//> [cmd-info] How info is called
static bool run(const struct options *o, struct error *err)
{
    struct stat st;
    bool is_file = stat(o->args[0], &st) == 0 && S_ISREG(st.st_mode);
    if (is_file && o->deep)
        return misuse(err, "--deep needs the weights: give a directory");
    return is_file ? from_config(o, err)
                   : session_with_model(o, from_model, err);
}

const struct command command_info = {
    .name = "info",
    .arguments = "MODEL | CONFIG.json",
    .summary = "what a model is; checks every tensor",
    .help =
        "Print the plan of the layers, the number of parameters, the bytes\n"
        "of the weights by type and of the cache at a context (default: the\n"
        "longest the model was made for). All tensors are checked; what is\n"
        "wrong is listed on stderr, a line each. A config.json can be given\n"
        "without any weights.",
    .options = "deep json context set ",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-info]
