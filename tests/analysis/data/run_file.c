/* run.json: what is known of a run, and files that lack keys, have other types, or are no JSON. */
#include "analysis/data/run_file.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

static const char whole[] =
    "{\"schema\": \"1\", \"run_id\": \"r1\", \"name\": \"quick\", \"baseline\": \"serial_driver\","
    "\"seed\": 7, \"order\": \"random\", \"launches\": {\"min\": 6, \"max\": 30}, \"width\": 0.05,"
    "\"equivalence_margin\": 0.02, \"result\": \"done\", \"start\": \"2026-01-01T00:00:00.000Z\","
    "\"end\": \"2026-01-01T00:01:00.000Z\", \"launches_done\": 60, \"launches_failed\": 1,"
    "\"argv\": [\"sweep\", \"run\", \"quick.yaml\"],"
    "\"config\": {\"path\": \"/c/quick.yaml\", \"sha256\": \"abc\", \"text\": \"name: quick\","
    "  \"includes\": [{\"name\": \"s.yaml\", \"path\": \"/c/s.yaml\", \"sha256\": \"def\"}]},"
    "\"sessions\": [{\"run_id\": \"r1\", \"start\": \"s\", \"end\": null, \"result\": \"running\","
    "  \"launches\": 60, \"host\": \"node01\", \"config_sha256\": \"abc\"}],"
    "\"drivers\": \"/b\", \"mpirun\": \"mpirun\", \"mpirun_version\": \"Open MPI 4\","
    "\"build\": {\"version\": \"0.1.0\", \"git_revision\": \"0123\", \"git_dirty\": true,"
    "  \"compiler\": \"GNU 12.2.0\", \"compiler_path\": \"/usr/bin/cc\","
    "  \"build_type\": \"Release\", \"kernel_flags\": \"-O3\", \"sanitizers\": \"\","
    "  \"mpi\": \"MPI 3.1\"},"
    "\"machine\": {\"host\": \"node01\", \"system\": \"Linux\", \"kernel\": \"6.1\","
    "  \"architecture\": \"x86_64\", \"processor\": \"CPU\", \"cores\": 8, \"physical_cores\": 4,"
    "  \"cores_online\": 16, \"binding\": \"0-7\", \"memory_bytes\": 25276502016,"
    "  \"governor\": null, \"cgroup_cpu_quota\": \"max 100000\","
    "  \"topology\": {\"packages\": 1, \"numa_nodes\": 2, \"cores\": 4, \"hardware_threads\": 8,"
    "  \"l1d_count\": 4, \"l1d_bytes\": 32768, \"l2_count\": 4, \"l2_bytes\": 1048576,"
    "  \"l3_count\": 1, \"l3_bytes\": 33554432}},"
    "\"load_average_at_start\": 0.25, \"modules\": [\"gcc/12\", \"openmpi/4\"],"
    "\"environment\": {\"OMP_PLACES\": \"cores\", \"OMPI_X\": \"1\"},"
    "\"warnings\": [{\"kind\": \"busy\", \"text\": \"busy machine\", \"cell_id\": \"b\"}, \"old\"],"
    "\"acceptance\": [{\"cell_id\": \"a\", \"point\": \"sumsq n=1\", \"where\": \"n == 1\","
    "  \"metric\": \"time\", \"unit\": \"s\", \"reference\": 1, \"lower\": null, \"upper\": 1.5,"
    "  \"measured\": 1.25, \"accepted\": true}],"
    "\"points\": [{\"kernel\": \"k\", \"cell_id\": \"b\", \"launches\": 6, \"enough\": \"most\","
    "  \"binding_as_asked\": false, \"driver_options\": {\"lock\": \"global\", \"in_flight\": 64},"
    "  \"derived\": {\"per_core\": 2.5, \"even\": true, \"m\": 3}, \"base_n\": 100,"
    "  \"work_met\": 0.5},"
    "  {\"cell_id\": \"a\", \"binding_as_asked\": null}],"
    "\"excluded\": [{\"kernel\": \"wait\", \"driver\": \"omp_driver\", \"model\": \"threads\","
    "  \"options\": {\"delay\": \"1ms\"}, \"n\": 10, \"jobs\": 1, \"cores\": 2, \"ranks\": 1,"
    "  \"threads\": 2, \"why\": \"too long\"}]}";

static struct run_file parse(const char *text) {
  struct run_file run;
  struct error error = {0};
  CHECK(run_file_parse(&run, text, strlen(text), "run.json", &error) == 0, "%s", error.message);
  CHECK(run.found);
  return run;
}

static void check_text(const char *found, const char *expected) {
  CHECK(found != NULL && strcmp(found, expected) == 0, "<%s>, not <%s>", found, expected);
}

static void check_head(const struct run_file *run) {
  check_text(run->name, "quick");
  check_text(run->baseline, "serial_driver");
  check_text(run->run_id, "r1");
  check_text(run->start, "2026-01-01T00:00:00.000Z");
  check_text(run->end, "2026-01-01T00:01:00.000Z");
  check_text(run->result, "done");
  check_text(run->order, "random");
  CHECK(run->seed == 7 && run->launches_done == 60 && run->launches_failed == 1);
  CHECK(run->launches_min == 6 && run->launches_max == 30 && run->width == 0.05);
  CHECK(run->load_at_start == 0.25 && run->equivalence_margin == 0.02);
  check_text(run->drivers, "/b");
  check_text(run->mpirun, "mpirun");
  check_text(run->mpirun_version, "Open MPI 4");
  check_text(run->config_path, "/c/quick.yaml");
  check_text(run->config_text, "name: quick");
  check_text(run->config_sha256, "abc");
  CHECK(run->include_count == 1 && run->argument_count == 3 && run->module_count == 2);
  check_text(run->includes[0].sha256, "def");
  check_text(run->arguments[2], "quick.yaml");
  check_text(run->modules[1], "openmpi/4");
  CHECK(run->environment_count == 2 && run->mistyped_count == 0);
  check_text(run->environment[0].name, "OMPI_X");
  check_text(run->environment[1].value, "cores");
}

static void check_machine(const struct run_file *run) {
  const struct run_machine *machine = &run->machine;
  check_text(machine->host, "node01");
  check_text(machine->system, "Linux");
  check_text(machine->kernel, "6.1");
  check_text(machine->architecture, "x86_64");
  check_text(machine->processor, "CPU");
  check_text(machine->governor, "");
  check_text(machine->binding, "0-7");
  check_text(machine->cgroup_cpu_quota, "max 100000");
  CHECK(machine->cores == 8 && machine->physical_cores == 4 && machine->cores_online == 16);
  CHECK(machine->memory_bytes == 25276502016 && machine->packages == 1);
  CHECK(machine->numa_nodes == 2 && machine->topology_cores == 4 && machine->hardware_threads == 8);
  CHECK(machine->l1d_bytes == 32768 && machine->l2_bytes == 1048576);
  CHECK(machine->l3_bytes == 33554432 && machine->l1d_count == 4 && machine->l3_count == 1);
  check_text(run->build.version, "0.1.0");
  check_text(run->build.git_revision, "0123");
  check_text(run->build.compiler, "GNU 12.2.0");
  check_text(run->build.compiler_path, "/usr/bin/cc");
  check_text(run->build.build_type, "Release");
  check_text(run->build.kernel_flags, "-O3");
  check_text(run->build.mpi, "MPI 3.1");
  CHECK(run->build.git_dirty == TRUTH_YES && run->build_count == 0);
  CHECK(run_file_build(run, "gcc") == &run->build);
}

static void check_lists(const struct run_file *run) {
  CHECK(run->session_count == 1 && run->sessions[0].launches == 60);
  check_text(run->sessions[0].host, "node01");
  check_text(run->sessions[0].end, "");
  CHECK(run->point_count == 2 && run_file_point(run, "x") == NULL);
  const struct run_point *point = run_file_point(run, "b");
  CHECK(point == &run->points[1] && point->launches == 6 && point->base_n == 100);
  check_text(point->enough, "most");
  check_text(point->driver_options, "in_flight=64;lock=global");
  CHECK(point->binding_as_asked == TRUTH_NO && point->work_met == 0.5);
  CHECK(point->derived_count == 3);
  check_text(point->derived[0].value, "true");
  check_text(point->derived[1].value, "3");
  check_text(point->derived[2].value, "2.5");
  point = run_file_point(run, "a");
  CHECK(point->binding_as_asked == TRUTH_UNKNOWN && point->launches == RUN_UNKNOWN);
  CHECK(isnan(point->work_met) && point->base_n == RUN_UNKNOWN);
  CHECK(run->exclusion_count == 1 && run->exclusions[0].cores == 2);
  check_text(run->exclusions[0].why, "too long");
  check_text(run->exclusions[0].options, "delay=1ms");
  CHECK(run->warning_count == 2);
  check_text(run->warnings[0].kind, "busy");
  check_text(run->warnings[0].cell_id, "b");
  check_text(run->warnings[1].text, "old");
  CHECK(run->acceptance_count == 1 && run->acceptance[0].accepted == TRUTH_YES);
  CHECK(run->acceptance[0].reference == 1 && isnan(run->acceptance[0].lower));
  CHECK(run->acceptance[0].measured == 1.25 && run->acceptance[0].upper == 1.5);
  check_text(run->acceptance[0].where, "n == 1");
}

static void test_whole(void) {
  struct run_file run = parse(whole);
  check_head(&run);
  check_machine(&run);
  check_lists(&run);
  run_file_free(&run);
}

static void check_unknown(const struct run_file *run) {
  check_text(run->name, "");
  check_text(run->machine.host, "");
  check_text(run->build.compiler, "");
  check_text(run->config_text, "");
  CHECK(run->seed == RUN_UNKNOWN && run->machine.cores == RUN_UNKNOWN && isnan(run->width));
  CHECK(run->build.git_dirty == TRUTH_UNKNOWN && run->equivalence_margin == 0.03);
  CHECK(run->point_count == 0 && run->session_count == 0 && run->warning_count == 0);
  CHECK(run_file_point(run, "a") == NULL);
}

static void test_empty_object(void) {
  struct run_file run = parse("{}");
  check_unknown(&run);
  CHECK(run.mistyped_count == 0);
  run_file_free(&run);
}

static void test_margins(void) {
  static const char *const margins[] = {"0", "1", "-0.1", "7", "true", "null", "\"3%\""};
  for (size_t i = 0; i < sizeof margins / sizeof *margins; i++) {
    char text[80];
    snprintf(text, sizeof text, "{\"equivalence_margin\": %s}", margins[i]);
    struct run_file run = parse(text);
    CHECK(run.equivalence_margin == 0.03, "%s: %g", margins[i], run.equivalence_margin);
    run_file_free(&run);
  }
}

/* With an axis `build`. */
static void test_builds(void) {
  struct run_file run = parse("{\"build\": {\"compiler\": \"C\"}, \"builds\": ["
                              "{\"label\": \"gcc\", \"folder\": \"/g\", \"compiler\": \"G\"},"
                              "{\"label\": \"clang\", \"compiler\": \"L\"}]}");
  CHECK(run.build_count == 2);
  check_text(run_file_build(&run, "clang")->compiler, "L");
  check_text(run_file_build(&run, "gcc")->folder, "/g");
  check_text(run_file_build(&run, "")->compiler, "C");
  run_file_free(&run);
}

/* --- damaged files ---------------------------------------------------------------------------- */

static void check_json(json_t *json, size_t *mistyped) {
  char *text = json_dumps(json, 0);
  struct run_file run = parse(text);
  *mistyped = run.mistyped_count;
  run_file_free(&run);
  free(text);
}

/* Replaces each value of the file, one after the other and at every depth, by one of each type, and
 * takes it out. How many replacements were noted as mistyped. */
static size_t vary(json_t *whole_json, json_t *object) {
  static const char *const values[] = {"null",        "true", "-5",     "1.5",
                                       "\"\\u00e9\"", "[]",   "[null]", "[\"x\"]",
                                       "[[[]]]",      "[{}]", "{}",     "{\"a\": {}}"};
  size_t noted = 0, mistyped;
  const char *key;
  json_t *value;
  void *next;
  json_object_foreach_safe(object, next, key, value) {
    char *name = strdup(key);
    json_incref(value);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
      json_object_set_new(object, name, json_loads(values[i], JSON_DECODE_ANY, NULL));
      check_json(whole_json, &mistyped);
      noted += mistyped > 0;
    }
    json_object_set(object, name, value);
    if (json_is_object(value))
      noted += vary(whole_json, value);
    for (size_t i = 0; i < json_array_size(value); i++)
      if (json_is_object(json_array_get(value, i)))
        noted += vary(whole_json, json_array_get(value, i));
    json_decref(value);
    free(name);
  }
  return noted;
}

static void test_types(void) {
  json_t *json = json_loads(whole, 0, NULL);
  CHECK(json != NULL);
  size_t noted = vary(json, json);
  CHECK(noted > 800, "%zu", noted);
  json_decref(json);
}

static void test_mistyped_names(void) {
  struct run_file run = parse("{\"machine\": {\"cores\": \"8\", \"topology\": {\"l2_bytes\": 1.5}},"
                              "\"points\": [7, {\"launches\": []}, {\"launches\": {}}]}");
  static const char *const names[] = {"machine.topology.l2_bytes", "machine.cores", "points",
                                      "points[].launches"};
  CHECK(run.mistyped_count == 4, "%zu", run.mistyped_count);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    bool found = false;
    for (size_t k = 0; k < run.mistyped_count; k++)
      found |= strcmp(run.mistyped[k], names[i]) == 0;
    CHECK(found, "%s", names[i]);
  }
  run_file_free(&run);
}

static void check_refused(const char *text, const char *beginning) {
  struct run_file run;
  struct error error = {0};
  CHECK(run_file_parse(&run, text, strlen(text), "f", &error) == EXIT_USAGE, "%s", text);
  CHECK(strncmp(error.message, beginning, strlen(beginning)) == 0, "%s", error.message);
  CHECK(!run.found);
  check_unknown(&run);
  run_file_free(&run);
}

static void test_refusals(void) {
  check_refused("", "f:1: not JSON: ");
  check_refused("{\n\"a\": 1,\n", "f:3: not JSON: ");
  check_refused("[]", "f:1: not a JSON object");
  check_refused("{\"a\": \"\\u0000\"}", "f:1: not JSON: ");
  check_refused("{\"a\": \"\xff\"}", "f:1: not JSON: ");
  check_refused("{\"a\": 99999999999999999999}", "f:1: not JSON: ");
  check_refused("{\"a\": NaN}", "f:1: not JSON: ");
  check_refused("<html>", "f:1: not JSON: ");
}

/* --- files ------------------------------------------------------------------------------------ */

static void test_files(void) {
  char folder[] = "/tmp/quartet_run_XXXXXX", samples[80], path[80];
  struct run_file run;
  struct error error = {0};
  CHECK(mkdtemp(folder) != NULL);
  snprintf(samples, sizeof samples, "%s/samples.csv", folder);
  snprintf(path, sizeof path, "%s/run.json", folder);
  CHECK(run_file_read(&run, samples, &error) == 0, "%s", error.message);
  CHECK(!run.found);
  check_text(run.path, path);
  check_unknown(&run);
  run_file_free(&run);
  FILE *file = fopen(path, "w");
  fputs(whole, file);
  fclose(file);
  CHECK(run_file_read(&run, samples, &error) == 0, "%s", error.message);
  check_head(&run);
  run_file_free(&run);
  CHECK(chdir(folder) == 0 && run_file_read(&run, "samples.csv", &error) == 0);
  check_text(run.path, "run.json");
  CHECK(run.found);
  run_file_free(&run);
  unlink(path);
  rmdir(folder);
}

int main(void) {
  test_whole();
  test_empty_object();
  test_margins();
  test_builds();
  test_types();
  test_mistyped_names();
  test_refusals();
  test_files();
  return test_result();
}
