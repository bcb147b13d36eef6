#include "analysis/answer/waiting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/options.h"
#include "common/grow.h"

enum { NUMBERS_MIN = 3 };

double waiting_delay(const struct data_work *work) {
  static const char *const names[] = {"delay", "latency"};
  double delay_s = NAN;
  for (size_t i = 0; i < sizeof names / sizeof *names && isnan(delay_s); i++)
    delay_s = option_number(work, names[i]);
  return delay_s > 0 ? delay_s : NAN;
}

/* The driver's option in_flight: from the variant's own options, else from run.json. NaN: no limit.
 */
static double limit_of(const struct answer *answer, const struct standing *standing) {
  const struct run_point *point =
      answer->run == NULL ? NULL : run_file_point(answer->run, standing->point->cell_id);
  const char *texts[] = {standing->variant->extra, point == NULL ? "" : point->driver_options};
  double limit = NAN;
  for (size_t i = 0; i < 2 && isnan(limit); i++)
    limit = options_number(texts[i], "in_flight");
  return limit > 0 ? limit : NAN;
}

static double in_flight_of(const struct answer *answer, const struct standing *standing) {
  if (standing->variant->model != MODEL_ASYNC)
    return (double)standing->point->cores;
  char *end;
  double tasks = strtod(standing->point->tasks, &end);
  if (end == standing->point->tasks || !(tasks > 0))
    return NAN;
  double limit = limit_of(answer, standing);
  return limit < tasks ? limit : tasks;
}

static bool is_same_series(const struct standing *a, const struct standing *b) {
  const struct data_variant *x = a->variant, *y = b->variant;
  return strcmp(x->model_text, y->model_text) == 0 && strcmp(x->driver, y->driver) == 0 &&
         strcmp(x->lock, y->lock) == 0 && strcmp(x->schedule, y->schedule) == 0 &&
         strcmp(x->grain, y->grain) == 0 && strcmp(x->build, y->build) == 0 &&
         x->threads == y->threads;
}

static struct waiting_place make_place(const struct answer *answer, size_t contest, size_t index) {
  const struct standing *standing = &answer->standings[index];
  double waits = standing->point->figures[COLUMN_work_op], delay_s = waiting_delay(standing->work);
  double in_flight = in_flight_of(answer, standing);
  return (struct waiting_place){.contest = contest,
                                .standing = index,
                                .series = NONE,
                                .in_flight = in_flight,
                                .ideal_s = ceil(waits / in_flight) * delay_s};
}

static int compare_places(const void *left, const void *right) {
  const struct waiting_place *a = left, *b = right;
  if (a->series != b->series)
    return a->series < b->series ? -1 : 1;
  if (a->in_flight != b->in_flight)
    return a->in_flight < b->in_flight ? -1 : 1;
  return (a->standing > b->standing) - (a->standing < b->standing);
}

static size_t count_numbers(const struct waiting_place *of, size_t count) {
  size_t numbers = 0;
  for (size_t i = 0; i < count; i++) {
    bool is_new = true;
    for (size_t k = 0; k < i; k++)
      is_new &= of[k].in_flight != of[i].in_flight;
    numbers += is_new;
  }
  return numbers;
}

/* Splits a contest's places, from `first` on, into series, or drops them if they are too few.
 */
static void sort_contest(struct waiting_places *places, const struct answer *answer, size_t first) {
  struct waiting_place *of = places->items + first;
  size_t count = places->count - first;
  if (count_numbers(of, count) < NUMBERS_MIN) {
    places->count = first;
    return;
  }
  for (size_t i = 0; i < count; i++) {
    for (size_t k = 0; k < i && of[i].series == NONE; k++)
      if (is_same_series(&answer->standings[of[k].standing], &answer->standings[of[i].standing]))
        of[i].series = of[k].series;
    if (of[i].series == NONE)
      of[i].series = places->series_count++;
  }
  qsort(of, count, sizeof *of, compare_places);
}

void waiting_find(struct waiting_places *places, const struct answer *answer) {
  *places = (struct waiting_places){0};
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    size_t first = places->count;
    for (size_t i = contest->begin; i < contest->end; i++) {
      const struct standing *standing = &answer->standings[i];
      if (standing->work->kind != BOUND_WAIT || standing->count == 0 ||
          standing->point->machine != contest->machine || standing->problem->n != contest->n)
        continue;
      struct waiting_place place = make_place(answer, c, i);
      if (place.in_flight > 0)
        *GROW(places->items, places->count) = place;
    }
    if (places->count > first)
      sort_contest(places, answer, first);
  }
}

void waiting_free(struct waiting_places *places) {
  free(places->items);
  *places = (struct waiting_places){0};
}
