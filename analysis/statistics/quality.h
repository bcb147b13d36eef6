/* Whether a point's launches are what statistics assume: independent values of one distribution.
 * Nothing is dropped and no verdict is changed; the report prints a note. */
#ifndef QUARTET_ANALYSIS_STATISTICS_QUALITY_H
#define QUARTET_ANALYSIS_STATISTICS_QUALITY_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/statistics/outliers.h"

/* Of one point's launches in order of time. */
struct quality {
  size_t count;
  struct fences fences;    /* for outlier_kind; NaN: fewer than 5 launches */
  size_t mild, extreme;    /* launches beyond the inner and not the outer, and beyond the outer */
  double drift;            /* Theil-Sen slope over the whole series, as a part of the median: 0.03:
                            * the last launch takes 3 % longer than the first; NaN: fewer than 2 */
  double drift_p;          /* Mann-Kendall; NaN: fewer than 4 */
  double lag1;             /* autocorrelation at lag 1; NaN: fewer than 3, or all equal */
  double lag1_p;           /* Bartels' rank test; NaN: fewer than 10, or all equal */
  double dip, two_modes_p; /* Hartigans' test; NaN: fewer than 8 */
  /* Set by quality_judge. */
  bool drifts;     /* from the first to the last launch, times rise or fall */
  bool correlated; /* each launch resembles the one before it (or alternates with it), without a
                    * drift, which explains that already */
  bool two_modes;  /* launches fall into two groups or more */
};

/* Measures and tests; judges nothing. No NaNs among the times. */
struct quality quality_measure(const double *times_s, size_t count);

/* Judges all points of a table together: Holm's adjustment over all tests of all points, at 1 %, so
 * that in 99 of 100 tables without a fault nothing is noted. */
void quality_judge(struct quality *points, size_t count);

#endif
