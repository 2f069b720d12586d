//> [chat-order-includes] What ordering messages needs
#include "text/chat_parts.h"

#include <string.h>
//< [chat-order-includes]

//> [chat-order-place] Which call is answered
/* The place of a call among the calls; 0 if it is none of them. */
static int place(struct value calls, const char *call_id,
                 struct arena *arena)
{
    struct member e = { 0 };
    int found = 0;
    for (int i = 0; value_next(&e, calls); i++) {
        struct value id = value_get(e.value, "id");
        if (value_kind(id) == '"'
            && strcmp(value_string(id, arena), call_id) == 0)
            found = i;
    }
    return found;
}
//< [chat-order-place]

//> [chat-order-parts] Neighbours change places
/* Exchange what neighbours say until they are in order: they are few. */
static void sort_parts(struct part *parts, struct value calls,
                       struct arena *arena)
{
    for (bool moved = true; moved;) {
        struct part *before = NULL;
        moved = false;
        for (struct part *p = parts; p; p = p->next) {
            if (!p->call_id)
                continue;
            if (before && place(calls, before->call_id, arena)
                              > place(calls, p->call_id, arena)) {
                struct part keep = *p;
                p->text = before->text;
                p->call_id = before->call_id;
                before->text = keep.text;
                before->call_id = keep.call_id;
                moved = true;
            }
            before = p;
        }
    }
}
//< [chat-order-parts]

//> [chat-order-all] Every user's message after calls
void chat_sort(struct chat *chat, struct arena *arena)
{
    struct value calls = { 0 };
    for (int i = 0; i < chat->n; i++) {
        const struct message *m = &chat->messages[i];
        if (m->role == ASSISTANT && m->calls.at)
            calls = m->calls;
        else if (m->role == USER && calls.at)
            sort_parts(m->parts, calls, arena);
    }
}
//< [chat-order-all]

//> [chat-order-drop] What the model need not see again
/* Instructions of a developer before the last question go with the
 * reasoning of that time. */
void chat_drop(struct chat *chat)
{
    int last = chat->n - 1, kept = 0, first = chat->first;
    while (last >= 0 && chat->messages[last].role != USER
           && chat->messages[last].role != DEVELOPER)
        last--;
    for (int i = 0; i < chat->n; i++) {
        if (i == first)
            chat->first = kept;
        if (i >= last || chat->messages[i].role != DEVELOPER)
            chat->messages[kept++] = chat->messages[i];
    }
    chat->n = kept;
}
//< [chat-order-drop]

//> [chat-order-tools] Are there tools?
bool chat_has_tools(const struct chat *chat)
{
    for (int i = 0; i < chat->n; i++)
        if (chat->messages[i].tools.at)
            return true;
    return false;
}
//< [chat-order-tools]
