//> [pngfile-includes] What PNG files need
#include "view/pngfile.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
//< [pngfile-includes]

//> [pngfile-encode] Pixels into an open file
static bool encode(const struct canvas *c, FILE *file, const char *path,
                   struct error *err)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)c->width,
        .height = (png_uint_32)c->height,
        .format = PNG_FORMAT_RGB,
    };
    errno = 0;
    if (!png_image_write_to_stdio(&image, file, 0, c->rgb, 0, NULL))
        return fail(err, "%s: cannot write the picture: %s", path,
                    errno ? strerror(errno) : image.message);
    if (fflush(file) != 0)
        return fail(err, "%s: cannot write the picture: %s", path,
                    strerror(errno));
    return true;
}
//< [pngfile-encode]

//> [pngfile-open] A new file beside the old one, or the device itself
static bool is_device(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && !S_ISREG(s.st_mode);
}

static FILE *open_beside(char *temporary)
{
    int fd = mkstemp(temporary);
    if (fd < 0)
        return NULL;
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    return fdopen(fd, "wb");
}
//< [pngfile-open]

//> [pngfile-write] All of the picture, or nothing
bool pngfile_write(const struct canvas *c, const char *path,
                   struct error *err)
{
    char temporary[4096];
    bool direct = is_device(path);
    int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (length >= (int)sizeof temporary)
        return fail(err, "%.60s…: the file name is too long", path);
    FILE *file = direct ? fopen(path, "wb") : open_beside(temporary);
    if (!file)
        return fail(err, "%s: cannot create the file: %s", path,
                    strerror(errno));
    bool ok = encode(c, file, path, err);
    if (fclose(file) != 0 && ok)
        ok = fail(err, "%s: cannot write the picture: %s", path,
                  strerror(errno));
    if (ok && !direct && rename(temporary, path) != 0)
        ok = fail(err, "%s: cannot create the file: %s", path,
                  strerror(errno));
    if (!ok && !direct)
        unlink(temporary);
    return ok;
}
//< [pngfile-write]

//> [pngfile-read] Any PNG file as red, green and blue
bool pngfile_read(struct canvas *c, struct arena *arena, const char *path,
                  struct error *err)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    if (!png_image_begin_read_from_file(&image, path))
        return fail(err, "%s: cannot read the picture: %s", path,
                    image.message);
    image.format = PNG_FORMAT_RGB;
    bool ok = image.width <= CANVAS_MAX_SIDE &&
              image.height <= CANVAS_MAX_SIDE;
    if (!ok)
        fail(err, "%s: a picture of %u x %u pixels is too large", path,
             image.width, image.height);
    ok = ok && canvas_make(c, arena, (int)image.width, (int)image.height,
                           err);
    if (ok && !png_image_finish_read(&image, NULL, c->rgb, 0, NULL))
        ok = fail(err, "%s: cannot read the picture: %s", path,
                  image.message);
    png_image_free(&image);
    return ok;
}
//< [pngfile-read]
