#include "analysis/statistics/serial_correlation.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/statistics/ranks.h"
#include "common/grow.h"

enum { TEST_NEEDS = 10 };

double bartels_test(const double *values, size_t count) {
  if (count < TEST_NEEDS)
    return NAN;
  long *ranks = grow_zeroed(count, sizeof *ranks);
  ranks_doubled(values, count, ranks);
  double n = (double)count, steps = 0, squares = 0;
  for (size_t i = 0; i < count; i++) {
    double above_mean = (double)ranks[i] - (n + 1);
    squares += above_mean * above_mean;
    if (i + 1 < count)
      steps += (double)(ranks[i + 1] - ranks[i]) * (double)(ranks[i + 1] - ranks[i]);
  }
  free(ranks);
  if (squares == 0)
    return NAN;
  /* The ratio lies between 0 and 4, around 2; both parameters from its variance. */
  double shape =
      5 * n * (n + 1) * (n - 1) * (n - 1) / (2 * (n - 2) * (5 * n * n - 2 * n - 9)) - 0.5;
  double place = fmin(1, steps / squares / 4);
  return 2 * fmin(gsl_cdf_beta_P(place, shape, shape), gsl_cdf_beta_Q(place, shape, shape));
}
