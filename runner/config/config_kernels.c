#include "runner/config/config_reading.h"

#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

const enum point_factor kernel_factors[] = {FACTOR_N,      FACTOR_JOBS,  FACTOR_REPS,
                                            FACTOR_WARMUP, FACTOR_CORES, FACTOR_COUNT};

bool is_kernel_factor(const char *name) {
  for (const enum point_factor *factor = kernel_factors; *factor != FACTOR_COUNT; factor++)
    if (strcmp(name, factor_names[*factor]) == 0)
      return true;
  return false;
}

static void read_workload_word(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                               void *into) {
  struct workload *workload = into;
  const char *name = (const char *)key->data.scalar.value;
  const struct {
    const char *name;
    int64_t min, max, *into;
  } words[] = {{"n", 0, INT64_MAX, &workload->n},
               {"jobs", 1, INT32_MAX, &workload->jobs},
               {"reps", 1, INT32_MAX, &workload->reps},
               {"warmup", 0, INT32_MAX, &workload->warmup}};
  for (size_t i = 0; i < COUNT(words); i++)
    if (strcmp(name, words[i].name) == 0) {
      document_number(document, value, name, words[i].min, words[i].max, words[i].into);
      return;
    }
  if (strcmp(name, "cores") == 0) {
    read_own_cores(document, value, &workload->cores);
    return;
  }
  const char *text = document_text(document, value, name);
  if (!is_plain_name(name))
    DOCUMENT_PROBLEM(document, key, "'%s' cannot be an option: names are [a-z][a-z0-9_]*", name);
  else if (text != NULL)
    settings_add(&workload->settings, name, text);
}

void workload_label(struct workload *workload) {
  char *text = settings_text(&workload->settings, " ");
  append_number(&text, "n", workload->n);
  append_number(&text, "jobs", workload->jobs);
  workload->label = grow_text("%s%s%s", workload->kernel, *text == '\0' ? "" : " ", text);
  free(text);
}

static void read_workload(struct yaml_document *document, yaml_node_t *item, void *into) {
  struct config *config = into;
  yaml_node_t *name_node, *options;
  const char *name = read_item(document, item, "kernel", &name_node, &options);
  if (name == NULL)
    return;
  struct workload workload = {.kernel = name,
                              .n = CONFIG_UNSET,
                              .jobs = CONFIG_UNSET,
                              .reps = CONFIG_UNSET,
                              .warmup = CONFIG_UNSET,
                              .at = {document, name_node}};
  if (!is_plain_name(name))
    DOCUMENT_PROBLEM(document, name_node, "'%s' cannot be a kernel: names are [a-z][a-z0-9_]*",
                     name);
  if (options != NULL) {
    document_pairs(document, options, name, read_workload_word, &workload);
    workload.options = options->type == YAML_MAPPING_NODE ? options : NULL;
  }
  settings_sort(&workload.settings);
  workload_label(&workload);
  for (size_t i = 0; i < config->workload_count; i++)
    if (strcmp(config->workloads[i].label, workload.label) == 0)
      DOCUMENT_PROBLEM(document, name_node, "'%s' is listed twice", workload.label);
  *GROW(config->workloads, config->workload_count) = workload;
}

void read_kernel(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  if (config->kernel_at.node != NULL)
    DOCUMENT_PROBLEM(document, node, "give kernel or kernels, not both");
  config->kernel_at = (struct located){document, node};
  read_workload(document, node, into);
}

void read_kernels(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  if (config->kernel_at.node != NULL)
    DOCUMENT_PROBLEM(document, node, "give kernel or kernels, not both");
  config->kernel_at = (struct located){document, node};
  document_list(document, node, "kernels", read_workload, into);
}

bool workload_fixes(const struct workload *workload, enum point_factor factor, int64_t *value) {
  int64_t fixed = factor == FACTOR_N        ? workload->n
                  : factor == FACTOR_JOBS   ? workload->jobs
                  : factor == FACTOR_REPS   ? workload->reps
                  : factor == FACTOR_WARMUP ? workload->warmup
                                            : CONFIG_UNSET;
  if (value != NULL && fixed != CONFIG_UNSET)
    *value = fixed;
  return factor == FACTOR_CORES ? workload->cores.at.node != NULL : fixed != CONFIG_UNSET;
}

void workload_free(struct workload *workload) {
  free(workload->settings.items);
  free(workload->cores.values);
  free(workload->label);
}
