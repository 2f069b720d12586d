//> [chat-includes] What writing a prompt needs
#include "base/json.h"
#include "text/chat_parts.h"

#include <string.h>
//< [chat-includes]

//> [chat-tools] Tools and the schema of the answer
static void write_tools(FILE *out, struct value tools)
{
    struct member m = { 0 };
    if (!tools.at)
        return;
    fputs("\n\n", out);
    fputs(chat_tools_before, out);
    while (value_next(&m, tools)) {
        value_write(out, value_get(m.value, "function"));
        fputc('\n', out);
    }
    fputs(chat_tools_after, out);
}

static void write_format(FILE *out, struct value format)
{
    if (!format.at)
        return;
    fputs("\n\n## Response Format:\n\nYou MUST strictly adhere to the "
          "following schema to reply:\n", out);
    value_write(out, format);
}
//< [chat-tools]

//> [chat-arguments] One argument of a call
/* A string stands as it is, everything else in JSON. */
static void write_parameter(FILE *out, const char *name, struct value v,
                            struct arena *scratch)
{
    bool text = value_kind(v) == '"';
    fprintf(out, CHAT_PARAMETER " name=\"%s\" string=\"%s\">", name,
            text ? "true" : "false");
    if (text)
        fputs(value_string(v, scratch), out);
    else
        value_write(out, v);
    fputs("<" CHAT_PARAMETER_END ">", out);
}
//< [chat-arguments]

//> [chat-all-arguments] All arguments, a line each
/* They come as a string of JSON. What is no JSON object is handed on as one
 * argument: the model has written it, and should see what it wrote. */
static void write_arguments(FILE *out, struct value arguments,
                            struct arena *scratch)
{
    struct member m = { 0 };
    struct value object = arguments;
    if (value_kind(arguments) == '"') {
        char *text = value_string(arguments, scratch);
        bool json = json_check(text, strlen(text), NULL);
        object = json ? value_of(text, strlen(text)) : arguments;
    }
    if (value_kind(object) != '{') {
        write_parameter(out, "arguments", arguments, scratch);
        return;
    }
    for (const char *between = ""; value_next(&m, object); between = "\n") {
        fputs(between, out);
        write_parameter(out, value_string(m.name, scratch), m.value,
                        scratch);
    }
}
//< [chat-all-arguments]

//> [chat-calls] Calls of tools, in the markup called DSML
static void write_calls(FILE *out, struct value calls)
{
    struct arena scratch = { 0 };
    struct member m = { 0 };
    if (!calls.at)
        return;
    fputs(CHAT_CALLS ">\n", out);
    while (value_next(&m, calls)) {
        struct value function = value_get(m.value, "function");
        struct value name = value_get(function, "name");
        fprintf(out, CHAT_INVOKE " name=\"%s\">\n",
                value_string(name, &scratch));
        write_arguments(out, value_get(function, "arguments"), &scratch);
        fputs("\n" CHAT_INVOKE_END ">\n", out);
    }
    fputs(CHAT_CALLS_END, out);
    arena_free(&scratch);
}
//< [chat-calls]

//> [chat-last-user] Everything turns on the last question
/* The last message of a user or a developer, or -1. */
static int last_question(const struct chat *chat)
{
    int i = chat->n - 1;
    while (i >= 0 && chat->messages[i].role != USER
           && chat->messages[i].role != DEVELOPER)
        i--;
    return i;
}

/* Is reasoning shown in the turn that begins or goes on with message i? */
static bool reasons(const struct chat *chat, int i)
{
    return chat->thinking
        && (chat->keep_reasoning || i >= last_question(chat));
}
//< [chat-last-user]

//> [chat-speak] A message by itself
static void write_parts(FILE *out, const struct part *part)
{
    for (; part; part = part->next) {
        fprintf(out, part->call_id ? "<tool_result>%s</tool_result>" : "%s",
                part->text);
        if (part->next)
            fputs("\n\n", out);
    }
}

static void write_assistant(FILE *out, const struct chat *chat, int i)
{
    const struct message *m = &chat->messages[i];
    bool after_task = i > 0 && chat->messages[i - 1].task;
    if (reasons(chat, i) && !after_task)
        fprintf(out, "%s" CHAT_THOUGHT, m->reasoning);
    fputs(m->content, out);
    write_calls(out, m->calls);
    if (!m->without_end)
        fputs(CHAT_END, out);
}
//< [chat-speak]

//> [chat-message-text] Every role has its beginning
static void write_message(FILE *out, const struct chat *chat, int i)
{
    const struct message *m = &chat->messages[i];
    switch (m->role) {
    case USER:
    case TOOL:
        fputs(CHAT_USER, out);
        write_parts(out, m->parts);
        break;
    case ASSISTANT:
        write_assistant(out, chat, i);
        break;
    case REMINDER:
        fprintf(out, CHAT_REMINDER "%s", m->content);
        break;
    case DEVELOPER:
        fputs(CHAT_USER, out);
        /* fall through */
    case SYSTEM:
        fputs(m->content, out);
        write_tools(out, m->tools);
        write_format(out, m->format);
    }
}
//< [chat-message-text]

//> [chat-turn] Whose turn it is now
/* After a question the answer begins, unless more of the question comes. */
static void write_turn(FILE *out, const struct chat *chat, int i)
{
    const struct message *m = &chat->messages[i];
    bool question = m->role == USER || m->role == DEVELOPER;
    bool action = m->task && strcmp(m->task, "<｜action｜>") == 0;
    if (i + 1 < chat->n && chat->messages[i + 1].role != ASSISTANT
        && chat->messages[i + 1].role != REMINDER)
        return;
    if (action || (question && !m->task)) {
        bool think = action ? chat->thinking : reasons(chat, i);
        fputs(CHAT_ASSISTANT, out);
        fputs(think ? CHAT_THINK : CHAT_THOUGHT, out);
    }
    if (m->task)
        fputs(m->task, out);
}
//< [chat-turn]

//> [chat-write] Message by message
void chat_write(FILE *out, const struct chat *chat)
{
    if (chat->begin)
        fputs(CHAT_BEGIN, out);
    if (chat->thinking && chat->first == 0 && chat->n > 0)
        fputs(chat->effort, out);
    for (int i = chat->first; i < chat->n; i++) {
        write_message(out, chat, i);
        write_turn(out, chat, i);
    }
}
//< [chat-write]
