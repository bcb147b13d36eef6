#include "analysis/answer/lock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

double lock_fraction(const char *lock) {
  struct error error = {0};
  double fraction = NAN;
  if (strncmp(lock, "global", 6) != 0)
    return NAN;
  if (lock[6] == '\0')
    return 1;
  if (lock[6] != ',')
    return NAN;
  char *text = grow_text("%.*s", (int)strcspn(lock + 7, ","), lock + 7);
  int code = real_parse(text, 0, 1, &fraction, &error);
  free(text);
  return code == 0 ? fraction : NAN;
}

/* "1ms" of "global,0.5,1ms", the interval at which the lock changes hands; "". */
static const char *interval_of(const char *lock) {
  const char *comma = strchr(lock, ',');
  comma = comma == NULL ? NULL : strchr(comma + 1, ',');
  return comma == NULL ? "" : comma + 1;
}

static bool is_same_series(const struct standing *a, const struct standing *b) {
  const struct data_variant *x = a->variant, *y = b->variant;
  return a->point->cores == b->point->cores && x->model == y->model &&
         strcmp(x->driver, y->driver) == 0 && strcmp(x->schedule, y->schedule) == 0 &&
         strcmp(x->grain, y->grain) == 0 && strcmp(x->build, y->build) == 0 &&
         x->threads == y->threads && strcmp(interval_of(x->lock), interval_of(y->lock)) == 0;
}

static struct lock_place make_place(const struct answer *answer, size_t contest, size_t index) {
  const struct standing *standing = &answer->standings[index];
  struct lock_place place = {.contest = contest,
                             .standing = index,
                             .series = NONE,
                             .fraction = lock_fraction(standing->variant->lock)};
  if (standing->base == NONE || isnan(standing->speedup))
    place.fraction = NAN;
  if (isnan(place.fraction))
    return place;
  place.workers =
      (double)standing->point->cores / (double)answer->standings[standing->base].point->cores;
  place.amdahl = 1 / (place.fraction + (1 - place.fraction) / place.workers);
  place.overlap = fmin(place.workers, 1 / place.fraction);
  return place;
}

static int compare_places(const void *left, const void *right) {
  const struct lock_place *a = left, *b = right;
  if (a->series != b->series)
    return a->series < b->series ? -1 : 1;
  return (a->fraction > b->fraction) - (a->fraction < b->fraction);
}

/* Divides the places from `first` on into series and drops series of one fraction. */
static void sort_contest(struct lock_places *places, const struct answer *answer, size_t first) {
  struct lock_place *of = places->items + first;
  size_t count = places->count - first, kept = 0;
  for (size_t i = 0; i < count; i++) {
    bool several = false;
    for (size_t k = 0; k < count; k++)
      several |=
          of[k].fraction != of[i].fraction &&
          is_same_series(&answer->standings[of[k].standing], &answer->standings[of[i].standing]);
    for (size_t k = 0; k < kept && several && of[i].series == NONE; k++)
      if (is_same_series(&answer->standings[of[k].standing], &answer->standings[of[i].standing]))
        of[i].series = of[k].series;
    if (several && of[i].series == NONE)
      of[i].series = places->series_count++;
    if (several)
      of[kept++] = of[i];
  }
  places->count = first + kept;
  if (kept > 1)
    qsort(of, kept, sizeof *of, compare_places);
}

void lock_find(struct lock_places *places, const struct answer *answer) {
  *places = (struct lock_places){0};
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    size_t first = places->count;
    for (size_t i = 0; i < contest->present_count; i++) {
      struct lock_place place = make_place(answer, c, contest->entries[contest->present[i]]);
      if (!isnan(place.fraction))
        *GROW(places->items, places->count) = place;
    }
    if (places->count > first)
      sort_contest(places, answer, first);
  }
}

void lock_free(struct lock_places *places) {
  free(places->items);
  *places = (struct lock_places){0};
}
