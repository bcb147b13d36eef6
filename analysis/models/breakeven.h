/* From which size of problem on one variant is faster than another. */
#ifndef QUARTET_ANALYSIS_MODELS_BREAKEVEN_H
#define QUARTET_ANALYSIS_MODELS_BREAKEVEN_H

#include <stddef.h>

#include "analysis/models/estimate.h"
#include "analysis/statistics/comparison.h"

/* One size: the variant compared with the base. */
struct breakeven_point {
  double n;         /* > 0 */
  double ratio;     /* time of the base / time of the variant; > 1: the variant is faster */
  double low, high; /* its interval; NaN: none */
  enum comparison_verdict verdict; /* of the variant */
};

enum breakeven_outcome {
  BREAKEVEN_ALWAYS,      /* faster at the smallest and the largest size, and slower at none */
  BREAKEVEN_NEVER,       /* slower at some sizes, or the same at all, and faster at none */
  BREAKEVEN_FROM,        /* faster from some size on */
  BREAKEVEN_UP_TO,       /* faster up to some size */
  BREAKEVEN_SEVERAL,     /* it changes more than once */
  BREAKEVEN_CANNOT_TELL, /* nothing was decided, or there are no points */
  BREAKEVEN_OUTCOMES
};

struct breakeven {
  enum breakeven_outcome outcome;
  /* The change of FROM and UP_TO, with sizes that were measured. FROM: n_low is the largest at
   * which the variant is slower, n_high the smallest at which it is faster from there on. UP_TO:
   * n_low is the largest at which it is faster, n_high the smallest at which it is slower. NaN
   * where nothing was decided on that side: at smaller (FROM) or larger sizes (UP_TO) it is
   * undecided or the same. */
  double n_low, n_high;
  /* Where the ratio is 1, linear between sizes in log n and log ratio. Its ends are where the
   * ratio's interval has an end at 1; between two sizes, whose errors are independent, it is as
   * wide as the shares of both in squares. So it has the level of the ratios' intervals, if the
   * true ratio is linear between the two sizes, too (tests/analysis/models/breakeven.c). An end is
   * NaN where it is not within the measured sizes; the value is NaN without a change, or where the
   * ratio is not 1 between n_low and n_high. */
  struct estimate n;
  size_t decided; /* points at which the variant is faster or slower */
};

/* Looks at `count` points in any order, each n once. Those with n not above 0 or a ratio that is
 * not a number above 0 count as undecided. */
struct breakeven breakeven_find(const struct breakeven_point *points, size_t count);

#endif
