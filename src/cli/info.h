//> [info-header] A model in words
/**
 * @file
 * What `v4 info` prints, as text and as JSON. Told in chapter 92.
 */
#ifndef V4_CLI_INFO_H
#define V4_CLI_INFO_H

#include "cli/summary.h"

/** @defgroup ch_info 92 · Info
 *  Prose: chapter 92, commands.
 *  @{ */

/** All that is printed about a model. */
struct info {
    const char *name;            ///< as it was given
    const struct config *c;      ///< its numbers
    struct summary sums;         ///< parameters and bytes
    struct cache_bytes exact;    ///< cache in float32
    struct cache_bytes faithful; ///< cache as the released model stores it
    int context;                 ///< tokens in that cache
    int files;                   ///< of weights; 0 = only a config.json
    int ignored;                 ///< tensors we have no use for; -1 = none
                                 ///< were looked at
    bool has_mtp;                ///< is there an MTP block?
    bool has_dspark;             ///< is there a DSpark drafter instead?
};
//< [info-header]

//> [info-api] Print
/** Print as text.
 *  @param i  what to print */
void info_text(const struct info *i);

/** Print as JSON.
 *  @param i  what to print */
void info_json(const struct info *i);
/** @} */
#endif
//< [info-api]
