/* Times with known truth, for simulations. */
#ifndef QUARTET_TESTS_ANALYSIS_STATISTICS_NOISE_H
#define QUARTET_TESTS_ANALYSIS_STATISTICS_NOISE_H

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum launch_noise { NOISE_NORMAL, NOISE_LOGNORMAL, NOISE_TWO_MODES, NOISES };

/* A launch's time: normal, 1 %; log-normal, a long tail of 10 %; one launch in three
 * in a second mode 5 % higher, each mode 1 %, with the median that true_median finds. */
static inline double noisy(gsl_rng *random, enum launch_noise noise) {
  if (noise == NOISE_LOGNORMAL)
    return exp(gsl_ran_gaussian_ziggurat(random, 0.1));
  double mode = noise == NOISE_TWO_MODES && gsl_rng_uniform(random) < 1.0 / 3 ? 0.05 : 0;
  return 1 + mode + gsl_ran_gaussian_ziggurat(random, 0.01);
}

/* The true median of noisy, by bisection of the distribution function. */
static inline double true_median(enum launch_noise noise) {
  double low = 0.9, high = 1.1;
  if (noise != NOISE_TWO_MODES)
    return 1;
  for (int step = 0; step < 60; step++) {
    double middle = (low + high) / 2;
    double below = 2.0 / 3 * gsl_cdf_gaussian_P(middle - 1, 0.01) +
                   1.0 / 3 * gsl_cdf_gaussian_P(middle - 1.05, 0.01);
    *(below < 0.5 ? &low : &high) = middle;
  }
  return low;
}

#endif
