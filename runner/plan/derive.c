#include "runner/plan/derive.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/grow.h"

static void get_values(const struct point *point, struct values *values) {
  *values = (struct values){.driver = point->setup->driver->name,
                            .kernel = point->workload->kernel,
                            .numbers = {[FACTOR_N] = point->n,
                                        [FACTOR_CORES] = point->cores,
                                        [FACTOR_JOBS] = point->jobs,
                                        [FACTOR_GRAIN] = point->grain,
                                        [FACTOR_RANKS] = point->ranks,
                                        [FACTOR_THREADS] = point->threads,
                                        [FACTOR_REPS] = point->reps,
                                        [FACTOR_WARMUP] = point->warmup,
                                        [FACTOR_NODES] = point->nodes,
                                        [FACTOR_RANKS_PER_NODE] = point->ranks_per_node},
                            .derived = point->derived};
}

/* The expression's value for the point as it is so far. */
static int evaluate(const struct point *point, struct expression *expression, const char *what,
                    const struct config *config, const struct located *at, long double *value,
                    struct error *error) {
  struct values values;
  struct error why = {0};
  char text[POINT_TEXT];
  size_t offset;
  get_values(point, &values);
  if (expression_evaluate(expression, &values, value, &offset, &why) == 0)
    return 0;
  error_set(error, why.code, "%s: %s, for '%s'", what, why.message, point_text(point, text));
  return config_place(error, config, at, offset);
}

static int set_factor(struct point *point, const struct derivation *derivation, long double value,
                      const struct config *config, struct error *error) {
  enum point_factor factor = derivation->factor;
  int64_t min = factor_min(factor), max = factor_max(factor);
  if (value == floorl(value) && value >= (long double)min && value < (long double)max + 1) {
    *point_factor(point, factor) = (int64_t)value;
    return 0;
  }
  char text[POINT_TEXT], number[EXPRESSION_NUMBER_TEXT];
  error_set(error, EXIT_USAGE, "%s is %s for '%s'; it must be a whole number from %lld to %lld",
            derivation->name, expression_number_format(value, number), point_text(point, text),
            (long long)min, (long long)max);
  return config_place(error, config, &derivation->at, 0);
}

int derive_point(struct point *point, const struct config *config, struct error *error) {
  int code = 0;
  if (config->derivation_count == 0)
    return 0;
  point->derived = grow(NULL, 0, config->derivation_count * sizeof *point->derived);
  for (size_t i = 0; i < config->derivation_count && code == 0; i++) {
    const struct derivation *derivation = &config->derivations[i];
    bool sets = derivation->factor != FACTOR_COUNT;
    if (sets && workload_fixes(point->workload, derivation->factor, NULL))
      continue;
    long double value;
    code = evaluate(point, derivation->expression, derivation->name, config, &derivation->at,
                    &value, error);
    if (code == 0 && sets)
      code = set_factor(point, derivation, value, config, error);
    else if (code == 0)
      point->derived[i] = value;
  }
  if (code != 0 || config->derived_count == 0) {
    free(point->derived);
    point->derived = NULL;
  }
  return code;
}

int point_holds(const struct point *point, struct expression *condition,
                const struct config *config, const struct located *at, bool *holds,
                struct error *error) {
  long double value = 0;
  int code = evaluate(point, condition, "where", config, at, &value, error);
  *holds = code == 0 && value != 0;
  return code;
}
