//> [pngfile-includes] What PNG files need
#include "view/pngfile.h"

#include "base/output.h"

#include <png.h>
//< [pngfile-includes]

//> [pngfile-write] All of the picture, or nothing
bool pngfile_write(const struct page *page, const char *path, struct error *err)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)page->width,
        .height = (png_uint_32)page->height,
        .format = PNG_FORMAT_RGB,
    };
    struct output out;
    if (!output_open(&out, path, err))
        return false;
    bool ok = png_image_write_to_stdio(&image, out.file, 0, page->rgb, 0, NULL);
    if (ok || ferror(out.file)) // a full disk is output_close()'s to tell
        return output_close(&out, err);
    output_abandon(&out);
    return fail(err, "%s: cannot write the picture: %s", path, image.message);
}
//< [pngfile-write]

//> [pngfile-read] Any PNG file as red, green and blue
bool pngfile_read(struct page *page, const char *path, struct error *err)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    *page = (struct page){ 0 };
    if (!png_image_begin_read_from_file(&image, path))
        return fail(err, "%s: cannot read the picture: %s", path,
                    image.message);
    image.format = PNG_FORMAT_RGB;
    bool ok = image.width <= PAGE_MAX_SIDE
              && image.height <= PAGE_MAX_SIDE;
    if (!ok)
        fail(err, "%s: a picture of %u x %u pixels is too large", path,
             image.width, image.height);
    ok = ok && page_size(page, (int)image.width, (int)image.height, err);
    if (ok && !png_image_finish_read(&image, NULL, page->rgb, 0, NULL))
        ok = fail(err, "%s: cannot read the picture: %s", path,
                  image.message);
    png_image_free(&image);
    return ok;
}
//< [pngfile-read]
