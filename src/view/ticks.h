//> [ticks-header] Round numbers along an axis
/**
 * @file
 * Where an axis has its marks, and what is written at them. Told in
 * chapter 91.
 *
 * Things that are not obvious:
 * - round means 1, 2 or 5 times a power of ten; on a logarithmic axis the
 *   powers of ten themselves, every second or third of them if they are
 *   many;
 * - labels have as many digits as tell them apart;
 * - a logarithmic axis shorter than two powers of ten has linear marks;
 * - on a scale of square roots round numbers crowd towards zero. They are
 *   chosen from the top, each only if it keeps clear of the one before;
 *   zero comes last.
 */
#ifndef V4_VIEW_TICKS_H
#define V4_VIEW_TICKS_H

/** @defgroup ch_ticks 91 · Ticks
 *  Prose: chapter 91, pictures.
 *  @{ */
//< [ticks-header]

//> [ticks-struct] The scale of an axis, and its marks
enum { TICKS_MAX = 24 };

/** What is equal along equal steps of an axis. */
enum scale {
    SCALE_LINEAR, ///< differences
    SCALE_LOG,    ///< factors; all values are positive
    SCALE_ROOT,   ///< differences of square roots; it begins at zero
};

/** The marks of an axis. */
struct ticks {
    int count;                 ///< how many
    double at[TICKS_MAX];      ///< values, ascending
    char label[TICKS_MAX][24]; ///< what is written there
};
//< [ticks-struct]

//> [ticks-api] Choose marks, choose a step
/** Choose marks inside a range.
 *  @param[out] t      the marks; at least one when low < high
 *  @param      low    smallest value of the axis
 *  @param      high   largest value; low < high
 *  @param      most   how many marks are wanted at most, 2 … TICKS_MAX
 *  @param      scale  of the axis */
void ticks_choose(struct ticks *t, double low, double high, int most,
                  enum scale scale);

/** The smallest round step that divides a length into few parts.
 *  @param length  of the axis, positive
 *  @param parts   how many parts at most, positive
 *  @return 1, 2 or 5 times a power of ten, at least length / parts */
double ticks_step(double length, int parts);
/** @} */
#endif
//< [ticks-api]
