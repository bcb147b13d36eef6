#include "runner/config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/number.h"
#include "common/samples.h"
#include "common/suggest.h"

enum { AXIS_VALUES_MAX = 10000, NAME_MAX_LENGTH = 100, LAUNCHES_MAX = 100000 };
static const int64_t timeout_max_ns = INT64_C(30) * 24 * 3600 * 1000000000;

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- settings ------------------------------------------------------------------------------------
 */

static int by_name(const void *left, const void *right) {
  return strcmp(((const struct setting *)left)->name, ((const struct setting *)right)->name);
}

static void sort_settings(struct settings *settings) {
  if (settings->count > 0)
    qsort(settings->items, settings->count, sizeof *settings->items, by_name);
}

static void add_setting(struct settings *settings, const char *name, const char *value) {
  *GROW(settings->items, settings->count) = (struct setting){name, value};
}

static void append_word(char **text, const char *between, const char *name, const char *value) {
  char *longer = grow_text("%s%s%s=%s", *text, **text == '\0' ? "" : between, name, value);
  free(*text);
  *text = longer;
}

static void append_number(char **text, const char *name, int64_t value) {
  char number[NUMBER_TEXT];
  if (value != CONFIG_UNSET)
    append_word(text, " ", name, number_format(value, number));
}

char *settings_text(const struct settings *settings, const char *between) {
  char *text = grow_text("%s", "");
  for (size_t i = 0; i < settings->count; i++)
    append_word(&text, between, settings->items[i].name, settings->items[i].value);
  return text;
}

/* --- numbers along an axis -----------------------------------------------------------------------
 */

struct axis_reader {
  const char *what;
  int64_t min, max;
  bool takes_all; /* the word "all" */
  struct axis *axis;
};

static void add_value(struct document *document, const yaml_node_t *node,
                      const struct axis_reader *reader, int64_t value) {
  struct axis *axis = reader->axis;
  for (size_t i = 0; i < axis->count; i++)
    if (axis->values[i] == value) {
      DOCUMENT_PROBLEM(document, node, "%s has this value twice", reader->what);
      return;
    }
  *GROW(axis->values, axis->count) = value;
}

static void read_axis_value(struct document *document, yaml_node_t *node, void *into) {
  const struct axis_reader *reader = into;
  int64_t value = CONFIG_ALL;
  bool all = reader->takes_all && node->type == YAML_SCALAR_NODE &&
             strcmp((const char *)node->data.scalar.value, "all") == 0;
  if (all || document_number(document, node, reader->what, reader->min, reader->max, &value))
    add_value(document, node, reader, value);
}

/* The three numbers of geom or range. */
static bool read_three(struct document *document, yaml_node_t *node,
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
    right &= document_number(document, item, reader->what, i < 2 ? reader->min : step_min,
                             reader->max, &three[i]);
  }
  if (right && three[0] > three[1]) {
    DOCUMENT_PROBLEM(document, node, "%s: the first value is above the last", reader->what);
    return false;
  }
  return right;
}

static void read_geom(struct document *document, yaml_node_t *node, void *into) {
  const struct axis_reader *reader = into;
  int64_t three[3];
  if (!read_three(document, node, reader, 2, three))
    return;
  if (three[0] < 1) {
    DOCUMENT_PROBLEM(document, node, "%s: geom cannot start at 0", reader->what);
    return;
  }
  for (int64_t value = three[0];; value *= three[2]) {
    add_value(document, node, reader, value);
    if (value > three[1] / three[2])
      return;
  }
}

static void read_range(struct document *document, yaml_node_t *node, void *into) {
  const struct axis_reader *reader = into;
  int64_t three[3];
  if (!read_three(document, node, reader, 1, three))
    return;
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

static void read_axis(struct document *document, yaml_node_t *node, struct axis_reader *reader) {
  static const struct document_key keys[] = {{"geom", read_geom, false},
                                             {"range", read_range, false}};
  if (node->type == YAML_SCALAR_NODE) {
    read_axis_value(document, node, reader);
  } else if (node->type == YAML_MAPPING_NODE) {
    size_t pairs = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
    document_map(document, node, reader->what, keys, COUNT(keys), reader);
    if (pairs != 1)
      DOCUMENT_PROBLEM(document, node, "%s must have one of geom and range", reader->what);
  } else {
    document_list(document, node, reader->what, read_axis_value, reader);
  }
}

static void read_axis_n(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  config->n_node = node;
  read_axis(document, node, &(struct axis_reader){"n", 0, INT64_MAX, false, &config->n});
}

static void read_axis_cores(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  read_axis(document, node, &(struct axis_reader){"cores", 1, 1 << 20, true, &config->cores});
}

static void read_axis_jobs(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  read_axis(document, node, &(struct axis_reader){"jobs", 1, INT32_MAX, false, &config->jobs});
}

static void read_axis_grain(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  read_axis(document, node, &(struct axis_reader){"grain", 0, INT64_MAX, false, &config->grain});
}

/* --- drivers -------------------------------------------------------------------------------------
 */

static void read_way_option(struct document *document, yaml_node_t *key, yaml_node_t *value,
                            void *into) {
  struct way *way = into;
  const char *name = (const char *)key->data.scalar.value;
  const struct driver_option *option = driver_option_find(way->driver, name);
  if (option == NULL) {
    const char *names[DRIVER_OPTIONS_MAX];
    size_t count = driver_option_names(way->driver, names);
    const char *near = suggest(name, names, count);
    char list[200] = "none";
    for (size_t i = 0, used = 0; i < count && used < sizeof list; i++)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    DOCUMENT_PROBLEM(document, key, "%s has no option '%s'; %s%s%s", way->driver->name, name,
                     near ? "did you mean '" : "its options: ", near ? near : list,
                     near ? "'?" : "");
    return;
  }
  struct error error = {0};
  const char *text = document_text(document, value, name);
  if (text == NULL)
    return;
  if (option->check(text, &error) != 0)
    DOCUMENT_PROBLEM(document, value, "%s: %s", name, error.message);
  else if (strcmp(name, "threads") == 0)
    number_parse(text, 1, INT32_MAX, &way->threads, &error);
  else
    add_setting(&way->settings, option->name, text);
}

/* The name and the options of an item of a list that is a name or {name: {options}}. */
static const char *read_item(struct document *document, yaml_node_t *item, const char *what,
                             yaml_node_t **name_node, yaml_node_t **options) {
  *name_node = item;
  *options = NULL;
  if (item->type == YAML_MAPPING_NODE) {
    const yaml_node_pair_t *pair = item->data.mapping.pairs.start;
    if (item->data.mapping.pairs.top - pair != 1) {
      DOCUMENT_PROBLEM(document, item, "a %s with options is {name: {option: value}}", what);
      return NULL;
    }
    *name_node = yaml_document_get_node(&document->yaml, pair->key);
    *options = yaml_document_get_node(&document->yaml, pair->value);
  }
  return document_text(document, *name_node, what);
}

static void read_way(struct document *document, yaml_node_t *item, void *into) {
  struct config *config = into;
  yaml_node_t *name_node, *options;
  const char *name = read_item(document, item, "driver", &name_node, &options);
  if (name == NULL)
    return;
  struct way way = {.driver = driver_find(name), .threads = CONFIG_UNSET};
  if (way.driver == NULL) {
    const char *near = suggest(name, driver_names, driver_count);
    DOCUMENT_PROBLEM(document, name_node, "unknown driver '%s'; %s%s%s", name,
                     near ? "did you mean '" : "there are: ",
                     near ? near : "serial_driver, omp_driver, async_driver, mpi_driver",
                     near ? "'?" : "");
    return;
  }
  if (options != NULL)
    document_pairs(document, options, name, read_way_option, &way);
  sort_settings(&way.settings);
  char *text = settings_text(&way.settings, " ");
  append_number(&text, "threads", way.threads);
  way.label = grow_text("%s%s%s", name, *text == '\0' ? "" : " ", text);
  free(text);
  for (size_t i = 0; i < config->way_count; i++)
    if (strcmp(config->ways[i].label, way.label) == 0)
      DOCUMENT_PROBLEM(document, name_node, "'%s' is on the axis twice", way.label);
  *GROW(config->ways, config->way_count) = way;
}

static void read_axis_driver(struct document *document, yaml_node_t *node, void *into) {
  if (node->type == YAML_SEQUENCE_NODE)
    document_list(document, node, "driver", read_way, into);
  else
    read_way(document, node, into);
}

/* --- kernels -------------------------------------------------------------------------------------
 */

/* Names that go into argv and CSV as they are: no option of ours, no path, nothing to quote. */
static bool is_plain_name(const char *name) {
  if (!islower((unsigned char)*name))
    return false;
  for (; *name != '\0'; name++)
    if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) && *name != '_')
      return false;
  return true;
}

static void read_workload_word(struct document *document, yaml_node_t *key, yaml_node_t *value,
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
  const char *text = document_text(document, value, name);
  if (!is_plain_name(name))
    DOCUMENT_PROBLEM(document, key, "'%s' cannot be an option: names are [a-z][a-z0-9_]*", name);
  else if (text != NULL)
    add_setting(&workload->settings, name, text);
}

static void read_workload(struct document *document, yaml_node_t *item, void *into) {
  struct config *config = into;
  yaml_node_t *name_node, *options;
  const char *name = read_item(document, item, "kernel", &name_node, &options);
  if (name == NULL)
    return;
  struct workload workload = {name,         {NULL, 0},    CONFIG_UNSET, CONFIG_UNSET,
                              CONFIG_UNSET, CONFIG_UNSET, NULL};
  if (!is_plain_name(name))
    DOCUMENT_PROBLEM(document, name_node, "'%s' cannot be a kernel: names are [a-z][a-z0-9_]*",
                     name);
  if (options != NULL)
    document_pairs(document, options, name, read_workload_word, &workload);
  sort_settings(&workload.settings);
  char *text = settings_text(&workload.settings, " ");
  append_number(&text, "n", workload.n);
  append_number(&text, "jobs", workload.jobs);
  workload.label = grow_text("%s%s%s", name, *text == '\0' ? "" : " ", text);
  free(text);
  for (size_t i = 0; i < config->workload_count; i++)
    if (strcmp(config->workloads[i].label, workload.label) == 0)
      DOCUMENT_PROBLEM(document, name_node, "'%s' is listed twice", workload.label);
  *GROW(config->workloads, config->workload_count) = workload;
}

static void read_kernel(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  if (config->kernel_node != NULL)
    DOCUMENT_PROBLEM(document, node, "give kernel or kernels, not both");
  config->kernel_node = node;
  read_workload(document, node, into);
}

static void read_kernels(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  if (config->kernel_node != NULL)
    DOCUMENT_PROBLEM(document, node, "give kernel or kernels, not both");
  config->kernel_node = node;
  document_list(document, node, "kernels", read_workload, into);
}

/* --- the rest ------------------------------------------------------------------------------------
 */

static void read_schema(struct document *document, yaml_node_t *node, void *into) {
  (void)into;
  const char *text = document_text(document, node, "schema");
  if (text != NULL && strcmp(text, SAMPLES_SCHEMA) != 0)
    DOCUMENT_PROBLEM(document, node, "schema is '%s', but this sweep reads " SAMPLES_SCHEMA, text);
}

/* The name becomes a folder's: one component that no shell or file system minds. */
static void read_name(struct document *document, yaml_node_t *node, void *into) {
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

static void read_axes(struct document *document, yaml_node_t *node, void *into) {
  static const struct document_key keys[] = {{"driver", read_axis_driver, true},
                                             {"n", read_axis_n, false},
                                             {"cores", read_axis_cores, false},
                                             {"jobs", read_axis_jobs, false},
                                             {"grain", read_axis_grain, false}};
  document_map(document, node, "axes", keys, COUNT(keys), into);
}

static void read_baseline_driver(struct document *document, yaml_node_t *node, void *into) {
  struct config *config = into;
  config->baseline = document_text(document, node, "driver");
  config->baseline_node = node;
}

static void read_baseline(struct document *document, yaml_node_t *node, void *into) {
  static const struct document_key keys[] = {{"driver", read_baseline_driver, true}};
  document_map(document, node, "baseline", keys, COUNT(keys), into);
}

static void read_where(struct document *document, yaml_node_t *node, void *into) {
  if (document_text(document, node, "where") != NULL)
    ((struct exclusion *)into)->node = node;
}

static void read_why(struct document *document, yaml_node_t *node, void *into) {
  ((struct exclusion *)into)->why = document_text(document, node, "why");
}

static void read_exclusion(struct document *document, yaml_node_t *item, void *into) {
  static const struct document_key keys[] = {{"where", read_where, true}, {"why", read_why, true}};
  struct config *config = into;
  struct exclusion exclusion = {0};
  document_map(document, item, "an exclusion", keys, COUNT(keys), &exclusion);
  *GROW(config->exclusions, config->exclusion_count) = exclusion;
}

static void read_exclude(struct document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "exclude", read_exclusion, into);
}

static void read_reference_where(struct document *document, yaml_node_t *node, void *into) {
  struct reference *reference = into;
  if (document_text(document, node, "where") != NULL)
    reference->node = node;
}

static void read_metric(struct document *document, yaml_node_t *node, void *into) {
  static const char *const names[] = {"time", "rate", "bandwidth"};
  struct reference *reference = into;
  const char *text = document_text(document, node, "metric");
  for (size_t i = 0; text != NULL && i < COUNT(names); i++)
    if (strcmp(text, names[i]) == 0) {
      reference->metric = (enum metric)i;
      return;
    }
  if (text != NULL)
    DOCUMENT_PROBLEM(document, node, "metric '%s' is none of: time, rate, bandwidth", text);
}

/* A number, or a duration, which is then in seconds. */
static void read_reference_value(struct document *document, yaml_node_t *node, void *into) {
  struct reference *reference = into;
  struct error error = {0}, other = {0};
  int64_t ns;
  const char *text = document_text(document, node, "value");
  if (text == NULL)
    return;
  if (duration_parse(text, 1, INT64_MAX, &ns, &other) == 0)
    reference->value = (double)ns * 1e-9;
  else if (real_parse(text, 0, HUGE_VAL, &reference->value, &error) != 0 || reference->value == 0)
    DOCUMENT_PROBLEM(document, node, "value '%s': expected a number above 0, or a time", text);
}

/* "-10%" or -0.1; the sign says on which side of the value it lies. */
static void read_bound(struct document *document, yaml_node_t *node, const char *what, int sign,
                       double *bound) {
  const char *text = document_text(document, node, what);
  if (text == NULL)
    return;
  char number[NUMBER_TEXT];
  struct error error = {0};
  size_t length = strlen(text);
  bool percent = length > 0 && text[length - 1] == '%', plus = *text == '+';
  snprintf(number, sizeof number, "%.*s", (int)(length - percent - plus), text + plus);
  double value = 0;
  if (length >= sizeof number || real_parse(number, -1e6, 1e6, &value, &error) != 0 ||
      value * sign < 0)
    DOCUMENT_PROBLEM(document, node, "%s '%s': expected a share of the value, like %s", what, text,
                     sign < 0 ? "-10% or -0.1" : "+10% or 0.1");
  *bound = percent ? value / 100 : value;
}

static void read_lower(struct document *document, yaml_node_t *node, void *into) {
  read_bound(document, node, "lower", -1, &((struct reference *)into)->lower);
}

static void read_upper(struct document *document, yaml_node_t *node, void *into) {
  read_bound(document, node, "upper", 1, &((struct reference *)into)->upper);
}

static void read_reference(struct document *document, yaml_node_t *item, void *into) {
  static const struct document_key keys[] = {{"where", read_reference_where, true},
                                             {"metric", read_metric, true},
                                             {"value", read_reference_value, true},
                                             {"lower", read_lower, false},
                                             {"upper", read_upper, false}};
  struct config *config = into;
  struct reference reference = {.lower = NAN, .upper = NAN};
  document_map(document, item, "a reference", keys, COUNT(keys), &reference);
  if (item->type == YAML_MAPPING_NODE && isnan(reference.lower) && isnan(reference.upper))
    DOCUMENT_PROBLEM(document, item, "a reference needs a lower or an upper bound");
  *GROW(config->references, config->reference_count) = reference;
}

static void read_references(struct document *document, yaml_node_t *node, void *into) {
  document_list(document, node, "reference", read_reference, into);
}

static void read_launches_min(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "min", 1, LAUNCHES_MAX, &measure->least);
}

static void read_launches_max(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "max", 1, LAUNCHES_MAX, &measure->most);
}

/* A number, or {min, max}: then `width` says when it is enough. */
static void read_launches(struct document *document, yaml_node_t *node, void *into) {
  static const struct document_key keys[] = {{"min", read_launches_min, true},
                                             {"max", read_launches_max, true}};
  struct measure *measure = into;
  if (node->type != YAML_MAPPING_NODE) {
    if (document_number(document, node, "launches", 1, LAUNCHES_MAX, &measure->least))
      measure->most = measure->least;
    return;
  }
  document_map(document, node, "launches", keys, COUNT(keys), measure);
  if (measure->least > measure->most)
    DOCUMENT_PROBLEM(document, node, "launches: min is above max");
}

/* "5%" or 0.05 */
static void read_width(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  const char *text = document_text(document, node, "width");
  if (text == NULL)
    return;
  char number[NUMBER_TEXT];
  struct error error = {0};
  size_t length = strlen(text);
  bool percent = length > 0 && text[length - 1] == '%';
  snprintf(number, sizeof number, "%.*s", (int)(length - percent), text);
  double width = 0;
  if (length >= sizeof number || real_parse(number, 0, 100, &width, &error) != 0 || width == 0) {
    DOCUMENT_PROBLEM(document, node, "width '%s': expected a share of the median, like 5%% or 0.05",
                     text);
    measure->width = 1; /* one problem is enough */
    return;
  }
  measure->width = percent ? width / 100 : width;
}

static void read_retries(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "retries", 0, 1000, &measure->retries);
}

static void read_seed(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "seed", 0, INT64_MAX, &measure->seed);
}

static void read_reps(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "reps", 1, INT32_MAX, &measure->reps);
}

static void read_warmup(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_number(document, node, "warmup", 0, INT32_MAX, &measure->warmup);
}

static void read_timeout(struct document *document, yaml_node_t *node, void *into) {
  struct measure *measure = into;
  document_duration(document, node, "timeout", 1000000, timeout_max_ns, &measure->timeout_ns);
}

static void read_order(struct document *document, yaml_node_t *node, void *into) {
  static const char *const names[] = {"interleave", "batch", "random"};
  struct measure *measure = into;
  const char *text = document_text(document, node, "order");
  if (text == NULL)
    return;
  for (size_t i = 0; i < COUNT(names); i++)
    if (strcmp(text, names[i]) == 0) {
      measure->order = (enum order)i;
      return;
    }
  DOCUMENT_PROBLEM(document, node, "order '%s' is none of: interleave, batch, random", text);
}

static void read_measure(struct document *document, yaml_node_t *node, void *into) {
  static const struct document_key keys[] = {
      {"launches", read_launches, false}, {"width", read_width, false},
      {"reps", read_reps, false},         {"warmup", read_warmup, false},
      {"timeout", read_timeout, false},   {"retries", read_retries, false},
      {"order", read_order, false},       {"seed", read_seed, false}};
  struct config *config = into;
  struct measure *measure = &config->measure;
  document_map(document, node, "measure", keys, COUNT(keys), measure);
  if (measure->width > 0 && measure->least == measure->most)
    DOCUMENT_PROBLEM(document, node, "width needs launches: {min: ..., max: ...}");
  if (measure->width == 0 && measure->least < measure->most)
    DOCUMENT_PROBLEM(document, node,
                     "launches: {min, max} needs a width, like 5%%, at which it is enough");
}

/* --- what can only be judged when all is read
 * ------------------------------------------------------ */

static void read_condition(struct config *config, const yaml_node_t *node, struct condition **where,
                           const struct condition_names *names) {
  struct error error = {0};
  size_t offset;
  if (node == NULL)
    return;
  *where = condition_parse((const char *)node->data.scalar.value, names, &offset, &error);
  if (*where != NULL)
    return;
  /* A place inside the text is known when it stands in one line as it is. */
  bool one_line = node->start_mark.line == node->end_mark.line;
  bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  problems_add(config->document.problems, node->start_mark.line + 1,
               node->start_mark.column + 1 + (one_line ? offset + (plain ? 0 : 1) : 0), "where: %s",
               error.message);
}

static void read_conditions(struct config *config) {
  const char **kernels = NULL;
  size_t kernel_count = 0;
  for (size_t i = 0; i < config->workload_count; i++)
    *GROW(kernels, kernel_count) = config->workloads[i].kernel;
  struct condition_names names = {driver_names, kernels, driver_count, kernel_count};
  const struct problems *problems = config->document.problems;
  for (size_t i = 0; i < config->exclusion_count && problems->untold == 0; i++)
    read_condition(config, config->exclusions[i].node, &config->exclusions[i].where, &names);
  for (size_t i = 0; i < config->reference_count && problems->untold == 0; i++)
    read_condition(config, config->references[i].node, &config->references[i].where, &names);
  free(kernels);
}

static void check_baseline(struct config *config) {
  const char *names[AXIS_VALUES_MAX];
  size_t count = 0;
  for (size_t i = 0; i < config->way_count && count < AXIS_VALUES_MAX; i++) {
    names[count++] = config->ways[i].driver->name;
    if (strcmp(names[count - 1], config->baseline) == 0)
      return;
  }
  const char *near = suggest(config->baseline, names, count);
  DOCUMENT_PROBLEM(&config->document, config->baseline_node,
                   "the baseline '%s' is not on the axis of drivers%s%s%s", config->baseline,
                   near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void check_whole(struct config *config, yaml_node_t *root) {
  struct document *document = &config->document;
  if (config->kernel_node == NULL)
    DOCUMENT_PROBLEM(document, root, "the config lacks the key 'kernel' or 'kernels'");
  for (size_t i = 0; i < config->workload_count && config->n_node == NULL; i++)
    if (config->workloads[i].n == CONFIG_UNSET) {
      DOCUMENT_PROBLEM(document, config->kernel_node,
                       "no n for '%s': give it in axes, or with the kernel",
                       config->workloads[i].kernel);
      break;
    }
  if (config->baseline != NULL && config->way_count > 0)
    check_baseline(config);
}

/* `text` may be NULL: then the file is read. */
static int open_config(struct config *config, const char *path, const char *text,
                       struct problems *problems) {
  static const struct document_key keys[] = {
      {"schema", read_schema, true},        {"name", read_name, true},
      {"kernel", read_kernel, false},       {"kernels", read_kernels, false},
      {"baseline", read_baseline, false},   {"axes", read_axes, true},
      {"exclude", read_exclude, false},     {"measure", read_measure, false},
      {"reference", read_references, false}};
  *config = (struct config){.path = path,
                            .measure = {.least = 5,
                                        .most = 5,
                                        .seed = 1,
                                        .reps = 10,
                                        .warmup = 1,
                                        .timeout_ns = INT64_C(600000000000)}};
  yaml_node_t *root = text != NULL ? document_parse(&config->document, text, problems)
                                   : document_open(&config->document, path, problems);
  if (root == NULL)
    return EXIT_USAGE;
  document_map(&config->document, root, "the config", keys, COUNT(keys), config);
  if (root->type == YAML_MAPPING_NODE) {
    read_conditions(config);
    check_whole(config, root);
  }
  return problems->count > 0 ? EXIT_USAGE : 0;
}

int config_open(struct config *config, const char *path, struct problems *problems) {
  return open_config(config, path, NULL, problems);
}

int config_open_text(struct config *config, const char *path, const char *text,
                     struct problems *problems) {
  return open_config(config, path, text, problems);
}

void config_close(struct config *config) {
  for (size_t i = 0; i < config->workload_count; i++) {
    free(config->workloads[i].settings.items);
    free(config->workloads[i].label);
  }
  for (size_t i = 0; i < config->way_count; i++) {
    free(config->ways[i].settings.items);
    free(config->ways[i].label);
  }
  for (size_t i = 0; i < config->exclusion_count; i++)
    condition_free(config->exclusions[i].where);
  for (size_t i = 0; i < config->reference_count; i++)
    condition_free(config->references[i].where);
  free(config->references);
  free(config->workloads);
  free(config->ways);
  free(config->exclusions);
  free(config->n.values);
  free(config->cores.values);
  free(config->jobs.values);
  free(config->grain.values);
  document_close(&config->document);
  *config = (struct config){0};
}
