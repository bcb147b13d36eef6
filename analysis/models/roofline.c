#include "analysis/models/roofline.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/models/groups.h"
#include "analysis/models/score.h"
#include "common/stats.h"

/* A sorted copy; NULL if there are no values or one cannot be. */
static double *sorted_copy(struct launch_values launches) {
  double *sorted = groups_zeros(launches.count);
  for (size_t i = 0; i < launches.count; i++) {
    sorted[i] = launches.values[i];
    if (!(isfinite(sorted[i]) && sorted[i] > 0)) {
      free(sorted);
      return NULL;
    }
  }
  stats_sort(sorted, launches.count);
  return sorted;
}

static struct estimate median_of(const double *sorted, size_t count, double level) {
  struct interval interval = stats_interval(sorted, count, level);
  return (struct estimate){interval.median, interval.low, interval.high};
}

/* Sets a level to the stream. */
static enum fit_status set_level(struct roofline_level *level, const struct roofline_stream *stream,
                                 double capacity_bytes, const struct estimate *peak,
                                 double confidence) {
  level->sorted = sorted_copy(stream->rates);
  if (level->sorted == NULL || !(stream->working_set_bytes > 0))
    return FIT_BAD_DATA;
  level->count = stream->rates.count;
  level->capacity_bytes = capacity_bytes;
  level->working_set_bytes = stream->working_set_bytes;
  level->bandwidth = median_of(level->sorted, level->count, confidence);
  /* Both intervals' far ends: the ridge's level is at least what theirs are together. */
  level->ridge =
      (struct estimate){peak->value / level->bandwidth.value, peak->low / level->bandwidth.high,
                        peak->high / level->bandwidth.low};
  return FIT_OK;
}

static double median_rate(const struct roofline_stream *stream) {
  double *sorted = sorted_copy(stream->rates);
  double median = sorted == NULL ? NAN : stats_median(sorted, stream->rates.count);
  free(sorted);
  return median;
}

/* The stream that stands for working sets in (above, capacity]; NULL if none does. */
static const struct roofline_stream *stream_of(const struct roofline_stream *streams, size_t count,
                                               double above, double capacity) {
  const struct roofline_stream *best = NULL;
  for (size_t i = 0; i < count; i++) {
    const struct roofline_stream *s = &streams[i];
    if (!(s->working_set_bytes > above && s->working_set_bytes <= capacity))
      continue;
    bool better = best == NULL || (isinf(capacity) ? s->working_set_bytes > best->working_set_bytes
                                                   : median_rate(s) > median_rate(best));
    best = better ? s : best;
  }
  return best;
}

/* The capacities of the levels, the last infinite. Without caches they are the working sets, but
 * for the largest, and those that are too many. */
static size_t capacities_of(const struct roofline_stream *streams, size_t stream_count,
                            const double *cache_bytes, size_t cache_count,
                            double capacities[ROOFLINE_LEVELS]) {
  size_t count = 0, sets = cache_count > 0 ? cache_count : stream_count;
  double *sorted = groups_zeros(sets);
  for (size_t i = 0; i < sets; i++)
    sorted[i] = cache_count > 0 ? cache_bytes[i] : streams[i].working_set_bytes;
  stats_sort(sorted, sets);
  if (cache_count == 0)
    sets--;
  for (size_t i = 0; i < sets && count < ROOFLINE_LEVELS - 1; i++)
    if (sorted[i] > 0 && (count == 0 || sorted[i] > capacities[count - 1]))
      capacities[count++] = sorted[i];
  capacities[count++] = INFINITY;
  free(sorted);
  return count;
}

void roofline_make(struct roofline *roofline, struct launch_values peak,
                   const struct roofline_stream *streams, size_t stream_count,
                   const double *cache_bytes, size_t cache_count, double level) {
  double capacities[ROOFLINE_LEVELS];
  *roofline = (struct roofline){.status = FIT_BAD_DATA, .peak = estimate_none()};
  roofline->sorted = sorted_copy(peak);
  if (roofline->sorted == NULL || stream_count == 0)
    return;
  roofline->status = FIT_OK;
  roofline->count = peak.count;
  roofline->peak = median_of(roofline->sorted, peak.count, level);
  size_t count = capacities_of(streams, stream_count, cache_bytes, cache_count, capacities);
  for (size_t i = 0; i < count; i++) {
    const struct roofline_stream *stream =
        stream_of(streams, stream_count, i == 0 ? 0 : capacities[i - 1], capacities[i]);
    if (stream != NULL && set_level(&roofline->levels[roofline->level_count++], stream,
                                    capacities[i], &roofline->peak, level) != FIT_OK)
      roofline->status = FIT_BAD_DATA;
  }
  if (roofline->level_count == 0)
    roofline->status = FIT_BAD_DATA;
  else /* working sets beyond the last that was measured are no faster */
    roofline->levels[roofline->level_count - 1].capacity_bytes = INFINITY;
}

void roofline_free(struct roofline *roofline) {
  free(roofline->sorted);
  roofline->sorted = NULL;
  for (size_t i = 0; i < roofline->level_count; i++)
    free(roofline->levels[i].sorted);
  roofline->level_count = 0;
}

double roofline_limit(const struct roofline *roofline, size_t level, double intensity) {
  return fmin(roofline->peak.value, intensity * roofline->levels[level].bandwidth.value);
}

static size_t level_of(const struct roofline *roofline, double working_set_bytes) {
  size_t last = roofline->level_count - 1;
  if (!(working_set_bytes > 0))
    return last;
  for (size_t i = 0; i < last; i++)
    if (working_set_bytes <= roofline->levels[i].capacity_bytes)
      return i;
  return last;
}

enum { LAUNCHES_ENOUGH = 6 }; /* for an interval of a median */

/* The first coefficient over the second. */
static void set_quotient(const void *context, const double *coefficients, double *above,
                         double *below) {
  (void)context;
  (void)coefficients;
  above[0] = below[1] = 1;
}

/* The interval of the quotient of two medians, by signs (score.h): two groups, each with a
 * coefficient of its own. */
static struct estimate quotient_of(double value, const double *above, size_t above_count,
                                   const double *below, size_t below_count, double level) {
  static const double basis[] = {1, 0, 0, 1}, weights[] = {1, 1};
  const struct design_matrix design = {basis, 2, 2, weights};
  const size_t count = above_count + below_count;
  double *group = groups_zeros(count), *values = groups_zeros(count), coefficients[TERMS_MAX];
  struct estimate quotient = {value, NAN, NAN};
  struct groups groups;
  struct median_fit fit = {0};
  struct score score;
  for (size_t i = 0; i < count; i++) {
    group[i] = i < above_count ? 1 : 2;
    values[i] = i < above_count ? above[i] : below[i - above_count];
  }
  if (groups_make(&groups, group, NULL, values, count) == FIT_OK &&
      median_fit_make(&fit, &groups, &design, coefficients) && score_make(&score, &fit, level))
    quotient =
        score_widened(value, score_end(&score, set_quotient, NULL, coefficients, false),
                      score_end(&score, set_quotient, NULL, coefficients, true), 1, 0, INFINITY);
  median_fit_free(&fit);
  groups_free(&groups);
  free(group);
  free(values);
  return quotient;
}

/* Of the rates over the limit that is the lower one by the medians. */
static struct estimate fraction_of(const struct roofline *roofline, size_t at, double intensity,
                                   const double *rates, size_t count, double value,
                                   double confidence) {
  const struct roofline_level *level = &roofline->levels[at];
  const bool by_memory = intensity * level->bandwidth.value < roofline->peak.value;
  const double *limit = by_memory ? level->sorted : roofline->sorted;
  const size_t limit_count = by_memory ? level->count : roofline->count;
  if (count < LAUNCHES_ENOUGH || limit_count < LAUNCHES_ENOUGH)
    return (struct estimate){value, NAN, NAN};
  const double scale = by_memory ? intensity : 1;
  struct estimate e = quotient_of(value * scale, rates, count, limit, limit_count, confidence);
  return (struct estimate){value, e.low / scale, e.high / scale};
}

struct roofline_place roofline_locate(const struct roofline *roofline, double intensity,
                                      double working_set_bytes, struct launch_values rates,
                                      const struct fit_options *options) {
  const struct fit_options complete = fit_options_complete(options);
  struct roofline_place place = {FIT_BAD_DATA, 0, false, NAN, estimate_none(), estimate_none()};
  double *sorted = sorted_copy(rates);
  if (sorted != NULL && roofline->status == FIT_OK && intensity > 0) {
    place.status = FIT_OK;
    place.level = level_of(roofline, working_set_bytes);
    place.limit = roofline_limit(roofline, place.level, intensity);
    place.bound_by_memory = intensity < roofline->levels[place.level].ridge.value;
    place.rate = median_of(sorted, rates.count, complete.level);
    place.fraction = fraction_of(roofline, place.level, intensity, sorted, rates.count,
                                 place.rate.value / place.limit, complete.level);
  }
  free(sorted);
  return place;
}
