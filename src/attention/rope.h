//> [rope-header] Position as rotation
/**
 * @file
 * Rotary position embedding with YaRN: the last R numbers of a head are
 * taken as R/2 points in the plane, and point i is turned by an angle that
 * grows with the position, t·θ_i. Told in chapter 7.
 *
 * Things that are not obvious:
 * - pairs are interleaved: (x_0, x_1), (x_2, x_3), …, not (x_i, x_{i+R/2});
 * - two sets of frequencies: layers without a compressor use rope_theta
 *   and no YaRN; layers with one use compress_rope_theta and YaRN for
 *   everything they rotate, at every position;
 * - frequencies and angles are float32, evaluated in the released order.
 *   In double they would be "better" and not the model's: the cosines
 *   differ by up to 0.003 below t = 65,536, by 0.05 below 1,048,576;
 * - there is no attention temperature ("mscale").
 */
#ifndef V4_ATTENTION_ROPE_H
#define V4_ATTENTION_ROPE_H

#include "base/pass.h"

/** @defgroup ch_rope 07 · RoPE
 *  Prose: chapter 7.
 *  @{ */
//< [rope-header]

//> [rope-types] Frequencies, and two ways to turn
/** The frequencies of one kind of layer. */
struct rope {
    int R;       ///< width of the rotary part
    float *freq; ///< `(R/2)` θ_i, radians per position
};

/** Which way to turn. */
enum rotation {
    ROTATE,  ///< by +t·θ: queries and keys
    UNROTATE ///< by -t·θ: the attention output, whose values were rotated
};
//< [rope-types]

//> [rope-api-frequencies] Make the frequencies, once
/** The frequencies of layers with or without a compressor.
 *  @param[out] r      the frequencies
 *  @param      c      theta, R, YaRN numbers, experiments
 *  @param      compressed  does the layer have a compressor?
 *  @param      arena  owns them */
void rope_init(struct rope *r, const struct config *c, bool compressed,
               struct arena *arena);

/** `θ_i = base^(-2i/R)`, blended by YaRN if L > 0 (chapter 7).
 *  @param[out] freq   `(R/2)`
 *  @param      R      width of the rotary part
 *  @param      base   theta
 *  @param      L      original length; 0 switches YaRN off
 *  @param      factor by how much YaRN stretches slow rotations
 *  @param      fast   rotations within L above which nothing changes
 *  @param      slow   rotations below which all is stretched */
void rope_frequencies(float *freq, int R, float base, int L, float factor,
                      float fast, float slow);
//< [rope-api-frequencies]

//> [rope-api] Rotate, as often as needed
/** Rotate the last R numbers of some heads, all at one position.
 *  @param[in,out] x      `(heads, D)`
 *  @param         heads  how many
 *  @param         D      their width
 *  @param         r      the frequencies
 *  @param         t      the position
 *  @param         way    forwards or back
 *  @param         num    numerics: bf16 after the rotation */
void rope_rotate(float *x, int heads, int D, const struct rope *r, int t,
                 enum rotation way, enum numerics num);
/** @} */
#endif
//< [rope-api]
