#include "analysis/statistics/rank_tests.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/statistics/null_distribution.h"
#include "analysis/statistics/ranks.h"
#include "common/grow.h"

/* From both tails of an exact distribution. */
static double two_sided(const struct null_distribution *null, long statistic) {
  double tail = fmin(null_at_most(null, statistic), null_at_least(null, statistic));
  return fmin(1, 2 * tail);
}

/* With continuity correction: a statistic is an integer (or, doubled, one of two), of which half a
 * step belongs to the tail. */
static double two_sided_normal(double distance, double step, double variance) {
  if (variance <= 0)
    return 1;
  double z = fmax(0, fabs(distance) - step / 2) / sqrt(variance);
  return fmin(1, 2 * gsl_cdf_ugaussian_Q(z));
}

/* `positive`: the sum of doubled ranks of positive differences; `ranks` of those that are not 0. */
static double signed_rank_p(const long *ranks, size_t count, long positive) {
  if (!null_signed_rank_is_exact(count)) {
    double mean = 0, variance = 0;
    for (size_t i = 0; i < count; i++) {
      mean += (double)ranks[i] / 2;
      variance += (double)ranks[i] * (double)ranks[i] / 4;
    }
    return two_sided_normal((double)positive - mean, 2, variance);
  }
  struct null_distribution null = null_signed_rank_tied(ranks, count);
  double p = two_sided(&null, positive);
  null_free(&null);
  return p;
}

double signed_rank_test(const double *differences, size_t count) {
  if (count == 0)
    return NAN;
  double *sizes = grow_zeroed(count, sizeof *sizes);
  long *ranks = grow_zeroed(count, sizeof *ranks), positive = 0;
  for (size_t i = 0; i < count; i++)
    sizes[i] = fabs(differences[i]);
  bool tied = ranks_doubled(sizes, count, ranks);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (differences[i] > 0)
      positive += ranks[i];
    if (differences[i] != 0)
      ranks[kept++] = ranks[i];
  }
  ranks_sort(ranks, kept);
  double p;
  if (!tied && kept == count && null_signed_rank_is_exact(count))
    p = two_sided(null_signed_rank(count), positive / 2);
  else
    p = signed_rank_p(ranks, kept, positive);
  free(sizes);
  free(ranks);
  return p;
}

/* The variance of a sum of m of the ranks, drawn without replacement, which includes the tie
 * correction. */
static double rank_sum_variance(const long *ranks, size_t count, double m) {
  double all = (double)count, mean = all + 1, squares = 0; /* of doubled ranks */
  for (size_t i = 0; i < count; i++)
    squares += ((double)ranks[i] - mean) * ((double)ranks[i] - mean);
  return m * (all - m) / (all * (all - 1)) * squares;
}

/* `sum`: of the doubled ranks of the first `fewer` of all. */
static double mann_whitney_p(long *ranks, size_t count, size_t fewer, long sum, bool tied) {
  size_t more = count - fewer;
  if (!null_rank_sum_is_exact(fewer, more)) {
    double m = (double)fewer;
    return two_sided_normal((double)sum - m * ((double)count + 1), 2,
                            rank_sum_variance(ranks, count, m));
  }
  if (!tied)
    return two_sided(null_rank_sum(fewer, more), sum / 2 - (long)(fewer * (fewer + 1) / 2));
  ranks_sort(ranks, count);
  struct null_distribution null = null_rank_sum_tied(ranks, count, fewer);
  double p = two_sided(&null, sum);
  null_free(&null);
  return p;
}

double mann_whitney_test(const double *a, size_t count_a, const double *b, size_t count_b) {
  if (count_a == 0 || count_b == 0)
    return NAN;
  if (count_a > count_b)
    return mann_whitney_test(b, count_b, a, count_a);
  size_t count = count_a + count_b;
  double *values = grow_zeroed(count, sizeof *values);
  long *ranks = grow_zeroed(count, sizeof *ranks), sum = 0;
  for (size_t i = 0; i < count; i++)
    values[i] = i < count_a ? a[i] : b[i - count_a];
  bool tied = ranks_doubled(values, count, ranks);
  for (size_t i = 0; i < count_a; i++)
    sum += ranks[i];
  double p = mann_whitney_p(ranks, count, count_a, sum, tied);
  free(values);
  free(ranks);
  return p;
}

double signed_rank_smallest_p(size_t pairs) {
  return pairs == 0 ? 1 : ldexp(1, 1 - (int)fmin((double)pairs, 1000));
}

double mann_whitney_smallest_p(size_t count_a, size_t count_b) {
  double m = (double)count_a, n = (double)count_b;
  return fmin(1, 2 * exp(lgamma(m + 1) + lgamma(n + 1) - lgamma(m + n + 1)));
}
