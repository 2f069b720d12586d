/* Errors: a message is formatted, put into context, and never overflows. */
#include "base/error.h"

#include "support/dying.h"

#include <criterion/criterion.h>
#include <string.h>

Test(error, message_and_context)
{
    struct error err;
    cr_assert_not(fail(&err, "%s: found %d, expected %d", "x", 3, 4));
    cr_assert_str_eq(err.message, "x: found 3, expected 4");
    cr_assert_not(fail_in(&err, "%s: ", "config.json"));
    cr_assert_str_eq(err.message, "config.json: x: found 3, expected 4");
}

Test(error, nobody_listens)
{
    cr_assert_not(fail(NULL, "%d", 1));
    cr_assert_not(fail_in(NULL, "%d", 1));
}

Test(error, long_messages_are_cut_not_overrun)
{
    struct {
        struct error err;
        char guard[8];
    } here;
    memset(&here, 'g', sizeof here);
    char text[3000];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    fail(&here.err, "%s", text);
    cr_assert_eq(strlen(here.err.message), sizeof here.err.message - 1);
    fail_in(&here.err, "context: ");
    cr_assert_eq(strlen(here.err.message), sizeof here.err.message - 1);
    cr_assert_eq(strncmp(here.err.message, "context: aaaa", 13), 0);
    fail_in(&here.err, "%s", text);
    cr_assert_eq(strlen(here.err.message), sizeof here.err.message - 1);
    cr_assert_eq(memcmp(here.guard, "gggggggg", 8), 0);
}

Test(error, misuse_is_remembered)
{
    struct error err;
    cr_assert_not(misuse(&err, "too few arguments: %d", 1));
    cr_assert_str_eq(err.message, "too few arguments: 1");
    cr_assert(err.misuse);
    fail_in(&err, "run: ");
    cr_assert_str_eq(err.message, "run: too few arguments: 1");
    cr_assert(err.misuse, "a context does not change what it was");
    fail(&err, "x");
    cr_assert_not(err.misuse);
    fail_in(&err, "y: ");
    cr_assert_not(err.misuse);
    cr_assert_not(misuse(NULL, "%d", 1));
}

static void need_nothing(void)
{
    need(NULL);
}

static void need_a_number(void)
{
    out_of_memory(42);
}

Test(error, without_memory_the_program_ends)
{
    int status, here;
    cr_assert_eq(need(&here), &here);
    cr_assert_str_eq(last_words(need_nothing, &status),
                     "v4: out of memory\n");
    cr_assert_eq(status, 1);
    cr_assert_str_eq(last_words(need_a_number, &status),
                     "v4: out of memory: 42 more bytes were needed\n");
    cr_assert_eq(status, 1);
}
