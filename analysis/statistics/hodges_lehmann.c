#include "analysis/statistics/hodges_lehmann.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "analysis/statistics/null_distribution.h"

/* Combinations of sorted values: b_j - a_i over all i and j, or x_i + x_j over i <= j (a is NULL
 * then and b holds x). Rounding keeps their order, so that counts by comparison are exact. */
struct combinations {
  const double *a, *b;
  size_t count_a, count_b;
};

static uint64_t all_of(const struct combinations *c) {
  if (c->a == NULL)
    return (uint64_t)c->count_b * (c->count_b + 1) / 2;
  return (uint64_t)c->count_a * c->count_b;
}

/* How many combinations are <= value: as i goes up, the last j that is small enough moves one way
 * only. */
static uint64_t count_up_to(const struct combinations *c, double value) {
  uint64_t count = 0;
  if (c->a == NULL) {
    for (size_t i = 0, j = c->count_b; i < j; i++) {
      while (j > i && c->b[i] + c->b[j - 1] > value)
        j--;
      count += j - i;
    }
    return count;
  }
  for (size_t i = 0, j = 0; i < c->count_a; i++) {
    while (j < c->count_b && c->b[j] - c->a[i] <= value)
      j++;
    count += j;
  }
  return count;
}

/* Integers in the order of the doubles, and back. */
static int64_t key_of(double value) {
  int64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits < 0 ? INT64_MIN - bits : bits;
}

static double value_of(int64_t key) {
  int64_t bits = key < 0 ? INT64_MIN - key : key;
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* The k-th smallest combination, from 1: the smallest double with k combinations up to it. At most
 * 64 steps. */
static double kth(const struct combinations *c, uint64_t k) {
  double last = c->b[c->count_b - 1];
  int64_t low = key_of(c->a == NULL ? 2 * c->b[0] : c->b[0] - c->a[c->count_a - 1]);
  int64_t high = key_of(c->a == NULL ? 2 * last : last - c->a[0]);
  while (low < high) {
    int64_t middle = (low & high) + ((low ^ high) >> 1); /* their mean, rounded down */
    if (count_up_to(c, value_of(middle)) >= k)
      high = middle;
    else
      low = middle + 1;
  }
  return value_of(low);
}

static double middle_of(const struct combinations *c) {
  uint64_t all = all_of(c);
  double low = kth(c, (all + 1) / 2);
  return all % 2 == 1 ? low : 0.5 * low + 0.5 * kth(c, all / 2 + 1);
}

/* The k-th combination from either end. */
static struct shift_interval between(const struct combinations *c, size_t k, double tail) {
  if (k == 0)
    return (struct shift_interval){NAN, NAN, NAN};
  return (struct shift_interval){kth(c, k), kth(c, all_of(c) + 1 - k), 1 - 2 * tail};
}

double signed_rank_shift(const double *differences, size_t count) {
  if (count == 0)
    return NAN;
  struct combinations sums = {NULL, differences, 0, count};
  return middle_of(&sums) / 2;
}

struct shift_interval signed_rank_interval(const double *differences, size_t count, double level) {
  struct combinations sums = {NULL, differences, 0, count};
  double tail = 0;
  size_t k = count == 0 ? 0 : null_signed_rank_critical(count, (1 - level) / 2, &tail);
  struct shift_interval interval = between(&sums, k, tail);
  interval.low /= 2;
  interval.high /= 2;
  return interval;
}

double rank_sum_shift(const double *a, size_t count_a, const double *b, size_t count_b) {
  if (count_a == 0 || count_b == 0)
    return NAN;
  struct combinations differences = {a, b, count_a, count_b};
  return middle_of(&differences);
}

struct shift_interval rank_sum_interval(const double *a, size_t count_a, const double *b,
                                        size_t count_b, double level) {
  struct combinations differences = {a, b, count_a, count_b};
  double tail = 0;
  size_t k = 0;
  if (count_a > 0 && count_b > 0)
    k = null_rank_sum_critical(count_a, count_b, (1 - level) / 2, &tail);
  return between(&differences, k, tail);
}
