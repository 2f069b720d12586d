/* JSON as text: written as Python writes it, looked at in place. */
#include "text/jsontext.h"

#include "base/json.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* What json.dumps(json.loads(text), ensure_ascii=False) gives. */
static const char *const cases[][2] = {
    { "{\"a\":[1,2 , {}],\n\"b\" : null}", "{\"a\": [1, 2, {}], \"b\": null}" },
    { " [ ] ", "[]" },
    { "[true,false]", "[true, false]" },
    { "\"a\\/\\u00e9\\n\\u0001\\\"\\\\\"", "\"a/é\\n\\u0001\\\"\\\\\"" },
    { "\"\\ud83d\\ude00\\u4e2d\\u007f\\b\\f\"", "\"😀中\x7f\\b\\f\"" },
    { "{\"\\u0061\": \"}]{[,:\"}", "{\"a\": \"}]{[,:\"}" },
    { "{\"a\":{\"b\":{\"c\":[[[]]]}},\"d\":1}",
      "{\"a\": {\"b\": {\"c\": [[[]]]}}, \"d\": 1}" },
    { "0", "0" }, { "-0", "0" }, { "-0.0", "-0.0" }, { "-17", "-17" },
    { "123456789012345678901234567890", "123456789012345678901234567890" },
    { "1.0", "1.0" }, { "1.50", "1.5" }, { "1E5", "100000.0" },
    { "100e-2", "1.0" }, { "0.1", "0.1" }, { "0.0001", "0.0001" },
    { "0.00001", "1e-05" }, { "1e15", "1000000000000000.0" },
    { "1e16", "1e+16" }, { "1.25e-7", "1.25e-07" }, { "5e-324", "5e-324" },
    { "123456789012345678.0", "1.2345678901234568e+17" },
    { "9007199254740993.0", "9007199254740992.0" }, { "1e999", "Infinity" },
    { "12345.678", "12345.678" }, { "-2.5e300", "-2.5e+300" },
};

Test(jsontext, is_written_as_python_writes_it)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        size_t size, length = strlen(cases[i][0]);
        FILE *out = open_memstream(&text, &size);
        cr_assert(json_check(cases[i][0], length, NULL), "%s", cases[i][0]);
        value_write(out, value_of(cases[i][0], length));
        fclose(out);
        cr_assert_str_eq(text, cases[i][1]);
        free(text);
    }
}

Test(jsontext, members_are_found_where_they_stand)
{
    static const char text[] = " {\"x\": [1, \"a\\\"]\" ,{\"x\":2}],"
                               "\"\\u0079\":{\"z\":\"e\\u0301\"} } ";
    struct arena arena = { 0 };
    struct value v = value_of(text, strlen(text));
    struct member m = { 0 };
    struct value list = value_get(v, "x");
    cr_assert_eq(value_kind(list), '[');
    cr_assert(value_next(&m, list) && m.value.size == 1);
    cr_assert(value_next(&m, list) && value_kind(m.value) == '"');
    cr_assert_str_eq(value_string(m.value, &arena), "a\"]");
    cr_assert(value_next(&m, list));
    cr_assert_eq(*value_get(m.value, "x").at, '2');
    cr_assert_not(value_next(&m, list));
    struct value z = value_get(value_get(v, "y"), "z");
    cr_assert_str_eq(value_string(z, &arena), "e\u0301");
    cr_assert_eq(value_kind(value_get(v, "z")), 0);
    cr_assert_eq(value_kind(value_get(list, "x")), 0);
    cr_assert_eq(value_kind(value_get(value_get(v, "n"), "x")), 0);
    arena_free(&arena);
}
