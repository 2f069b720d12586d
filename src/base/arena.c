//> [arena-includes] What the arena needs
#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, SMALLEST_BLOCK = 1 << 20 };
//< [arena-includes]

//> [arena-spare] Blocks that were given back
/* A block that was given back and has room, or NULL. */
static struct arena_block *take_spare(struct arena *a, size_t bytes)
{
    struct arena_block **at = &a->spare, *b;
    while (*at && (*at)->size < bytes)
        at = &(*at)->older;
    b = *at;
    if (b)
        *at = b->older;
    return b;
}
//< [arena-spare]

//> [arena-block] A new block, at least as large as all before it
static size_t round_up(size_t bytes)
{
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

/* calloc() gives pages that become real, and zero, when they are used. */
static void add_block(struct arena *a, size_t bytes)
{
    size_t size = bytes > SMALLEST_BLOCK ? bytes : SMALLEST_BLOCK;
    size_t before = a->newest ? a->newest->size : a->peak;
    if (size < before)
        size = before;
    struct arena_block *b = take_spare(a, bytes);
    if (!b && size <= SIZE_MAX - sizeof *b - ALIGN) {
        b = calloc(1, sizeof *b + ALIGN + size);
        if (b)
            b->size = size;
    }
    if (!b)
        out_of_memory(size);
    b->older = a->newest;
    b->used = 0;
    a->newest = b;
}
//< [arena-block]

//> [arena-alloc] Take the next aligned bytes of the newest block
static char *block_data(struct arena_block *b)
{
    return (char *)(uintptr_t)round_up((uintptr_t)(b + 1));
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - ALIGN) / size)
        out_of_memory(SIZE_MAX);
    size_t bytes = round_up(count * size);
    if (!a->newest || a->newest->size - a->newest->used < bytes)
        add_block(a, bytes);
    //> [arena-clear] Clear what was used before; the rest is clear
    struct arena_block *b = a->newest;
    char *p = block_data(b) + b->used;
    size_t old = b->touched > b->used ? b->touched - b->used : 0;
    if (a->poison)
        memset(p, 0xff, bytes);
    else
        memset(p, 0, old < bytes ? old : bytes);
    //< [arena-clear]
    b->used += bytes;
    if (b->used > b->touched)
        b->touched = b->used;
    a->bytes += bytes;
    if (a->bytes > a->peak)
        a->peak = a->bytes;
    return p;
}
//< [arena-alloc]

//> [arena-kinds] What is most often asked for
float *arena_floats(struct arena *a, size_t count)
{
    return arena_alloc(a, count, sizeof(float));
}

char *arena_text(struct arena *a, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_alloc(a, size, 1), text, size);
}
//< [arena-kinds]

//> [arena-mark] Remember the fill
struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){
        .newest = a->newest,
        .used = a->newest ? a->newest->used : 0,
        .bytes = a->bytes,
    };
}
//< [arena-mark]

//> [arena-release] Go back to a mark
/* A block that goes is kept for the next time: what a layer gives back the
   next layer takes again, pages and all. */
static void drop_newest(struct arena *a)
{
    struct arena_block *b = a->newest;
    a->newest = b->older;
    b->older = a->spare;
    a->spare = b;
}

static void drop_spares(struct arena *a)
{
    while (a->spare) {
        struct arena_block *b = a->spare;
        a->spare = b->older;
        free(b);
    }
}
//< [arena-release]

//> [arena-release-mark] All blocks since, and what the oldest has given out
/* Blocks that came after the mark go. If nothing is left in use, all go:
   the next one is as large as all of them were, and one will do. */
void arena_release(struct arena *a, struct arena_mark mark)
{
    bool several = false;
    while (a->newest && a->newest != mark.newest && a->newest->older) {
        drop_newest(a);
        several = true;
    }
    a->bytes = mark.bytes;
    if (several && mark.bytes == 0) {
        drop_newest(a);
        drop_spares(a);
    }
    if (!a->newest)
        return;
    size_t keep = a->newest == mark.newest ? mark.used : 0;
    if (a->poison)
        memset(block_data(a->newest) + keep, 0xff, a->newest->used - keep);
    a->newest->used = keep;
}
//< [arena-release-mark]

//> [arena-free] Nothing stays
void arena_free(struct arena *a)
{
    while (a->newest)
        drop_newest(a);
    drop_spares(a);
    *a = (struct arena){ .poison = a->poison };
}
//< [arena-free]
