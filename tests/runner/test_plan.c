/* From configs to points: their order, who runs where, what is left out and why. */
#include <stdlib.h>
#include <unistd.h>

#include "runner/plan.h"
#include "tests/check.h"

#define HEAD "schema: 1\nname: x\n"

struct planned {
  struct config config;
  struct plan plan;
  struct error error;
  int code;
};

static void plan_text(struct planned *planned, const char *text, int64_t machine_cores) {
  char path[] = "/tmp/quartet_plan_XXXXXX";
  struct problems problems = {0};
  int file = mkstemp(path);
  if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
    abort();
  close(file);
  *planned = (struct planned){0};
  CHECK(config_open(&planned->config, path, &problems) == 0);
  problems_print(&problems, "x", stderr);
  unlink(path);
  planned->config.path = "x";
  planned->code = plan_make(&planned->plan, &planned->config, machine_cores, &planned->error);
  problems_free(&problems);
}

static void forget(struct planned *planned) {
  plan_free(&planned->plan);
  config_close(&planned->config);
}

static void check_points(const char *text, int64_t machine_cores, const char *const *expected,
                         size_t count) {
  struct planned planned;
  char told[POINT_TEXT];
  plan_text(&planned, text, machine_cores);
  CHECK(planned.code == 0, "%s", planned.error.message);
  CHECK(planned.plan.point_count == count, "%zu", planned.plan.point_count);
  for (size_t i = 0; i < count && i < planned.plan.point_count; i++)
    CHECK(strcmp(point_text(&planned.plan.points[i], told), expected[i]) == 0, "%zu: %s", i, told);
  forget(&planned);
}
#define CHECK_POINTS(text, machine_cores, ...)                                                     \
  check_points(text, machine_cores, (const char *const[]){__VA_ARGS__},                            \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void test_order(void) {
  CHECK_POINTS(HEAD "kernels: [sumsq, {wait: {n: 5, jobs: 3}}]\n"
                    "axes: {driver: [serial_driver, omp_driver], n: [10, 20], jobs: [1, 2], "
                    "cores: [1, 2]}\n",
               2, "serial_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=1",
               "omp_driver sumsq n=10 cores=2", "serial_driver sumsq n=10 jobs=2 cores=1",
               "omp_driver sumsq n=10 jobs=2 cores=1", "omp_driver sumsq n=10 jobs=2 cores=2",
               "serial_driver sumsq n=20 cores=1", "omp_driver sumsq n=20 cores=1",
               "omp_driver sumsq n=20 cores=2", "serial_driver sumsq n=20 jobs=2 cores=1",
               "omp_driver sumsq n=20 jobs=2 cores=1", "omp_driver sumsq n=20 jobs=2 cores=2",
               "serial_driver wait n=5 jobs=3 cores=1", "omp_driver wait n=5 jobs=3 cores=1",
               "omp_driver wait n=5 jobs=3 cores=2");
}

static void test_natural_cores(void) {
  const char *text = HEAD "kernel: sumsq\n"
                          "axes: {driver: [serial_driver, omp_driver, {omp_driver: {threads: 2}}, "
                          "async_driver, mpi_driver, {mpi_driver: {threads: 4}}], n: 10}\n";
  CHECK_POINTS(text, 6, "serial_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=6",
               "omp_driver threads=2 sumsq n=10 cores=2", "async_driver sumsq n=10 cores=1",
               "mpi_driver sumsq n=10 cores=6", "mpi_driver threads=4 sumsq n=10 cores=4");
  CHECK_POINTS(text, 1, "serial_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=1",
               "omp_driver threads=2 sumsq n=10 cores=2", "async_driver sumsq n=10 cores=1",
               "mpi_driver sumsq n=10 cores=1", "mpi_driver threads=4 sumsq n=10 cores=4");
}

static void test_all_cores(void) {
  const char *text =
      HEAD "kernel: sumsq\naxes: {driver: [omp_driver], n: 10, cores: [1, all, 4]}\n";
  CHECK_POINTS(text, 8, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=8",
               "omp_driver sumsq n=10 cores=4");
  CHECK_POINTS(text, 4, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=4");
  CHECK_POINTS(text, 1, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=4");
}

static void test_shares(void) {
  struct planned planned;
  plan_text(&planned,
            HEAD "kernel: {sumsq: {reps: 3}}\n"
                 "axes: {driver: [omp_driver, {omp_driver: {lock: global}}, mpi_driver, "
                 "{mpi_driver: {threads: 2}}, async_driver, serial_driver], n: 10, cores: [1, 4]}\n"
                 "exclude:\n  - {where: driver == mpi_driver and cores == 1, why: \"one, alone\"}\n"
                 "measure: {reps: 7, warmup: 2}\n",
            2);
  static const struct {
    const char *model;
    int64_t cores, ranks, threads;
    bool oversubscribed;
  } expected[] = {
      {"threads", 1, 1, 1, false},      {"threads", 4, 1, 4, true},
      {"threads+lock", 1, 1, 1, false}, {"threads+lock", 4, 1, 4, true},
      {"processes", 4, 4, 1, true},     {"hybrid", 4, 2, 2, true},
      {"async", 1, 1, 1, false},        {"serial", 1, 1, 1, false},
  };
  const struct plan *plan = &planned.plan;
  CHECK(plan->point_count == 8, "%zu", plan->point_count);
  for (size_t i = 0; i < 8 && i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    CHECK(strcmp(point_model(point), expected[i].model) == 0, "%zu: %s", i, point_model(point));
    CHECK(point->cores == expected[i].cores && point->ranks == expected[i].ranks &&
              point->threads == expected[i].threads &&
              point->oversubscribed == expected[i].oversubscribed,
          "%zu", i);
    CHECK(point->reps == 3 && point->warmup == 2);
  }
  /* mpi at 1 core is excluded; hybrid at 1, async and serial at 4 do not apply */
  CHECK(plan->omission_count == 4, "%zu", plan->omission_count);
  for (size_t i = 0; i < plan->omission_count; i++) {
    const struct omission *omission = &plan->omissions[i];
    bool excluded = omission->point.way->driver->use == CORES_RANKS &&
                    omission->point.way->threads == CONFIG_UNSET;
    CHECK(omission->excluded == excluded, "%zu", i);
    CHECK((strcmp(omission->why, "one, alone") == 0) == excluded, "%s", omission->why);
  }
  forget(&planned);
}

static void test_nothing_left(void) {
  struct planned planned;
  plan_text(&planned, HEAD "kernel: sumsq\naxes: {driver: serial_driver, n: 10, cores: [2, 4]}\n",
            4);
  CHECK(planned.code == EXIT_USAGE);
  CHECK(strcmp(planned.error.message,
               "no point would run: all 2 of the product are excluded or not applicable") == 0,
        "%s", planned.error.message);
  forget(&planned);
  plan_text(&planned,
            HEAD "kernel: sumsq\naxes: {driver: omp_driver, n: {range: [1, 9999, 1]}, "
                 "grain: {range: [1, 9999, 1]}}\n",
            4);
  CHECK(planned.code == EXIT_USAGE && strstr(planned.error.message, "more than a sweep") != NULL,
        "%s", planned.error.message);
  forget(&planned);
}

static void test_doubles(void) {
  struct planned planned;
  plan_text(&planned,
            HEAD "kernels: [sumsq, {sumsq: {n: 20}}]\naxes: {driver: omp_driver, n: [10, 20]}\n",
            1);
  CHECK(planned.plan.point_count == 2 && planned.plan.omission_count == 1);
  CHECK(strcmp(planned.plan.omissions[0].why, "the same as an earlier point") == 0);
  forget(&planned);
}

/* An id tells every factor apart, and does not change from run to run: 12 digits of the SHA-256 of
 * "kernel=sumsq;1:a=1:1|driver=omp_driver|n=10|jobs=1|grain=0|ranks=1|threads=2", by sha256sum. */
static void test_cell_ids(void) {
  static const char *const texts[] = {
      "kernel: {sumsq: {a: 1}}\naxes: {driver: omp_driver, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: 2}}\naxes: {driver: omp_driver, n: 10, cores: 2}\n",
      "kernel: {sumsq: {b: 1}}\naxes: {driver: omp_driver, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: \"1;1:b=1:1\"}}\naxes: {driver: omp_driver, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: 1, b: 1}}\naxes: {driver: omp_driver, n: 10, cores: 2}\n",
      "kernel: {wait: {a: 1}}\naxes: {driver: omp_driver, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: mpi_driver, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: {mpi_driver: {threads: 2}}, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: {omp_driver: {lock: global}}, n: 10, cores: 2}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: omp_driver, n: 11, cores: 2}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: omp_driver, n: 10, cores: 3}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: omp_driver, n: 10, cores: 2, jobs: 2}\n",
      "kernel: {sumsq: {a: 1}}\naxes: {driver: omp_driver, n: 10, cores: 2, grain: 2}\n",
  };
  enum { COUNT = sizeof texts / sizeof *texts };
  char ids[COUNT][CELL_ID_TEXT];
  for (size_t i = 0; i < COUNT; i++) {
    struct planned planned;
    char text[300];
    snprintf(text, sizeof text, HEAD "%s", texts[i]);
    plan_text(&planned, text, 8);
    CHECK(planned.plan.point_count == 1, "%s", texts[i]);
    memcpy(ids[i], planned.plan.points[0].cell_id, CELL_ID_TEXT);
    forget(&planned);
    for (size_t j = 0; j < i; j++)
      CHECK(strcmp(ids[i], ids[j]) != 0, "%zu and %zu: %s", i, j, ids[i]);
  }
  CHECK(strcmp(ids[0], "33cb462dd2e0") == 0, "%s", ids[0]);
}

int main(void) {
  test_order();
  test_natural_cores();
  test_all_cores();
  test_shares();
  test_nothing_left();
  test_doubles();
  test_cell_ids();
  return test_result();
}
