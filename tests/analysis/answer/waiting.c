/* Waits in flight: of threads by their number, of async by tasks and in_flight. */
#include "analysis/answer/waiting.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "tests/analysis/answer/made.h"
#include "tests/check.h"

#define WAIT "kernel=wait|bound=wait|n=100|work_op=100|work_unit=waits|options=delay=10ms;seed=1|"

static void check_delays(void) {
  static const struct {
    const char *options;
    double delay_s;
  } cases[] = {{"delay=10ms;seed=1", 0.01}, {"seed=1;latency=2s", 2}, {"delay=0", NAN},
               {"block=4096", NAN},         {"delay=x", NAN},         {"", NAN}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *options = strdup(cases[i].options);
    double found = waiting_delay(&(struct data_work){.options = options});
    CHECK(isnan(cases[i].delay_s) ? isnan(found) : is_near(found, cases[i].delay_s, 1e-12),
          "%s: %g", options, found);
    free(options);
  }
}

static const struct waiting_place *find(const struct made *made,
                                        const struct waiting_places *places, enum model model,
                                        double in_flight) {
  for (size_t i = 0; i < places->count; i++) {
    const struct waiting_place *place = &places->items[i];
    if (made->answer.standings[place->standing].variant->model == model &&
        place->in_flight == in_flight)
      return place;
  }
  return NULL;
}

/* threads reach the ideal with a tenth more; async's 100 tasks are limited by in_flight. */
static void check_run(void) {
  static const char json[] =
      "{\"points\": [{\"cell_id\": \"c4\", \"driver_options\": {\"in_flight\": 8}},"
      " {\"cell_id\": \"c5\", \"driver_options\": {\"in_flight\": 50}}]}";
  struct made made = {0};
  struct waiting_places places;
  made_point(&made, 1, WAIT "model=serial|driver=serial_driver");
  for (int threads = 1; threads <= 64; threads *= 8)
    made_point(&made, 1.1 * ceil(100.0 / threads) * 0.01,
               WAIT "model=threads|driver=omp_driver|cores=%d|threads=%d|oversubscribed=%d",
               threads, threads, threads > 2);
  made_point(&made, 0.13, WAIT "model=async|driver=async_driver|tasks=100");
  made_point(&made, 0.02, WAIT "model=async|driver=async_driver|tasks=100");
  made_point(&made, 0.01, WAIT "model=async|driver=async_driver|tasks=100");
  made_answer(&made, json);
  waiting_find(&places, &made.answer);
  CHECK(places.count == 7 && places.series_count == 3, "%zu in %zu", places.count,
        places.series_count);
  for (int threads = 1; threads <= 64; threads *= 8) {
    const struct waiting_place *place = find(&made, &places, MODEL_THREADS, threads);
    CHECK(place != NULL && is_near(place->ideal_s, ceil(100.0 / threads) * 0.01, 1e-9), "%d",
          threads);
    if (place != NULL)
      CHECK(is_near(place->ideal_s / made.answer.standings[place->standing].described.median,
                    1 / 1.1, 0.005));
  }
  CHECK(find(&made, &places, MODEL_ASYNC, 8) != NULL);
  CHECK(find(&made, &places, MODEL_ASYNC, 50) != NULL);
  CHECK(find(&made, &places, MODEL_ASYNC, 100) != NULL); /* no limit */
  for (size_t i = 1; i < places.count; i++)
    CHECK(places.items[i].series > places.items[i - 1].series ||
          places.items[i].in_flight > places.items[i - 1].in_flight);
  waiting_free(&places);
  char *text = made_text(&made, section_waiting, SHOW_SUMMARY);
  CHECK(longest_line(text) <= 80 && strstr(text, "91 %") != NULL, "\n%s", text);
  free(text);
  made_free(&made);
}

/* Two numbers in flight make no curve; work that computes does not wait. */
static void check_nothing(void) {
  struct made made = {0};
  made_point(&made, 1, WAIT "model=serial|driver=serial_driver");
  made_point(&made, 0.01, WAIT "model=async|driver=async_driver|tasks=100");
  for (int cores = 1; cores <= 4; cores++)
    made_point(&made, 1.0 / cores, "model=threads|driver=omp_driver|cores=%d|threads=%d", cores,
               cores);
  made_answer(&made, NULL);
  char *text = made_text(&made, section_waiting, SHOW_EVERYWHERE);
  CHECK(strlen(text) <= 1, "\n%s", text);
  free(text);
  made_free(&made);
}

int main(void) {
  check_delays();
  check_run();
  check_nothing();
  return test_result();
}
