/* Measurements of known truth: seeded noise, the same in every run. */
#ifndef QUARTET_TESTS_ANALYSIS_MODELS_SYNTHETIC_H
#define QUARTET_TESTS_ANALYSIS_MODELS_SYNTHETIC_H

#include <gsl/gsl_rng.h>

enum model_noise { NOISE_NONE, NOISE_NORMAL, NOISE_LOGNORMAL, NOISE_TWO_MODES, NOISES };
extern const char *const noise_names[NOISES];

/* A factor with median 1. `spread`: its standard deviation, 0.01 is 1 %; of two modes the slower
 * one, of 30 % of the launches, is 5 spreads above the other, and each is half as wide. */
double noise_factor(enum model_noise noise, double spread, gsl_rng *random);

/* A generator; ends the test if there is no memory. */
gsl_rng *noise_generator(unsigned long seed);

/* How many of `replications` may miss an interval of coverage `level` and the test still hold:
 * three standard deviations of the count beyond the mean. */
double coverage_slack(double level, int replications);

#endif
