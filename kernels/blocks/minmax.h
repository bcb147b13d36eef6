/* Minima and maxima: of integers, of errors, and of values that an oracle expects to be equal. */
#ifndef QUARTET_BLOCKS_MINMAX_H
#define QUARTET_BLOCKS_MINMAX_H

#include <float.h>
#include <math.h>
#include <stdint.h>

#include "common/strict_math.h"

static inline int64_t min_of(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static inline int64_t max_of(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* The larger of two errors; NaN if either is. */
static inline double max_or_nan(double a, double b) {
  return b > a || isnan(b) ? b : a;
}

/* a / b, rounded up; a >= 0, b > 0. */
static inline int64_t quotient_up(int64_t a, int64_t b) {
  return a / b + (a % b != 0);
}

/* 0 + 1 + ... + (n - 1) modulo 2^64: what the numbers of n units add up to. */
static inline uint64_t sum_below(uint64_t n) {
  return n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n;
}

/* Minimum, maximum and number of some values. A NaN counts as none, so that a caller that knows the
 * number of values finds out. Partial results of disjoint sets combine in any order. */
struct minmax {
  double min, max;
  int64_t count;
};

#define MINMAX_NONE ((struct minmax){DBL_MAX, -DBL_MAX, 0})

static inline void minmax_add(struct minmax *all, double value) {
  all->min = value < all->min ? value : all->min;
  all->max = value > all->max ? value : all->max;
  all->count += value == value;
}

static inline void minmax_combine(struct minmax *all, const struct minmax *more) {
  all->min = more->min < all->min ? more->min : all->min;
  all->max = more->max > all->max ? more->max : all->max;
  all->count += more->count;
}

/* The value that is furthest from the expected one. */
static inline double minmax_furthest(const struct minmax *all, double expected) {
  return expected - all->min > all->max - expected ? all->min : all->max;
}

#endif
