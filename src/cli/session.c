//> [session-includes] What a session needs
#include "cli/session.h"

#include "base/escape.h"
#include "cli/input.h"
#include "model/conversation.h"
#include "model/identity.h"

#include <string.h>
//< [session-includes]

//> [session-model] Open the model; every fault gets its line
void session_list_faults(const struct session *s)
{
    for (int i = 0; i < s->faults.count; i++) {
        fputs("v4: ", stderr);
        print_escaped(stderr, s->faults.lines[i]);
        fputc('\n', stderr);
    }
}
//< [session-model]

//> [session-notes] Keys that nobody knows may come from anybody
void session_list_notes(const struct config *c, const char *name)
{
    for (int i = 0; i < c->n_unknown_keys; i++) {
        fprintf(stderr, "v4: note: %s: ", name);
        print_escaped(stderr, c->unknown_keys[i]);
        fprintf(stderr, ": not known, and not used\n");
    }
}
//< [session-notes]

//> [session-tokenizer-note] A tokenizer that cannot be used
/* Not a reason to stop: a model runs on ids, too. */
static void note(const struct error *why)
{
    fputs("v4: ", stderr);
    print_escaped(stderr, why->message);
    fputs("; only token ids can be used\n", stderr);
}
//< [session-tokenizer-note]

//> [session-open] Open it, and its tokenizer
static bool open_model(struct session *s, const struct options *o,
                       struct error *err)
{
    const char *dir = o->args[0];
    struct checkpoint_options how = { .sets = o->sets, .n_sets = o->n_sets,
                                      .without = o->without,
                                      .numerics = o->numerics };
    bool ok = checkpoint_open(&s->ck, dir, &how, &s->faults, err);
    session_list_faults(s);
    session_list_notes(&s->ck.model.config, dir);
    if (ok)
        tokenizer_open(&s->tokenizer, dir, s->ck.model.config.vocab_size);
    return ok;
}
//< [session-open]

//> [session-gather] What was said before, then the prompt
/* Going on with a conversation, nothing new need be said. */
static bool gather(struct session *s, const struct options *o,
                   struct error *err)
{
    bool prompt = o->text || o->file || o->ids || o->ids_file;
    if ((prompt || !o->resume)
        && !input_ids(&s->ids, &s->n, o, &s->tokenizer, &s->arena, err))
        return false;
    if (!o->resume)
        return true;
    struct conversation c;
    if (!array_file_open(&s->saved, o->resume, err)
        || !conversation_read(&c, &s->saved, s->ck.model.config.vocab_size,
                              err))
        return false;
    //> [session-gather-join] What was said before comes first
    size_t old = (size_t)c.n, new = (size_t)s->n;
    int *ids = arena_alloc(&s->arena, old + new, sizeof *ids);
    memcpy(ids, c.ids, old * sizeof *ids);
    if (new)
        memcpy(ids + old, s->ids, new * sizeof *ids);
    s->ids = ids;
    s->n += c.n;
    s->old = c.n;
    s->rng = c.rng;
    //< [session-gather-join]
    return true;
}
//< [session-gather]

//> [session-room] Room for the prompt and what follows it
static int room(const struct session *s, const struct options *o, int more)
{
    int most = s->ck.model.config.max_position_embeddings;
    if (o->context)
        return o->context;
    return s->n >= most || more >= most - s->n ? most : s->n + more;
}
//< [session-room]

//> [session-begin] Open, read, make room
bool session_begin(struct session *s, const struct options *o, int more,
                   struct error *err)
{
    if (!open_model(s, o, err) || !gather(s, o, err))
        return false;
    if (s->tokenizer.broken)
        note(&s->tokenizer.why);
    const struct model *m = &s->ck.model;
    struct cache *cache = &s->state.cache;
    state_init(&s->state, &m->config, room(s, o, more), o->chunk);
    if (o->save || o->resume)
        cache->identity = checkpoint_identity(&s->ck);
    if (o->resume && !cache_restore(cache, &s->saved, err))
        return false;
    int at = cache->position;
    progress_begin(&s->progress, "reading", s->n - at, "tokens");
    s->state.progress = &s->progress;
    return model_check_input(m, &s->state, s->ids + at, s->n - at, err);
}
//< [session-begin]

//> [session-feed] To the trunk; logits for the trace only
bool session_feed(struct session *s, int prefill, float *streams,
                  struct error *err)
{
    struct trace *t = s->state.trace;
    bool wanted = trace_wants(t, "logits") || trace_wants(t, "head.normed");
    if (prefill)
        s->state.singly = prefill;
    bool ok = model_forward(NULL, wanted ? LOGITS_ALL : LOGITS_NONE,
                            streams, &s->ck.model, &s->state, s->ids, s->n,
                            err);
    if (!ok)
        checkpoint_explain(&s->ck, &s->state, err);
    else
        progress_end(&s->progress);
    return ok;
}
//< [session-feed]

//> [session-labels] The tokens as a picture shows them
const char *const *session_labels(struct session *s)
{
    const char **labels = arena_alloc(&s->arena, (size_t)s->n,
                                      sizeof *labels);
    for (int i = 0; i < s->n; i++) {
        char *label = arena_alloc(&s->arena, TOKEN_LABEL, 1);
        token_label(label, &s->tokenizer, s->ids[i]);
        labels[i] = label;
    }
    return labels;
}
//< [session-labels]

//> [session-close] Closed in the other order
void session_close(struct session *s)
{
    progress_end(&s->progress);
    array_file_close(&s->saved);
    state_free(&s->state);
    arena_free(&s->arena);
    faults_free(&s->faults);
    tokenizer_close(&s->tokenizer);
    checkpoint_close(&s->ck);
}
//< [session-close]

//> [session-with] Whatever happens in between, it is closed
bool session_with_model(const struct options *o, session_work *work,
                        struct error *err)
{
    struct session s = { 0 };
    bool ok = open_model(&s, o, err) && work(&s, o, err);
    session_close(&s);
    return ok;
}

bool session_with_prompt(const struct options *o, int more,
                         session_work *work, struct error *err)
{
    struct session s = { 0 };
    bool ok = session_begin(&s, o, more, err) && work(&s, o, err);
    session_close(&s);
    return ok;
}
//< [session-with]
