/* mandelbrot: what the kernel shares with its tuned implementation. */
#ifndef QUARTET_MANDELBROT_H
#define QUARTET_MANDELBROT_H

#include <stdint.h>

#include "common/strict_math.h"

enum {
  MANDELBROT_MAX = 1024, /* orbits taken up at a time: they stay in the nearest caches */
  MANDELBROT_PADDING = 64
};

/* Orbits that have come equally far: of one pixel each, at first at iteration 0. The tuned path
 * drops those that end at once, so that all lanes have work however different neighboring pixels
 * are. */
struct mandelbrot_orbits {
  int64_t count, done; /* how many; their iterations so far */
  double x[MANDELBROT_MAX + MANDELBROT_PADDING],
      y[MANDELBROT_MAX + MANDELBROT_PADDING]; /* z; the last group is filled up */
  double cx[MANDELBROT_MAX + MANDELBROT_PADDING], cy[MANDELBROT_MAX + MANDELBROT_PADDING]; /* c */
  int32_t pixel[MANDELBROT_MAX]; /* whose they are, as index into the counts */
  int64_t ended_count;
  int32_t ended[MANDELBROT_MAX]; /* those that have ended in the last iterations, ascending */
};

/* Counts the iterations of all orbits, of which there is at least one: at most `iterations`, to
 * counts[pixel]. The orbits are undefined afterwards. */
typedef void mandelbrot_count(struct mandelbrot_orbits *orbits, int64_t iterations,
                              int32_t *restrict counts);

mandelbrot_count mandelbrot_tuned;

#endif
