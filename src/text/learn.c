//> [learn-includes] What learning needs
#include "text/learn.h"

#include <stdint.h>
#include <string.h>
//< [learn-includes]

//> [learn-lesson] What is known while learning
/* A different piece: its tokens, and how often it occurs. */
struct word {
    const char *text;
    size_t size;
    int *ids; /* (n) */
    size_t n;
    int64_t times;
};

struct pair {
    int left, right;
    int64_t times; /* 0 in an empty slot, too */
};

struct lesson {
    struct arena arena;
    struct word *words; /* hash table; text is NULL in an empty slot */
    size_t n_words, word_room;
    struct pair *pairs; /* hash table; left is -1 in an empty slot */
    size_t n_pairs, pair_room;
};
//< [learn-lesson]

//> [learn-words] Every different piece once
static struct word *word_slot(struct word *words, size_t room,
                              const char *text, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3U;
    size_t at = (size_t)(hash ^ hash >> 32) & (room - 1);
    while (words[at].text && (words[at].size != size
                              || memcmp(words[at].text, text, size) != 0))
        at = (at + 1) & (room - 1);
    return &words[at];
}
//< [learn-words]

//> [learn-grow-words] The table of words grows
/* Twice the room, when half of it is taken. */
static void grow_words(struct lesson *l)
{
    size_t room = l->word_room ? 2 * l->word_room : 1024;
    struct word *words = arena_alloc(&l->arena, room, sizeof *words);
    for (size_t i = 0; i < l->word_room; i++)
        if (l->words[i].text)
            *word_slot(words, room, l->words[i].text, l->words[i].size) =
                l->words[i];
    l->words = words;
    l->word_room = room;
}
//< [learn-grow-words]

//> [learn-add-word] A piece more
static void add_word(struct lesson *l, const struct tokenizer *t,
                     const char *text, size_t size)
{
    if (2 * l->n_words >= l->word_room)
        grow_words(l);
    struct word *w = word_slot(l->words, l->word_room, text, size);
    if (w->times++)
        return;
    *w = (struct word){ text, size, NULL, size, 1 };
    w->ids = arena_alloc(&l->arena, size, sizeof *w->ids);
    for (size_t i = 0; i < size; i++)
        w->ids[i] = t->bpe.byte_id[(unsigned char)text[i]];
    l->n_words++;
}
//< [learn-add-word]

//> [learn-read] The pieces of a text, without its added tokens
static bool read_words(struct lesson *l, const struct tokenizer *t,
                       const char *text, size_t size, struct error *err)
{
    for (size_t at = 0; at < size;) {
        const struct added_token *found;
        size_t plain = added_find(&found, &t->added, text + at, size - at);
        char *begins = arena_alloc(&l->arena, plain + 1, 1);
        if (!splitter_cut(begins, &t->splitter, text + at, plain, err))
            return false;
        for (size_t from = 0, end; from < plain; from = end) {
            end = piece_end(begins, from, plain);
            add_word(l, t, text + at + from, end - from);
        }
        at += plain + (found ? found->size : 0);
    }
    return true;
}
//< [learn-read]

//> [learn-pairs] How often each pair occurs
static struct pair *pair_slot(struct pair *pairs, size_t room, int left,
                              int right)
{
    uint64_t key = (uint64_t)(uint32_t)left << 32 | (uint32_t)right;
    key *= 0x9e3779b97f4a7c15U; /* 2^64 / golden ratio */
    size_t at = (size_t)(key >> 32) & (room - 1);
    while (pairs[at].left >= 0
           && (pairs[at].left != left || pairs[at].right != right))
        at = (at + 1) & (room - 1);
    return &pairs[at];
}
//< [learn-pairs]

//> [learn-grow-pairs] The table of pairs grows
static void grow_pairs(struct lesson *l)
{
    size_t room = l->pair_room ? 2 * l->pair_room : 1024;
    struct pair *pairs = arena_alloc(&l->arena, room, sizeof *pairs);
    for (size_t i = 0; i < room; i++)
        pairs[i].left = -1;
    for (size_t i = 0; i < l->pair_room; i++)
        if (l->pairs[i].left >= 0)
            *pair_slot(pairs, room, l->pairs[i].left, l->pairs[i].right) =
                l->pairs[i];
    l->pairs = pairs;
    l->pair_room = room;
}
//< [learn-grow-pairs]

//> [learn-count] Count the pairs of a word
/* Count all pairs of a word, `sign` +1 or -1. */
static void count(struct lesson *l, const struct word *w, int sign)
{
    for (size_t i = 0; i + 1 < w->n; i++) {
        if (2 * l->n_pairs >= l->pair_room)
            grow_pairs(l);
        struct pair *p = pair_slot(l->pairs, l->pair_room, w->ids[i],
                                   w->ids[i + 1]);
        l->n_pairs += p->left < 0;
        p->left = w->ids[i];
        p->right = w->ids[i + 1];
        p->times += sign * w->times;
    }
}
//< [learn-count]

//> [learn-commonest] The commonest pair; of equals the smaller ids
static const struct pair *commonest(const struct lesson *l)
{
    const struct pair *best = NULL;
    for (size_t i = 0; i < l->pair_room; i++) {
        const struct pair *p = &l->pairs[i];
        if (p->times < 2 || (best && p->times < best->times))
            continue;
        if (!best || p->times > best->times || p->left < best->left
            || (p->left == best->left && p->right < best->right))
            best = p;
    }
    return best;
}
//< [learn-commonest]

//> [learn-apply] Merge a pair in one word
static bool has_pair(const struct word *w, const struct merge *m)
{
    for (size_t i = 0; i + 1 < w->n; i++)
        if (w->ids[i] == m->left && w->ids[i + 1] == m->right)
            return true;
    return false;
}
//< [learn-apply]

//> [learn-apply-word] Take its pairs out, merge, count again
static void apply(struct lesson *l, struct word *w, const struct merge *m)
{
    size_t n = 0;
    count(l, w, -1);
    for (size_t i = 0; i < w->n; i++) {
        bool here = i + 1 < w->n && w->ids[i] == m->left
                    && w->ids[i + 1] == m->right;
        w->ids[n++] = here ? m->made : w->ids[i];
        i += here;
    }
    w->n = n;
    count(l, w, 1);
}
//< [learn-apply-word]

//> [learn-both] The text of a new token
static struct token_bytes both(struct arena *arena,
                               const struct token_bytes *a,
                               const struct token_bytes *b)
{
    char *text = arena_alloc(arena, a->size + b->size, 1);
    memcpy(text, a->text, a->size);
    memcpy(text + a->size, b->text, b->size);
    return (struct token_bytes){ text, a->size + b->size };
}
//< [learn-both]

//> [learn-again] Count, merge, count
static void learn(struct lesson *l, struct tokenizer *t,
                  struct merge *merges, int most)
{
    const struct pair *best;
    for (size_t i = 0; i < l->word_room; i++)
        count(l, &l->words[i], 1);
    while (t->bpe.n_merges < most && (best = commonest(l))) {
        struct merge *m = &merges[t->bpe.n_merges++];
        *m = (struct merge){ best->left, best->right, t->n };
        t->texts[t->n++] = both(&t->arena, &t->texts[m->left],
                                &t->texts[m->right]);
        for (size_t i = 0; i < l->word_room; i++)
            if (has_pair(&l->words[i], m))
                apply(l, &l->words[i], m);
    }
}
//< [learn-again]

//> [learn] Words, then merges, then the tokens added last
bool tokenizer_learn(struct tokenizer *t, const char *text, size_t size,
                     int V, struct error *err)
{
    struct lesson l = { 0 };
    int most = V - LEAST_TOKENS;
    if (!tokenizer_blank(t, err))
        return false;
    struct token_bytes *texts = arena_alloc(&t->arena, (size_t)V,
                                            sizeof *texts);
    struct merge *merges = arena_alloc(&t->arena, (size_t)most + 1,
                                       sizeof *merges);
    memcpy(texts, t->texts, BLANK_TOKENS * sizeof *texts);
    t->texts = texts;
    t->bpe.merges = merges;
    bool ok = read_words(&l, t, text, size, err);
    if (ok) {
        learn(&l, t, merges, most);
        blank_finish(t);
        bpe_index(&t->bpe, &t->arena);
    }
    arena_free(&l.arena);
    return ok;
}
//< [learn]
