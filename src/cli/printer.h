//> [printer-header] Tokens on a terminal or into a pipe
/**
 * @file
 * Prints tokens as they are made. Told in chapter 92.
 *
 * Things that are not obvious:
 * - into a pipe go the bytes of the tokens and nothing else;
 * - a terminal gets whole characters, and what would move its cursor or
 *   change its colours as an escape;
 * - a token without text is shown as ‹280›, and if the model reads no text
 *   at all, tokens are numbers with blanks between them.
 */
#ifndef V4_CLI_PRINTER_H
#define V4_CLI_PRINTER_H

#include "text/tokenizer.h"
#include "text/whole.h"

/** @defgroup ch_printer 92 · Printing tokens
 *  Prose: chapter 92, commands.
 *  @{ */
//< [printer-header]

//> [printer-api] Begin, print, end
/** Where tokens are printed. Set the first two, the rest zero. */
struct printer {
    const struct tokenizer *tokenizer; ///< what tokens stand for
    bool terminal;                     ///< stdout is a terminal
    bool begun;                        ///< something has been printed
    struct partial held;                  ///< half a character
};

/** Print a token.
 *  @param p   the printer
 *  @param id  the token
 *  @return whether it could be printed */
bool printer_token(struct printer *p, int id);

/** Print what was held back, since nothing follows, and end the line.
 *  @param p  the printer */
void printer_end(struct printer *p);
/** @} */
#endif
//< [printer-api]
