/* The arena: aligned, zeroed or poisoned, released to a mark. */
#include "base/arena.h"

#include "support/compare.h"
#include "support/dying.h"

#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

Test(arena, aligned_zeroed_apart)
{
    struct arena a = { 0 };
    char *last = NULL;
    size_t sizes[] = { 1, 63, 64, 65, 0, 7, 4096, 1 << 20, 3, 3 << 20 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *p = arena_alloc(&a, sizes[i], 1);
        cr_assert_eq((uintptr_t)p % 64, 0, "size %zu", sizes[i]);
        for (size_t j = 0; j < sizes[i]; j++)
            cr_assert_eq(p[j], 0);
        if (sizes[i]) {
            memset(p, (int)i + 1, sizes[i]);
            cr_assert(!last || *last == (char)i || sizes[i - 1] == 0);
            last = p;
        }
    }
    arena_free(&a);
    cr_assert_null(a.newest);
    cr_assert_eq(a.bytes, 0);
}

Test(arena, nothing_written_twice)
{
    enum { N = 3000 };
    struct arena a = { 0 };
    int *p[N];
    for (int i = 0; i < N; i++) {
        p[i] = arena_alloc(&a, (size_t)(i % 97) + 1, sizeof(int));
        for (int j = 0; j <= i % 97; j++)
            p[i][j] = i;
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i % 97; j++)
            cr_assert_eq(p[i][j], i);
    arena_free(&a);
}

Test(arena, counts_bytes_and_peak)
{
    struct arena a = { 0 };
    arena_alloc(&a, 1, 1); /* a whole cache line */
    cr_assert_eq(a.bytes, 64);
    struct arena_mark mark = arena_mark(&a);
    arena_floats(&a, 1000); /* 4000 bytes round up to 4032 */
    cr_assert_eq(a.bytes, 64 + 4032);
    arena_release(&a, mark);
    cr_assert_eq(a.bytes, 64);
    cr_assert_eq(a.peak, 64 + 4032);
    arena_free(&a);
}

Test(arena, mark_and_release)
{
    struct arena a = { 0 };
    int *kept = arena_alloc(&a, 100, sizeof *kept);
    for (int i = 0; i < 100; i++)
        kept[i] = i;
    struct arena_mark mark = arena_mark(&a);
    void *first = arena_alloc(&a, 10, 1);
    for (int round = 0; round < 5; round++) { /* within and across blocks */
        arena_release(&a, mark);
        cr_assert_eq(arena_alloc(&a, 10, 1), first, "round %d", round);
        for (int i = 0; i < round; i++)
            memset(arena_alloc(&a, 1 << 20, 1), 7, 1 << 20);
    }
    arena_release(&a, mark);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(kept[i], i);
    memset(arena_alloc(&a, 1000, 1), 7, 1000); /* part of what is asked */
    arena_release(&a, mark);
    char *again = arena_alloc(&a, 4096, 1);
    for (int i = 0; i < 4096; i++)
        cr_assert_eq(again[i], 0, "memory given out again is zeroed again");
    arena_free(&a);
}

Test(arena, mark_of_an_empty_arena)
{
    struct arena a = { 0 };
    struct arena_mark mark = arena_mark(&a);
    arena_release(&a, mark);
    arena_alloc(&a, 5 << 20, 1);
    arena_alloc(&a, 9 << 20, 1);
    arena_release(&a, mark);
    cr_assert_eq(a.bytes, 0);
    for (int round = 0; round < 3; round++) { /* one block is enough now */
        char *x = arena_alloc(&a, 5 << 20, 1);
        char *y = arena_alloc(&a, 9 << 20, 1);
        cr_assert_null(a.newest->older);
        for (int i = 0; i < 9 << 20; i += 4096)
            cr_assert_eq(x[i % (5 << 20)] + y[i], 0, "round %d", round);
        memset(x, 1, 5 << 20);
        memset(y, 2, 9 << 20);
        arena_release(&a, mark);
    }
    arena_free(&a);
}

Test(arena, poison_reads_as_nan)
{
    struct arena a = poisoned_arena();
    float *x = arena_floats(&a, 100);
    for (int i = 0; i < 100; i++)
        cr_assert(isnan(x[i]));
    struct arena_mark mark = arena_mark(&a);
    float *y = arena_floats(&a, 100);
    x[0] = y[0] = 1;
    arena_release(&a, mark);
    cr_assert(isnan(y[0]), "released memory is poisoned");
    cr_assert_eq(x[0], 1, "memory before the mark is not");
    arena_free(&a);
    cr_assert(a.poison, "the mode outlives the memory");
}

static void ask_for_a_product_that_overflows(void)
{
    struct arena a = { 0 };
    arena_alloc(&a, SIZE_MAX / 4 + 2, 4); /* 4 bytes, cut to a size_t */
}

static void ask_for_nearly_everything(void)
{
    struct arena a = { 0 };
    arena_alloc(&a, SIZE_MAX - 100, 1);
}

static void ask_for_more_than_there_is(void)
{
    struct arena a = { 0 };
    arena_alloc(&a, SIZE_MAX / 4, 1);
}

Test(arena, too_much_ends_the_program)
{
    void (*const acts[])(void) = { ask_for_a_product_that_overflows,
                                   ask_for_nearly_everything,
                                   ask_for_more_than_there_is };
    for (int i = 0; i < 3; i++) {
        int status;
        const char *said = last_words(acts[i], &status);
        cr_assert_eq(status, 1);
        /* the sanitizer has something to say, too: ours comes last */
        const char *ours = strstr(said, "v4: out of memory: ");
        cr_assert(ours && strstr(ours, " more bytes were needed\n"), "%s",
                  said);
    }
}

Test(arena, texts_are_copied)
{
    struct arena a = { .poison = true };
    char text[] = "norm.weight";
    char *copy = arena_text(&a, text);
    text[0] = 'x';
    cr_assert_str_eq(copy, "norm.weight");
    cr_assert_str_empty(arena_text(&a, ""));
    arena_free(&a);
}
