#include "runner/plan/shard.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

int shard_parse(const char *text, struct shard *shard, struct error *error) {
  const char *slash = strchr(text, '/');
  struct error ignored = {0};
  struct shard read = {0};
  char *index = grow_text("%.*s", slash != NULL ? (int)(slash - text) : 0, text);
  bool valid = slash != NULL && number_parse(index, 1, SHARDS_MAX, &read.index, &ignored) == 0 &&
               number_parse(slash + 1, 1, SHARDS_MAX, &read.count, &ignored) == 0 &&
               read.index <= read.count;
  free(index);
  if (!valid)
    return error_set(error, EXIT_USAGE,
                     "'%s' must be I/N, shard I of N with 1 <= I <= N <= %d; for example 2/8", text,
                     (int)SHARDS_MAX);
  *shard = read;
  return 0;
}

/* --- comparisons ------------------------------------------------------------------------------ */

static int compare_settings(const struct option_settings *a, const struct option_settings *b) {
  int order = (a->count > b->count) - (a->count < b->count);
  for (size_t i = 0; i < a->count && order == 0; i++) {
    order = strcmp(a->items[i].name, b->items[i].name);
    if (order == 0)
      order = strcmp(a->items[i].value, b->items[i].value);
  }
  return order;
}

struct sorting {
  const struct plan *plan;
  bool any_n; /* the size is no part of what is compared */
};

/* Which comparison a point belongs to. */
static int compare_points(const struct sorting *sorting, size_t left, size_t right) {
  const struct point *a = &sorting->plan->points[left], *b = &sorting->plan->points[right];
  int order = strcmp(a->workload->kernel, b->workload->kernel);
  if (order == 0)
    order = compare_settings(&a->workload->settings, &b->workload->settings);
  if (order == 0 && !sorting->any_n)
    order = (a->base_n > b->base_n) - (a->base_n < b->base_n);
  return order;
}

static int by_comparison(const void *left, const void *right, void *context) {
  const size_t a = *(const size_t *)left, b = *(const size_t *)right;
  int order = compare_points(context, a, b);
  return order != 0 ? order : (a > b) - (a < b);
}

/* A derived size may depend on the cores: it then differs in one comparison. */
static bool derives_n(const struct config *config) {
  for (size_t i = 0; i < config->derivation_count; i++)
    if (config->derivations[i].factor == FACTOR_N)
      return true;
  return false;
}

/* The number of each point's comparison, from 0 in the order of the plan; the caller frees it. */
static size_t *number_comparisons(const struct plan *plan, const struct config *config,
                                  size_t *count) {
  struct sorting sorting = {plan, derives_n(config)};
  size_t *sorted = grow_zeroed(plan->point_count, sizeof *sorted);
  size_t *numbers = grow_zeroed(plan->point_count, sizeof *numbers);
  for (size_t i = 0; i < plan->point_count; i++)
    sorted[i] = i;
  qsort_r(sorted, plan->point_count, sizeof *sorted, by_comparison, &sorting);
  for (size_t i = 0, first = 0; i < plan->point_count; i++) {
    if (i == 0 || compare_points(&sorting, sorted[i - 1], sorted[i]) != 0)
      first = sorted[i];
    numbers[sorted[i]] = first; /* the first point of it, which is not behind this one */
  }
  *count = 0;
  for (size_t i = 0; i < plan->point_count; i++)
    numbers[i] = numbers[i] == i ? (*count)++ : numbers[numbers[i]];
  free(sorted);
  return numbers;
}

/* --- shards ----------------------------------------------------------------------------------- */

/* Whole numbers, so that every machine adds them up to the same. A million points of the longest
 * launch are below 2^63. */
static const double start_us = 1e5, operations_per_us = 1e3, launch_us_max = 1e12;

static int64_t estimate_us(const struct point *point, double operations) {
  double repetitions = (double)(point->reps + point->warmup);
  double us = repetitions * operations / (operations_per_us * (double)point->cores);
  return (int64_t)(start_us + (us > 0 ? fmin(us, launch_us_max) : 0)); /* NaN: not known */
}

/* Into how many stretches the comparisons fall if none may take longer than `most_us`. */
static int64_t count_stretches(const int64_t *us, size_t count, int64_t most_us) {
  int64_t stretches = 1, sum = 0;
  for (size_t i = 0; i < count; i++) {
    if (sum + us[i] > most_us) {
      stretches++;
      sum = 0;
    }
    sum += us[i];
  }
  return stretches;
}

/* The shortest time in which so many shards can run all, each of them a stretch. */
static int64_t find_most_us(const int64_t *us, size_t count, int64_t shards) {
  int64_t low = 0, high = 0;
  for (size_t i = 0; i < count; i++) {
    low = us[i] > low ? us[i] : low;
    high += us[i];
  }
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (count_stretches(us, count, middle) <= shards)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* The shard of each comparison, from 1; no shard is empty. The caller frees it. */
static int64_t *cut(const int64_t *us, size_t count, int64_t shards) {
  int64_t *of = grow_zeroed(count, sizeof *of);
  int64_t most_us = find_most_us(us, count, shards), shard = 1, sum = 0;
  for (size_t i = 0; i < count; i++) {
    bool full = sum + us[i] > most_us, needed = (int64_t)(count - i) <= shards - shard;
    if (i > 0 && (full || needed)) {
      shard++;
      sum = 0;
    }
    of[i] = shard;
    sum += us[i];
  }
  return of;
}

void shard_keep(struct plan *plan, const bool *kept) {
  size_t count = 0;
  for (size_t i = 0; i < plan->point_count; i++)
    if (kept[i])
      plan->points[count++] = plan->points[i];
    else
      free(plan->points[i].derived);
  plan->point_count = count;
}

int64_t *shard_divide(const struct plan *plan, const struct config *config, int64_t shards,
                      const double *operations, struct error *error) {
  size_t count;
  size_t *numbers = number_comparisons(plan, config, &count);
  if ((int64_t)count < shards) {
    free(numbers);
    error_set(error, EXIT_USAGE,
              "%s: %" PRId64 " shards, but there are only %zu comparisons (kernel, options "
              "and n), which stay together; ask for at most %zu shards",
              config->path, shards, count, count);
    return NULL;
  }
  int64_t *us = grow_zeroed(count, sizeof *us);
  int64_t *division = grow_zeroed(plan->point_count, sizeof *division);
  for (size_t i = 0; i < plan->point_count; i++)
    us[numbers[i]] += estimate_us(&plan->points[i], operations[i]);
  int64_t *of = cut(us, count, shards);
  for (size_t i = 0; i < plan->point_count; i++)
    division[i] = of[numbers[i]];
  free(of);
  free(us);
  free(numbers);
  return division;
}

char *shard_folder(const struct shard *shard, const char *name) {
  return shard->count == 0
             ? grow_text("%s", name)
             : grow_text("%s.%" PRId64 "-of-%" PRId64, name, shard->index, shard->count);
}
