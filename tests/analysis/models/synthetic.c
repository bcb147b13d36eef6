#include "tests/analysis/models/synthetic.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

const char *const noise_names[NOISES] = {"none", "normal", "log-normal", "two modes"};

double noise_factor(enum model_noise noise, double spread, gsl_rng *random) {
  double normal = gsl_ran_ugaussian(random);
  switch (noise) {
  case NOISE_NORMAL:
    return 1 + spread * normal;
  case NOISE_LOGNORMAL:
    return exp(spread * normal);
  case NOISE_TWO_MODES: {
    /* The median lies where the faster mode, of 70 %, has its 0.5/0.7 quantile. */
    double median = spread / 2 * gsl_cdf_ugaussian_Pinv(0.5 / 0.7);
    double slow = gsl_rng_uniform(random) < 0.3 ? 5 * spread : 0;
    return 1 + spread / 2 * normal + slow - median;
  }
  default:
    return 1;
  }
}

gsl_rng *noise_generator(unsigned long seed) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    abort();
  gsl_rng_set(random, seed);
  return random;
}

double coverage_slack(double level, int replications) {
  return 3 * sqrt(level * (1 - level) / replications);
}
