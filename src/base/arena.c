//> [arena-includes] What the arena needs
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64, SMALLEST_BLOCK = 1 << 20 };
//< [arena-includes]

//> [arena-block] A new block, at least as large as all before it
static size_t round_up(size_t bytes)
{
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static void out_of_memory(size_t bytes)
{
    fprintf(stderr, "v4: out of memory: %zu more bytes were needed\n",
            bytes);
    exit(1);
}

static void add_block(struct arena *a, size_t bytes)
{
    size_t size = bytes > SMALLEST_BLOCK ? bytes : SMALLEST_BLOCK;
    if (a->newest && size < a->newest->size)
        size = a->newest->size;
    size_t header = round_up(sizeof(struct arena_block));
    struct arena_block *b = NULL;
    if (size <= SIZE_MAX - header - ALIGN)
        b = aligned_alloc(ALIGN, round_up(header + size));
    if (!b)
        out_of_memory(size);
    *b = (struct arena_block){ .older = a->newest, .size = size };
    a->newest = b;
}
//< [arena-block]

//> [arena-alloc] Take the next aligned bytes of the newest block
static char *block_data(struct arena_block *b)
{
    return (char *)b + round_up(sizeof *b);
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
    if (size && count > (SIZE_MAX - ALIGN) / size)
        out_of_memory(SIZE_MAX);
    size_t bytes = round_up(count * size);
    if (!a->newest || a->newest->size - a->newest->used < bytes)
        add_block(a, bytes);
    char *p = block_data(a->newest) + a->newest->used;
    a->newest->used += bytes;
    a->bytes += bytes;
    if (a->bytes > a->peak)
        a->peak = a->bytes;
    return memset(p, a->poison ? 0xff : 0, bytes);
}

float *arena_floats(struct arena *a, size_t count)
{
    return arena_alloc(a, count, sizeof(float));
}
//< [arena-alloc]

//> [arena-mark] Go back to a mark
struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){
        .newest = a->newest,
        .used = a->newest ? a->newest->used : 0,
        .bytes = a->bytes,
    };
}

void arena_release(struct arena *a, struct arena_mark mark)
{
    while (a->newest != mark.newest && a->newest->older) {
        struct arena_block *b = a->newest;
        a->newest = b->older;
        free(b);
    }
    if (!a->newest)
        return;
    size_t keep = a->newest == mark.newest ? mark.used : 0;
    if (a->poison)
        memset(block_data(a->newest) + keep, 0xff, a->newest->used - keep);
    a->newest->used = keep;
    a->bytes = mark.bytes;
}
//< [arena-mark]

//> [arena-free] Nothing stays
void arena_free(struct arena *a)
{
    while (a->newest) {
        struct arena_block *b = a->newest;
        a->newest = b->older;
        free(b);
    }
    *a = (struct arena){ .poison = a->poison };
}
//< [arena-free]
