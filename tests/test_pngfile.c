/* PNG files: what is written can be read, and is there whole or not. */
#include "view/pngfile.h"

#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct page sample(int width, int height)
{
    struct page c = { 0 };
    struct error err;
    cr_assert(page_size(&c, width, height, &err));
    unsigned seed = 7;
    for (int i = 0; i < 3 * width * height; i++) {
        seed = seed * 1664525u + 1013904223u;
        c.rgb[i] = (unsigned char)(seed >> 24);
    }
    return c;
}

Test(pngfile, round_trip)
{
    char path[128];
    struct error err;
    temp_path(path, "a.png");
    for (int i = 0; i < 3; i++) { /* 1 x 1, 2 x 30, 257 x 59 */
        struct page c = sample(i * i * i * 32 + 1, 29 * i + 1);
        struct page back;
        cr_assert(pngfile_write(&c, path, &err), "%s", err.message);
        cr_assert(pngfile_read(&back, path, &err), "%s", err.message);
        cr_assert_eq(back.width, c.width);
        cr_assert_eq(back.height, c.height);
        size_t bytes = 3 * (size_t)c.width * (size_t)c.height;
        cr_assert_eq(memcmp(back.rgb, c.rgb, bytes), 0);
        page_close(&c);
        page_close(&back);
    }
    unlink(path);
}

Test(pngfile, cannot_be_written)
{
    static const char *const paths[] = { "/nowhere/at/all.png", "/dev/full",
                                         "/tmp" };
    for (int i = 0; i < 3; i++)
        for (int side = 1; side <= 300; side += 299) {
            struct page c = sample(side, side);
            struct error err = { 0 };
            cr_assert_not(pngfile_write(&c, paths[i], &err));
            cr_assert_eq(strncmp(err.message, paths[i], strlen(paths[i])),
                         0, "%s", err.message);
            page_close(&c);
        }
    cr_assert(file_exists("/dev/full")); /* still the device */
}

Test(pngfile, cannot_be_read)
{
    struct page c = sample(40, 40), back;
    struct error err;
    char path[128];
    temp_path(path, "b.png");
    cr_assert_not(pngfile_read(&back, path, &err)); /* not there */
    write_bytes(path, "no picture", 10);
    cr_assert_not(pngfile_read(&back, path, &err));
    cr_assert(pngfile_write(&c, path, &err));
    size_t size;
    char *bytes = read_bytes(path, &size);
    write_bytes(path, bytes, size / 2);
    cr_assert_not(pngfile_read(&back, path, &err));
    cr_assert(strstr(err.message, path), "%s", err.message);
    free(bytes);
    unlink(path);
    page_close(&back);
    page_close(&c);
}
