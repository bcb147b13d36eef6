/* Options of kernels that are an axis: each workload becomes as many as there are combinations. */
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/suggest.h"
#include "runner/config/config_reading.h"

enum { OPTIONS_MAX = 200 };

static void read_option_value(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct option_axis *axis = into;
  const char *text = document_text(document, node, axis->name);
  for (size_t i = 0; text != NULL && i < axis->count; i++)
    if (strcmp(axis->values[i], text) == 0) {
      DOCUMENT_PROBLEM(document, node, "%s has this value twice", axis->name);
      return;
    }
  if (text != NULL)
    *GROW(axis->values, axis->count) = text;
}

struct option_reader {
  struct config *config;
  const char *kernel;
};

static void read_option(struct yaml_document *document, yaml_node_t *key, yaml_node_t *value,
                        void *into) {
  struct option_reader *reader = into;
  struct option_axis axis = {.kernel = reader->kernel,
                             .name = (const char *)key->data.scalar.value,
                             .at = {document, key}};
  if (reader->kernel == NULL && value->type == YAML_MAPPING_NODE) {
    reader->kernel = axis.name;
    document_pairs(document, value, axis.name, read_option, reader);
    reader->kernel = NULL;
    return;
  }
  if (is_kernel_factor(axis.name)) {
    DOCUMENT_PROBLEM(document, key,
                     "%s is not a kernel option; its place is axes, zip, derive or measure",
                     axis.name);
    return;
  }
  if (!is_plain_name(axis.name))
    DOCUMENT_PROBLEM(document, key, "'%s' cannot be an option: names are [a-z][a-z0-9_]*",
                     axis.name);
  if (value->type == YAML_SEQUENCE_NODE)
    document_list(document, value, axis.name, read_option_value, &axis);
  else
    read_option_value(document, value, &axis);
  *GROW(reader->config->options, reader->config->option_count) = axis;
  if (reader->config->option_count == OPTIONS_MAX + 1)
    DOCUMENT_PROBLEM(document, key, "more than %d options are an axis", (int)OPTIONS_MAX);
}

void read_axis_options(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct option_reader reader = {into, NULL};
  document_pairs(document, node, "options", read_option, &reader);
}

static bool has_setting(const struct option_settings *settings, const char *name) {
  for (size_t i = 0; i < settings->count; i++)
    if (strcmp(settings->items[i].name, name) == 0)
      return true;
  return false;
}

/* Whether the axis gives values to that workload: it does not fix the option itself, and there is
 * no axis for its kernel alone beside one for all. */
static bool applies(const struct config *config, const struct option_axis *axis,
                    const struct workload *workload) {
  if (axis->kernel != NULL && strcmp(axis->kernel, workload->kernel) != 0)
    return false;
  for (size_t i = 0; i < config->option_count && axis->kernel == NULL; i++)
    if (config->options[i].kernel != NULL &&
        strcmp(config->options[i].kernel, workload->kernel) == 0 &&
        strcmp(config->options[i].name, axis->name) == 0)
      return false;
  return !has_setting(&workload->settings, axis->name);
}

struct workloads {
  struct workload *items;
  size_t count;
};

static struct workload copy_of(const struct workload *workload) {
  struct workload copy = *workload;
  copy.settings = (struct option_settings){0};
  for (size_t i = 0; i < workload->settings.count; i++)
    settings_add(&copy.settings, workload->settings.items[i].name,
                 workload->settings.items[i].value);
  copy.cores.values = NULL;
  copy.cores.count = 0;
  for (size_t i = 0; i < workload->cores.count; i++)
    *GROW(copy.cores.values, copy.cores.count) = workload->cores.values[i];
  copy.label = NULL;
  return copy;
}

/* Adds the workload once for each combination of the axes' values; the last axis turns fastest. */
static void add_combinations(struct workloads *into, const struct workload *workload,
                             const struct option_axis **axes, size_t axis_count,
                             size_t combinations) {
  for (size_t number = 0; number < combinations; number++) {
    struct workload copy = copy_of(workload);
    for (size_t i = axis_count, rest = number; i-- > 0; rest /= axes[i]->count)
      settings_add(&copy.settings, axes[i]->name, axes[i]->values[rest % axes[i]->count]);
    settings_sort(&copy.settings);
    workload_label(&copy);
    *GROW(into->items, into->count) = copy;
  }
}

/* False, with a problem added, if there are too many. */
static bool expand(struct config *config, const struct workload *workload, struct workloads *into) {
  const struct option_axis **axes = NULL;
  size_t axis_count = 0, combinations = 1;
  bool modest = true;
  for (size_t i = 0; i < config->option_count && modest; i++) {
    const struct option_axis *axis = &config->options[i];
    if (axis->count == 0 || !applies(config, axis, workload))
      continue;
    *GROW(axes, axis_count) = axis;
    combinations *= axis->count;
    modest = combinations <= WORKLOADS_MAX - into->count;
    if (!modest)
      DOCUMENT_PROBLEM(axis->at.document, axis->at.node,
                       "with all combinations of options there are more than %d kernels to run",
                       (int)WORKLOADS_MAX);
  }
  if (modest)
    add_combinations(into, workload, axes, axis_count, combinations);
  free(axes);
  return modest;
}

static int by_label(const void *left, const void *right) {
  return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void check_labels(struct config *config) {
  const struct located *at = &config->options[0].at;
  const char **labels = NULL;
  size_t count = 0;
  for (size_t i = 0; i < config->workload_count; i++)
    *GROW(labels, count) = config->workloads[i].label;
  if (count > 0)
    qsort(labels, count, sizeof *labels, by_label);
  for (size_t i = 1; i < count && config->document.problems->unlisted == 0; i++)
    if (strcmp(labels[i - 1], labels[i]) == 0)
      DOCUMENT_PROBLEM(at->document, at->node, "with these options, '%s' is there twice",
                       labels[i]);
  free(labels);
}

/* The kernel that an axis is for must be one that runs. */
static void check_kernels(struct config *config) {
  const char **names = NULL, *last = NULL;
  size_t count = 0;
  for (size_t i = 0; i < config->workload_count; i++)
    *GROW(names, count) = config->workloads[i].kernel;
  for (size_t i = 0; i < config->option_count; i++) {
    const struct option_axis *axis = &config->options[i];
    bool known = axis->kernel == NULL || axis->kernel == last;
    for (size_t k = 0; k < count && !known; k++)
      known = strcmp(names[k], axis->kernel) == 0;
    last = axis->kernel;
    if (known)
      continue;
    const char *near = suggest(axis->kernel, names, count);
    DOCUMENT_PROBLEM(axis->at.document, axis->at.node, "this sweep has no kernel '%s'%s%s%s",
                     axis->kernel, near ? "; did you mean '" : "", near ? near : "",
                     near ? "'?" : "");
  }
  free(names);
}

void expand_options(struct config *config) {
  struct workloads expanded = {0};
  bool right = true;
  if (config->option_count == 0 || config->option_count > OPTIONS_MAX ||
      config->document.problems->unlisted > 0)
    return;
  check_kernels(config);
  for (size_t i = 0; i < config->workload_count && right; i++)
    right = expand(config, &config->workloads[i], &expanded);
  struct workloads *dropped = &expanded;
  struct workloads old = {config->workloads, config->workload_count};
  if (right) {
    config->workloads = expanded.items;
    config->workload_count = expanded.count;
    dropped = &old;
    check_labels(config);
  }
  for (size_t i = 0; i < dropped->count; i++)
    workload_free(&dropped->items[i]);
  free(dropped->items);
}
