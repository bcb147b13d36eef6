#include "analysis/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/stats.h"

static const double level_wanted = 0.95;

static double launch_median(const struct launch *launch) {
  double *sorted = malloc(launch->wall_count * sizeof *sorted);
  if (sorted == NULL)
    return NAN;
  memcpy(sorted, launch->walls, launch->wall_count * sizeof *sorted);
  stats_sort(sorted, launch->wall_count);
  double median = stats_median(sorted, launch->wall_count);
  free(sorted);
  return median;
}

static void summarise(struct summary *summary, double *medians, size_t count) {
  stats_sort(medians, count);
  struct interval interval = stats_interval(medians, count, level_wanted);
  bool range = isnan(interval.low) || isnan(interval.high);
  summary->launches = count;
  summary->median_s = stats_median(medians, count);
  summary->low_s = range ? medians[0] : interval.low;
  summary->high_s = range ? medians[count - 1] : interval.high;
  summary->level = range ? NAN : interval.level;
}

struct summary summary_make(const struct cell *cell) {
  struct summary summary = {
      .cell = cell, .median_s = NAN, .low_s = NAN, .high_s = NAN, .level = NAN, .speedup = NAN};
  double *medians = malloc((cell->launch_count + 1) * sizeof *medians);
  size_t count = 0;
  for (size_t i = 0; i < cell->launch_count; i++) {
    const struct launch *launch = &cell->launches[i];
    summary.counts[launch->status]++;
    if (launch->status == CELL_OK && launch->wall_count > 0 && medians != NULL)
      medians[count++] = launch_median(launch);
  }
  if (count > 0)
    summarise(&summary, medians, count);
  free(medians);
  return summary;
}

bool summary_is_sound(const struct summary *summary) {
  return summary->launches > 0 && summary->counts[CELL_OK] == summary->cell->launch_count;
}

const struct summary *summary_compare(struct summary *summaries, size_t count, const char *driver) {
  const struct summary *base = NULL;
  long base_cores = 0;
  for (size_t i = 0; i < count; i++) {
    long cores = strtol(summaries[i].cell->factors[CORES], NULL, 10);
    if (strcmp(summaries[i].cell->factors[DRIVER], driver) == 0 &&
        summary_is_sound(&summaries[i]) && (base == NULL || cores < base_cores)) {
      base = &summaries[i];
      base_cores = cores;
    }
  }
  for (size_t i = 0; i < count && base != NULL; i++)
    summaries[i].speedup = base->median_s / summaries[i].median_s;
  return base;
}

void summary_rank(const struct summary *summaries, size_t count, const struct summary **first,
                  const struct summary **second) {
  *first = *second = NULL;
  for (size_t i = 0; i < count; i++) {
    const struct summary *summary = &summaries[i];
    if (!summary_is_sound(summary))
      continue;
    if (*first == NULL || summary->median_s < (*first)->median_s) {
      *second = *first;
      *first = summary;
    } else if (*second == NULL || summary->median_s < (*second)->median_s) {
      *second = summary;
    }
  }
}

bool summary_overlap(const struct summary *a, const struct summary *b) {
  return a->low_s <= b->high_s && b->low_s <= a->high_s;
}
