//> [ceilings-amx] AMX: registers that are matrices
/* How fast AMX multiplies tiles: sixteen rows of 64 bytes. Told in
   chapter 34. */
#include "numerics/ceilings.h"

#if defined __AMX_BF16__ && defined __linux__
#include <immintrin.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { ROWS = 16 };
enum { ROUND = 4 };

/* Tiles are 8 KB of state for each thread, so Linux wants to be asked. */
static bool permitted(void)
{
    const int request = 0x1023, tile_data = 18; /* ARCH_REQ_XCOMP_PERM */
    return syscall(SYS_arch_prctl, request, tile_data) == 0;
}

static bool here_bf16(void)
{
    return __builtin_cpu_supports("amx-bf16") && permitted();
}

static bool here_int8(void)
{
    return __builtin_cpu_supports("amx-int8") && permitted();
}
//< [ceilings-amx]

//> [ceilings-amx-tiles] AMX: say how large the tiles are, fill them
/* As the instruction ldtilecfg reads it. */
struct tiles {
    uint8_t palette, start, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
};

/* Eight tiles of sixteen rows of 64 bytes; the last two full of ones. */
static void open_tiles(const void *ones)
{
    static const struct tiles t = {
        .palette = 1,
        .row_bytes = { 64, 64, 64, 64, 64, 64, 64, 64 },
        .rows = { ROWS, ROWS, ROWS, ROWS, ROWS, ROWS, ROWS, ROWS },
    };
    _tile_loadconfig(&t);
    _tile_loadd(4, ones, 64);
    _tile_loadd(5, ones, 64);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
}
//< [ceilings-amx-tiles]

//> [ceilings-amx-rounds] AMX: four tiles of sums of products of bf16
static float rounds_bf16(int64_t n)
{
    uint16_t ones[32 * ROWS];
    float sum[16 * ROWS], all = 0;
    for (int i = 0; i < 32 * ROWS; i++)
        ones[i] = 0x3f80;
    open_tiles(ones);
    for (int64_t i = 0; i < n; i++) {
        _tile_dpbf16ps(0, 4, 5);
        _tile_dpbf16ps(1, 4, 5);
        _tile_dpbf16ps(2, 4, 5);
        _tile_dpbf16ps(3, 4, 5);
    }
    _tile_stored(0, sum, 64);
    _tile_release();
    for (int i = 0; i < 16 * ROWS; i++)
        all += sum[i];
    return all * ROUND;
}
//< [ceilings-amx-rounds]

//> [ceilings-amx-int8] AMX: sums of products of bytes
static float rounds_int8(int64_t n)
{
    int8_t ones[64 * ROWS];
    int32_t sum[16 * ROWS];
    float all = 0;
    memset(ones, 1, sizeof ones);
    open_tiles(ones);
    for (int64_t i = 0; i < n; i++) {
        _tile_dpbssd(0, 4, 5);
        _tile_dpbssd(1, 4, 5);
        _tile_dpbssd(2, 4, 5);
        _tile_dpbssd(3, 4, 5);
    }
    _tile_stored(0, sum, 64);
    _tile_release();
    for (int i = 0; i < 16 * ROWS; i++)
        all += (float)sum[i];
    return all * ROUND;
}
//< [ceilings-amx-int8]
//> [ceilings-amx-elsewhere] AMX: not on this kind of machine
#else
enum { ROUND = 0 };

static bool here_bf16(void)
{
    return false;
}

static float rounds_bf16(int64_t n)
{
    return (float)n;
}

#define here_int8 here_bf16
#define rounds_int8 rounds_bf16
#endif

const struct peak peak_amx_bf16 = {
    "amx_bf16", "bf16, AMX", 2.0 * ROUND * 16 * 16 * 32, here_bf16,
    rounds_bf16,
};

const struct peak peak_amx_int8 = {
    "amx_int8", "int8, AMX", 2.0 * ROUND * 16 * 16 * 64, here_int8,
    rounds_int8,
};
//< [ceilings-amx-elsewhere]
