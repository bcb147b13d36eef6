#include "analysis/models/metg.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/grow.h"

/* Outside of the measured range: these sort below and above all granularities. */
static const double less = 0, none = INFINITY;

void metg_efficiencies(const struct metg_rate *rates, size_t count, double steps_min,
                       double *efficiencies) {
  for (size_t i = 0; i < count; i++) {
    double best = 0;
    for (size_t j = 0; j < count; j++)
      if (rates[j].round == rates[i].round && rates[j].cores == rates[i].cores &&
          rates[j].steps >= steps_min && rates[j].rate > best)
        best = rates[j].rate;
    efficiencies[i] = best > 0 && isfinite(best) ? rates[i].rate / best : NAN;
  }
}

/* By round, the longest tasks first. */
static int by_length(const void *left, const void *right) {
  const struct metg_task *a = left, *b = right;
  if (a->round != b->round)
    return (a->round > b->round) - (a->round < b->round);
  if (a->granularity_s != b->granularity_s)
    return (a->granularity_s < b->granularity_s) - (a->granularity_s > b->granularity_s);
  return (a->efficiency < b->efficiency) - (a->efficiency > b->efficiency);
}

/* Of the tasks of one round, sorted. */
static double crossing(const struct metg_task *tasks, size_t count, double threshold) {
  size_t last = count; /* the number of tasks up to the shortest that reach the threshold */
  while (last > 0 && tasks[last - 1].efficiency < threshold)
    last--;
  if (last == 0)
    return none;
  if (last == count)
    return less;
  const struct metg_task *above = &tasks[last - 1], *below = &tasks[last];
  double share = (threshold - above->efficiency) / (below->efficiency - above->efficiency);
  return exp(log(above->granularity_s) + share * log(below->granularity_s / above->granularity_s));
}

static struct metg_task *usable(const struct metg_task *tasks, size_t count, size_t *kept) {
  struct metg_task *sorted = NULL;
  *kept = 0;
  for (size_t i = 0; i < count; i++)
    if (tasks[i].granularity_s > 0 && isfinite(tasks[i].granularity_s) &&
        isfinite(tasks[i].efficiency))
      *GROW(sorted, *kept) = tasks[i];
  if (*kept > 0)
    qsort(sorted, *kept, sizeof *sorted, by_length);
  return sorted;
}

/* The median of an even number of rounds lies between two; where one of them is outside, it is the
 * larger. */
static double median_round(const double *sorted, size_t count) {
  double low = sorted[(count - 1) / 2], high = sorted[count / 2];
  return low > less && high < none ? 0.5 * low + 0.5 * high : high;
}

static void set_outcome(struct metg *metg, double *values, size_t count, double level) {
  stats_sort(values, count);
  double median = median_round(values, count);
  metg->granularity_s = stats_interval(values, count, level);
  metg->granularity_s.median = median;
  if (median > less && median < none)
    return;
  metg->outcome = median > less ? METG_NONE : METG_LESS;
  metg->granularity_s.median = NAN;
}

struct metg metg_find(const struct metg_task *tasks, size_t count, double threshold, double level) {
  struct metg metg = {METG_FOUND, {NAN, NAN, NAN, NAN}, 0, 0, 0, NAN};
  double *values = NULL, *shortest = NULL;
  size_t kept, value_count = 0, end;
  struct metg_task *sorted = usable(tasks, count, &kept);
  for (size_t first = 0; first < kept; first = end) {
    for (end = first + 1; end < kept && sorted[end].round == sorted[first].round; end++) {
    }
    double value = crossing(sorted + first, end - first, threshold);
    metg.rounds_less += value == less;
    metg.rounds_none += value == none;
    *GROW(values, value_count) = value;
    *GROW(shortest, metg.rounds) = sorted[end - 1].granularity_s;
  }
  if (metg.rounds == 0) {
    metg.outcome = METG_NO_DATA;
  } else {
    set_outcome(&metg, values, metg.rounds, level);
    stats_sort(shortest, metg.rounds);
    metg.shortest_s = stats_median(shortest, metg.rounds);
  }
  free(sorted);
  free(values);
  free(shortest);
  return metg;
}
