/* The chat format: the recorded prompts and answers, and what is refused. */
#include "support/vocabulary.h"
#include "text/chat.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The prompt of a request, or the message; free() it. */
static char *prompt_of(const char *request, enum release release)
{
    struct chat chat;
    struct arena arena = { 0 };
    struct error err = { 0 };
    char *text = NULL;
    size_t size;
    if (chat_read(&chat, request, strlen(request), release, &arena, &err)) {
        FILE *out = open_memstream(&text, &size);
        chat_write(out, &chat);
        fclose(out);
    } else {
        text = strdup(err.message);
    }
    arena_free(&arena);
    return text;
}

static void assert_prompt(const char *request, enum release release,
                          const char *expected)
{
    char *text = prompt_of(request, release);
    cr_assert_str_eq(text, expected, "%s:\n%s\nexpected\n%s", request, text,
                     expected);
    free(text);
}

Test(chat, all_prompts_of_the_released_code)
{
    cJSON *cases = golden_json("flash/encoding_cases.json");
    const cJSON *e;
    cr_assert_eq(cJSON_GetArraySize(cases), 45);
    cJSON_ArrayForEach(e, cases) {
        char *request = cJSON_PrintUnformatted(json_get(e, "input"));
        assert_prompt(request, RELEASE_PREVIEW,
                      json_get(e, "expected")->valuestring);
        free(request);
    }
    cJSON_Delete(cases);
}

/* Chapter 3: what was thought is not shown again, and so the second prompt
 * does not begin with the first and its answer. */
Test(chat, worked_example)
{
    static const char both[] = "{\"messages\": [{\"role\": \"user\", "
        "\"content\": \"1+1?\"}%s], \"thinking_mode\": \"thinking\"}";
    static const char more[] = ", {\"role\": \"assistant\", \"content\": "
        "\"2\", \"reasoning_content\": \"r\"}, {\"role\": \"user\", "
        "\"content\": \"and 2+2?\"}";
    char request[512];
    snprintf(request, sizeof request, both, "");
    assert_prompt(request, RELEASE_0731,
                  CHAT_BEGIN CHAT_USER "1+1?" CHAT_ASSISTANT CHAT_THINK);
    snprintf(request, sizeof request, both, more);
    assert_prompt(request, RELEASE_0731,
                  CHAT_BEGIN CHAT_USER "1+1?" CHAT_ASSISTANT CHAT_THOUGHT "2"
                  CHAT_END CHAT_USER "and 2+2?" CHAT_ASSISTANT CHAT_THINK);
}

/* 0731 has three efforts, and its "high" is the "max" of the preview. */
Test(chat, efforts_of_the_releases)
{
    cr_assert_null(chat_effort(RELEASE_PREVIEW, "low"));
    cr_assert_str_empty(chat_effort(RELEASE_PREVIEW, "high"));
    cr_assert_str_empty(chat_effort(RELEASE_PREVIEW, NULL));
    cr_assert_str_empty(chat_effort(RELEASE_0731, "low"));
    cr_assert_str_empty(chat_effort(RELEASE_0731, NULL));
    cr_assert_str_eq(chat_effort(RELEASE_0731, "high"),
                     chat_effort(RELEASE_PREVIEW, "max"));
    const char *max = chat_effort(RELEASE_0731, "max");
    cr_assert_eq(strlen(max), 528);
    cr_assert_eq(strncmp(max, "Reasoning Effort: Beyond maximum — exh", 40),
                 0);
    cr_assert_null(chat_effort(RELEASE_0731, "medium"));
    static const char request[] =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}],"
        " \"thinking_mode\": \"%s\", \"reasoning_effort\": \"max\"}";
    char text[256], expected[1024];
    snprintf(text, sizeof text, request, "thinking");
    snprintf(expected, sizeof expected, "%s%s" CHAT_USER "q" CHAT_ASSISTANT
             CHAT_THINK, CHAT_BEGIN, max);
    assert_prompt(text, RELEASE_0731, expected);
    snprintf(text, sizeof text, request, "chat");
    assert_prompt(text, RELEASE_0731, CHAT_BEGIN CHAT_USER "q" CHAT_ASSISTANT
                  CHAT_THOUGHT);
}

/* Requests with ' for ", and what comes of them. */
static const char *const corners[][2] = {
    /* a number stays as it was written */
    { "{'messages': [{'role': 'assistant', 'tool_calls': [{'function': "
      "{'name': 'f', 'arguments': '{\\'x\\': 1.0, \\'y\\': 1E2}'}}]}]}",
      CHAT_BEGIN "\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n"
      "<｜DSML｜parameter name=\"x\" string=\"false\">1.0</｜DSML｜parameter>"
      "\n<｜DSML｜parameter name=\"y\" string=\"false\">100.0"
      "</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>"
      CHAT_END },
    /* arguments as an object, and as JSON that is none */
    { "{'messages': [{'role': 'assistant', 'tool_calls': [{'function': "
      "{'name': 'f', 'arguments': {'s': 'a'}}}, {'function': {'name': 'g', "
      "'arguments': '[1]'}}]}]}",
      CHAT_BEGIN "\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n"
      "<｜DSML｜parameter name=\"s\" string=\"true\">a</｜DSML｜parameter>"
      "\n</｜DSML｜invoke>\n<｜DSML｜invoke name=\"g\">\n"
      "<｜DSML｜parameter name=\"arguments\" string=\"true\">[1]"
      "</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>"
      CHAT_END },
    /* a question after a task is a message of its own */
    { "{'messages': [{'role': 'user', 'content': 'a', 'task': 'title'}, "
      "{'role': 'user', 'content': 'b'}]}",
      CHAT_BEGIN CHAT_USER "a" CHAT_USER "b" CHAT_ASSISTANT CHAT_THOUGHT },
    /* what answers a task does not reason */
    { "{'messages': [{'role': 'user', 'content': 'a', 'task': 'title'}, "
      "{'role': 'assistant', 'content': 'T', 'reasoning_content': 'r'}], "
      "'thinking_mode': 'thinking'}",
      CHAT_BEGIN CHAT_USER "a<｜title｜>T" CHAT_END },
    /* instructions of a developer go with the reasoning of their time */
    { "{'messages': [{'role': 'developer', 'content': 'd'}, {'role': "
      "'assistant', 'content': 'x', 'reasoning_content': 'r'}, {'role': "
      "'user', 'content': 'b'}], 'thinking_mode': 'thinking'}",
      CHAT_BEGIN "x" CHAT_END CHAT_USER "b" CHAT_ASSISTANT CHAT_THINK },
    /* a question does not join one of the context */
    { "{'context': [{'role': 'user', 'content': 'a'}], 'messages': "
      "[{'role': 'user', 'content': 'b'}]}",
      CHAT_USER "b" CHAT_ASSISTANT CHAT_THOUGHT },
    /* context is not written again, but counts */
    { "{'context': [{'role': 'assistant', 'tool_calls': [{'id': 'p', "
      "'function': {'name': 'f', 'arguments': '{}'}}, {'id': 'q', "
      "'function': {'name': 'g', 'arguments': '{}'}}]}], 'messages': "
      "[{'role': 'tool', 'tool_call_id': 'q', 'content': '2'}, {'role': "
      "'tool', 'tool_call_id': 'p', 'content': '1'}]}",
      CHAT_USER "<tool_result>1</tool_result>\n\n"
      "<tool_result>2</tool_result>" CHAT_ASSISTANT CHAT_THOUGHT },
};

/* With " for ' where no backslash is before it, \" where there is one. */
static char *quoted(const char *text)
{
    char *out = strdup(text);
    for (char *c = out; *c; c++)
        if (*c == '\'')
            *c = '"';
    return out;
}

Test(chat, corners)
{
    for (size_t i = 0; i < sizeof corners / sizeof *corners; i++) {
        char *request = quoted(corners[i][0]);
        assert_prompt(request, RELEASE_0731, corners[i][1]);
        free(request);
    }
}

static const char *const refused[][2] = {
    { "[]", "found a list, expected a JSON object" },
    { "{'messages': [}", "line 1, column 15: found '}', expected a value" },
    { "{}", "messages: found nothing, expected a list of at least one "
            "message" },
    { "{'messages': []}", "messages: found [], expected a list of at least "
                          "one message" },
    { "{'messages': {'a': 1}}", "messages: found {\"a\": 1}, expected a "
                                "list" },
    { "{'messages': ['hi']}", "messages[0]: expected an object" },
    { "{'messages': [{'role': 'bot'}]}",
      "messages[0].role: found \"bot\", expected system, user, assistant, "
      "tool, developer or latest_reminder" },
    { "{'messages': [{'content': 'a'}]}",
      "messages[0].role: found nothing, expected system, user, assistant, "
      "tool, developer or latest_reminder" },
    { "{'messages': [{'role': 'user', 'content': 5}]}",
      "messages[0].content: found 5, expected a text" },
    { "{'messages': [{'role': 'user', 'text': 'a'}]}",
      "messages[0].text: found an unknown key, expected only role content "
      "reasoning_content tools response_format tool_calls tool_call_id task "
      "wo_eos mask name id" },
    { "{'messages': [{'role': 'user', 'task': 'sing'}]}",
      "messages[0].task: found \"sing\", expected action, query, authority, "
      "domain, title or read_url" },
    { "{'messages': [{'role': 'developer', 'content': ''}]}",
      "messages[0].content: found \"\", expected a text" },
    { "{'messages': [{'role': 'system', 'tools': [{'name': 'f'}]}]}",
      "messages[0].tools[0].function: found nothing, expected an object" },
    { "{'messages': [{'role': 'assistant', 'tool_calls': [{'function': "
      "{'arguments': '{}'}}]}]}",
      "messages[0].tool_calls[0].function.name: found nothing, expected a "
      "name" },
    { "{'messages': [{'role': 'assistant', 'tool_calls': [{'function': "
      "{'name': 'f', 'arguments': 7}}]}]}",
      "messages[0].tool_calls[0].function.arguments: found 7, expected JSON "
      "in a text" },
    { "{'messages': [{'role': 'assistant', 'wo_eos': 1}]}",
      "messages[0].wo_eos: found 1, expected true or false" },
    { "{'messages': [{'role': 'user', 'content': 'a'}], 'thinking_mode': "
      "'deep'}",
      "thinking_mode: found \"deep\", expected chat or thinking" },
    { "{'messages': [{'role': 'user', 'content': 'a'}], 'reasoning_effort': "
      "'medium'}",
      "reasoning_effort: found \"medium\", expected low, high or max" },
    { "{'messages': [{'role': 'user', 'content': 'a'}], 'drop_thinking': "
      "'no'}",
      "drop_thinking: found \"no\", expected true or false" },
    { "{'message': []}", "message: found an unknown key, expected only "
      "messages thinking_mode context drop_thinking add_default_bos_token "
      "reasoning_effort" },
    { "{'messages': [{'role': 'user', 'content': '\xff'}]}",
      "line 1, column 44: found byte 0xff, expected UTF-8" },
    { "{'messages': [{'role': 'user', 'role': 'user'}]}",
      "messages.role: found twice, expected once" },
};

Test(chat, bad_requests_are_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char *request = quoted(refused[i][0]);
        assert_prompt(request, RELEASE_0731, refused[i][1]);
        free(request);
    }
    assert_prompt("{\"messages\": [{\"role\": \"user\"}], "
                  "\"reasoning_effort\": \"low\"}", RELEASE_PREVIEW,
                  "reasoning_effort: found \"low\", expected high or max "
                  "(or release 0731)");
}

/* ---------------------------------------------------------------- answers */

/* The answer as JSON; free() it. */
static char *parsed(bool *ok, const char *text, size_t size, bool thinking,
                    struct error *err)
{
    struct answer a;
    struct arena arena = { 0 };
    char *out = NULL, *copy = malloc(size + !size); /* no byte behind it */
    size_t n;
    memcpy(copy, text, size);
    *ok = chat_parse(&a, copy, size, thinking, &arena, err);
    FILE *to = open_memstream(&out, &n);
    answer_write(to, &a);
    fclose(to);
    free(copy);
    arena_free(&arena);
    return out;
}

Test(chat, all_answers_of_the_released_code)
{
    cJSON *cases = golden_json("flash/encoding_parse_cases.json");
    const cJSON *e;
    cr_assert_eq(cJSON_GetArraySize(cases), 16);
    cJSON_ArrayForEach(e, cases) {
        bool ok;
        struct error err = { 0 };
        const char *text = json_get(e, "text")->valuestring;
        char *out = parsed(&ok, text, strlen(text), json_is_word(
                           json_get(e, "thinking_mode"), "thinking"), &err);
        cr_assert_eq(ok, json_get(e, "error") == NULL, "%s: %s", text,
                     err.message);
        cJSON *json = json_parse(out, strlen(out), &err);
        cr_assert(json, "%s: %s", out, err.message);
        if (ok)
            cr_assert(cJSON_Compare(json, json_get(e, "parsed"), true),
                      "%s", out);
        cJSON_Delete(json);
        free(out);
    }
    cJSON_Delete(cases);
}

static const char whole[] = "ré</think>Yes 中\n\n<｜DSML｜tool_calls>\n"
    "<｜DSML｜invoke name=\"f\">\n<｜DSML｜parameter name=\"a\" "
    "string=\"true\">x</｜DSML｜parameter>\n</｜DSML｜invoke>\n"
    "<｜DSML｜invoke name=\"g\">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>"
    CHAT_END;

/* Cut anywhere: what is whole is there, and what is not is named. */
/* A character may be cut at the end of an answer; a byte that begins none may
   not stand there. */
Test(chat, stray_bytes_at_the_end)
{
    static const char *const texts[] = { "\xb0\n", "a\x80", "\xff",
                                         "x\xe4\xb8z", "\xc0" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool ok;
        struct error err = { 0 };
        free(parsed(&ok, texts[i], strlen(texts[i]), false, &err));
        cr_assert_not(ok);
        cr_assert(strstr(err.message, "expected UTF-8"), "%zu: %s", i,
                  err.message);
    }
}

Test(chat, cut_answers)
{
    size_t size = strlen(whole);
    const char *end_of_calls = strstr(whole, "</｜DSML｜tool_calls>");
    size_t calls = (size_t)(end_of_calls - whole)
                   + strlen("</｜DSML｜tool_calls>");
    size_t tag = strlen("</｜DSML｜invoke"); /* a call is whole behind it */
    const char *end = strstr(whole, "</｜DSML｜invoke") + tag;
    size_t first = (size_t)(end - whole);
    size_t second = (size_t)(strstr(end, "</｜DSML｜invoke") + tag - whole);
    for (size_t n = 0; n <= size; n++) {
        bool ok;
        struct error err = { 0 };
        char *out = parsed(&ok, whole, n, true, &err);
        cJSON *json = json_parse(out, strlen(out), &err);
        cr_assert(json, "%zu: %s: %s", n, out, err.message);
        const char *content = json_get(json, "content")->valuestring;
        const char *reasoning = json_get(json, "reasoning_content")
                                    ->valuestring;
        cr_assert_eq(ok, n == size || n == calls, "%zu", n);
        cr_assert_eq(strncmp("Yes 中", content, strlen(content)), 0, "%s",
                     out);
        cr_assert_eq(strncmp("ré", reasoning, strlen(reasoning)), 0, "%s",
                     out);
        int made = cJSON_GetArraySize(json_get(json, "tool_calls"));
        cr_assert_eq(made, (n >= first) + (n >= second), "%zu: %d", n, made);
        cJSON_Delete(json);
        free(out);
    }
}

static const struct {
    const char *text, *message;
} bad_answers[] = {
    { "a", "found no " CHAT_END ": the completion is cut inside the answer" },
    { "a\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n<｜DSML｜par",
      "tool_calls[0]: the completion is cut inside a tool call" },
    { "\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n"
      "<｜DSML｜parameter name=\"a\" string=\"true\">x",
      "tool_calls[0]: the completion is cut inside an argument" },
    { "\n\n<｜DSML｜tool_calls>\n", "the completion is cut inside the tool "
                                     "calls" },
    { "\n\n<｜DSML｜tool_calls> <｜DSML｜invoke name=\"f\">",
      "found \"> \" before a tool call, expected > and a line end" },
    { "\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke f>\n</｜DSML｜invoke>",
      "tool_calls[0]: found the call \" f>\n\", expected name=\"…\"> and a "
      "line end" },
    { "\n\n<｜DSML｜tool_calls>\n<｜DSML｜invoke name=\"f\">\n"
      "<｜DSML｜parameter name=\"a\" string=\"maybe\">x</｜DSML｜parameter>",
      "tool_calls[0]: found the argument \" name=\"a\" string=\"maybe\">x<"
      "\", expected  name=\"…\" string=\"true|false\">…<" },
    { "a\xff" "bcd" CHAT_END, "found byte 0xff at byte 1, expected UTF-8" },
    { "a" CHAT_END "b", "found text behind " CHAT_END ", expected nothing" },
};

Test(chat, bad_answers_are_named)
{
    for (size_t i = 0; i < sizeof bad_answers / sizeof *bad_answers; i++) {
        bool ok;
        struct error err = { 0 };
        const char *text = bad_answers[i].text;
        free(parsed(&ok, text, strlen(text), false, &err));
        cr_assert_not(ok);
        cr_assert_str_eq(err.message, bad_answers[i].message);
    }
    bool ok;
    struct error err = { 0 };
    free(parsed(&ok, "a\0b" CHAT_END, 3 + strlen(CHAT_END), false, &err));
    cr_assert_str_eq(err.message, "found a byte 0 at byte 1, expected text");
}

/* What an assistant's message becomes is read back as that message. */
Test(chat, answers_come_back)
{
    static const char request[] = "{\"messages\": [{\"role\": \"assistant\","
        " \"content\": \"c\\n\", \"reasoning_content\": \"r\\\"\", "
        "\"tool_calls\": [{\"type\": \"function\", \"function\": {\"name\": "
        "\"f\", \"arguments\": \"{\\\"s\\\": \\\"x<y>\\\\n\\\", \\\"n\\\": "
        "[1, 2.50]}\"}}]}], \"thinking_mode\": \"thinking\", "
        "\"add_default_bos_token\": false}";
    bool ok;
    struct error err = { 0 };
    char *text = prompt_of(request, RELEASE_0731);
    char *out = parsed(&ok, text, strlen(text), true, &err);
    cr_assert(ok, "%s", err.message);
    cr_assert_str_eq(out, "{\"role\": \"assistant\", \"content\": \"c\\n\", "
        "\"reasoning_content\": \"r\\\"\", \"tool_calls\": [{\"type\": "
        "\"function\", \"function\": {\"name\": \"f\", \"arguments\": "
        "\"{\\\"s\\\": \\\"x<y>\\\\n\\\", \\\"n\\\": [1, 2.5]}\"}}]}\n");
    free(out);
    free(text);
}
