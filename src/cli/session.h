//> [session-header] A model, a prompt, and the memory to read it with
/**
 * @file
 * What most commands begin with: open the model, read the prompt, make a
 * state that has room for it. Told in chapter 92.
 */
#ifndef V4_CLI_SESSION_H
#define V4_CLI_SESSION_H

#include "base/rng.h"
#include "cli/command.h"
#include "model/checkpoint.h"
#include "text/tokenizer.h"

/** @defgroup ch_session 92 · Sessions
 *  Prose: chapter 92, commands.
 *  @{ */
//< [session-header]

//> [session-struct] All that a command has to close again
/** Zero-initialize it; session_close() it in any case. */
struct session {
    struct checkpoint ck;       ///< the model
    struct tokenizer tokenizer; ///< what it has for a tokenizer
    struct faults faults;       ///< what is wrong with the model
    struct state state;         ///< after session_begin()
    struct progress progress;   ///< drawn while the prompt is read
    struct arena arena;         ///< owns the prompt
    int *ids;                   ///< `(n)` what came before, the prompt
    int n;                      ///< how many
    int old;                    ///< of these, said in a saved conversation
    struct rng rng;             ///< where its chance stands
    struct array_file saved;    ///< its file
};
//< [session-struct]

//> [session-api] Open, work, close
/** What a command does with a session.
 *  @param      s    the session, open
 *  @param      o    the options
 *  @param[out] err  why not
 *  @return success */
typedef bool session_work(struct session *s, const struct options *o,
                          struct error *err);

/** Open the model of the first argument and its tokenizer, work, close
 *  everything.
 *  @param      o     the options
 *  @param      work  what to do
 *  @param[out] err   what is wrong
 *  @return success */
bool session_with_model(const struct options *o, session_work *work,
                        struct error *err);

/** The same with the prompt read, and an empty state with room for it.
 *  @param      o     the options
 *  @param      more  tokens that will follow the prompt
 *  @param      work  what to do
 *  @param[out] err   what is wrong
 *  @return success */
bool session_with_prompt(const struct options *o, int more,
                         session_work *work, struct error *err);
//< [session-api]

//> [session-api-begin] For who needs more than the options say
/** The beginning of session_with_prompt().
 *  @param[out] s     the session
 *  @param      o     the options
 *  @param      more  tokens that will follow the prompt
 *  @param[out] err   what is wrong
 *  @return success */
bool session_begin(struct session *s, const struct options *o, int more,
                   struct error *err);

/** Its end: close everything.
 *  @param s  the session */
void session_close(struct session *s);
//< [session-api-begin]

//> [session-api-feed] Feed, label, list faults and notes
/** Feed the prompt to the trunk: the first `prefill` tokens at once (in
 *  chunks), the rest one by one, for whoever traces it.
 *  @param      s        the session, just begun
 *  @param      prefill  how many at once; 0 = all
 *  @param[out] streams  `(n, hc, d)` the final streams, or NULL
 *  @param[out] err      what a forward pass complains of
 *  @return success */
bool session_feed(struct session *s, int prefill, float *streams,
                  struct error *err);

/** Labels of the prompt's tokens.
 *  @param s  the session
 *  @return `(n)` UTF-8 texts, owned by the session */
const char *const *session_labels(struct session *s);

/** Print what is wrong with the model on stderr, a line each.
 *  @param s  the session */
void session_list_faults(const struct session *s);

/** Print on stderr which keys of a configuration nobody knows.
 *  @param c     the configuration
 *  @param name  what the user calls it */
void session_list_notes(const struct config *c, const char *name);
/** @} */
#endif
//< [session-api-feed]
