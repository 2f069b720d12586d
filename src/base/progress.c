//> [progress-includes] What the progress line needs
#include "base/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { SECOND = 1000000000, REDRAW = SECOND / 10 }; /* nanoseconds */
//< [progress-includes]

//> [progress-begin] Only a terminal is worth drawing on
static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

void progress_begin(struct progress *p, const char *what, int64_t total,
                    const char *unit)
{
    *p = (struct progress){
        .what = what,
        .unit = unit,
        .total = total,
        .start_ns = now_ns(),
        .visible = isatty(STDERR_FILENO),
    };
}
//< [progress-begin]

//> [progress-draw] How much, how fast, how long still
static void draw(const struct progress *p, int64_t done)
{
    double seconds = (double)(p->drawn_ns - p->start_ns) / SECOND;
    double rate = seconds > 0 ? (double)done / seconds : 0;
    fprintf(stderr, "\r%s %jd/%jd %s, %.1f/s", p->what, (intmax_t)done,
            (intmax_t)p->total, p->unit, rate);
    if (rate > 0 && done < p->total)
        fprintf(stderr, ", %.0f s left", (double)(p->total - done) / rate);
    fputs("\033[K", stderr); /* erase what an older line left there */
    fflush(stderr);
}

void progress_update(struct progress *p, int64_t done)
{
    if (!p || !p->visible)
        return;
    int64_t now = now_ns();
    if (now - p->drawn_ns < REDRAW)
        return;
    p->drawn_ns = now;
    draw(p, done);
}
//< [progress-draw]

//> [progress-end] Leave nothing behind
void progress_end(struct progress *p)
{
    if (p && p->visible && p->drawn_ns)
        fputs("\r\033[K", stderr);
}
//< [progress-end]
