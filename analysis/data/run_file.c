#include "analysis/data/run_file.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/encoding.h"
#include "common/grow.h"

/* An object of the file; `where` is its name for messages, "machine.". */
struct json_node {
  const json_t *object;
  const char *where;
  struct run_file *run; /* to whose `mistyped` is added */
};

static char *copy(const char *text) {
  return grow_text("%s", text != NULL ? text : "");
}

static void note_mistyped(const struct json_node *node, const char *key) {
  struct run_file *run = node->run;
  char *name = grow_text("%s%s", node->where, key);
  for (size_t i = 0; i < run->mistyped_count; i++)
    if (strcmp(run->mistyped[i], name) == 0) {
      free(name);
      return;
    }
  *GROW(run->mistyped, run->mistyped_count) = name;
}

/* The value of a key if it has the type; NULL if it is missing or null, or of another type, which
 * is noted. */
static const json_t *value_of(const struct json_node *node, const char *key, json_type type) {
  const json_t *value = json_object_get(node->object, key);
  if (value == NULL || json_is_null(value))
    return NULL;
  if (json_typeof(value) == type)
    return value;
  note_mistyped(node, key);
  return NULL;
}

static struct json_node child(const struct json_node *node, const char *key, const char *where) {
  return (struct json_node){value_of(node, key, JSON_OBJECT), where, node->run};
}

static char *text_of(const struct json_node *node, const char *key) {
  return copy(json_string_value(value_of(node, key, JSON_STRING)));
}

static int64_t integer_of(const struct json_node *node, const char *key) {
  const json_t *value = value_of(node, key, JSON_INTEGER);
  return value == NULL ? RUN_UNKNOWN : json_integer_value(value);
}

static double real_of(const struct json_node *node, const char *key) {
  const json_t *value = json_object_get(node->object, key);
  if (json_is_integer(value))
    return (double)json_integer_value(value);
  value = value_of(node, key, JSON_REAL);
  return value == NULL ? NAN : json_real_value(value);
}

static enum truth truth_of(const struct json_node *node, const char *key) {
  const json_t *value = json_object_get(node->object, key);
  if (json_is_boolean(value))
    return json_is_true(value) ? TRUTH_YES : TRUTH_NO;
  value_of(node, key, JSON_TRUE); /* notes it, if it is there */
  return TRUTH_UNKNOWN;
}

/* A text, number or truth as text; NULL for others. */
static char *as_text(const json_t *value) {
  if (json_is_string(value))
    return copy(json_string_value(value));
  if (json_is_integer(value))
    return grow_text("%" JSON_INTEGER_FORMAT, json_integer_value(value));
  if (json_is_real(value))
    return grow_text("%.17g", json_real_value(value));
  return json_is_boolean(value) ? copy(json_is_true(value) ? "true" : "false") : NULL;
}

/* --- lists ------------------------------------------------------------------------------------ */

/* Calls `add` for each object of a list; other items are noted. */
static void each_object(const struct json_node *node, const char *key, const char *where,
                        void (*add)(struct run_file *run, const struct json_node *item)) {
  const json_t *list = value_of(node, key, JSON_ARRAY), *value;
  size_t i;
  json_array_foreach(list, i, value) {
    const struct json_node item = {value, where, node->run};
    if (json_is_object(value))
      add(node->run, &item);
    else
      note_mistyped(node, key);
  }
}

static void read_texts(const struct json_node *node, const char *key, char ***texts,
                       size_t *count) {
  const json_t *list = value_of(node, key, JSON_ARRAY), *value;
  size_t i;
  json_array_foreach(list, i, value) {
    if (json_is_string(value))
      *GROW(*texts, *count) = copy(json_string_value(value));
    else
      note_mistyped(node, key);
  }
}

static int compare_settings(const void *left, const void *right) {
  const struct run_setting *a = left, *b = right;
  return strcmp(a->name, b->name);
}

/* The keys of an object and their values, sorted. */
static void read_settings(const struct json_node *node, const char *key,
                          struct run_setting **settings, size_t *count) {
  const json_t *value;
  const char *name;
  json_t *object = json_object_get(node->object, key); /* only read */
  if (value_of(node, key, JSON_OBJECT) == NULL)
    return;
  json_object_foreach(object, name, value) {
    char *text = as_text(value);
    if (text != NULL)
      *GROW(*settings, *count) = (struct run_setting){copy(name), text};
    else
      note_mistyped(node, key);
  }
  if (*count > 0)
    qsort(*settings, *count, sizeof **settings, compare_settings);
}

static void free_settings(struct run_setting *settings, size_t count) {
  for (size_t i = 0; i < count; i++) {
    free(settings[i].name);
    free(settings[i].value);
  }
  free(settings);
}

/* "a=1;b=2" */
static char *settings_text(const struct json_node *node, const char *key) {
  struct run_setting *settings = NULL;
  size_t count = 0;
  char *text = copy("");
  read_settings(node, key, &settings, &count);
  for (size_t i = 0; i < count; i++) {
    char *longer =
        grow_text("%s%s%s=%s", text, i > 0 ? ";" : "", settings[i].name, settings[i].value);
    free(text);
    text = longer;
  }
  free_settings(settings, count);
  return text;
}

/* --- parts ------------------------------------------------------------------------------------ */

static void read_machine(struct run_machine *machine, const struct json_node *node) {
  const struct json_node topology = child(node, "topology", "machine.topology.");
  *machine = (struct run_machine){.host = text_of(node, "host"),
                                  .system = text_of(node, "system"),
                                  .kernel = text_of(node, "kernel"),
                                  .architecture = text_of(node, "architecture"),
                                  .processor = text_of(node, "processor"),
                                  .governor = text_of(node, "governor"),
                                  .binding = text_of(node, "binding"),
                                  .cgroup_cpu_quota = text_of(node, "cgroup_cpu_quota"),
                                  .cores = integer_of(node, "cores"),
                                  .physical_cores = integer_of(node, "physical_cores"),
                                  .cores_online = integer_of(node, "cores_online"),
                                  .memory_bytes = integer_of(node, "memory_bytes"),
                                  .packages = integer_of(&topology, "packages"),
                                  .numa_nodes = integer_of(&topology, "numa_nodes"),
                                  .topology_cores = integer_of(&topology, "cores"),
                                  .hardware_threads = integer_of(&topology, "hardware_threads"),
                                  .l1d_bytes = integer_of(&topology, "l1d_bytes"),
                                  .l2_bytes = integer_of(&topology, "l2_bytes"),
                                  .l3_bytes = integer_of(&topology, "l3_bytes"),
                                  .l1d_count = integer_of(&topology, "l1d_count"),
                                  .l2_count = integer_of(&topology, "l2_count"),
                                  .l3_count = integer_of(&topology, "l3_count")};
}

static struct run_build read_build(const struct json_node *node) {
  return (struct run_build){.label = text_of(node, "label"),
                            .folder = text_of(node, "folder"),
                            .version = text_of(node, "version"),
                            .git_revision = text_of(node, "git_revision"),
                            .compiler = text_of(node, "compiler"),
                            .compiler_path = text_of(node, "compiler_path"),
                            .build_type = text_of(node, "build_type"),
                            .kernel_flags = text_of(node, "kernel_flags"),
                            .sanitizers = text_of(node, "sanitizers"),
                            .mpi = text_of(node, "mpi"),
                            .git_dirty = truth_of(node, "git_dirty")};
}

static void add_build(struct run_file *run, const struct json_node *node) {
  *GROW(run->builds, run->build_count) = read_build(node);
}

/* The texts of a list with "; " between them. */
static char *joined_texts(const struct json_node *node, const char *key) {
  const json_t *list = value_of(node, key, JSON_ARRAY), *value;
  char *text = copy("");
  size_t i;
  json_array_foreach(list, i, value) {
    const char *item = json_string_value(value);
    char *longer = grow_text("%s%s%s", text, *text != '\0' ? "; " : "", item != NULL ? item : "");
    free(text);
    text = longer;
  }
  return text;
}

static void add_session(struct run_file *run, const struct json_node *node) {
  *GROW(run->sessions, run->session_count) =
      (struct run_session){.run_id = text_of(node, "run_id"),
                           .start = text_of(node, "start"),
                           .end = text_of(node, "end"),
                           .result = text_of(node, "result"),
                           .host = text_of(node, "host"),
                           .config_sha256 = text_of(node, "config_sha256"),
                           .launches = integer_of(node, "launches"),
                           .population = integer_of(node, "population"),
                           .differences = joined_texts(node, "differences")};
}

static void add_include(struct run_file *run, const struct json_node *node) {
  *GROW(run->includes, run->include_count) =
      (struct run_include){text_of(node, "name"), text_of(node, "path"), text_of(node, "sha256")};
}

static void add_point(struct run_file *run, const struct json_node *node) {
  struct run_point point = {.cell_id = text_of(node, "cell_id"),
                            .launches = integer_of(node, "launches"),
                            .enough = text_of(node, "enough"),
                            .binding_as_asked = truth_of(node, "binding_as_asked"),
                            .driver_options = settings_text(node, "driver_options"),
                            .base_n = integer_of(node, "base_n"),
                            .work_met = real_of(node, "work_met")};
  read_settings(node, "derived", &point.derived, &point.derived_count);
  *GROW(run->points, run->point_count) = point;
}

static void add_exclusion(struct run_file *run, const struct json_node *node) {
  *GROW(run->exclusions, run->exclusion_count) =
      (struct run_exclusion){.kernel = text_of(node, "kernel"),
                             .driver = text_of(node, "driver"),
                             .model = text_of(node, "model"),
                             .why = text_of(node, "why"),
                             .options = settings_text(node, "options"),
                             .driver_options = settings_text(node, "driver_options"),
                             .n = integer_of(node, "n"),
                             .jobs = integer_of(node, "jobs"),
                             .cores = integer_of(node, "cores"),
                             .ranks = integer_of(node, "ranks"),
                             .threads = integer_of(node, "threads")};
}

/* Objects with a text, or texts alone. */
static void read_warnings(struct run_file *run, const struct json_node *node) {
  const json_t *list = value_of(node, "warnings", JSON_ARRAY), *value;
  size_t i;
  json_array_foreach(list, i, value) {
    const struct json_node item = {value, "warnings[].", run};
    if (json_is_string(value))
      *GROW(run->warnings, run->warning_count) =
          (struct run_warning){copy(""), copy(json_string_value(value)), copy("")};
    else if (json_is_string(json_object_get(value, "text")))
      *GROW(run->warnings, run->warning_count) = (struct run_warning){
          text_of(&item, "kind"), text_of(&item, "text"), text_of(&item, "cell_id")};
    else
      note_mistyped(node, "warnings");
  }
}

static void add_acceptance(struct run_file *run, const struct json_node *node) {
  *GROW(run->acceptance, run->acceptance_count) =
      (struct run_acceptance){.cell_id = text_of(node, "cell_id"),
                              .point = text_of(node, "point"),
                              .where = text_of(node, "where"),
                              .metric = text_of(node, "metric"),
                              .unit = text_of(node, "unit"),
                              .reference = real_of(node, "reference"),
                              .lower = real_of(node, "lower"),
                              .upper = real_of(node, "upper"),
                              .measured = real_of(node, "measured"),
                              .accepted = truth_of(node, "accepted")};
}

/* --- all -------------------------------------------------------------------------------------- */

enum { MARGIN_PERCENT = 3 }; /* if run.json does not say it */

static void read_facts(struct run_file *run, const struct json_node *node) {
  const struct json_node config = child(node, "config", "config.");
  const struct json_node launches = child(node, "launches", "launches.");
  run->name = text_of(node, "name");
  run->description = text_of(node, "description");
  run->baseline = text_of(node, "baseline");
  run->run_id = text_of(node, "run_id");
  run->start = text_of(node, "start");
  run->end = text_of(node, "end");
  run->result = text_of(node, "result");
  run->order = text_of(node, "order");
  run->seed = integer_of(node, "seed");
  run->launches_done = integer_of(node, "launches_done");
  run->launches_failed = integer_of(node, "launches_failed");
  run->launches_min = integer_of(&launches, "min");
  run->launches_max = integer_of(&launches, "max");
  run->width = real_of(node, "width");
  run->load_at_start = real_of(node, "load_average_at_start");
  run->equivalence_margin = real_of(node, "equivalence_margin");
  if (!(run->equivalence_margin > 0 && run->equivalence_margin < 1))
    run->equivalence_margin = MARGIN_PERCENT / 100.0;
  run->drivers = text_of(node, "drivers");
  run->mpirun = text_of(node, "mpirun");
  run->mpirun_version = text_of(node, "mpirun_version");
  run->config_path = text_of(&config, "path");
  run->config_text = text_of(&config, "text");
  run->config_sha256 = text_of(&config, "sha256");
  each_object(&config, "includes", "config.includes[].", add_include);
}

static int compare_points(const void *left, const void *right) {
  const struct run_point *a = left, *b = right;
  return strcmp(a->cell_id, b->cell_id);
}

static void read_lists(struct run_file *run, const struct json_node *node) {
  read_settings(node, "environment", &run->environment, &run->environment_count);
  read_texts(node, "modules", &run->modules, &run->module_count);
  read_texts(node, "argv", &run->arguments, &run->argument_count);
  each_object(node, "builds", "builds[].", add_build);
  each_object(node, "sessions", "sessions[].", add_session);
  each_object(node, "points", "points[].", add_point);
  each_object(node, "excluded", "excluded[].", add_exclusion);
  each_object(node, "acceptance", "acceptance[].", add_acceptance);
  read_warnings(run, node);
  if (run->point_count > 0)
    qsort(run->points, run->point_count, sizeof *run->points, compare_points);
}

/* Of NULL, everything is unknown. */
static void read_all(struct run_file *run, const json_t *json) {
  const struct json_node node = {json, "", run};
  const struct json_node machine = child(&node, "machine", "machine.");
  const struct json_node build = child(&node, "build", "build.");
  read_facts(run, &node);
  read_machine(&run->machine, &machine);
  run->build = read_build(&build);
  read_lists(run, &node);
}

static int take(struct run_file *run, json_t *json, const json_error_t *why, const char *name,
                struct error *error) {
  int code = 0;
  if (json == NULL)
    code = error_set(error, EXIT_USAGE, "%s:%d: not JSON: %.200s", name, why->line, why->text);
  else if (!json_is_object(json))
    code = error_set(error, EXIT_USAGE, "%s:1: not a JSON object", name);
  run->found = code == 0;
  read_all(run, code == 0 ? json : NULL);
  json_decref(json);
  return code;
}

int run_file_parse(struct run_file *run, const char *text, size_t bytes, const char *name,
                   struct error *error) {
  json_error_t why;
  *run = (struct run_file){.path = copy(name)};
  json_t *json = json_loadb(text, bytes, 0, &why);
  return take(run, json, &why, name, error);
}

int run_file_read(struct run_file *run, const char *samples_path, struct error *error) {
  json_error_t why;
  const char *slash = strrchr(samples_path, '/');
  int folder = slash == NULL ? 0 : (int)(slash - samples_path) + 1;
  *run = (struct run_file){.path = grow_text("%.*srun.json", folder, samples_path)};
  bool is_run = strcmp(samples_path + folder, "samples.csv") == 0;
  FILE *file = is_run ? fopen(run->path, "re") : NULL;
  if (file == NULL) {
    int why_not = is_run ? errno : ENOENT;
    read_all(run, NULL);
    return why_not == ENOENT
               ? 0
               : error_set(error, EXIT_MACHINE, "%s: %s", run->path, strerror(why_not));
  }
  if (encoding_start(file, error) != 0) {
    fclose(file);
    return error_prefix(error, "%s", run->path);
  }
  json_t *json = json_loadf(file, 0, &why);
  fclose(file);
  return take(run, json, &why, run->path, error);
}

const struct run_point *run_file_point(const struct run_file *run, const char *cell_id) {
  for (size_t low = 0, high = run->point_count; low < high;) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(run->points[middle].cell_id, cell_id);
    if (order == 0)
      return &run->points[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const struct run_build *run_file_build(const struct run_file *run, const char *label) {
  for (size_t i = 0; i < run->build_count; i++)
    if (strcmp(run->builds[i].label, label) == 0)
      return &run->builds[i];
  return &run->build;
}

/* --- freeing ---------------------------------------------------------------------------------- */

static void free_texts(char *const *texts, size_t count) {
  for (size_t i = 0; i < count; i++)
    free(texts[i]);
}

#define FREE_TEXTS(...)                                                                            \
  free_texts((char *const[]){__VA_ARGS__}, sizeof((char *const[]){__VA_ARGS__}) / sizeof(char *))

static void free_build(struct run_build *build) {
  FREE_TEXTS(build->label, build->folder, build->version, build->git_revision, build->compiler,
             build->compiler_path, build->build_type, build->kernel_flags, build->sanitizers,
             build->mpi);
}

static void free_points(struct run_file *run) {
  for (size_t i = 0; i < run->point_count; i++) {
    struct run_point *point = &run->points[i];
    FREE_TEXTS(point->cell_id, point->enough, point->driver_options);
    free_settings(point->derived, point->derived_count);
  }
  for (size_t i = 0; i < run->exclusion_count; i++) {
    struct run_exclusion *exclusion = &run->exclusions[i];
    FREE_TEXTS(exclusion->kernel, exclusion->driver, exclusion->model, exclusion->why,
               exclusion->options, exclusion->driver_options);
  }
  for (size_t i = 0; i < run->acceptance_count; i++) {
    struct run_acceptance *acceptance = &run->acceptance[i];
    FREE_TEXTS(acceptance->cell_id, acceptance->point, acceptance->where, acceptance->metric,
               acceptance->unit);
  }
  free(run->points);
  free(run->exclusions);
  free(run->acceptance);
}

static void free_lists(struct run_file *run) {
  for (size_t i = 0; i < run->session_count; i++) {
    struct run_session *session = &run->sessions[i];
    FREE_TEXTS(session->run_id, session->start, session->end, session->result, session->host,
               session->config_sha256, session->differences);
  }
  for (size_t i = 0; i < run->include_count; i++)
    FREE_TEXTS(run->includes[i].name, run->includes[i].path, run->includes[i].sha256);
  for (size_t i = 0; i < run->warning_count; i++)
    FREE_TEXTS(run->warnings[i].kind, run->warnings[i].text, run->warnings[i].cell_id);
  for (size_t i = 0; i < run->build_count; i++)
    free_build(&run->builds[i]);
  free_texts(run->modules, run->module_count);
  free_texts(run->arguments, run->argument_count);
  free_texts(run->mistyped, run->mistyped_count);
  free_settings(run->environment, run->environment_count);
  free(run->sessions);
  free(run->includes);
  free(run->warnings);
  free(run->builds);
  free(run->modules);
  free(run->arguments);
  free(run->mistyped);
}

void run_file_free(struct run_file *run) {
  struct run_machine *machine = &run->machine;
  FREE_TEXTS(run->path, run->name, run->description, run->baseline, run->run_id, run->start,
             run->end, run->result, run->order, run->drivers, run->mpirun, run->mpirun_version,
             run->config_path, run->config_text, run->config_sha256);
  FREE_TEXTS(machine->host, machine->system, machine->kernel, machine->architecture,
             machine->processor, machine->governor, machine->binding, machine->cgroup_cpu_quota);
  free_build(&run->build);
  free_points(run);
  free_lists(run);
  *run = (struct run_file){0};
}
