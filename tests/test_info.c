/* What `v4 info` says of the released models, from their numbers alone. */
#include "support/broken.h"
#include "support/program.h"
#include "support/tempfile.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONFIGS "tiny_models/configs/"

static double number(const cJSON *json, const char *key, const char *inner)
{
    const cJSON *item = cJSON_GetObjectItem(json, key);
    if (inner)
        item = cJSON_GetObjectItem(item, inner);
    cr_assert(cJSON_IsNumber(item), "%s", key);
    return item->valuedouble;
}

/* Released: 72,317 tensors, total_size 166,878,536,440. */
Test(info, counts_flash_0731_with_its_drafter)
{
    const struct run *r = v4_well("info " CONFIGS "v4-flash-0731.json "
                                  "--json");
    cJSON *json = cJSON_Parse(r->out);
    cr_assert_not_null(json);
    cr_assert_eq(number(json, "tensors", NULL), 72317);
    cr_assert_eq(number(json, "total_size", NULL), 166878536440);
    cr_assert_eq(number(json, "dspark", "stages"), 3);
    cr_assert_eq(number(json, "dspark", "block_size"), 5);
    cr_assert(cJSON_IsFalse(cJSON_GetObjectItem(json, "mtp")));
    /* its trunk is that of Flash */
    cr_assert_eq(number(json, "parameters", "total"), 284332240471);
    const cJSON *layers = cJSON_GetObjectItem(json, "layers");
    cr_assert_eq(cJSON_GetArraySize(layers), 46);
    for (int l = 0; l < 46; l++) {
        const cJSON *layer = cJSON_GetArrayItem(layers, l);
        cr_assert_eq(cJSON_IsTrue(cJSON_GetObjectItem(layer, "dspark")),
                     l >= 43);
        cr_assert(cJSON_IsFalse(cJSON_GetObjectItem(layer, "mtp")));
    }
    cJSON_Delete(json);
    r = v4_well("info " CONFIGS "v4-flash-0731.json");
    cr_assert_not_null(strstr(r->out, "43 layers and a DSpark drafter"));
    cr_assert_not_null(strstr(r->out, "drafter     DSpark, not run yet: 3 "
                                      "stages, drafts of 5, layers 40, 41, "
                                      "42\n"));
    cr_assert_not_null(strstr(r->out, "mtp.2  window"));
    cr_assert_not_null(strstr(r->out, "166878536440 bytes in 72317 "
                                      "tensors"));
    cr_assert_null(strstr(r->out, "MTP"));
}

Test(info, counts_an_mtp_block)
{
    const struct run *r = v4_well("info " CONFIGS "v4-flash.json");
    cr_assert_not_null(strstr(r->out, "43 layers and an MTP block"));
    cr_assert_not_null(strstr(r->out, "159609485896 bytes in 69187 "
                                      "tensors"));
    cr_assert_not_null(strstr(r->out, "  MTP  window"));
    cr_assert_null(strstr(r->out, "DSpark"));
    cr_assert_not_null(strstr(r->out, "spelling    as released\n"));
}

/* But for the two lines that name the file and its spelling. */
Test(info, another_spelling_says_the_same)
{
    char released[8192];
    const struct run *r = v4_well("info " CONFIGS "v4-flash.json");
    cr_assert(r->out_size < sizeof released);
    memcpy(released, r->out, r->out_size + 1);
    r = v4_well("info " CONFIGS "v4-flash-transformers5.json");
    const char *ours = strstr(released, "\n\nresidual");
    const char *theirs = strstr(r->out, "\n\nresidual");
    const char *rest = strstr(ours, "\nspelling    as released\n");
    const char *other = strstr(theirs, "\nspelling    transformers 5\n");
    cr_assert(ours && theirs && rest && other, "%s", r->out);
    cr_assert_eq(rest - ours, other - theirs);
    cr_assert_eq(memcmp(ours, theirs, (size_t)(rest - ours)), 0);
    cr_assert_str_eq(rest + strlen("\nspelling    as released\n"),
                     other + strlen("\nspelling    transformers 5\n"));
}

/* A window-only model has no indexer, whatever its file says of one. */
Test(info, an_indexer_where_a_layer_has_one)
{
    const struct run *r = v4_well("info " CONFIGS "v4-flash.json");
    cr_assert_not_null(strstr(r->out, "indexer     64 heads of 128"));
    r = v4_well("info tiny_models/tiny-flash/config.json --set "
                "compress_ratios=0,128,0,0,0,0");
    cr_assert_null(strstr(r->out, "indexer"));
}

/* Each once, on standard error, and nothing that a terminal would obey. */
Test(info, notes_keys_that_nobody_knows)
{
    char path[128];
    temp_path(path, "config.json");
    char *text = read_bytes("tiny_models/tiny-flash/config.json", NULL);
    cJSON *json = cJSON_Parse(text);
    cJSON_AddNumberToObject(json, "n_group", 8);
    cJSON_AddNumberToObject(json, "wi\033[2Jndow", 8);
    char *more = cJSON_PrintUnformatted(json);
    write_bytes(path, more, strlen(more));
    char expected[512];
    snprintf(expected, sizeof expected,
             "v4: note: %s: n_group: not known, and not used\n"
             "v4: note: %s: wi\\x1b[2Jndow: not known, and not used\n", path,
             path);
    const struct run *r = v4("info %s", path);
    cr_assert_eq(r->status, 0);
    cr_assert_str_eq(r->err, expected);
    cJSON_free(more);
    cJSON_Delete(json);
    free(text);
    unlink(path);
}

/* A model's own file is read as the same, by every command. */
Test(info, notes_stand_before_all_output)
{
    struct copy c;
    copy_begin(&c, "tiny-long");
    copy_write(&c, 1);
    copy_replace(&c, "config.json", "\"hc_mult\"", "\"n_group\": 8, "
                                                   "\"hc_mult\"");
    const struct run *r = v4("run %s --ids 5 -n 1", c.dir);
    cr_assert_eq(r->status, 0);
    cr_assert(strstr(r->err, ": n_group: not known, and not used\n"), "%s",
              r->err);
    copy_end(&c);
}
