/* Order statistics against values that were computed elsewhere, in exact integers. */
#include "common/stats.h"

#include <math.h>
#include <stdlib.h>

#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_sort(void) {
  double values[] = {3, NAN, -INFINITY, 1, NAN, INFINITY, -0.5};
  stats_sort(values, COUNT(values));
  static const double expected[] = {-INFINITY, -0.5, 1, 3, INFINITY};
  for (size_t i = 0; i < COUNT(expected); i++)
    CHECK(values[i] == expected[i], "%zu: %g", i, values[i]);
  CHECK(isnan(values[5]) && isnan(values[6]));
  stats_sort(values, 0);
}

static void test_median_and_quantiles(void) {
  static const double odd[] = {1, 2, 10}, even[] = {1, 2, 4, 10};
  static const double largest[] = {1e308, 1.5e308}; /* their sum is infinite */
  CHECK(stats_median(odd, 3) == 2);
  CHECK(stats_median(even, 4) == 3);
  CHECK(stats_median(odd, 1) == 1);
  CHECK(stats_median(largest, 2) == 1.25e308, "%g", stats_median(largest, 2));
  CHECK(isnan(stats_median(odd, 0)));
  CHECK(stats_quantile(even, 4, 0) == 1);
  CHECK(stats_quantile(even, 4, 1) == 10);
  CHECK(stats_quantile(even, 4, 0.5) == 3);
  CHECK(fabs(stats_quantile(even, 4, 0.9) - 8.2) < 1e-12, "%g", stats_quantile(even, 4, 0.9));
  CHECK(stats_quantile(even, 4, 0.25) == 1.75, "%g", stats_quantile(even, 4, 0.25));
  CHECK(stats_quantile(odd, 1, 0.3) == 1);
  CHECK(stats_quantile(even, 4, -1) == 1 && stats_quantile(even, 4, 2) == 10);
  CHECK(isnan(stats_quantile(odd, 0, 0.5)) && isnan(stats_quantile(odd, 3, NAN)));
}

/* Values are their own ranks, 1 to m, so that the interval shows which order statistics it took. */
static void check_interval(size_t m, double level, double low, double high, double real_level) {
  double *ranks = malloc(m * sizeof *ranks);
  for (size_t i = 0; i < m; i++)
    ranks[i] = (double)i + 1;
  struct interval interval = stats_interval(ranks, m, level);
  CHECK(interval.median == ((double)m + 1) / 2, "m %zu: %g", m, interval.median);
  CHECK(interval.low == low && interval.high == high, "m %zu: (%g, %g), not (%g, %g)", m,
        interval.low, interval.high, low, high);
  CHECK(fabs(interval.level - real_level) < 1e-9, "m %zu: level %.15g, not %.15g", m,
        interval.level, real_level);
  free(ranks);
}

static void test_intervals(void) {
  /* By exact integer arithmetic in Python: j is the number of terms C(m, i), from i = 0, whose sum
   * is at most 2^m (1 - level) / 2. */
  check_interval(6, 0.95, 1, 6, 0.96875);
  check_interval(7, 0.95, 1, 7, 0.984375);
  check_interval(9, 0.95, 2, 8, 0.9609375);
  check_interval(10, 0.95, 2, 9, 0.978515625);
  check_interval(20, 0.95, 6, 15, 0.9586105346679688);
  check_interval(30, 0.95, 10, 21, 0.9572260547429323);
  check_interval(50, 0.95, 18, 33, 0.9671608624357315);
  check_interval(100, 0.95, 40, 61, 0.9647997997822951);
  check_interval(1000, 0.95, 469, 532, 0.9537088026395019);
  check_interval(1001, 0.95, 470, 532, 0.9500154764972458); /* the first beyond ldexp */
  check_interval(1200, 0.95, 566, 635, 0.9536584799640778);
  check_interval(20000, 0.95, 9861, 10140, 0.9514875384041096);
  check_interval(100000, 0.95, 49690, 50311, 0.9504442853304751);
  check_interval(1000000, 0.95, 499020, 500981, 0.9501210313476319);
  check_interval(8, 0.99, 1, 8, 0.9921875);
  check_interval(20, 0.99, 4, 17, 0.9974231719970703);
  check_interval(1001, 0.99, 460, 542, 0.9904859597157918);
  check_interval(5, 0.9375, 1, 5, 0.9375); /* the tail may be all of (1 - level) / 2 */
}

static void test_no_interval(void) {
  static const double values[] = {1, 2, 3, 4, 5, 6, 7};
  for (size_t m = 0; m < 6; m++) {
    struct interval interval = stats_interval(values, m, 0.95);
    CHECK(isnan(interval.low) && isnan(interval.high) && isnan(interval.level), "m %zu", m);
    CHECK(m == 0 ? isnan(interval.median) : interval.median == ((double)m + 1) / 2, "m %zu", m);
  }
  CHECK(isnan(stats_interval(values, 7, 0.99).low));
  CHECK(isnan(stats_interval(values, 7, NAN).low));
}

static void test_nan(void) {
  double values[] = {1, 2, 3, NAN, 5, 6, 7};
  stats_sort(values, COUNT(values));
  struct interval interval = stats_interval(values, COUNT(values), 0.95);
  CHECK(isnan(interval.median) && isnan(interval.low) && isnan(interval.high));
  CHECK(isnan(stats_median(values, COUNT(values))));
  CHECK(isnan(stats_quantile(values, COUNT(values), 0)));
}

/* A line rises evenly; what alternates is the opposite. By hand: 1 2 3 4: mean 2.5, products 1.25,
 * squares 5. */
static void test_lag1(void) {
  const double rising[] = {1, 2, 3, 4}, alternating[] = {1, -1, 1, -1}, equal[] = {2, 2, 2};
  CHECK(fabs(stats_lag1(rising, 4) - 0.25) < 1e-15, "%g", stats_lag1(rising, 4));
  CHECK(stats_lag1(alternating, 4) == -0.75, "%g", stats_lag1(alternating, 4));
  CHECK(isnan(stats_lag1(equal, 3)) && isnan(stats_lag1(rising, 2)));
}

int main(void) {
  test_lag1();
  test_sort();
  test_median_and_quantiles();
  test_intervals();
  test_no_interval();
  test_nan();
  return test_result();
}
