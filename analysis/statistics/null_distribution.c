#include "analysis/statistics/null_distribution.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

enum { PAIRS_EXACT = 60, LAUNCHES_EXACT = 64 };

double null_at_most(const struct null_distribution *null, long s) {
  if (s < 0)
    return 0;
  return (size_t)s >= null->size ? 1 : null->at_most[s];
}

double null_at_least(const struct null_distribution *null, long s) {
  if (s < 0)
    return 1;
  return (size_t)s >= null->size ? 0 : null->at_least[s];
}

void null_free(struct null_distribution *null) {
  free(null->at_most);
  free(null->at_least);
}

bool null_signed_rank_is_exact(size_t pairs) {
  return pairs <= PAIRS_EXACT;
}

bool null_rank_sum_is_exact(size_t count_a, size_t count_b) {
  return count_a <= LAUNCHES_EXACT && count_b <= LAUNCHES_EXACT &&
         count_a + count_b <= LAUNCHES_EXACT;
}

/* From how often (or with which probability) each of `size` values occurs. */
static struct null_distribution cumulate(const double *weights, size_t size) {
  struct null_distribution null = {grow_zeroed(size, sizeof(double)),
                                   grow_zeroed(size, sizeof(double)), size};
  double up = 0, down = 0;
  for (size_t s = 0; s < size; s++) {
    null.at_most[s] = up += weights[s];
    null.at_least[size - 1 - s] = down += weights[size - 1 - s];
  }
  for (size_t s = 0; s < size; s++) {
    null.at_most[s] /= up;
    null.at_least[s] /= down;
  }
  return null;
}

struct null_distribution null_signed_rank_tied(const long *ranks, size_t count) {
  size_t largest = 0, reached = 0;
  for (size_t i = 0; i < count; i++)
    largest += (size_t)ranks[i];
  double *probability = grow_zeroed(largest + 1, sizeof *probability);
  probability[0] = 1;
  for (size_t i = 0; i < count; i++) {
    size_t rank = (size_t)ranks[i];
    reached += rank;
    for (size_t s = reached + 1; s-- > 0;)
      probability[s] = 0.5 * (probability[s] + (s >= rank ? probability[s - rank] : 0));
  }
  struct null_distribution null = cumulate(probability, largest + 1);
  free(probability);
  return null;
}

/* subsets[k * width + s]: how many subsets of k of the ranks up to now have the sum s. Each rank
 * is added to all smaller subsets in turn. Ranks ascend, so that the largest sum of k - 1 ranks is
 * that of the last k - 1. */
static void count_subsets(double *subsets, size_t width, const long *ranks, size_t count,
                          size_t chosen) {
  subsets[0] = 1;
  for (size_t i = 0; i < count; i++) {
    size_t rank = (size_t)ranks[i], first = i < chosen ? i + 1 : chosen, reached = 0;
    for (size_t k = 1; k < first; k++)
      reached += (size_t)ranks[i - k];
    for (size_t k = first; k > 0; k--) {
      const double *smaller = subsets + (k - 1) * width;
      double *with = subsets + k * width + rank;
      for (size_t s = 0; s <= reached; s++)
        with[s] += smaller[s];
      if (k > 1)
        reached -= (size_t)ranks[i - (k - 1)];
    }
  }
}

struct null_distribution null_rank_sum_tied(const long *ranks, size_t count, size_t chosen) {
  size_t largest = 0;
  for (size_t i = count - chosen; i < count; i++)
    largest += (size_t)ranks[i];
  size_t width = largest + 1;
  double *subsets = grow_zeroed((chosen + 1) * width, sizeof *subsets);
  count_subsets(subsets, width, ranks, count, chosen);
  struct null_distribution null = cumulate(subsets + chosen * width, width);
  free(subsets);
  return null;
}

const struct null_distribution *null_signed_rank(size_t pairs) {
  static struct null_distribution kept[PAIRS_EXACT + 1];
  struct null_distribution *null = &kept[pairs];
  if (null->at_most == NULL) {
    long ranks[PAIRS_EXACT];
    for (size_t i = 0; i < pairs; i++)
      ranks[i] = (long)i + 1;
    *null = null_signed_rank_tied(ranks, pairs);
  }
  return null;
}

const struct null_distribution *null_rank_sum(size_t count_a, size_t count_b) {
  static struct null_distribution kept[LAUNCHES_EXACT / 2 + 1][LAUNCHES_EXACT + 1];
  size_t fewer = count_a < count_b ? count_a : count_b, more = count_a + count_b - fewer;
  struct null_distribution *null = &kept[fewer][more];
  if (null->at_most == NULL) {
    /* U is the rank sum less its smallest value, fewer (fewer + 1) / 2. Ranks from 0 leave
     * fewer (fewer - 1) / 2 to take off. */
    long ranks[LAUNCHES_EXACT];
    for (size_t i = 0; i < fewer + more; i++)
      ranks[i] = (long)i;
    struct null_distribution sum = null_rank_sum_tied(ranks, fewer + more, fewer);
    size_t smallest = fewer * (fewer - (fewer > 0)) / 2;
    null->size = sum.size - smallest;
    null->at_most = grow_zeroed(null->size, sizeof *null->at_most);
    null->at_least = grow_zeroed(null->size, sizeof *null->at_least);
    memcpy(null->at_most, sum.at_most + smallest, null->size * sizeof *null->at_most);
    memcpy(null->at_least, sum.at_least + smallest, null->size * sizeof *null->at_least);
    null_free(&sum);
  }
  return null;
}

static size_t critical(const struct null_distribution *null, double tail, double *reached) {
  size_t k = 0;
  while (k < null->size && null->at_most[k] <= tail)
    k++;
  *reached = k > 0 ? null->at_most[k - 1] : 0;
  return k;
}

/* P(statistic <= k - 1) is about the normal's up to k - 1/2. */
static size_t critical_normal(double mean, double deviation, double tail, double *reached) {
  double k = floor(mean + deviation * gsl_cdf_ugaussian_Pinv(tail) + 0.5);
  *reached = 0;
  if (!(k >= 1)) /* as for a NaN */
    return 0;
  *reached = gsl_cdf_ugaussian_P((k - 0.5 - mean) / deviation);
  return (size_t)k;
}

size_t null_signed_rank_critical(size_t pairs, double tail, double *reached) {
  if (null_signed_rank_is_exact(pairs))
    return critical(null_signed_rank(pairs), tail, reached);
  double n = (double)pairs;
  return critical_normal(n * (n + 1) / 4, sqrt(n * (n + 1) * (2 * n + 1) / 24), tail, reached);
}

size_t null_rank_sum_critical(size_t count_a, size_t count_b, double tail, double *reached) {
  if (null_rank_sum_is_exact(count_a, count_b))
    return critical(null_rank_sum(count_a, count_b), tail, reached);
  double m = (double)count_a, n = (double)count_b;
  return critical_normal(m * n / 2, sqrt(m * n * (m + n + 1) / 12), tail, reached);
}
