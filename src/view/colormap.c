//> [colormap-includes] What the colours need
#include "view/colormap.h"

#include <math.h>

static const float PI = 3.14159265f;
//< [colormap-includes]

//> [colormap-channel] From light to a byte
/* One channel of sRGB: from linear light to the byte that shows it. */
static unsigned channel(float light)
{
    light = fminf(fmaxf(light, 0), 1);
    float shown = light <= 0.0031308f
                      ? 12.92f * light
                      : 1.055f * powf(light, 1 / 2.4f) - 0.055f;
    return (unsigned)lrintf(255 * shown);
}

static float cube(float x)
{
    return x * x * x;
}
//< [colormap-channel]

//> [colormap-oklab] From lightness, chroma and hue to bytes
/* OKLab (Björn Ottosson, 2020), its two colour axes in polar form. */
static unsigned oklch(float lightness, float chroma, float degrees)
{
    float a = chroma * cosf(degrees * PI / 180);
    float b = chroma * sinf(degrees * PI / 180);
    float l = cube(lightness + 0.39633778f * a + 0.21580376f * b);
    float m = cube(lightness - 0.10556135f * a - 0.06385417f * b);
    float s = cube(lightness - 0.08948418f * a - 1.29148555f * b);
    unsigned red = channel(4.0767417f * l - 3.3077116f * m + 0.2309699f * s);
    unsigned green = channel(-1.268438f * l + 2.6097574f * m - 0.3413194f * s);
    unsigned blue = channel(-0.0041961f * l - 0.7034186f * m + 1.7076147f * s);
    return red << 16 | green << 8 | blue;
}
//< [colormap-oklab]

//> [colormap-heat] Pale yellow, green, deep blue
unsigned colormap_heat(float u)
{
    if (isnan(u))
        return COLOUR_NAN;
    u = fminf(fmaxf(u, 0), 1);
    float chroma = 0.086f + 0.05f * (1 - u) * (1 - u);
    return oklch(0.955f - 0.685f * u, chroma, 103 + 165 * u);
}
//< [colormap-heat]

//> [colormap-series] Eight curves can be told apart
unsigned colormap_series(int i)
{
    static const struct {
        float lightness, chroma, hue;
    } curve[8] = {
        { 0.50f, 0.16f, 255 },
        { 0.70f, 0.16f, 55 },
        { 0.60f, 0.14f, 150 },
        { 0.50f, 0.18f, 330 },
        { 0.75f, 0.11f, 215 },
        { 0.45f, 0.12f, 40 },
        { 0.80f, 0.15f, 100 },
        { 0.35f, 0.02f, 260 },
    };
    i = i < 0 ? 0 : i % 8;
    return oklch(curve[i].lightness, curve[i].chroma, curve[i].hue);
}
//< [colormap-series]
