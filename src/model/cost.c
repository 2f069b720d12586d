//> [cost-includes] What the formulas need
#include "model/cost.h"

#include <stddef.h>
//< [cost-includes]

//> [cost-names] What the terms are called
const char *cost_name(enum cost_term term)
{
    static const char *const names[COST_TERMS] = {
        [COST_EMBED] = "embedding",
        [COST_ATTENTION] = "queries, keys, output",
        [COST_WO_A] = "output by groups, wo_a",
        [COST_ABSORBED] = "kv_b, absorbed",
        [COST_INDEX_QUERIES] = "index queries",
        [COST_INDEX_WEIGHTS] = "index head weights",
        [COST_COMPRESSORS] = "compressors",
        [COST_SHARED] = "shared expert, dense layers",
        [COST_EXPERTS] = "experts",
        [COST_ROUTER] = "router",
        [COST_MHC] = "mHC maps",
        [COST_MHC_SHIFT] = "mHC scale and base",
        [COST_MHC_HEAD] = "mHC map of the head",
        [COST_HEAD] = "head",
        [COST_INDEX_FP8] = "index scores, FP8",
        [COST_INDEX_FP4] = "index scores, FP4",
        [COST_CORE] = "attention to keys",
        [COST_VECTORS] = "norms, softmax, mixtures",
    };
    return names[term];
}
//< [cost-names]

//> [cost-weights] Two ways to add them up
/* A BF16 product takes as long as two of FP8, an FP4 one half as long.
   FP4 experts meet FP8 activations and count as FP8. */
const double *cost_weights(enum cost_account account)
{
    static const double weights[COST_ACCOUNTS][COST_TERMS] = {
        [ACCOUNT_FP8] = {
            [COST_ATTENTION] = 1, [COST_WO_A] = 1, [COST_ABSORBED] = 2,
            [COST_INDEX_QUERIES] = 1, [COST_INDEX_WEIGHTS] = 2,
            [COST_COMPRESSORS] = 2, [COST_SHARED] = 1, [COST_EXPERTS] = 1,
            [COST_ROUTER] = 2, [COST_MHC] = 2, [COST_MHC_SHIFT] = 2,
            [COST_HEAD] = 2, [COST_INDEX_FP8] = 1, [COST_INDEX_FP4] = 0.5,
            [COST_CORE] = 2,
        },
        [ACCOUNT_RAW] = {
            [COST_ATTENTION] = 1, [COST_WO_A] = 1, [COST_ABSORBED] = 1,
            [COST_INDEX_QUERIES] = 1, [COST_INDEX_WEIGHTS] = 1,
            [COST_COMPRESSORS] = 1, [COST_SHARED] = 1, [COST_EXPERTS] = 1,
            [COST_ROUTER] = 1, [COST_MHC] = 1, [COST_MHC_SHIFT] = 1,
            [COST_HEAD] = 1, [COST_INDEX_FP8] = 1, [COST_INDEX_FP4] = 1,
            [COST_CORE] = 1,
        },
    };
    return weights[account];
}
//< [cost-weights]

//> [cost-sums] What is added up
double cost_operations(const struct cost *cost, const double *weight)
{
    double sum = 0;
    for (int i = 0; i < COST_TERMS; i++)
        sum += weight[i] * cost->ops[i];
    return sum;
}

double cost_sum(const double *of)
{
    double sum = 0;
    for (int i = 0; i < COST_TERMS; i++)
        sum += of[i];
    return sum;
}

double cost_cache_sum(const struct cost_cache *b)
{
    return b->window + b->entries + b->index_keys;
}
//< [cost-sums]
