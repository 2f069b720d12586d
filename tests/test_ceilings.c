/**
 * @file
 * Ceilings: that every byte is read, and that what is measured is a number.
 */
#include "numerics/ceilings.h"

#include "base/pages.h"
#include "base/threads.h"

#include <criterion/criterion.h>
#include <string.h>

/* Eight sums of eight bytes each, whatever the registers. */
Test(ceilings, every_byte_is_read)
{
    enum { SIZE = 64 * 41 };
    static unsigned char data[SIZE + SIZE];
    uint64_t expected = 0;
    for (int i = 0; i < SIZE; i++)
        data[i] = (unsigned char)(i * 37 + i / 251);
    for (int i = 0; i < SIZE; i += 8) {
        uint64_t eight;
        memcpy(&eight, data + i, 8);
        expected += eight;
    }
    for (size_t ahead = 0; ahead <= 128; ahead += 64) {
        cr_assert_eq(read_lines(data, SIZE, ahead), expected);
        if (peak_avx512.here())
            cr_assert_eq(read_lines_avx512(data, SIZE, ahead), expected);
    }
}

/* What a round is said to do, it does; and more lanes do more. */
Test(ceilings, rounds_do_what_they_say)
{
    const struct peak *all[] = { &peak_f32, &peak_avx2, &peak_avx512,
                                 &peak_bf16, &peak_int8, &peak_amx_bf16,
                                 &peak_amx_int8 };
    threads_set(1);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->here()) {
            float done = all[i]->rounds(7) - all[i]->rounds(4);
            cr_assert_float_eq(2 * done / 3, all[i]->operations, 0, "%s",
                               all[i]->name);
            cr_assert_gt(ceiling_peak(all[i], 1e-4), 1e6, "%s",
                         all[i]->name);
        }
    if (peak_avx512.here())
        cr_assert_gt(ceiling_peak(&peak_avx512, 0.01),
                     1.2 * ceiling_peak(&peak_avx2, 0.01));
}

/* Pages are zeros, all of them; what there is not is refused. */
Test(ceilings, pages_are_zeros)
{
    struct pages p;
    struct error err = { 0 };
    cr_assert(pages_take(&p, 3 << 20, &err));
    cr_assert_eq(p.size, 3 << 20);
    for (size_t i = 0; i < p.size; i++)
        cr_assert_eq(p.data[i], 0);
    cr_assert_gt(ceiling_read(p.data, p.size), 0);
    pages_free(&p);
    cr_assert_null(p.data);
    pages_free(&p);
    cr_assert_not(pages_take(&p, SIZE_MAX / 2, &err));
    cr_assert(strstr(err.message, "GB"), "%s", err.message);
}
