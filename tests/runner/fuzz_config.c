/* The reader of configs against any bytes: what is read must be freed, what is accepted must be
 * consistent. Two mains drive it: libFuzzer's, which makes bytes up (the target fuzz_config, clang
 * only), and the one below, which goes over the files named on the command line, so that what once
 * broke is tried in every build. Their names say what is to be: good_* is a config, bad_* is none,
 * condition_* is a condition; of others only that nothing breaks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/condition.h"
#include "runner/config.h"
#include "runner/plan.h"

enum {
  MACHINE_CORES = 4,
  WORK_MAX = 5000 /* points times what is judged for each: beyond, an input is slow, not wrong */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Not assert(): this is to hold in release builds, too. */
#define MUST(condition) ((condition) ? (void)0 : stop(#condition, __LINE__))

static void stop(const char *condition, int line) {
  fprintf(stderr, "fuzz_config.c:%d: does not hold: %s\n", line, condition);
  abort();
}

static void check_problems(struct problems *problems) {
  for (size_t i = 0; i < problems->count; i++) {
    const char *message = problems->items[i].message;
    MUST(*message != '\0');
    for (; *message != '\0'; message++)
      MUST((unsigned char)*message >= ' ' && *message != 0x7f);
  }
  char *told = NULL;
  size_t told_bytes = 0;
  FILE *stream = open_memstream(&told, &told_bytes);
  MUST(stream != NULL);
  problems_print(problems, "x", stream);
  fclose(stream);
  MUST((told_bytes > 0) == (problems->count > 0));
  free(told);
}

static int by_text(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void check_ids(const struct plan *plan) {
  const char **ids = calloc(plan->point_count, sizeof *ids);
  MUST(ids != NULL);
  for (size_t i = 0; i < plan->point_count; i++)
    ids[i] = plan->points[i].cell_id;
  qsort(ids, plan->point_count, sizeof *ids, by_text);
  for (size_t i = 1; i < plan->point_count; i++)
    MUST(strcmp(ids[i - 1], ids[i]) != 0);
  free(ids);
}

static void check_plan(const struct plan *plan) {
  char text[POINT_TEXT];
  MUST(plan->point_count > 0);
  MUST(plan->least >= 1 && plan->least <= plan->most);
  MUST(plan->width >= 0 && (plan->width > 0) == (plan->least < plan->most));
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    MUST(point->n >= 0 && point->jobs >= 1 && point->grain >= 0);
    MUST(point->reps >= 1 && point->warmup >= 0);
    MUST(point->ranks >= 1 && point->threads >= 1);
    MUST(point->cores == point->ranks * point->threads);
    MUST(strlen(point->cell_id) == CELL_ID_TEXT - 1);
    MUST(strlen(point_model(point)) > 0);
    MUST(strlen(point_text(point, text)) > 0);
  }
  check_ids(plan);
  for (size_t i = 0; i < plan->omission_count; i++)
    MUST(plan->omissions[i].why != NULL);
}

static size_t values(const struct axis *axis) {
  return axis->count > 0 ? axis->count : 1;
}

/* Each point is hashed with all options and held against all exclusions: their text bounds both. */
static double plan_work(const struct config *config, size_t bytes) {
  return (double)config->way_count * (double)config->workload_count * (double)values(&config->n) *
         (double)values(&config->cores) * (double)values(&config->jobs) *
         (double)values(&config->grain) * (1 + (double)bytes / 256);
}

/* Whether the text is a config. */
static bool try_config(const char *text) {
  struct config config;
  struct problems problems = {0};
  int code = config_open_text(&config, "x", text, &problems);
  MUST(code == 0 || code == EXIT_USAGE);
  MUST((code == 0) == (problems.count == 0));
  check_problems(&problems);
  if (code == 0 && plan_work(&config, strlen(text)) < WORK_MAX) {
    struct plan plan;
    struct error error = {0};
    if (plan_make(&plan, &config, MACHINE_CORES, &error) == 0)
      check_plan(&plan);
    else
      MUST(*error.message != '\0');
    plan_free(&plan);
  }
  problems_free(&problems);
  config_close(&config);
  return code == 0;
}

/* Whether the text is a condition. */
static bool try_condition(const char *text) {
  static const char *const drivers[] = {"serial_driver", "omp_driver"};
  static const char *const kernels[] = {"sumsq", "wait", "dgemm"};
  static const struct condition_names names = {drivers, kernels, 2, 3};
  static const struct factors factors[] = {{"serial_driver", "wait", 100, 1, 2},
                                           {"omp_driver", "sumsq", INT64_MAX, 4, 1}};
  struct error error = {0};
  size_t offset = SIZE_MAX;
  struct condition *condition = condition_parse(text, &names, &offset, &error);
  MUST(offset <= strlen(text));
  if (condition == NULL)
    MUST(*error.message != '\0');
  for (size_t i = 0; condition != NULL && i < sizeof factors / sizeof *factors; i++) {
    bool holds = condition_holds(condition, &factors[i]);
    MUST(holds == condition_holds(condition, &factors[i]));
  }
  condition_free(condition);
  return condition != NULL;
}

/* A text of exactly its length, so that reading past its end is seen. */
static char *text_of(const uint8_t *data, size_t bytes) {
  char *text = malloc(bytes + 1);
  MUST(text != NULL);
  if (bytes > 0)
    memcpy(text, data, bytes);
  text[bytes] = '\0';
  return text;
}

#ifdef QUARTET_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  char *text = text_of(data, bytes);
  try_config(text);
  try_condition(text);
  free(text);
  return 0;
}

#else

static bool begins(const char *name, const char *with) {
  return strncmp(name, with, strlen(with)) == 0;
}

/* Whether the file does what its name says. */
static bool try_file(const char *path) {
  enum { BYTES_MAX = 1 << 21 };
  static uint8_t data[BYTES_MAX];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    return false;
  }
  size_t bytes = fread(data, 1, BYTES_MAX, file);
  bool whole = !ferror(file) && bytes < BYTES_MAX;
  fclose(file);
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  char *text = text_of(data, bytes);
  bool config = try_config(text), condition = try_condition(text);
  free(text);
  bool right = whole && !(begins(name, "good_") && !config) && !(begins(name, "bad_") && config) &&
               !(begins(name, "condition_") && !condition);
  if (!right)
    fprintf(stderr, "%s: %s a config, %s a condition%s\n", path, config ? "is" : "is not",
            condition ? "is" : "is not", whole ? "" : ", not read to its end");
  return right;
}

int main(int argc, char **argv) {
  int wrong = 0;
  for (int i = 1; i < argc; i++)
    wrong += !try_file(argv[i]);
  printf("%d files, %d wrong\n", argc - 1, wrong);
  return argc < 2 || wrong > 0;
}

#endif
