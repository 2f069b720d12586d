//> [chat-parse-includes] What taking an answer apart needs
#include "base/utf8.h"
#include "text/chat_parts.h"

#include <stdlib.h>
#include <string.h>

/* A place in the completion; everything is found by looking for markup. */
struct cursor {
    const char *at, *end;
    struct arena *arena;
    struct error *err;
};
//< [chat-parse-includes]

//> [chat-parse-until] Read until some markup comes
/* Where a text stands from here on, or the end. */
static const char *find(const struct cursor *c, const char *text)
{
    const char *at = memmem(c->at, (size_t)(c->end - c->at), text,
                            strlen(text));
    return at ? at : c->end;
}

static char *copy(struct cursor *c, const char *text, size_t size)
{
    char *out = arena_alloc(c->arena, size + 1, 1);
    memcpy(out, text, size);
    return out;
}

/* What stands before the first of two markups (which may be NULL); `found`
 * is that one, and the cursor stands behind it. At the end: NULL. */
static char *until(const char **found, struct cursor *c, const char *one,
                   const char *other)
{
    const char *from = c->at, *a = find(c, one);
    const char *b = other ? find(c, other) : c->end;
    const char *first = a <= b ? a : b;
    *found = first == c->end ? NULL : a <= b ? one : other;
    c->at = first + (*found ? strlen(*found) : 0);
    return copy(c, from, (size_t)(first - from));
}
//< [chat-parse-until]

//> [chat-parse-cut] What remains whole of a text that was cut
/* Without the beginning of markup, or of a character, at its end. */
static void trim(char *text, const char *markup)
{
    size_t size = strlen(text), at = 0;
    for (size_t n = strlen(markup) - 1; n > 0; n--)
        if (n <= size && memcmp(text + size - n, markup, n) == 0) {
            text[size - n] = '\0';
            return;
        }
    while (at < size && utf8_read(NULL, text + at, size - at))
        at += utf8_read(NULL, text + at, size - at);
    text[at] = '\0';
}
//< [chat-parse-cut]

//> [chat-parse-ends] Texts that begin and end in a certain way
/* Cut `begin` off; NULL if the text does not begin so. */
static char *behind(char *text, const char *begin)
{
    size_t n = strlen(begin);
    return strncmp(text, begin, n) == 0 ? text + n : NULL;
}

/* Cut `end` off, behind which one more line end may stand. */
static bool before(char *text, const char *end)
{
    size_t size = strlen(text), n = strlen(end);
    for (size_t extra = 0; extra < 2 && extra + n <= size; extra++) {
        char *at = text + size - extra - n;
        if (strncmp(at, end, n) == 0
            && (extra == 0 || text[size - 1] == '\n')) {
            *at = '\0';
            return true;
        }
    }
    return false;
}
//< [chat-parse-ends]

//> [chat-parse-parameter] One argument
struct argument {
    const char *name, *value;
    bool is_string;
    struct argument *next;
};

/* ` name="days" string="false">3<`; a value may contain anything. */
static bool read_argument(struct argument *a, char *text)
{
    static const char *const kinds[] = { "\" string=\"false\">",
                                         "\" string=\"true\">" };
    char *name = behind(text, " name=\""), *middle[2];
    if (!name || !before(name, "<"))
        return false;
    for (int i = 0; i < 2; i++)
        middle[i] = strstr(name, kinds[i]);
    a->is_string = !middle[0] || (middle[1] && middle[1] < middle[0]);
    if (!middle[a->is_string])
        return false;
    *middle[a->is_string] = '\0';
    a->name = name;
    a->value = middle[a->is_string] + strlen(kinds[a->is_string]);
    return true;
}
//< [chat-parse-parameter]

//> [chat-parse-arguments] One argument more
static bool cut(struct cursor *c, const char *where)
{
    return fail(c->err, "the completion is cut inside %s", where);
}

static bool add_argument(struct cursor *c, struct argument **list)
{
    const char *stop;
    struct argument *a = arena_alloc(c->arena, 1, sizeof *a);
    char *text = until(&stop, c, CHAT_PARAMETER_END, NULL);
    if (!stop)
        return cut(c, "an argument");
    if (!read_argument(a, copy(c, text, strlen(text))))
        return fail(c->err, "found the argument \"%.80s\", expected "
                    " name=\"…\" string=\"true|false\">…<", text);
    for (; *list; list = &(*list)->next)
        if (strcmp((*list)->name, a->name) == 0)
            return fail(c->err, "found the argument \"%.80s\" twice, "
                        "expected it once", a->name);
    *list = a;
    return true;
}
//< [chat-parse-arguments]

//> [chat-parse-all-arguments] All arguments of a call
static bool read_arguments(struct cursor *c, struct argument **list,
                           const char *stop)
{
    while (stop && strcmp(stop, CHAT_PARAMETER) == 0) {
        if (!add_argument(c, list))
            return false;
        char *between = until(&stop, c, CHAT_PARAMETER, CHAT_INVOKE_END);
        if (stop && strcmp(between, ">\n") != 0)
            return fail(c->err, "found \"%.40s\" behind an argument, "
                        "expected > and a line end", between);
    }
    return stop || cut(c, "a tool call");
}
//< [chat-parse-all-arguments]

//> [chat-parse-write] Arguments as JSON in a string
static void write_arguments(FILE *out, const struct argument *a)
{
    char *text = NULL;
    size_t size;
    FILE *object = need(open_memstream(&text, &size));
    fputc('{', object);
    for (; a; a = a->next) {
        string_write(object, a->name);
        fputs(": ", object);
        if (a->is_string)
            string_write(object, a->value);
        else
            fputs(a->value, object);
        fputs(a->next ? ", " : "", object);
    }
    fputc('}', object);
    fclose(object);
    string_write(out, text);
    free(text);
}
//< [chat-parse-write]

//> [chat-parse-write-call] The call around them
static void write_call(FILE *out, const char *name,
                       const struct argument *list)
{
    fputs("{\"type\": \"function\", \"function\": {\"name\": ", out);
    string_write(out, name);
    fputs(", \"arguments\": ", out);
    write_arguments(out, list);
    fputs("}}", out);
}
//< [chat-parse-write-call]

//> [chat-parse-call] One call
static bool read_call(struct cursor *c, FILE *out, bool first)
{
    const char *stop;
    struct argument *list = NULL;
    char *head = until(&stop, c, CHAT_PARAMETER, CHAT_INVOKE_END);
    if (!stop)
        return cut(c, "a tool call");
    char *text = copy(c, head, strlen(head));
    char *name = behind(text + strspn(text, " \t\r\n\f\v"), "name=\"");
    if (!name || !before(name, "\">\n"))
        return fail(c->err, "found the call \"%.80s\", expected name=\"…\"> "
                    "and a line end", head);
    if (!read_arguments(c, &list, stop))
        return false;
    fputs(first ? "" : ", ", out);
    write_call(out, name, list);
    return true;
}
//< [chat-parse-call]

//> [chat-parse-calls] All calls; those that are whole are kept
static bool read_calls(struct cursor *c, FILE *out)
{
    for (int i = 0;; i++) {
        const char *stop;
        char *between = until(&stop, c, CHAT_INVOKE, CHAT_CALLS_END);
        if (!stop)
            return cut(c, "the tool calls");
        if (strcmp(between, ">\n") != 0)
            return fail(c->err, "found \"%.40s\" before a tool call, "
                        "expected > and a line end", between);
        if (strcmp(stop, CHAT_CALLS_END) == 0)
            return true;
        if (!read_call(c, out, i == 0))
            return fail_in(c->err, "tool_calls[%d]: ", i);
    }
}
//< [chat-parse-calls]

//> [chat-parse-list] Calls as a list in JSON
static bool parse_calls(struct answer *a, struct cursor *c)
{
    char *text = NULL;
    size_t size;
    FILE *out = need(open_memstream(&text, &size));
    fputc('[', out);
    bool ok = read_calls(c, out);
    fputc(']', out);
    fclose(out);
    a->calls = copy(c, text, size);
    free(text);
    return ok;
}
//< [chat-parse-list]

//> [chat-parse-check] No markup in what was said
static bool is_clean(const char *text, const char *what, struct error *err)
{
    static const char *const tokens[] = { CHAT_BEGIN, CHAT_END, CHAT_THINK,
                                          CHAT_THOUGHT, CHAT_DSML };
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
        if (strstr(text, tokens[i]))
            return fail(err, "found %s in the %s, expected it nowhere",
                        tokens[i], what);
    return true;
}
//< [chat-parse-check]

//> [chat-parse-text] Characters, but for the last, which may be cut
/* Do these last bytes begin a character that needs more of them? */
static bool is_cut(const char *text, size_t size)
{
    unsigned char first = (unsigned char)text[0];
    if (size > 3 || first < 0xc2 || first >= 0xf8)
        return false;
    for (size_t i = 1; i < size; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return false;
    return true;
}
//< [chat-parse-text]

//> [chat-parse-is-text] All of it characters, none of them 0
/* Control characters may be said, but not the byte 0. */
static bool is_text(const char *text, size_t size, struct error *err)
{
    for (size_t at = 0; at < size;) {
        size_t n = utf8_read(NULL, text + at, size - at);
        if (!n && is_cut(text + at, size - at))
            return true;
        if (!n)
            return fail(err, "found byte 0x%02x at byte %zu, expected UTF-8",
                        (unsigned)(unsigned char)text[at], at);
        if (text[at] == '\0')
            return fail(err, "found a byte 0 at byte %zu, expected text",
                        at);
        at += n;
    }
    return true;
}
//< [chat-parse-is-text]

//> [chat-parse-reasoning] First what the model thought
static bool parse_reasoning(struct answer *a, struct cursor *c)
{
    const char *stop;
    a->reasoning = until(&stop, c, CHAT_THOUGHT, CHAT_CALLS);
    if (!stop)
        trim(a->reasoning, CHAT_THOUGHT);
    return (stop && strcmp(stop, CHAT_THOUGHT) == 0)
        || fail(c->err, "found no " CHAT_THOUGHT ": the completion is cut "
                "inside the reasoning");
}
//< [chat-parse-reasoning]

//> [chat-parse-content] Then what it says and calls
static bool parse_content(struct answer *a, struct cursor *c)
{
    const char *stop;
    a->content = until(&stop, c, CHAT_END, CHAT_CALLS);
    if (!stop) {
        trim(a->content, CHAT_CALLS);
        return fail(c->err, "found no " CHAT_END ": the completion is cut "
                    "inside the answer");
    }
    if (strcmp(stop, CHAT_END) == 0)
        return true;
    if (!parse_calls(a, c))
        return false;
    if (*until(&stop, c, CHAT_END, NULL))
        return fail(c->err, "found text behind the tool calls, expected "
                    CHAT_END);
    return true;
}
//< [chat-parse-content]

//> [chat-parse] An answer from its first byte to its last
bool chat_parse(struct answer *a, const char *text, size_t size,
                bool thinking, struct arena *arena, struct error *err)
{
    struct cursor c = { text, text + size, arena, err };
    *a = (struct answer){ copy(&c, "", 0), copy(&c, "", 0),
                          copy(&c, "[]", 2) };
    if (!is_text(text, size, err)
        || (thinking && !parse_reasoning(a, &c)) || !parse_content(a, &c))
        return false;
    if (c.at != c.end)
        return fail(err, "found text behind " CHAT_END ", expected nothing");
    return is_clean(a->content, "answer", err)
        && is_clean(a->reasoning, "reasoning", err);
}

void answer_write(FILE *out, const struct answer *a)
{
    fputs("{\"role\": \"assistant\", \"content\": ", out);
    string_write(out, a->content);
    fputs(", \"reasoning_content\": ", out);
    string_write(out, a->reasoning);
    fprintf(out, ", \"tool_calls\": %s}\n", a->calls);
}
//< [chat-parse]
