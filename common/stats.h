/* Order statistics of measured times. */
#ifndef QUARTET_STATS_H
#define QUARTET_STATS_H

#include <stddef.h>

/* A median with its distribution-free confidence interval [low, high]: the order statistics x(j)
 * and x(m+1-j) for the largest j with P(Bin(m, 1/2) < j) <= (1 - level) / 2 (W. Conover, "Practical
 * Nonparametric Statistics"; used for timings by Hoefler & Belli, SC15). */
struct interval {
  double median;
  double low, high; /* NaN when there are too few values for the level (fewer than 6 at 95 %) */
  double level;     /* the level that the interval really has, >= the requested one; NaN if none */
};

/* Sorts values in place, ascending, NaNs last. Every statistic of values with a NaN among them is
 * NaN. */
void stats_sort(double *values, size_t count);

/* The median of sorted values: the middle one, or the mean of the middle two; NaN of none. */
double stats_median(const double *sorted, size_t count);

/* The quantile q (0..1) of sorted values, linear between order statistics (Hyndman & Fan's type 7).
 */
double stats_quantile(const double *sorted, size_t count, double q);

/* The correlation of each value with the next one (lag 1; G. Box, G. Jenkins, "Time Series
 * Analysis", 1970), -1 to 1; NaN of fewer than 3 values, or of equal ones. */
double stats_lag1(const double *values, size_t count);

/* The median and its interval at `level` (0.95 say) of sorted values. */
struct interval stats_interval(const double *sorted, size_t count, double level);

#endif
