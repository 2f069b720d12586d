//> [config-read-includes] What reading the keys needs
#include "base/config_parts.h"
#include "base/plan.h"

#include <stdio.h>
#include <string.h>
//< [config-read-includes]

//> [config-read-find] What stands under "a.b"; null is nothing
static const cJSON *find(const cJSON *json, const char *name)
{
    char part[64];
    size_t length = strcspn(name, ".");
    if (!name[length])
        return json_get(json, name);
    snprintf(part, sizeof part, "%.*s", (int)length, name);
    return find(json_get(json, part), name + length + 1);
}

static bool present(const cJSON *json, const char *name)
{
    const cJSON *item = find(json, name);
    return item && !cJSON_IsNull(item);
}

/* A key below an object may be asked for if the object is there. */
static bool has_parent(const cJSON *json, const char *name)
{
    char parent[64];
    const char *dot = strrchr(name, '.');
    snprintf(parent, sizeof parent, "%.*s", dot ? (int)(dot - name) : 0,
             name);
    return !dot || present(json, parent);
}
//< [config-read-find]

//> [config-read-alike] Rows that are names for one number
static bool is_scalar(const struct key *key)
{
    return key->fate == WHOLE || key->fate == REAL || key->fate == WORD;
}

const struct key *config_given(const struct reader *in,
                               const struct key *key, ptrdiff_t n)
{
    for (const struct key *k = in->keys->keys; n > 0; k++, n--)
        if ((k == key || (is_scalar(k) && is_scalar(key)
                          && k->at == key->at)) && present(in->json, k->name))
            return k;
    return NULL;
}
//< [config-read-alike]

//> [config-read-rows] Every row whose key is there
static bool read_rows(const struct reader *in)
{
    const struct key_table *t = in->keys;
    for (const struct key *key = t->keys; key < t->keys + t->n; key++)
        if (present(in->json, key->name)
            && !config_read_value(in, key, find(in->json, key->name)))
            return false;
    return true;
}
//< [config-read-rows]

//> [config-read-require] What must be there, and is not
static bool require(const struct reader *in, enum need need)
{
    const struct key_table *t = in->keys;
    for (const struct key *key = t->keys; key < t->keys + t->n; key++)
        if (key->need == need && has_parent(in->json, key->name)
            && !config_given(in, key, t->n))
            return config_refuse(in, key, find(in->json, key->name));
    return true;
}

static bool require_some(const struct reader *in)
{
    const struct config *c = &in->r->c;
    bool csa = false;
    for (int i = 0; i < c->num_hidden_layers + c->num_nextn_predict_layers;
         i++)
        csa = csa || config_layer(c, i).attention->selects;
    return (!csa || require(in, IF_CSA))
           && (in->r->compress_type != 2 || require(in, IF_YARN))
           && (!c->dspark_block_size || require(in, IF_DSPARK));
}
//< [config-read-require]

//> [config-read-row] The row of a key, as it stands in the file
static const struct key *row_in(const struct key_table *t, const char *name)
{
    for (int i = 0; i < t->n; i++)
        if (strcmp(t->keys[i].name, name) == 0)
            return &t->keys[i];
    return NULL;
}

/* A dot inside a key is no way down: such a key has no row. */
static const struct key *row_of(const struct reader *in, const char *name,
                                const cJSON *item)
{
    const struct key *key = row_in(in->keys, name);
    if (strchr(item->string, '.'))
        return NULL;
    return key ? key : row_in(&config_keys_any, name);
}
//< [config-read-row]

//> [config-read-note] A key that nobody knows goes on a list
static void note(struct config *c, const char *name, struct arena *arena)
{
    size_t n = (size_t)c->n_unknown_keys;
    if ((n & (n - 1)) == 0) { /* 0, 1, 2, 4, …: the list is full */
        const char **more = arena_alloc(arena, 2 * n + 1, sizeof *more);
        if (n > 0)
            memcpy(more, c->unknown_keys, n * sizeof *more);
        c->unknown_keys = more;
    }
    c->unknown_keys[c->n_unknown_keys++] = name;
}
//< [config-read-note]

//> [config-read-unknown] Keys without a row: refused or noted
static bool look_for_unknown(const struct reader *in, const cJSON *object,
                             const char *above, bool closed)
{
    for (const cJSON *item = object->child; item; item = item->next) {
        size_t size = strlen(above) + strlen(item->string) + 2;
        char *name = arena_alloc(in->arena, size, 1);
        snprintf(name, size, "%s%s%s", above, *above ? "." : "",
                 item->string);
        const struct key *key = row_of(in, name, item);
        if (!key && closed)
            return json_refuse(in->err, name, item,
                               "only keys that are understood");
        if (!key)
            note(&in->r->c, name, in->arena);
        else if ((key->fate == OBJECT || key->fate == CLOSED)
                 && !look_for_unknown(in, item, name, key->fate == CLOSED))
            return false;
    }
    return true;
}
//< [config-read-unknown]

//> [config-read] Read, require, settle what has two spellings
bool config_read(struct config *c, const cJSON *json,
                 const struct key_table *keys, struct arena *arena,
                 struct error *err)
{
    struct reading r = { .c = { .bos_token_id = -1,
                                .num_hash_layers = -1 } };
    struct reader in = { json, keys, &r, arena, err };
    if (!read_rows(&in) || !look_for_unknown(&in, json, "", false)
        || !require(&in, MUST) || !config_settle(&r, json, arena, err)
        || !require_some(&in))
        return false;
    *c = r.c;
    return true;
}
//< [config-read]
