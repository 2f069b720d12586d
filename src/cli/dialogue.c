//> [dialogue-includes] What talking needs
#include "cli/dialogue.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CONTEXT = 16384 }; /* unless --context says more */
//< [dialogue-includes]

//> [dialogue-begin] Which release is it?
/* The release says itself which it is: 0731 has a drafter called DSpark. */
static bool choose_release(struct dialogue *d, const struct options *o,
                           struct error *err)
{
    const struct config *c = &d->session->ck.model.config;
    d->release = c->dspark_block_size ? RELEASE_0731 : RELEASE_PREVIEW;
    if (!o->release || chat_release(&d->release, o->release, err))
        return true;
    err->misuse = true;
    return fail_in(err, "--release: ");
}
//< [dialogue-begin]

//> [dialogue-begin-all] A state, a memory of tokens, no messages
bool dialogue_begin(struct dialogue *d, struct session *session,
                    const struct options *o, struct error *err)
{
    const struct config *c = &session->ck.model.config;
    int context = o->context ? o->context
                  : c->max_position_embeddings < MOST_CONTEXT
                      ? c->max_position_embeddings : MOST_CONTEXT;
    *d = (struct dialogue){ .session = session, .thinking = o->thinking,
                            .most = o->most };
    d->sampler = (struct sampler){ .temperature = o->temperature,
                                   .top_p = o->top_p };
    if (session->tokenizer.n == 0)
        return fail(err, "%s", session->tokenizer.why.message);
    rng_seed(&d->sampler.rng, o->seed);
    state_init(&session->state, c, context, o->chunk);
    d->ids = arena_alloc(&session->arena, (size_t)context + 1,
                         sizeof *d->ids);
    return choose_release(d, o, err);
}
//< [dialogue-begin-all]

//> [dialogue-add] Keep a text
/* Texts live as long as the session. */
static char *keep(struct dialogue *d, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_alloc(&d->session->arena, size, 1), text, size);
}
//< [dialogue-add]

//> [dialogue-add-message] One message more
static struct message *add(struct dialogue *d, enum role role,
                           const char *text)
{
    struct arena *arena = &d->session->arena;
    if (d->n == d->room) {
        int room = d->room ? 2 * d->room : 16;
        struct message *more = arena_alloc(arena, (size_t)room,
                                           sizeof *more);
        if (d->n)
            memcpy(more, d->messages, (size_t)d->n * sizeof *more);
        d->messages = more;
        d->room = room;
    }
    struct message *m = &d->messages[d->n++];
    *m = (struct message){ .role = role, .content = keep(d, text),
                           .reasoning = "" };
    if (role == USER) {
        m->parts = arena_alloc(arena, 1, sizeof *m->parts);
        m->parts->text = m->content;
    }
    return m;
}
//< [dialogue-add-message]

//> [dialogue-reset] Nothing was said, nothing was read
static void forget_reading(struct dialogue *d)
{
    cache_reset(&d->session->state.cache);
    d->n_ids = 0;
}

void dialogue_reset(struct dialogue *d, const char *system)
{
    forget_reading(d);
    d->n = 0;
    if (*system)
        add(d, SYSTEM, system);
}
//< [dialogue-reset]

//> [dialogue-prompt] The prompt as tokens
static struct chat chat_of(const struct dialogue *d)
{
    return (struct chat){
        .messages = d->messages, .n = d->n, .thinking = d->thinking,
        .begin = true, .effort = chat_effort(d->release, d->effort),
    };
}

static int *prompt_ids(int *n, struct dialogue *d, struct error *err)
{
    struct chat chat = chat_of(d);
    char *text = NULL;
    size_t size;
    FILE *out = need(open_memstream(&text, &size));
    chat_write(out, &chat);
    fclose(out);
    int *ids = tokenizer_encode(n, &d->session->tokenizer, text, size,
                                &d->session->arena, err);
    free(text);
    return ids;
}
//< [dialogue-prompt]

//> [dialogue-compare] How much of it the model has read already
/* Tokens that need not be read again: all that were read, or none. */
static int still_known(const struct dialogue *d, const int *ids, int n)
{
    int read = d->session->state.cache.position;
    bool same = read < n
        && memcmp(ids, d->ids, (size_t)read * sizeof *ids) == 0;
    return same ? read : 0;
}
//< [dialogue-compare]

//> [dialogue-take-prompt] Take over the prompt, if there is room
static bool take_prompt(struct dialogue *d, struct error *err)
{
    int n, context = d->session->state.cache.context;
    struct arena_mark mark = arena_mark(&d->session->arena);
    int *ids = prompt_ids(&n, d, err);
    if (ids && n > context)
        fail(err, "the conversation has %d tokens, and there is room for "
             "%d: begin anew with /new, or start with --context", n,
             context);
    else if (ids) {
        if (still_known(d, ids, n) == 0)
            forget_reading(d);
        memcpy(d->ids, ids, (size_t)n * sizeof *ids);
        d->n_ids = n;
    }
    arena_release(&d->session->arena, mark);
    return ids && n <= context;
}
//< [dialogue-take-prompt]

//> [dialogue-answer] What was answered, as a message
/* What is no text becomes U+FFFD. */
static void write_text(FILE *out, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t n = utf8_read(NULL, text + at, size - at);
        if (n && text[at])
            fwrite(text + at, 1, n, out);
        else
            fputs("\xef\xbf\xbd", out);
        at += n ? n : 1;
    }
}
//< [dialogue-answer]

//> [dialogue-answer-text] The text of the answer
static char *text_of(struct dialogue *d, int from, int to)
{
    char *bytes = NULL, *text = NULL;
    size_t size;
    FILE *out = need(open_memstream(&bytes, &size));
    for (int i = from; i < to; i++) {
        const char *token = token_text(&size, &d->session->tokenizer,
                                       d->ids[i]);
        if (token)
            fwrite(token, 1, size, out);
    }
    fclose(out);
    size_t bytes_size = size;
    out = need(open_memstream(&text, &size));
    write_text(out, bytes, bytes_size);
    fclose(out);
    char *kept = keep(d, text);
    free(bytes);
    free(text);
    return kept;
}
//< [dialogue-answer-text]

//> [dialogue-keep] Reasoning and answer, apart
/* `ended`: the last token is the one that ends a text. */
static void keep_answer(struct dialogue *d, int first, bool ended)
{
    char *text = text_of(d, first, d->n_ids - ended);
    struct message *m = add(d, ASSISTANT, d->thinking ? "" : text);
    char *thought = d->thinking ? strstr(text, CHAT_THOUGHT) : NULL;
    if (d->thinking)
        m->reasoning = text;
    if (thought) {
        *thought = '\0';
        m->content = thought + strlen(CHAT_THOUGHT);
    }
}
//< [dialogue-keep]

//> [dialogue-ask] Every token is remembered
struct taker {
    struct dialogue *dialogue;
    token_taker *take;
    void *user;
};

static bool remember(void *user, int id, const float *logits)
{
    struct taker *t = user;
    t->dialogue->ids[t->dialogue->n_ids++] = id;
    return t->take(t->user, id, logits);
}
//< [dialogue-ask]

//> [dialogue-ask-model] Let it read and answer
static bool answer(struct dialogue *d, struct taker *taker, bool *ended,
                   struct error *err)
{
    struct session *s = d->session;
    const struct config *c = &s->ck.model.config;
    int read = s->state.cache.position;
    bool stops = c->n_eos_token_id
        && token_is_added(&s->tokenizer, c->eos_token_id[0]);
    struct generation g = {
        .prompt = d->ids + read, .n_prompt = d->n_ids - read,
        .most = d->most, .take = remember, .user = taker,
        .stops = c->eos_token_id, .n_stops = stops ? c->n_eos_token_id : 0,
    };
    progress_begin(&s->progress, "reading", g.n_prompt, "tokens");
    s->state.progress = &s->progress;
    int made = generate(&s->ck.model, &s->state, &d->sampler, &g, err);
    progress_end(&s->progress);
    for (int i = 0; made > 0 && i < g.n_stops; i++)
        *ended |= d->ids[d->n_ids - 1] == g.stops[i];
    return made >= 0;
}
//< [dialogue-ask-model]

//> [dialogue-ask-all] Write the prompt, read it, answer, keep
bool dialogue_ask(struct dialogue *d, const char *text, token_taker *take,
                  void *user, struct error *err)
{
    struct taker taker = { d, take, user };
    int before = d->n;
    bool ended = false;
    add(d, USER, text);
    if (!take_prompt(d, err)) {
        d->n = before;
        return false;
    }
    int first = d->n_ids;
    if (!answer(d, &taker, &ended, err)) {
        checkpoint_explain(&d->session->ck, &d->session->state, err);
        forget_reading(d);
        d->n = before;
        return false;
    }
    keep_answer(d, first, ended);
    return true;
}
//< [dialogue-ask-all]
