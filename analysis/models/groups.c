#include "analysis/models/groups.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/grow.h"
#include "common/stats.h"

struct sample {
  double x, z, y;
};

static int compare(double a, double b) {
  return (a > b) - (a < b);
}

static int by_place(const void *left, const void *right) {
  const struct sample *a = left, *b = right;
  int difference = compare(a->x, b->x);
  if (difference == 0)
    difference = compare(a->z, b->z);
  return difference != 0 ? difference : compare(a->y, b->y);
}

double *groups_zeros(size_t count) {
  double *items = NULL;
  for (size_t n = 0; n < count;)
    GROW(items, n);
  return items;
}

static bool is_usable(double value) {
  return isfinite(value) && value > 0;
}

/* The relative spread of a group: the median absolute deviation, scaled to the standard deviation
 * of a normal distribution, over the median. Two modes or an outlier do not inflate it. */
static double spread_of(const struct groups *groups, const struct launch_group *group) {
  double *deviations = groups_zeros(group->count);
  for (size_t i = 0; i < group->count; i++)
    deviations[i] = fabs(groups->values[group->first + i] / group->median - 1);
  stats_sort(deviations, group->count);
  double spread = 1.4826 * stats_median(deviations, group->count);
  free(deviations);
  return spread;
}

/* Spreads of few launches are poorly known, so each is drawn towards that of the typical group, as
 * if that had been seen on as many launches as this; of fewer than WEIGHTED_MIN they are not used.
 */
enum { PRIOR_LAUNCHES = 8, WEIGHTED_MIN = 5 };

static void set_weights(struct groups *groups) {
  double *spreads = groups_zeros(groups->count), *sorted = groups_zeros(groups->count), total = 0;
  for (size_t i = 0; i < groups->count; i++)
    sorted[i] = spreads[i] = spread_of(groups, &groups->items[i]);
  stats_sort(sorted, groups->count);
  double typical = stats_median(sorted, groups->count);
  for (size_t i = 0; i < groups->count; i++) {
    struct launch_group *group = &groups->items[i];
    double launches = (double)group->count, known = launches - 1;
    double variance = (known * spreads[i] * spreads[i] + PRIOR_LAUNCHES * typical * typical) /
                      (known + PRIOR_LAUNCHES);
    group->weight =
        typical > 0 && groups->launches >= WEIGHTED_MIN ? launches / variance : launches;
    total += group->weight;
  }
  for (size_t i = 0; i < groups->count; i++)
    groups->items[i].weight *= (double)groups->count / total;
  free(spreads);
  free(sorted);
}

static void close_group(struct groups *groups) {
  struct launch_group *group = &groups->items[groups->count - 1];
  group->median = stats_median(groups->values + group->first, group->count);
  if (groups->launches == 0 || group->count < groups->launches)
    groups->launches = group->count;
}

static void collect(struct groups *groups, const struct sample *samples, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const struct sample *s = &samples[i];
    if (i == 0 || s->x != samples[i - 1].x || s->z != samples[i - 1].z) {
      if (i > 0)
        close_group(groups);
      *GROW(groups->items, groups->count) = (struct launch_group){.x = s->x, .z = s->z, .first = i};
    }
    *GROW(groups->values, groups->value_count) = s->y;
    groups->items[groups->count - 1].count++;
  }
  close_group(groups);
  set_weights(groups);
}

enum fit_status groups_make(struct groups *groups, const double *x, const double *z,
                            const double *y, size_t count) {
  struct sample *samples = NULL;
  size_t kept = 0;
  *groups = (struct groups){0};
  while (kept < count && is_usable(x[kept]) && is_usable(y[kept]) &&
         (z == NULL || is_usable(z[kept]))) {
    struct sample sample = {x[kept], z == NULL ? 1 : z[kept], y[kept]};
    *GROW(samples, kept) = sample;
  }
  bool right = kept == count && count > 0;
  if (right) {
    qsort(samples, count, sizeof *samples, by_place);
    collect(groups, samples, count);
  }
  free(samples);
  return right ? FIT_OK : FIT_BAD_DATA;
}

void groups_free(struct groups *groups) {
  free(groups->items);
  free(groups->values);
  *groups = (struct groups){0};
}

size_t groups_different(const struct groups *groups, int second) {
  size_t different = 0;
  for (size_t i = 0; i < groups->count; i++) {
    bool seen = false;
    for (size_t j = 0; j < i && !seen; j++)
      seen = second ? groups->items[j].z == groups->items[i].z
                    : groups->items[j].x == groups->items[i].x;
    different += !seen;
  }
  return different;
}
