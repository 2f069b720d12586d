//> [cmd-prompt-includes] What prompts and answers need
#include "cli/command.h"
#include "cli/input.h"
#include "text/chat.h"
//< [cmd-prompt-includes]

//> [cmd-prompt-write] A request becomes a prompt
static bool write_prompt(const struct options *o, const char *text,
                         size_t size, struct arena *arena,
                         struct error *err)
{
    struct chat chat;
    enum release release = RELEASE_0731;
    if (o->release && !chat_release(&release, o->release, err)) {
        err->misuse = true;
        return fail_in(err, "--release: ");
    }
    if (!chat_read(&chat, text, size, release, arena, err))
        return false;
    chat_write(stdout, &chat);
    return true;
}
//< [cmd-prompt-write]

//> [cmd-prompt-parse] A completion becomes a message
/* What is whole is printed even if something is not. */
static bool write_answer(const struct options *o, const char *text,
                         size_t size, struct arena *arena,
                         struct error *err)
{
    struct answer answer;
    bool ok = chat_parse(&answer, text, size, o->thinking, arena, err);
    answer_write(stdout, &answer);
    return ok;
}
//< [cmd-prompt-parse]

//> [cmd-prompt-run] Read, write, say where it went wrong
static bool work(const struct options *o, struct arena *arena,
                 struct error *err)
{
    size_t size;
    const char *path = o->file ? o->file : "/dev/stdin";
    const char *text = input_file(&size, path, arena, err);
    if (!text)
        return false;
    bool ok = o->parse ? write_answer(o, text, size, arena, err)
                       : write_prompt(o, text, size, arena, err);
    if (!ok && !err->misuse)
        fail_in(err, "%s: ", path);
    return ok;
}
//< [cmd-prompt-run]

//> [cmd-prompt-check] What goes together
static bool run(const struct options *o, struct error *err)
{
    struct arena arena = { 0 };
    if (o->thinking && !o->parse)
        return misuse(err, "--thinking: expected --parse beside it; in a "
                      "request write \"thinking_mode\": \"thinking\"");
    if (o->release && o->parse)
        return misuse(err, "--release: expected without --parse: answers "
                      "are the same for all");
    bool ok = work(o, &arena, err);
    arena_free(&arena);
    return ok;
}
//< [cmd-prompt-check]

//> [cmd-prompt] How prompt is called
const struct command command_prompt = {
    .name = "prompt",
    .arguments = "[-f FILE] [--release R] | --parse [--thinking]",
    .summary = "a chat request into a prompt, an answer into a message",
    .help =
        "Read a request, {\"messages\": [{\"role\": \"user\", \"content\":\n"
        "\"…\"}, …], \"thinking_mode\": \"chat\" or \"thinking\", …}, from\n"
        "FILE or standard input, and print the prompt that the model was\n"
        "trained on, without a line end after it. --release says whose\n"
        "texts ask for a reasoning_effort: 0731 (the default) or preview.\n"
        "With --parse read what the model made of a prompt, its end\n"
        "included, and print it as a message. If it was cut, what is\n"
        "whole is printed all the same, and the exit status is 1.",
    .options = "f release parse thinking ",
    .run = run,
};
//< [cmd-prompt]
