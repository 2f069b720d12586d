//> [config-parts-header] The steps of reading a configuration
/**
 * @file
 * What config_load() is made of: replace values (`--set`), see that this is
 * a V4, read each key, hold the keys against each other. Told in chapter 1.
 */
#ifndef V4_BASE_CONFIG_PARTS_H
#define V4_BASE_CONFIG_PARTS_H

#include "base/config.h"

#include <stdbool.h>

struct cJSON;

/** @addtogroup ch_config
 *  @{ */
//< [config-parts-header]

//> [config-parts-file] Replace values, see what it is
/** Replace one value of a configuration.
 *  @param[in,out] json  the parsed config.json, an object
 *  @param         set   "key=value", "object.key=value" or
 *                       "list.index=value"; the key must exist
 *  @param[out]    err   why not
 *  @return success */
bool config_override(struct cJSON *json, const char *set,
                     struct error *err);

/** Is this the configuration of a V4? Other architectures are told by
 *  name; values that are the same in every V4 are compared.
 *  @param      json  the parsed config.json, an object
 *  @param[out] err   names the key, what was found, what was expected
 *  @return whether it is */
bool config_identify(const struct cJSON *json, struct error *err);
//< [config-parts-file]

//> [config-parts-steps] Read each key, then compare them
/** Read every key, each by itself.
 *  @param[out] c      the configuration
 *  @param      json   the parsed config.json, an object
 *  @param      arena  owns what the configuration points to
 *  @param[out] err    names the key, what was found, what was expected
 *  @return success */
bool config_read(struct config *c, const struct cJSON *json,
                 struct arena *arena, struct error *err);

/** Hold the numbers against each other.
 *  @param      c    a configuration, every number by itself in range
 *  @param[out] err  names the key, what was found, what was expected
 *  @return whether they fit together */
bool config_check(const struct config *c, struct error *err);

/** Refuse a value: "KEY: found VALUE, expected EXPECTED".
 *  @param[out] err       receives the message
 *  @param      key       the key
 *  @param      found     its value; NULL for nothing
 *  @param      expected  what would have been right
 *  @return always false */
bool config_refuse(struct error *err, const char *key,
                   const struct cJSON *found, const char *expected);
/** @} */
#endif
//< [config-parts-steps]
