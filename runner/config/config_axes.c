#include "runner/config/config_reading.h"

#include <string.h>

#include "common/grow.h"

static const struct {
  int64_t min, max;
} bounds[FACTOR_COUNT] = {[FACTOR_N] = {0, INT64_MAX},     [FACTOR_CORES] = {1, 1 << 20},
                          [FACTOR_JOBS] = {1, INT32_MAX},  [FACTOR_GRAIN] = {0, INT64_MAX},
                          [FACTOR_REPS] = {1, INT32_MAX},  [FACTOR_WARMUP] = {0, INT32_MAX},
                          [FACTOR_RANKS] = {1, INT32_MAX}, [FACTOR_THREADS] = {1, INT32_MAX},
                          [FACTOR_NODES] = {1, 1 << 20},   [FACTOR_RANKS_PER_NODE] = {1, 1 << 20}};

int64_t factor_min(enum point_factor factor) {
  return bounds[factor].min;
}

int64_t factor_max(enum point_factor factor) {
  return bounds[factor].max;
}

/* --- the values of one axis ------------------------------------------------------------------- */

struct axis_reader {
  const char *what;
  int64_t min, max;
  bool takes_all; /* the word "all" */
  bool repeats;   /* a value may be there twice */
  struct axis *axis;
  int64_t largest; /* so far: what is above is new */
};

static void add_value(struct yaml_document *document, const yaml_node_t *node,
                      struct axis_reader *reader, int64_t value) {
  struct axis *axis = reader->axis;
  bool new = reader->repeats || axis->count == 0 || value > reader->largest;
  for (size_t i = 0; i < axis->count && !new; i++)
    if (axis->values[i] == value) {
      DOCUMENT_PROBLEM(document, node, "%s has this value twice", reader->what);
      return;
    }
  if (axis->count == 0 || value > reader->largest)
    reader->largest = value;
  *GROW(axis->values, axis->count) = value;
}

/* Whether the value is the word "all", where that may stand. */
static bool is_all(const yaml_node_t *node, const struct axis_reader *reader) {
  return reader->takes_all && node->type == YAML_SCALAR_NODE &&
         strcmp((const char *)node->data.scalar.value, "all") == 0;
}

static void read_axis_value(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct axis_reader *reader = into;
  int64_t value = CONFIG_ALL;
  if (is_all(node, reader) ||
      document_number(document, node, reader->what, reader->min, reader->max, &value))
    add_value(document, node, reader, value);
}

/* The three numbers of geom or range; of cores the last value may be CONFIG_ALL. */
static bool read_three(struct yaml_document *document, yaml_node_t *node,
                       const struct axis_reader *reader, int64_t step_min, int64_t three[3]) {
  if (node->type != YAML_SEQUENCE_NODE ||
      node->data.sequence.items.top - node->data.sequence.items.start != 3) {
    DOCUMENT_PROBLEM(document, node, "%s must be a list of three: [first, last, step]",
                     reader->what);
    return false;
  }
  bool right = true;
  for (int i = 0; i < 3; i++) {
    yaml_node_t *item = yaml_document_get_node(&document->yaml, node->data.sequence.items.start[i]);
    if (i == 1 && is_all(item, reader))
      three[i] = CONFIG_ALL;
    else
      right &= document_number(document, item, reader->what, i < 2 ? reader->min : step_min,
                               reader->max, &three[i]);
  }
  if (right && three[1] == CONFIG_ALL && reader->repeats) {
    DOCUMENT_PROBLEM(document, node,
                     "%s: a series up to 'all' cannot stand in a zip: how long it is depends on "
                     "the machine",
                     reader->what);
    return false;
  }
  if (right && three[1] != CONFIG_ALL && three[0] > three[1]) {
    DOCUMENT_PROBLEM(document, node, "%s: the first value is above the last", reader->what);
    return false;
  }
  return right;
}

static void read_geom(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct axis_reader *reader = into;
  int64_t three[3];
  if (!read_three(document, node, reader, 2, three))
    return;
  if (three[0] < 1) {
    DOCUMENT_PROBLEM(document, node, "%s: geom cannot start at 0", reader->what);
    return;
  }
  if (three[1] == CONFIG_ALL) {
    reader->axis->series = (struct series){SERIES_GEOM, three[0], three[2]};
    return;
  }
  for (int64_t value = three[0];; value *= three[2]) {
    add_value(document, node, reader, value);
    if (value > three[1] / three[2])
      return;
  }
}

static void read_range(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct axis_reader *reader = into;
  int64_t three[3];
  if (!read_three(document, node, reader, 1, three))
    return;
  if (three[1] == CONFIG_ALL) {
    reader->axis->series = (struct series){SERIES_RANGE, three[0], three[2]};
    return;
  }
  if ((three[1] - three[0]) / three[2] >= AXIS_VALUES_MAX) {
    DOCUMENT_PROBLEM(document, node, "%s has more than %d values", reader->what,
                     (int)AXIS_VALUES_MAX);
    return;
  }
  for (int64_t value = three[0];; value += three[2]) {
    add_value(document, node, reader, value);
    if (value > three[1] - three[2])
      return;
  }
}

static const struct document_key series_key_list[] = {{"geom", read_geom, false},
                                                      {"range", read_range, false}};
const struct document_table series_keys = DOCUMENT_TABLE("definitions/series", series_key_list);

static void read_axis(struct yaml_document *document, yaml_node_t *node,
                      struct axis_reader *reader) {
  if (node->type == YAML_SCALAR_NODE) {
    read_axis_value(document, node, reader);
  } else if (node->type == YAML_MAPPING_NODE) {
    size_t pairs = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    document_map(document, node, reader->what, &series_keys, reader);
    if (pairs != 1)
      DOCUMENT_PROBLEM(document, node, "%s must have one of geom and range", reader->what);
  } else {
    document_list(document, node, reader->what, read_axis_value, reader);
  }
}

void read_own_cores(struct yaml_document *document, yaml_node_t *node, struct axis *axis) {
  axis->at = (struct located){document, node};
  read_axis(document, node,
            &(struct axis_reader){.what = factor_names[FACTOR_CORES],
                                  .min = factor_min(FACTOR_CORES),
                                  .max = factor_max(FACTOR_CORES),
                                  .takes_all = true,
                                  .axis = axis});
}

int64_t *axis_values(const struct axis *axis, int64_t machine_cores, size_t *count) {
  const struct series *series = &axis->series;
  int64_t *values = NULL;
  *count = 0;
  for (size_t i = 0; i < axis->count; i++)
    *GROW(values, *count) = axis->values[i] == CONFIG_ALL ? machine_cores : axis->values[i];
  if (series->kind == SERIES_NONE)
    return values;
  for (int64_t value = series->first; value < machine_cores;
       value = series->kind == SERIES_GEOM ? value * series->step : value + series->step)
    *GROW(values, *count) = value;
  *GROW(values, *count) = machine_cores; /* the last value, whether it is of the series or not */
  return values;
}

/* --- axes and zip ----------------------------------------------------------------------------- */

/* Whose axes are read. */
struct target {
  struct config *config;
  struct axis *axes; /* by factor */
  bool zipped;
};

static void read_factor(struct yaml_document *document, yaml_node_t *node, struct target *target,
                        enum point_factor factor) {
  struct axis *axis = &target->axes[factor];
  axis->at = (struct located){document, node};
  read_axis(document, node,
            &(struct axis_reader){factor_names[factor], factor_min(factor), factor_max(factor),
                                  factor == FACTOR_CORES, target->zipped, axis, 0});
}

static void read_n(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_N);
}

static void read_cores(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_CORES);
}

static void read_jobs(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_JOBS);
}

static void read_grain(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_GRAIN);
}

static void read_reps(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_REPS);
}

static void read_warmup(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_WARMUP);
}

static void read_nodes(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_NODES);
}

static void read_ranks_per_node(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_factor(document, node, into, FACTOR_RANKS_PER_NODE);
}

static void read_driver(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_axis_driver(document, node, ((struct target *)into)->config);
}

static void read_builds(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_axis_build(document, node, ((struct target *)into)->config);
}

static void read_options(struct yaml_document *document, yaml_node_t *node, void *into) {
  read_axis_options(document, node, ((struct target *)into)->config);
}

static const struct document_key axes_key_list[] = {{"driver", read_driver, true},
                                                    {"n", read_n, false},
                                                    {"cores", read_cores, false},
                                                    {"jobs", read_jobs, false},
                                                    {"grain", read_grain, false},
                                                    {"options", read_options, false},
                                                    {"build", read_builds, false},
                                                    {"nodes", read_nodes, false},
                                                    {"ranks_per_node", read_ranks_per_node, false}};
const struct document_table axes_keys = DOCUMENT_TABLE("properties/axes", axes_key_list);

void read_axes(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  struct target target = {config, config->axes, false};
  document_map(document, node, "axes", &axes_keys, &target);
}

/* As many values for each factor. */
static void check_lengths(struct yaml_document *document, struct zip *zip) {
  const struct axis *first = NULL;
  for (size_t i = 0; i < FACTOR_COUNT; i++) {
    const struct axis *axis = &zip->axes[i];
    if (axis->at.node == NULL)
      continue;
    if (first == NULL)
      first = axis;
    else if (axis->count != first->count)
      DOCUMENT_PROBLEM(document, axis->at.node,
                       "zip: %s has %zu value%s, but %s in line %zu, column %zu has %zu",
                       factor_names[i], axis->count, axis->count == 1 ? "" : "s",
                       factor_names[first - zip->axes], first->at.node->start_mark.line + 1,
                       first->at.node->start_mark.column + 1, first->count);
  }
  zip->count = first != NULL ? first->count : 0;
}

static const struct document_key zip_key_list[] = {
    {"n", read_n, false},         {"cores", read_cores, false},
    {"jobs", read_jobs, false},   {"grain", read_grain, false},
    {"reps", read_reps, false},   {"warmup", read_warmup, false},
    {"nodes", read_nodes, false}, {"ranks_per_node", read_ranks_per_node, false}};
const struct document_table zip_keys = DOCUMENT_TABLE("definitions/zip", zip_key_list);

static void read_one_zip(struct yaml_document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  struct zip *zip = GROW(config->zips, config->zip_count);
  struct target target = {config, zip->axes, true};
  size_t problems = document->problems->count;
  document_map(document, node, "zip", &zip_keys, &target);
  if (document->problems->count > problems)
    return;
  check_lengths(document, zip);
  if (zip->count == 0)
    DOCUMENT_PROBLEM(document, node,
                     "zip has no key; it takes: n, cores, jobs, grain, reps, warmup, "
                     "nodes, ranks_per_node");
}

void read_zip(struct yaml_document *document, yaml_node_t *node, void *into) {
  if (node->type == YAML_SEQUENCE_NODE)
    document_list(document, node, "zip", read_one_zip, into);
  else
    read_one_zip(document, node, into);
}

bool has_axis(const struct config *config, enum point_factor factor) {
  bool has = config->axes[factor].at.node != NULL;
  for (size_t i = 0; i < config->zip_count; i++)
    has |= config->zips[i].axes[factor].at.node != NULL;
  return has;
}

static void check_factor(struct config *config, enum point_factor factor) {
  const struct located *first = &config->axes[factor].at;
  const char *first_in = "axes";
  for (size_t i = 0; i < config->zip_count; i++) {
    const struct located *at = &config->zips[i].axes[factor].at;
    if (at->node != NULL && first->node != NULL) {
      const char *path = first->document->path;
      DOCUMENT_PROBLEM(at->document, at->node, "%s is in %s already, in line %zu, column %zu%s%s",
                       factor_names[factor], first_in, first->node->start_mark.line + 1,
                       first->node->start_mark.column + 1,
                       first->document == at->document ? "" : " of ",
                       first->document == at->document ? ""
                       : path != NULL                  ? path
                                                       : config->path);
    } else if (at->node != NULL) {
      first = at;
      first_in = "a zip";
    }
  }
}

void check_axes(struct config *config) {
  for (int factor = 0; factor < FACTOR_COUNT; factor++)
    check_factor(config, (enum point_factor)factor);
}
