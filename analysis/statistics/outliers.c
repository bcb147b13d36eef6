#include "analysis/statistics/outliers.h"

#include <math.h>

#include "common/stats.h"

enum { FENCES_NEED = 5 };

struct fences outlier_fences(const double *sorted, size_t count) {
  if (count < FENCES_NEED)
    return (struct fences){NAN, NAN, NAN, NAN};
  double first = stats_quantile(sorted, count, 0.25), third = stats_quantile(sorted, count, 0.75);
  double range = third - first;
  return (struct fences){first - 1.5 * range, third + 1.5 * range, first - 3 * range,
                         third + 3 * range};
}

enum outlier outlier_kind(const struct fences *fences, double value) {
  if (value < fences->outer_low || value > fences->outer_high)
    return OUTLIER_EXTREME;
  return value < fences->inner_low || value > fences->inner_high ? OUTLIER_MILD : OUTLIER_NOT;
}
