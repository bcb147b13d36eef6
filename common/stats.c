#include "common/stats.h"

#include <math.h>
#include <stdlib.h>

/* A total order with the NaNs last, where nan_among finds them. */
static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  if (isnan(x) || isnan(y))
    return (isnan(x) != 0) - (isnan(y) != 0);
  return (x > y) - (x < y);
}

void stats_sort(double *values, size_t count) {
  if (count > 1)
    qsort(values, count, sizeof *values, compare);
}

/* A NaN among the values must not be hidden by the order of the others. */
static int nan_among(const double *sorted, size_t count) {
  return count == 0 || isnan(sorted[count - 1]);
}

double stats_median(const double *sorted, size_t count) {
  if (nan_among(sorted, count))
    return NAN;
  size_t middle = count / 2;
  if (count % 2 == 1)
    return sorted[middle];
  return 0.5 * sorted[middle - 1] + 0.5 * sorted[middle];
}

double stats_quantile(const double *sorted, size_t count, double q) {
  if (nan_among(sorted, count) || isnan(q))
    return NAN;
  double place = (double)(count - 1) * fmin(fmax(q, 0.0), 1.0);
  size_t below = (size_t)place;
  if (below + 1 >= count)
    return sorted[count - 1];
  return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* The first term of the sum over the lower tail of Bin(m, 1/2), and its index. All of 2^-m is exact
 * in a double up to m = 1022; beyond, the sum begins 24 standard deviations below the mean (what
 * lies lower is less than e^-288), with the term from the logarithm, whose long double is good to
 * 1e-12 at m = 10^6. */
static size_t tail_start(size_t m, double *term) {
  if (m <= 1000) {
    *term = ldexp(1.0, -(int)m);
    return 0;
  }
  size_t first = (size_t)((double)m / 2 - 12 * sqrt((double)m));
  long double log_term = lgammal((long double)m + 1) - lgammal((long double)first + 1) -
                         lgammal((long double)(m - first) + 1) - (long double)m * logl(2.0L);
  *term = (double)expl(log_term);
  return first;
}

/* The largest j with P(Bin(m, 1/2) < j) <= tail, and that probability; 0 if none. */
static size_t order_statistic(size_t m, double tail, double *probability) {
  double term, sum = 0;
  size_t i = tail_start(m, &term);
  *probability = 0;
  for (; i < m; i++) {
    sum += term;
    if (!(sum <= tail))
      return i;
    *probability = sum;
    term *= (double)(m - i) / (double)(i + 1);
  }
  return i;
}

double stats_lag1(const double *values, size_t count) {
  double mean = 0, products = 0, squares = 0;
  for (size_t i = 0; i < count; i++)
    mean += values[i] / (double)count;
  for (size_t i = 0; i < count; i++) {
    squares += (values[i] - mean) * (values[i] - mean);
    if (i + 1 < count)
      products += (values[i] - mean) * (values[i + 1] - mean);
  }
  return count >= 3 && squares > 0 ? products / squares : NAN;
}

struct interval stats_interval(const double *sorted, size_t count, double level) {
  struct interval interval = {stats_median(sorted, count), NAN, NAN, NAN};
  if (isnan(interval.median))
    return interval;
  double below;
  size_t j = order_statistic(count, (1 - level) / 2, &below);
  if (j < 1 || j > count + 1 - j)
    return interval;
  interval.low = sorted[j - 1];
  interval.high = sorted[count - j];
  interval.level = 1 - 2 * below;
  return interval;
}
