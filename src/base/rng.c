//> [rng-includes] What the generator needs
#include "base/rng.h"

#include <math.h>
//< [rng-includes]

//> [rng-seed] Spread one seed over the whole state
static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);   /* 2^64 / golden ratio */
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void rng_seed(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = splitmix(&seed);
}
//< [rng-seed]

//> [rng-next] One step of xoshiro256**
static uint64_t rotate(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}
//< [rng-next]

//> [rng-shapes] Uniform, normal, and whole numbers
float rng_uniform(struct rng *r)
{
    return (float)(rng_next(r) >> 40) * 0x1p-24f;
}

float rng_normal(struct rng *r)
{
    double u = 1.0 - (double)(rng_next(r) >> 11) * 0x1p-53; /* not zero */
    double v = (double)(rng_next(r) >> 11) * 0x1p-53;
    return (float)(sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v));
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    uint64_t reject = -n % n; /* 2^64 mod n: the uneven rest */
    uint64_t x;
    do
        x = rng_next(r);
    while (x < reject);
    return x % n;
}
//< [rng-shapes]
