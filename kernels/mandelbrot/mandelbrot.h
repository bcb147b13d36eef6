/* mandelbrot: what the kernel shares with its tuned implementation and its oracle. */
#ifndef QUARTET_MANDELBROT_H
#define QUARTET_MANDELBROT_H

#include "kernels/kernel.h"

#define MANDELBROT_WIDTH 2.5 /* of the square that the grid covers */

/* The oracle's numbers, which the page states: the area of the Mandelbrot set, and how far the area
 * of the pixels may be off, as number / n and number / iterations. */
#define MANDELBROT_AREA 1.5065918849
#define MANDELBROT_BORDER 6
#define MANDELBROT_LATE 8

/* One in this number of pixels of each row is computed again; more if these would be too few. */
#define MANDELBROT_STRIDE 64
#define MANDELBROT_LEAST 16

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

/* -- The oracle ------------------------------------------------------------------------------- */

/* Twice the distance, in pixels, by which the grid lies above the one that is symmetric to the real
 * axis: no row is its own mirror image, and in each pass (from 0) it is another grid. */
static inline double mandelbrot_twice_shift(int64_t pass) {
  return 0.5 + (double)(pass % 1024) * 0x1p-20;
}

/* Some pixels of one row. */
struct mandelbrot_run {
  int64_t row, column, count;
};

/* What the pixels of some rows add up to; at most 10^6 * 10^6 pixels of 10^6 iterations. */
struct mandelbrot_tally {
  uint64_t rows;
  uint64_t iterations; /* of all pixels */
  uint64_t inside;     /* pixels whose orbits have not ended */
  uint64_t samples;    /* the counts of some pixels, weighted with their places, modulo 2^64 */
};

/* Adds the counts of the run's pixels to the tally, of which `most` is the largest. */
void mandelbrot_add(struct mandelbrot_tally *tally, const struct mandelbrot_run *run, int64_t n,
                    int64_t pass, int64_t most, const int32_t *counts);

/* Combines two tallies. As in struct phase. */
void mandelbrot_combine(void *into, const void *from);

/* What the samples of the rows [begin, end) must add up to: each is computed once more. */
uint64_t mandelbrot_sample_again(int64_t begin, int64_t end, int64_t n, int64_t pass, int64_t most);

/* The verdict on a pass with that number of iterations, whose samples computed again add up to
 * `again`. */
struct verdict mandelbrot_verify(const struct mandelbrot_tally *tally, uint64_t again,
                                 int64_t iterations, const struct problem *problem);

#endif
