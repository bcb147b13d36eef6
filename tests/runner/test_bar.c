/* The line at the bottom of a terminal, and the estimate in it. */
#include "runner/ui/bar.h"

#include <math.h>
#include <stdlib.h>

#include "runner/ui/estimate.h"
#include "tests/check.h"

static void check_time(double seconds, const char *expected) {
  char text[BAR_TIME_TEXT];
  CHECK(strcmp(bar_time(seconds, text), expected) == 0, "%g: %s", seconds, text);
}

static void test_times(void) {
  check_time(0, "0s");
  check_time(0.2, "1s");
  check_time(59, "59s");
  check_time(59.5, "1m00s");
  check_time(65, "1m05s");
  check_time(120.04, "2m00s"); /* two launches of a minute, with their starts */
  check_time(9.2, "10s");
  check_time(3599.6, "1h00m");
  check_time(2 * 3600 - 10, "2h00m");
  check_time(100 * 3600 - 10, "4d04h");
  check_time(3600, "1h00m");
  check_time(2 * 3600 + 600, "2h10m");
  check_time(100 * 3600, "4d04h");
  check_time(1e300, "11574d02h");
}

static void check_line(const struct bar *bar, int columns, const char *expected) {
  char text[BAR_TEXT];
  CHECK(strcmp(bar_format(bar, columns, text), expected) == 0, "%d: %s", columns, text);
}

static void test_lines(void) {
  struct bar bar = {.launches_done = 17,
                    .launches = 50,
                    .seconds_left = 65,
                    .last = "3.72 ms",
                    .current = "omp_driver sumsq n=10000000 cores=2, launch 2"};
  check_line(&bar, 40, "[##....] 17/50, 1m05s left");
  check_line(&bar, 80,
             "[##......] 17/50 launches, 1m05s left, last 3.72 ms: omp_driver sumsq n=1000...");
  check_line(&bar, 200,
             "[######..............] 17/50 launches, 1m05s left, last 3.72 ms: "
             "omp_driver sumsq n=10000000 cores=2, launch 2");
  bar.last = "";
  bar.seconds_left = NAN;
  bar.current = "wait gr\xc3\xb6\xc3\x9f"
                "e=\x1b[2J\xff n=1";
  check_line(&bar, 60, "[##....] 17/50: wait gr??e=?[2J? n=1");
  bar.launches_done = bar.launches;
  bar.current = "";
  check_line(&bar, 30, "[######] 50/50");
  check_line(&bar, 20, "[######] 50/50");
  check_line(&bar, 1, "");
}

/* Whatever it holds, it fits, and is ASCII that can be seen. */
static void test_widths(void) {
  char text[BAR_TEXT];
  static const char *const texts[] = {"", "x", "\xf0\x9f\x9a\x80 \x01 \x9f\x9f",
                                      "a point that has a name of some length n=100000000 cores=2"};
  for (int columns = 0; columns < 700; columns++)
    for (size_t i = 0; i < 16; i++) {
      struct bar bar = {.launches_done = i,
                        .launches = i * i * i * i * 1000,
                        .seconds_left = i % 3 == 0 ? NAN : (double)i * 1e5,
                        .last = texts[i / 4],
                        .current = texts[i % 4]};
      bar_format(&bar, columns, text);
      CHECK(strlen(text) <= (columns > 0 ? (size_t)columns - 1 : 0), "%d: %s", columns, text);
      for (const char *at = text; *at != '\0'; at++)
        CHECK(*at >= ' ' && *at <= '~', "%d: %s", columns, text);
    }
}

/* --- the estimate --- */

enum { POINTS = 7 };

/* As it is defined, by walking through all points. */
static double walk(const struct launch_schedule *schedule, const double *seconds) {
  double known_s = 0, left_s = 0;
  size_t known = 0, unknown = schedule_left(schedule);
  for (size_t i = 0; i < POINTS; i++) {
    size_t left = schedule_left_of(schedule, i);
    size_t working = schedule->tracks[i].hopeless ? 0 : left;
    if (!isnan(seconds[i])) {
      known_s += seconds[i];
      known++;
      left_s += (double)working * seconds[i];
      unknown -= left;
    } else {
      unknown -= left - working;
    }
  }
  return known > 0 ? left_s + (double)unknown * known_s / (double)known : NAN;
}

static size_t count_done(const struct launch_schedule *schedule) {
  size_t done = 0;
  for (size_t i = 0; i < POINTS; i++)
    done += schedule_enough(schedule, i) != ENOUGH_NOT;
  return done;
}

static void test_estimate(void) {
  struct point points[POINTS] = {0};
  struct plan plan = {.points = points, .point_count = POINTS, .least = 3, .most = 9, .width = 0.2};
  for (unsigned seed = 0; seed < 50; seed++) {
    unsigned state = seed;
    struct launch_schedule schedule;
    struct run_estimate estimate;
    struct scheduled_launch next;
    double seconds[POINTS];
    plan.retries = seed % 3;
    schedule_open(&schedule, &plan);
    estimate_open(&estimate, &schedule);
    for (size_t i = 0; i < POINTS; i++)
      seconds[i] = NAN;
    CHECK(isnan(estimate_left(&estimate)));
    while (schedule_next(&schedule, &next)) {
      unsigned dice = (unsigned)rand_r(&state) % 16;
      bool ok = !next.skip && dice > 3;
      double took = 0.001 * (1 + dice);
      size_t before = count_done(&schedule);
      schedule_settle(&schedule, &next, ok, dice == 0, 1 + 0.01 * dice);
      bool enough = estimate_note(&estimate, next.point, next.skip ? NAN : took);
      seconds[next.point] = next.skip ? seconds[next.point] : took;
      double expected = walk(&schedule, seconds), got = estimate_left(&estimate);
      CHECK(fabs(got - expected) < 1e-9, "%g, not %g", got, expected);
      CHECK(estimate.points_done == count_done(&schedule));
      CHECK(enough == (count_done(&schedule) > before));
    }
    CHECK(estimate.points_done == POINTS && estimate_left(&estimate) < 1e-9);
    estimate_close(&estimate);
    schedule_close(&schedule);
  }
}

int main(void) {
  test_times();
  test_lines();
  test_widths();
  test_estimate();
  return test_result();
}
