/* A trend in time and its size: H. Mann, "Nonparametric tests against trend", Econometrica 13
 * (1945); M. Kendall, "Rank Correlation Methods", 1948; H. Theil, "A rank-invariant method of
 * linear and polynomial regression analysis", Indagationes Math. 12 (1950); P. Sen, J. Am. Stat.
 * Assoc. 63 (1968). Values stand in order of time, one step apart, without NaNs. */
#ifndef QUARTET_ANALYSIS_STATISTICS_TREND_H
#define QUARTET_ANALYSIS_STATISTICS_TREND_H

#include <stddef.h>

/* The two-sided p value of the test by Mann and Kendall that the order in time is random: exact for
 * up to 50 values without ties, otherwise normal with tie and continuity correction. NaN for fewer
 * than 4 values, of which no order could be significant. Not thread-safe. */
double mann_kendall_test(const double *values, size_t count);

/* The median of the slopes (y_j - y_i) / (j - i), per step. Above 100 values only those of the
 * count / 2 pairs that lie half of the series apart (Theil's incomplete method). NaN for fewer than
 * 2. */
double theil_sen_slope(const double *values, size_t count);

#endif
