/* Any bytes as a chat request, and as an answer: refused with a message; or
 * a prompt, and a message in JSON. Of a refused answer what is whole is JSON
 * as well.
 * Reader: text/chat_read.c text/chat_order.c text/chat.c text/chat_parse.c
 * text/jsontext.c */
#include "base/json.h"
#include "text/chat.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_request(const char *text, size_t size)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct chat chat;
    char *prompt = NULL;
    size_t length;
    if (chat_read(&chat, text, size, RELEASE_0731, &arena, &err)) {
        FILE *out = open_memstream(&prompt, &length);
        chat_write(out, &chat);
        fclose(out);
        if (json_check(text, size, NULL) == (length == 0))
            abort();
        free(prompt);
    } else if (!err.message[0]) {
        abort();
    }
    arena_free(&arena);
}

static void check_answer(const char *text, size_t size, bool thinking)
{
    struct arena arena = { 0 };
    struct error err = { 0 };
    struct answer answer;
    char *message = NULL;
    size_t length;
    bool ok = chat_parse(&answer, text, size, thinking, &arena, &err);
    FILE *out = open_memstream(&message, &length);
    answer_write(out, &answer);
    fclose(out);
    if (!json_check(message, length, NULL) || ok == !!err.message[0])
        abort();
    free(message);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_request((const char *)data, size);
    check_answer((const char *)data, size, false);
    check_answer((const char *)data, size, true);
    return 0;
}
