//> [plot-header] Curves, bars, number lines, and arrays as colours
/**
 * @file
 * Plots of small arrays: what `v4 plot` draws, and the figures of the
 * book. Told in chapter 91.
 *
 * Things that are not obvious:
 * - NaN and the infinities are gaps: a curve is interrupted, a bar or a
 *   cell is left out. On a logarithmic axis so are zero and negatives;
 * - a heat plot shows row 0 on top; its colours run from the smallest to
 *   the largest finite value.
 */
#ifndef V4_VIEW_PLOT_H
#define V4_VIEW_PLOT_H

#include "view/page.h"
#include "view/text.h"

/** @defgroup ch_plot 91 · Plots
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [plot-header]

//> [plot-struct] What to draw
/** Kinds of plot. */
enum plot_kind {
    PLOT_LINE,  ///< a curve a series
    PLOT_BARS,  ///< a group of bars an x, one bar a series
    PLOT_HEAT,  ///< a cell a number, a row a series
    PLOT_MARKS, ///< a number line a series, a mark at each value
};

/** A plot. Zero what is not wanted. */
struct plot {
    enum plot_kind kind;      ///< how
    const char *title;        ///< above, or NULL
    const char *x_label;      ///< below the x axis, or NULL
    const char *y_label;      ///< beside the y axis, or NULL
    const float *x;           ///< `(n)` ascending; NULL = 0, 1, …, n - 1
    const float *y;           ///< `(series, n)`
    int series;               ///< how many
    int n;                    ///< numbers in each
    const char *const *names; ///< `(series)` for the legend, or NULL
    bool log_x;               ///< logarithmic x axis
    bool log_y;               ///< logarithmic y axis
    int width;                ///< pixels; 0 = 900
    int height;               ///< pixels; 0 = 540, fewer for PLOT_MARKS
};
//< [plot-struct]

//> [plot-api] A kind by its name, and a plot
/** Read the name of a kind.
 *  @param[out] kind  the kind
 *  @param      name  "line", "bars", "heat" or "marks"
 *  @param[out] err   lists the known names
 *  @return success */
bool plot_kind_named(enum plot_kind *kind, const char *name, struct error *err);

/** Draw a plot.
 *  @param[out] page   the page, open; it gets its size
 *  @param      p      what
 *  @param[out] err    says what cannot be drawn
 *  @return success */
bool plot_draw(struct page *page, const struct plot *p, struct error *err);
/** @} */
#endif
//< [plot-api]
