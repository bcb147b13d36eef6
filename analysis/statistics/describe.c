#include "analysis/statistics/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/stats.h"

enum { QUARTILES_NEED = 4, TAILS_NEED = 20 };

static double quantile(const double *sorted, size_t count, double q, size_t needed) {
  return count < needed ? (double)NAN : stats_quantile(sorted, count, q);
}

struct description describe(const double *values, size_t count, double level) {
  double *sorted = grow_zeroed(count, sizeof *sorted);
  if (count > 0)
    memcpy(sorted, values, count * sizeof *sorted);
  stats_sort(sorted, count);
  struct interval interval = stats_interval(sorted, count, level);
  struct description description = {
      .count = count,
      .min = quantile(sorted, count, 0, 1),
      .p5 = quantile(sorted, count, 0.05, TAILS_NEED),
      .p25 = quantile(sorted, count, 0.25, QUARTILES_NEED),
      .median = interval.median,
      .p75 = quantile(sorted, count, 0.75, QUARTILES_NEED),
      .p95 = quantile(sorted, count, 0.95, TAILS_NEED),
      .max = quantile(sorted, count, 1, 1),
      .low = interval.low,
      .high = interval.high,
      .level = interval.level,
  };
  free(sorted);
  return description;
}
