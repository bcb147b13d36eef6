/* One point's launches in numbers. The unit is the launch: its value is the median of its timed
 * repetitions. */
#ifndef QUARTET_ANALYSIS_STATISTICS_DESCRIBE_H
#define QUARTET_ANALYSIS_STATISTICS_DESCRIBE_H

#include <stddef.h>

/* Of launch medians, in their unit. Values that need more launches are NaN: quartiles need 4, p5
 * and p95 need 20 (below, they would be extrapolations between the extremes and their neighbours).
 * Quantiles are linear between order statistics (Hyndman and Fan's type 7). */
struct description {
  size_t count;
  double min, p5, p25, median, p75, p95, max; /* min, median and max from one launch on */
  double low, high; /* the median's confidence interval by order statistics (common/stats.h); NaN
                     * for fewer than 6 launches at 95 % */
  double level;     /* the confidence level that it really has, >= the requested one; NaN */
};

/* Of `count` values in any order; the array stays as it is. `level`: 0.95 say. A NaN among the
 * values makes all of them NaN. */
struct description describe(const double *values, size_t count, double level);

#endif
