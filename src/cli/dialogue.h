//> [dialogue-header] A conversation with a model
/**
 * @file
 * A conversation: messages, and how much of them the model has read. Told
 * in chapter 92; the terminal is cmd_chat.c's.
 *
 * Things that are not obvious:
 * - before every answer the whole prompt is written anew, as the model was
 *   taught it. What of it stands in the cache already is not read again;
 *   if it parts from what was read, as it does when reasoning is dropped,
 *   all of it is;
 * - an answer that was stopped is kept as far as it came;
 * - bytes that are no text are kept as U+FFFD: messages are text.
 */
#ifndef V4_CLI_DIALOGUE_H
#define V4_CLI_DIALOGUE_H

#include "cli/session.h"
#include "model/generate.h"
#include "text/chat.h"

/** @defgroup ch_dialogue 92 · Dialogues
 *  Prose: chapter 92, commands.
 *  @{ */
//< [dialogue-header]

//> [dialogue-struct] What was said, what was read
/** A conversation. */
struct dialogue {
    struct session *session;  ///< the model; its state is the memory
    struct sampler sampler;   ///< how answers are chosen
    enum release release;     ///< whose texts ask for effort
    const char *effort;       ///< their name; NULL = the release's own
    bool thinking;            ///< answers begin with a thought
    struct message *messages; ///< `(n)`
    int n;                    ///< how many
    int room;                 ///< for so many
    int *ids;                 ///< `(n_ids)` the prompt, the answer
    int n_ids;                ///< those before the state's position are read
    int most;                 ///< tokens of an answer at most
};
//< [dialogue-struct]

//> [dialogue-api] Begin, ask, begin anew
/** Begin a conversation; the session's state must be empty.
 *  @param[out] d        the conversation
 *  @param      session  the model
 *  @param      o        --release, --thinking, --most, how to choose
 *  @param[out] err      what is wrong with these
 *  @return success */
bool dialogue_begin(struct dialogue *d, struct session *session,
                    const struct options *o, struct error *err);

/** Ask, and keep question and answer.
 *  @param[in,out] d     the conversation
 *  @param         text  the question
 *  @param         take  gets the tokens of the answer
 *  @param         user  passed to it
 *  @param[out]    err   what went wrong; then the question is forgotten
 *  @return success */
bool dialogue_ask(struct dialogue *d, const char *text, token_taker *take,
                  void *user, struct error *err);

/** Forget all that was said.
 *  @param d       the conversation
 *  @param system  the system's message from now on; "" = none */
void dialogue_reset(struct dialogue *d, const char *system);
//< [dialogue-api]

//> [dialogue-api-file] Put away, take up
/** Write a conversation to a file; `v4 run --resume` can go on with it, too.
 *  @param      d     the conversation
 *  @param      path  where to
 *  @param[out] err   why not
 *  @return success */
bool dialogue_save(const struct dialogue *d, const char *path,
                   struct error *err);

/** Go on with a conversation from a file, with the same bits.
 *  @param[in,out] d     the conversation; it stays what it is on failure
 *  @param         path  written by dialogue_save(), with the same model
 *  @param[out]    err   what does not fit
 *  @return success */
bool dialogue_load(struct dialogue *d, const char *path, struct error *err);
/** @} */
#endif
//< [dialogue-api-file]
