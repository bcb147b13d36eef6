#include "runner/launch/command.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/host.h"
#include "runner/launch/binding.h"
#include "runner/launch/builds.h"
#include "runner/launch/launcher.h"

#define CSV_OPTION "--csv"
#define BIND_OPTION "--bind"
#define LIMIT_OPTION "--time-limit"

static void add_launcher(struct command_line *line, const struct point *point,
                         const struct tools *tools) {
  const struct launcher *launcher = tools_launcher(tools, point->build);
  struct layout layout = {.ranks = point->ranks,
                          .nodes = point->nodes,
                          .ranks_per_node = point->ranks_per_node,
                          .threads = point->threads,
                          .binding = binding_asked(point, tools)};
  launcher_add(line, launcher, &layout);
}

/* Threads are bound in every run, or in none: not as the caller's environment happens to say. For
 * ranks OpenMP is to bind nothing: it would use the same cores in each. */
static void set_openmp(struct command_line *line, const struct point *point,
                       const struct tools *tools) {
  command_line_set(line, "OMP_NUM_THREADS", NULL);
  if (point->setup->driver->use == CORES_ONE)
    return;
  static const char *const places[] = {
      [BINDING_NOTHING] = NULL, [BINDING_CORES] = "cores", [BINDING_THREADS] = "threads"};
  const char *bind = settings_find(&point->setup->settings, "bind");
  bool unbound = point->setup->driver->use == CORES_RANKS ||
                 (bind != NULL && strcmp(bind, bind_names[BIND_NONE]) == 0);
  enum binding_asked asked = unbound ? BINDING_NOTHING : binding_asked(point, tools);
  command_line_set(line, "OMP_PROC_BIND", asked == BINDING_NOTHING ? "false" : "close");
  command_line_set(line, "OMP_PLACES", places[asked]);
}

static void add_number(struct command_line *line, const char *flag, int64_t value) {
  command_line_add(line, "%s", flag);
  command_line_add(line, "%" PRId64, value);
}

/* The value of --bind for the ranks; NULL: their driver, of an older version, has no such option.
 */
static const char *rank_unit(const struct point *point, const struct tools *tools) {
  static const enum bind_kind units[] = {[BINDING_NOTHING] = BIND_NONE,
                                         [BINDING_CORES] = BIND_CORE,
                                         [BINDING_THREADS] = BIND_HWTHREAD};
  const char *given = settings_find(&point->setup->settings, "bind");
  if (given != NULL)
    return given;
  return build_has_option(tools_build(tools, point->build), point->setup->driver, BIND_OPTION)
             ? bind_names[units[binding_asked(point, tools)]]
             : NULL;
}

/* Beside the options of the config: the binding, and a time limit of their own for ranks on a host
 * whose network has gone, where the sweep cannot end them. */
static void add_rank_options(struct command_line *line, const struct point *point,
                             const struct tools *tools) {
  enum { GRACE_S = 5 };
  const char *unit = rank_unit(point, tools);
  int64_t limit_s = (tools->config->measure.timeout_ns + 999999999) / 1000000000 + GRACE_S;
  if (unit != NULL && settings_find(&point->setup->settings, "bind") == NULL) {
    command_line_add(line, BIND_OPTION);
    command_line_add(line, "%s", unit);
  }
  if (build_has_option(tools_build(tools, point->build), point->setup->driver, LIMIT_OPTION)) {
    command_line_add(line, LIMIT_OPTION);
    command_line_add(line, "%" PRId64 "s", limit_s);
  }
}

static void add_options(struct command_line *line, const struct point *point) {
  const struct driver_setup *setup = point->setup;
  command_line_add(line, "%s", point->workload->kernel);
  add_number(line, "--size", point->n);
  add_number(line, "--jobs", point->jobs);
  for (size_t i = 0; i < point->workload->settings.count; i++) {
    const struct setting *setting = &point->workload->settings.items[i];
    command_line_add(line, SET_OPTION);
    command_line_add(line, "%s=%s", setting->name, setting->value);
  }
  add_number(line, "--reps", point->reps);
  add_number(line, "--warmup", point->warmup);
  if (point->grain != 0)
    add_number(line, "--grain", point->grain);
  if (setup->driver->use != CORES_ONE)
    add_number(line, "--threads", point->threads);
  for (size_t i = 0; i < setup->settings.count; i++) {
    char *flag = driver_option_flag(setup->settings.items[i].name);
    command_line_add(line, "%s", flag);
    command_line_add(line, "%s", setup->settings.items[i].value);
    free(flag);
  }
}

void command_build(struct command *command, const struct point *point, const struct tools *tools) {
  const struct driver_facts *driver = point->setup->driver;
  struct command_line *line = &command->line;
  *command = (struct command){0};
  set_openmp(line, point, tools);
  if (driver->use == CORES_RANKS)
    add_launcher(line, point, tools);
  command->program = line->count;
  command_line_add(line, "%s/%s", build_folder(point->build, tools->drivers), driver->name);
  command->rows = line->count;
  command_line_add(line, CSV_OPTION); /* first: it says how an error is reported */
  add_options(line, point);
  if (driver->use == CORES_RANKS)
    add_rank_options(line, point, tools);
}

const char *command_program(const struct command *command) {
  return command->line.argv[command->program];
}

void command_set_rows(struct command *command, const char *path) {
  char **word = &command->line.argv[command->rows];
  free(*word);
  *word = grow_text("%s=%s", CSV_OPTION, path);
}

void command_free(struct command *command) {
  command_line_free(&command->line);
  *command = (struct command){0};
}

char *command_text(const struct point *point, const struct tools *tools) {
  struct command command;
  command_build(&command, point, tools);
  char *text = command_line_text(&command.line);
  command_free(&command);
  return text;
}

char *command_binding_text(const struct point *point, const struct tools *tools) {
  struct command command;
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (file == NULL)
    return grow_text("a core for each worker");
  command_build(&command, point, tools);
  const struct command_line *line = &command.line;
  const char *unit = rank_unit(point, tools);
  switch (point->setup->driver->use) {
  case CORES_ONE:
    fputs("a core for the worker, which the driver binds itself", file);
    break;
  case CORES_THREADS:
    for (size_t i = 0; i < line->variable_count; i++)
      if (line->variables[i].value != NULL)
        fprintf(file, "%s%s=%s", ftell(file) > 0 ? " " : "", line->variables[i].name,
                line->variables[i].value);
    break;
  case CORES_RANKS:
    for (size_t i = 0; i < command.program; i++)
      fprintf(file, "%s ", line->argv[i]);
    fprintf(file, "%s%s", point->setup->driver->name,
            unit != NULL ? " " BIND_OPTION " " : ", which has no " BIND_OPTION);
    fputs(unit != NULL ? unit : "", file);
    break;
  }
  command_free(&command);
  fclose(file);
  return text;
}

char *command_binding_problem(const struct point *point, const struct tools *tools,
                              const char *bound) {
  char mask[HOST_TEXT];
  char *asked = command_binding_text(point, tools);
  char *text = grow_text("its workers have no cores of their own%s%s: requested '%s'%s%s%s",
                         tools->narrowed ? " in the affinity mask " : "",
                         tools->narrowed ? host_binding(mask) : "", asked,
                         bound != NULL ? ", obtained '" : "", bound != NULL ? bound : "",
                         bound != NULL ? "'" : "");
  free(asked);
  return text;
}
