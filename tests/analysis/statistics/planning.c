/* `detectable` and `launches_needed` by simulation: with as much difference, or as many launches,
 * as they state, the verdict must come in about 80 % of all runs. They are normal approximations
 * from one noisy run; its median answer must give a power between 65 and 95 %. Seeded. */
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/statistics/comparison.h"
#include "common/stats.h"
#include "tests/analysis/statistics/noise.h"
#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { PILOTS = 301, RUNS = 1000, MOST = 600 };

/* One comparison of n launches each, b's times `ratio` of a's, decided in a family of `family` by a
 * margin of 3 %: the others are as far from significance as can be, so that Holm is Bonferroni. */
static struct comparison run(gsl_rng *random, enum launch_noise noise, size_t n, double ratio,
                             enum design design, size_t family) {
  static double a[MOST], b[MOST];
  static int64_t rounds[MOST];
  struct comparison family_of[20];
  for (size_t i = 0; i < n; i++) {
    rounds[i] = (int64_t)i + 1;
    a[i] = noisy(random, noise);
    b[i] = noisy(random, noise) * ratio;
  }
  struct population first = {a, rounds, n}, second = {b, rounds, n};
  for (size_t i = 0; i < family; i++) {
    family_of[i] = i == 0 ? comparison_make(&first, &second, design, family) : family_of[0];
    if (i > 0) {
      family_of[i].p = 1;
      family_of[i].test = TEST_NONE; /* nothing to plan */
    }
  }
  comparisons_decide(family_of, family, 0.03);
  return family_of[0];
}

static double power(gsl_rng *random, enum launch_noise noise, size_t n, double ratio,
                    enum design design, size_t family, enum comparison_verdict verdict) {
  size_t found = 0;
  for (size_t r = 0; r < RUNS; r++)
    found += run(random, noise, n, ratio, design, family).verdict == verdict;
  return (double)found / RUNS;
}

static void check_detectable(gsl_rng *random, enum launch_noise noise, size_t n, enum design design,
                             size_t family) {
  double values[PILOTS];
  for (size_t r = 0; r < PILOTS; r++)
    values[r] = run(random, noise, n, 1, design, family).detectable;
  stats_sort(values, PILOTS);
  double detectable = stats_median(values, PILOTS);
  size_t found = 0;
  for (size_t r = 0; r < RUNS; r++) /* the difference is shown, whatever its size matters */
    found += run(random, noise, n, 1 + detectable, design, family).p_adjusted <= 0.05;
  double reached = (double)found / RUNS;
  printf("noise %d, %zu launches, design %d, family %zu: %.4f, power %.3f\n", noise, n, design,
         family, detectable, reached);
  CHECK(reached >= 0.65 && reached <= 0.95, "%.3f", reached);
}

/* Pilots of n launches with the true ratio; their median answer. */
static void check_needed(gsl_rng *random, enum launch_noise noise, size_t n, double ratio,
                         enum design design, size_t family, enum comparison_verdict verdict) {
  double values[PILOTS];
  for (size_t r = 0; r < PILOTS; r++)
    values[r] = (double)run(random, noise, n, ratio, design, family).launches_needed;
  stats_sort(values, PILOTS);
  size_t needed = (size_t)stats_median(values, PILOTS);
  CHECK(needed > 0 && needed < MOST, "%zu", needed);
  double reached = power(random, noise, needed, ratio, design, family, verdict);
  printf("noise %d, %zu launches, design %d, family %zu, ratio %g: %zu needed, power %.3f\n", noise,
         n, design, family, ratio, needed, reached);
  CHECK(reached >= 0.65 && reached <= 0.95, "%.3f", reached);
}

int main(void) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    return 3;
  gsl_rng_set(random, 14);
  for (enum launch_noise noise = 0; noise < NOISES; noise++) {
    check_detectable(random, noise, 6, DESIGN_ROUNDS, 1);
    check_detectable(random, noise, 6, DESIGN_ROUNDS, 10);
    check_detectable(random, noise, 10, DESIGN_ROUNDS, 1);
    check_detectable(random, noise, 10, DESIGN_INDEPENDENT, 10);
    check_detectable(random, noise, 14, DESIGN_ROUNDS, 10);
    check_detectable(random, noise, 30, DESIGN_ROUNDS, 10);
    check_detectable(random, noise, 30, DESIGN_INDEPENDENT, 1);
  }
  check_needed(random, NOISE_NORMAL, 10, 1.01, DESIGN_ROUNDS, 10, VERDICT_SAME);
  check_needed(random, NOISE_LOGNORMAL, 10, 1.1, DESIGN_ROUNDS, 1, VERDICT_FASTER);
  check_needed(random, NOISE_LOGNORMAL, 20, 1.1, DESIGN_INDEPENDENT, 10, VERDICT_FASTER);
  check_needed(random, NOISE_TWO_MODES, 30, 1.04, DESIGN_ROUNDS, 10, VERDICT_FASTER);
  check_needed(random, NOISE_NORMAL, 6, 1, DESIGN_ROUNDS, 10, VERDICT_SAME);
  check_needed(random, NOISE_LOGNORMAL, 30, 1, DESIGN_INDEPENDENT, 10, VERDICT_SAME);
  gsl_rng_free(random);
  return test_result();
}
