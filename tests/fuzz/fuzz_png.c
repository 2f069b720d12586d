/* Any bytes as a PNG file: refused with a message, or a page of which every
 * pixel can be read.
 * Reader: view/pngfile.c */
#include "memory_file.h"
#include "view/pngfile.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memory_file(path, data, size);
    struct page page;
    struct error err = { 0 };
    if (pngfile_read(&page, path, &err)) {
        volatile unsigned sink = 0;
        for (int y = 0; y < page.height; y++)
            for (int x = 0; x < page.width; x++)
                sink += page_pixel(&page, x, y);
        (void)sink;
    } else if (strncmp(err.message, path, strlen(path)) != 0)
        abort();
    page_close(&page);
    close(fd);
    return 0;
}
