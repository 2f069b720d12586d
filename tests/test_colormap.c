/* Colours: equal steps, all different from paper. */
#include "view/colormap.h"

#include "view/page.h"

#include <criterion/criterion.h>
#include <math.h>

static double linear(unsigned byte)
{
    double v = byte / 255.0;
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* L of OKLab, computed forwards from the bytes. */
static double lightness(unsigned colour)
{
    double r = linear(colour >> 16 & 255), g = linear(colour >> 8 & 255);
    double b = linear(colour & 255);
    double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
}

Test(colormap, equal_steps_of_lightness)
{
    double first = lightness(colormap_heat(0));
    double last = lightness(colormap_heat(1));
    cr_assert(first - last > 0.6);
    for (int i = 0; i <= 100; i++) {
        double want = first + (last - first) * i / 100;
        double found = lightness(colormap_heat((float)i / 100));
        cr_assert(fabs(found - want) < 0.01, "%d: %g %g", i, found, want);
    }
}

Test(colormap, zero_is_not_paper)
{
    cr_assert(lightness(PAPER) - lightness(colormap_heat(0)) > 0.03);
    cr_assert((colormap_heat(0) & 255) < 200, "zero is clearly yellow");
}

Test(colormap, out_of_range)
{
    cr_assert_eq(colormap_heat(-3), colormap_heat(0));
    cr_assert_eq(colormap_heat(7), colormap_heat(1));
    cr_assert_eq(colormap_heat(INFINITY), colormap_heat(1));
    cr_assert_eq(colormap_heat(NAN), COLOUR_NAN);
    cr_assert_eq(colormap_series(8), colormap_series(0));
}

Test(colormap, neighbouring_curves_differ_in_lightness)
{
    for (int i = 0; i < 8; i++) {
        double a = lightness(colormap_series(i));
        double b = lightness(colormap_series(i + 1));
        cr_assert(fabs(a - b) > 0.08, "%d: %g %g", i, a, b);
        cr_assert(a < 0.85, "%d is readable on paper", i);
    }
}
