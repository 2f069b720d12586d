//> [chat-read-includes] What reading a request needs
#include "base/json.h"
#include "text/chat_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct chat *chat;
    struct arena *arena;
    struct error *err;
};

static const char *const roles[] = { "system", "user", "assistant", "tool",
                                     "developer", "latest_reminder" };
static const char *const tasks[][2] = {
    { "action", "<｜action｜>" },       { "query", "<｜query｜>" },
    { "authority", "<｜authority｜>" }, { "domain", "<｜domain｜>" },
    { "title", "<｜title｜>" },         { "read_url", "<｜read_url｜>" },
};
enum { N_ROLES = sizeof roles / sizeof *roles,
       N_TASKS = sizeof tasks / sizeof *tasks };
//< [chat-read-includes]

//> [chat-read-wrong] What is wrong, in one form
static bool wrong(struct reader *r, const char *key, struct value found,
                  const char *expected)
{
    bool cut = found.size > 60;
    return fail(r->err, "%s: found %.*s%s, expected %s", key,
                found.at ? cut ? 60 : (int)found.size : 7,
                found.at ? found.at : "nothing", cut ? "…" : "", expected);
}
//< [chat-read-wrong]

//> [chat-read-keys] Keys that nobody reads
/* A key that nobody reads may be a misspelt one. */
static bool only_keys(struct reader *r, struct value object,
                      const char *known)
{
    struct member m = { 0 };
    if (value_kind(object) != '{')
        return fail(r->err, "expected an object");
    while (value_next(&m, object)) {
        char *key = value_string(m.name, r->arena), *at = strstr(known, key);
        size_t size = strlen(key);
        while (at && ((at > known && at[-1] != ' ')
                      || (at[size] && at[size] != ' ')))
            at = strstr(at + 1, key);
        if (!at || size == 0)
            return fail(r->err, "%.60s: found an unknown key, expected only "
                        "%s", key, known);
    }
    return true;
}
//< [chat-read-keys]

//> [chat-read-simple] Texts, if they are there
static bool absent(struct value v)
{
    return !v.at || value_kind(v) == 'n';
}

/* A text; absent and null are "". */
static bool read_text(struct reader *r, const char **text,
                      struct value object, const char *key)
{
    struct value v = value_get(object, key);
    *text = "";
    if (!absent(v) && value_kind(v) != '"')
        return wrong(r, key, v, "a text");
    if (!absent(v))
        *text = value_string(v, r->arena);
    return true;
}
//< [chat-read-simple]

//> [chat-read-switch] Switches, lists and objects
/* A switch; absent leaves it as it is. */
static bool read_switch(struct reader *r, bool *on, struct value object,
                        const char *key)
{
    struct value v = value_get(object, key);
    int kind = value_kind(v);
    if (!absent(v) && kind != 't' && kind != 'f')
        return wrong(r, key, v, "true or false");
    if (!absent(v))
        *on = kind == 't';
    return true;
}

/* A list or an object, by its bracket; absent and empty are none. */
static bool read_group(struct reader *r, struct value *v,
                       struct value object, const char *key, int kind)
{
    struct member first = { 0 };
    *v = value_get(object, key);
    if (!absent(*v) && value_kind(*v) != kind)
        return wrong(r, key, *v, kind == '[' ? "a list" : "an object");
    if (absent(*v) || !value_next(&first, *v))
        *v = (struct value){ 0 };
    return true;
}
//< [chat-read-switch]

//> [chat-read-tools] Tools
static bool read_tools(struct reader *r, struct message *m,
                       struct value object)
{
    struct member e = { 0 };
    if (!read_group(r, &m->tools, object, "tools", '['))
        return false;
    for (int i = 0; value_next(&e, m->tools); i++) {
        struct value function = value_get(e.value, "function");
        if (value_kind(function) != '{') {
            wrong(r, "function", function, "an object");
            return fail_in(r->err, "tools[%d].", i);
        }
    }
    return true;
}
//< [chat-read-tools]

//> [chat-read-call] Calls of tools
static bool read_call(struct reader *r, struct value call)
{
    struct value function = value_get(call, "function");
    struct value name = value_get(function, "name");
    struct value arguments = value_get(function, "arguments");
    int kind = value_kind(arguments);
    if (value_kind(function) != '{')
        return wrong(r, "function", function, "an object");
    if (value_kind(name) != '"' || name.size == 2)
        return wrong(r, "function.name", name, "a name");
    return kind == '"' || kind == '{'
        || wrong(r, "function.arguments", arguments, "JSON in a text");
}
//< [chat-read-call]

//> [chat-read-calls] All calls
static bool read_calls(struct reader *r, struct message *m,
                       struct value object)
{
    struct member e = { 0 };
    if (!read_group(r, &m->calls, object, "tool_calls", '['))
        return false;
    for (int i = 0; value_next(&e, m->calls); i++)
        if (!read_call(r, e.value))
            return fail_in(r->err, "tool_calls[%d].", i);
    return true;
}
//< [chat-read-calls]

//> [chat-read-part] What a tool answers, in pieces
/* What a tool answers may come in pieces; only texts can be shown. */
static char *join(struct reader *r, struct value list)
{
    char *text = NULL;
    size_t size;
    FILE *out = need(open_memstream(&text, &size));
    struct member e = { 0 };
    for (const char *between = ""; value_next(&e, list); between = "\n\n") {
        struct value type = value_get(e.value, "type");
        const char *name = value_kind(type) == '"'
                           ? value_string(type, r->arena) : "None";
        struct value words = value_get(e.value, "text");
        fputs(between, out);
        if (strcmp(name, "text") != 0)
            fprintf(out, "[Unsupported %s]", name);
        else if (value_kind(words) == '"')
            fputs(value_string(words, r->arena), out);
    }
    fclose(out);
    char *copy = arena_alloc(r->arena, size + 1, 1);
    memcpy(copy, text, size);
    free(text);
    return copy;
}
//< [chat-read-part]

//> [chat-read-part-text] A part of a user's message
static bool read_part(struct reader *r, struct part *p, struct value object,
                      bool tool)
{
    struct value content = value_get(object, "content");
    if (tool && !read_text(r, &p->call_id, object, "tool_call_id"))
        return false;
    if (tool && value_kind(content) == '[') {
        p->text = join(r, content);
        return true;
    }
    return read_text(r, &p->text, object, "content");
}
//< [chat-read-part-text]

//> [chat-read-role] Who speaks, and whether it is a quick task
static bool read_role(struct reader *r, struct message *m,
                      struct value object)
{
    const char *role, *task;
    if (!read_text(r, &role, object, "role")
        || !read_text(r, &task, object, "task"))
        return false;
    int i = 0, k = 0;
    while (i < N_ROLES && strcmp(role, roles[i]) != 0)
        i++;
    while (k < N_TASKS && strcmp(task, tasks[k][0]) != 0)
        k++;
    if (i == N_ROLES)
        return wrong(r, "role", value_get(object, "role"), "system, user, "
                     "assistant, tool, developer or latest_reminder");
    if (k == N_TASKS && *task)
        return wrong(r, "task", value_get(object, "task"), "action, query, "
                     "authority, domain, title or read_url");
    m->role = (enum role)i;
    m->task = *task ? tasks[k][1] : NULL;
    return true;
}
//< [chat-read-role]

//> [chat-read-message] A message
static bool read_message(struct reader *r, struct message *m,
                         struct value object)
{
    static const char keys[] = "role content reasoning_content tools "
        "response_format tool_calls tool_call_id task wo_eos mask name id";
    if (!only_keys(r, object, keys) || !read_role(r, m, object))
        return false;
    if (m->role == USER || m->role == TOOL) {
        m->parts = arena_alloc(r->arena, 1, sizeof *m->parts);
        m->content = m->reasoning = "";
        return read_part(r, m->parts, object, m->role == TOOL);
    }
    bool ok = read_text(r, &m->content, object, "content")
              && read_text(r, &m->reasoning, object, "reasoning_content")
              && read_tools(r, m, object) && read_calls(r, m, object)
              && read_group(r, &m->format, object, "response_format", '{')
              && read_switch(r, &m->without_end, object, "wo_eos");
    bool needed = m->role == DEVELOPER || m->role == REMINDER;
    if (ok && needed && !*m->content)
        return wrong(r, "content", value_get(object, "content"), "a text");
    return ok;
}
//< [chat-read-message]

//> [chat-read-merge] Tools answer within the user's message
/* Add a message, or only its part to the user's message before it. */
static void add(struct reader *r, const struct message *m, int first)
{
    struct chat *c = r->chat;
    struct message *before = c->n > first ? &c->messages[c->n - 1] : NULL;
    bool user = m->role == USER || m->role == TOOL;
    assert(c->messages);
    if (user && before && before->role == USER
        && (m->role == TOOL || !before->task)) {
        struct part *last = before->parts;
        while (last->next)
            last = last->next;
        last->next = m->parts;
        return;
    }
    c->messages[c->n] = *m;
    if (m->role == TOOL) {
        c->messages[c->n].role = USER;
        c->messages[c->n].task = NULL;
    }
    c->n++;
}
//< [chat-read-merge]

//> [chat-read-messages] All messages of a list
static bool read_messages(struct reader *r, struct value request,
                          const char *key)
{
    struct value list;
    struct member e = { 0 };
    int first = r->chat->n;
    if (!read_group(r, &list, request, key, '['))
        return false;
    for (int i = 0; value_next(&e, list); i++) {
        struct message m = { 0 };
        if (!read_message(r, &m, e.value))
            return fail_in(r->err, "%s[%d]%s", key, i,
                           value_kind(e.value) == '{' ? "." : ": ");
        add(r, &m, first);
    }
    return true;
}
//< [chat-read-messages]

//> [chat-read-mode] To think or not, and how hard
static bool read_mode(struct reader *r, struct value request,
                      enum release release)
{
    const char *mode, *effort;
    if (!read_text(r, &mode, request, "thinking_mode")
        || !read_text(r, &effort, request, "reasoning_effort"))
        return false;
    r->chat->thinking = strcmp(mode, "thinking") == 0;
    r->chat->effort = chat_effort(release, *effort ? effort : NULL);
    if (!r->chat->thinking && *mode && strcmp(mode, "chat") != 0)
        return wrong(r, "thinking_mode", value_get(request, "thinking_mode"),
                     "chat or thinking");
    return r->chat->effort
        || wrong(r, "reasoning_effort",
                 value_get(request, "reasoning_effort"),
                 release == RELEASE_0731 ? "low, high or max"
                                         : "high or max (or release 0731)");
}
//< [chat-read-mode]

//> [chat-read-finish] Order and drop, now that all is known
static void finish(struct reader *r, bool drop)
{
    struct chat *chat = r->chat;
    chat->begin = chat->begin && chat->first == 0;
    chat->keep_reasoning = !drop || chat_has_tools(chat);
    chat_sort(chat, r->arena);
    if (chat->thinking && !chat->keep_reasoning)
        chat_drop(chat);
}
//< [chat-read-finish]

//> [chat-read-request] The whole request
static bool read_request(struct reader *r, struct value request,
                         enum release release)
{
    bool drop = true;
    struct chat *chat = r->chat;
    chat->begin = true;
    if (!only_keys(r, request, "messages thinking_mode context "
                   "drop_thinking add_default_bos_token reasoning_effort")
        || !read_mode(r, request, release)
        || !read_switch(r, &drop, request, "drop_thinking")
        || !read_switch(r, &chat->begin, request, "add_default_bos_token")
        || !read_messages(r, request, "context"))
        return false;
    chat->first = chat->n;
    if (!read_messages(r, request, "messages"))
        return false;
    if (chat->n == chat->first)
        return wrong(r, "messages", value_get(request, "messages"),
                     "a list of at least one message");
    finish(r, drop);
    return true;
}
//< [chat-read-request]

//> [chat-read] Is it JSON? Then read it
bool chat_read(struct chat *chat, const char *text, size_t size,
               enum release release, struct arena *arena, struct error *err)
{
    cJSON *json = json_object(text, size, err);
    if (!json)
        return false;
    size_t messages = (size_t)cJSON_GetArraySize(json_get(json, "messages"))
                    + (size_t)cJSON_GetArraySize(json_get(json, "context"));
    cJSON_Delete(json);
    *chat = (struct chat){ 0 };
    chat->messages = arena_alloc(arena, messages + 1,
                                 sizeof *chat->messages);
    struct reader r = { .chat = chat, .arena = arena, .err = err };
    return read_request(&r, value_of(text, size), release);
}
//< [chat-read]
