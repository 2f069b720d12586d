/* Byte pair encoding: the definition on paper, the heap against it. */
#include "base/rng.h"
#include "text/bpe.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { TH = 256, THE, ER, HER };

/* t+h, th+e, e+r, h+er, as if learned in this order. */
static const struct merge few[] = {
    { 't', 'h', TH }, { TH, 'e', THE }, { 'e', 'r', ER }, { 'h', ER, HER },
};

static struct bpe make(const struct merge *merges, int n,
                       struct arena *arena)
{
    struct bpe b = { .merges = merges, .n_merges = n };
    cr_assert_eq(bpe_index(&b, arena), -1);
    return b;
}

/* Chapter 2: "other" is o the r, although h+er would make it shorter. */
Test(bpe, worked_example)
{
    struct arena arena = { 0 };
    struct bpe b = make(few, 4, &arena);
    int other[] = { 'o', 't', 'h', 'e', 'r' };
    cr_assert_eq(bpe_merge_simply(other, 5, &b), 3);
    cr_assert(other[0] == 'o' && other[1] == THE && other[2] == 'r');
    int her[] = { 'h', 'e', 'r' };
    cr_assert_eq(bpe_merge_simply(her, 3, &b), 1);
    cr_assert_eq(her[0], HER);
    cr_assert_eq(bpe_merge_simply(her, 0, &b), 0);
    arena_free(&arena);
}

Test(bpe, of_equal_pairs_the_left_one_goes_first)
{
    static const struct merge aa[] = { { 'a', 'a', 256 } };
    struct arena arena = { 0 };
    struct bpe b = make(aa, 1, &arena);
    for (size_t n = 1; n < 200; n++) {
        int ids[200];
        for (size_t i = 0; i < n; i++)
            ids[i] = 'a';
        cr_assert_eq(bpe_merge(ids, n, &b, &arena), (n + 1) / 2);
        for (size_t i = 0; i < n / 2; i++)
            cr_assert_eq(ids[i], 256);
        cr_assert_eq(ids[(n - 1) / 2], n % 2 ? 'a' : 256);
    }
    arena_free(&arena);
}

/* Merges of random tokens, also such that never come to be. */
Test(bpe, the_heap_does_what_the_definition_says)
{
    enum { LETTERS = 4, MERGES = 40, LONGEST = 400 };
    struct arena arena = { 0 };
    struct rng rng;
    rng_seed(&rng, 5);
    for (int round = 0; round < 60; round++) {
        struct merge merges[MERGES];
        struct bpe b = { .merges = merges };
        for (int i = 0; i < MERGES; i++) {
            int made = LETTERS + b.n_merges;
            merges[b.n_merges++] = (struct merge){
                (int)rng_below(&rng, (uint64_t)made),
                (int)rng_below(&rng, (uint64_t)made), made };
            b.n_merges -= bpe_index(&b, &arena) >= 0;
        }
        cr_assert_eq(bpe_index(&b, &arena), -1);
        for (size_t n = 0; n <= LONGEST; n += 1 + n / 8) {
            int simple[LONGEST], fast[LONGEST];
            for (size_t i = 0; i < n; i++)
                simple[i] = fast[i] = (int)rng_below(&rng, LETTERS);
            size_t m = bpe_merge_simply(simple, n, &b);
            cr_assert_eq(bpe_merge(fast, n, &b, &arena), m);
            cr_assert_eq(memcmp(simple, fast, m * sizeof *fast), 0);
        }
    }
    arena_free(&arena);
}

Test(bpe, a_pair_is_merged_in_one_way)
{
    static const struct merge twice[] = { { 'a', 'b', 256 },
                                          { 'b', 'a', 257 },
                                          { 'a', 'b', 258 } };
    struct arena arena = { 0 };
    struct bpe b = { .merges = twice, .n_merges = 3 };
    cr_assert_eq(bpe_index(&b, &arena), 2);
    arena_free(&arena);
}
