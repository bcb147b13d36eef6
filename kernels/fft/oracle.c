/* fft's oracle: a chirp, whose transform is known. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "kernels/fft/fft.h"

/* Transform number t is that of a chirp, shifted by so much: another one each time, so that what
 * came a pass ago shows. */
static int64_t shift_of(int64_t transform) {
  return (int64_t)((uint64_t)transform * 0x9e3779b9u & (INT64_MAX >> 3));
}

/* x(j) = exp(i pi (j + shift)^2 / n). What leaves 64 bits in the square is a multiple of 8 n. */
void fft_fill(const struct fft_state *s, int64_t begin, int64_t end) {
  const uint64_t turn = 8 * (uint64_t)s->n, shift = (uint64_t)shift_of(s->transforms);
  for (int64_t j = begin * s->n2; j < end * s->n2; j++) {
    uint64_t u = (uint64_t)j + shift;
    fft_unit_root((int64_t)(4 * u * u & (turn - 1)), (int64_t)turn,
                  s->x.points + 2 * (j - s->begin * s->n2));
  }
}

/* Element k of the result. The transform of the chirp is a chirp again, all of it known:
 * X(k) = sqrt(n) exp(i pi / 4) exp(i pi (2 k shift - k^2) / n). */
static void compare_point(const struct fft_state *s, int64_t k, const double *point,
                          struct fft_found *found) {
  const uint64_t turn = 8 * (uint64_t)s->n, shift = (uint64_t)shift_of(s->transforms - 1);
  const uint64_t u = (uint64_t)k;
  const double size = 1 / sqrt((double)s->n);
  double root[2];
  fft_unit_root((int64_t)((4 * (2 * u * shift - u * u) + (uint64_t)s->n) & (turn - 1)),
                (int64_t)turn, root);
  const double off[2] = {point[0] * size - root[0], point[1] * size - root[1]};
  const double error = off[0] * off[0] + off[1] * off[1];
  const double limit = FFT_THRESHOLD * DBL_EPSILON * s->bits;
  found->energy += point[0] * point[0] + point[1] * point[1];
  found->sum[0] += point[0];
  found->sum[1] += point[1];
  if (error > found->max)
    found->max = error;
  found->count += error <= limit * limit; /* a NaN is not */
}

/* Compares, and fills x again: the results of the own units lie where their numbers were, or in w.
 */
void fft_compare(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct fft_state *s = opaque;
  const int64_t ratio = s->n2 / s->n1, stride = s->parts > 1 ? s->w.stride : s->n1;
  const double *result = s->parts > 1 ? s->w.points : s->x.points;
  struct fft_found found = {0};
  for (int64_t row = begin * ratio; row < end * ratio; row++)
    for (int64_t k = 0; k < s->n1; k++)
      compare_point(s, row * s->n1 + k, result + 2 * ((row - s->begin * ratio) * stride + k),
                    &found);
  fft_fill(s, begin, end);
  *(struct fft_found *)partial = found;
}

void fft_compare_combine(void *into, const void *from) {
  struct fft_found *a = into;
  const struct fft_found *b = from;
  a->max = b->max > a->max ? b->max : a->max;
  a->energy += b->energy;
  a->sum[0] += b->sum[0];
  a->sum[1] += b->sum[1];
  a->count += b->count;
}

int fft_compare_then(void *opaque, const void *total) {
  ((struct fft_state *)opaque)->found =
      total ? *(const struct fft_found *)total : (struct fft_found){0};
  return PHASE_END;
}

struct verdict fft_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct fft_state *s = opaque;
  double n = (double)problem->n;
  struct verdict verdict = {.tolerance = FFT_THRESHOLD};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.energy / n);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", n);
  verdict.error = sqrt(s->found.max) / (DBL_EPSILON * s->bits);
  if (s->found.count != problem->n || s->transforms != passes ||
      !isfinite(s->found.sum[0] + s->found.sum[1]))
    verdict.error = INFINITY;
  return verdict;
}
