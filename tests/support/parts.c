#include "support/parts.h"

#include "support/compare.h"
#include "support/golden.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const FILE_NAME = "components.safetensors";

#define FORMATTED(name, format)                           \
    char name[128];                                       \
    va_list arguments;                                    \
    va_start(arguments, format);                          \
    vsnprintf(name, sizeof name, format, arguments);      \
    va_end(arguments)

/* ------------------------------------------------------------ golden cases */

static void *moved(struct arena *a, void *from, size_t n, size_t size)
{
    void *to = arena_alloc(a, n, size);
    memcpy(to, from, n * size);
    free(from);
    return to;
}

float *part_floats(struct arena *a, size_t *n, const char *format, ...)
{
    FORMATTED(name, format);
    size_t count;
    float *x = golden_floats(FILE_NAME, name, &count);
    if (n)
        *n = count;
    return moved(a, x, count, sizeof *x);
}

int *part_ints(struct arena *a, size_t *n, const char *format, ...)
{
    FORMATTED(name, format);
    size_t count;
    int *x = golden_ints(FILE_NAME, name, &count);
    if (n)
        *n = count;
    return moved(a, x, count, sizeof *x);
}

int part_size(int axis, const char *format, ...)
{
    FORMATTED(name, format);
    return golden_size(FILE_NAME, name, axis);
}

/* ----------------------------------------------------------- random things */

float *random_floats(struct arena *a, struct rng *r, size_t n, float size)
{
    float *x = arena_floats(a, n);
    for (size_t i = 0; i < n; i++)
        x[i] = size * rng_normal(r);
    return x;
}

/* Only for values: cut off, which gives a bf16, if not the nearest. */
float *random_bf16(struct arena *a, struct rng *r, size_t n, float size)
{
    float *x = random_floats(a, r, n, size);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        bits &= 0xffff0000;
        memcpy(&x[i], &bits, sizeof bits);
    }
    return x;
}

/* ------------------------------------------------------- a second decoder */

double e4m3_value(int code)
{
    int exponent = code / 8 % 16, mantissa = code % 8;
    double x = exponent == 0 ? ldexp(mantissa, -9)
                             : ldexp(8 + mantissa, exponent - 10);
    if (code % 128 == 127)
        x = (double)NAN;
    return code < 128 ? x : -x;
}

/* ---------------------------------------------------------------- the rest */

struct pass pass_of(const struct config *c, struct arena *scratch, int T,
                    int start)
{
    return (struct pass){ .c = c, .scratch = scratch, .T = T,
                          .start = start };
}

void assert_faithful(const char *what, const float *a, const float *b,
                     size_t n)
{
    double different = fraction_different(a, b, n);
    cr_assert_leq(different, 0.005, "%s: %.3g %% of the elements differ",
                  what, 100 * different);
    assert_close(what, a, b, n, 1e-2);
}
