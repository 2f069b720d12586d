/* The trace: reports add up along the token axis, under globbed names. */
#include "base/trace.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

Test(trace, nobody_listens)
{
    float x[2] = { 1, 2 };
    trace(NULL, "x", x, 1, 2);
    trace_ints(NULL, "x", (int[]){ 1 }, 1, 1);
    trace_leave(NULL, trace_enter(NULL, "L%d.", 3));
    cr_assert_not(trace_wants(NULL, "x"));
    cr_assert_eq(trace_length(NULL, 7), 7);
}

Test(trace, chunks_append)
{
    struct trace t = { 0 };
    enum { TOKENS = 40, WIDTH = 3 };
    float x[TOKENS * WIDTH];
    for (int i = 0; i < TOKENS * WIDTH; i++)
        x[i] = (float)i;
    for (int at = 0, n = 0; at < TOKENS; at += n) { /* 1, 2, 3, … tokens */
        n = n + 1 < TOKENS - at ? n + 1 : TOKENS - at;
        trace(&t, "x", x + at * WIDTH, 3, n, 1, WIDTH);
        trace_ints(&t, "n", &n, 1, 1);
    }
    const struct array *a = trace_find(&t, "x");
    cr_assert_not_null(a);
    cr_assert_eq(a->rank, 3);
    cr_assert_eq(a->shape[0], TOKENS);
    cr_assert_eq(a->shape[1], 1);
    cr_assert_eq(a->shape[2], WIDTH);
    cr_assert_eq(a->dtype, DTYPE_F32);
    cr_assert_eq(memcmp(a->data, x, sizeof x), 0);

    const struct array *counts = trace_find(&t, "n");
    cr_assert_eq(counts->dtype, DTYPE_I32);
    cr_assert_eq(counts->shape[0], 9); /* 1 + … + 8 = 36, and 4 more */
    cr_assert_eq(((const int *)counts->data)[8], 4);
    trace_free(&t);
    cr_assert_eq(t.count, 0);
}

Test(trace, no_rows_yet)
{
    struct trace t = { 0 };
    float x[2] = { 5, 6 };
    trace(&t, "entries", x, 2, 0, 2); /* no compressed entry so far */
    cr_assert_eq(array_count(trace_find(&t, "entries")), 0);
    trace(&t, "entries", x, 2, 1, 2);
    cr_assert_eq(trace_find(&t, "entries")->shape[0], 1);
    cr_assert_eq(((const float *)trace_find(&t, "entries")->data)[1], 6);
    trace(&t, "selected", NULL, 2, 3, 0); /* nothing to select from */
    trace(&t, "selected", NULL, 2, 4, 0);
    cr_assert_eq(trace_find(&t, "selected")->shape[0], 7);
    trace_free(&t);
}

Test(trace, prefixes_and_globs)
{
    struct trace t = { .match = "L[13].attn.*" };
    float x = 1;
    for (int layer = 0; layer < 5; layer++) {
        int outer = trace_enter(&t, "L%d.", layer);
        cr_assert_eq(trace_wants(&t, "attn.q"), layer == 1 || layer == 3);
        cr_assert_not(trace_wants(&t, "moe.out"));
        trace(&t, "attn.q", &x, 1, 1);
        int block = trace_enter(&t, "attn.");
        cr_assert_eq(trace_wants(&t, "q"), layer == 1 || layer == 3);
        trace_leave(&t, block);
        trace(&t, "moe.out", &x, 1, 1);
        trace_leave(&t, outer);
    }
    cr_assert_str_eq(t.prefix, "");
    trace(&t, "logits", &x, 1, 1);
    cr_assert_eq(t.count, 2);
    cr_assert_not_null(trace_find(&t, "L1.attn.q"));
    cr_assert_not_null(trace_find(&t, "L3.attn.q"));
    cr_assert_null(trace_find(&t, "L2.attn.q"));
    trace_free(&t);
    cr_assert_not_null(t.match, "the filter stays");
}

Test(trace, announced_length)
{
    struct trace t = { .length = 100 };
    cr_assert_eq(trace_length(&t, 7), 100);
    cr_assert_eq(trace_length(&t, 101), 101);
}

Test(trace, becomes_a_file)
{
    char path[128];
    temp_path(path, "trace.safetensors");
    struct trace t = { 0 };
    struct error err = { 0 };
    float x[4] = { 1, 2, 3, 4 };
    trace(&t, "z", x, 2, 2, 2);
    trace_ints(&t, "a", (int[]){ -1, 7 }, 1, 2);
    cr_assert(trace_write(&t, path, &err), "%s", err.message);
    trace_free(&t);

    struct array_file f;
    cr_assert(array_file_open(&f, path, &err), "%s", err.message);
    cr_assert_eq(f.count, 2);
    const struct array *z = array_find(&f, "z"), *a = array_find(&f, "a");
    cr_assert_eq(memcmp(z->data, x, sizeof x), 0);
    cr_assert_eq(((const int *)a->data)[1], 7);
    array_file_close(&f);
    unlink(path);

    cr_assert(trace_write(&t, path, &err), "an empty trace is a file too");
    cr_assert(array_file_open(&f, path, &err) && f.count == 0);
    array_file_close(&f);
    unlink(path);
}
