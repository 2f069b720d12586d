//> [rope-includes] What rotation needs
#include "attention/rope.h"

#include "numerics/faithful.h"

#include <assert.h>
#include <math.h>

enum { MAX_PAIRS = 256 }; /* R ≤ 512; released: 64 */
//< [rope-includes]

//> [rope-ramp] Which pair makes a given number of turns
/* The (fractional) index of the pair that turns `turns` times within L. */
static double pair_of(double turns, int R, float base, int L)
{
    double two_pi = 6.283185307179586;
    return R * log(L / (turns * two_pi)) / (2 * log((double)base));
}
//< [rope-ramp]

//> [rope-frequencies] Fast pairs stay, slow pairs stretch
void rope_frequencies(float *freq, int R, float base, int L, float factor,
                      float fast, float slow)
{
    for (int i = 0; i < R / 2; i++)
        freq[i] = 1.0f / (float)pow((double)base, 2.0 * i / R);
    if (L == 0)
        return;
    double low = fmax(floor(pair_of((double)fast, R, base, L)), 0);
    double high = fmin(ceil(pair_of((double)slow, R, base, L)), R - 1);
    if (low == high)
        high += 0.001; /* as released: no division by zero */
    for (int i = 0; i < R / 2; i++) {
        float ramp = ((float)i - (float)low) / (float)(high - low);
        float keep = 1.0f - fminf(fmaxf(ramp, 0.0f), 1.0f);
        freq[i] = freq[i] / factor * (1.0f - keep) + freq[i] * keep;
    }
}
//< [rope-frequencies]

//> [rope-init] Two kinds of layer, two sets of frequencies
void rope_init(struct rope *r, const struct config *c, bool compressed,
               struct arena *arena)
{
    bool yarn = compressed && !(c->without & WITHOUT_YARN);
    r->R = c->qk_rope_head_dim;
    assert(r->R / 2 <= MAX_PAIRS);
    r->freq = arena_floats(arena, (size_t)r->R / 2);
    rope_frequencies(r->freq, r->R,
                     compressed ? c->compress_rope_theta : c->rope_theta,
                     yarn ? c->yarn_original_length : 0, c->yarn_factor,
                     c->yarn_beta_fast, c->yarn_beta_slow);
}
//< [rope-init]

//> [rope-rotate] Turn every pair by its own angle
void rope_rotate(float *x, int heads, int D, const struct rope *r, int t,
                 enum rotation way, enum numerics num)
{
    float cosine[MAX_PAIRS], sine[MAX_PAIRS];
    for (int i = 0; i < r->R / 2; i++) {
        double angle = (double)((float)t * r->freq[i]);
        cosine[i] = (float)cos(angle);
        sine[i] = (float)(way == ROTATE ? sin(angle) : -sin(angle));
    }
    for (int h = 0; h < heads; h++) {
        float *pair = x + (size_t)h * (size_t)D + (D - r->R);
        for (int i = 0; i < r->R / 2; i++, pair += 2) {
            float a = pair[0], b = pair[1];
            pair[0] = faithful(a * cosine[i] - b * sine[i], num);
            pair[1] = faithful(a * sine[i] + b * cosine[i], num);
        }
    }
}
//< [rope-rotate]
