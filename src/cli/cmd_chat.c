//> [cmd-chat-includes] What a conversation on a terminal needs
#include "base/escape.h"
#include "base/utf8.h"
#include "cli/dialogue.h"
#include "cli/printer.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct talk {
    struct dialogue dialogue;
    struct session *session;
    struct printer printer;
    bool asks;     /* standard input is a terminal: show that we wait */
    bool thinking; /* the thought of this answer is not over */
    bool over;
};
//< [cmd-chat-includes]

//> [cmd-chat-stop] Ctrl-C ends the answer, a second one the program
static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    if (stopped) {
        signal(signal_number, SIG_DFL);
        raise(signal_number);
    }
    stopped = 1;
}
//< [cmd-chat-stop]

//> [cmd-chat-token] Thoughts are dim, and the end is not shown
static bool is_token(const struct talk *t, int id, const char *text)
{
    return added_id(&t->session->tokenizer.added, text) == id;
}

static bool take(void *user, int id, const float *logits)
{
    struct talk *t = user;
    (void)logits;
    progress_end(&t->session->progress);
    t->session->progress = (struct progress){ 0 };
    bool thought = t->thinking && is_token(t, id, CHAT_THOUGHT);
    if (thought)
        t->thinking = false;
    if (thought && t->printer.terminal)
        fputs("\033[0m\n\n", stdout);
    else if (!is_token(t, id, CHAT_END))
        printer_token(&t->printer, id);
    return !stopped && fflush(stdout) == 0;
}
//< [cmd-chat-token]

//> [cmd-chat-complain] A mistake on a terminal is no end
static void complain(const struct error *err)
{
    fflush(stdout);
    fputs("v4: ", stderr);
    print_escaped(stderr, err->message);
    fputc('\n', stderr);
}
//< [cmd-chat-complain]

//> [cmd-chat-question] A question and its answer
static bool ask(struct talk *t, const char *text, struct error *err)
{
    bool dim = t->dialogue.thinking && t->printer.terminal;
    t->thinking = t->dialogue.thinking;
    stopped = 0;
    if (dim)
        fputs("\033[2m", stdout);
    bool ok = dialogue_ask(&t->dialogue, text, take, t, err);
    progress_end(&t->session->progress);
    if (dim)
        fputs("\033[0m", stdout);
    if (ok)
        printer_end(&t->printer);
    if (ok && stopped)
        fputs("(stopped)\n", stderr);
    stopped = 0;
    return ok;
}
//< [cmd-chat-question]

//> [cmd-chat-words] What may be said to us instead of the model
static bool say_think(struct talk *t, const char *rest, struct error *err)
{
    if (strcmp(rest, "on") != 0 && strcmp(rest, "off") != 0)
        return fail(err, "/think: found \"%.40s\", expected on or off",
                    rest);
    t->dialogue.thinking = strcmp(rest, "on") == 0;
    return true;
}

static bool say_effort(struct talk *t, const char *rest, struct error *err)
{
    static const char *const names[] = { "low", "high", "max" };
    for (int i = 0; i < 3; i++)
        if (strcmp(rest, names[i]) == 0
            && chat_effort(t->dialogue.release, rest)) {
            t->dialogue.effort = names[i];
            return true;
        }
    return fail(err, "/effort: found \"%.40s\", expected %shigh or max",
                rest, t->dialogue.release == RELEASE_0731 ? "low, " : "");
}
//< [cmd-chat-words]

//> [cmd-chat-files] Begin anew, put away, go on, end
static bool say_new(struct talk *t, const char *rest, struct error *err)
{
    (void)err;
    dialogue_reset(&t->dialogue, rest);
    return true;
}

static bool say_save(struct talk *t, const char *rest, struct error *err)
{
    return dialogue_save(&t->dialogue, rest, err);
}

static bool say_load(struct talk *t, const char *rest, struct error *err)
{
    return dialogue_load(&t->dialogue, rest, err);
}

static bool say_quit(struct talk *t, const char *rest, struct error *err)
{
    (void)rest, (void)err;
    t->over = true;
    return true;
}
//< [cmd-chat-files]

//> [cmd-chat-list] All such words
static bool say_help(struct talk *t, const char *rest, struct error *err);

static const struct {
    const char *word, *argument, *help;
    bool (*say)(struct talk *t, const char *rest, struct error *err);
    bool needs; /* the argument must be given */
} words[] = {
    { "/think", "on|off", "answers begin with a thought, or not", say_think,
      true },
    { "/effort", "LEVEL", "low, high or max; of the preview high or max",
      say_effort, true },
    { "/new", "[SYSTEM]", "forget all; a system's message", say_new, false },
    { "/save", "FILE", "put the conversation away", say_save, true },
    { "/load", "FILE", "go on with one", say_load, true },
    { "/help", "", "this list", say_help, false },
    { "/quit", "", "end; so does the end of input", say_quit, false },
};

enum { N_WORDS = sizeof words / sizeof *words };

static bool say_help(struct talk *t, const char *rest, struct error *err)
{
    (void)t, (void)rest, (void)err;
    for (int i = 0; i < N_WORDS; i++)
        fprintf(stderr, "  %-8s%-10s%s\n", words[i].word,
                words[i].argument, words[i].help);
    return true;
}
//< [cmd-chat-list]

//> [cmd-chat-line] A line must be text
static bool is_text(const char *line)
{
    size_t size = strlen(line), n = 1;
    for (size_t at = 0; at < size && n; at += n)
        n = utf8_read(NULL, line + at, size - at);
    return n != 0;
}
//< [cmd-chat-line]

//> [cmd-chat-understand] One of the words, or a question
static bool understand(struct talk *t, char *line, struct error *err)
{
    if (!is_text(line))
        return fail(err, "the question is not UTF-8");
    if (*line != '/')
        return *line == '\0' || ask(t, line, err);
    size_t length = strcspn(line, " ");
    char *rest = line + length + strspn(line + length, " ");
    for (int i = 0; i < N_WORDS; i++)
        if (strlen(words[i].word) == length
            && strncmp(words[i].word, line, length) == 0) {
            if (words[i].needs && !*rest)
                return fail(err, "%s: found nothing, expected %s",
                            words[i].word, words[i].argument);
            return words[i].say(t, rest, err);
        }
    return fail(err, "found \"%.40s\", expected a question, or one of "
                "/think, /effort, /new, /save, /load, /help, /quit", line);
}
//< [cmd-chat-understand]

//> [cmd-chat-loop] The next line
static bool next_line(struct talk *t, char **line, size_t *room)
{
    if (t->asks)
        fputs("> ", stderr);
    stopped = 0;
    ssize_t n = getline(line, room, stdin);
    if (n > 0 && (*line)[n - 1] == '\n')
        (*line)[n - 1] = '\0';
    return n >= 0;
}
//< [cmd-chat-loop]

//> [cmd-chat-lines] Line after line
/* On a terminal one may try again; a script ends at its first mistake. */
static bool loop(struct talk *t, struct error *err)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = true;
    while (ok && !t->over && next_line(t, &line, &room)) {
        struct error now = { 0 };
        ok = understand(t, line, &now);
        if (!ok && t->asks) {
            complain(&now);
            ok = true;
        }
        if (!ok)
            *err = now;
    }
    free(line);
    return ok;
}
//< [cmd-chat-lines]

//> [cmd-chat] Begin, talk
static bool go(struct session *s, const struct options *o,
               struct error *err)
{
    struct talk t = { .session = s, .asks = isatty(STDIN_FILENO) };
    t.printer = (struct printer){ .tokenizer = &s->tokenizer,
                                  .terminal = isatty(STDOUT_FILENO) };
    if (!dialogue_begin(&t.dialogue, s, o, err))
        return false;
    signal(SIGINT, stop);
    if (t.asks)
        fputs("Ask, or say /help. Ctrl-C stops an answer, Ctrl-D ends.\n",
              stderr);
    return loop(&t, err);
}
//< [cmd-chat]

//> [cmd-chat-command] How chat is called
static bool run(const struct options *o, struct error *err)
{
    return session_with_model(o, go, err);
}

const struct command command_chat = {
    .name = "chat",
    .arguments = "MODEL",
    .summary = "talk to a model",
    .help =
        "A conversation: every line of standard input is a question, and\n"
        "every answer is printed as it is made. Lines that begin with /\n"
        "are for the program: /think on|off, /effort LEVEL, /new [SYSTEM],\n"
        "/save FILE, /load FILE, /help, /quit. Ctrl-C stops an answer and\n"
        "keeps what came of it. The context has 16384 tokens at most if\n"
        "--context does not say otherwise.",
    .options = "release thinking most temperature top-p seed "
               PASS_OPTIONS MODEL_OPTIONS,
    .min_args = 1,
    .max_args = 1,
    .run = run,
};
//< [cmd-chat-command]
