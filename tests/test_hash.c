/**
 * @file
 * The hash against values that its authors publish, and in pieces.
 */
#include "base/hash.h"

#include <criterion/criterion.h>

Test(hash, published_values)
{
    cr_assert_eq(hash_bytes(HASH_START, "", 0), 0xcbf29ce484222325u);
    cr_assert_eq(hash_bytes(HASH_START, "a", 1), 0xaf63dc4c8601ec8cu);
    cr_assert_eq(hash_bytes(HASH_START, "foobar", 6), 0x85944171f73967e8u);
}

Test(hash, goes_on)
{
    uint64_t half = hash_bytes(HASH_START, "foo", 3);
    cr_assert_eq(hash_bytes(half, "bar", 3), 0x85944171f73967e8u);
}
