//> [escape-header] Text that a terminal may show
/**
 * @file
 * Names of tensors, strings of a configuration and the messages that quote
 * them come from files, and a terminal obeys what it is shown: a name may
 * clear the screen, change a title, or overwrite the line that warns of it.
 * So text from files is escaped where it is printed. Told in chapter 90.
 *
 * Things that are not obvious:
 * - escaped are control characters (those of Unicode too), bytes that are
 *   no UTF-8, and the characters that reorder or hide the text around them;
 * - a backslash stays itself: this is for reading, not for reading back.
 */
#ifndef V4_BASE_ESCAPE_H
#define V4_BASE_ESCAPE_H

#include "base/arena.h"

#include <stdio.h>

/** @defgroup ch_escape 90 · Escapes
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [escape-header]

//> [escape-api] As a string, or straight into a file
/** Text for a terminal.
 *  @param text   anything
 *  @param arena  owns what is returned, if that is not the text itself
 *  @return the text with "\n", "\x1b" or "\u202e" for what must not reach
 *          a terminal */
const char *escaped(const char *text, struct arena *arena);

/** Print text for a terminal.
 *  @param out   where to
 *  @param text  anything */
void print_escaped(FILE *out, const char *text);
/** @} */
#endif
//< [escape-api]
