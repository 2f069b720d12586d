//> [bpe-includes] What merging needs
#include "text/bpe.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

enum { NONE = INT_MAX, SHORT = 48 };
//< [bpe-includes]

//> [bpe-find] The rank of a pair
static size_t hash(int left, int right)
{
    uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    key *= 0x9e3779b97f4a7c15U; /* 2^64 / golden ratio: spreads all bits */
    return (size_t)(key >> 32);
}

/* The slot of a pair, or the empty one where it would be. */
static size_t slot_of(const struct bpe *b, int left, int right)
{
    size_t at = hash(left, right) & b->mask;
    while (b->slots[at] >= 0) {
        const struct merge *m = &b->merges[b->slots[at]];
        if (m->left == left && m->right == right)
            break;
        at = (at + 1) & b->mask;
    }
    return at;
}

static int rank_of(const struct bpe *b, int left, int right)
{
    int rank = b->slots[slot_of(b, left, right)];
    return rank < 0 ? NONE : rank;
}
//< [bpe-find]

//> [bpe-index] Every merge into the table
int bpe_index(struct bpe *b, struct arena *arena)
{
    size_t size = 2;
    while (size < 4 * (size_t)b->n_merges)
        size *= 2;
    b->mask = size - 1;
    b->slots = arena_alloc(arena, size, sizeof *b->slots);
    memset(b->slots, 0xff, size * sizeof *b->slots);
    for (int rank = 0; rank < b->n_merges; rank++) {
        const struct merge *m = &b->merges[rank];
        size_t at = slot_of(b, m->left, m->right);
        if (b->slots[at] >= 0)
            return rank;
        b->slots[at] = rank;
    }
    return -1;
}
//< [bpe-index]

//> [bpe-simply] The definition: the lowest rank, again and again
size_t bpe_merge_simply(int *ids, size_t n, const struct bpe *b)
{
    for (;;) {
        int lowest = NONE;
        size_t best = 0;
        for (size_t i = 0; i + 1 < n; i++) {
            int rank = rank_of(b, ids[i], ids[i + 1]);
            if (rank < lowest) {
                lowest = rank;
                best = i;
            }
        }
        if (lowest == NONE)
            return n;
        ids[best] = b->merges[lowest].made;
        memmove(ids + best + 1, ids + best + 2,
                (n - best - 2) * sizeof *ids);
        n--;
    }
}
//< [bpe-simply]

//> [bpe-heap] A heap: the smallest number is always on top
/* Rank and place in one number: the lowest rank, then the leftmost. */
struct heap {
    uint64_t *pairs;
    size_t n;
};

static void push(struct heap *h, uint64_t pair)
{
    size_t at = h->n++;
    while (at > 0 && pair < h->pairs[(at - 1) / 2]) {
        h->pairs[at] = h->pairs[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->pairs[at] = pair;
}
//< [bpe-heap]

//> [bpe-heap-pop] Take the top, fill the gap from below
static uint64_t pop(struct heap *h)
{
    uint64_t top = h->pairs[0], last = h->pairs[--h->n];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < h->n) {
        if (child + 1 < h->n && h->pairs[child + 1] < h->pairs[child])
            child++;
        if (last <= h->pairs[child])
            break;
        h->pairs[at] = h->pairs[child];
        at = child;
    }
    h->pairs[at] = last;
    return top;
}
//< [bpe-heap-pop]

//> [bpe-chain] Tokens in a chain, so that one can be taken out
struct chain {
    int *ids;       /* (n) -1 where a token was taken out */
    int *next;      /* (n) n at the end */
    int *before;    /* (n) -1 at the beginning */
    int n;
    struct heap heap;
};

/* Remember the pair that begins at a place, if it can be merged. */
static void offer(struct chain *c, const struct bpe *b, int at)
{
    if (at < 0 || c->next[at] == c->n)
        return;
    int rank = rank_of(b, c->ids[at], c->ids[c->next[at]]);
    if (rank != NONE)
        push(&c->heap, (uint64_t)rank << 32 | (uint64_t)at);
}
//< [bpe-chain]

//> [bpe-join] Merging makes two new pairs
/* Merge the pair that begins at a place; two new pairs appear. */
static void join(struct chain *c, const struct bpe *b, int at, int rank)
{
    int gone = c->next[at], after = c->next[gone];
    c->ids[at] = b->merges[rank].made;
    c->ids[gone] = -1;
    c->next[at] = after;
    if (after < c->n)
        c->before[after] = at;
    offer(c, b, c->before[at]);
    offer(c, b, at);
}
//< [bpe-join]

//> [bpe-chain-merge] Pop a pair, see that it is still there, merge
static bool still_there(const struct chain *c, const struct bpe *b, int at,
                        int rank)
{
    const struct merge *m = &b->merges[rank];
    return c->ids[at] == m->left && c->next[at] < c->n
        && c->ids[c->next[at]] == m->right;
}
//< [bpe-chain-merge]

//> [bpe-chain-all] Until no pair is left
static size_t merge_chain(struct chain *c, const struct bpe *b)
{
    for (int i = 0; i < c->n; i++) {
        c->next[i] = i + 1;
        c->before[i] = i - 1;
    }
    for (int i = 0; i < c->n; i++)
        offer(c, b, i);
    while (c->heap.n) {
        uint64_t pair = pop(&c->heap);
        int at = (int)(uint32_t)pair, rank = (int)(pair >> 32);
        if (still_there(c, b, at, rank))
            join(c, b, at, rank);
    }
    size_t n = 0;
    for (int i = 0; i < c->n; i++)
        if (c->ids[i] >= 0)
            c->ids[n++] = c->ids[i];
    return n;
}
//< [bpe-chain-all]

//> [bpe-merge] Short pieces as defined, long ones with the heap
size_t bpe_merge(int *ids, size_t n, const struct bpe *b,
                 struct arena *scratch)
{
    if (n <= SHORT)
        return bpe_merge_simply(ids, n, b);
    struct arena_mark mark = arena_mark(scratch);
    struct chain c = { .ids = ids, .n = (int)n };
    c.next = arena_alloc(scratch, n, sizeof *c.next);
    c.before = arena_alloc(scratch, n, sizeof *c.before);
    /* n - 1 pairs, and each of n - 1 merges takes one and adds two */
    c.heap.pairs = arena_alloc(scratch, 2 * n, sizeof *c.heap.pairs);
    n = merge_chain(&c, b);
    arena_release(scratch, mark);
    return n;
}
//< [bpe-merge]
