//> [dialogue-file-includes] What putting a conversation away needs
#include "cli/dialogue.h"
#include "model/conversation.h"
#include "model/identity.h"

#include <stdlib.h>
#include <string.h>
//< [dialogue-file-includes]

//> [dialogue-file-request] The messages as a request
static void write_message(FILE *out, const struct message *m)
{
    static const char *const names[] = { "system", "user", "assistant" };
    fprintf(out, "{\"role\": \"%s\", \"content\": ", names[m->role]);
    string_write(out, m->content);
    if (m->role == ASSISTANT) {
        fputs(", \"reasoning_content\": ", out);
        string_write(out, m->reasoning);
    }
    fputc('}', out);
}

static void write_request(FILE *out, const struct dialogue *d)
{
    fputs("{\"messages\": [", out);
    for (int i = 0; i < d->n; i++) {
        fputs(i ? ", " : "", out);
        write_message(out, &d->messages[i]);
    }
    fprintf(out, "], \"thinking_mode\": \"%s\"",
            d->thinking ? "thinking" : "chat");
    if (d->effort)
        fprintf(out, ", \"reasoning_effort\": \"%s\"", d->effort);
    fputc('}', out);
}
//< [dialogue-file-request]

//> [dialogue-save] Cache, tokens, chance and messages, in one file
bool dialogue_save(const struct dialogue *d, const char *path,
                   struct error *err)
{
    struct cache *cache = &d->session->state.cache;
    if (cache->position == 0)
        return fail(err, "nothing has been said that could be saved");
    char *request = NULL;
    size_t size;
    FILE *out = need(open_memstream(&request, &size));
    write_request(out, d);
    fclose(out);
    const struct array more[] = {
        { .name = "tokens", .dtype = DTYPE_I32, .rank = 1,
          .shape = { d->n_ids }, .data = d->ids },
        { .name = "rng", .dtype = DTYPE_I64, .rank = 1, .shape = { 4 },
          .data = d->sampler.rng.s },
        { .name = "request", .dtype = DTYPE_U8, .rank = 1,
          .shape = { (int64_t)size }, .data = request },
    };
    cache->identity = checkpoint_identity(&d->session->ck);
    bool ok = cache_save(cache, more, 3, path, err);
    free(request);
    return ok;
}
//< [dialogue-save]

//> [dialogue-load-request] The messages come back as they went
static bool read_request(struct dialogue *d, const struct array_file *f,
                         struct error *err)
{
    struct arena *arena = &d->session->arena;
    const struct array *a = array_find(f, "request");
    struct chat chat;
    if (!a || a->dtype != DTYPE_U8)
        return fail(err, "%s: found no request, expected what /save wrote",
                    f->path);
    size_t size = array_count(a);
    char *text = arena_alloc(arena, size + 1, 1);
    memcpy(text, a->data, size);
    if (!chat_read(&chat, text, size, d->release, arena, err))
        return fail_in(err, "%s: request: ", f->path);
    for (int i = 0; i < chat.n; i++)
        if (chat.messages[i].role == USER)
            chat.messages[i].content = chat.messages[i].parts->text;
    d->messages = chat.messages;
    d->n = d->room = chat.n;
    d->thinking = chat.thinking;
    return true;
}
//< [dialogue-load-request]

//> [dialogue-load] Look at everything, then take it over
static bool read_all(struct dialogue *d, const struct array_file *f,
                     struct error *err)
{
    struct session *s = d->session;
    struct cache *cache = &s->state.cache;
    struct conversation c;
    struct dialogue now = *d;
    if (!conversation_read(&c, f, s->ck.model.config.vocab_size, err)
        || !read_request(&now, f, err))
        return false;
    if (c.n > cache->context)
        return fail(err, "%s: found %d tokens, and there is room for %d: "
                    "start with --context", f->path, c.n, cache->context);
    cache->identity = checkpoint_identity(&s->ck);
    d->n_ids = 0; /* if the cache is refused, it is empty */
    if (!cache_restore(cache, f, err))
        return false;
    memcpy(now.ids, c.ids, (size_t)c.n * sizeof *now.ids);
    now.n_ids = c.n;
    now.sampler.rng = c.rng;
    *d = now;
    return true;
}
//< [dialogue-load]

//> [dialogue-load-file] From a file
bool dialogue_load(struct dialogue *d, const char *path, struct error *err)
{
    struct array_file f;
    if (!array_file_open(&f, path, err))
        return false;
    bool ok = read_all(d, &f, err);
    array_file_close(&f);
    return ok;
}
//< [dialogue-load-file]
