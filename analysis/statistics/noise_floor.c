#include "analysis/statistics/noise_floor.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/grow.h"
#include "common/stats.h"

enum { LAUNCHES_NEEDED = 6, SPLITS = 20000, SPLITS_LEAST = 50, SEED = 20 };

static bool is_usable(const struct population *point) {
  for (size_t i = 0; i < point->count; i++)
    if (!(point->times_s[i] > 0 && isfinite(point->times_s[i])))
      return false;
  return point->count >= LAUNCHES_NEEDED;
}

/* |log ratio| of the medians of two halves. Of an odd number of launches the first or the last has
 * no neighbour and is ignored. */
static double split(gsl_rng *random, const struct population *point, double *one, double *other) {
  size_t half = point->count / 2;
  size_t first = point->count % 2 == 1 ? gsl_rng_uniform_int(random, 2) : 0;
  for (size_t i = 0; i < half; i++) {
    size_t chosen = gsl_rng_uniform_int(random, 2);
    one[i] = point->times_s[first + 2 * i + chosen];
    other[i] = point->times_s[first + 2 * i + 1 - chosen];
  }
  stats_sort(one, half);
  stats_sort(other, half);
  return fabs(log(stats_median(one, half) / stats_median(other, half)));
}

/* Adds `splits` splits of a point; returns how many d there are then. */
static size_t add_splits(gsl_rng *random, const struct population *point, size_t launches,
                         size_t splits, double *d, size_t count) {
  double *room = grow_zeroed(point->count, sizeof *room);
  double half = (double)(point->count / 2);
  double scale = sqrt(half / (double)(launches == 0 ? point->count : launches));
  for (size_t s = 0; s < splits; s++)
    d[count++] = scale * split(random, point, room, room + point->count / 2);
  free(room);
  return count;
}

double noise_floor(const struct population *points, size_t count, size_t launches) {
  size_t usable = 0, made = 0;
  for (size_t i = 0; i < count; i++)
    usable += is_usable(&points[i]);
  gsl_rng *random = usable > 0 ? gsl_rng_alloc(gsl_rng_mt19937) : NULL;
  if (random == NULL)
    return NAN;
  gsl_rng_set(random, SEED);
  size_t splits = usable < SPLITS ? SPLITS / usable : 1;
  double *d = grow_zeroed(usable * splits, sizeof *d);
  for (size_t i = 0; i < count; i++)
    if (is_usable(&points[i]))
      made = add_splits(random, &points[i], launches, splits, d, made);
  gsl_rng_free(random);
  stats_sort(d, made);
  double floor = expm1(stats_quantile(d, made, 0.95));
  free(d);
  return floor;
}

double noise_floor_typical(const struct population *points, size_t count) {
  size_t usable = 0, made = 0;
  for (size_t i = 0; i < count; i++)
    usable += is_usable(&points[i]);
  gsl_rng *random = usable > 0 ? gsl_rng_alloc(gsl_rng_mt19937) : NULL;
  if (random == NULL)
    return NAN;
  gsl_rng_set(random, SEED);
  size_t splits = SPLITS / usable > SPLITS_LEAST ? SPLITS / usable : SPLITS_LEAST;
  double *d = grow_zeroed(splits, sizeof *d), *floors = grow_zeroed(usable, sizeof *floors);
  for (size_t i = 0; i < count; i++) {
    if (!is_usable(&points[i]))
      continue;
    add_splits(random, &points[i], 0, splits, d, 0);
    stats_sort(d, splits);
    floors[made++] = expm1(stats_quantile(d, splits, 0.95));
  }
  gsl_rng_free(random);
  stats_sort(floors, made);
  double typical = stats_median(floors, made);
  free(d);
  free(floors);
  return typical;
}
