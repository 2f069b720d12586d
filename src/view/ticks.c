//> [ticks-includes] What ticks need
#include "view/ticks.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
//< [ticks-includes]

//> [ticks-step] 1, 2, 5, 10, 20, 50, …
double ticks_step(double length, int parts)
{
    assert(length > 0 && parts > 0);
    double least = length / parts;
    double power = pow(10, floor(log10(least)));
    static const double round_steps[] = { 1, 2, 5, 10 };
    for (int i = 0; i < 4; i++)
        if (round_steps[i] * power >= least * (1 - 1e-9))
            return round_steps[i] * power;
    return 10 * power;
}
//< [ticks-step]

//> [ticks-add] A mark and its label
/* "1e+06" is "1e6", "1e-07" is "1e-7". */
static void shorten(char *label)
{
    char *from = strchr(label, 'e');
    if (!from)
        return;
    char *to = ++from;
    if (*from == '-')
        to++;
    from++; // past the sign
    while (*from == '0')
        from++;
    memmove(to, from, strlen(from) + 1);
}

static void add(struct ticks *t, double value, int digits)
{
    if (t->count == TICKS_MAX)
        return;
    char *label = t->label[t->count];
    snprintf(label, sizeof t->label[0], "%.*g", digits, value);
    shorten(label);
    t->at[t->count++] = value;
}
//< [ticks-add]

//> [ticks-digits] As many digits as tell neighbours apart
static int digits_of(double low, double high, double step)
{
    double largest = fmax(fabs(low), fabs(high));
    int needed = (int)ceil(log10(largest / step)) + 1;
    return needed < 6 ? 6 : needed > 12 ? 12
                                        : needed;
}
//< [ticks-digits]

//> [ticks-choose] Multiples of a step, or powers of ten
static void linear(struct ticks *t, double low, double high, int most)
{
    double step = ticks_step(high - low, most - 1);
    double slack = (high - low) * 1e-9;
    int digits = digits_of(low, high, step);
    double first = ceil((low - slack) / step);
    for (double i = first; i * step <= high + slack; i++)
        add(t, i * step == 0 ? 0 : i * step, digits); // no minus zero
    if (t->count == 0) // the range lies between two multiples
        linear(t, low, high, most + 1);
}

static void powers(struct ticks *t, double low, double high, int most)
{
    int first = (int)ceil(log10(low) - 1e-9);
    int last = (int)floor(log10(high) + 1e-9);
    int every = (last - first) / most + 1;
    for (int i = first; i <= last; i += every)
        add(t, pow(10, i), 6);
}
//< [ticks-choose]

//> [ticks-roots] The top, then 0.5, 0.2, 0.1, 0.05, …, and 0
static void roots(struct ticks *t, double high, int most)
{
    double clear = 0.7 / (most - 1), last = 1, found[TICKS_MAX] = { high };
    int n = 1;
    for (int power = (int)ceil(log10(high)); last > 2 * clear; power--)
        for (int i = 5; i >= 1; i /= 2) {
            double value = i * pow(10, power), share = sqrt(value / high);
            if (n < most - 1 && share <= last - clear && share >= clear)
                found[n++] = value;
            last = share <= last - clear ? share : last;
        }
    add(t, 0, 6);
    while (n > 0)
        add(t, found[--n], 6);
}
//< [ticks-roots]

//> [ticks-both] Whichever kind the axis is of
void ticks_choose(struct ticks *t, double low, double high, int most,
                  enum scale scale)
{
    assert(low < high && most >= 2 && (scale != SCALE_LOG || low > 0));
    t->count = 0;
    most = most < TICKS_MAX ? most : TICKS_MAX;
    if (scale == SCALE_ROOT)
        roots(t, high, most);
    else if (scale == SCALE_LOG && high / low >= 100)
        powers(t, low, high, most);
    else
        linear(t, low, high, most);
}
//< [ticks-both]
