#include "analysis/statistics/trend.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

enum { EXACT = 50, TEST_NEEDS = 4, ALL_SLOPES = 100 };

/* Sorts values and returns how many pairs stood in falling order: merging takes a value from the
 * right half before all that are left of the left half. */
static uint64_t sort_falling_pairs(double *values, size_t count, double *room) {
  if (count < 2)
    return 0;
  size_t half = count / 2, left = 0, right = half;
  uint64_t falling = sort_falling_pairs(values, half, room) +
                     sort_falling_pairs(values + half, count - half, room);
  for (size_t i = 0; i < count; i++) {
    if (right == count || (left < half && values[left] <= values[right])) {
      room[i] = values[left++];
    } else {
      falling += half - left;
      room[i] = values[right++];
    }
  }
  memcpy(values, room, count * sizeof *values);
  return falling;
}

/* P(falling pairs <= k) of `count` values in random order, for all k; the number for n values is
 * that for n - 1 plus one that is uniform on 0 .. n - 1. */
static double *falling_distribution(size_t count) {
  size_t size = count * (count - 1) / 2 + 1;
  double *at_most = grow_zeroed(size, sizeof *at_most), *next = grow_zeroed(size, sizeof *next);
  for (size_t i = 0; i < size; i++)
    at_most[i] = 1;
  for (size_t n = 2; n <= count; n++) {
    double sum = 0; /* of at_most[i - n + 1 .. i] */
    for (size_t i = 0; i < size; i++) {
      sum += at_most[i] - (i >= n ? at_most[i - n] : 0);
      next[i] = fmin(1, sum / (double)n);
    }
    memcpy(at_most, next, size * sizeof *at_most);
  }
  free(next);
  return at_most;
}

/* Computed once for each count and kept until the program ends: tables have thousands of points. */
static double falling_at_most(size_t count, uint64_t k) {
  static double *kept[EXACT + 1];
  if (kept[count] == NULL)
    kept[count] = falling_distribution(count);
  return kept[count][k];
}

static double normal_p(double score, double count, double tied) {
  double variance = (count * (count - 1) * (2 * count + 5) - tied) / 18;
  if (variance <= 0)
    return 1;
  return fmin(1, 2 * gsl_cdf_ugaussian_Q(fmax(0, fabs(score) - 1) / sqrt(variance)));
}

double mann_kendall_test(const double *values, size_t count) {
  if (count < TEST_NEEDS)
    return NAN;
  double *sorted = grow_zeroed(count, sizeof *sorted), *room = grow_zeroed(count, sizeof *room);
  memcpy(sorted, values, count * sizeof *sorted);
  uint64_t falling = sort_falling_pairs(sorted, count, room);
  double n = (double)count, equal = 0, tied = 0; /* pairs of equal values; sum of t (t-1) (2t+5) */
  for (size_t first = 0, end; first < count; first = end) {
    for (end = first + 1; end < count && sorted[end] == sorted[first];)
      end++;
    double t = (double)(end - first);
    equal += t * (t - 1) / 2;
    tied += t * (t - 1) * (2 * t + 5);
  }
  free(sorted);
  free(room);
  double rising = n * (n - 1) / 2 - equal - (double)falling;
  if (equal > 0 || count > EXACT)
    return normal_p(rising - (double)falling, n, tied);
  return fmin(1, 2 * falling_at_most(count, (uint64_t)fmin(rising, (double)falling)));
}

double theil_sen_slope(const double *values, size_t count) {
  if (count < 2)
    return NAN;
  size_t slopes = 0, half = count / 2;
  double *slope = grow_zeroed(count <= ALL_SLOPES ? count * (count - 1) / 2 : half, sizeof *slope);
  if (count <= ALL_SLOPES) {
    for (size_t j = 1; j < count; j++)
      for (size_t i = 0; i < j; i++)
        slope[slopes++] = (values[j] - values[i]) / (double)(j - i);
  } else {
    size_t distance = count - half;
    for (size_t i = 0; i < half; i++)
      slope[slopes++] = (values[i + distance] - values[i]) / (double)distance;
  }
  double median = gsl_stats_median(slope, 1, slopes); /* by selection, in O(slopes) */
  free(slope);
  return median;
}
