/* Phrases and orders that the parts of the report share. */
#include <math.h>
#include <stdlib.h>

#include "analysis/compare/report.h"
#include "common/grow.h"
#include "common/stats.h"

/* Without "-0.0". */
static double percent_of(double ratio) {
  double percent = 100 * (ratio - 1);
  return fabs(percent) < 0.05 ? 0 : percent;
}

/* Percents of a large ratio are hard to read. */
static bool is_large(double ratio) {
  return ratio >= 10 || ratio <= 0.1;
}

char *change_text(double ratio) {
  if (!isfinite(ratio))
    return grow_text("-");
  if (is_large(ratio))
    return grow_text("%.3gx", ratio);
  double percent = percent_of(ratio);
  return percent == 0 ? grow_text("0.0 %%") : grow_text("%+.1f %%", percent);
}

char *change_interval_text(double low, double high) {
  if (!isfinite(low) || !isfinite(high))
    return grow_text("%s", "");
  if (is_large(low) || is_large(high))
    return grow_text("[%.3gx, %.3gx]", low, high);
  return grow_text("[%+.1f, %+.1f] %%", percent_of(low), percent_of(high));
}

double compared_median(const struct compared_run *run, size_t index) {
  double *times_s = NULL, median = NAN;
  size_t count = 0;
  if (index == NO_POINT)
    return NAN;
  const struct data_point *point = &run->data.points[index];
  for (size_t i = 0; i < point->launch_count; i++)
    if (point->launches[i].status == STATUS_OK && point->launches[i].median_s > 0)
      *GROW(times_s, count) = point->launches[i].median_s;
  if (count > 0) {
    stats_sort(times_s, count);
    median = stats_median(times_s, count);
  }
  free(times_s);
  return median;
}

/* --- order ------------------------------------------------------------------------------------ */

struct listed {
  int rank;
  double effect;
  size_t index;
};

static int rank_of(const struct compared_point *point) {
  static const int ranks[VERDICTS] = {
      [VERDICT_SLOWER] = 0, [VERDICT_FASTER] = 1, [VERDICT_CANNOT_TELL] = 2, [VERDICT_SAME] = 3};
  return point->comparable ? ranks[point->comparison.verdict] : VERDICTS;
}

static int compare_listed(const void *left, const void *right) {
  const struct listed *a = left, *b = right;
  if (a->rank != b->rank)
    return a->rank < b->rank ? -1 : 1;
  if (a->effect != b->effect)
    return a->effect > b->effect ? -1 : 1;
  return (a->index > b->index) - (a->index < b->index);
}

size_t *compare_order(const struct compare *compare, size_t run, size_t *count) {
  struct listed *list = NULL;
  size_t listed = 0, *order = NULL;
  *count = 0;
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    double effect = point->comparable ? fabs(log(point->ratio)) : 0;
    if (run == 0 || point->run == run)
      *GROW(list, listed) =
          (struct listed){rank_of(point), isfinite(effect) ? effect : INFINITY, i};
  }
  if (listed > 0)
    qsort(list, listed, sizeof *list, compare_listed);
  for (size_t i = 0; i < listed; i++)
    *GROW(order, *count) = list[i].index;
  free(list);
  return order;
}
