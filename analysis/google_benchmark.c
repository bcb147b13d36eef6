/* The JSON of Google Benchmark, for its tools/compare.py and what else reads it:
 * https://github.com/google/benchmark/blob/main/docs/user_guide.md#output-formats */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/export.h"
#include "analysis/json.h"
#include "analysis/series.h"
#include "common/grow.h"
#include "common/stats.h"

/* --- context -------------------------------------------------------------------------------------
 */

/* The run.json beside a samples.csv; NULL if there is none, or if it cannot be read, which *error
 * then says. A CSV of another name is a driver's own, and a run.json beside it of something else.
 */
static json_t *read_run(const char *samples, struct error *error) {
  static const char name[] = "samples.csv";
  size_t length = strlen(samples), folder = length - (sizeof name - 1);
  if (length < sizeof name - 1 || strcmp(samples + folder, name) != 0)
    return NULL;
  json_error_t why;
  json_t *run = NULL;
  char *path = grow_text("%.*srun.json", (int)folder, samples);
  FILE *file = fopen(path, "re");
  if (file != NULL) {
    run = json_loadf(file, 0, &why);
    if (run == NULL)
      error_set(error, EXIT_USAGE, "%s:%d: %s", path, why.line, why.text);
    fclose(file);
  } else if (errno != ENOENT) {
    error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(errno));
  }
  free(path);
  return run;
}

/* Copies a value of run.json under another name; null and what is not there is left out. */
static void take(json_t *context, const char *name, const json_t *object, const char *key) {
  json_t *value = json_object_get(object, key);
  if (value != NULL && !json_is_null(value))
    json_object_set(context, name, value);
}

static void take_run(json_t *context, const json_t *run) {
  const json_t *machine = json_object_get(run, "machine"), *build = json_object_get(run, "build");
  const char *governor = json_string_value(json_object_get(machine, "governor"));
  const char *type = json_string_value(json_object_get(build, "build_type"));
  json_t *load = json_object_get(run, "load_average_at_start");
  take(context, "date", run, "start");
  take(context, "host_name", machine, "host");
  take(context, "num_cpus", machine, "cores_online");
  if (governor != NULL)
    json_object_set_new(context, "cpu_scaling_enabled",
                        json_boolean(strcmp(governor, "performance") != 0));
  if (json_number_value(load) > 0) /* what cannot be told is negative */
    json_object_set_new(context, "load_avg", json_pack("[O]", load));
  if (type != NULL)
    json_object_set_new(context, "library_build_type",
                        json_string(strcmp(type, "Debug") == 0 ? "debug" : "release"));
  json_t *program = json_array_get(json_object_get(run, "argv"), 0);
  if (program != NULL)
    json_object_set(context, "executable", program);
  take(context, "run_id", run, "run_id");
  take(context, "processor", machine, "processor");
  take(context, "compiler", build, "compiler");
  take(context, "quartet_version", build, "version");
  take(context, "git_revision", build, "git_revision");
}

/* What the rows themselves tell. */
static void take_rows(json_t *context, const struct series_set *set) {
  char date[32];
  struct tm utc;
  time_t start = (time_t)(set->start_ns / 1000000000);
  if (set->start_ns != 0 && gmtime_r(&start, &utc) != NULL &&
      strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+00:00", &utc) > 0)
    json_object_set_new(context, "date", json_string(date));
  if (set->host != NULL && *set->host != '\0')
    json_object_set_new(context, "host_name", json_text(set->host));
}

static json_t *context_value(const struct series_set *set, const char *samples,
                             struct error *error) {
  json_t *context = json_object(), *run = read_run(samples, error);
  take_rows(context, set);
  if (run != NULL)
    take_run(context, run);
  json_object_set_new(context, "json_schema_version", json_integer(1));
  json_decref(run);
  return context;
}

/* --- benchmarks ----------------------------------------------------------------------------------
 */

/* A series under its name. */
struct benchmark {
  const struct series *series;
  const char *name;
  size_t family;
};

/* What repetitions and aggregates have in common. A figure that is not there is left out: jansson
 * makes no number of NaN. */
static json_t *entry_value(const struct benchmark *benchmark, const char *name, const char *type,
                           double wall_ns, double cpu_ns) {
  json_t *entry = json_object();
  json_object_set_new(entry, "name", json_text(name));
  json_object_set_new(entry, "family_index", json_integer((json_int_t)benchmark->family));
  json_object_set_new(entry, "per_family_instance_index", json_integer(0));
  json_object_set_new(entry, "run_name", json_text(benchmark->name));
  json_object_set_new(entry, "run_type", json_string(type));
  json_object_set_new(entry, "repetitions", json_integer((json_int_t)benchmark->series->count));
  json_object_set_new(entry, "threads", json_integer(benchmark->series->threads));
  json_object_set_new(entry, "real_time", json_real(wall_ns));
  json_object_set_new(entry, "cpu_time", json_real(cpu_ns));
  json_object_set_new(entry, "time_unit", json_string("ns"));
  return entry;
}

/* Work over time: that of all repetitions is the same. A kernel that has no such work has no rate.
 */
static void set_rates(json_t *entry, const struct measurement *work, double wall_s) {
  if (work->operations > 0)
    json_object_set_new(entry, "items_per_second", json_real(work->operations / wall_s));
  if (work->bytes > 0)
    json_object_set_new(entry, "bytes_per_second", json_real(work->bytes / wall_s));
}

static json_t *repetition_value(const struct benchmark *benchmark, size_t index) {
  const struct measurement *m = &benchmark->series->measurements[index];
  json_t *entry = entry_value(benchmark, benchmark->name, "iteration", m->wall_ns, m->cpu_ns);
  json_object_set_new(entry, "repetition_index", json_integer((json_int_t)index));
  json_object_set_new(entry, "iterations", json_integer(1));
  set_rates(entry, m, m->wall_s);
  json_object_set_new(entry, "launch", json_integer(m->launch));
  json_object_set_new(entry, "rep", json_integer(m->rep));
  return entry;
}

enum aggregate { MEAN, MEDIAN, STDDEV, AGGREGATES };

/* All three of the values, which it sorts. */
static void aggregate(double *values, size_t count, double results[AGGREGATES]) {
  double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  double mean = sum / (double)count;
  for (size_t i = 0; i < count; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  stats_sort(values, count);
  results[MEAN] = mean;
  results[MEDIAN] = stats_median(values, count);
  results[STDDEV] = sqrt(squares / (double)(count - 1));
}

static void append_aggregates(json_t *list, const struct benchmark *benchmark) {
  static const char *const names[AGGREGATES] = {"mean", "median", "stddev"};
  const struct series *series = benchmark->series;
  double *walls = NULL, *cpus = NULL, wall_ns[AGGREGATES], cpu_ns[AGGREGATES];
  size_t wall_count = 0, cpu_count = 0;
  for (size_t i = 0; i < series->count; i++) {
    *GROW(walls, wall_count) = series->measurements[i].wall_ns;
    *GROW(cpus, cpu_count) = series->measurements[i].cpu_ns;
  }
  aggregate(walls, wall_count, wall_ns);
  aggregate(cpus, cpu_count, cpu_ns);
  for (int i = 0; i < AGGREGATES; i++) {
    char *name = grow_text("%s_%s", benchmark->name, names[i]);
    json_t *entry = entry_value(benchmark, name, "aggregate", wall_ns[i], cpu_ns[i]);
    json_object_set_new(entry, "aggregate_name", json_string(names[i]));
    json_object_set_new(entry, "aggregate_unit", json_string("time"));
    json_object_set_new(entry, "iterations", json_integer((json_int_t)series->count));
    if (i != STDDEV) /* work over a deviation is no rate */
      set_rates(entry, series->measurements, wall_ns[i] * 1e-9);
    json_array_append_new(list, entry);
    free(name);
  }
  free(walls);
  free(cpus);
}

static json_t *benchmarks_value(const struct series_set *set) {
  json_t *list = json_array();
  for (size_t i = 0; i < set->count; i++) {
    char *name = series_name(set, &set->items[i]);
    struct benchmark benchmark = {&set->items[i], name, i};
    for (size_t k = 0; k < benchmark.series->count; k++)
      json_array_append_new(list, repetition_value(&benchmark, k));
    if (benchmark.series->count > 1) /* as Google Benchmark does */
      append_aggregates(list, &benchmark);
    free(name);
  }
  return list;
}

int export_google_benchmark(FILE *file, const char *samples, struct error *error) {
  struct series_set set;
  if (series_read(&set, samples, error) == 0) {
    json_t *document = json_object();
    json_object_set_new(document, "context", context_value(&set, samples, error));
    json_object_set_new(document, "benchmarks", benchmarks_value(&set));
    if (error->code == 0)
      json_write(file, document, JSON_INDENT(2), error);
    else
      json_decref(document);
  }
  series_free(&set);
  return error->code;
}
