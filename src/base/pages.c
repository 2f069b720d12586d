//> [pages-includes] What large pages need
#include "base/pages.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
//< [pages-includes]

//> [pages] Ask for addresses, then for large pages behind them
bool pages_take(struct pages *p, size_t size, struct error *err)
{
    *p = (struct pages){ 0 };
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED)
        return fail(err, "no memory: %.1f GB cannot be had: %s",
                    1e-9 * (double)size, strerror(errno));
#ifdef MADV_HUGEPAGE
    madvise(data, size, MADV_HUGEPAGE);
#endif
    *p = (struct pages){ .data = data, .size = size };
    return true;
}

void pages_free(struct pages *p)
{
    if (p->data)
        munmap(p->data, p->size);
    *p = (struct pages){ 0 };
}
//< [pages]
