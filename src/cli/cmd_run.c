//> [cmd-run-includes] What running needs
#include "cli/printer.h"
#include "cli/session.h"
#include "cli/token_json.h"
#include "model/conversation.h"
#include "model/generate.h"
#include "numerics/primitives.h"

#include <string.h>
#include <time.h>
#include <unistd.h>
//< [cmd-run-includes]

//> [cmd-run-stats] How fast it was
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct watch {
    struct printer *printer;
    struct progress *progress;
    double begin, first; /* when it started; when the first token came */
    bool json;           /* a line for every token */
    int *ids, n;         /* all tokens so far */
    int vocab;           /* V */
};
//< [cmd-run-stats]

//> [cmd-run-take] A token, as it comes
/* `logits` is what it was chosen from; NULL: it was given. */
static bool show(struct watch *w, int position, const float *logits)
{
    int id = w->ids[position];
    if (!w->json)
        return printer_token(w->printer, id);
    size_t size;
    const char *text = token_text(&size, w->printer->tokenizer, id);
    double p = logits ? log_probability(logits, w->vocab, id) : 0;
    print_token_json(position, id, text, text ? size : 0,
                     logits ? &p : NULL);
    return fflush(stdout) == 0;
}

static bool take(void *user, int id, const float *logits)
{
    struct watch *w = user;
    if (w->first == 0)
        w->first = seconds();
    progress_end(w->progress);
    *w->progress = (struct progress){ 0 };
    w->ids[w->n++] = id;
    return show(w, w->n - 1, logits);
}
//< [cmd-run-take]

//> [cmd-run-print-stats] The line about speed
static void print_stats(const struct watch *w, int read, int made)
{
    if (made == 0) {
        fprintf(stderr, "nothing read, nothing made\n");
        return;
    }
    double prefill = w->first - w->begin, rest = seconds() - w->first;
    fprintf(stderr, "read %d token%s, %.1f/s", read, read == 1 ? "" : "s",
            prefill > 0 ? read / prefill : 0);
    if (made > 1 && rest > 0)
        fprintf(stderr, "; made %d, %.1f/s", made, (made - 1) / rest);
    fprintf(stderr, "\n");
}
//< [cmd-run-print-stats]

//> [cmd-run-counts] What the counting kernels have counted
static void print_counts(void)
{
    static const char *const formats[FORMAT_COUNT] = {
        "F32", "BF16", "FP8", "FP4",
    };
    struct counts c = count_read();
    fprintf(stderr, "%-18s %18s %18s\n", "counted", "operations",
            "bytes of weights");
    for (int f = 0; f < FORMAT_COUNT; f++)
        if (c.linear_flops[f] > 0)
            fprintf(stderr, "matrices in %-6s %18.0f %18.0f\n", formats[f],
                    c.linear_flops[f], c.linear_bytes[f]);
    fprintf(stderr, "%-18s %18.0f\n", "attention",
            c.score_flops + c.weigh_flops);
    fprintf(stderr, "%-18s %18.0f\n", "vectors", c.vector_flops);
}
//< [cmd-run-counts]

//> [cmd-run-end] Put away, and tell how it went
static bool finish(const struct session *s, const struct options *o,
                   const struct watch *w, const struct rng *rng,
                   struct error *err)
{
    struct conversation c = { .ids = w->ids, .n = w->n, .rng = *rng };
    if (o->stats)
        print_stats(w, s->n - s->old, w->n - s->n);
    if (o->stats && prim == &primitives_count)
        print_counts();
    return !o->save || conversation_save(&c, &s->state.cache, o->save, err);
}
//< [cmd-run-end]

//> [cmd-run-watch] Room for all tokens there will be
static struct watch begin(struct session *s, const struct options *o,
                          struct printer *printer)
{
    size_t room = (size_t)s->n;
    int left = s->state.cache.context - s->n + 1;
    room += (size_t)(o->n < left ? o->n : left);
    struct watch w = { .printer = printer, .progress = &s->progress,
                       .begin = seconds(), .json = o->json, .n = s->n,
                       .vocab = s->ck.model.config.vocab_size };
    w.ids = arena_alloc(&s->arena, room, sizeof *w.ids);
    memcpy(w.ids, s->ids, (size_t)s->n * sizeof *w.ids);
    return w;
}
//< [cmd-run-watch]

//> [cmd-run-generate] What to generate, and how
static bool go(struct session *s, const struct options *o,
               struct error *err)
{
    struct printer printer = { .tokenizer = &s->tokenizer,
                               .terminal = isatty(STDOUT_FILENO) };
    struct watch watch = begin(s, o, &printer);
    struct sampler sampler = { .temperature = o->temperature,
                               .top_p = o->top_p, .rng = s->rng };
    if (!o->resume)
        rng_seed(&sampler.rng, o->seed);
    //> [cmd-run-what] When it ends: ids 0 and 1 may be ordinary bytes
    const struct config *c = &s->ck.model.config;
    bool byte = s->tokenizer.n && c->n_eos_token_id
                && !token_is_added(&s->tokenizer, c->eos_token_id[0]);
    int at = s->state.cache.position;
    struct generation g = {
        .prompt = s->ids + at, .n_prompt = s->n - at, .most = o->n,
        .take = take, .user = &watch, .stops = c->eos_token_id,
        .n_stops = byte ? 0 : c->n_eos_token_id,
    };
    //< [cmd-run-what]
    for (int i = s->old; i < s->n; i++)
        show(&watch, i, NULL);
    if (generate(&s->ck.model, &s->state, &sampler, &g, err) < 0) {
        checkpoint_explain(&s->ck, &s->state, err);
        return false;
    }
    if (!o->json)
        printer_end(&printer);
    return finish(s, o, &watch, &sampler.rng, err);
}
//< [cmd-run-generate]

//> [cmd-run] How run is called
static bool run(const struct options *o, struct error *err)
{
    return session_with_prompt(o, o->n, go, err);
}

const struct command command_run = {
    .name = "run",
    .arguments = "MODEL INPUT [-n N]",
    .summary = "read a prompt, generate",
    .help =
        "Print the prompt and N more tokens, each as soon as it is chosen.\n"
        "A model that reads bytes prints bytes, raw into a pipe, with\n"
        "escapes for control characters on a terminal, and stops after N\n"
        "tokens or when the context is full. Other models print ids, and\n"
        "also stop at any eos_token_id. --save keeps what it takes to go\n"
        "on later with the same bits, --resume goes on, with more to read\n"
        "or without. --json prints a line for every token: position, id,\n"
        "text, bytes, and ln p as the model gave it.",
    .options = INPUT_OPTIONS "n temperature top-p seed stats json save "
               "resume "
               PASS_OPTIONS MODEL_OPTIONS,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-run]
