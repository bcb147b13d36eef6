/* Intervals of statistics that have no test to invert: B. Efron, "Bootstrap methods: another look
 * at the jackknife", Ann. Stat. 7 (1979); B. Efron and R. Tibshirani, "An Introduction to the
 * Bootstrap", 1993, chapter 13 (percentiles). */
#ifndef QUARTET_ANALYSIS_STATISTICS_BOOTSTRAP_H
#define QUARTET_ANALYSIS_STATISTICS_BOOTSTRAP_H

#include <stddef.h>

#include "analysis/statistics/speedup.h"

/* A statistic of several samples; may sort or change them. A NaN is not counted among the results.
 */
typedef double bootstrap_statistic(double *const *samples, const size_t *counts, size_t groups,
                                   void *context);

/* The statistic of the samples as they are, and the percentile interval over 4000 resamplings with
 * replacement within each of the `groups` samples (at most 16). The generator is mt19937 with a
 * fixed seed, so that the same samples give the same interval.
 *
 * The level is nominal: a 95 % interval of the ratio of two medians covers 97 % with 6 to 30
 * launches each, of the ratio of two means 90 % with 6 and 93 % with 30. What has an exact
 * interval, as a ratio of times has (analysis/statistics/comparison.h), should not take this one.
 * low, high and level are NaN if a sample has fewer than 6 values, or if the statistic is NaN for
 * one resampling in a hundred. */
struct interval_estimate bootstrap_estimate(bootstrap_statistic *statistic, double *const *samples,
                                            const size_t *counts, size_t groups, void *context,
                                            double level);

#endif
