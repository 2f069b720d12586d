/* What `v4 cost` prints and draws; the formulas themselves are test_cost.c's.
   Published: efficiency.json, parameters of both models and their ratios at a
   million tokens. */
#include "support/program.h"
#include "support/tempfile.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <string.h>

#define CONFIGS "tiny_models/configs/"
#define BOTH CONFIGS "v4-flash.json " CONFIGS "v3.2.json"

static const cJSON *at(const cJSON *list, int i)
{
    const cJSON *item = cJSON_GetArrayItem(list, i);
    cr_assert_not_null(item);
    return item;
}

static double number(const cJSON *json, const char *key)
{
    const cJSON *item = cJSON_GetObjectItem(json, key);
    cr_assert(cJSON_IsNumber(item), "%s", key);
    return item->valuedouble;
}

Test(cmd_cost, json_says_all_of_it)
{
    const struct run *r = v4_well("cost " BOTH " --context 4096,1048576 "
                                  "--json");
    cJSON *json = cJSON_Parse(r->out);
    cr_assert_not_null(json);
    const cJSON *models = cJSON_GetObjectItem(json, "models");
    cr_assert_eq(cJSON_GetArraySize(models), 2);
    cr_assert_eq(number(at(models, 0), "parameters"), 284332240471);
    cr_assert_eq(number(at(models, 1), "parameters"), 671877944064);
    double ops[2], bytes[2];
    for (int i = 0; i < 2; i++) {
        const cJSON *list = cJSON_GetObjectItem(at(models, i), "contexts");
        cr_assert_eq(number(at(list, 0), "context"), 4096);
        const cJSON *last = at(list, 1), *term;
        const cJSON *cache = cJSON_GetObjectItem(last, "cache");
        double sum = 0;
        cJSON_ArrayForEach(term, cJSON_GetObjectItem(last, "terms"))
            sum += number(term, "operations") * number(term, "weight");
        ops[i] = number(last, "operations");
        bytes[i] = number(cache, "total");
        cr_assert_float_eq(ops[i] / sum, 1, 1e-9, "terms add up");
        cr_assert_float_eq(number(last, "of_first"), ops[i] / ops[0], 1e-9);
        cr_assert_eq(bytes[i], number(cache, "window")
                                   + number(cache, "entries")
                                   + number(cache, "index_keys"));
        cr_assert_float_eq(number(cache, "of_first"), bytes[i] / bytes[0],
                           1e-9);
    }
    cJSON_Delete(json);
}

Test(cmd_cost, later_models_are_compared_with_the_first)
{
    const struct run *r = v4_well("cost " CONFIGS "v3.2.json " CONFIGS
                                  "v4-flash.json --context 1048576");
    cr_assert_not_null(strstr(r->out, "671877944064 parameters"));
    const char *row = strstr(r->out, "284332240471 parameters");
    cr_assert_not_null(row);
    cr_assert_not_null(strstr(row, " 10.08% "), "operations: 9.92 times less");
    cr_assert_not_null(strstr(row, "  7.32% "), "bytes: 13.67 times less");
}

Test(cmd_cost, draws_and_refuses)
{
    const char *folder = make_folder();
    v4_well("cost " BOTH " --context 1048576 --of cache -o %s/x.png", folder);
    remove_folder(folder);
    const struct run *r = v4("cost " BOTH " --set hc_mult=2 --context 9");
    cr_assert_eq(r->status, 2);
    cr_assert_not_null(strstr(r->err, "v3.2.json is none"));
    r = v4("cost " CONFIGS "nosuch.json --context 9");
    cr_assert_eq(r->status, 1);
    cr_assert_not_null(strstr(r->err, "nosuch.json"));
}
