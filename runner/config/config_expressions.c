#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"
#include "runner/config/config_reading.h"

/* --- derive ----------------------------------------------------------------------------------- */

const enum point_factor derivable_factors[] = {FACTOR_N,    FACTOR_JOBS,   FACTOR_GRAIN,
                                               FACTOR_REPS, FACTOR_WARMUP, FACTOR_COUNT};

static enum point_factor factor_of(const char *name) {
  const enum point_factor *factor = derivable_factors;
  while (*factor != FACTOR_COUNT && strcmp(name, factor_names[*factor]) != 0)
    factor++;
  return *factor;
}

static void read_derivation(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                            void *into) {
  struct config *config = into;
  struct derivation derivation = {.name = (const char *)key->data.scalar.value,
                                  .at = {document, value}};
  derivation.factor = factor_of(derivation.name);
  if (derivation.factor == FACTOR_COUNT && expression_is_reserved(derivation.name))
    DOCUMENT_PROBLEM(
        document, key,
        "'%s' cannot be derived; must be one of: n, jobs, grain, reps, warmup and new names",
        derivation.name);
  else if (!is_plain_name(derivation.name))
    DOCUMENT_PROBLEM(document, key, "'%s' cannot be a name: names are [a-z][a-z0-9_]*",
                     derivation.name);
  if (document_text(document, value, derivation.name) == NULL)
    return;
  config->derived_count += derivation.factor == FACTOR_COUNT;
  *GROW(config->derivations, config->derivation_count) = derivation;
}

void read_derive(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_pairs(document, node, "derive", read_derivation, into);
}

/* --- exclude ---------------------------------------------------------------------------------- */

static void read_where(struct yaml_document *document, yaml_node_t *node, void *into) {
  if (document_text(document, node, "where") != NULL)
    ((struct exclusion *)into)->at = (struct located){document, node};
}

static void read_why(struct yaml_document *document, yaml_node_t *node, void *into) {
  ((struct exclusion *)into)->why = document_text(document, node, "why");
}

static const struct document_key exclusion_key_list[] = {{"where", read_where, true},
                                                         {"why", read_why, true}};
const struct document_table exclusion_keys =
    DOCUMENT_TABLE("properties/exclude/items", exclusion_key_list);

static void read_exclusion(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct config *config = into;
  struct exclusion exclusion = {0};
  document_map(document, item, "an exclusion", &exclusion_keys, &exclusion);
  *GROW(config->exclusions, config->exclusion_count) = exclusion;
}

void read_exclude(struct yaml_document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "exclude", read_exclusion, into);
}

/* --- when all names are known ----------------------------------------------------------------- */

static struct expression *read_expression(const struct located *at, const char *what,
                                          bool condition, const struct expression_names *names) {
  struct error error = {0};
  size_t offset;
  if (at->node == NULL)
    return NULL;
  struct expression *expression = expression_parse((const char *)at->node->data.scalar.value, names,
                                                   condition, &offset, &error);
  if (expression == NULL)
    problems_add(at->document->problems, at->document->path, at->node->start_mark.line + 1,
                 document_column(at->node, offset), "%s: %s", what, error.message);
  return expression;
}

static void read_derivations(struct config *config, struct expression_names *names,
                             struct derived_name *derived) {
  for (size_t i = 0; i < config->derivation_count; i++) {
    derived[i].name = config->derivations[i].name;
    derived[i].type = EXPRESSION_NUMBER;
  }
  for (size_t i = 0; i < config->derivation_count && config->document.problems->unlisted == 0;
       i++) {
    struct derivation *derivation = &config->derivations[i];
    names->derived_count = i;
    names->later_count = config->derivation_count - i;
    derivation->expression = read_expression(&derivation->at, derivation->name, false, names);
    if (derivation->expression == NULL)
      continue;
    derived[i].type = expression_type(derivation->expression);
    if (derivation->factor != FACTOR_COUNT && derived[i].type != EXPRESSION_NUMBER)
      DOCUMENT_PROBLEM(derivation->at.document, derivation->at.node,
                       "%s: must be a number, not a condition", derivation->name);
  }
  names->derived_count = config->derivation_count;
  names->later_count = 0;
}

void read_conditions(struct config *config) {
  const char **kernels = NULL;
  struct derived_name *derived = NULL;
  size_t kernel_count = 0, derived_count = 0;
  for (size_t i = 0; i < config->workload_count; i++)
    *GROW(kernels, kernel_count) = config->workloads[i].kernel;
  for (size_t i = 0; i < config->derivation_count; i++)
    *GROW(derived, derived_count) = (struct derived_name){0};
  struct expression_names names = {driver_names, kernels, DRIVERS, kernel_count, derived, 0, 0};
  const struct problems *problems = config->document.problems;
  read_derivations(config, &names, derived);
  for (size_t i = 0; i < config->exclusion_count && problems->unlisted == 0; i++)
    config->exclusions[i].where = read_expression(&config->exclusions[i].at, "where", true, &names);
  for (size_t i = 0; i < config->reference_count && problems->unlisted == 0; i++)
    if (config->references[i].cell_id == NULL)
      config->references[i].where =
          read_expression(&config->references[i].at, "where", true, &names);
  free(kernels);
  free(derived);
}

/* --- n -------------------------------------------------------------------------------------------
 * The only factor without a value of its own: if it is on no axis and not every kernel fixes it,
 * then `derive` must give it, before it is used there.
 */

void check_factors(struct config *config) {
  const struct workload *without = NULL;
  for (size_t i = 0; i < config->workload_count && without == NULL; i++)
    if (config->workloads[i].n == CONFIG_UNSET)
      without = &config->workloads[i];
  if (without == NULL || has_axis(config, FACTOR_N))
    return;
  for (size_t i = 0; i < config->derivation_count; i++) {
    const struct derivation *derivation = &config->derivations[i];
    if (derivation->expression != NULL && expression_uses(derivation->expression, FACTOR_N))
      DOCUMENT_PROBLEM(derivation->at.document, derivation->at.node,
                       "%s: '%s' has no n yet: it is on no axis, and nothing above derives it",
                       derivation->name, without->kernel);
    if (derivation->factor == FACTOR_N)
      return;
  }
  DOCUMENT_PROBLEM(config->kernel_at.document, config->kernel_at.node,
                   "no n for '%s': give it in axes, or with the kernel", without->kernel);
}
