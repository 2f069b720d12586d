//> [config-parts-header] The steps of reading a configuration
/**
 * @file
 * What config_load() is made of: replace values (`--set`), see which
 * architecture this is, read each key of its table, make two spellings
 * one, hold the numbers against each other. Told in chapter 90.
 */
#ifndef V4_BASE_CONFIG_PARTS_H
#define V4_BASE_CONFIG_PARTS_H

#include "base/config.h"
#include "base/json.h"

#include <stddef.h>

/** @addtogroup ch_config
 *  @{ */
//< [config-parts-header]

//> [config-parts-fate] What becomes of a key
/** What becomes of a key, and when it must be there. */
enum fate {
    WHOLE,    ///< read: a whole number from min to max
    REAL,     ///< read: a number from min to max
    WORD,     ///< read: one of the words; stored as 1, 2, …
    WHOLES,   ///< read: a list of whole numbers from min to max
    WORDS,    ///< read: a list of words, stored as 0, 1, …
    WHOLE_S,  ///< read: a whole number or a list of them
    FIXED,    ///< refused unless it has this one value
    OBJECT,   ///< its keys have rows of their own; others are noted
    CLOSED,   ///< the same, but others are refused
    HARMLESS, ///< nothing that is computed here depends on it
};

/** When a key must be there; below an object: when the object is. */
enum need { MAY, MUST, IF_CSA, IF_YARN, IF_DSPARK };
//< [config-parts-fate]

//> [config-parts-key] A row of the table of keys
/** A key of config.json. Rows of the same `at` are names for one number:
 *  where several are given, they must agree. */
struct key {
    const char *name; ///< "a.b" is key b of object a
    size_t at;        ///< where it goes, in struct reading
    enum fate fate;   ///< what becomes of it
    double min;       ///< least value of a number
    double max;       ///< its largest
    enum need need;   ///< when it must be there
    const char *only; ///< WORD, WORDS: "one two"; FIXED: the value's JSON
    const char *why;  ///< why it is harmless, or fixed
};

/** Keys of one architecture, or of all. */
struct key_table {
    const struct key *keys; ///< `(n)`
    int n;                  ///< how many
};

extern const struct key_table config_keys_any; ///< in every architecture
extern const struct key_table config_keys_v4;  ///< in DeepSeek-V4
//< [config-parts-key]

//> [config-parts-reading] What was read, before it is settled
/** A list of whole numbers; `at` is NULL if there is none. */
struct wholes {
    int *at; ///< `(n)`
    int n;   ///< how many
};

/** What stands in the file, in whichever spelling. */
struct reading {
    struct config c;             ///< numbers that need no second look
    struct wholes ratios;        ///< compress_ratios
    struct wholes layer_types;   ///< 0 window, 1 CSA, 2 HCA
    struct wholes mlp_types;     ///< mlp_layer_types: 0 hash, 1 scores
    struct wholes eos;           ///< eos_token_id
    struct wholes targets;       ///< dspark_target_layer_ids
    int hca_rate;                ///< compress_rates of HCA; 0 = not said
    int expert_dtype;            ///< 1 FP4, 2 FP8, 0 = not said
    int main_type;               ///< of rope_parameters: 1 default
    int compress_type;           ///< of rope_parameters: 1 default, 2 YaRN
    int scaling_type;            ///< of rope_scaling: 1 YaRN
    float partial_rotary_factor; ///< R / D; 0 = not said
};
//< [config-parts-reading]

//> [config-parts-file] Replace values, see what it is
/** Replace one value of a configuration.
 *  @param[in,out] json  the parsed config.json, an object
 *  @param         set   "key=value", "object.key=value" or
 *                       "list.index=value"; the key must exist
 *  @param[out]    err   why not
 *  @return success */
bool config_override(cJSON *json, const char *set, struct error *err);

/** Which architecture is this? One that cannot be read is told by name.
 *  @param      json  the parsed config.json, an object
 *  @param[out] err   names the key, what was found, what was expected
 *  @return its keys, or NULL */
const struct key_table *config_identify(const cJSON *json,
                                        struct error *err);
//< [config-parts-file]

//> [config-parts-steps] Read each key, settle, compare
/** Read every key, each by itself, and note those without a row.
 *  @param[out] c      the configuration
 *  @param      json   the parsed config.json, an object
 *  @param      keys   the table of its architecture
 *  @param      arena  owns what the configuration points to
 *  @param[out] err    names the key, what was found, what was expected
 *  @return success */
bool config_read(struct config *c, const cJSON *json,
                 const struct key_table *keys, struct arena *arena,
                 struct error *err);

/** Make one configuration of what two spellings say.
 *  @param[in,out] r      what was read; its `c` is completed
 *  @param         json   the parsed config.json, for messages
 *  @param         arena  owns what the configuration points to
 *  @param[out]    err    names what contradicts what
 *  @return success */
bool config_settle(struct reading *r, const cJSON *json,
                   struct arena *arena, struct error *err);
//< [config-parts-steps]

//> [config-parts-value] Between the table and a field
/** A file, the table of its keys, and what is made of them. */
struct reader {
    const cJSON *json;            ///< the parsed config.json
    const struct key_table *keys; ///< its architecture's
    struct reading *r;            ///< where values go
    struct arena *arena;          ///< owns lists
    struct error *err;            ///< says why not
};

/** Which of the first n rows gives a row's number?
 *  @param in   file and table
 *  @param key  a row: itself, or another name for the same number
 *  @param n    rows to look at
 *  @return the first such row whose key is in the file, or NULL */
const struct key *config_given(const struct reader *in,
                               const struct key *key, ptrdiff_t n);
//< [config-parts-value]

//> [config-parts-row] A value, as its row says
/** Read a value as its row says.
 *  @param in    file and table
 *  @param key   the row
 *  @param item  what stands there, not null
 *  @return success */
bool config_read_value(const struct reader *in, const struct key *key,
                       const cJSON *item);

/** Refuse a value, telling what its row allows.
 *  @param in    file and table
 *  @param key   the row
 *  @param item  what stands there, or NULL
 *  @return always false */
bool config_refuse(const struct reader *in, const struct key *key,
                   const cJSON *item);
//< [config-parts-row]

//> [config-parts-check] And at last the numbers against each other
/** Hold the numbers against each other.
 *  @param      c    a configuration, every number by itself in range
 *  @param[out] err  names the key, what was found, what was expected
 *  @return whether they fit together */
bool config_check(const struct config *c, struct error *err);
/** @} */
#endif
//< [config-parts-check]
