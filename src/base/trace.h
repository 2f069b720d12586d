//> [trace-header] The tap through which everything is observed
/**
 * @file
 * A component reports its named intermediates to a trace; tests, pictures,
 * notebooks and `v4 trace` all drink from this one tap. Without a trace
 * (NULL) reporting costs one comparison. Told in chapter 90.
 *
 * Things that are not obvious:
 * - the first axis of every tensor is the token (or the compressed entry);
 *   reports under one name are appended along it, so chunks add up;
 * - the other axes must be the same in every report. Where a width grows
 *   with the sequence (scores, probabilities) the component uses
 *   trace_length(), the length the sequence will have in the end.
 */
#ifndef V4_BASE_TRACE_H
#define V4_BASE_TRACE_H

#include "base/arena.h"
#include "base/array.h"

#include <stdbool.h>
#include <stddef.h>

/** @defgroup ch_trace 90 · Trace
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [trace-header]

//> [trace-struct] A growing set of named arrays
/** One traced tensor and the room it has. */
struct trace_entry {
    struct array array; ///< what was reported so far
    char *bytes;        ///< its data, owned
    size_t capacity;    ///< bytes allocated
};

/** What has been reported. Zero-initialize it; trace_free() it. */
struct trace {
    const char *match;           ///< glob of the names to keep; NULL = all
    int length;                  ///< tokens the sequence will have at last
    char prefix[32];             ///< put before every name, e.g. "L3."
    struct trace_entry *entries; ///< `(count)` in order of appearance
    int count;                   ///< names seen
};
//< [trace-struct]

//> [trace-api] Reporting
/** Report floats.
 *  @param t     the trace, or NULL for none
 *  @param name  the tensor's name after the prefix
 *  @param data  row-major values
 *  @param rank  number of axes; as many `int` sizes follow, tokens first */
void trace(struct trace *t, const char *name, const float *data, int rank,
           ...);

/** Report integers.
 *  @param t     the trace, or NULL for none
 *  @param name  the tensor's name after the prefix
 *  @param data  row-major values
 *  @param rank  number of axes; as many `int` sizes follow, tokens first */
void trace_ints(struct trace *t, const char *name, const int *data,
                int rank, ...);

/** Would a report under this name be kept? For intermediates that cost
 *  something to make.
 *  @param t     the trace, or NULL
 *  @param name  the tensor's name after the prefix
 *  @return whether to bother */
bool trace_wants(const struct trace *t, const char *name);

/** The length the sequence will have in the end.
 *  @param t    the trace, or NULL
 *  @param now  tokens seen so far
 *  @return the larger of `now` and what the driver announced */
int trace_length(const struct trace *t, int now);
//< [trace-api]

//> [trace-nest] Names inside names
/** Lengthen the prefix of the names that follow: inside a block's "L3." a
 *  half enters "hc_attn.".
 *  @param t       the trace, or NULL
 *  @param format  as for printf
 *  @return what trace_leave() needs to undo it */
int trace_enter(struct trace *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Shorten the prefix to what it was.
 *  @param t      the trace, or NULL
 *  @param outer  from trace_enter() */
void trace_leave(struct trace *t, int outer);
//< [trace-nest]

//> [trace-drive] Finding, writing

/** Find what was reported.
 *  @param t     the trace
 *  @param name  the whole name, prefix and all
 *  @return the array, or NULL */
const struct array *trace_find(const struct trace *t, const char *name);

/** Write everything as one safetensors file.
 *  @param      t     the trace
 *  @param      path  where to
 *  @param[out] err   why not
 *  @return success */
bool trace_write(const struct trace *t, const char *path,
                 struct error *err);

/** Forget everything.
 *  @param t  the trace */
void trace_free(struct trace *t);
/** @} */
#endif
//< [trace-drive]
