#include "support/compare.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* |a - b|; equal infinities and pairs of NaN are 0 apart. */
static double distance(float a, float b)
{
    if (a == b || (isnan(a) && isnan(b)))
        return 0;
    if (!isfinite(a) || !isfinite(b))
        return (double)NAN;
    return fabs((double)a - (double)b);
}

static double ratio(double difference, double size)
{
    if (isnan(difference))
        return difference;
    return difference > 0 ? difference / size : 0;
}

double max_rel(const float *a, const float *b, size_t n)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        double d = distance(a[i], b[i]);
        if (isnan(d))
            return d;
        difference = fmax(difference, d);
        if (isfinite(b[i]))
            size = fmax(size, fabs((double)b[i]));
    }
    return ratio(difference, size);
}

double rms_rel(const float *a, const float *b, size_t n)
{
    double difference = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        double d = distance(a[i], b[i]);
        difference += d * d;
        if (isfinite(b[i]))
            size += (double)b[i] * (double)b[i];
    }
    return ratio(sqrt(difference), sqrt(size));
}

double fraction_different(const float *a, const float *b, size_t n)
{
    size_t different = 0;
    for (size_t i = 0; i < n; i++)
        different += !(a[i] == b[i] || (isnan(a[i]) && isnan(b[i])));
    return n ? (double)different / (double)n : 0;
}

/* The bytes of one element, most significant first. */
static void hex(char *out, size_t room, const unsigned char *p, size_t size)
{
    size_t used = 0;
    for (size_t i = size; i-- > 0 && used + 3 <= room;)
        used += (size_t)snprintf(out + used, room - used, "%02x", p[i]);
}

bool same_bits(const void *a, const void *b, size_t n, size_t size,
               char *where, size_t room)
{
    const unsigned char *p = a, *q = b;
    where[0] = '\0';
    for (size_t i = 0; i < n; i++, p += size, q += size) {
        if (memcmp(p, q, size) == 0)
            continue;
        char found[33] = "", expected[33] = "";
        hex(found, sizeof found, p, size);
        hex(expected, sizeof expected, q, size);
        snprintf(where, room, "element %zu: found %s, expected %s", i,
                 found, expected);
        return false;
    }
    return true;
}

void assert_same_floats(const char *what, const float *a, const float *b,
                        size_t n)
{
    char where[128];
    if (same_bits(a, b, n, sizeof *a, where, sizeof where))
        return;
    size_t i = 0;
    while (memcmp(&a[i], &b[i], sizeof *a) == 0)
        i++;
    cr_assert_fail("%s: %s (%.9g against %.9g)", what, where, (double)a[i],
                   (double)b[i]);
}

void assert_same_ints(const char *what, const int *a, const int *b,
                      size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            cr_assert_fail("%s: element %zu: found %d, expected %d", what, i,
                           a[i], b[i]);
}

/* The element that is farthest off, NaN being farther than anything. */
static size_t worst(const float *a, const float *b, size_t n)
{
    size_t at = 0;
    double most = -1;
    for (size_t i = 0; i < n; i++) {
        double d = distance(a[i], b[i]);
        if (isnan(d))
            return i;
        if (d > most) {
            most = d;
            at = i;
        }
    }
    return at;
}

void assert_close(const char *what, const float *a, const float *b,
                  size_t n, double tolerance)
{
    double measure = max_rel(a, b, n);
    if (measure <= tolerance)
        return;
    size_t i = worst(a, b, n);
    cr_assert_fail("%s: max rel %.3g, allowed %.3g; worst at element %zu of "
                   "%zu: found %.9g, expected %.9g", what, measure,
                   tolerance, i, n, (double)a[i], (double)b[i]);
}

struct arena poisoned_arena(void)
{
    return (struct arena){ .poison = true };
}
