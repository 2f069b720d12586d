/* Added tokens: leftmost, then longest. */
#include "text/added.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct added_token tokens[] = {
    { "<a>", 3, 10 }, { "<", 1, 11 }, { "<ab", 3, 12 }, { "<abc>", 5, 13 },
    { "\xef\xbd\x9c", 3, 14 }, { "ab", 2, 15 }, { "\xff", 1, 16 },
};

static struct added make(void)
{
    struct added a = { .tokens = tokens, .n = 7 };
    cr_assert_eq(added_index(&a), -1);
    return a;
}

Test(added, the_longest_of_the_leftmost)
{
    static const struct {
        const char *text;
        int at, id;
    } cases[] = {
        { "x<abc>", 1, 13 }, { "<abc", 0, 12 }, { "<a>", 0, 10 },
        { "<a", 0, 11 }, { "xab<", 1, 15 }, { "a<b", 1, 11 },
        { "\xef\xbd\x9b\xef\xbd\x9c", 3, 14 }, { "b\xff", 1, 16 },
        { "xyz", 3, -1 }, { "", 0, -1 }, { "\xef\xbd", 2, -1 },
    };
    struct added a = make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct added_token *found;
        size_t size = strlen(cases[i].text);
        char *copy = malloc(size + !size); /* no byte behind it */
        memcpy(copy, cases[i].text, size);
        cr_assert_eq(added_find(&found, &a, copy, size), cases[i].at, "%s",
                     cases[i].text);
        cr_assert_eq(found ? found->id : -1, cases[i].id, "%s",
                     cases[i].text);
        free(copy);
    }
    const struct added_token *found;
    cr_assert_eq(added_find(&found, &a, "<abc>", 4), 0);
    cr_assert_eq(found->id, 12); /* what stands behind does not count */
}

Test(added, has_each_text_once)
{
    struct added_token twice[] = { { "b", 1, 1 }, { "a", 1, 2 },
                                   { "b", 1, 3 } };
    struct added a = { .tokens = twice, .n = 3 };
    cr_assert_eq(added_index(&a), 2);
    struct added none = { 0 };
    const struct added_token *found;
    cr_assert_eq(added_index(&none), -1);
    cr_assert_eq(added_find(&found, &none, "abc", 3), 3);
    cr_assert_null(found);
}

Test(added, is_found_by_its_whole_text)
{
    struct added a = make();
    cr_assert_eq(added_id(&a, "<abc>"), 13);
    cr_assert_eq(added_id(&a, "<abc"), -1);
    cr_assert_eq(added_id(&a, "x<abc>"), -1);
    cr_assert_eq(added_id(&a, "<a>x"), -1);
}
