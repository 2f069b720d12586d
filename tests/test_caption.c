/* Captions: what is written says what is drawn, and cuts no letter. */
#include "view/caption.h"

#include <criterion/criterion.h>
#include <string.h>

Test(caption, a_token_is_its_position_and_twelve_letters)
{
    static const char *const labels[] = {
        "the",           "",             "twelveletter", "thirteen_is_1",
        "ééééééééééééé", "日本語日本語日本語日本語", "%s\\n",   "x",
        "y",             "z",            "last",
    };
    static const char *const right[] = {
        " 0 the",           " 1 ",
        " 2 twelveletter",  " 3 thirteen_is_…",
        " 4 éééééééééééé…", " 5 日本語日本語日本語日本語",
        " 6 %s\\n",         " 7 x",
        " 8 y",             " 9 z",
        "10 last",
    };
    struct scene scene = { .tokens = 11, .labels = labels };
    for (int t = 0; t < 11; t++) {
        char text[128];
        caption_token(text, sizeof text, &scene, t);
        cr_assert_str_eq(text, right[t]);
    }
    scene.labels = NULL;
    char text[128];
    caption_token(text, sizeof text, &scene, 3);
    cr_assert_str_eq(text, " 3 ");
}

Test(caption, a_layer_in_a_few_words_and_in_a_sentence)
{
    static const struct {
        enum layer_kind kind;
        int ratio, topk;
        const char *few, *sentence;
    } cases[] = {
        { LAYER_WINDOW, 0, 8, "window only",
          "Each query (row) sees the last 32 tokens and the sink; its row "
          "adds up to 1" },
        { LAYER_CSA, 4, 8, "CSA, m = 4, top 8",
          "Each query (row) sees the last 32 tokens, the 8 best complete "
          "entries of 4 tokens each, and the sink; its row adds up to 1" },
        { LAYER_CSA, 4, 0, "CSA, m = 4",
          "Each query (row) sees the last 32 tokens, all complete entries "
          "of 4 tokens each, and the sink; its row adds up to 1" },
        { LAYER_HCA, 128, 8, "HCA, m = 128",
          "Each query (row) sees the last 32 tokens, all complete entries "
          "of 128 tokens each, and the sink; its row adds up to 1" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene scene = { .window = 32, .topk = cases[i].topk };
        struct scene_layer layer = { .kind = cases[i].kind,
                                     .ratio = cases[i].ratio };
        char text[256];
        caption_kind(text, sizeof text, &scene, &layer);
        cr_assert_str_eq(text, cases[i].few);
        caption_layer(text, sizeof text, &scene, &layer);
        cr_assert_str_eq(text, cases[i].sentence);
    }
}
