/* Configs: what good ones mean, and every mistake reported at its place. */
#include <stdlib.h>
#include <unistd.h>

#include "runner/config/config.h"
#include "tests/check.h"

#define HEAD "schema: 1\nname: x\n"
#define KERNEL "kernel: sumsq\n"
#define AXES "axes: {driver: [serial_driver], n: [10]}\n"

/* Opens a config of that text; the problems as text go to `printed`. */
static int open_text(struct config *config, const char *text, size_t bytes, char *printed,
                     size_t printed_bytes) {
  char path[] = "/tmp/quartet_config_XXXXXX";
  struct problems problems = {0};
  int file = mkstemp(path);
  if (file < 0 || write(file, text, bytes) != (ssize_t)bytes)
    abort();
  close(file);
  int code = config_open(config, path, &problems);
  memset(printed, 0, printed_bytes);
  FILE *stream = fmemopen(printed, printed_bytes - 1, "w");
  problems_print(&problems, "x", stream);
  fclose(stream);
  problems_free(&problems);
  unlink(path);
  config->path = "x";
  return code;
}

static void check_bad(const char *text, const char *expected) {
  struct config config;
  char printed[4096];
  int code = open_text(&config, text, strlen(text), printed, sizeof printed);
  CHECK(code == EXIT_USAGE, "%s", text);
  CHECK(strcmp(printed, expected) == 0, "\n--- of\n%s--- expected\n%s--- printed\n%s", text,
        expected, printed);
  config_close(&config);
}

static void test_whole_file(void) {
  check_bad("", "x: is empty\n");
  check_bad("# only this\n", "x: is empty\n");
  check_bad("- a\n", "x:1:1: the config must be a map of keys and values\n");
  check_bad("a: [1\n", "x:2:1: not YAML: did not find expected ',' or ']', while parsing a flow "
                       "sequence that began in line 1\n");
  check_bad(HEAD KERNEL AXES "---\na: 1\n", "x:5:1: a second YAML document; a config is one\n");
  check_bad("a: \xff\n", "x: not YAML: invalid leading UTF-8 octet at byte 3\n");
  check_bad("{}\n", "x:1:1: the config lacks the key 'schema'\n"
                    "x:1:1: the config lacks the key 'name'\n"
                    "x:1:1: the config lacks the key 'axes'\n"
                    "x:1:1: the config lacks the key 'kernel' or 'kernels'\n");
  struct config config;
  struct problems problems = {0};
  CHECK(config_open(&config, "/nonexistent/x.yaml", &problems) == EXIT_USAGE);
  CHECK(problems.count == 1 && strstr(problems.items[0].message, "cannot be opened") != NULL);
  problems_free(&problems);
  config_close(&config);
  CHECK(config_open(&config, "/tmp", &problems) == EXIT_USAGE);
  CHECK(problems.count == 1 && strstr(problems.items[0].message, "cannot be read") != NULL);
  problems_free(&problems);
  config_close(&config);
}

static void test_keys(void) {
  check_bad("schema: 2\nname: x\n" KERNEL AXES, "x:1:9: schema is '2', but this sweep reads 1\n");
  check_bad(HEAD KERNEL AXES "kernl: wait\n",
            "x:5:1: unknown key 'kernl' in the config; did you mean 'kernel'?\n");
  check_bad(
      HEAD KERNEL AXES "seed: 1\n",
      "x:5:1: unknown key 'seed' in the config; it takes: schema, name, description, include, "
      "kernel, kernels, baseline, axes, zip, derive, scaling, exclude, measure, reference, "
      "batch, launcher\n");
  check_bad(HEAD KERNEL AXES KERNEL, "x:5:1: duplicate key 'kernel'; the first is in line 3\n");
  check_bad(HEAD KERNEL AXES "kernels: [wait]\n", "x:5:10: give kernel or kernels, not both\n");
  check_bad("schema: 1\nname: a/b\n" KERNEL AXES,
            "x:2:7: name 'a/b' cannot be a folder's: letters, digits, '_', '-' and '.', at most "
            "100, a letter or digit first\n");
  check_bad("schema: 1\nname: ..\n" KERNEL AXES,
            "x:2:7: name '..' cannot be a folder's: letters, digits, '_', '-' and '.', at most "
            "100, a letter or digit first\n");
  check_bad("schema: 1\nname:\n" KERNEL AXES, "x:2:6: name has no value\n");
  check_bad("schema: 1\nname: !include y\n" KERNEL AXES,
            "x:2:7: name has the tag '!include', which is not supported\n");
  check_bad("schema: 1\nname: \"a\\0b\"\n" KERNEL AXES, "x:2:7: name holds a NUL character\n");
}

static void test_kernels(void) {
  check_bad(HEAD "kernel: 'a b'\n" AXES,
            "x:3:9: 'a b' cannot be a kernel: names are [a-z][a-z0-9_]*\n");
  check_bad(HEAD "kernel: ../x\n" AXES,
            "x:3:9: '../x' cannot be a kernel: names are [a-z][a-z0-9_]*\n");
  check_bad(HEAD "kernel: --csv\n" AXES,
            "x:3:9: '--csv' cannot be a kernel: names are [a-z][a-z0-9_]*\n");
  check_bad(HEAD "kernels: []\n" AXES, "x:3:10: kernels is an empty list\n");
  check_bad(HEAD "kernels: sumsq\n" AXES, "x:3:10: kernels must be a list\n");
  check_bad(HEAD "kernels: [sumsq, sumsq]\n" AXES, "x:3:18: 'sumsq' is listed twice\n");
  check_bad(HEAD "kernel: {wait: {$(id): 1}}\n" AXES,
            "x:3:17: '$(id)' cannot be an option: names are [a-z][a-z0-9_]*\n");
  check_bad(HEAD "kernel: {wait: {delay: [1]}}\n" AXES,
            "x:3:24: delay must be a single value, not a list\n");
  check_bad(HEAD "kernel: {wait: {reps: 0}}\n" AXES, "x:3:23: reps: '0': below 1\n");
  check_bad(HEAD "kernels: [{sumsq: , wait: }]\n" AXES,
            "x:3:11: a kernel with options is {name: {option: value}}\n");
  check_bad(HEAD KERNEL AXES "launcher: {kind: mpirun}\n",
            "x:5:18: kind 'mpirun' must be one of: openmpi, mpich, srun, flux, custom\n");
  check_bad(HEAD KERNEL AXES "launcher: {kinds: srun}\n",
            "x:5:12: unknown key 'kinds' in launcher; did you mean 'kind'?\n");
  check_bad(HEAD KERNEL AXES "launcher: {kind: custom}\n",
            "x:5:11: kind custom needs a command: [\"my-mpirun\", \"{ranks}\"]\n");
  check_bad(HEAD KERNEL AXES "launcher: {command: [x]}\n",
            "x:5:11: a command needs kind: custom\n");
  check_bad(HEAD KERNEL AXES "launcher:\n  kind: custom\n  command: [x, '-n{rank}', '{nodes', "
                             "'{ranks}{threads}']\n",
            "x:7:16: command: '{rank}' must be one of: {ranks}, {nodes}, {ranks_per_node}, "
            "{threads}; did you mean '{ranks}'?\n"
            "x:7:28: command: '{nodes' must be one of: {ranks}, {nodes}, {ranks_per_node}, "
            "{threads}; did you mean '{nodes}'?\n");
  check_bad(HEAD KERNEL AXES "launcher: {kind: flux, hostfile: h}\n",
            "x:5:11: hostfile: flux takes the nodes of its allocation; remove the hostfile, or use "
            "kind openmpi or mpich\n");
  check_bad(HEAD KERNEL AXES "launcher: {environment: {OMP_PLACES: cores, 'a b': 1}}\n",
            "x:5:26: OMP_PLACES is set for each launch by sweep itself\n"
            "x:5:45: 'a b' cannot be the name of a variable: names are [A-Za-z_][A-Za-z0-9_]*\n");
  check_bad(HEAD KERNEL "axes: {driver: serial_driver}\n",
            "x:3:9: no n for 'sumsq': give it in axes, or with the kernel\n");
}

static void test_axes(void) {
  check_bad(HEAD KERNEL "axes:\n  driver: [serial_drive]\n  n: [1e7x]\n",
            "x:5:12: unknown driver 'serial_drive'; did you mean 'serial_driver'?\n"
            "x:6:7: n: '1e7x': unexpected 'x'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki\n");
  check_bad(HEAD KERNEL "axes: {n: [1]}\n", "x:4:7: axes lacks the key 'driver'\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: [10, 1e1]}\n",
            "x:4:41: n has this value twice\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: [-1]}\n", "x:4:37: n: '-1': below 0\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: [all]}\n",
            "x:4:37: n: 'all': unexpected 'a'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: []}\n", "x:4:36: n is an empty list\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: 1, cores: {geom: [8, 1, 2]}}\n",
            "x:4:53: cores: the first value is above the last\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: 1, cores: {geom: [1, 8]}}\n",
            "x:4:53: cores must be a list of three: [first, last, step]\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: 1, cores: {geom: [1, 8, 1]}}\n",
            "x:4:60: cores: '1': below 2\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: {range: [1, 1e9, 1]}}\n",
            "x:4:44: n has more than 10000 values\n");
  check_bad(HEAD KERNEL "axes: {driver: [serial_driver], n: {range: [1, 3, 1], geom: [1, 2, 2]}}\n",
            "x:4:36: n must have one of geom and range\n"
            "x:4:61: n has this value twice\n"
            "x:4:61: n has this value twice\n");
  check_bad(HEAD KERNEL "axes: {driver: [{omp_driver: {loc: global}}], n: 1}\n",
            "x:4:31: omp_driver has no option 'loc'; did you mean 'lock'?\n");
  check_bad(HEAD KERNEL "axes: {driver: [{serial_driver: {threads: 2}}], n: 1}\n",
            "x:4:34: serial_driver has no option 'threads'; omp_driver and mpi_driver have it\n");
  check_bad(HEAD KERNEL "axes: {driver: [{omp_driver: {lock: maybe}}], n: 1}\n",
            "x:4:37: lock: 'maybe' must be one of: none, global\n");
  check_bad(HEAD KERNEL "axes: {driver: [{omp_driver: {schedule: 'dynamic,0'}}], n: 1}\n",
            "x:4:41: schedule: '0': below 1\n");
  check_bad(HEAD KERNEL "axes: {driver: [{omp_driver: {lock_fraction: 1.5}}], n: 1}\n",
            "x:4:46: lock_fraction: '1.5': above 1\n");
  check_bad(HEAD KERNEL "axes: {driver: [{mpi_driver: {threads: 5000}}], n: 1}\n",
            "x:4:40: threads: '5000': above 4096\n");
  check_bad(HEAD KERNEL "axes: {driver: [omp_driver, {omp_driver: }], n: 1}\n",
            "x:4:30: 'omp_driver' is on the axis twice\n"
            "x:4:42: omp_driver must be a map of keys and values\n");
}

static void test_measure_and_exclude(void) {
  check_bad(HEAD KERNEL AXES "measure: {launches: 0, order: randon, timeout: 5, warmups: 1}\n",
            "x:5:21: launches: '0': below 1\n"
            "x:5:31: order 'randon' must be one of: interleave, batch, random\n"
            "x:5:48: timeout: '5': has no unit (ns, us, ms, s, m or h)\n"
            "x:5:51: unknown key 'warmups' in measure; did you mean 'warmup'?\n");
  check_bad(HEAD KERNEL AXES "measure: {colour: 1}\n",
            "x:5:11: unknown key 'colour' in measure; it takes: launches, width, reps, warmup, "
            "timeout, retries, order, seed, equivalence\n");
  check_bad(HEAD KERNEL AXES "measure: {launches: {min: 6, max: 5}, width: 5%, retries: x}\n",
            "x:5:21: launches: min is above max\n"
            "x:5:59: retries: 'x': unexpected 'x'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki\n");
  check_bad(HEAD KERNEL AXES "measure: {launches: {min: 6, max: 9}}\n",
            "x:5:10: launches: {min, max} needs a width, like 5%, at which it is enough\n");
  check_bad(HEAD KERNEL AXES "measure: {width: 5%}\n",
            "x:5:10: width needs launches: {min: ..., max: ...}\n");
  check_bad(HEAD KERNEL AXES "measure: {launches: {min: 6, max: 9}, width: 0}\n",
            "x:5:46: width '0': expected a share of the median, like 5% or 0.05\n");
  check_bad(HEAD KERNEL AXES "exclude:\n  - {where: \"cores > 2\"}\n",
            "x:6:5: an exclusion lacks the key 'why'\n");
  check_bad(HEAD KERNEL AXES "exclude:\n  - {where: cores > 2, why: }\n",
            "x:6:29: why has no value\n");
  check_bad(HEAD KERNEL AXES "exclude:\n  - {where: \"cores >> 2\", why: w}\n",
            "x:6:21: where: unexpected '>'; expected a number\n");
  check_bad(HEAD KERNEL AXES "exclude:\n  - where: driver == omp_drivr\n    why: w\n",
            "x:6:22: where: this sweep has no driver 'omp_drivr'; did you mean 'omp_driver'?\n");
  check_bad(HEAD KERNEL AXES "exclude:\n  - {where: kernel == wait, why: w}\n",
            "x:6:23: where: this sweep has no kernel 'wait'\n");
  check_bad(HEAD KERNEL AXES "baseline: {driver: omp_driver}\n",
            "x:5:20: the baseline 'omp_driver' is not on the axis of drivers\n");
  check_bad(HEAD KERNEL AXES "baseline: {driver: serial_drver}\n",
            "x:5:20: the baseline 'serial_drver' is not on the axis of drivers; did you mean "
            "'serial_driver'?\n");
}

/* A config of HEAD, `first`, many times `again` with a number and `end`, `last`. */
static void check_repeated(const char *first, const char *again, const char *end, int times,
                           const char *last, const char *expected) {
  char printed[4096], *text = NULL;
  size_t bytes = 0;
  FILE *stream = open_memstream(&text, &bytes);
  fprintf(stream, HEAD "%s", first);
  for (int i = 0; i < times; i++)
    fprintf(stream, "%s%d%s", again, i, end);
  fputs(last, stream);
  fclose(stream);
  struct config config;
  struct problems problems = {0};
  CHECK(config_open_text(&config, "x", text, &problems) == EXIT_USAGE);
  memset(printed, 0, sizeof printed);
  stream = fmemopen(printed, sizeof printed - 1, "w");
  for (size_t i = 0; i < problems.count; i++)
    fprintf(stream, "%s\n", problems.items[i].message);
  fclose(stream);
  CHECK(strstr(printed, expected) != NULL, "\n--- expected\n%s\n--- printed\n%s", expected,
        printed);
  problems_free(&problems);
  config_close(&config);
  free(text);
}

/* What would take minutes to read to its end. */
static void test_too_much(void) {
  check_repeated("kernels: [", "&a", " b,", 1001, "c]\n" AXES, "more than 1000 anchors");
  check_repeated("kernel: {a: {", "o", ": 1,", 201, "}}\n" AXES, "a has more than 200 keys");
  check_repeated("kernels: [", "a", ",", 10001, "]\n" AXES, "kernels has more than 10000 values");
  char first[10100];
  int used = snprintf(first, sizeof first, "kernels: [{a: {o: &o ");
  memset(first + used, 'x', 10000);
  strcpy(first + used + 10000, "}}");
  check_repeated(first, ",{b: {o", ": *o}}", 30, "]\n" AXES,
                 "with all aliases followed, this is more than 262144 bytes");

  struct problems problems = {0};
  for (int i = 0; i < PROBLEMS_MAX + 2; i++)
    problems_add(&problems, NULL, 1, 1, "%d", i);
  CHECK(problems.count == PROBLEMS_MAX && problems.unlisted == 2);
  char *printed = NULL;
  size_t bytes = 0;
  FILE *stream = open_memstream(&printed, &bytes);
  problems_print(&problems, "x", stream);
  fclose(stream);
  CHECK(strstr(printed, "x: more is wrong: only the first 100 problems are listed\n") != NULL, "%s",
        printed);
  free(printed);
  problems_free(&problems);
}

static void test_hostile(void) {
  /* Control characters do not reach the terminal, and aliases that hold themselves end. */
  check_bad(
      HEAD KERNEL AXES "\"a\\e[31m\\nb\": 1\n",
      "x:5:1: unknown key 'a?[31m?b' in the config; it takes: schema, name, description, include, "
      "kernel, kernels, baseline, axes, zip, derive, scaling, exclude, measure, reference, "
      "batch, launcher\n");
  check_bad(HEAD "kernels: &a [*a]\n" AXES, "x:3:10: kernel must be a single value, not a list\n");
  check_bad("a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n",
            "x:1:35: lists and maps are nested more than 32 deep\n");
  test_too_much();
  struct config config;
  char printed[4096];
  size_t bytes = (1 << 17) + 1;
  char *large = malloc(bytes);
  if (large == NULL)
    abort();
  memset(large, '#', bytes);
  CHECK(open_text(&config, large, bytes, printed, sizeof printed) == EXIT_USAGE);
  CHECK(strstr(printed, "larger than") != NULL, "%s", printed);
  config_close(&config);
  free(large);
}

static void check_axis(const struct axis *axis, const int64_t *values, size_t count) {
  CHECK(axis->count == count, "%zu", axis->count);
  for (size_t i = 0; i < count && i < axis->count; i++)
    CHECK(axis->values[i] == values[i], "%zu: %lld", i, (long long)axis->values[i]);
}

static void test_good(void) {
  static const char text[] =
      "schema: 1\nname: full-1.0\n"
      "kernels: [sumsq, {wait: {n: 100, delay: 10ms, b: \"x y\", reps: 3, warmup: 0, jobs: 2}}]\n"
      "baseline: {driver: omp_driver}\n"
      "axes:\n"
      "  driver: [{omp_driver: {schedule: \"dynamic,4\", lock: global, threads: 2}}, mpi_driver]\n"
      "  n: [1e7, 2^20, 64Ki, 1_000]\n"
      "  cores: {geom: [1, 9, 2]}\n"
      "  jobs: {range: [1, 6, 2]}\n"
      "  grain: 128\n"
      "exclude:\n  - {where: \"cores > 2\", why: two here}\n"
      "measure: {launches: 3, reps: 20, warmup: 2, timeout: 90s, order: batch}\n";
  struct config config;
  char printed[4096];
  CHECK(open_text(&config, text, strlen(text), printed, sizeof printed) == 0, "%s", printed);
  check_axis(&config.axes[FACTOR_N], (int64_t[]){10000000, 1048576, 65536, 1000}, 4);
  check_axis(&config.axes[FACTOR_CORES], (int64_t[]){1, 2, 4, 8}, 4);
  check_axis(&config.axes[FACTOR_JOBS], (int64_t[]){1, 3, 5}, 3);
  check_axis(&config.axes[FACTOR_GRAIN], (int64_t[]){128}, 1);
  CHECK(strcmp(config.name, "full-1.0") == 0 && strcmp(config.baseline, "omp_driver") == 0);
  CHECK(config.workload_count == 2 && config.setup_count == 2 && config.exclusion_count == 1);
  CHECK(config.workloads[0].n == CONFIG_UNSET && config.workloads[1].n == 100);
  CHECK(config.workloads[1].reps == 3 && config.workloads[1].warmup == 0 &&
        config.workloads[1].jobs == 2);
  CHECK(strcmp(config.workloads[1].label, "wait b=x y delay=10ms n=100 jobs=2") == 0, "%s",
        config.workloads[1].label);
  CHECK(strcmp(config.setups[0].label, "omp_driver lock=global schedule=dynamic,4 threads=2") == 0,
        "%s", config.setups[0].label);
  CHECK(config.setups[0].threads == 2 && config.setups[1].threads == CONFIG_UNSET);
  CHECK(config.measure.least == 3 && config.measure.most == 3 && config.measure.reps == 20 &&
        config.measure.warmup == 2);
  CHECK(config.measure.timeout_ns == 90000000000 && config.measure.order == ORDER_BATCH);
  CHECK(strcmp(config.exclusions[0].why, "two here") == 0);
  config_close(&config);
}

static void test_defaults(void) {
  static const char text[] = HEAD KERNEL "axes: {driver: serial_driver, n: 5, cores: [1, all]}\n";
  struct config config;
  char printed[4096];
  CHECK(open_text(&config, text, strlen(text), printed, sizeof printed) == 0, "%s", printed);
  CHECK(config.measure.least == 10 && config.measure.most == 10 && config.measure.reps == 10 &&
        config.measure.warmup == 1);
  CHECK(config.measure.timeout_ns == 600000000000 && config.measure.order == ORDER_INTERLEAVE &&
        config.measure.width == 0);
  CHECK(config.baseline == NULL && config.axes[FACTOR_JOBS].count == 0);
  check_axis(&config.axes[FACTOR_CORES], (int64_t[]){1, CONFIG_ALL}, 2);
  config_close(&config);
}

static void test_zip(void) {
  check_bad(HEAD KERNEL "axes: {driver: serial_driver}\nzip: {n: [1, 2, 3], jobs: [4, 2]}\n",
            "x:5:27: zip: jobs has 2 values, but n in line 5, column 10 has 3\n");
  check_bad(HEAD KERNEL "axes: {driver: serial_driver}\n"
                        "zip:\n  - {n: [1, 2, 3]}\n  - jobs: {geom: [1, 8, 2]}\n    cores: 1\n",
            "x:7:11: zip: jobs has 4 values, but cores in line 8, column 12 has 1\n");
  check_bad(HEAD KERNEL AXES "zip: {n: [1, 2], jobs: [4, 2]}\n",
            "x:5:10: n is in axes already, in line 4, column 36\n");
  check_bad(HEAD KERNEL AXES "zip: [{grain: [1, 2]}, {jobs: [1, 2], grain: [4, 2]}]\n",
            "x:5:46: grain is in a zip already, in line 5, column 15\n");
  check_bad(HEAD KERNEL AXES "zip: {job: [1, 2]}\n",
            "x:5:7: unknown key 'job' in zip; did you mean 'jobs'?\n");
  check_bad(HEAD KERNEL AXES "zip: {}\n",
            "x:5:6: zip has no key; it takes: n, cores, jobs, grain, reps, warmup, nodes, "
            "ranks_per_node\n");
  check_bad(HEAD KERNEL AXES "zip: []\n", "x:5:6: zip is an empty list\n");
  check_bad(HEAD KERNEL AXES "zip: 3\n", "x:5:6: zip must be a map of keys and values\n");
  check_bad(HEAD KERNEL AXES "zip: {jobs: [1, 0], reps: [1, 2, 3], warmup: all}\n",
            "x:5:17: jobs: '0': below 1\n"
            "x:5:46: warmup: 'all': unexpected 'a'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki\n");
  struct config config;
  char printed[4096];
  const char *text = HEAD KERNEL "axes: {driver: serial_driver}\n"
                                 "zip:\n"
                                 "  - {n: [5, 5, 6], cores: [all, 2, 1]}\n"
                                 "  - {jobs: {geom: [1, 4, 2]}, grain: {range: [0, 2, 1]}, reps: "
                                 "[9, 8, 7], warmup: [0, 1, 0]}\n";
  CHECK(open_text(&config, text, strlen(text), printed, sizeof printed) == 0, "%s", printed);
  CHECK(config.zip_count == 2 && config.zips[0].count == 3 && config.zips[1].count == 3);
  check_axis(&config.zips[0].axes[FACTOR_N], (int64_t[]){5, 5, 6}, 3);
  check_axis(&config.zips[0].axes[FACTOR_CORES], (int64_t[]){CONFIG_ALL, 2, 1}, 3);
  check_axis(&config.zips[1].axes[FACTOR_JOBS], (int64_t[]){1, 2, 4}, 3);
  check_axis(&config.zips[1].axes[FACTOR_GRAIN], (int64_t[]){0, 1, 2}, 3);
  check_axis(&config.zips[1].axes[FACTOR_REPS], (int64_t[]){9, 8, 7}, 3);
  check_axis(&config.zips[1].axes[FACTOR_WARMUP], (int64_t[]){0, 1, 0}, 3);
  config_close(&config);
}

static void test_derive(void) {
  static const char alone[] = HEAD KERNEL "axes: {driver: serial_driver}\n";
  char text[1000];
  const struct {
    const char *derive, *message;
  } cases[] = {
      {"{cores: 2}",
       "x:5:10: 'cores' cannot be derived; must be one of: n, jobs, grain, reps, warmup and "
       "new names\n"},
      {"{driver: 2}",
       "x:5:10: 'driver' cannot be derived; must be one of: n, jobs, grain, reps, warmup "
       "and new names\n"},
      {"{min: 2}",
       "x:5:10: 'min' cannot be derived; must be one of: n, jobs, grain, reps, warmup and new "
       "names\n"},
      {"{Big: 2}", "x:5:10: 'Big' cannot be a name: names are [a-z][a-z0-9_]*\n"},
      {"{a: }", "x:5:13: a has no value\n"},
      {"{a: 1, a: 2}", "x:5:16: duplicate key 'a'; the first is in line 5\n"},
      {"{a: n ** 2}", "x:5:16: a: unexpected '*'; expected a number\n"},
      {"{a: b + 1, b: 2}", "x:5:13: a: 'b' is not known before it is derived\n"},
      {"{a: a + 1}", "x:5:13: a: 'a' is not known before it is derived\n"},
      {"{jobs: n > 1}", "x:5:16: jobs: must be a number, not a condition\n"},
      {"[1]", "x:5:9: derive must be a map of keys and values\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    snprintf(text, sizeof text, HEAD KERNEL AXES "derive: %s\n", cases[i].derive);
    check_bad(text, cases[i].message);
  }
  snprintf(text, sizeof text, "%sderive: {a: cores}\n", alone);
  check_bad(text, "x:3:9: no n for 'sumsq': give it in axes, or with the kernel\n");
  snprintf(text, sizeof text, "%sderive:\n  n: n * 2\n", alone);
  check_bad(text,
            "x:6:6: n: 'sumsq' has no n yet: it is on no axis, and nothing above derives it\n");
  snprintf(text, sizeof text, "%sderive:\n  a: cores\n  n: a * 2\n  b: n\n", alone);
  struct config config;
  char printed[4096];
  CHECK(open_text(&config, text, strlen(text), printed, sizeof printed) == 0, "%s", printed);
  CHECK(config.derivation_count == 3 && config.derived_count == 2);
  CHECK(config.derivations[0].factor == FACTOR_COUNT && config.derivations[1].factor == FACTOR_N);
  config_close(&config);
  check_bad(HEAD KERNEL AXES "derive: {big: n > 1}\nexclude:\n  - {where: big > 1, why: w}\n",
            "x:7:17: where: unexpected '>'; expected and, or or the end\n");
  check_bad(HEAD KERNEL AXES "derive: {big: n > 1}\nexclude:\n  - {where: bigg, why: w}\n",
            "x:7:13: where: 'bigg' must be one of: driver, kernel, n, cores, jobs, grain, ranks, "
            "threads, reps, warmup, "
            "nodes, ranks_per_node, big; did you mean 'big'?\n");
}

static void test_options(void) {
  check_bad(HEAD KERNEL "axes: {driver: serial_driver, n: 1, options: {a: [1, 1]}}\n",
            "x:4:54: a has this value twice\n");
  check_bad(HEAD KERNEL "axes: {driver: serial_driver, n: 1, options: {n: [1, 2]}}\n",
            "x:4:47: n is not a kernel option; its place is axes, zip, derive or measure\n");
  check_bad(HEAD KERNEL "axes: {driver: serial_driver, n: 1, options: {--csv: 1}}\n",
            "x:4:47: '--csv' cannot be an option: names are [a-z][a-z0-9_]*\n");
  check_bad(HEAD KERNEL "axes: {driver: serial_driver, n: 1, options: {sumsq: {geom: {b: 2}}}}\n",
            "x:4:61: geom must be a single value, not a map\n");
  check_bad(HEAD KERNEL "axes: {driver: serial_driver, n: 1, options: {sumsk: {b: 2}}}\n",
            "x:4:55: this sweep has no kernel 'sumsk'; did you mean 'sumsq'?\n");
  check_bad(HEAD "kernels: [wait, {wait: {a: 1}}]\n"
                 "axes: {driver: serial_driver, n: 1, options: {a: [1, 2]}}\n",
            "x:4:47: with these options, 'wait a=1' is there twice\n");
  check_bad(HEAD "kernel: wait\naxes:\n  driver: serial_driver\n  n: 1\n  options:\n"
                 "    a: [1,2,3,4,5,6,7,8,9,10]\n    b: [1,2,3,4,5,6,7,8,9,10]\n"
                 "    c: [1,2,3,4,5,6,7,8,9,10]\n    d: [1,2,3,4,5,6,7,8,9,10]\n    e: [1, 2]\n",
            "x:12:5: with all combinations of options there are more than 10000 kernels to run\n");
  struct config config;
  char printed[4096];
  const char *text = HEAD "kernels: [wait, {sumsq: {a: 9, z: 1}}, {dgemm: {n: 5}}]\n"
                          "axes:\n  driver: serial_driver\n  n: 1\n"
                          "  options: {a: [1, 2], b: x, dgemm: {a: [3, 4], c: [5, 6]}}\n";
  static const char *const labels[] = {"wait a=1 b=x",          "wait a=2 b=x",
                                       "sumsq a=9 b=x z=1",     "dgemm a=3 b=x c=5 n=5",
                                       "dgemm a=3 b=x c=6 n=5", "dgemm a=4 b=x c=5 n=5",
                                       "dgemm a=4 b=x c=6 n=5"};
  CHECK(open_text(&config, text, strlen(text), printed, sizeof printed) == 0, "%s", printed);
  CHECK(config.workload_count == 7, "%zu", config.workload_count);
  for (size_t i = 0; i < 7 && i < config.workload_count; i++)
    CHECK(strcmp(config.workloads[i].label, labels[i]) == 0, "%s", config.workloads[i].label);
  config_close(&config);
}

int main(void) {
  test_whole_file();
  test_keys();
  test_kernels();
  test_axes();
  test_measure_and_exclude();
  test_hostile();
  test_good();
  test_defaults();
  test_zip();
  test_derive();
  test_options();
  return test_result();
}
