/* Ticks: round numbers, inside the axis, ascending, few enough. */
#include "view/ticks.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test(ticks, steps_are_round)
{
    static const struct {
        double length;
        int parts;
        double step;
    } cases[] = {
        { 10, 10, 1 },  { 10, 5, 2 },      { 10, 4, 5 },   { 10, 3, 5 },
        { 10, 1, 10 },  { 7, 1, 10 },      { 0.3, 3, 0.1 }, { 1e6, 3, 5e5 },
        { 48, 8, 10 },  { 1e-7, 2, 5e-8 }, { 3, 3, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double step = ticks_step(cases[i].length, cases[i].parts);
        cr_assert(fabs(step / cases[i].step - 1) < 1e-9, "%zu: %g", i, step);
    }
}

Test(ticks, lie_inside_and_are_what_they_say)
{
    for (int i = -12; i <= 12; i++)
        for (int most = 2; most <= 12; most++) {
            struct ticks t;
            double low = i % 3 * pow(10, i) * 1.7, length = pow(10, i) * 3.3;
            ticks_choose(&t, low, low + length, most, SCALE_LINEAR);
            cr_assert(t.count >= 1 && t.count <= most, "%d %d: %d", i, most,
                      t.count);
            for (int j = 0; j < t.count; j++) {
                double slack = length * 1e-8;
                cr_assert(t.at[j] >= low - slack);
                cr_assert(t.at[j] <= low + length + slack);
                cr_assert(j == 0 || t.at[j] > t.at[j - 1]);
                double said = strtod(t.label[j], NULL);
                cr_assert(fabs(said - t.at[j]) <= slack, "%s", t.label[j]);
            }
        }
}

Test(ticks, logarithmic)
{
    struct ticks t;
    ticks_choose(&t, 300, 2e6, 8, SCALE_LOG);
    cr_assert_eq(t.count, 4);
    cr_assert_str_eq(t.label[0], "1000");
    cr_assert_str_eq(t.label[3], "1e6");
    ticks_choose(&t, 1e-30, 1e30, 8, SCALE_LOG);
    cr_assert(t.count >= 4 && t.count <= 8, "%d", t.count);
    ticks_choose(&t, 2, 9, 5, SCALE_LOG); /* too short for powers */
    cr_assert(t.count >= 3);
}

Test(ticks, labels_are_short)
{
    struct ticks t;
    ticks_choose(&t, -3e-8, 3e-8, 5, SCALE_LINEAR);
    cr_assert_str_eq(t.label[0], "-2e-8");
    cr_assert_str_eq(t.label[t.count / 2], "0");
    ticks_choose(&t, 0, 4e12, 5, SCALE_LINEAR);
    cr_assert_str_eq(t.label[1], "1e12");
}

Test(ticks, neighbours_read_differently)
{
    static const double low[] = { 1, 1e6, -16777220, 0.1, 1e-40, -1 };
    static const double high[] = { 1 + 2e-7, 1e6 + 0.125, -16777216,
                                   0.10000001, 1.00001e-40, -0.9999999 };
    for (int i = 0; i < 6; i++) {
        struct ticks t;
        ticks_choose(&t, low[i], high[i], 8, SCALE_LINEAR);
        cr_assert(t.count >= 2);
        for (int j = 1; j < t.count; j++)
            cr_assert_str_neq(t.label[j], t.label[j - 1], "%d", i);
    }
}

Test(ticks, roots_are_clear_of_each_other)
{
    static const struct {
        double high;
        const char *labels;
    } cases[] = {
        { 0.15, "0 0.02 0.05 0.1 0.15" }, { 1, "0 0.05 0.2 0.5 1" },
        { 0.03, "0 0.002 0.01 0.02 0.03" }, { 0.1, "0 0.005 0.02 0.05 0.1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ticks t;
        char text[128] = "";
        ticks_choose(&t, 0, cases[i].high, 5, SCALE_ROOT);
        for (int j = 0; j < t.count; j++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                     j ? " " : "", t.label[j]);
        cr_assert_str_eq(text, cases[i].labels, "%s", text);
    }
}
