/* Arrays and safetensors files: what is sound is read to the last byte, what
 * is not is refused with a sentence that says why. */
#include "base/array.h"

#include "support/compare.h"
#include "support/golden.h"
#include "support/tempfile.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* The bytes of a file: length, header, and data that count 0, 1, 2, …. */
static size_t build(char *out, const char *header, size_t data)
{
    uint64_t length = strlen(header);
    memcpy(out, &length, 8);
    memcpy(out + 8, header, length);
    for (size_t i = 0; i < data; i++)
        out[8 + length + i] = (char)i;
    return 8 + length + data;
}

static void write_file(char path[128], const char *header, size_t data)
{
    char bytes[8192];
    temp_path(path, "array.safetensors");
    write_bytes(path, bytes, build(bytes, header, data));
}

Test(array, types)
{
    const char *names[] = { "F32", "BF16", "F8_E4M3", "F8_E8M0",
                            "I8", "U8", "I32", "I64" };
    size_t sizes[] = { 4, 2, 1, 1, 1, 1, 4, 8 };
    cr_assert_eq(DTYPE_COUNT, COUNT(names));
    for (int t = 0; t < DTYPE_COUNT; t++) {
        cr_assert_str_eq(dtype_name((enum dtype)t), names[t]);
        cr_assert_eq(dtype_size((enum dtype)t), sizes[t]);
    }
    struct array a = { .dtype = DTYPE_I64, .rank = 3,
                       .shape = { 3, 1 << 20, 1 << 20 } };
    cr_assert_eq(array_count(&a), 3ull << 40);
    cr_assert_eq(array_bytes(&a), 24ull << 40);
    a.rank = 0;
    cr_assert_eq(array_count(&a), 1, "a scalar is one number");
}

/* Out of order in the header; a scalar; an empty array; metadata; padding. */
Test(array, a_file_by_hand)
{
    char path[128];
    write_file(path, "{\"__metadata__\":{\"k\":\"v\"},"
                     "\"z\":{\"dtype\":\"I32\",\"shape\":[],"
                     "\"data_offsets\":[6,10]},"
                     "\"a\":{\"dtype\":\"BF16\",\"shape\":[1,3],"
                     "\"data_offsets\":[0,6]},"
                     "\"e\":{\"data_offsets\":[6,6],\"shape\":[0,5],"
                     "\"dtype\":\"F32\"}}    ",
               10);
    struct array_file f;
    struct error err = { 0 };
    cr_assert(array_file_open_unaligned(&f, path, &err), "%s", err.message);
    cr_assert_str_eq(f.path, path);
    cr_assert_str_eq(f.metadata, "{\"k\":\"v\"}");
    cr_assert_eq(f.count, 3);
    const struct array *a = array_find(&f, "a");
    cr_assert(a->dtype == DTYPE_BF16 && a->rank == 2);
    cr_assert(a->shape[0] == 1 && a->shape[1] == 3);
    cr_assert_eq(memcmp(a->data, "\0\1\2\3\4\5", 6), 0);
    const struct array *z = array_find(&f, "z");
    cr_assert(z->dtype == DTYPE_I32 && z->rank == 0);
    cr_assert_eq(*(const int32_t *)z->data, 0x09080706);
    cr_assert_eq(array_count(array_find(&f, "e")), 0);
    const char *absent[] = { "", "A", "aa", "b", "zz", "__metadata__" };
    for (size_t i = 0; i < COUNT(absent); i++)
        cr_assert_null(array_find(&f, absent[i]));
    array_file_close(&f);
    cr_assert_eq(f.count, 0);
    array_file_close(&f); /* twice does no harm */

    write_file(path, "{}", 0);
    cr_assert(array_file_open(&f, path, &err), "%s", err.message);
    cr_assert(f.count == 0 && !array_find(&f, "a") && !f.metadata);
    array_file_close(&f);
    unlink(path);
}

/* One header each, with so many bytes of data; the whole message. */
static const struct bad {
    const char *header;
    size_t data;
    const char *message;
} bad[] = {
    /* The header as JSON. */
    { "", 0,
      "header: line 1, column 1: found the end, expected a value" },
    { "hello", 0,
      "header: line 1, column 1: found 'h', expected a value" },
    { "{\"a\":", 0,
      "header: line 1, column 6: found the end, expected a value" },
    { "[]", 0, "header: found a list, expected a JSON object" },
    { "12", 0, "header: found a number, expected a JSON object" },
    { "{} x", 0, "header: line 1, column 4: found 'x', expected the end of "
                 "the text" },
    /* An entry. */
    { "{\"a\":3}", 0, "tensor a: found 3, expected an object of dtype, "
                      "shape and data_offsets" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1,
      "tensor a: found {\"dtype\":\"U8\",\"shape\":[1]}, expected an "
      "object of dtype, shape and data_offsets" },
    { "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"I8\",\"shape\":[1],"
      "\"data_offsets\":[0,1]}}", 1,
      "header: a.dtype: found twice, expected once" },
    { "{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", 8,
      "tensor a: found \"F64\", expected dtype F32, BF16, F8_E4M3, "
      "F8_E8M0, I8, U8, I32 or I64" },
    { "{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,8]}}", 8,
      "tensor a: found 7, expected dtype F32, BF16, F8_E4M3, "
      "F8_E8M0, I8, U8, I32 or I64" },
    { "{\"__metadata__\":[],\"a\":1}", 0,
      "found [], expected an object as __metadata__" },
    { "{\"__metadata__\":{},\"__metadata__\":{}}", 0,
      "header: __metadata__: found twice, expected once" },
    /* A shape. */
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1,
      "tensor a: found [-1], expected a shape of at most 8 whole numbers" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1.5],\"data_offsets\":[0,1]}}",
      1,
      "tensor a: found [1.5], expected a shape of at most 8 whole numbers" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[\"1\"],"
      "\"data_offsets\":[0,1]}}", 1,
      "tensor a: found [\"1\"], expected a shape of at most 8 whole "
      "numbers" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}", 1,
      "tensor a: found 1, expected a shape of at most 8 whole numbers" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],"
      "\"data_offsets\":[0,1]}}", 1,
      "tensor a: found [1,1,1,1,1,1,1,1,1], expected a shape of at most 8 "
      "whole numbers" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[9007199254740992],"
      "\"data_offsets\":[0,1]}}", 1,
      "tensor a: found [9.00719925474099e+15], expected a shape of at most "
      "8 whole numbers" },
    /* 2^32 × 2^32 elements are 0 modulo 2^64, and so are 2^61 × 8 bytes. */
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],"
      "\"data_offsets\":[0,0]}}", 0,
      "tensor a: found a shape whose byte count overflows, expected one "
      "that fits the file" },
    { "{\"a\":{\"dtype\":\"I64\",\"shape\":[2147483648,1073741824],"
      "\"data_offsets\":[0,0]}}", 0,
      "tensor a: found a shape whose byte count overflows, expected one "
      "that fits the file" },
    /* A place. */
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1,
      "tensor a: found [0], expected two whole numbers as data_offsets" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,1]}}",
      1,
      "tensor a: found [0,1,1], expected two whole numbers as "
      "data_offsets" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[-1,0]}}", 1,
      "tensor a: found [-1,0], expected two whole numbers as "
      "data_offsets" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,0]}}", 1,
      "tensor a: found data_offsets [1, 0], expected the first to be the "
      "smaller" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 3,
      "tensor a: found data_offsets [0, 4], expected at most 3, where the "
      "file ends (is it truncated?)" },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4,
      "tensor a: found 4 bytes between its data_offsets, expected 8 from "
      "its shape and type" },
    /* The entries together. */
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]},"
      "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]}}", 3,
      "header: a: found twice, expected once" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}}", 3,
      "tensor b: found data at offset 1, expected 2, where the tensor "
      "before it ends (they overlap)" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
      "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2,
      "tensor b: found data at offset 0, expected 2, where the tensor "
      "before it ends (they overlap)" },
    { "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,3]},"
      "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 3,
      "tensor b: found data at offset 2, expected 1, where the tensor "
      "before it ends (there is a hole)" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", 2,
      "tensor a: found data at offset 1, expected 0, where the tensor "
      "before it ends (there is a hole)" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 9,
      "found 8 bytes after the last tensor, expected none" },
    { "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},  "
      "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}", 5,
      "tensor b: found data at byte 117 of the file, expected a multiple "
      "of 4 for type F32" },
};

Test(array, bad_headers)
{
    for (size_t i = 0; i < COUNT(bad); i++) {
        char path[128];
        write_file(path, bad[i].header, bad[i].data);
        struct array_file f;
        struct error err = { 0 };
        cr_assert_not(array_file_open(&f, path, &err), "%s", bad[i].header);
        assert_message(err.message, path, bad[i].message);
        cr_assert_null(f.arrays);
        unlink(path);
    }
}

static void refuse(const char *path, const char *message)
{
    struct array_file f;
    struct error err = { 0 };
    cr_assert_not(array_file_open(&f, path, &err));
    assert_message(err.message, path, message);
}

Test(array, bad_files)
{
    char path[128];
    temp_path(path, "bad.safetensors");
    refuse(path, "cannot be read: No such file or directory");
    refuse("tests", "found a folder, expected a file");
    refuse("/dev/null", "found a device, expected a file");
    write_bytes(path, "", 0);
    refuse(path, "found 0 bytes, expected at least the 8 of a header's "
                 "length");
    write_bytes(path, "\2\0\0\0\0\0\0", 7);
    refuse(path, "found 7 bytes, expected at least the 8 of a header's "
                 "length");
    write_bytes(path, "\3\0\0\0\0\0\0\0{}", 10);
    refuse(path, "found a header of 3 bytes, expected at most 2, the rest "
                 "of the file");
    write_bytes(path, "\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
    refuse(path, "found a header of 18446744073709551615 bytes, expected "
                 "at most 2, the rest of the file");
    write_bytes(path, "{\"not\": \"a safetensors file\"}", 29);
    struct array_file f;
    struct error err = { 0 };
    cr_assert_not(array_file_open(&f, path, &err));
    cr_assert(strstr(err.message, "found a header of "));
    unlink(path);
}

/* Whatever is cut off a real file, it is refused and named. */
Test(array, truncated_anywhere)
{
    size_t size;
    char *bytes = read_bytes("tiny_models/tiny-pro/model.safetensors",
                             &size);
    char path[128];
    temp_path(path, "truncated.safetensors");
    write_bytes(path, bytes, size);
    for (size_t keep = size - 1; keep > 0; keep -= keep / 7 + 1) {
        cr_assert_eq(truncate(path, (off_t)keep), 0);
        struct array_file f;
        struct error err = { 0 };
        cr_assert_not(array_file_open(&f, path, &err), "%zu bytes", keep);
        cr_assert_eq(strncmp(err.message, path, strlen(path)), 0);
        cr_assert(strstr(err.message, "found") &&
                  strstr(err.message, "expected"), "%s", err.message);
    }
    unlink(path);
    free(bytes);
}

Test(array, misaligned_data_may_be_copied)
{
    const char *header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
        "\"b\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[1,9]}}";
    char path[128];
    write_file(path, header, 9);
    struct array_file f;
    struct error err = { 0 };
    cr_assert_not(array_file_open(&f, path, &err));
    cr_assert(array_file_open_unaligned(&f, path, &err), "%s", err.message);
    const struct array *b = array_find(&f, "b");
    cr_assert_eq((uintptr_t)b->data % 4, 0);
    cr_assert_eq(((const int32_t *)b->data)[0], 0x04030201);
    cr_assert_eq(((const int32_t *)b->data)[1], 0x08070605);
    array_file_close(&f);
    unlink(path);
}

/* The header of a released 3.6 GB shard, before 3.6 GB of nothing. */
Test(array, header_of_a_released_shard)
{
    size_t length;
    char *header =
        read_bytes("tests/golden/flash_header_shard4.json", &length);
    cr_assert_eq(length, 173624);
    const off_t data = 3596055640;
    int fd = memfd_create("shard", MFD_CLOEXEC);
    cr_assert_geq(fd, 0);
    uint64_t prefix = length;
    cr_assert_eq(write(fd, &prefix, 8), 8);
    cr_assert_eq(write(fd, header, length), (ssize_t)length);
    free(header);
    cr_assert_eq(ftruncate(fd, 8 + (off_t)length + data), 0);

    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct array_file f;
    struct error err = { 0 };
    cr_assert(array_file_open(&f, path, &err), "%s", err.message);
    cr_assert_eq(f.count, 1576);
    size_t sum = 0;
    int types[DTYPE_COUNT] = { 0 };
    for (int i = 0; i < f.count; i++) {
        sum += array_bytes(&f.arrays[i]);
        types[f.arrays[i].dtype]++;
        cr_assert_eq(array_find(&f, f.arrays[i].name), &f.arrays[i]);
    }
    cr_assert_eq(sum, (size_t)data);
    cr_assert(types[DTYPE_F8_E8M0] == 777 && types[DTYPE_I8] == 768);
    cr_assert(types[DTYPE_BF16] == 12 && types[DTYPE_F32] == 9);
    cr_assert(types[DTYPE_F8_E4M3] == 9 && types[DTYPE_I64] == 1);
    const struct array *last =
        array_find(&f, "layers.2.ffn.experts.255.w2.weight");
    cr_assert(last->shape[0] == 4096 && last->shape[1] == 1024);
    cr_assert_eq((const char *)last->data - (const char *)f.map,
                 8 + (off_t)length + 2568451160);
    array_file_close(&f);

    cr_assert_eq(ftruncate(fd, 8 + (off_t)length + data - 1), 0);
    cr_assert_not(array_file_open(&f, path, &err));
    cr_assert(strstr(err.message, "truncated"));
    close(fd);
}

Test(array, every_file_we_ship_opens)
{
    const char *files[] = {
        "tiny_models/tiny-flash/model.safetensors",
        "tiny_models/tiny-pro/model.safetensors",
        "tiny_models/tiny-long/model-00001-of-00002.safetensors",
        "tiny_models/tiny-long/model-00002-of-00002.safetensors",
        "tests/golden/tiny-flash/golden-exact.safetensors",
        "tests/golden/tiny-long/golden-exact.safetensors",
    };
    for (size_t i = 0; i < COUNT(files); i++) {
        struct array_file f;
        struct error err = { 0 };
        cr_assert(array_file_open(&f, files[i], &err), "%s", err.message);
        cr_assert_gt(f.count, 50);
        array_file_close(&f);
    }
}

/* Odd sizes of narrow types first: the writer must put them last. */
static const uint8_t some_bytes[64] = {
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
};
static const struct array some[] = {
    { "i8", DTYPE_I8, 1, { 3 }, some_bytes },
    { "empty", DTYPE_F32, 2, { 0, 7 }, NULL },
    { "u8", DTYPE_U8, 2, { 1, 1 }, some_bytes + 1 },
    { "bf16", DTYPE_BF16, 1, { 5 }, some_bytes + 2 },
    { "quote\" \\ \xc3\xa9", DTYPE_F32, 0, { 0 }, some_bytes + 4 },
    { "e4m3", DTYPE_F8_E4M3, 1, { 7 }, some_bytes },
    { "i64", DTYPE_I64, 1, { 2 }, some_bytes },
    { "e8m0", DTYPE_F8_E8M0, 1, { 1 }, some_bytes + 3 },
    { "i32", DTYPE_I32, 3, { 2, 1, 2 }, some_bytes },
};

Test(array, a_pipe_is_refused_at_once, .timeout = 20)
{
    struct array_file f;
    struct error err;
    char path[128];
    temp_path(path, "array.pipe");
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_assert_not(array_file_open(&f, path, &err));
    assert_message(err.message, path, "found a pipe, expected a file");
    unlink(path);
}

Test(array, written_and_read_again)
{
    char path[128];
    temp_path(path, "round.safetensors");
    struct error err = { 0 };
    cr_assert(array_file_write(path, some, COUNT(some), "{\"a\": \"b\"}",
                               &err), "%s", err.message);
    char *bytes = read_bytes(path, NULL);
    uint64_t length;
    memcpy(&length, bytes, 8);
    cr_assert_eq(length % 8, 0, "the data begin aligned");
    free(bytes);

    struct array_file f;
    cr_assert(array_file_open(&f, path, &err), "%s", err.message);
    cr_assert_eq(f.count, COUNT(some));
    cr_assert_str_eq(f.metadata, "{\"a\":\"b\"}");
    for (size_t i = 0; i < COUNT(some); i++) {
        const struct array *a = array_find(&f, some[i].name);
        cr_assert_not_null(a, "%s", some[i].name);
        cr_assert_eq(a->dtype, some[i].dtype);
        cr_assert_eq(a->rank, some[i].rank);
        for (int j = 0; j < a->rank; j++)
            cr_assert_eq(a->shape[j], some[i].shape[j]);
        if (array_bytes(a))
            cr_assert_eq(memcmp(a->data, some[i].data, array_bytes(a)), 0);
    }
    array_file_close(&f);
    unlink(path);
}

Test(array, write_failures)
{
    struct error err = { 0 };
    int n = COUNT(some);
    cr_assert_not(array_file_write("/dev/full", some, n, NULL, &err));
    assert_message(err.message, "/dev/full",
                   "cannot be written: No space left on device");
    cr_assert_not(array_file_write("/nonexistent/x", some, n, NULL, &err));
    assert_message(err.message, "/nonexistent/x",
                   "cannot be written: No such file or directory");
    char path[128];
    temp_path(path, "meta.safetensors");
    cr_assert_not(array_file_write(path, some, n, "[1]", &err));
    assert_message(err.message, path, "__metadata__: found a list, expected "
                                      "a JSON object");
    cr_assert_not(file_exists(path));
}

Test(array, widened_to_floats)
{
    float out[4];
    const uint16_t bf16[] = { 0x3f80, 0xc000, 0x7f80, 0x0001 };
    struct array a = { "x", DTYPE_BF16, 1, { 4 }, bf16 };
    cr_assert(array_to_floats(out, &a));
    cr_assert(out[0] == 1 && out[1] == -2 && isinf(out[2]));
    cr_assert_eq(out[3], 0x1p-133f);

    const float f32[] = { 0.1f, -0.0f };
    a = (struct array){ "x", DTYPE_F32, 1, { 2 }, f32 };
    cr_assert(array_to_floats(out, &a) && out[0] == 0.1f);
    cr_assert(signbit(out[1]));
    const int32_t i32[] = { -7, 1 << 24 };
    a = (struct array){ "x", DTYPE_I32, 1, { 2 }, i32 };
    cr_assert(array_to_floats(out, &a) && out[0] == -7);
    cr_assert_eq(out[1], 16777216);
    const int64_t i64[] = { -1, 129279 };
    a = (struct array){ "x", DTYPE_I64, 1, { 2 }, i64 };
    cr_assert(array_to_floats(out, &a) && out[0] == -1);
    cr_assert_eq(out[1], 129279);
    const uint8_t u8[] = { 255 };
    a = (struct array){ "x", DTYPE_U8, 1, { 1 }, u8 };
    cr_assert(array_to_floats(out, &a) && out[0] == 255);

    enum dtype coded[] = { DTYPE_F8_E4M3, DTYPE_F8_E8M0, DTYPE_I8 };
    for (size_t i = 0; i < COUNT(coded); i++) {
        a.dtype = coded[i];
        out[0] = 5;
        cr_assert_not(array_to_floats(out, &a));
        cr_assert_eq(out[0], 5, "nothing is written");
    }
}

/* The measures that all other tests rely on. */
Test(array, measures_of_distance)
{
    const float a[] = { 1, 2, 3 }, b[] = { 1, 2, 4 }, z[] = { 0, 0, 0 };
    const float bad_[] = { 1, NAN, 3 }, inf[] = { 1, INFINITY, 3 };
    cr_assert_eq(max_rel(a, b, 3), 0.25);
    cr_assert_float_eq(rms_rel(a, b, 3), 1 / sqrt(21), 1e-12);
    cr_assert_float_eq(fraction_different(a, b, 3), 1.0 / 3, 1e-12);
    cr_assert(max_rel(a, a, 3) == 0 && max_rel(z, z, 3) == 0);
    cr_assert(isinf(max_rel(a, z, 3)) && isinf(rms_rel(a, z, 3)));
    const float *odd[] = { bad_, inf };
    for (int i = 0; i < 2; i++) {
        cr_assert_not(max_rel(odd[i], a, 3) <= 1e9);
        cr_assert_not(max_rel(a, odd[i], 3) <= 1e9);
        cr_assert_not(rms_rel(odd[i], a, 3) <= 1e9);
        cr_assert_not(rms_rel(a, odd[i], 3) <= 1e9);
        cr_assert_eq(max_rel(odd[i], odd[i], 3), 0);
        cr_assert_eq(fraction_different(odd[i], odd[i], 3), 0);
    }
    char where[80];
    cr_assert(same_bits(a, a, 3, 4, where, sizeof where));
    cr_assert_not(same_bits(a, b, 3, 4, where, sizeof where));
    cr_assert_str_eq(where,
                     "element 2: found 40400000, expected 40800000");
    const float minus[] = { -0.0f, 0, 0 };
    cr_assert_not(same_bits(z, minus, 3, 4, where, sizeof where));
    cr_assert_eq(fraction_different(z, minus, 3), 0);
}

Test(array, golden_access)
{
    cr_assert(golden_has("components.safetensors", "sinkhorn.comb"));
    cr_assert_not(golden_has("components.safetensors", "sinkhorn"));
    size_t n, m;
    float *comb =
        golden_floats("components.safetensors", "sinkhorn.comb", &n);
    cr_assert_eq(n, 12 * 4 * 4);
    for (size_t i = 0; i < n; i += 16) /* columns sum to 1 */
        cr_assert_float_eq((double)(comb[i] + comb[i + 4] + comb[i + 8] +
                                    comb[i + 12]), 1, 1e-5);
    int *tokens =
        golden_ints("tiny-pro/golden-exact.safetensors", "tokens", &m);
    cr_assert_eq(m, 392);
    cr_assert_eq(golden_size("tiny-pro/golden-exact.safetensors", "tokens",
                             0), 392);
    for (size_t i = 0; i < m; i++)
        cr_assert(tokens[i] >= 0 && tokens[i] < 256);
    free(comb);
    free(tokens);
}
