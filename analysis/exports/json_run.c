/* What run.json says. */
#include <string.h>

#include "analysis/exports/answer_json.h"

static void put_integer(struct json_writer *json, const char *name, int64_t value) {
  if (value == RUN_UNKNOWN)
    json_put_null(json, name);
  else
    json_put_integer(json, name, value);
}

static void put_truth(struct json_writer *json, const char *name, enum truth truth) {
  if (truth == TRUTH_UNKNOWN)
    json_put_null(json, name);
  else
    json_put_bool(json, name, truth == TRUTH_YES);
}

static void put_machine(struct json_writer *json, const struct run_machine *machine) {
  json_begin_object(json, "machine");
  json_put_known(json, "host", machine->host);
  json_put_known(json, "processor", machine->processor);
  json_put_known(json, "architecture", machine->architecture);
  put_integer(json, "cores", machine->cores);
  put_integer(json, "physical_cores", machine->physical_cores);
  put_integer(json, "cores_online", machine->cores_online);
  put_integer(json, "packages", machine->packages);
  put_integer(json, "numa_nodes", machine->numa_nodes);
  put_integer(json, "hardware_threads", machine->hardware_threads);
  put_integer(json, "l1d_bytes", machine->l1d_bytes);
  put_integer(json, "l2_bytes", machine->l2_bytes);
  put_integer(json, "l3_bytes", machine->l3_bytes);
  put_integer(json, "memory_bytes", machine->memory_bytes);
  json_put_known(json, "governor", machine->governor);
  json_put_known(json, "binding", machine->binding);
  json_put_known(json, "cgroup_cpu_quota", machine->cgroup_cpu_quota);
  json_put_known(json, "system", machine->system);
  json_put_known(json, "kernel", machine->kernel);
  json_end_object(json);
}

static void put_build(struct json_writer *json, const char *name, const struct run_build *build) {
  json_begin_object(json, name);
  json_put_known(json, "label", build->label);
  json_put_known(json, "version", build->version);
  json_put_known(json, "git_revision", build->git_revision);
  put_truth(json, "git_dirty", build->git_dirty);
  json_put_known(json, "compiler", build->compiler);
  json_put_known(json, "build_type", build->build_type);
  json_put_known(json, "kernel_flags", build->kernel_flags);
  json_put_known(json, "sanitizers", build->sanitizers);
  json_put_known(json, "mpi", build->mpi);
  json_end_object(json);
}

static void put_settings(struct json_writer *json, const char *name,
                         const struct run_setting *settings, size_t count) {
  json_begin_object(json, name);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || strcmp(settings[i].name, settings[i - 1].name) != 0) /* sorted: keys once */
      json_put_text(json, settings[i].name, settings[i].value);
  json_end_object(json);
}

/* Facts that only run.json has. */
static void put_run_file(struct json_writer *json, const struct run_file *run) {
  json_put_known(json, "id", run->run_id);
  json_put_known(json, "name", run->name);
  json_put_known(json, "result", run->result);
  json_put_known(json, "start", run->start);
  json_put_known(json, "end", run->end);
  json_put_known(json, "order", run->order);
  put_integer(json, "seed", run->seed);
  put_integer(json, "launches_min", run->launches_min);
  put_integer(json, "launches_max", run->launches_max);
  json_put_real(json, "width", run->width);
  json_put_known(json, "config_sha256", run->config_sha256);
  json_put_known(json, "mpirun", run->mpirun);
  json_put_known(json, "mpirun_version", run->mpirun_version);
  json_put_real(json, "load_at_start", run->load_at_start);
  put_settings(json, "environment", run->environment, run->environment_count);
  json_begin_array(json, "modules");
  for (size_t i = 0; i < run->module_count; i++)
    json_put_text(json, NULL, run->modules[i]);
  json_end_array(json);
}

void json_put_run(struct json_writer *json, const struct answer *answer) {
  const struct run_file *run = answer->run;
  json_begin_object(json, "run");
  json_put_integer(json, "rows", answer->data->rows);
  json_put_size(json, "truncated_bytes", answer->data->truncated_bytes);
  json_begin_array(json, "sessions");
  for (size_t i = 0; i < answer->data->session_count; i++)
    json_put_text(json, NULL, answer->data->sessions[i]);
  json_end_array(json);
  if (run != NULL)
    put_run_file(json, run);
  json_end_object(json);
  if (run != NULL) {
    put_machine(json, &run->machine);
    put_build(json, "build", &run->build);
  } else {
    json_put_null(json, "machine");
    json_put_null(json, "build");
  }
  json_begin_array(json, "builds");
  for (size_t i = 0; run != NULL && i < run->build_count; i++)
    put_build(json, NULL, &run->builds[i]);
  json_end_array(json);
}

static void put_acceptance(struct json_writer *json, const struct run_acceptance *verdict) {
  json_begin_object(json, NULL);
  json_put_known(json, "cell_id", verdict->cell_id);
  json_put_known(json, "point", verdict->point);
  json_put_known(json, "where", verdict->where);
  json_put_known(json, "metric", verdict->metric);
  json_put_real(json, "reference", verdict->reference);
  json_put_real(json, "lower", verdict->lower);
  json_put_real(json, "upper", verdict->upper);
  json_put_real(json, "measured", verdict->measured);
  json_put_known(json, "unit", verdict->unit);
  put_truth(json, "accepted", verdict->accepted);
  json_end_object(json);
}

static void put_exclusion(struct json_writer *json, const struct run_exclusion *exclusion) {
  json_begin_object(json, NULL);
  json_put_known(json, "kernel", exclusion->kernel);
  json_put_known(json, "options", exclusion->options);
  json_put_known(json, "model", exclusion->model);
  json_put_known(json, "driver", exclusion->driver);
  json_put_known(json, "driver_options", exclusion->driver_options);
  put_integer(json, "n", exclusion->n);
  put_integer(json, "jobs", exclusion->jobs);
  put_integer(json, "cores", exclusion->cores);
  json_put_known(json, "why", exclusion->why);
  json_end_object(json);
}

void json_put_findings(struct json_writer *json, const struct run_file *run) {
  json_begin_array(json, "warnings");
  for (size_t i = 0; run != NULL && i < run->warning_count; i++) {
    json_begin_object(json, NULL);
    json_put_known(json, "kind", run->warnings[i].kind);
    json_put_known(json, "text", run->warnings[i].text);
    json_put_known(json, "cell_id", run->warnings[i].cell_id);
    json_end_object(json);
  }
  json_end_array(json);
  json_begin_array(json, "acceptance");
  for (size_t i = 0; run != NULL && i < run->acceptance_count; i++)
    put_acceptance(json, &run->acceptance[i]);
  json_end_array(json);
  json_begin_array(json, "excluded");
  for (size_t i = 0; run != NULL && i < run->exclusion_count; i++)
    put_exclusion(json, &run->exclusions[i]);
  json_end_array(json);
}
