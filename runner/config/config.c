#include "runner/config/config_reading.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/samples.h"

enum { NAME_MAX_LENGTH = 100 };

static void read_schema(struct yaml_document *document, yaml_node_t *node, void *into) {
  (void)into;
  const char *text = document_text(document, node, "schema");
  if (text != NULL && strcmp(text, SAMPLES_SCHEMA) != 0)
    DOCUMENT_PROBLEM(document, node, "schema is '%s', but this sweep reads " SAMPLES_SCHEMA, text);
}

/* The name becomes a folder's: one component that no shell or file system minds. */
static void read_name(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  const char *text = document_text(document, node, "name");
  if (text == NULL)
    return;
  bool right = isalnum((unsigned char)*text) && strlen(text) <= NAME_MAX_LENGTH;
  for (const char *at = text; *at != '\0'; at++)
    right &= isalnum((unsigned char)*at) || strchr("_.-", *at) != NULL;
  if (!right)
    DOCUMENT_PROBLEM(document, node,
                     "name '%s' cannot be a folder's: letters, digits, '_', '-' and '.', at most "
                     "%d, a letter or digit first",
                     text, (int)NAME_MAX_LENGTH);
  config->name = text;
}

static void read_description(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  config->description = document_text(document, node, "description");
}

/* Of an included file: that of the config itself is opened before anything is read. */
static void read_include(struct yaml_document *document, yaml_node_t *node, void *into) {
  (void)into;
  DOCUMENT_PROBLEM(document, node, "an included file cannot include others");
}

/* In the order in which they are read: what is named comes before what names it. */
enum key {
  SCHEMA,
  NAME,
  DESCRIPTION,
  INCLUDE,
  KERNEL,
  KERNELS,
  BASELINE,
  AXES,
  ZIP,
  DERIVE,
  SCALING,
  EXCLUDE,
  MEASURE,
  REFERENCE,
  BATCH,
  LAUNCHER,
  KEY_COUNT
};

/* What each of the files has, and in the end what is read: of `chosen`, `measure` and `schema` are
 * read already. */
struct choice {
  struct located chosen[KEY_COUNT];
};

/* Lets a file's keys win over those chosen before. */
static void choose(struct choice *choice, struct config *config, struct yaml_document *document,
                   yaml_node_t *const *found) {
  if (found[KERNEL] != NULL || found[KERNELS] != NULL)
    choice->chosen[KERNEL] = choice->chosen[KERNELS] = (struct located){0};
  for (size_t key = 0; key < KEY_COUNT; key++) {
    if (found[key] == NULL)
      continue;
    choice->chosen[key] = (struct located){document, found[key]};
    if (key == SCHEMA || key == MEASURE) /* checked in every file, and merged */
      config_keys.keys[key].read(document, found[key], config);
  }
}

static void choose_included(struct choice *choice, struct config *config, yaml_node_t *include,
                            const struct config_sources *sources) {
  yaml_node_t **roots = open_includes(config, include, sources), *found[KEY_COUNT];
  for (size_t i = 0; i < config->include_count; i++) {
    struct yaml_document *document = &config->includes[i].document;
    if (roots[i] == NULL)
      continue;
    document_find(document, roots[i], "an included file", &config_keys, found);
    if (found[INCLUDE] != NULL)
      read_include(document, found[INCLUDE], config);
    found[INCLUDE] = NULL;
    choose(choice, config, document, found);
  }
  free(roots);
}

static void read_chosen(struct choice *choice, struct config *config) {
  for (size_t key = 0; key < KEY_COUNT; key++) {
    const struct located *at = &choice->chosen[key];
    if (at->node != NULL && key != SCHEMA && key != MEASURE && key != INCLUDE)
      config_keys.keys[key].read(at->document, at->node, config);
  }
}

static void check_whole(struct config *config, const struct choice *choice, yaml_node_t *root) {
  struct yaml_document *document = &config->document;
  for (size_t key = 0; key < KEY_COUNT; key++)
    if (config_keys.keys[key].required && choice->chosen[key].node == NULL)
      DOCUMENT_PROBLEM(document, root, "the config lacks the key '%s'", config_keys.keys[key].name);
  if (config->kernel_at.node == NULL)
    DOCUMENT_PROBLEM(document, root, "the config lacks the key 'kernel' or 'kernels'");
  check_axes(config);
  check_measure(config);
  check_factors(config);
  if (config->baseline != NULL && config->setup_count > 0)
    check_baseline(config);
}

static const struct document_key config_key_list[] = {{"schema", read_schema, true},
                                                      {"name", read_name, true},
                                                      {"description", read_description, false},
                                                      {"include", read_include, false},
                                                      {"kernel", read_kernel, false},
                                                      {"kernels", read_kernels, false},
                                                      {"baseline", read_baseline, false},
                                                      {"axes", read_axes, true},
                                                      {"zip", read_zip, false},
                                                      {"derive", read_derive, false},
                                                      {"scaling", read_scaling, false},
                                                      {"exclude", read_exclude, false},
                                                      {"measure", read_measure, false},
                                                      {"reference", read_references, false},
                                                      {"batch", read_batch, false},
                                                      {"launcher", read_launcher, false}};
const struct document_table config_keys = DOCUMENT_TABLE("", config_key_list);

const struct document_table *const config_tables[] = {&config_keys,
                                                      &axes_keys,
                                                      &series_keys,
                                                      &zip_keys,
                                                      &baseline_keys,
                                                      &batch_keys,
                                                      &exclusion_keys,
                                                      &launcher_keys,
                                                      &launches_keys,
                                                      &measure_keys,
                                                      &reference_keys,
                                                      &scaling_keys,
                                                      NULL};

static void read_config(struct config *config, yaml_node_t *root,
                        const struct config_sources *sources) {
  struct choice choice = {0};
  yaml_node_t *found[KEY_COUNT];
  document_find(&config->document, root, "the config", &config_keys, found);
  if (found[INCLUDE] != NULL)
    choose_included(&choice, config, found[INCLUDE], sources);
  choose(&choice, config, &config->document, found);
  read_chosen(&choice, config);
  if (root->type == YAML_MAPPING_NODE) {
    expand_options(config);
    read_conditions(config);
    check_whole(config, &choice, root);
  }
}

int config_open_from(struct config *config, const char *path, const struct config_sources *sources,
                     struct problems *problems) {
  struct error error = {0};
  *config = (struct config){.path = path,
                            .measure = {.least = 10,
                                        .most = 10,
                                        .equivalence = 0.03,
                                        .seed = 1,
                                        .reps = 10,
                                        .warmup = 1,
                                        .timeout_ns = INT64_C(600000000000)}};
  if (sources->text != NULL)
    document_take(&config->document, sources->text);
  else if (document_read(&config->document, path, false, &error) != 0) {
    problems_add(problems, NULL, 0, 0, "%s", error.message);
    return EXIT_USAGE;
  }
  yaml_node_t *root = document_parse(&config->document, NULL, problems);
  if (root != NULL)
    read_config(config, root, sources);
  return problems->count > 0 ? EXIT_USAGE : 0;
}

int config_open(struct config *config, const char *path, struct problems *problems) {
  return config_open_from(config, path, &(struct config_sources){0}, problems);
}

int config_open_text(struct config *config, const char *path, const char *text,
                     struct problems *problems) {
  return config_open_from(config, path, &(struct config_sources){.text = text, .closed = true},
                          problems);
}

int config_place(struct error *error, const struct config *config, const struct located *at,
                 size_t offset) {
  const char *path = at->document->path != NULL ? at->document->path : config->path;
  return error_prefix(error, "%s:%zu:%zu", path, at->node->start_mark.line + 1,
                      document_column(at->node, offset));
}

static void free_expressions(struct config *config) {
  for (size_t i = 0; i < config->derivation_count; i++)
    expression_free(config->derivations[i].expression);
  for (size_t i = 0; i < config->exclusion_count; i++)
    expression_free(config->exclusions[i].where);
  for (size_t i = 0; i < config->reference_count; i++)
    expression_free(config->references[i].where);
  free(config->derivations);
  free(config->exclusions);
  free(config->references);
}

static void free_axes(struct config *config) {
  for (int factor = 0; factor < FACTOR_COUNT; factor++) {
    free(config->axes[factor].values);
    for (size_t i = 0; i < config->zip_count; i++)
      free(config->zips[i].axes[factor].values);
  }
  for (size_t i = 0; i < config->option_count; i++)
    free(config->options[i].values);
  free(config->zips);
  free(config->options);
}

static void free_build(struct build *build) {
  free(build->facts);
  free(build->answer);
  for (int i = 0; i < DRIVERS; i++)
    free(build->options[i]);
}

void config_close(struct config *config) {
  for (size_t i = 0; i < config->workload_count; i++)
    workload_free(&config->workloads[i]);
  for (size_t i = 0; i < config->setup_count; i++) {
    free(config->setups[i].settings.items);
    free(config->setups[i].label);
  }
  for (size_t i = 0; i < config->build_count; i++)
    free_build(&config->builds[i]);
  free_build(&config->own);
  free(config->workloads);
  free(config->setups);
  free(config->builds);
  free_expressions(config);
  free_axes(config);
  for (size_t i = 0; i < config->include_count; i++) {
    document_close(&config->includes[i].document);
    free(config->includes[i].path);
  }
  free(config->batch.modules);
  free(config->batch.setup);
  free(config->batch.options);
  free(config->launcher.options);
  free(config->launcher.command);
  free(config->launcher.environment.items);
  free(config->includes);
  document_close(&config->document);
  *config = (struct config){0};
}
