#include "analysis/compare/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/matching.h"
#include "analysis/data/results_path.h"
#include "analysis/statistics/noise_floor.h"
#include "common/grow.h"

/* --- reading ---------------------------------------------------------------------------------- */

/* "A" .. "Z", then "R27", ... */
static void set_letter(struct compared_run *run, size_t index) {
  if (index < 26)
    snprintf(run->letter, LETTER_TEXT, "%c", (char)('A' + index));
  else
    snprintf(run->letter, LETTER_TEXT, "R%zu", index + 1);
}

/* The verified launches of a point; the arrays are to be freed. */
static struct population population_of(const struct data_point *point) {
  double *times_s = NULL;
  int64_t *rounds = NULL;
  size_t times = 0, count = 0;
  for (size_t i = 0; i < point->launch_count; i++) {
    const struct data_launch *launch = &point->launches[i];
    if (launch->status != STATUS_OK || !(launch->median_s > 0))
      continue;
    *GROW(times_s, times) = launch->median_s;
    *GROW(rounds, count) = launch->round;
  }
  return (struct population){times_s, rounds, count};
}

static void free_population(const struct population *population) {
  free((void *)(uintptr_t)population->times_s);
  free((void *)(uintptr_t)population->rounds);
}

static double find_noise_floor(const struct dataset *data) {
  struct population *populations = NULL;
  size_t count = 0;
  for (size_t i = 0; i < data->point_count; i++) {
    struct population population = population_of(&data->points[i]);
    *GROW(populations, count) = population;
  }
  double floor = noise_floor_typical(populations, count);
  for (size_t i = 0; i < count; i++)
    free_population(&populations[i]);
  free(populations);
  return floor;
}

static int read_run(struct compared_run *run, const char *results, size_t index,
                    struct error *error) {
  set_letter(run, index);
  run->results = grow_text("%s", results);
  run->noise_floor = NAN;
  char *path = results_path(results);
  if (dataset_read(&run->data, path, error) == 0 && run_file_read(&run->run, path, error) == 0)
    run->noise_floor = find_noise_floor(&run->data);
  free(path);
  return error->code;
}

/* --- comparing -------------------------------------------------------------------------------- */

static void add_point(struct compare *compare, size_t run, size_t first, size_t later) {
  const struct dataset *first_data = &compare->runs[0].data, *later_data = &compare->runs[run].data;
  struct compared_point point = {
      .run = run, .first = first, .later = later, .ratio = NAN, .low = NAN, .high = NAN};
  size_t verified_first = 0, verified_later = 0;
  if (first != NO_POINT) {
    verified_first = point_times(&first_data->points[first], NULL, NULL);
    point.failed_first = first_data->points[first].launch_count - verified_first;
  }
  if (later != NO_POINT) {
    verified_later = point_times(&later_data->points[later], NULL, NULL);
    point.failed_later = later_data->points[later].launch_count - verified_later;
  }
  point.comparable = verified_first > 0 && verified_later > 0;
  *GROW(compare->points, compare->point_count) = point;
  compare->family += point.comparable;
}

static void match_run(struct compare *compare, size_t run) {
  const struct dataset *first = &compare->runs[0].data, *later = &compare->runs[run].data;
  size_t *matches = match_points(first, later);
  bool *taken = NULL;
  for (size_t count = 0; count < later->point_count;)
    *GROW(taken, count) = false;
  for (size_t i = 0; i < first->point_count; i++) {
    add_point(compare, run, i, matches[i]);
    if (matches[i] != NO_POINT)
      taken[matches[i]] = true;
  }
  for (size_t i = 0; i < later->point_count; i++)
    if (!taken[i])
      add_point(compare, run, NO_POINT, i);
  free(matches);
  free(taken);
}

static struct comparison compare_point(const struct compare *compare,
                                       const struct compared_point *point) {
  struct population first = population_of(&compare->runs[0].data.points[point->first]);
  struct population later = population_of(&compare->runs[point->run].data.points[point->later]);
  struct comparison comparison =
      comparison_make(&later, &first, DESIGN_INDEPENDENT, compare->family);
  free_population(&first);
  free_population(&later);
  return comparison;
}

static void compare_all(struct compare *compare) {
  struct comparison *comparisons = NULL;
  size_t count = 0, decided = 0;
  for (size_t i = 0; i < compare->point_count; i++)
    if (compare->points[i].comparable) {
      struct comparison comparison = compare_point(compare, &compare->points[i]);
      *GROW(comparisons, count) = comparison;
    }
  comparisons_decide(comparisons, count, compare->margin);
  for (size_t i = 0; i < compare->point_count; i++) {
    struct compared_point *point = &compare->points[i];
    if (!point->comparable)
      continue;
    point->comparison = comparisons[decided++];
    point->ratio = 1 / point->comparison.ratio;
    point->low = 1 / point->comparison.high;
    point->high = 1 / point->comparison.low;
  }
  free(comparisons);
}

int compare_make(struct compare *compare, const char *const *results, size_t count, double margin,
                 struct error *error) {
  *compare = (struct compare){0};
  if (count < 2)
    return error_set(error, EXIT_USAGE,
                     "compare: expected two runs or more, found %zu; the others are compared with "
                     "the first",
                     count);
  for (size_t i = 0; i < count; i++)
    if (read_run(GROW(compare->runs, compare->run_count), results[i], i, error) != 0)
      return error->code;
  compare->margin = isnan(margin) ? compare->runs[0].run.equivalence_margin : margin;
  for (size_t run = 1; run < count; run++)
    match_run(compare, run);
  compare_all(compare);
  return 0;
}

void compare_free(struct compare *compare) {
  for (size_t i = 0; i < compare->run_count; i++) {
    struct compared_run *run = &compare->runs[i];
    dataset_free(&run->data);
    run_file_free(&run->run);
    free(run->results);
  }
  free(compare->runs);
  free(compare->points);
  *compare = (struct compare){0};
}

/* --- questions -------------------------------------------------------------------------------- */

const struct data_point *compared_data_point(const struct compare *compare,
                                             const struct compared_point *point,
                                             const struct dataset **data) {
  bool in_first = point->first != NO_POINT;
  *data = &compare->runs[in_first ? 0 : point->run].data;
  return &(*data)->points[in_first ? point->first : point->later];
}

struct compare_counts compare_count(const struct compare *compare, size_t run) {
  struct compare_counts counts = {0};
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    if (point->run != run)
      continue;
    counts.only_first += point->later == NO_POINT;
    counts.only_later += point->first == NO_POINT;
    counts.compared += point->comparable;
    counts.failed += !point->comparable && point->first != NO_POINT && point->later != NO_POINT;
    if (point->comparable)
      counts.by_verdict[point->comparison.verdict]++;
  }
  return counts;
}
