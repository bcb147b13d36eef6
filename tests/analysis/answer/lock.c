/* Threads under a lock: fractions, and the two laws that they are compared with. */
#include "analysis/answer/lock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

static void check_fractions(void) {
  static const struct {
    const char *lock;
    double fraction;
  } cases[] = {{"global", 1},       {"global,0.25", 0.25}, {"global,0", 0}, {"global,0.5,1ms", 0.5},
               {"global,1,1ms", 1}, {"none", NAN},         {"", NAN},       {"global,x", NAN},
               {"globally", NAN},   {"global,2", NAN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double found = lock_fraction(cases[i].lock);
    CHECK(isnan(cases[i].fraction) ? isnan(found) : found == cases[i].fraction, "%s: %g",
          cases[i].lock, found);
  }
}

/* Times by Amdahl's law on 4 cores, in no order of the fraction. */
static void add_run(struct made *made, const char *schedule) {
  static const char *const locks[] = {"global,0.75", "global", "global,0", "global,0.1",
                                      "global,0.5"};
  for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
    double f = lock_fraction(locks[i]);
    made_point(made, 1e-3 * (f + (1 - f) / 4),
               "model=threads+lock|driver=omp_driver|cores=4|threads=4|lock=%s|schedule=%s",
               locks[i], schedule);
  }
}

static void check_run(void) {
  static const double fractions[] = {0, 0.1, 0.5, 0.75, 1};
  struct made made = {0};
  struct lock_places places;
  made_point(&made, 1e-3, "model=serial|driver=serial_driver");
  made_point(&made, 0.25e-3, "model=threads|driver=omp_driver|cores=4|threads=4");
  add_run(&made, "static");
  add_run(&made, "dynamic");
  made_answer(&made, NULL);
  lock_find(&places, &made.answer);
  CHECK(places.count == 10 && places.series_count == 2, "%zu in %zu", places.count,
        places.series_count);
  for (size_t i = 0; i < places.count; i++) {
    const struct lock_place *place = &places.items[i];
    const struct standing *standing = &made.answer.standings[place->standing];
    double f = fractions[i % 5];
    CHECK(place->fraction == f && place->series == i / 5, "%zu: %g in %zu", i, place->fraction,
          place->series);
    CHECK(is_near(place->amdahl, 1 / (f + (1 - f) / 4), 1e-9), "%g", place->amdahl);
    CHECK(is_near(place->overlap, f > 0.25 ? 1 / f : 4, 1e-9), "%g", place->overlap);
    CHECK(is_near(standing->speedup, place->amdahl, 0.005), "%g, not %g", standing->speedup,
          place->amdahl);
    CHECK(standing->speedup_low <= place->amdahl && place->amdahl <= standing->speedup_high,
          "%g not in [%g, %g]", place->amdahl, standing->speedup_low, standing->speedup_high);
  }
  lock_free(&places);
  char *text = made_text(&made, section_lock, SHOW_SUMMARY);
  CHECK(longest_line(text) <= 80 && strstr(text, "75 %") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* One fraction alone is no series; without a base there is no speedup. */
static void check_nothing(void) {
  struct made made = {0};
  made_point(&made, 1e-3, "model=serial|driver=serial_driver");
  made_point(&made, 1e-3, "model=threads+lock|driver=omp_driver|cores=4|threads=4|lock=global");
  made_answer(&made, NULL);
  struct lock_places places;
  lock_find(&places, &made.answer);
  CHECK(places.count == 0, "%zu", places.count);
  lock_free(&places);
  made_free(&made);
  add_run(&made, "static");
  made_answer(&made, NULL);
  lock_find(&places, &made.answer);
  CHECK(places.count == 0, "%zu", places.count);
  char *text = made_text(&made, section_lock, SHOW_SUMMARY | SHOW_PAGE);
  CHECK(strlen(text) <= 1, "\n%s", text);
  free(text);
  lock_free(&places);
  made_free(&made);
}

int main(void) {
  check_fractions();
  check_run();
  check_nothing();
  return test_result();
}
