/* The bench of `v4 unit`: what it accepts, what it refuses, and the names it
   writes. That the units compute the right thing is in test_cli.c. */
#include "base/array.h"

#include "support/program.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Run a unit on tensors as for pack; it must say `says`, or, without, do
   well and write exactly these `names` (each with a blank behind it). */
static void check(const char *unit, const char *tensors, const char *says,
                  const char *names)
{
    const char *folder = make_folder();
    char path[160], found[512] = "";
    v4_well("pack %s -o %s/in", tensors, folder);
    const struct run *r = v4("unit %s %s/in --prefix p.q -o %s/out", unit,
                             folder, folder);
    snprintf(path, sizeof path, "%s/out", folder);
    if (says) {
        cr_assert(r->status == 1 && strstr(r->err, says), "%s: %s", unit,
                  r->err);
        cr_assert(strstr(r->err, "/in: p.q: "), "%s", r->err);
        cr_assert_not(file_exists(path));
    } else {
        struct array_file f;
        struct error err;
        cr_assert(r->status == 0, "%s", r->err);
        cr_assert(array_file_open(&f, path, &err), "%s", err.message);
        for (int i = 0; i < f.count; i++) {
            strcat(found, f.arrays[i].name);
            strcat(found, " ");
        }
        cr_assert_str_eq(found, names);
        array_file_close(&f);
    }
    remove_folder(folder);
}

Test(unit, a_letter_is_one_size)
{
    check("rmsnorm", "p.q.x@1x2=1,2 p.q.w=1,1", NULL, "p.q.out ");
    check("rmsnorm", "p.q.x@1x2=1,2 p.q.w=1,1,1",
          "p.q.w: axis 0 is 3, expected 2", NULL);
    check("rmsnorm", "p.q.x=1,2 p.q.w=1,1", "p.q.x: found 1 axes, expected 2",
          NULL);
    check("rmsnorm", "p.q.x@0x2= p.q.w=1,1", "p.q.x: axis 0 is 0, expected 1",
          NULL);
    check("attn", "p.q.q@1x1x2=1,2 p.q.kv@1x2=1,2 p.q.sink=0,0 "
          "p.q.idx@1x1=0", "p.q.sink: axis 0 is 2, expected 1", NULL);
    check("rope", "p.q.x@1x1x2=1,2 p.q.positions=0 p.q.params=2,0,10,1,1",
          "p.q.params: axis 0 is 5, expected 6", NULL);
    check("rope", "p.q.x@1x1x2=1,2 p.q.positions=0 p.q.params=2,0,10,1,1,1",
          NULL, "p.q.freqs p.q.fwd p.q.inv ");
}

Test(unit, inputs_are_shared_by_shorter_prefixes)
{
    check("rmsnorm", "p.x@1x2=1,2 p.q.w=1,1", NULL, "p.q.out ");
    check("rmsnorm", "p.x@1x2=1,2 w=1,1", "found no tensor p.q.w", NULL);
    /* what stands nearer wins */
    const char *folder = make_folder();
    v4_well("pack a.x@1x2=1,1 a.b.x@1x2=3,3 a.w=1,1 a.b.w=2,5 -o %s/in",
            folder);
    v4_well("unit rmsnorm %s/in --prefix a.b -o %s/out", folder, folder);
    const struct run *r = v4_well("show %s/out:a.b.out", folder);
    float y[2];
    cr_assert(sscanf(r->out, "%f %f", y, y + 1) == 2, "%s", r->out);
    cr_assert(y[0] > 1.999f && y[0] < 2.001f && y[1] > 4.999f, "%s", r->out);
    remove_folder(folder);
}

Test(unit, what_may_be_missing_has_its_usual_value)
{
    const char *folder = make_folder();
    v4_well("pack r.x@1x1=0.001 r.w=1 s.x@1x1=0.001 s.w=1 s.eps=1 -o %s/in",
            folder);
    float y;
    v4_well("unit rmsnorm %s/in --prefix r -o %s/out", folder, folder);
    const struct run *r = v4_well("show %s/out:r.out", folder);
    cr_assert(sscanf(r->out, "%f", &y) == 1 && y > 0.707f && y < 0.708f,
              "%s", r->out); /* x^2 = eps */
    v4_well("unit rmsnorm %s/in --prefix s -o %s/out", folder, folder);
    r = v4_well("show %s/out:s.out", folder);
    cr_assert(sscanf(r->out, "%f", &y) == 1 && y < 0.0011f, "%s", r->out);
    remove_folder(folder);
}

Test(unit, whole_numbers_and_indices_are_checked)
{
    static const char attn[] = "p.q.q@1x1x2=1,2 p.q.kv@2x2=1,2,3,4 "
                               "p.q.sink=0 p.q.idx@1x1=";
    static const struct {
        const char *idx, *says;
    } cases[] = {
        { "1", NULL },        { "-1", NULL },
        { "2", "idx: found 2, expected -1 … 1" },
        { "-2", "idx: found -2" },
        { "0.5", "idx: found 0.5, expected a whole number" },
        { "nan", "idx: found nan, expected a whole number" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char tensors[160];
        snprintf(tensors, sizeof tensors, "%s%s", attn, cases[i].idx);
        check("attn", tensors, cases[i].says, "p.q.out p.q.probs ");
    }
    check("act_quant", "p.q.in@1x3=1,2,3 p.q.block=2",
          "in: 3 columns, expected a multiple of 2", NULL);
    check("hadamard", "p.q.in@1x3=1,2,3", "in: 3 columns, expected a power "
          "of two", NULL);
    check("sinkhorn", "p.q.mixes@1x7=1,2,3,4,5,6,7 p.q.scale=1,1,1 "
          "p.q.base=1,2,3,4,5,6,7", "mixes: 7 columns, expected (2+n)n",
          NULL);
}

static const unsigned char bytes[128];
static const float ones[32] = { 1 };

/* x.x is (1, cols) floats, beside it two arrays that may be wrong. */
static void check_types(const char *unit, int cols, struct array one,
                        struct array other, const char *says)
{
    const char *folder = make_folder();
    char path[160];
    struct error err;
    struct array all[] = {
        { "x.x", DTYPE_F32, 2, { 1, cols }, ones }, one, other,
    };
    snprintf(path, sizeof path, "%s/in", folder);
    cr_assert(array_file_write(path, all, 3, NULL, &err), "%s", err.message);
    const struct run *r = v4("unit %s %s --prefix x -o %s/out", unit, path,
                             folder);
    if (says)
        cr_assert(r->status == 1 && strstr(r->err, says), "%s", r->err);
    else
        cr_assert(r->status == 0, "%s", r->err);
    remove_folder(folder);
}

Test(unit, types_and_scales_are_checked)
{
    struct array w = { "x.w", DTYPE_F8_E4M3, 1, { 2 }, bytes };
    struct array none = { "y", DTYPE_F32, 1, { 1 }, ones };
    struct array W = { "x.weight", DTYPE_F8_E4M3, 2, { 1, 32 }, bytes };
    struct array s = { "x.scale", DTYPE_F8_E8M0, 2, { 1, 1 }, bytes };
    check_types("rmsnorm", 2, w, none, "x.w: found type F8_E4M3, expected "
                "plain numbers");
    check_types("fp8_gemm", 32, W, none, "x.weight: found no scales beside it");
    check_types("fp8_gemm", 32, W, s, NULL);
    s.shape[1] = 2;
    check_types("fp8_gemm", 32, W, s, "x.scale: expected shape [1, 1]");
    s.shape[1] = 1;
    s.dtype = DTYPE_U8;
    check_types("fp8_gemm", 32, W, s, "x.scale: found type U8");
    s.dtype = DTYPE_F8_E8M0;
    W.dtype = DTYPE_I32;
    check_types("fp8_gemm", 32, W, s, "x.weight: found type I32, expected");
    W.dtype = DTYPE_I8; /* two columns to a byte */
    check_types("fp4_gemm", 32, W, s, "x.weight: axis 1 is 64, expected 32");
    W.shape[1] = 16;
    check_types("fp4_gemm", 32, W, s, NULL);
    W.shape[1] = 8;
    check_types("fp4_gemm", 16, W, s, "found 16 columns, expected a multiple");
}
