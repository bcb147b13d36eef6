/* Speedup, parallel efficiency and the experimentally determined serial fraction, with the
 * intervals that follow from a comparison's interval: all are monotone functions of the ratio of
 * times, so that they keep its level. */
#ifndef QUARTET_ANALYSIS_STATISTICS_SPEEDUP_H
#define QUARTET_ANALYSIS_STATISTICS_SPEEDUP_H

#include "analysis/statistics/comparison.h"

/* A value with its confidence interval; low, high and level are NaN if it has none. */
struct interval_estimate {
  double value, low, high, level;
};

/* The speedup of a over its base b: time of b / time of a. */
struct interval_estimate speedup_estimate(const struct comparison *comparison);

/* Speedup / workers. `workers`: how many times as many cores as the base has. */
struct interval_estimate efficiency_estimate(struct interval_estimate speedup, double workers);

/* A. Karp and H. Flatt, "Measuring parallel processor performance", Comm. ACM 33 (1990):
 * (1/S - 1/p) / (1 - 1/p) for the speedup S over one core on p = workers cores. Below 0: the
 * speedup is above p. All NaN for one worker or fewer. */
struct interval_estimate karp_flatt_estimate(struct interval_estimate speedup, double workers);

#endif
