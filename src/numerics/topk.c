//> [topk-includes] What choosing needs
#include "numerics/primitives.h"

#include <math.h>
#include <stdbool.h>
//< [topk-includes]

//> [topk-before] A strict order, even among equals and NaN
/* Does index a come before index b in the result? */
static bool before(const float *score, int a, int b)
{
    float x = score[a], y = score[b];
    if (isnan(x) || isnan(y))
        return isnan(x) == isnan(y) ? a < b : isnan(y);
    return x != y ? x > y : a < b;
}
//< [topk-before]

//> [topk-sift-down] A new root sinks until nothing below is worse
/* The heap holds the chosen; its root is the worst of them. */
static void sift_down(int *heap, int size, const float *score)
{
    int i = 0, moved = heap[0];
    for (;;) {
        int child = 2 * i + 1;
        if (child >= size)
            break;
        if (child + 1 < size
            && before(score, heap[child], heap[child + 1]))
            child++; /* the worse of the two */
        if (before(score, heap[child], moved))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = moved;
}
//< [topk-sift-down]

//> [topk-sift-up] A new leaf rises past all that are better
static void sift_up(int *heap, int last, const float *score)
{
    int i = last, moved = heap[last];
    while (i && before(score, heap[(i - 1) / 2], moved)) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = moved;
}
//< [topk-sift-up]

//> [topk] Keep the k best seen so far, then sort them
int topk(int *chosen, const float *score, int n, int k)
{
    int size = 0;
    for (int i = 0; i < n && k > 0; i++) {
        if (size < k) {
            chosen[size] = i;
            sift_up(chosen, size++, score);
        } else if (before(score, i, chosen[0])) {
            chosen[0] = i;
            sift_down(chosen, size, score);
        }
    }
    /* Heap sort: the worst goes to the end, again and again. */
    for (int end = size - 1; end > 0; end--) {
        int worst = chosen[0];
        chosen[0] = chosen[end];
        sift_down(chosen, end, score);
        chosen[end] = worst;
    }
    return size;
}
//< [topk]
