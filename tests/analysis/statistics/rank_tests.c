/* Rank tests, their estimates and intervals, Holm's adjustment and Cliff's delta against R 4.2.2.
 * Each comment holds the R command that printed the values. SciPy 1.10.1 has the same p values:
 * scipy.stats.wilcoxon(f(49, 37) - 40, method='exact'): 0.01696513917495679,
 * scipy.stats.mannwhitneyu(f(30, 37) + 12, f(30, 59), method='exact'): 0.07717875008660513. */
#include "analysis/statistics/rank_tests.h"

#include <stdlib.h>

#include "analysis/statistics/cliffs_delta.h"
#include "analysis/statistics/hodges_lehmann.h"
#include "analysis/statistics/holm.h"
#include "analysis/statistics/null_distribution.h"
#include "common/stats.h"
#include "tests/analysis/statistics/values.h"
#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CLOSE(value, expected)                                                                     \
  CHECK(near(value, expected, 1e-12), "%.15g, not %.15g", (double)(value), (double)(expected))

/* Hollander and Wolfe's depression data (help(wilcox.test) in R); a and b are made up. */
static const double before[] = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
static const double after[] = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
static const double a[] = {1.01, 1.07, 0.98, 1.12, 1.03, 0.95, 1.20, 1.06, 0.99, 1.15};
static const double b[] = {1.10, 1.24, 1.18, 1.02, 1.31, 1.09, 1.27, 1.145, 1.19, 1.08};

static void check_signed_rank(double *d, size_t n, double p, double shift, double low,
                              double high) {
  CLOSE(signed_rank_test(d, n), p);
  stats_sort(d, n);
  CLOSE(signed_rank_shift(d, n), shift);
  struct shift_interval interval = signed_rank_interval(d, n, 0.95);
  CLOSE(interval.low, low);
  CLOSE(interval.high, high);
}

/* w <- wilcox.test(d, exact = TRUE, conf.int = TRUE); w$p.value; w$estimate; w$conf.int */
static void test_signed_rank(void) {
  double d[49];
  for (size_t i = 0; i < COUNT(before); i++)
    d[i] = before[i] - after[i];
  check_signed_rank(d, COUNT(before), 0.0390625, 0.46, 0.01, 0.786);
  scattered(d, 20, 37, -40); /* d <- f(20, 37) - 40 */
  check_signed_rank(d, 20, 0.142906188964844, 10.015, -4.9895, 25.0195);
  scattered(d, 49, 37, -40); /* d <- f(49, 37) - 40 */
  check_signed_rank(d, 49, 0.0169651391749568, 11.0355, 2.538, 20.018);
}

static void check_mann_whitney(double *x, size_t count_x, double *y, size_t count_y, double level,
                               const double expected[4]) {
  CLOSE(mann_whitney_test(x, count_x, y, count_y), expected[0]);
  CLOSE(mann_whitney_test(y, count_y, x, count_x), expected[0]);
  stats_sort(x, count_x);
  stats_sort(y, count_y);
  CLOSE(rank_sum_shift(x, count_x, y, count_y), expected[1]);
  struct shift_interval interval = rank_sum_interval(x, count_x, y, count_y, level);
  CLOSE(interval.low, expected[2]);
  CLOSE(interval.high, expected[3]);
}

/* w <- wilcox.test(y, x, exact = TRUE, conf.int = TRUE, conf.level = level); as above */
static void test_mann_whitney(void) {
  double x[30], y[30];
  static const double ten[] = {0.0185433761285154, 0.11, 0.025, 0.2};
  static const double ten_wide[] = {0.0185433761285154, 0.11, -0.01, 0.23};
  static const double few[] = {0.23030303030303, 0.08, -0.02, 0.21}; /* b[1:4], a[1:7] */
  static const double twenty[] = {0.182630838552878, 13.0135, -7.003, 33.016};
  static const double thirty[] = {0.0771787500866053, 14.0165, -1.991, 30.012};
  memcpy(x, a, sizeof a);
  memcpy(y, b, sizeof b);
  check_mann_whitney(x, 10, y, 10, 0.95, ten);
  check_mann_whitney(x, 10, y, 10, 0.99, ten_wide);
  memcpy(x, a, sizeof a);
  memcpy(y, b, sizeof b);
  check_mann_whitney(x, 7, y, 4, 0.9, few);
  scattered(x, 20, 59, 0); /* x <- f(20, 59); y <- f(20, 37) + 12 */
  scattered(y, 20, 37, 12);
  check_mann_whitney(x, 20, y, 20, 0.95, twenty);
  scattered(x, 30, 59, 0);
  scattered(y, 30, 37, 12);
  check_mann_whitney(x, 30, y, 30, 0.95, thirty);
}

static void test_normal_approximation(void) {
  double x[80], y[80];
  scattered(x, 80, 37, -45); /* wilcox.test(f(80, 37) - 45, exact = FALSE)$p.value */
  CLOSE(signed_rank_test(x, 80), 0.10244044100829);
  scattered(x, 60, 37, 12); /* wilcox.test(f(60, 37) + 12, f(70, 59), exact = FALSE)$p.value */
  scattered(y, 70, 59, 0);
  CLOSE(mann_whitney_test(x, 60, y, 70), 0.0164794985552336);
  scattered(x, 60, 37, 0);
  for (size_t i = 0; i < 60; i++)
    x[i] = rint(x[i] / 10) + 1;
  for (size_t i = 0; i < 70; i++)
    y[i] = rint(y[i] / 10);
  /* wilcox.test(round(f(60, 37) / 10) + 1, round(f(70, 59) / 10), exact = FALSE)$p.value */
  CLOSE(mann_whitney_test(x, 60, y, 70), 0.0439515031762362);
}

/* By enumeration in R of all signs (expand.grid) and of all choices (combn) of the midranks:
 * r <- rank(abs(d))[d != 0]; W <- as.matrix(expand.grid(rep(list(0:1), 10))) %*% r
 * o <- sum(rank(abs(d))[d > 0]); 2 * min(mean(W <= o), mean(W >= o))
 * r <- rank(c(x, y)); W <- colSums(matrix(r[combn(14, 6)], 6)); o <- sum(r[1:6]); as above */
static void test_ties(void) {
  static const double d[] = {3, -1, 2, 2, -1, 0, 4, 1, -2, 5, 0, 3};
  static const double x[] = {1, 2, 2, 3, 3, 5}, y[] = {2, 3, 4, 4, 5, 5, 6, 3};
  static const double zeros[12];
  CLOSE(signed_rank_test(d, COUNT(d)), 0.087890625);
  CLOSE(mann_whitney_test(x, COUNT(x), y, COUNT(y)), 0.107226107226107);
  CLOSE(signed_rank_test(zeros, COUNT(zeros)), 1);
  CLOSE(mann_whitney_test(zeros, 12, zeros, 12), 1);
  CHECK(isnan(signed_rank_test(d, 0)) && isnan(mann_whitney_test(x, 0, y, 2)));
}

/* With ties or without, all distributions come from one count; without ties the closed forms at
 * its ends must come out, and what lies between is symmetric. */
static void test_null_distributions(void) {
  for (size_t n = 1; n <= 60; n++) {
    const struct null_distribution *null = null_signed_rank(n);
    CHECK(null->size == n * (n + 1) / 2 + 1, "%zu", n);
    CLOSE(2 * null->at_most[0], signed_rank_smallest_p(n) / (n == 0 ? 2 : 1));
    for (long s = 0; s < (long)null->size; s += (long)n)
      CLOSE(null_at_most(null, s), null_at_least(null, (long)null->size - 1 - s));
  }
  for (size_t m = 1; m <= 32; m++)
    for (size_t n = 1; m + n <= 64; n += 3) {
      const struct null_distribution *null = null_rank_sum(m, n);
      CHECK(null->size == m * n + 1, "%zu %zu", m, n);
      CHECK(fabs(fmin(1, 2 * null->at_most[0]) / mann_whitney_smallest_p(m, n) - 1) < 1e-9,
            "%zu %zu", m, n);
      for (long u = 0; u < (long)null->size; u += (long)n)
        CLOSE(null_at_most(null, u), null_at_least(null, (long)null->size - 1 - u));
    }
}

/* The smallest p values, in both directions: 2 / 2^60 and 2 / (64 over 32) are far below the
 * rounding of 1. */
static void test_extremes(void) {
  double d[60], x[32], y[32];
  for (size_t i = 0; i < 60; i++)
    d[i] = (double)i + 1;
  CHECK(fabs(ldexp(signed_rank_test(d, 60), 59) - 1) < 1e-13);
  d[0] = d[1]; /* tied */
  CHECK(fabs(ldexp(signed_rank_test(d, 60), 59) - 1) < 1e-13);
  for (size_t i = 0; i < 60; i++)
    d[i] = -d[i];
  CHECK(fabs(ldexp(signed_rank_test(d, 60), 59) - 1) < 1e-13);
  for (size_t i = 0; i < 32; i++) {
    x[i] = (double)i;
    y[i] = (double)i + 100;
  }
  double smallest = 2 / 1832624140942590534.0; /* choose(64, 32) */
  for (int tied = 0; tied < 2; tied++) {
    CHECK(fabs(mann_whitney_test(x, 32, y, 32) / smallest - 1) < 1e-13);
    CHECK(fabs(mann_whitney_test(y, 32, x, 32) / smallest - 1) < 1e-13);
    x[0] = x[1];
  }
}

/* The levels that R's intervals have: 1 - 2 psignrank(k - 1, n), 1 - 2 pwilcox(k - 1, m, n) for
 * k <- qsignrank(0.025, n) and k <- qwilcox(0.025, m, n). */
static void test_levels(void) {
  double x[1000];
  scattered(x, 30, 37, 0);
  stats_sort(x, 30);
  CLOSE(signed_rank_interval(x, 6, 0.95).level, 0.96875);
  CLOSE(signed_rank_interval(x, 10, 0.95).level, 0.951171875);
  CLOSE(signed_rank_interval(x, 20, 0.95).level, 0.951559066772461);
  CLOSE(signed_rank_interval(x, 30, 0.99).level, 0.990068489685655);
  CLOSE(rank_sum_interval(x, 6, x, 6, 0.95).level, 0.958874458874459);
  CLOSE(rank_sum_interval(x, 10, x, 10, 0.95).level, 0.956742947455022);
  CLOSE(rank_sum_interval(x, 10, x, 10, 0.99).level, 0.991069302214813);
  CLOSE(rank_sum_interval(x, 20, x, 20, 0.95).level, 0.950909674810628);
  CHECK(isnan(signed_rank_interval(x, 5, 0.95).low) && isnan(signed_rank_interval(x, 0, 0.9).low));
  CHECK(isnan(rank_sum_interval(x, 3, x, 3, 0.95).level));
  /* The normal approximation meets the exact level where both are known. */
  for (size_t i = 0; i < 1000; i++)
    x[i] = (double)i;
  double level = rank_sum_interval(x, 1000, x, 1000, 0.95).level;
  CHECK(level >= 0.95 && level < 0.9501, "%.15g", level);
}

/* All averages and all differences, formed and sorted. */
static void check_selection(const double *x, size_t n, const double *y, size_t m) {
  double *all = malloc((n * (n + 1) / 2 + n * m) * sizeof *all);
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = i; j < n; j++)
      all[count++] = (x[i] + x[j]) / 2;
  stats_sort(all, count);
  double reached;
  size_t k = null_signed_rank_critical(n, 0.025, &reached);
  struct shift_interval interval = signed_rank_interval(x, n, 0.95);
  CHECK(signed_rank_shift(x, n) == stats_median(all, count), "%zu", n);
  CHECK(interval.low == all[k - 1] && interval.high == all[count - k], "%zu", n);
  count = 0;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < m; j++)
      all[count++] = y[j] - x[i];
  stats_sort(all, count);
  k = null_rank_sum_critical(n, m, 0.025, &reached);
  interval = rank_sum_interval(x, n, y, m, 0.95);
  CHECK(rank_sum_shift(x, n, y, m) == stats_median(all, count), "%zu", n);
  CHECK(interval.low == all[k - 1] && interval.high == all[count - k], "%zu", n);
  free(all);
}

static void test_selection(void) {
  double x[100], y[100];
  for (size_t n = 6; n <= 100; n += 7) {
    size_t m = 106 - n;
    scattered(x, n, 37, -50);
    scattered(y, m, 59, -50);
    for (size_t i = 0; i < n; i++) /* ties, too, and tiny values of both signs */
      x[i] = i % 3 == 0 ? rint(x[i]) : i % 5 == 0 ? x[i] * 1e-300 : x[i];
    stats_sort(x, n);
    stats_sort(y, m);
    check_selection(x, n, y, m);
  }
}

/* p.adjust(c(.01, .04, .03, .005, .6, .02), "holm") */
static void test_holm(void) {
  double p[] = {0.01, NAN, 0.04, 0.03, 0.005, 0.6, 0.02};
  static const double expected[] = {0.05, NAN, 0.09, 0.09, 0.03, 0.6, 0.08};
  CHECK(holm_adjust(p, COUNT(p), p) == 6);
  for (size_t i = 0; i < COUNT(p); i++)
    CLOSE(p[i], expected[i]);
  CHECK(holm_adjust(p, 0, p) == 0);
}

/* By hand: of 3 * 4 pairs 7 are smaller, 3 larger, 2 equal. */
static void test_cliffs_delta(void) {
  static const double x[] = {1, 3, 5}, y[] = {2, 3, 5, 7}, apart[] = {10, 11};
  CLOSE(cliffs_delta(x, 3, y, 4), 4.0 / 12);
  CLOSE(cliffs_delta(y, 4, x, 3), -4.0 / 12);
  CLOSE(cliffs_delta(x, 3, apart, 2), 1);
  CHECK(isnan(cliffs_delta(x, 0, y, 4)));
}

/* The fault that the checks above must find: normal p values where exact ones are due. */
static void test_planted_normal(void) {
  double d[9], mean = 9 * 10 / 4.0, deviation = sqrt(9 * 10 * 19 / 24.0), positive = 0;
  for (size_t i = 0; i < 9; i++)
    d[i] = before[i] - after[i];
  for (size_t i = 0; i < 9; i++) { /* the sum of ranks: of those up to each positive one */
    for (size_t j = 0; j < 9 && d[i] > 0; j++)
      positive += fabs(d[j]) <= fabs(d[i]);
  }
  double p = erfc((positive - mean - 0.5) / deviation / sqrt(2));
  CHECK(near(p, 0.0390625, 0.01) && !near(p, 0.0390625, 1e-12), "%.15g", p);
}

int main(void) {
  test_signed_rank();
  test_mann_whitney();
  test_normal_approximation();
  test_ties();
  test_null_distributions();
  test_extremes();
  test_levels();
  test_selection();
  test_holm();
  test_cliffs_delta();
  test_planted_normal();
  return test_result();
}
