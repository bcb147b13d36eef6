#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/exports/exports.h"
#include "analysis/exports/json_writer.h"
#include "analysis/exports/point_names.h"
#include "common/grow.h"
#include "common/stats.h"

/* --- context ---------------------------------------------------------------------------------- */

/* Unknown values are omitted, as Google Benchmark does. */
static void put_known(struct json_writer *json, const char *name, const char *text) {
  if (*text != '\0')
    json_put_text(json, name, text);
}

/* The first launch of all: since 1970, in ns; 0 unknown. */
static int64_t first_start(const struct dataset *data) {
  int64_t first_ns = 0;
  for (size_t i = 0; i < data->point_count; i++)
    for (size_t k = 0; k < data->points[i].launch_count; k++) {
      int64_t start_ns = data->points[i].launches[k].start_ns;
      if (start_ns > 0 && (first_ns == 0 || start_ns < first_ns))
        first_ns = start_ns;
    }
  return first_ns;
}

/* The context that the rows alone contain. */
static void put_rows(struct json_writer *json, const struct dataset *data) {
  char date[32];
  struct tm utc;
  time_t start = (time_t)(first_start(data) / 1000000000);
  if (start != 0 && gmtime_r(&start, &utc) != NULL &&
      strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S+00:00", &utc) > 0)
    json_put_text(json, "date", date);
  if (data->machine_count > 0)
    put_known(json, "host_name", data->machines[0].hosts);
}

static void put_run(struct json_writer *json, const struct run_file *run) {
  const struct run_machine *machine = &run->machine;
  const struct run_build *build = &run->build;
  put_known(json, "date", run->start);
  put_known(json, "host_name", machine->host);
  if (run->argument_count > 0)
    json_put_text(json, "executable", run->arguments[0]);
  if (machine->cores_online != RUN_UNKNOWN)
    json_put_integer(json, "num_cpus", machine->cores_online);
  if (*machine->governor != '\0')
    json_put_bool(json, "cpu_scaling_enabled", strcmp(machine->governor, "performance") != 0);
  if (run->load_at_start >= 0) { /* unknown: NaN or negative */
    json_begin_array(json, "load_avg");
    json_put_real(json, NULL, run->load_at_start);
    json_end_array(json);
  }
  if (*build->build_type != '\0')
    json_put_text(json, "library_build_type",
                  strcmp(build->build_type, "Debug") == 0 ? "debug" : "release");
  put_known(json, "run_id", run->run_id);
  put_known(json, "processor", machine->processor);
  put_known(json, "compiler", build->compiler);
  put_known(json, "quartet_version", build->version);
  put_known(json, "git_revision", build->git_revision);
}

static void put_context(struct json_writer *json, const struct dataset *data,
                        const struct run_file *run) {
  json_begin_object(json, "context");
  if (run != NULL && run->found)
    put_run(json, run);
  else
    put_rows(json, data);
  json_put_integer(json, "json_schema_version", 1);
  json_end_object(json);
}

/* --- benchmarks ------------------------------------------------------------------------------- */

/* A point under its name, with its verified launches. */
struct benchmark {
  const struct data_point *point;
  const struct data_launch **launches;
  size_t count;
  char *name;
  size_t family;
};

/* The mean over the timed repetitions; NaN where the CPU time is unknown. */
static double cpu_ns(const struct data_launch *launch) {
  return launch->cpu_s / (double)launch->count * 1e9;
}

/* Work over time. A kernel that has no such work has no rate. */
static void put_rates(struct json_writer *json, const struct data_point *point, double time_s) {
  if (point->figures[COLUMN_work_op] > 0)
    json_put_real(json, "items_per_second", point->figures[COLUMN_work_op] / time_s);
  if (point->figures[COLUMN_work_byte] > 0)
    json_put_real(json, "bytes_per_second", point->figures[COLUMN_work_byte] / time_s);
}

/* The keys that entries of launches and of aggregates share. */
static void begin_entry(struct json_writer *json, const struct benchmark *benchmark,
                        const char *name, const char *type) {
  json_begin_object(json, NULL);
  json_put_text(json, "name", name);
  json_put_size(json, "family_index", benchmark->family);
  json_put_size(json, "per_family_instance_index", 0);
  json_put_text(json, "run_name", benchmark->name);
  json_put_text(json, "run_type", type);
  json_put_size(json, "repetitions", benchmark->count);
}

static void put_times(struct json_writer *json, const struct benchmark *benchmark, double real_ns,
                      double processor_ns) {
  json_put_integer(json, "threads", benchmark->point->threads);
  json_put_real(json, "real_time", real_ns);
  if (isfinite(processor_ns))
    json_put_real(json, "cpu_time", processor_ns);
  json_put_text(json, "time_unit", "ns");
}

static void put_launch(struct json_writer *json, const struct benchmark *benchmark, size_t index) {
  const struct data_launch *launch = benchmark->launches[index];
  begin_entry(json, benchmark, benchmark->name, "iteration");
  json_put_size(json, "repetition_index", index);
  json_put_size(json, "iterations", launch->count);
  put_times(json, benchmark, launch->median_s * 1e9, cpu_ns(launch));
  put_rates(json, benchmark->point, launch->median_s);
  json_put_integer(json, "launch", launch->number);
  json_end_object(json);
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

static void put_aggregates(struct json_writer *json, const struct benchmark *benchmark) {
  static const char *const names[AGGREGATES] = {"mean", "median", "stddev"};
  double *walls = NULL, *cpus = NULL, real_ns[AGGREGATES], processor_ns[AGGREGATES];
  size_t wall_count = 0, cpu_count = 0;
  bool has_cpu = true;
  for (size_t i = 0; i < benchmark->count; i++) {
    *GROW(walls, wall_count) = benchmark->launches[i]->median_s * 1e9;
    *GROW(cpus, cpu_count) = cpu_ns(benchmark->launches[i]);
    has_cpu = has_cpu && isfinite(cpus[i]);
  }
  aggregate(walls, wall_count, real_ns);
  if (has_cpu)
    aggregate(cpus, cpu_count, processor_ns);
  for (int i = 0; i < AGGREGATES; i++) {
    char *name = grow_text("%s_%s", benchmark->name, names[i]);
    begin_entry(json, benchmark, name, "aggregate");
    json_put_text(json, "aggregate_name", names[i]);
    json_put_text(json, "aggregate_unit", "time");
    json_put_size(json, "iterations", benchmark->count);
    put_times(json, benchmark, real_ns[i], has_cpu ? processor_ns[i] : NAN);
    if (i != STDDEV) /* work over a deviation is no rate */
      put_rates(json, benchmark->point, real_ns[i] * 1e-9);
    json_end_object(json);
    free(name);
  }
  free(walls);
  free(cpus);
}

static void put_point(struct json_writer *json, const struct dataset *data, size_t index) {
  struct benchmark benchmark = {.point = &data->points[index], .family = index};
  for (size_t i = 0; i < benchmark.point->launch_count; i++)
    if (benchmark.point->launches[i].status == STATUS_OK && benchmark.point->launches[i].count > 0)
      *GROW(benchmark.launches, benchmark.count) = &benchmark.point->launches[i];
  benchmark.name = point_name(data, benchmark.point);
  for (size_t i = 0; i < benchmark.count; i++)
    put_launch(json, &benchmark, i);
  if (benchmark.count > 1) /* as Google Benchmark does */
    put_aggregates(json, &benchmark);
  free(benchmark.name);
  free(benchmark.launches);
}

int export_google_benchmark(FILE *file, const struct dataset *data, const struct run_file *run,
                            struct error *error) {
  struct json_writer json = {.file = file};
  json_begin_object(&json, NULL);
  put_context(&json, data, run);
  json_begin_array(&json, "benchmarks");
  for (size_t i = 0; i < data->point_count; i++)
    put_point(&json, data, i);
  json_end_array(&json);
  json_end_object(&json);
  return export_check(file, error);
}
