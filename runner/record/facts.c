#include "runner/record/facts.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef QUARTET_HAVE_HWLOC
#  include <hwloc.h>
#endif

#include "common/build.h"
#include "common/grow.h"
#include "common/host.h"
#include "common/samples.h"
#include "common/sha256.h"
#include "runner/config/paths.h"
#include "runner/launch/command.h"
#include "runner/launch/schedule.h"
#include "runner/record/json_bytes.h"

extern char **environ;

char *run_id_make(char text[RUN_ID_TEXT]) {
  struct timespec now;
  struct tm utc;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &utc);
  size_t used = strftime(text, RUN_ID_TEXT, "%Y%m%dT%H%M%S", &utc);
  snprintf(text + used, RUN_ID_TEXT - used, ".%03ldZ-%d", now.tv_nsec / 1000000, (int)getpid());
  return text;
}

char *time_format(struct timespec time, char text[TIME_TEXT]) {
  struct tm utc;
  gmtime_r(&time.tv_sec, &utc);
  size_t used = strftime(text, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &utc);
  snprintf(text + used, TIME_TEXT - used, ".%03ldZ", time.tv_nsec / 1000000);
  return text;
}

/* An absolute path, so that it is still right when the current folder is another. */
static void set_path(json_t *object, const char *name, const char *path) {
  char *absolute = path_absolute(path);
  json_object_set_new(object, name, bytes_value(absolute));
  free(absolute);
}

/* The words of the command line, as they were given. */
static json_t *arguments_value(const struct run_facts *facts) {
  json_t *argv = json_array();
  for (int i = 0; i < facts->argc; i++)
    json_array_append_new(argv, bytes_value(facts->argv[i]));
  return argv;
}

static void set_time(json_t *object, const char *name, struct timespec time) {
  char text[TIME_TEXT];
  set_text(object, name, time.tv_sec == 0 ? NULL : time_format(time, text));
}

/* --- this build ------------------------------------------------------------------------------- */

/* A fact as run.json has it: git_dirty is true, false or null. */
static void set_build_fact(json_t *build, const char *name, const char *value) {
  if (strcmp(name, "git_dirty") != 0)
    set_text(build, name, value);
  else
    json_object_set_new(build, name,
                        strcmp(value, "true") == 0    ? json_true()
                        : strcmp(value, "false") == 0 ? json_false()
                                                      : json_null());
}

/* Of the drivers where there is one build of them, as they state it; what they do not state, and
 * with an axis of builds, is that of this program. */
static json_t *build_value(const struct run_facts *facts) {
  const json_t *builds = json_object_get(facts->conditions, "builds"), *own;
  json_t *build = json_object();
  for (size_t i = 0; i < build_fact_count; i++)
    set_build_fact(build, build_facts[i].name, build_facts[i].value);
  if (facts->config->build_count > 0 || (own = json_array_get(builds, 0)) == NULL)
    return build;
  json_object_set(build, "programs", json_object_get(own, "programs"));
  for (size_t i = 0; i < build_fact_count; i++) {
    const char *value = json_string_value(json_object_get(own, build_facts[i].name));
    if (value != NULL)
      set_build_fact(build, build_facts[i].name, value);
  }
  return build;
}

/* The builds on the axis, each with what its own driver says of it. */
static json_t *builds_value(const struct run_facts *facts) {
  const struct config *config = facts->config;
  const json_t *found = json_object_get(facts->conditions, "builds");
  json_t *builds = json_array();
  for (size_t i = 0; i < config->build_count; i++) {
    const struct build *build = &config->builds[i];
    json_t *value = json_object();
    set_text(value, "label", build->label);
    set_path(value, "folder", build->folder);
    for (size_t k = 0; k < build->fact_count; k++)
      set_build_fact(value, build->facts[k].name, build->facts[k].value);
    json_object_set(value, "programs", json_object_get(json_array_get(found, i), "programs"));
    json_array_append_new(builds, value);
  }
  return builds;
}

/* --- this machine ----------------------------------------------------------------------------- */

/* The first line of a small file; null if it cannot be read. */
static json_t *file_value(const char *path) {
  char line[256];
  FILE *file = fopen(path, "r");
  if (file == NULL)
    return json_null();
  bool read = fgets(line, sizeof line, file) != NULL;
  fclose(file);
  line[read ? strcspn(line, "\n") : 0] = '\0';
  return read ? text_value(line) : json_null();
}

/* The CPU quota as text, as in runs of earlier versions: "1.5 CPUs"; null without a quota. */
static json_t *quota_value(void) {
  double quota = host_cpu_quota();
  if (isinf(quota))
    return json_null();
  char *text = grow_text("%.6g CPUs", quota);
  json_t *value = text_value(text);
  free(text);
  return value;
}

#ifdef QUARTET_HAVE_HWLOC
static json_t *topology_value(void) {
  hwloc_topology_t topology;
  if (hwloc_topology_init(&topology) != 0)
    return json_null();
  if (hwloc_topology_load(topology) != 0) {
    hwloc_topology_destroy(topology);
    return json_null();
  }
  json_t *value = json_object();
  static const struct {
    const char *name;
    hwloc_obj_type_t type;
  } counts[] = {{"packages", HWLOC_OBJ_PACKAGE},
                {"numa_nodes", HWLOC_OBJ_NUMANODE},
                {"cores", HWLOC_OBJ_CORE},
                {"hardware_threads", HWLOC_OBJ_PU}},
    caches[] = {{"l1d", HWLOC_OBJ_L1CACHE}, {"l2", HWLOC_OBJ_L2CACHE}, {"l3", HWLOC_OBJ_L3CACHE}};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    set_integer(value, counts[i].name, hwloc_get_nbobjs_by_type(topology, counts[i].type));
  for (size_t i = 0; i < sizeof caches / sizeof *caches; i++) {
    hwloc_obj_t cache = hwloc_get_obj_by_type(topology, caches[i].type, 0);
    char name[32];
    if (cache == NULL)
      continue;
    snprintf(name, sizeof name, "%s_count", caches[i].name);
    set_integer(value, name, hwloc_get_nbobjs_by_type(topology, caches[i].type));
    snprintf(name, sizeof name, "%s_bytes", caches[i].name);
    set_integer(value, name, (int64_t)cache->attr->cache.size);
  }
  hwloc_topology_destroy(topology);
  return value;
}
#else
static json_t *topology_value(void) {
  return json_null();
}
#endif

static json_t *machine_value(const struct run_facts *facts) {
  json_t *machine = json_object();
  char text[HOST_TEXT];
  struct utsname system;
  set_text(machine, "host", host_name(text));
  if (uname(&system) == 0) {
    set_text(machine, "system", system.sysname);
    set_text(machine, "kernel", system.release);
    set_text(machine, "kernel_build", system.version);
    set_text(machine, "architecture", system.machine);
  }
  set_text(machine, "processor", host_processor(text));
  set_integer(machine, "cores", facts->plan->machine_cores);
  const struct resources *resources = &facts->plan->resources;
  set_integer(machine, "nodes", resources->nodes);
  set_integer(machine, "node_cores", resources->node_cores);
  set_integer(machine, "own_cores", resources->own_cores);
  set_integer(machine, "physical_cores", facts->tools->physical_cores);
  set_integer(machine, "cores_online", sysconf(_SC_NPROCESSORS_ONLN));
  set_text(machine, "binding", host_binding(text));
  set_integer(machine, "memory_bytes",
              (int64_t)sysconf(_SC_PHYS_PAGES) * (int64_t)sysconf(_SC_PAGESIZE));
  json_object_set_new(machine, "governor",
                      file_value("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
  json_object_set_new(machine, "cgroup_cpu_quota", quota_value());
  json_object_set_new(machine, "topology", topology_value());
  return machine;
}

/* --- this run --------------------------------------------------------------------------------- */

static json_t *environment_value(void) {
  static const char *const prefixes[] = {"OMP_",   "GOMP_",  "KMP_",   "OMPI_",  "PMIX_",
                                         "MPICH_", "HYDRA_", "I_MPI_", "SLURM_", "QUARTET_"};
  json_t *variables = json_object();
  for (char **variable = environ; *variable != NULL; variable++) {
    size_t length = strcspn(*variable, "=");
    bool wanted = false;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
      wanted |= strncmp(*variable, prefixes[i], strlen(prefixes[i])) == 0;
    if (!wanted || (*variable)[length] != '=')
      continue;
    char *name = grow_text("%.*s", (int)length, *variable);
    json_object_set_new(variables, name, bytes_value(*variable + length + 1));
    free(name);
  }
  return variables;
}

/* The environment modules that are loaded; null without such a system. */
static json_t *modules_value(void) {
  const char *at = getenv("LOADEDMODULES");
  if (at == NULL)
    return json_null();
  json_t *modules = json_array();
  while (*at != '\0') {
    size_t length = strcspn(at, ":");
    char *name = grow_text("%.*s", (int)length, at);
    if (length > 0)
      json_array_append_new(modules, text_value(name));
    free(name);
    at += length + (at[length] == ':');
  }
  return modules;
}

/* The path of a resumed run stays as it is: /dev/stdin would now lead elsewhere. */
static json_t *config_value(const struct run_facts *facts) {
  const struct config *config = facts->config;
  json_t *value = json_object();
  char digest[SHA256_TEXT];
  if (facts->record != NULL)
    json_object_set_new(value, "path", bytes_value(config->path));
  else
    set_path(value, "path", config->path);
  set_text(value, "sha256", sha256_hex(config->document.text, config->document.bytes, digest));
  set_text(value, "text", config->document.text);
  json_t *includes = json_array();
  for (size_t i = 0; i < config->include_count; i++) {
    const struct included *included = &config->includes[i];
    json_t *file = json_object();
    set_text(file, "name", included->name);
    set_path(file, "path", included->path);
    set_text(file, "sha256", sha256_hex(included->document.text, included->document.bytes, digest));
    set_text(file, "text", included->document.text);
    json_array_append_new(includes, file);
  }
  json_object_set_new(value, "includes", includes);
  return value;
}

/* The names of `derive` that are no factors. */
static json_t *derived_value(const struct point *point, const struct config *config) {
  json_t *value = json_object();
  for (size_t i = 0; i < config->derivation_count; i++) {
    const struct derivation *derivation = &config->derivations[i];
    long double number = point->derived[i];
    bool whole = number == floorl(number) && fabsl(number) < 9e18L;
    if (derivation->factor != FACTOR_COUNT)
      continue;
    json_object_set_new(value, derivation->name,
                        expression_type(derivation->expression) == EXPRESSION_TRUTH
                            ? json_boolean(number != 0)
                        : whole ? json_integer((json_int_t)number)
                                : json_real((double)number));
  }
  return value;
}

json_t *facts_point(const struct point *point, const struct config *config) {
  json_t *value = json_object(), *options = json_object(), *driver_options = json_object();
  set_text(value, "kernel", point->workload->kernel);
  for (size_t i = 0; i < point->workload->settings.count; i++)
    set_text(options, point->workload->settings.items[i].name,
             point->workload->settings.items[i].value);
  json_object_set_new(value, "options", options);
  set_text(value, "model", point_model(point));
  set_text(value, "driver", point->setup->driver->name);
  for (size_t i = 0; i < point->setup->settings.count; i++)
    set_text(driver_options, point->setup->settings.items[i].name,
             point->setup->settings.items[i].value);
  json_object_set_new(value, "driver_options", driver_options);
  if (point->build != NULL)
    set_text(value, "build", point->build->label);
  const struct {
    const char *name;
    int64_t value;
  } numbers[] = {{"n", point->n},         {"jobs", point->jobs},
                 {"grain", point->grain}, {"cores", point->cores},
                 {"ranks", point->ranks}, {"threads", point->threads},
                 {"reps", point->reps},   {"warmup", point->warmup},
                 {"nodes", point->nodes}, {"ranks_per_node", point->ranks_per_node}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    set_integer(value, numbers[i].name, numbers[i].value);
  json_object_set_new(value, "oversubscribed", json_boolean(point->oversubscribed));
  if (config->scaling.weak) { /* of which n was made, and its share of the requested work */
    set_integer(value, "base_n", point->base_n);
    json_object_set_new(value, "work_met", isnan(point->met) ? json_null() : json_real(point->met));
  }
  if (point->derived != NULL)
    json_object_set_new(value, "derived", derived_value(point, config));
  return value;
}

static json_t *bound_value(enum binding binding) {
  return binding == BINDING_UNKNOWN ? json_null() : json_boolean(binding == BINDING_GOT);
}

static void set_points(json_t *run, const struct run_facts *facts) {
  const struct plan *plan = facts->plan;
  const struct launch_schedule *schedule = facts->schedule;
  json_t *points = json_array(), *excluded = json_array();
  for (size_t i = 0; i < plan->point_count; i++) {
    json_t *value = facts_point(&plan->points[i], facts->config);
    set_text(value, "cell_id", plan->points[i].cell_id);
    char *command = command_text(&plan->points[i], facts->tools);
    json_object_set_new(value, "command", bytes_value(command));
    free(command);
    set_integer(value, "launches", schedule->tracks[i].settled);
    set_text(value, "enough", enough_name(schedule_enough(schedule, i)));
    json_object_set_new(value, "binding_as_asked", bound_value(schedule->tracks[i].binding));
    json_array_append_new(points, value);
  }
  for (size_t i = 0; i < plan->omission_count; i++)
    if (plan->omissions[i].excluded) {
      json_t *value = facts_point(&plan->omissions[i].point, facts->config);
      set_text(value, "why", plan->omissions[i].why);
      json_array_append_new(excluded, value);
    }
  json_object_set_new(run, "points", points);
  json_object_set_new(run, "excluded", excluded);
}

/* Sessions of one population measure under the same conditions: their launches are one sample. */
static void set_conditions(json_t *session, const json_t *before, const struct run_facts *facts) {
  const struct differences *differences = facts->differences;
  size_t count = json_array_size(before);
  const json_t *last = count > 0 ? json_array_get(before, count - 1) : NULL;
  json_int_t population = json_integer_value(json_object_get(last, "population"));
  json_t *texts = json_array();
  bool other = false; /* whether rows of another build exist beside those of the first */
  for (size_t i = 0; differences != NULL && i < differences->count; i++) {
    json_array_append_new(texts, text_value(differences->items[i].text));
    other |= differences->items[i].kind != CONDITION_BUILD || !facts->rows_name_build;
  }
  if (population < 1)
    population = 1;
  set_integer(session, "population", population + other);
  json_object_set_new(session, "differences", texts);
  json_object_update(session, (json_t *)(uintptr_t)facts->conditions);
}

static void set_shard(json_t *object, const struct shard *shard) {
  if (shard->count == 0)
    return;
  json_t *value = json_object();
  set_integer(value, "index", shard->index);
  set_integer(value, "count", shard->count);
  json_object_set_new(object, "shard", value);
}

/* Each start of sweep on this run, this one last. */
static void set_sessions(json_t *run, const struct run_facts *facts) {
  json_t *sessions = facts->record != NULL ? json_deep_copy(facts->record->sessions) : NULL;
  json_t *session = json_object();
  char digest[SHA256_TEXT], host[HOST_TEXT];
  if (sessions == NULL)
    sessions = json_array();
  set_text(session, "run_id", facts->run_id);
  set_time(session, "start", facts->start);
  set_time(session, "end", facts->end);
  set_text(session, "result", facts->result);
  set_integer(session, "launches_before", (int64_t)facts->launches_before);
  set_integer(session, "launches", (int64_t)(facts->counts.done - facts->launches_before));
  set_text(session, "host", host_name(host));
  set_shard(session, &facts->plan->shard);
  set_text(session, "config_sha256",
           sha256_hex(facts->config->document.text, facts->config->document.bytes, digest));
  json_t *includes = json_array();
  for (size_t i = 0; i < facts->config->include_count; i++) {
    const struct yaml_document *document = &facts->config->includes[i].document;
    json_array_append_new(includes,
                          json_string(sha256_hex(document->text, document->bytes, digest)));
  }
  json_object_set_new(session, "includes_sha256", includes);
  json_object_set_new(session, "argv", arguments_value(facts));
  set_conditions(session, sessions, facts);
  json_array_append_new(sessions, session);
  json_object_set_new(run, "sessions", sessions);
}

/* Whether the array has an object like this one. */
static bool has_equal(const json_t *array, const json_t *object) {
  const json_t *item;
  size_t i;
  json_array_foreach(array, i, item) if (json_equal(item, object)) return true;
  return false;
}

/* What all sessions warned of: that of earlier ones first, each once. */
static json_t *warnings_value(const struct run_facts *facts) {
  json_t *warnings = facts->record != NULL ? json_deep_copy(facts->record->warnings) : NULL;
  if (!json_is_array(warnings)) {
    json_decref(warnings);
    warnings = json_array();
  }
  for (size_t i = 0; i < facts->warnings->count; i++) {
    const struct warning *warning = &facts->warnings->items[i];
    json_t *value = json_object();
    set_text(value, "kind", warning->kind);
    set_text(value, "text", warning->text);
    set_text(value, "run_id", facts->run_id);
    if (*warning->cell_id != '\0')
      set_text(value, "cell_id", warning->cell_id);
    if (!has_equal(warnings, value))
      json_array_append(warnings, value);
    json_decref(value);
  }
  return warnings;
}

json_t *facts_acceptance(const struct acceptance *acceptance) {
  json_t *verdicts = json_array();
  for (size_t i = 0; acceptance != NULL && i < acceptance->count; i++) {
    const struct acceptance_verdict *verdict = &acceptance->items[i];
    char text[POINT_TEXT];
    json_t *value = json_object();
    set_text(value, "cell_id", verdict->point != NULL ? verdict->point->cell_id : NULL);
    set_text(value, "point", verdict->point != NULL ? point_text(verdict->point, text) : NULL);
    set_text(value, "where",
             verdict->reference->cell_id == NULL
                 ? (const char *)verdict->reference->at.node->data.scalar.value
                 : NULL);
    set_text(value, "metric", metric_names[verdict->reference->metric]);
    set_real(value, "reference", verdict->reference->value);
    set_real(value, "lower", verdict->lower);
    set_real(value, "upper", verdict->upper);
    set_real(value, "measured", verdict->measured);
    set_text(value, "unit", verdict->unit);
    json_object_set_new(value, "accepted", json_boolean(verdict->accepted));
    json_array_append_new(verdicts, value);
  }
  return verdicts;
}

/* The settings of launches, which determine what a comparison may assume. */
static void set_measure(json_t *run, const struct plan *plan, const struct config *config) {
  json_t *launches = json_object();
  set_text(run, "order", order_names[plan->order]);
  set_integer(launches, "min", plan->least);
  set_integer(launches, "max", plan->most);
  json_object_set_new(run, "launches", launches);
  json_object_set_new(run, "width", plan->width > 0 ? json_real(plan->width) : json_null());
  json_object_set_new(run, "equivalence_margin", json_real(config->measure.equivalence));
}

static json_t *run_value(const struct run_facts *facts) {
  json_t *run = json_object();
  double load[3];
  set_text(run, "schema", SAMPLES_SCHEMA);
  set_text(run, "run_id", facts->run_id);
  set_text(run, "name", facts->config->name);
  set_text(run, "description", facts->config->description);
  set_text(run, "baseline", facts->config->baseline);
  set_shard(run, &facts->plan->shard);
  set_integer(run, "seed", facts->plan->seed);
  set_measure(run, facts->plan, facts->config);
  set_text(run, "result", facts->result);
  const json_t *first =
      facts->record != NULL ? json_object_get(facts->record->json, "start") : NULL;
  if (json_is_string(first))
    set_text(run, "start", json_string_value(first));
  else
    set_time(run, "start", facts->start);
  set_time(run, "end", facts->end);
  set_integer(run, "launches_done", (int64_t)facts->counts.done);
  set_integer(run, "launches_failed", (int64_t)facts->counts.failed);
  json_object_set_new(run, "argv", arguments_value(facts));
  json_object_set_new(run, "config", config_value(facts));
  set_sessions(run, facts);
  set_path(run, "drivers", facts->tools->drivers);
  json_object_set_new(run, "build", build_value(facts));
  if (facts->config->build_count > 0)
    json_object_set_new(run, "builds", builds_value(facts));
  const struct launcher *launcher = &facts->tools->launchers[0];
  set_text(run, "launcher", launcher_kind_name(launcher->kind));
  set_text(run, "mpirun", launcher->program);
  set_text(run, "mpirun_version", launcher->version);
  json_object_set_new(run, "machine", machine_value(facts));
  /* The load is that of the start: it is what could disturb, and later it is our own. */
  static double load_at_start = -1;
  if (load_at_start < 0 && getloadavg(load, 3) > 0)
    load_at_start = load[0];
  json_object_set_new(run, "load_average_at_start", json_real(load_at_start));
  json_object_set_new(run, "environment", environment_value());
  json_object_set_new(run, "modules", modules_value());
  json_object_set_new(run, "warnings", warnings_value(facts));
  json_object_set_new(run, "acceptance", facts_acceptance(facts->acceptance));
  set_points(run, facts);
  return run;
}

static int write_text(int folder, const char *text, size_t bytes) {
  int file = openat(folder, ".run.json.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return -1;
  while (bytes > 0) {
    ssize_t written = write(file, text, bytes);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      break;
    text += written;
    bytes -= (size_t)written;
  }
  int failed = bytes > 0 || fsync(file) != 0;
  int why = errno;
  failed |= close(file) != 0;
  if (!failed)
    return renameat(folder, ".run.json.new", folder, "run.json");
  unlinkat(folder, ".run.json.new", 0);
  errno = why;
  return -1;
}

int facts_write_value(const json_t *run, int folder, struct error *error) {
  char *text = json_dumps(run, JSON_INDENT(2) | JSON_REAL_PRECISION(FACTS_DIGITS));
  if (text == NULL)
    return error_set(error, EXIT_MACHINE, "run.json: out of memory");
  size_t bytes = strlen(text);
  text[bytes] = '\n'; /* in the place of the NUL */
  int code = 0;
  if (write_text(folder, text, bytes + 1) != 0)
    code = error_set(error, EXIT_MACHINE, "run.json cannot be written: %s", strerror(errno));
  free(text);
  return code;
}

int facts_write(const struct run_facts *facts, int folder, struct error *error) {
  json_t *run = run_value(facts);
  int code = facts_write_value(run, folder, error);
  json_decref(run);
  return code;
}
