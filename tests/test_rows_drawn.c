/* How many rows of a text a picture of its attention gets. What is in them
   is in test_pictures.c. */
#include "cli/pictures.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct options asked = {
    .args = { "tiny_models/tiny-flash" }, .n_args = 1, .chunk = 512,
    .layer = -1, .head = -1, .text = "The last words of a text are drawn.",
};

static void open_picture(struct picture *p, const struct options *o)
{
    struct error err = { 0 };
    memset(p, 0, sizeof *p);
    cr_assert(picture_open(p, o, "L*.attn.probs*", &err), "%s",
              err.message);
}

Test(rows_drawn, of_a_long_text_the_last_128)
{
    struct picture p;
    char text[PICTURE_ALL + 2];
    struct options o = asked;
    memset(text, 'a', sizeof text);
    o.text = text;
    text[PICTURE_ALL + 1] = '\0';
    open_picture(&p, &o);
    cr_assert(p.scene.rows == PICTURE_ROWS
              && p.scene.first == PICTURE_ALL + 1 - PICTURE_ROWS);
    picture_close(&p);
    text[PICTURE_ALL] = '\0';
    open_picture(&p, &o);
    cr_assert(p.scene.rows == PICTURE_ALL && p.scene.first == 0);
    picture_close(&p);
    o.last = 1000;
    open_picture(&p, &o);
    cr_assert(p.scene.rows == PICTURE_ALL && p.scene.first == 0);
    picture_close(&p);
}
