/* The reader of configs against any bytes: what is read must be freed, what is accepted must be
 * consistent. By their names (tests/fuzz.h), good_* are valid, bad_* invalid configs, condition_*
 * is a condition, number_* an expression that is a number. A config may include shared.yaml,
 * broken.yaml and text.yaml, which is the input itself; no file is opened. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/config/config.h"
#include "runner/config/expression.h"
#include "runner/plan/plan.h"
#include "tests/fuzz.h"

enum {
  MACHINE_CORES = 4,
  WORK_MAX = 5000 /* points times what is judged for each: beyond, an input is slow, not wrong */
};

static void check_problems(struct problems *problems) {
  for (size_t i = 0; i < problems->count; i++) {
    const char *message = problems->items[i].message;
    MUST(*message != '\0');
    for (; *message != '\0'; message++)
      MUST((unsigned char)*message >= ' ' && *message != 0x7f);
  }
  char *printed = NULL;
  size_t printed_bytes = 0;
  FILE *stream = open_memstream(&printed, &printed_bytes);
  MUST(stream != NULL);
  problems_print(problems, "x", stream);
  fclose(stream);
  MUST((printed_bytes > 0) == (problems->count > 0));
  free(printed);
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

/* Each point is hashed with all options and checked against all expressions: their text bounds
 * both.
 */
static double plan_work(const struct config *config, size_t bytes) {
  double work = (double)config->setup_count * (double)config->workload_count;
  for (int i = 0; i < FACTOR_COUNT; i++)
    work *= config->axes[i].count > 0 ? (double)config->axes[i].count : 1;
  for (size_t i = 0; i < config->zip_count; i++)
    work *= (double)config->zips[i].count;
  return work * (1 + (double)bytes / 256);
}

static void check_derived(const struct plan *plan, const struct config *config) {
  for (size_t i = 0; i < plan->point_count; i++) {
    const long double *derived = plan->points[i].derived;
    MUST((derived != NULL) == (config->derived_count > 0));
    for (size_t k = 0; derived != NULL && k < config->derivation_count; k++)
      MUST(derived[k] - derived[k] == 0); /* finite */
  }
}

/* Whether the text is a config. */
static bool try_config(const char *text) {
  const struct config_source includes[] = {
      {"shared.yaml", "shared.yaml",
       "name: shared\nmeasure: {reps: 3}\nderive: {twice: 2 * cores}\n"},
      {"broken.yaml", "broken.yaml", "axes: [\n"},
      {"text.yaml", "text.yaml", text}};
  const struct config_sources sources = {text, includes, 3, true};
  struct config config;
  struct problems problems = {0};
  int code = config_open_from(&config, "x", &sources, &problems);
  MUST(code == 0 || code == EXIT_USAGE);
  MUST((code == 0) == (problems.count == 0));
  check_problems(&problems);
  if (code == 0 && plan_work(&config, strlen(text)) < WORK_MAX) {
    struct plan plan;
    struct error error = {0};
    const struct resources resources = {2, MACHINE_CORES / 2, MACHINE_CORES / 2, false};
    if (plan_make(&plan, &config, &resources, NULL, &error) != 0) {
      MUST(*error.message != '\0');
    } else {
      check_plan(&plan);
      check_derived(&plan, &config);
    }
    plan_free(&plan);
  }
  problems_free(&problems);
  config_close(&config);
  return code == 0;
}

/* Whether the text is a condition, or an expression of that type. */
static bool try_expression(const char *text, bool condition, enum expression_type type) {
  static const char *const drivers[] = {"serial_driver", "omp_driver"};
  static const char *const kernels[] = {"sumsq", "wait", "dgemm"};
  static const struct derived_name derived[] = {
      {"a", EXPRESSION_NUMBER}, {"b", EXPRESSION_TRUTH}, {"c", EXPRESSION_NUMBER}};
  static const struct expression_names names = {drivers, kernels, 2, 3, derived, 2, 1};
  static const long double derived_values[] = {0.5L, 1};
  static const struct values values[] = {
      {"serial_driver", "wait", {100, 1, 2, 3, 4, 5, 6, 7}, derived_values},
      {"omp_driver", "sumsq", {INT64_MAX, 4, 1, 0, 1, 4, 1, 0}, derived_values}};
  struct error error = {0};
  size_t offset = SIZE_MAX;
  struct expression *expression = expression_parse(text, &names, condition, &offset, &error);
  MUST(offset <= strlen(text));
  MUST((expression == NULL) == (*error.message != '\0'));
  if (expression == NULL)
    return false;
  bool right = expression_type(expression) == type;
  MUST(right || !condition);
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
    long double first = 0, second = 1;
    struct error why = {0};
    int code = expression_evaluate(expression, &values[i], &first, &offset, &why);
    MUST(offset <= strlen(text));
    MUST(code == 0 || (code == EXIT_USAGE && *why.message != '\0'));
    MUST(code == 0 || expression_can_fail(expression));
    MUST(code == expression_evaluate(expression, &values[i], &second, &offset, &why));
    MUST(code != 0 || (first == second && first - first == 0));
    MUST(code != 0 || expression_type(expression) == EXPRESSION_NUMBER || first == 0 || first == 1);
  }
  expression_free(expression);
  return right;
}

static unsigned try_bytes(const char *text, size_t bytes) {
  (void)bytes; /* a NUL ends a config and an expression */
  unsigned found = try_config(text) ? FUZZ_READ : 0;
  found |= try_expression(text, true, EXPRESSION_TRUTH) ? FUZZ_CONDITION : 0;
  return found | (try_expression(text, false, EXPRESSION_NUMBER) ? FUZZ_NUMBER : 0);
}
