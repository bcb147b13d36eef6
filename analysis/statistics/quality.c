#include "analysis/statistics/quality.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/statistics/dip.h"
#include "analysis/statistics/holm.h"
#include "analysis/statistics/serial_correlation.h"
#include "analysis/statistics/trend.h"
#include "common/grow.h"
#include "common/stats.h"

static const double LEVEL = 0.01;
enum { TEST_DRIFT, TEST_CORRELATION, TEST_TWO_MODES, TESTS };

struct quality quality_measure(const double *times_s, size_t count) {
  double *sorted = grow_zeroed(count, sizeof *sorted);
  if (count > 0)
    memcpy(sorted, times_s, count * sizeof *sorted);
  stats_sort(sorted, count);
  struct quality quality = {.count = count, .fences = outlier_fences(sorted, count)};
  for (size_t i = 0; i < count; i++) {
    enum outlier kind = outlier_kind(&quality.fences, sorted[i]);
    quality.mild += kind == OUTLIER_MILD;
    quality.extreme += kind == OUTLIER_EXTREME;
  }
  double slope = theil_sen_slope(times_s, count);
  quality.drift = slope * ((double)count - 1) / stats_median(sorted, count);
  quality.drift_p = mann_kendall_test(times_s, count);
  quality.lag1 = stats_lag1(times_s, count);
  quality.lag1_p = bartels_test(times_s, count);
  quality.dip = dip_statistic(sorted, count);
  quality.two_modes_p = dip_p_value(quality.dip, count);
  free(sorted);
  return quality;
}

void quality_judge(struct quality *points, size_t count) {
  double(*p)[TESTS] = grow_zeroed(count, sizeof *p);
  for (size_t i = 0; i < count; i++) {
    p[i][TEST_DRIFT] = points[i].drift_p;
    p[i][TEST_CORRELATION] = points[i].lag1_p;
    p[i][TEST_TWO_MODES] = points[i].two_modes_p;
  }
  holm_adjust(&p[0][0], count * TESTS, &p[0][0]);
  for (size_t i = 0; i < count; i++) { /* NaNs are not small */
    points[i].drifts = p[i][TEST_DRIFT] <= LEVEL;
    points[i].correlated = p[i][TEST_CORRELATION] <= LEVEL && !points[i].drifts;
    points[i].two_modes = p[i][TEST_TWO_MODES] <= LEVEL;
  }
  free(p);
}
