//> [chat-header] Conversations as the model was taught them
/**
 * @file
 * The prompt format of DeepSeek-V4: messages become one text with special
 * tokens between them. Told in chapter 3.
 *
 * Things that are not obvious:
 * - there is no role for tools: their results are blocks of a user message,
 *   in the order of the calls, whatever order they came in;
 * - reasoning of earlier turns is dropped, unless there are tools;
 * - a prompt ends with the beginning of the answer. <think> asks the model to
 *   reason first, </think> says that it already has;
 * - releases differ in one thing only, the texts that ask for more effort:
 *   the 2026-04 preview's "max" is the "high" of 0731.
 */
#ifndef V4_TEXT_CHAT_H
#define V4_TEXT_CHAT_H

#include "base/error.h"
#include "text/jsontext.h"

/** @defgroup ch_chat 03 · Chat
 *  Prose: chapter 3.
 *  @{ */
//< [chat-header]

//> [chat-tokens] The special tokens of a conversation
#define CHAT_BEGIN "<｜begin▁of▁sentence｜>" ///< begins a prompt
#define CHAT_END "<｜end▁of▁sentence｜>" ///< ends an answer
#define CHAT_USER "<｜User｜>" ///< a user speaks
#define CHAT_ASSISTANT "<｜Assistant｜>" ///< the model does
#define CHAT_REMINDER "<｜latest_reminder｜>" ///< what holds last
#define CHAT_THINK "<think>" ///< begins a thought
#define CHAT_THOUGHT "</think>" ///< ends it
#define CHAT_DSML "｜DSML｜" ///< marks calls of tools
//< [chat-tokens]

//> [chat-message] A message, and the parts of a user's
/** Who speaks. A tool's message is read as a part of a user's. */
enum role { SYSTEM, USER, ASSISTANT, TOOL, DEVELOPER, REMINDER };

/** Text of a user, or what a tool has answered. */
struct part {
    const char *text;    ///< what it says
    const char *call_id; ///< of a tool's answer: to which call; else NULL
    struct part *next;   ///< NULL at the end
};

/** A message. */
struct message {
    enum role role;         ///< who says it
    const char *content;    ///< "" if there is none
    struct part *parts;     ///< of a user: the content, in parts
    const char *reasoning;  ///< of an assistant; "" if there is none
    struct value tools;     ///< `[{"function": …}, …]`, or none
    struct value format;    ///< schema of the answer, or none
    struct value calls;     ///< of an assistant: tools it calls, or none
    const char *task;       ///< token of a quick task, or NULL
    bool without_end;       ///< of an assistant: it is to go on
};
//< [chat-message]

//> [chat-request] What is to become a prompt
/** Whose texts ask for effort. */
enum release { RELEASE_PREVIEW, RELEASE_0731, N_RELEASES };

/** A conversation, ready to be rendered. */
struct chat {
    struct message *messages; ///< `(n)` user messages merged
    int n;                    ///< how many
    int first;                ///< those before are context: no prompt
    bool thinking;            ///< the model is to reason first
    bool keep_reasoning;      ///< earlier reasoning, too
    bool begin;               ///< a new text: begin with CHAT_BEGIN
    const char *effort;       ///< text before all others, or ""
};
//< [chat-request]

//> [chat-api] From a request to a prompt
/** Read a request, `{"messages": […], …}`.
 *  @param[out] chat     the conversation; what it hands on stays in text
 *  @param      text     `(size)` JSON, which must outlive the conversation
 *  @param      size     how many bytes
 *  @param      release  whose effort texts
 *  @param      arena    owns the conversation
 *  @param[out] err      the key, what was found and what was expected
 *  @return success */
bool chat_read(struct chat *chat, const char *text, size_t size,
               enum release release, struct arena *arena,
               struct error *err);

/** Write the prompt.
 *  @param out   where to
 *  @param chat  the conversation */
void chat_write(FILE *out, const struct chat *chat);
//< [chat-api]

//> [chat-api-release] Releases, and how they ask
/** The text that asks for an effort.
 *  @param release  the release
 *  @param name     "low", "high", "max"; NULL = its default
 *  @return the text, maybe ""; NULL if the release does not know the name */
const char *chat_effort(enum release release, const char *name);

/** The release of a name.
 *  @param[out] release  which
 *  @param      name     "preview" or "0731"
 *  @param[out] err      that there is none
 *  @return success */
bool chat_release(enum release *release, const char *name,
                  struct error *err);
//< [chat-api-release]

//> [chat-api-parse] From a completion to a message
/** What a model has answered. */
struct answer {
    char *reasoning; ///< before </think>
    char *content;   ///< after it
    char *calls;     ///< JSON: `[{"type": "function", …}, …]`
};

/** Take a completion apart.
 *  @param[out] a         what is whole, also after a failure
 *  @param      text      `(size)` the completion with its CHAT_END
 *  @param      size      how many bytes
 *  @param      thinking  the prompt ended with <think>
 *  @param      arena     owns the answer
 *  @param[out] err       what is not as it must be
 *  @return success */
bool chat_parse(struct answer *a, const char *text, size_t size,
                bool thinking, struct arena *arena, struct error *err);

/** Write an answer as a message in JSON.
 *  @param out  where to
 *  @param a    the answer */
void answer_write(FILE *out, const struct answer *a);
/** @} */
#endif
//< [chat-api-parse]
