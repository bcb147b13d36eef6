/* From configs to points: their order, which runs where, which are excluded and why. */
#include <stdlib.h>
#include <unistd.h>

#include "runner/plan/plan.h"
#include "tests/check.h"

#define HEAD "schema: 1\nname: x\n"

struct planned {
  struct config config;
  struct plan plan;
  struct error error;
  int code;
};

static struct resources resources; /* of the next plan, if nodes is not 0 */

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
  if (resources.nodes == 0)
    resources = (struct resources){1, machine_cores, machine_cores, false};
  planned->code = plan_make(&planned->plan, &planned->config, &resources, NULL, &planned->error);
  resources.nodes = 0;
  problems_free(&problems);
}

static void forget(struct planned *planned) {
  plan_free(&planned->plan);
  config_close(&planned->config);
}

static void check_points(const char *text, int64_t machine_cores, const char *const *expected,
                         size_t count) {
  struct planned planned;
  char printed[POINT_TEXT];
  plan_text(&planned, text, machine_cores);
  CHECK(planned.code == 0 && planned.error.code == 0, "%s", planned.error.message);
  CHECK(planned.plan.point_count == count, "%zu", planned.plan.point_count);
  for (size_t i = 0; i < count && i < planned.plan.point_count; i++)
    CHECK(strcmp(point_text(&planned.plan.points[i], printed), expected[i]) == 0, "%zu: %s", i,
          printed);
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

/* A kernel's own cores take the place of the axis, for drivers that take any; beyond those of the
 * machine they are for threads. */
static void test_own_cores(void) {
  static const char text[] =
      HEAD "kernels: [sumsq: {n: 9}, wait: {n: 5, cores: [all, 64]}]\n"
           "axes: {driver: [serial_driver, omp_driver, async_driver, mpi_driver]}\n";
  CHECK_POINTS(text, 2, "serial_driver sumsq n=9 cores=1", "omp_driver sumsq n=9 cores=2",
               "async_driver sumsq n=9 cores=1", "mpi_driver sumsq n=9 cores=2",
               "serial_driver wait n=5 cores=1", "omp_driver wait n=5 cores=2",
               "omp_driver wait n=5 cores=64", "async_driver wait n=5 cores=1",
               "mpi_driver wait n=5 cores=2");
  CHECK_POINTS(HEAD "kernels: [sumsq: {n: 9}, wait: {n: 5, cores: {geom: [2, all, 2]}}]\n"
                    "axes: {driver: [serial_driver, omp_driver], cores: [1, 3]}\n",
               4, "serial_driver sumsq n=9 cores=1", "omp_driver sumsq n=9 cores=1",
               "omp_driver sumsq n=9 cores=3", "serial_driver wait n=5 cores=1",
               "omp_driver wait n=5 cores=2", "omp_driver wait n=5 cores=4");
  /* Options that are an axis make copies of the kernel, with its cores. */
  CHECK_POINTS(HEAD "kernel: {wait: {n: 5, cores: [1, 2]}}\n"
                    "axes: {driver: omp_driver, options: {work: [1, 2]}}\n",
               4, "omp_driver wait work=1 n=5 cores=1", "omp_driver wait work=1 n=5 cores=2",
               "omp_driver wait work=2 n=5 cores=1", "omp_driver wait work=2 n=5 cores=2");
  /* In a zip the other factors advance. */
  CHECK_POINTS(HEAD "kernels: [sumsq, wait: {cores: 2}]\naxes: {driver: omp_driver}\n"
                    "zip: {n: [10, 20], cores: [1, 4]}\n",
               4, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=20 cores=4",
               "omp_driver wait n=10 cores=2", "omp_driver wait n=20 cores=2");
}

static void test_all_cores(void) {
  const char *text =
      HEAD "kernel: sumsq\naxes: {driver: [omp_driver], n: 10, cores: [1, all, 4]}\n";
  CHECK_POINTS(text, 8, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=8",
               "omp_driver sumsq n=10 cores=4");
  CHECK_POINTS(text, 4, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=4");
  CHECK_POINTS(text, 1, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=4");
  static const char geom[] =
      HEAD "kernel: sumsq\naxes: {driver: omp_driver, n: 10, cores: {geom: [1, all, 2]}}\n";
  CHECK_POINTS(geom, 6, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=2",
               "omp_driver sumsq n=10 cores=4", "omp_driver sumsq n=10 cores=6");
  CHECK_POINTS(geom, 2, "omp_driver sumsq n=10 cores=1", "omp_driver sumsq n=10 cores=2");
  CHECK_POINTS(geom, 1, "omp_driver sumsq n=10 cores=1");
  static const char range[] =
      HEAD "kernel: sumsq\naxes: {driver: omp_driver, n: 10, cores: {range: [2, all, 3]}}\n";
  CHECK_POINTS(range, 7, "omp_driver sumsq n=10 cores=2", "omp_driver sumsq n=10 cores=5",
               "omp_driver sumsq n=10 cores=7");
  CHECK_POINTS(range, 1, "omp_driver sumsq n=10 cores=1");
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
    bool excluded = omission->point.setup->driver->use == CORES_RANKS &&
                    omission->point.setup->threads == CONFIG_UNSET;
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
               "x: no point would run: all 2 of the product are excluded or not applicable") == 0,
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

/* What the expressions of `derive` see and set, and what a kernel keeps for itself. */
static void test_derive(void) {
  /* Weak scaling: excluded points are listed with their derived values, too. */
  CHECK_POINTS(HEAD "kernel: sumsq\n"
                    "axes: {driver: omp_driver, cores: [1, 2, all]}\nderive: {n: 100 * cores}\n",
               3, "omp_driver sumsq n=100 cores=1", "omp_driver sumsq n=200 cores=2",
               "omp_driver sumsq n=300 cores=3");
  /* In order, each with what the others have set. */
  CHECK_POINTS(HEAD "kernel: sumsq\naxes: {driver: omp_driver, n: [10, 20], cores: 2}\n"
                    "derive: {half: n / 2, n: n + half, jobs: n / 5, grain: half + jobs}\n",
               2, "omp_driver sumsq n=15 jobs=3 grain=8 cores=2",
               "omp_driver sumsq n=30 jobs=6 grain=16 cores=2");
  /* A kernel keeps what it fixes, and the expressions see that. */
  CHECK_POINTS(HEAD "kernels: [sumsq, {wait: {n: 7, jobs: 3}}]\n"
                    "axes: {driver: omp_driver, cores: 2}\n"
                    "derive: {n: 100, jobs: floor(1 / (n - 7)) + 1, grain: n + jobs}\n",
               2, "omp_driver sumsq n=100 grain=101 cores=2",
               "omp_driver wait n=7 jobs=3 grain=10 cores=2");
}

static void check_plan_error(const char *text, const char *expected) {
  struct planned planned;
  plan_text(&planned, text, 4);
  CHECK(planned.code == EXIT_USAGE, "%s", text);
  CHECK(strcmp(planned.error.message, expected) == 0, "%s", planned.error.message);
  forget(&planned);
}

static void test_derive_errors(void) {
  static const char head[] =
      HEAD "kernel: sumsq\naxes: {driver: omp_driver, n: 10, cores: [2, 3]}\n";
  static const struct {
    const char *rest, *message;
  } cases[] = {
      {"derive:\n  n: n / 4\n",
       "x:6:6: n is 2.5 for 'omp_driver sumsq n=10 cores=2'; it must be a whole "
       "number from 0 to 9223372036854775807"},
      {"derive: {jobs: cores - 2}\n", "x:5:16: jobs is 0 for 'omp_driver sumsq n=10 cores=2'; it "
                                      "must be a whole number from 1 to 2147483647"},
      {"derive: {reps: 2147483648}\n", "x:5:16: reps is 2147483648 for 'omp_driver sumsq n=10 "
                                       "cores=2'; it must be a whole number from 1 to 2147483647"},
      {"derive: {n: 9223372036854775807 + 1}\n",
       "x:5:13: n is 9223372036854775808 for 'omp_driver sumsq n=10 cores=2'; it must be a whole "
       "number from 0 to 9223372036854775807"},
      {"derive: {grain: -1}\n",
       "x:5:17: grain is -1 for 'omp_driver sumsq n=10 cores=2'; it must be "
       "a whole number from 0 to 9223372036854775807"},
      {"derive: {warmup: 0.5}\n", "x:5:18: warmup is 0.5 for 'omp_driver sumsq n=10 cores=2'; it "
                                  "must be a whole number from 0 to 2147483647"},
      {"derive: {a: \"1 / (cores - 3)\"}\n",
       "x:5:16: a: division by 0, for 'omp_driver sumsq n=10 cores=3'"},
      {"exclude: [{where: 1 / (cores - 3) > 5, why: w}]\n",
       "x:5:21: where: division by 0, for 'omp_driver sumsq n=10 cores=3'"},
      {"reference: [{where: n % (cores - 3) > 5, metric: time, value: 1, upper: 1}]\n",
       "x:5:23: where: division by 0, for 'omp_driver sumsq n=10 cores=3'"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[1000];
    snprintf(text, sizeof text, "%s%s", head, cases[i].rest);
    check_plan_error(text, cases[i].message);
  }
  /* No error comes of what does not run. */
  CHECK_POINTS(HEAD "kernel: sumsq\naxes: {driver: serial_driver, n: 10, cores: [3, 1]}\n"
                    "derive: {a: 1 / (cores - 3)}\n",
               4, "serial_driver sumsq n=10 cores=1");
}

static void test_derived_values(void) {
  struct planned planned;
  plan_text(&planned,
            HEAD
            "kernel: {sumsq: {reps: 9}}\n"
            "axes: {driver: [{mpi_driver: {threads: 2}}, serial_driver], n: 10, cores: [1, 6]}\n"
            "derive: {parts: ranks * 10 + threads, n: n + 1, small: n < 12, warmup: reps / 3, "
            "reps: 5}\n"
            "exclude:\n  - {where: parts == 11 and small, why: w}\n",
            8);
  CHECK(planned.code == 0, "%s", planned.error.message);
  CHECK(planned.plan.point_count == 1 && planned.plan.omission_count == 3, "%zu, %zu",
        planned.plan.point_count, planned.plan.omission_count);
  const struct point *point = planned.plan.points;
  CHECK(point->derived != NULL && point->derived[0] == 32 && point->derived[2] == 1);
  CHECK(point->n == 11 && point->reps == 9 && point->warmup == 3);
  CHECK(strcmp(planned.plan.omissions[1].why, "w") == 0, "%s", planned.plan.omissions[1].why);
  CHECK(planned.plan.omissions[2].point.n == 11);
  forget(&planned);
}

static void test_zip(void) {
  CHECK_POINTS(HEAD "kernel: sumsq\naxes: {driver: [serial_driver, omp_driver], grain: [0, 9]}\n"
                    "zip: {n: [10, 20, 20], jobs: [3, 2, 1], cores: [1, all, 1]}\n",
               4, "serial_driver sumsq n=10 jobs=3 cores=1", "omp_driver sumsq n=10 jobs=3 cores=1",
               "serial_driver sumsq n=10 jobs=3 grain=9 cores=1",
               "omp_driver sumsq n=10 jobs=3 grain=9 cores=1",
               "omp_driver sumsq n=20 jobs=2 cores=4",
               "omp_driver sumsq n=20 jobs=2 grain=9 cores=4", "serial_driver sumsq n=20 cores=1",
               "omp_driver sumsq n=20 cores=1", "serial_driver sumsq n=20 grain=9 cores=1",
               "omp_driver sumsq n=20 grain=9 cores=1");
  /* Two of them are two dimensions. */
  CHECK_POINTS(HEAD "kernel: sumsq\naxes: {driver: serial_driver}\n"
                    "zip: [{n: [10, 20]}, {jobs: [2, 3, 4], grain: [5, 6, 7]}]\n",
               4, "serial_driver sumsq n=10 jobs=2 grain=5 cores=1",
               "serial_driver sumsq n=10 jobs=3 grain=6 cores=1",
               "serial_driver sumsq n=10 jobs=4 grain=7 cores=1",
               "serial_driver sumsq n=20 jobs=2 grain=5 cores=1",
               "serial_driver sumsq n=20 jobs=3 grain=6 cores=1",
               "serial_driver sumsq n=20 jobs=4 grain=7 cores=1");
  /* A factor that a kernel fixes does not advance; a zip of fixed factors only has no effect. */
  CHECK_POINTS(HEAD "kernels: [{sumsq: {n: 7}}, {wait: {n: 7, jobs: 8}}]\n"
                    "axes: {driver: serial_driver}\nzip: {n: [10, 20], jobs: [2, 3]}\n",
               4, "serial_driver sumsq n=7 jobs=2 cores=1",
               "serial_driver sumsq n=7 jobs=3 cores=1", "serial_driver wait n=7 jobs=8 cores=1");
  struct planned planned;
  plan_text(&planned,
            HEAD "kernels: [{sumsq: {warmup: 4}}]\naxes: {driver: serial_driver}\n"
                 "zip: {n: [10, 20], reps: [5, 6], warmup: [1, 2]}\nmeasure: {reps: 3}\n",
            4);
  CHECK(planned.plan.point_count == 2 && planned.plan.points[0].reps == 5 &&
        planned.plan.points[1].reps == 6 && planned.plan.points[0].warmup == 4 &&
        planned.plan.points[1].warmup == 4);
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

/* An id depends on every factor, and does not change from run to run and version to version: 12
 * digits of the SHA-256 of "kernel=sumsq;1:a=1:1|driver=omp_driver|n=10|jobs=1|grain=0|ranks=1|
 * threads=2" (without the break), by another program. */
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
  static const char *const fixed[] = {
      "33cb462dd2e0", "c20af50cf9bb", "d20e77a0ea6b", "cac9ca2bb3ef", "52225a5b8bb4",
      "e204619cec86", "acbbfe462d0c", "073f9f7ad25d", "0fd4d35607a2", "4eafe5c1905b",
      "37c0ff687b96", "a94cd6b8d84e", "be8160b1c474"};
  for (size_t i = 0; i < COUNT; i++)
    CHECK(strcmp(ids[i], fixed[i]) == 0, "%zu: %s", i, ids[i]);
}

/* --- several nodes ---------------------------------------------------------------------------- */

static void check_placed(const char *axes, const char *expected) {
  struct planned planned;
  char text[400], points[600] = "";
  size_t used = 0;
  snprintf(text, sizeof text, "schema: 1\nname: x\nkernel: sumsq\naxes: {n: 1, %s}\n", axes);
  resources = (struct resources){2, 2, 2, false};
  plan_text(&planned, text, 0);
  for (size_t i = 0; i < planned.plan.point_count && used < sizeof points - 40; i++) {
    const struct point *point = &planned.plan.points[i];
    used += (size_t)snprintf(points + used, sizeof points - used, "%s%lld=%lldx%lldx%lld%s%s",
                             i > 0 ? " " : "", (long long)point->cores, (long long)point->nodes,
                             (long long)point->ranks_per_node, (long long)point->threads,
                             point->oversubscribed ? "!" : "", point->placed ? "*" : "");
  }
  CHECK(strcmp(points, expected) == 0, "%s: %s\n  expected %s; %s", axes, points, expected,
        planned.error.message);
  plan_free(&planned.plan);
  config_close(&planned.config);
}

/* On two nodes of two cores: CORES=NODESxRANKS_PER_NODExTHREADS, ! oversubscribed, * asked. */
static void test_nodes(void) {
  check_placed("driver: mpi_driver, cores: [1, 2, 3, 4, 8]",
               "1=1x1x1 2=1x2x1 3=2x2x1 4=2x2x1 8=2x4x1!");
  check_placed("driver: [{mpi_driver: {threads: 2}}], cores: [2, 4, 8]",
               "2=1x1x2 4=2x1x2 8=2x2x2!");
  check_placed("driver: [mpi_driver, omp_driver], cores: all", "4=2x2x1 2=1x1x2");
  check_placed("driver: [mpi_driver, omp_driver], cores: {geom: [1, all, 2]}",
               "1=1x1x1 2=1x2x1 4=2x2x1 1=1x1x1 2=1x1x2");
  check_placed("driver: [mpi_driver, omp_driver, serial_driver]", "4=2x2x1 2=1x1x2 1=1x1x1");
  check_placed("driver: [mpi_driver, omp_driver], nodes: [1, 2, 4]", "2=1x2x1* 2=1x1x2 4=2x2x1*");
  check_placed("driver: mpi_driver, nodes: [1, 2], ranks_per_node: [1, 2]",
               "1=1x1x1* 2=1x2x1* 2=2x1x1* 4=2x2x1*");
  check_placed("driver: mpi_driver, nodes: [1, 2], cores: 2", "2=1x2x1* 2=2x1x1*");
  check_placed("driver: mpi_driver, ranks_per_node: 1, cores: [1, 2]", "1=1x1x1* 2=2x1x1*");
  check_placed("driver: [{mpi_driver: {threads: 2}}], nodes: 2", "4=2x1x2*");
}

/* The same ranks on one node and on two are two points; without a word of nodes, cells stay. */
static void test_nodes_in_cells(void) {
  struct planned one, two;
  static const char head[] = "schema: 1\nname: x\nkernel: sumsq\naxes: {n: 1, driver: mpi_driver, "
                             "cores: 2";
  char text[300];
  snprintf(text, sizeof text, "%s, nodes: [1, 2]}\n", head);
  resources = (struct resources){2, 2, 2, false};
  plan_text(&two, text, 0);
  snprintf(text, sizeof text, "%s}\n", head);
  plan_text(&one, text, 2);
  CHECK(two.plan.point_count == 2 && one.plan.point_count == 1 &&
        strcmp(two.plan.points[0].cell_id, two.plan.points[1].cell_id) != 0);
  CHECK(strcmp(one.plan.points[0].cell_id, "9659044fd92e") == 0, "%s", one.plan.points[0].cell_id);
  plan_free(&one.plan);
  plan_free(&two.plan);
  config_close(&one.config);
  config_close(&two.config);
}

int main(void) {
  test_order();
  test_natural_cores();
  test_all_cores();
  test_own_cores();
  test_shares();
  test_nothing_left();
  test_derive();
  test_derive_errors();
  test_derived_values();
  test_zip();
  test_doubles();
  test_cell_ids();
  test_nodes();
  test_nodes_in_cells();
  return test_result();
}
