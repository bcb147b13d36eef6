/* Configs that include others: which key wins, whose place is reported, and what is no file to
 * include.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/config/config.h"
#include "runner/plan/plan.h"
#include "tests/check.h"

#define AXES "axes: {driver: serial_driver, n: 10}\n"
#define HEAD "schema: 1\nname: x\nkernel: sumsq\n" AXES

/* --- from texts ------------------------------------------------------------------------------- */

enum { SOURCES = 3 };

struct opened {
  struct config config;
  char printed[4096];
  int code;
};

/* Opens a config of the first text that may include the others: a.yaml, b.yaml, c.yaml. */
static void open_texts(struct opened *opened, const char *const texts[SOURCES + 1]) {
  static const char *const source_names[SOURCES] = {"a.yaml", "b.yaml", "c.yaml"};
  struct config_source files[SOURCES];
  struct config_sources sources = {.text = texts[0], .includes = files, .closed = true};
  for (size_t i = 0; i < SOURCES && texts[i + 1] != NULL; i++)
    files[sources.include_count++] =
        (struct config_source){source_names[i], source_names[i], texts[i + 1]};
  struct problems problems = {0};
  memset(opened, 0, sizeof *opened);
  opened->code = config_open_from(&opened->config, "x", &sources, &problems);
  FILE *stream = fmemopen(opened->printed, sizeof opened->printed - 1, "w");
  problems_print(&problems, "x", stream);
  fclose(stream);
  problems_free(&problems);
}

static void check_bad(const char *expected, const char *const texts[SOURCES + 1]) {
  struct opened opened;
  open_texts(&opened, texts);
  CHECK(opened.code == EXIT_USAGE, "%s", texts[0]);
  CHECK(strcmp(opened.printed, expected) == 0, "\n--- expected\n%s--- printed\n%s", expected,
        opened.printed);
  config_close(&opened.config);
}
#define CHECK_BAD(expected, ...) check_bad(expected, (const char *const[SOURCES + 1]){__VA_ARGS__})
#define OPEN(opened, ...)                                                                          \
  do {                                                                                             \
    open_texts(opened, (const char *const[SOURCES + 1]){__VA_ARGS__});                             \
    CHECK((opened)->code == 0, "%s", (opened)->printed);                                           \
  } while (0)

static void test_precedence(void) {
  struct opened opened;
  /* All from others: what is required may be anywhere. */
  OPEN(&opened, "include: [a.yaml, b.yaml]\n", "schema: 1\nname: a\nkernel: sumsq\n",
       "name: b\n" AXES);
  CHECK(strcmp(opened.config.name, "b") == 0, "%s", opened.config.name); /* the later one */
  CHECK(opened.config.include_count == 2);
  config_close(&opened.config);
  /* The config itself wins wherever it has the include, and a key wins as a whole. */
  OPEN(&opened, "schema: 1\nname: x\naxes: {driver: omp_driver, cores: 2}\ninclude: a.yaml\n",
       "name: a\nkernel: {sumsq: {n: 3}}\naxes: {driver: serial_driver, n: [1, 2], jobs: 2}\n");
  CHECK(strcmp(opened.config.name, "x") == 0);
  CHECK(opened.config.axes[FACTOR_N].count == 0 && opened.config.axes[FACTOR_JOBS].count == 0 &&
        opened.config.axes[FACTOR_CORES].count == 1);
  config_close(&opened.config);
  /* kernel and kernels are one key. */
  OPEN(&opened, "include: [a.yaml, b.yaml]\nschema: 1\nname: x\n" AXES, "kernels: [sumsq, wait]\n",
       "kernel: spin\n");
  CHECK(opened.config.workload_count == 1 &&
        strcmp(opened.config.workloads[0].kernel, "spin") == 0);
  config_close(&opened.config);
  OPEN(&opened, "include: [a.yaml]\nschema: 1\nname: x\nkernels: [sumsq, wait]\n" AXES,
       "kernel: spin\n");
  CHECK(opened.config.workload_count == 2);
  config_close(&opened.config);
  /* What loses is not read. */
  OPEN(&opened, "include: a.yaml\nschema: 1\nname: x\nkernel: sumsq\n" AXES,
       "axes: {driver: no_driver}\n");
  config_close(&opened.config);
}

static void test_measure(void) {
  struct opened opened;
  OPEN(&opened, HEAD "include: [a.yaml, b.yaml]\nmeasure: {reps: 3}\n",
       "measure: {reps: 1, warmup: 7, timeout: 5s, seed: 8}\n",
       "measure: {reps: 2, timeout: 6s}\n");
  CHECK(opened.config.measure.reps == 3 && opened.config.measure.warmup == 7 &&
        opened.config.measure.timeout_ns == 6000000000 && opened.config.measure.seed == 8);
  config_close(&opened.config);
  /* A range in one file, its width in another. */
  OPEN(&opened, HEAD "include: a.yaml\nmeasure: {width: 2%}\n",
       "measure: {launches: {min: 6, max: 9}, width: 5%}\n");
  CHECK(opened.config.measure.least == 6 && opened.config.measure.most == 9 &&
        opened.config.measure.width == 0.02);
  config_close(&opened.config);
  OPEN(&opened, HEAD "include: a.yaml\nmeasure: {launches: {min: 7, max: 8}}\n",
       "measure: {launches: {min: 6, max: 9}, width: 5%}\n");
  CHECK(opened.config.measure.least == 7 && opened.config.measure.width == 0.05);
  config_close(&opened.config);
  /* Launches without a range leave nothing to a width. */
  OPEN(&opened, HEAD "include: a.yaml\nmeasure: {launches: 4}\n",
       "measure: {launches: {min: 6, max: 9}, width: 5%}\n");
  CHECK(opened.config.measure.least == 4 && opened.config.measure.most == 4 &&
        opened.config.measure.width == 0);
  config_close(&opened.config);
  CHECK_BAD("x:6:10: width needs launches: {min: ..., max: ...}\n",
            HEAD "include: a.yaml\nmeasure: {launches: 4, width: 5%}\n",
            "measure: {launches: {min: 6, max: 9}}\n");
  CHECK_BAD("a.yaml:1:10: launches: {min, max} needs a width, like 5%, at which it is enough\n",
            HEAD "include: a.yaml\nmeasure: {reps: 4}\n",
            "measure: {launches: {min: 6, max: 9}}\n");
  CHECK_BAD("a.yaml:1:11: unknown key 'rep' in measure; did you mean 'reps'?\n",
            HEAD "include: a.yaml\nmeasure: {reps: 4}\n", "measure: {rep: 1}\n");
}

/* Each problem with the file that it is in. */
static void test_places(void) {
  CHECK_BAD("x:1:1: the config lacks the key 'name'\n"
            "a.yaml:2:10: n: '1x': unexpected 'x'; accepted: 10000, 10_000, 1e4, 2^20, 64Ki\n",
            "include: a.yaml\nschema: 1\nkernel: sumsq\n",
            "axes:\n  {  n: [1x], driver: mpi_driver}\n");
  CHECK_BAD("a.yaml:1:1: unknown key 'axis' in an included file; did you mean 'axes'?\n",
            HEAD "include: a.yaml\n", "axis: 1\n");
  CHECK_BAD("a.yaml:1:9: schema is '2', but this sweep reads 1\n", HEAD "include: a.yaml\n",
            "schema: 2\n");
  CHECK_BAD("a.yaml:1:10: an included file cannot include others\n", HEAD "include: a.yaml\n",
            "include: b.yaml\n", "name: y\n");
  CHECK_BAD("a.yaml:1:1: an included file must be a map of keys and values\n",
            HEAD "include: a.yaml\n", "[1]\n");
  CHECK_BAD("a.yaml: is empty\n", HEAD "include: a.yaml\n", "# nothing\n");
  CHECK_BAD("a.yaml:2:3: not YAML: did not find expected ',' or ']', while parsing a flow sequence "
            "that began in line 1\n",
            HEAD "include: a.yaml\n", "name: [a\n b: {\n");
  CHECK_BAD(
      "a.yaml:1:29: where: this sweep has no kernel 'wait'\n"
      "b.yaml:1:21: where: 'm' must be one of: driver, kernel, n, cores, jobs, grain, ranks, "
      "threads, reps, warmup, "
      "nodes, ranks_per_node, a\n"
      "c.yaml:2:10: a: unexpected ')'; expected a number\n",
      HEAD "include: [a.yaml, b.yaml, c.yaml]\n", "exclude: [{where: kernel == wait, why: w}]\n",
      "reference: [{where: m > 1, metric: time, value: 1, upper: 1}]\n", "derive:\n  a: 1 + )\n");
  CHECK_BAD("a.yaml:1:20: the baseline 'omp_driver' is not on the axis of drivers\n",
            HEAD "include: a.yaml\n", "baseline: {driver: omp_driver}\n");
  CHECK_BAD("a.yaml:1:10: n is in axes already, in line 4, column 34 of x\n",
            HEAD "include: a.yaml\n", "zip: {n: [1, 2]}\n");
  struct opened opened;
  struct plan plan;
  struct error error = {0};
  OPEN(&opened, HEAD "include: a.yaml\n", "derive:\n  jobs: n / 4\n");
  CHECK(plan_make(&plan, &opened.config, &(struct resources){1, 2, 2, false}, NULL, &error) ==
        EXIT_USAGE);
  CHECK(strncmp(error.message, "a.yaml:2:9: jobs is 2.5 for 'serial_driver", 42) == 0, "%s",
        error.message);
  plan_free(&plan);
  config_close(&opened.config);
}

static void test_names(void) {
  CHECK_BAD("x:5:10: include 'd.yaml': its text is not in run.json\n", HEAD "include: d.yaml\n",
            "name: y\n");
  CHECK_BAD("x:5:19: 'a.yaml' is included twice\n", HEAD "include: [a.yaml, a.yaml]\n",
            "name: y\n");
  CHECK_BAD("x:5:10: include is an empty list\n", HEAD "include: []\n", NULL);
  CHECK_BAD("x:5:10: include must be a single value, not a map\n", HEAD "include: {a: 1}\n", NULL);
  char text[4000] = HEAD "include: [";
  for (int i = 0; i <= 100; i++)
    snprintf(text + strlen(text), 20, "f%d,", i);
  strcat(text, "]\n");
  CHECK_BAD("x:5:10: more than 100 files are included\n", text, NULL);
}

/* --- from files ------------------------------------------------------------------------------- */

static char folder[] = "/tmp/quartet_include_XXXXXX";

static const char *path_of(const char *name) {
  static char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void write_file(const char *name, const char *text) {
  FILE *file = fopen(path_of(name), "w");
  if (file == NULL)
    abort();
  fputs(text, file);
  fclose(file);
}

/* Includes that file from folder/sub/main.yaml; what is printed, "" if all is right. */
static void check_file(const char *name, const char *expected) {
  char text[500], printed[1000] = "", path[200];
  struct config config;
  struct problems problems = {0};
  snprintf(text, sizeof text, HEAD "include: '%s'\n", name);
  write_file("sub/main.yaml", text);
  snprintf(path, sizeof path, "%s", path_of("sub/main.yaml"));
  config_open(&config, path, &problems);
  FILE *stream = fmemopen(printed, sizeof printed - 1, "w");
  problems_print(&problems, "x", stream);
  fclose(stream);
  CHECK(strstr(printed, expected) != NULL && (*expected != '\0' || *printed == '\0'),
        "\n--- expected\n%s--- printed\n%s", expected, printed);
  if (*expected == '\0')
    CHECK(config.measure.seed == 77);
  problems_free(&problems);
  config_close(&config);
}

static void test_files(void) {
  static const char right[] = "measure: {seed: 77}\n";
  if (mkdtemp(folder) == NULL || mkdir(path_of("sub"), 0700) != 0 ||
      mkfifo(path_of("sub/fifo"), 0600) != 0)
    abort();
  write_file("sub/near.yaml", right);
  write_file("above.yaml", right);
  check_file("near.yaml", "");
  check_file("./near.yaml", "");
  check_file("../above.yaml", "");
  check_file(path_of("above.yaml"), "");
  check_file("above.yaml",
             "x:5:10: include 'above.yaml': cannot be opened: No such file or directory\n");
  check_file("..", "x:5:10: include '..': not a regular file\n");
  check_file("fifo", "x:5:10: include 'fifo': not a regular file\n");
  check_file("/dev/zero", "x:5:10: include '/dev/zero': not a regular file\n");
  check_file("main.yaml", "sub/main.yaml:5:10: an included file cannot include others\n");
  char *large = malloc((1 << 17) + 2);
  if (large == NULL)
    abort();
  memset(large, '#', (1 << 17) + 1);
  large[(1 << 17) + 1] = '\0';
  write_file("sub/large", large);
  free(large);
  check_file("large", "sub/large: is larger than 131072 bytes: not a config\n");
  static const char *const made[] = {"sub/near.yaml", "above.yaml", "sub/fifo", "sub/large",
                                     "sub/main.yaml"};
  for (size_t i = 0; i < sizeof made / sizeof *made; i++)
    unlink(path_of(made[i]));
  rmdir(path_of("sub"));
  rmdir(folder);
}

int main(void) {
  test_precedence();
  test_measure();
  test_places();
  test_names();
  test_files();
  return test_result();
}
