//> [conversation-includes] What a saved conversation needs
#include "model/conversation.h"

#include <string.h>
//< [conversation-includes]

//> [conversation-save] Tokens and chance beside the cache
bool conversation_save(const struct conversation *c,
                       const struct cache *cache, const char *path,
                       struct error *err)
{
    const struct array more[] = {
        { .name = "tokens", .dtype = DTYPE_I32, .rank = 1,
          .shape = { c->n }, .data = c->ids },
        { .name = "rng", .dtype = DTYPE_I64, .rank = 1, .shape = { 4 },
          .data = c->rng.s },
    };
    return cache_save(cache, more, 2, path, err);
}
//< [conversation-save]

//> [conversation-read] And back, nothing taken on trust
bool conversation_read(struct conversation *c, const struct array_file *f,
                       int vocab, struct error *err)
{
    const struct array *ids = array_find(f, "tokens");
    const struct array *rng = array_find(f, "rng");
    const struct array *at = array_find(f, "position");
    if (!ids || ids->dtype != DTYPE_I32 || ids->rank != 1
        || !rng || rng->dtype != DTYPE_I64 || array_count(rng) != 4
        || !at || at->dtype != DTYPE_I64 || array_count(at) != 1)
        return fail(err, "%s: not a saved conversation: expected tokens, "
                    "rng and position", f->path);
    int64_t position, n = ids->shape[0];
    memcpy(&position, at->data, sizeof position);
    if (position < 0 || position >= n || n > 1 << 30)
        return fail(err, "%s: position %lld of %lld tokens, expected one "
                    "before the last", f->path, (long long)position,
                    (long long)n);
    *c = (struct conversation){ .ids = ids->data, .n = (int)n };
    memcpy(c->rng.s, rng->data, sizeof c->rng.s);
    //> [conversation-read-values] Every token, and a chance that moves
    for (int i = 0; i < c->n; i++)
        if (c->ids[i] < 0 || c->ids[i] >= vocab)
            return fail(err, "%s: token %d has id %d: expected 0 … %d",
                        f->path, i, c->ids[i], vocab - 1);
    for (int i = 0; i < 4; i++)
        if (c->rng.s[i])
            return true;
    return fail(err, "%s: rng: found zeros, expected a state", f->path);
    //< [conversation-read-values]
}
//< [conversation-read]
