/* Speedup, efficiency and serial fraction; the bootstrap; the noise floor. Seeded. */
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/noise_floor.h"
#include "analysis/statistics/speedup.h"
#include "common/stats.h"
#include "tests/analysis/statistics/noise.h"
#include "tests/analysis/statistics/values.h"
#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* By hand: a speedup of 4 on 8 cores has the serial fraction (1/4 - 1/8) / (1 - 1/8) = 1/7. */
static void test_speedup(void) {
  struct comparison c = {.ratio = 4, .low = 2, .high = 8, .level = 0.96};
  struct interval_estimate speedup = speedup_estimate(&c);
  CHECK(speedup.value == 4 && speedup.low == 2 && speedup.high == 8 && speedup.level == 0.96);
  struct interval_estimate efficiency = efficiency_estimate(speedup, 8);
  CHECK(efficiency.value == 0.5 && efficiency.low == 0.25 && efficiency.high == 1);
  struct interval_estimate serial = karp_flatt_estimate(speedup, 8);
  CHECK(near(serial.value, 1.0 / 7, 1e-15) && near(serial.low, 0, 1e-15) &&
        near(serial.high, 3.0 / 7, 1e-15) && serial.level == 0.96);
  CHECK(isnan(karp_flatt_estimate(speedup, 1).value) && isnan(karp_flatt_estimate(speedup, 1).low));
  c.low = c.high = c.level = NAN;
  speedup = speedup_estimate(&c);
  CHECK(isnan(karp_flatt_estimate(speedup, 8).low) &&
        near(karp_flatt_estimate(speedup, 8).value, 1.0 / 7, 1e-15));
}

static double ratio_of_medians(double *const *samples, const size_t *counts, size_t groups,
                               void *context) {
  *(size_t *)context += groups;
  for (size_t g = 0; g < groups; g++)
    stats_sort(samples[g], counts[g]);
  return stats_median(samples[1], counts[1]) / stats_median(samples[0], counts[0]);
}

static double never(double *const *samples, const size_t *counts, size_t groups, void *context) {
  (void)samples, (void)counts, (void)groups, (void)context;
  return NAN;
}

static void test_bootstrap(void) {
  double x[20], y[30], same[] = {2, 2, 2, 2, 2, 2};
  scattered(x, 20, 37, 50);
  scattered(y, 30, 59, 100);
  double *samples[] = {x, y};
  size_t counts[] = {20, 30}, calls = 0;
  double first = x[0];
  struct interval_estimate e =
      bootstrap_estimate(ratio_of_medians, samples, counts, 2, &calls, 0.95);
  struct interval_estimate again =
      bootstrap_estimate(ratio_of_medians, samples, counts, 2, &calls, 0.95);
  CHECK(calls == 2 * 2 * 4001 && x[0] == first, "%zu", calls);
  CHECK(e.low == again.low && e.high == again.high && e.level == 0.95);
  CHECK(e.low < e.value && e.value < e.high && e.low > 1 && e.high < 2.5, "%g %g %g", e.low,
        e.value, e.high);
  CHECK(isnan(bootstrap_estimate(never, samples, counts, 2, NULL, 0.95).low));
  double *equal[] = {same, same};
  size_t six[] = {6, 6}, five[] = {6, 5};
  e = bootstrap_estimate(ratio_of_medians, equal, six, 2, &calls, 0.95);
  CHECK(e.value == 1 && e.low == 1 && e.high == 1);
  e = bootstrap_estimate(ratio_of_medians, equal, five, 2, &calls, 0.95);
  CHECK(e.value == 1 && isnan(e.low) && isnan(e.level));
}

static double mean(double *const *samples, const size_t *counts, size_t groups, void *context) {
  double sum = 0;
  (void)groups, (void)context;
  for (size_t i = 0; i < counts[0]; i++)
    sum += samples[0][i];
  return sum / (double)counts[0];
}

/* Of a mean the quantiles are nearly known: 1.96 (1.645) standard deviations of a resampled mean.
 */
static void test_bootstrap_of_mean(void) {
  double x[60], squares = 0, *samples[] = {x};
  size_t counts[] = {60};
  scattered(x, 60, 37, 0);
  double center = mean(samples, counts, 1, NULL);
  for (size_t i = 0; i < 60; i++)
    squares += (x[i] - center) * (x[i] - center);
  double deviation = sqrt(squares) / 60;
  struct interval_estimate e = bootstrap_estimate(mean, samples, counts, 1, NULL, 0.95);
  CHECK(fabs((e.high - e.low) / 2 / deviation / 1.96 - 1) < 0.05 && e.value == center);
  CHECK(fabs((e.high + e.low) / 2 - center) < 0.15 * deviation);
  e = bootstrap_estimate(mean, samples, counts, 1, NULL, 0.9);
  CHECK(fabs((e.high - e.low) / 2 / deviation / 1.645 - 1) < 0.05 && e.level == 0.9);
}

/* How often the nominal 95 % interval of the ratio of medians covers. */
static double bootstrap_coverage(gsl_rng *random, size_t n, size_t replications) {
  size_t covered = 0, calls = 0;
  for (size_t r = 0; r < replications; r++) {
    double x[30], y[30], *samples[] = {x, y};
    size_t counts[] = {n, n};
    for (size_t i = 0; i < n; i++) {
      x[i] = noisy(random, NOISE_NORMAL);
      y[i] = noisy(random, NOISE_NORMAL) * 2;
    }
    struct interval_estimate e =
        bootstrap_estimate(ratio_of_medians, samples, counts, 2, &calls, 0.95);
    covered += e.low <= 2 && 2 <= e.high;
  }
  return (double)covered / (double)replications;
}

static void test_bootstrap_coverage(gsl_rng *random) {
  static const size_t sizes[] = {6, 30};
  for (size_t s = 0; s < COUNT(sizes); s++) {
    double coverage = bootstrap_coverage(random, sizes[s], 150);
    printf("bootstrap of the ratio of medians, %zu launches: %.3f\n", sizes[s], coverage);
    CHECK(coverage > 0.9 && coverage < 1, "%zu: %.3f", sizes[s], coverage);
  }
}

enum { POINTS = 40, MOST = 40 };

/* What noise_floor estimates: the 95 % quantile of the log ratio of two medians of n launches. */
static double true_floor(gsl_rng *random, enum launch_noise noise, size_t n) {
  enum { DRAWS = 20000 };
  static double d[DRAWS];
  for (size_t r = 0; r < DRAWS; r++) {
    double x[2][MOST];
    for (size_t i = 0; i < 2 * n; i++)
      x[i / n][i % n] = noisy(random, noise);
    stats_sort(x[0], n);
    stats_sort(x[1], n);
    d[r] = fabs(log(stats_median(x[0], n) / stats_median(x[1], n)));
  }
  stats_sort(d, DRAWS);
  return expm1(stats_quantile(d, DRAWS, 0.95));
}

static double floor_of(gsl_rng *random, enum launch_noise noise, size_t n, size_t launches,
                       double drift) {
  static double times_s[POINTS][MOST];
  struct population points[POINTS];
  for (size_t p = 0; p < POINTS; p++) {
    for (size_t i = 0; i < n; i++)
      times_s[p][i] = (double)(p + 1) * noisy(random, noise) * (1 + drift * (double)i / (double)n);
    points[p] = (struct population){times_s[p], NULL, n};
  }
  return noise_floor(points, POINTS, launches);
}

static void test_noise_floor(gsl_rng *random) {
  static const enum launch_noise noises[] = {NOISE_NORMAL, NOISE_LOGNORMAL};
  for (size_t k = 0; k < COUNT(noises); k++)
    for (size_t n = 10; n <= 40; n *= 2) {
      double truth = true_floor(random, noises[k], n);
      double floor = floor_of(random, noises[k], n, 0, 0);
      double drifting = floor_of(random, noises[k], n, 0, 0.03);
      CHECK(fabs(floor / truth - 1) < 0.2, "%zu: %g, not %g", n, floor, truth);
      CHECK(drifting < 1.5 * truth, "%zu: %g, not %g", n, drifting, truth);
    }
  double truth = true_floor(random, NOISE_NORMAL, 10);
  double scaled = floor_of(random, NOISE_NORMAL, 40, 10, 0);
  CHECK(fabs(scaled / truth - 1) < 0.2, "%g, not %g", scaled, truth);
}

static void test_no_noise_floor(void) {
  double times_s[] = {1, 2, 3, 4, 5, 0}, equal[] = {3, 3, 3, 3, 3, 3, 3};
  struct population zero = {times_s, NULL, 6}, few = {times_s, NULL, 5}, flat = {equal, NULL, 7};
  struct population both[] = {zero, flat};
  CHECK(isnan(noise_floor(NULL, 0, 0)) && isnan(noise_floor(&zero, 1, 0)) &&
        isnan(noise_floor(&few, 1, 0)));
  CHECK(noise_floor(both, 2, 0) == 0);
}

int main(void) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    return 3;
  gsl_rng_set(random, 15);
  test_speedup();
  test_bootstrap();
  test_bootstrap_of_mean();
  test_bootstrap_coverage(random);
  test_noise_floor(random);
  test_no_noise_floor();
  gsl_rng_free(random);
  return test_result();
}
