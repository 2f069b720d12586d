//> [cmd-trace-includes] What tracing needs
#include "cli/session.h"
//< [cmd-trace-includes]

//> [cmd-trace-mtp] The MTP block over the same text
static bool trace_mtp(struct session *s, const float *streams,
                      struct error *err)
{
    bool ok = mtp_follow(&s->ck.model, &s->ck.mtp, &s->state, streams,
                         s->ids, s->n, err);
    if (!ok)
        checkpoint_explain(&s->ck, &s->state, err);
    return ok;
}
//< [cmd-trace-mtp]

//> [cmd-trace-check] Is there an MTP block, and something to predict?
static bool check_mtp(const struct session *s, const char *dir,
                      struct error *err)
{
    if (!s->ck.has_mtp)
        return fail(err, "%s: has no MTP block that we know", dir);
    return s->n > 1
           || fail(err, "--mtp: found 1 token, expected a next one");
}
//< [cmd-trace-check]

//> [cmd-trace-go] The trunk, then the MTP block, then the file
static bool go(struct session *s, const struct options *o,
                       struct error *err)
{
    if (o->mtp && !check_mtp(s, o->args[0], err))
        return false;
    const struct config *c = &s->ck.model.config;
    struct trace t = { .match = o->match, .length = s->n };
    size_t nd = (size_t)c->hc_mult * (size_t)c->hidden_size;
    float *streams = o->mtp ? arena_floats(&s->arena, (size_t)s->n * nd)
                            : NULL;
    s->state.trace = &t;
    trace_ints(&t, "tokens", s->ids, 1, s->n);
    bool ok = session_feed(s, o->prefill, streams, err)
              && (!o->mtp || trace_mtp(s, streams, err));
    if (ok && t.count == 0)
        ok = fail(err, "--match %.100s: no tensor has such a name",
                  o->match);
    ok = ok && trace_write(&t, o->out, err);
    trace_free(&t);
    return ok;
}
//< [cmd-trace-go]

//> [cmd-trace] How trace is called
static bool run(const struct options *o, struct error *err)
{
    return session_with_prompt(o, 0, go, err);
}

const struct command command_trace = {
    .name = "trace",
    .arguments = "MODEL INPUT [--prefill P] [--mtp] -o OUT.safetensors",
    .summary = "write every intermediate of a text",
    .help =
        "Read the input and write all that the model computes on the way,\n"
        "by name: logits, L0.attn.q, L2.idx.sel, ... The first axis is the\n"
        "token, or the compressed entry. --mtp also runs the MTP block over\n"
        "the same text, each position with the token after it: mtp.logits,\n"
        "and L5.out of a model with 5 layers. --match 'L2.*' keeps only\n"
        "some of it.",
    .options = INPUT_OPTIONS "prefill mtp match o "
               PASS_OPTIONS MODEL_OPTIONS,
    .needs = "o",
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-trace]
