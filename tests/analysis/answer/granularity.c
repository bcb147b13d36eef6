/* METG of models whose overhead for each task is known. */
#include "analysis/answer/granularity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

#define SPIN "kernel=spin|n=2000|work_unit=steps|"

/* A step takes 1 ns; a task costs the model so much beside. */
static void add_model(struct made *made, const char *cells, int cores, double overhead_s,
                      double longest) {
  for (double steps = 16; steps <= longest; steps *= 4)
    made_point(made, 2000 * (overhead_s + steps * 1e-9) / cores,
               SPIN "%s|cores=%d|options=steps=%.0f|work_op=%.0f", cells, cores, steps,
               2000 * steps);
}

static const struct granularity *find(const struct made *made, const struct granularities *all,
                                      enum model model) {
  for (size_t i = 0; i < all->count; i++)
    if (made->data.variants[all->items[i].variant].model == model)
      return &all->items[i];
  return NULL;
}

static void check_models(void) {
  struct made made = {0};
  struct granularities all;
  add_model(&made, "model=serial|driver=serial_driver", 1, 2e-9, 65536);
  add_model(&made, "model=threads|driver=omp_driver|threads=2", 2, 1e-6, 65536);
  add_model(&made, "model=processes|driver=mpi_driver|ranks=2", 2, 200e-6, 65536);
  made_answer(&made, NULL);
  granularities_find(&all, &made.answer);
  CHECK(all.count == 3, "%zu", all.count);
  const struct granularity *serial = find(&made, &all, MODEL_SERIAL);
  const struct granularity *threads = find(&made, &all, MODEL_THREADS);
  const struct granularity *processes = find(&made, &all, MODEL_PROCESSES);
  CHECK(serial != NULL && serial->metg.outcome == METG_LESS);
  CHECK(threads != NULL && threads->metg.outcome == METG_FOUND);
  CHECK(processes != NULL && processes->metg.outcome == METG_NONE);
  /* half of the time is overhead where a task takes twice that; the interpolation between lengths
   * a factor of 4 apart is off by a few per cent */
  const struct interval *g = &threads->metg.granularity_s;
  CHECK(is_near(g->median, 2e-6, 0.06), "%g", g->median);
  CHECK(g->low <= g->median && g->median <= g->high && g->high < 1.02 * g->low, "[%g, %g]", g->low,
        g->high);
  CHECK(threads->place_count == 7 && threads->cores == 2, "%zu", threads->place_count);
  for (size_t i = 0; i < threads->place_count; i++) {
    const struct granularity_place *place = &threads->places[i];
    double longest = 65536 / (65536 + 1e3), truth = place->steps / (place->steps + 1e3);
    CHECK(is_near(place->efficiency.median, truth / longest, 0.01), "%g: %g, not %g", place->steps,
          place->efficiency.median, truth / longest);
    CHECK(is_near(place->granularity_s.median, 1e-6 + 1e-9 * place->steps, 0.005), "%g",
          place->granularity_s.median);
  }
  granularities_free(&all);
  char *text = made_text(&made, section_granularity, SHOW_SUMMARY);
  CHECK(longest_line(text) <= 80 && strstr(text, "not reached") != NULL, "\n%s", text);
  CHECK(strstr(text, "Not to be trusted") == NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* Tasks of 65536 steps that take three times as long: another program ran meanwhile. */
static void check_disturbed(void) {
  struct made made = {0};
  add_model(&made, "model=serial|driver=serial_driver", 1, 2e-9, 16384);
  made_point(&made, 3 * 2000 * 65536e-9,
             SPIN "model=serial|driver=serial_driver|options=steps=65536|work_op=%.0f",
             2000 * 65536.0);
  made_answer(&made, NULL);
  char *text = made_text(&made, section_granularity, SHOW_SUMMARY);
  CHECK(strstr(text, "Not to be trusted") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* Without long tasks the peak rate of a core is unknown. */
static void check_short_tasks(void) {
  struct made made = {0};
  add_model(&made, "model=serial|driver=serial_driver", 1, 2e-9, 256);
  add_model(&made, "model=threads|driver=omp_driver|threads=2", 2, 1e-6, 256);
  made_answer(&made, NULL);
  char *text = made_text(&made, section_granularity, SHOW_EVERYWHERE);
  CHECK(strlen(text) <= 1, "\n%s", text);
  free(text);
  made_free(&made);
}

int main(void) {
  check_models();
  check_disturbed();
  check_short_tasks();
  return test_result();
}
