//> [ceilings-includes] What measuring ceilings needs
#include "numerics/ceilings.h"

#include "base/threads.h"

#include <string.h>
//< [ceilings-includes]

//> [ceilings-read-lines] Sixty-four bytes at a time
static bool anywhere(void)
{
    return true;
}

/* The sums are independent, so that no line waits for another. */
uint64_t read_lines(const unsigned char *data, size_t size, size_t ahead)
{
    uint64_t sum[8] = { 0 }, line[8];
    for (size_t i = 0; i + sizeof line <= size; i += sizeof line) {
        if (ahead)
            __builtin_prefetch(data + i + ahead, 0, 2);
        memcpy(line, data + i, sizeof line);
        for (int k = 0; k < 8; k++)
            sum[k] += line[k];
    }
    uint64_t all = 0;
    for (int k = 0; k < 8; k++)
        all += sum[k];
    return all;
}
//< [ceilings-read-lines]

//> [ceilings-read] Every thread its share, plain and asked for ahead
enum { SHARE = 1 << 21, AHEAD = 4096 };

/* So that no compiler thinks it is not needed. */
static void see(uint64_t sum)
{
    volatile uint64_t seen = sum;
    (void)seen;
}

static uint64_t read_share(const unsigned char *data, size_t size,
                           size_t ahead)
{
    return peak_avx512.here() ? read_lines_avx512(data, size, ahead)
                              : read_lines(data, size, ahead);
}

static double read_once(const unsigned char *data, size_t size, size_t ahead)
{
    double begin = clock_work();
    #pragma omp parallel for
    for (size_t i = 0; i < size; i += SHARE)
        see(read_share(data + i, size - i < SHARE ? size - i : SHARE, ahead));
    return (double)size / (clock_work() - begin);
}
//< [ceilings-read]

//> [ceilings-read-best] The better of two ways
double ceiling_read(const unsigned char *data, size_t size)
{
    double plain = read_once(data, size, 0);
    double ahead = read_once(data, size, AHEAD);
    return plain > ahead ? plain : ahead;
}
//< [ceilings-read-best]

//> [ceilings-f32] Multiply and add in plain C
enum { LANES = 32 };

static float rounds(int64_t n)
{
    float sum[LANES];
    volatile float one = 1;
    float a = one, b = one, all = 0;
    for (int k = 0; k < LANES; k++)
        sum[k] = (float)k; /* equal ones would be computed once */
    for (int64_t i = 0; i < n; i++)
        for (int k = 0; k < LANES; k++)
            sum[k] = sum[k] * a + b;
    for (int k = 0; k < LANES; k++)
        all += sum[k];
    return all;
}

const struct peak peak_f32 = {
    "f32_c", "f32, plain C", 2.0 * LANES, anywhere, rounds,
};
//< [ceilings-f32]

//> [ceilings-peak-run] All threads, longer until it is long enough
static double run(const struct peak *p, int64_t n)
{
    double begin = clock_work();
    #pragma omp parallel
    see((uint64_t)p->rounds(n));
    return clock_work() - begin;
}

double ceiling_peak(const struct peak *p, double seconds)
{
    int64_t n = 1 << 12;
    double took = run(p, n);
    while (took < seconds) {
        n *= 4;
        took = run(p, n);
    }
    return (double)n * p->operations * threads_most() / took;
}
//< [ceilings-peak-run]
