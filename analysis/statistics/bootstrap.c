#include "analysis/statistics/bootstrap.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/stats.h"

enum { RESAMPLINGS = 4000, GROUPS = 16, SAMPLE_NEEDS = 6, SEED = 1979 };

/* Copies of the samples, which the statistic may change. */
struct copies {
  double *values[GROUPS];
};

static void resample(gsl_rng *random, double *const *samples, const size_t *counts, size_t groups,
                     const struct copies *copies) {
  for (size_t g = 0; g < groups; g++)
    for (size_t i = 0; i < counts[g]; i++)
      copies->values[g][i] = samples[g][gsl_rng_uniform_int(random, counts[g])];
}

static bool enough(const size_t *counts, size_t groups) {
  for (size_t g = 0; g < groups; g++)
    if (counts[g] < SAMPLE_NEEDS)
      return false;
  return groups > 0;
}

/* Writes the statistic of each resampling that has one; returns how many. */
static size_t results_of(bootstrap_statistic *statistic, double *const *samples,
                         const size_t *counts, size_t groups, void *context,
                         const struct copies *copies, double *results) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    return 0;
  gsl_rng_set(random, SEED);
  size_t kept = 0;
  for (size_t r = 0; r < RESAMPLINGS; r++) {
    resample(random, samples, counts, groups, copies);
    results[kept] = statistic(copies->values, counts, groups, context);
    kept += !isnan(results[kept]);
  }
  gsl_rng_free(random);
  return kept;
}

struct interval_estimate bootstrap_estimate(bootstrap_statistic *statistic, double *const *samples,
                                            const size_t *counts, size_t groups, void *context,
                                            double level) {
  struct interval_estimate estimate = {NAN, NAN, NAN, NAN};
  struct copies copies = {{NULL}};
  if (groups > GROUPS)
    return estimate;
  for (size_t g = 0; g < groups; g++) {
    copies.values[g] = grow_zeroed(counts[g], sizeof(double));
    if (counts[g] > 0)
      memcpy(copies.values[g], samples[g], counts[g] * sizeof(double));
  }
  estimate.value = statistic(copies.values, counts, groups, context);
  double *results = grow_zeroed(RESAMPLINGS, sizeof *results);
  size_t kept = enough(counts, groups)
                    ? results_of(statistic, samples, counts, groups, context, &copies, results)
                    : 0;
  if (kept > RESAMPLINGS - RESAMPLINGS / 100) {
    stats_sort(results, kept);
    estimate.low = stats_quantile(results, kept, (1 - level) / 2);
    estimate.high = stats_quantile(results, kept, (1 + level) / 2);
    estimate.level = level;
  }
  for (size_t g = 0; g < groups; g++)
    free(copies.values[g]);
  free(results);
  return estimate;
}
