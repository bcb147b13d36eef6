#include "runner/record/conditions.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "runner/record/json_bytes.h"

extern char **environ;

/* --- now -------------------------------------------------------------------------------------- */

static json_t *machine_value(const struct plan *plan, const struct tools *tools) {
  json_t *machine = json_object();
  char text[HOST_TEXT];
  struct utsname system;
  if (uname(&system) == 0)
    set_text(machine, "architecture", system.machine);
  set_text(machine, "processor", host_processor(text));
  set_integer(machine, "cores", plan->machine_cores);
  set_integer(machine, "physical_cores", tools->physical_cores);
  set_integer(machine, "memory_bytes",
              (int64_t)sysconf(_SC_PHYS_PAGES) * (int64_t)sysconf(_SC_PAGESIZE));
  return machine;
}

static bool uses_mpirun(const struct plan *plan) {
  for (size_t i = 0; i < plan->point_count; i++)
    if (plan->points[i].setup->driver->use == CORES_RANKS)
      return true;
  return false;
}

static json_t *libraries_value(const struct plan *plan, const struct tools *tools,
                               const struct programs *programs) {
  json_t *libraries = json_object();
  for (size_t i = 0; i < programs->library_count; i++)
    set_text(libraries, programs->libraries[i].name, programs->libraries[i].sha256);
  const char *version = tools->launchers[0].version;
  if (uses_mpirun(plan) && *version != '\0')
    set_text(libraries, "mpirun", version);
  return libraries;
}

static json_t *build_value(const struct program_build *build, const struct programs *programs) {
  const struct build *facts = build->facts;
  json_t *value = json_object(), *files = json_object();
  char *folder = realpath(facts->folder, NULL);
  if (build->axis != NULL)
    set_text(value, "label", build->axis->label);
  set_text(value, "folder", folder != NULL ? folder : facts->folder);
  for (size_t i = 0; i < facts->fact_count; i++)
    set_text(value, facts->facts[i].name, facts->facts[i].value);
  for (size_t i = 0; i < programs->count; i++) {
    const struct program *program = &programs->items[i];
    if (program->build == build->axis)
      set_text(files, program->driver->name, *program->sha256 != '\0' ? program->sha256 : NULL);
  }
  json_object_set_new(value, "programs", files);
  free(folder);
  return value;
}

static bool begins_with(const char *text, const char *start) {
  return strncmp(text, start, strlen(start)) == 0;
}

/* Variables of the OpenMP run time, less those that the runner sets itself and those that only make
 * it print. */
static bool is_openmp(const char *variable) {
  static const char *const ours[] = {
      "OMP_NUM_THREADS=", "OMP_PROC_BIND=", "OMP_PLACES=", "OMP_DISPLAY_"};
  for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
    if (begins_with(variable, ours[i]))
      return false;
  return begins_with(variable, "OMP_") || begins_with(variable, "GOMP_") ||
         begins_with(variable, "KMP_");
}

static json_t *openmp_value(void) {
  json_t *variables = json_object();
  for (char **variable = environ; *variable != NULL; variable++) {
    const char *equals = strchr(*variable, '=');
    if (equals == NULL || !is_openmp(*variable))
      continue;
    char *name = grow_text("%.*s", (int)(equals - *variable), *variable);
    set_text(variables, name, equals + 1);
    free(name);
  }
  return variables;
}

json_t *conditions_make(const struct plan *plan, const struct tools *tools,
                        const struct programs *programs) {
  json_t *conditions = json_object(), *builds = json_array();
  for (size_t i = 0; i < programs->build_count; i++)
    json_array_append_new(builds, build_value(&programs->builds[i], programs));
  json_object_set_new(conditions, "machine", machine_value(plan, tools));
  json_object_set_new(conditions, "libraries", libraries_value(plan, tools, programs));
  json_object_set_new(conditions, "builds", builds);
  json_object_set_new(conditions, "openmp", openmp_value());
  return conditions;
}

/* --- what differs ----------------------------------------------------------------------------- */

static void add(struct differences *differences, enum condition kind, char *text) {
  *GROW(differences->items, differences->count) = (struct difference){kind, text};
}

/* A text, a number or nothing, for people; the caller frees it. */
static char *value_text(const json_t *value) {
  if (json_is_integer(value))
    return grow_text("%lld", (long long)json_integer_value(value));
  return json_is_string(value) ? grow_text("'%s'", json_string_value(value)) : grow_text("unset");
}

static void add_values(struct differences *differences, enum condition kind, const char *name,
                       const json_t *before, const json_t *now) {
  char *old = value_text(before), *new = value_text(now);
  add(differences, kind, grow_text("%s: %s, before %s", name, new, old));
  free(old);
  free(new);
}

/* Whether both are known and differ. */
static bool differ(const json_t *before, const json_t *now) {
  return before != NULL && now != NULL && !json_is_null(before) && !json_is_null(now) &&
         !json_equal(before, now);
}

/* Nodes of a kind differ in what the firmware and the kernel keep for themselves. */
static const double memory_tolerance = 0.05;

static void compare_machines(struct differences *differences, const json_t *before,
                             const json_t *now) {
  static const char *const names[] = {"architecture", "processor", "cores", "physical_cores"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const json_t *old = json_object_get(before, names[i]), *new = json_object_get(now, names[i]);
    if (differ(old, new))
      add_values(differences, CONDITION_MACHINE, names[i], old, new);
  }
  const json_t *old = json_object_get(before, "memory_bytes");
  const json_t *new = json_object_get(now, "memory_bytes");
  double old_bytes = json_number_value(old), new_bytes = json_number_value(new);
  if (old_bytes > 0 && new_bytes > 0 &&
      fabs(old_bytes - new_bytes) > memory_tolerance * fmax(old_bytes, new_bytes))
    add_values(differences, CONDITION_MACHINE, "memory_bytes", old, new);
}

/* A library that only one of them loads is that of a driver that only one of them runs. */
static void compare_libraries(struct differences *differences, const json_t *before, json_t *now) {
  const char *name;
  json_t *new;
  json_object_foreach(now, name, new) {
    const json_t *old = json_object_get(before, name);
    if (!differ(old, new))
      continue;
    if (strcmp(name, "mpirun") == 0)
      add_values(differences, CONDITION_MACHINE, name, old, new);
    else
      add(differences, CONDITION_MACHINE, grow_text("%s: another version of the library", name));
  }
}

static const json_t *find_build(const json_t *builds, const char *label) {
  const json_t *build;
  size_t i;
  json_array_foreach(builds, i, build) {
    const char *other = json_string_value(json_object_get(build, "label"));
    if (label == NULL ? other == NULL : other != NULL && strcmp(label, other) == 0)
      return build;
  }
  return NULL;
}

/* How the build was made, as far as that explains another file. */
static void compare_facts(struct differences *differences, const json_t *old, const json_t *new) {
  static const char *const names[] = {"version",    "git_revision", "compiler",
                                      "build_type", "kernel_flags", "sanitizers"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (differ(json_object_get(old, names[i]), json_object_get(new, names[i])))
      add_values(differences, CONDITION_BUILD, names[i], json_object_get(old, names[i]),
                 json_object_get(new, names[i]));
}

/* Of the programs that both sessions start. */
static void compare_builds(struct differences *differences, const json_t *before,
                           const json_t *now) {
  const json_t *new;
  size_t i;
  json_array_foreach(now, i, new) {
    const char *label = json_string_value(json_object_get(new, "label")), *name;
    const json_t *old = find_build(before, label), *files = json_object_get(old, "programs");
    size_t count = differences->count;
    json_t *file;
    json_object_foreach(json_object_get(new, "programs"), name, file) {
      const json_t *other = json_object_get(files, name);
      if (differ(other, file))
        add(differences, CONDITION_BUILD,
            grow_text("%s%s%s: another file, build_id %.12s, before %.12s", name,
                      label != NULL ? " of build " : "", label != NULL ? label : "",
                      json_string_value(file), json_string_value(other)));
    }
    if (differences->count > count)
      compare_facts(differences, old, new);
  }
}

/* How often a launch repeats: the median of one repetition is not that of ten. */
static void compare_repetitions(struct differences *differences, const json_t *points,
                                const struct plan *plan) {
  static const char *const names[] = {"reps", "warmup"};
  json_t *by_cell = json_object(), *value;
  size_t p;
  json_array_foreach((json_t *)(uintptr_t)points, p, value) {
    const char *cell_id = json_string_value(json_object_get(value, "cell_id"));
    if (cell_id != NULL)
      json_object_set(by_cell, cell_id, value);
  }
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    const json_t *old = json_object_get(by_cell, point->cell_id);
    const int64_t counts[] = {point->reps, point->warmup};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
      const json_t *before = json_object_get(old, names[k]);
      char text[POINT_TEXT];
      if (json_is_integer(before) && json_integer_value(before) != counts[k])
        add(differences, CONDITION_REPETITIONS,
            grow_text("%s of %s: %lld, before %lld", names[k], point_text(point, text),
                      (long long)counts[k], (long long)json_integer_value(before)));
    }
  }
  json_decref(by_cell);
}

/* Of variables, not to be set is a value, too. */
static void compare_openmp(struct differences *differences, json_t *before, json_t *now) {
  const char *name;
  json_t *value;
  if (before == NULL)
    return;
  json_object_foreach(now, name, value) if (!json_equal(json_object_get(before, name), value))
      add_values(differences, CONDITION_OPENMP, name, json_object_get(before, name), value);
  json_object_foreach(before, name, value) if (json_object_get(now, name) == NULL)
      add_values(differences, CONDITION_OPENMP, name, value, NULL);
}

struct differences conditions_compare(const struct run_record *record, const struct plan *plan,
                                      const json_t *now) {
  struct differences differences = {0};
  size_t sessions = json_array_size(record->sessions);
  const json_t *last = sessions > 0 ? json_array_get(record->sessions, sessions - 1) : NULL;
  const json_t *machine = json_object_get(last, "machine");
  /* Sessions of an older version have none; the run's own is that of the last session. */
  if (machine == NULL)
    machine = json_object_get(record->json, "machine");
  compare_machines(&differences, machine, json_object_get(now, "machine"));
  compare_libraries(&differences, json_object_get(last, "libraries"),
                    json_object_get(now, "libraries"));
  compare_builds(&differences, json_object_get(last, "builds"), json_object_get(now, "builds"));
  compare_repetitions(&differences, json_object_get(record->json, "points"), plan);
  compare_openmp(&differences, json_object_get(last, "openmp"), json_object_get(now, "openmp"));
  return differences;
}

bool differences_have(const struct differences *differences, enum condition kind) {
  for (size_t i = 0; i < differences->count; i++)
    if (differences->items[i].kind == kind)
      return true;
  return false;
}

void differences_print(const struct differences *differences) {
  enum { SHOWN = 8 };
  for (size_t i = 0; i < differences->count && i < SHOWN; i++)
    lines_printf(stderr, "  ", 4, "%s", differences->items[i].text);
  if (differences->count > SHOWN)
    fprintf(stderr, "  and %zu more\n", differences->count - SHOWN);
}

int differences_check(const struct differences *differences, const struct run_record *record,
                      bool anyway) {
  char host[HOST_TEXT];
  bool repetitions = differences_have(differences, CONDITION_REPETITIONS);
  if (differences->count == 0 || (anyway && !repetitions))
    return 0;
  if (differences_have(differences, CONDITION_MACHINE))
    lines_message(stderr, "sweep", "the run began on %s, and %s is not a machine of its kind:",
                  record->host != NULL ? record->host : "?", host_name(host));
  else
    lines_message(stderr, "sweep", "the run began %s:",
                  differences_have(differences, CONDITION_BUILD) ? "with other drivers"
                                                                 : "with other settings");
  differences_print(differences);
  lines_printf(stderr, "  ", 2, "%s",
               repetitions
                   ? "the rows of a point have one number of repetitions; a new run, with --out, "
                     "can have another"
                   : "its times would not be comparable; --anyway goes on and keeps them apart");
  return EXIT_USAGE;
}

void differences_free(struct differences *differences) {
  for (size_t i = 0; i < differences->count; i++)
    free(differences->items[i].text);
  free(differences->items);
  *differences = (struct differences){0};
}
