#include "analysis/answer/granularity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/options.h"
#include "common/grow.h"

/* --- what was measured ------------------------------------------------------------------------ */

/* Every launch of spin on a machine, in the order of the standings. */
struct launches {
  struct metg_rate *rates;
  double *granularities_s, *efficiencies;
  size_t *standings;
  size_t count;
};

static double steps_of(const struct standing *standing) {
  return option_number(standing->work, "steps");
}

/* Tasks of a repetition: work_op counts steps. */
static double tasks_of(const struct standing *standing) {
  return standing->point->figures[COLUMN_work_op] / steps_of(standing);
}

static bool is_spin(const struct standing *standing, size_t machine) {
  return strcmp(standing->work->kernel, "spin") == 0 && standing->point->machine == machine &&
         standing->count > 0 && steps_of(standing) > 0 &&
         standing->point->figures[COLUMN_work_op] > 0;
}

static void take_launches(struct launches *launches, const struct answer *answer, size_t index) {
  const struct standing *standing = &answer->standings[index];
  for (size_t i = 0; i < standing->count; i++) {
    size_t granularities = launches->count, standings = launches->count;
    struct metg_rate rate = {.round = standing->rounds[i],
                             .cores = standing->point->cores,
                             .steps = steps_of(standing),
                             .rate =
                                 standing->point->figures[COLUMN_work_op] / standing->times_s[i]};
    *GROW(launches->granularities_s, granularities) =
        standing->times_s[i] * (double)standing->point->cores / tasks_of(standing);
    *GROW(launches->standings, standings) = index;
    *GROW(launches->rates, launches->count) = rate;
  }
}

/* Entries of the matrix alone: each model at the cores at which it is compared. */
static struct launches find_launches(const struct answer *answer, size_t machine) {
  struct launches launches = {0};
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    for (size_t i = 0; i < contest->present_count; i++) {
      size_t entry = contest->entries[contest->present[i]];
      if (is_spin(&answer->standings[entry], machine))
        take_launches(&launches, answer, entry);
    }
  }
  launches.efficiencies = grow_zeroed(launches.count, sizeof *launches.efficiencies);
  metg_efficiencies(launches.rates, launches.count, GRANULARITY_STEPS_MIN, launches.efficiencies);
  return launches;
}

static void free_launches(struct launches *launches) {
  free(launches->rates);
  free(launches->granularities_s);
  free(launches->efficiencies);
  free(launches->standings);
}

/* --- of a variant ----------------------------------------------------------------------------- */

static int compare_places(const void *left, const void *right) {
  const struct granularity_place *a = left, *b = right;
  return (a->steps > b->steps) - (a->steps < b->steps);
}

/* The launches of one standing follow each other, from `first` on. */
static size_t add_place(struct granularity *granularity, const struct launches *launches,
                        size_t first) {
  size_t end = first;
  while (end < launches->count && launches->standings[end] == launches->standings[first])
    end++;
  *GROW(granularity->places, granularity->place_count) = (struct granularity_place){
      .standing = launches->standings[first],
      .steps = launches->rates[first].steps,
      .granularity_s = describe(&launches->granularities_s[first], end - first, 0.95),
      .efficiency = describe(&launches->efficiencies[first], end - first, 0.95)};
  return end;
}

static struct metg find_metg(const struct answer *answer, const struct launches *launches,
                             size_t variant) {
  struct metg_task *tasks = NULL;
  size_t count = 0;
  for (size_t i = 0; i < launches->count; i++)
    if (answer->standings[launches->standings[i]].point->variant == variant) {
      struct metg_task task = {launches->rates[i].round, launches->granularities_s[i],
                               launches->efficiencies[i]};
      *GROW(tasks, count) = task;
    }
  struct metg metg = metg_find(tasks, count, 0.5, 0.95);
  free(tasks);
  return metg;
}

static void add_variant(struct granularities *all, const struct answer *answer,
                        const struct launches *launches, size_t machine, size_t variant) {
  struct granularity granularity = {.machine = machine, .variant = variant};
  for (size_t i = 0; i < launches->count;) {
    const struct standing *standing = &answer->standings[launches->standings[i]];
    if (standing->point->variant != variant) {
      i++;
      continue;
    }
    granularity.cores = standing->point->cores;
    i = add_place(&granularity, launches, i);
  }
  granularity.metg = find_metg(answer, launches, variant);
  if (granularity.place_count < 2 || granularity.metg.outcome == METG_NO_DATA) {
    free(granularity.places);
    return;
  }
  qsort(granularity.places, granularity.place_count, sizeof *granularity.places, compare_places);
  *GROW(all->items, all->count) = granularity;
}

void granularities_find(struct granularities *all, const struct answer *answer) {
  *all = (struct granularities){0};
  for (size_t machine = 0; machine < answer->data->machine_count; machine++) {
    struct launches launches = find_launches(answer, machine);
    for (size_t v = 0; v < answer->data->variant_count && launches.count > 0; v++)
      add_variant(all, answer, &launches, machine, v);
    free_launches(&launches);
  }
}

void granularities_free(struct granularities *all) {
  for (size_t i = 0; i < all->count; i++)
    free(all->items[i].places);
  free(all->items);
  *all = (struct granularities){0};
}
