/* What the mathematical functions of this C library make of many arguments,
   as one number for each: make check-libc compares two libraries by it. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENTS = 200000 };

static float powf_(float x)
{
    return powf(x + 20, 0.3f);
}
static float exp_(float x)
{
    return (float)exp((double)x);
}
static float log_(float x)
{
    return (float)log(fabs((double)x));
}
static float sin_(float x)
{
    return (float)sin(100 * (double)x);
}
static float cos_(float x)
{
    return (float)cos(100 * (double)x);
}
static float log1p_(float x)
{
    return (float)log1p(exp((double)x));
}
static float sinf_(float x)
{
    return sinf(100 * x);
}
static float cosf_(float x)
{
    return cosf(100 * x);
}
static float log1pf_(float x)
{
    return log1pf(expf(x));
}
static float logf_(float x)
{
    return logf(fabsf(x));
}
static float pow_(float x)
{
    return (float)pow(x + 20.0, 0.3);
}
static float sqrtf_(float x)
{
    return sqrtf(fabsf(x));
}

static const struct {
    const char *name;
    float (*of)(float x);
} functions[] = {
    { "sqrtf", sqrtf_ },
    { "expf", expf },
    { "logf", logf_ },
    { "powf", powf_ },
    { "cosf", cosf_ },
    { "sinf", sinf_ },
    { "tanhf", tanhf },
    { "log1pf", log1pf_ },
    { "exp, rounded", exp_ },
    { "log, rounded", log_ },
    { "pow, rounded", pow_ },
    { "cos, rounded", cos_ },
    { "sin, rounded", sin_ },
    { "log1p, rounded", log1p_ },
};

int main(void)
{
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        uint64_t hash = 14695981039346656037u; /* FNV-1a */
        for (int i = 0; i < ARGUMENTS; i++) {
            float x = ((float)i + 0.5f) * (40.0f / ARGUMENTS) - 20;
            float y = functions[f].of(x);
            uint32_t bits;
            memcpy(&bits, &y, sizeof bits);
            hash = (hash ^ bits) * 1099511628211u;
        }
        printf("%s\t%016llx\n", functions[f].name, (unsigned long long)hash);
    }
}
