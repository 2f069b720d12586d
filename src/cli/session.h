//> [session-header] A model, a prompt, and the memory to read it with
/**
 * @file
 * What most commands begin with: open the model, read the prompt, make a
 * state that has room for it. Told in chapter 92.
 */
#ifndef V4_CLI_SESSION_H
#define V4_CLI_SESSION_H

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
    int *ids;                   ///< `(n)` the prompt
    int n;                      ///< how many
};
//< [session-struct]

//> [session-api] Open and begin
/** Open the model and its tokenizer. Faults are listed on stderr.
 *  @param[out] s    the session
 *  @param      dir  the model's directory
 *  @param      o    the options that change a model
 *  @param[out] err  a summary of what is wrong
 *  @return success */
bool session_model(struct session *s, const char *dir,
                   const struct options *o, struct error *err);

/** Open the model of the first argument and read the prompt; make an
 *  empty state with room for it.
 *  @param[out] s     the session
 *  @param      o     the options
 *  @param      more  tokens that will follow the prompt
 *  @param[out] err   what is wrong
 *  @return DONE, or how the command ends */
enum outcome session_begin(struct session *s, const struct options *o,
                           int more, struct error *err);
//< [session-api]

//> [session-api-feed] Feed, label, close
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

/** Close everything.
 *  @param s  the session */
void session_close(struct session *s);
/** @} */
#endif
//< [session-api-feed]
