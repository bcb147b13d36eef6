#include "runner/launch/command.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "runner/launch/binding.h"

static void add_argument(struct command *command, const char *text) {
  *GROW(command->argv, command->count) = grow_text("%s", text);
}

static void add_number(struct command *command, const char *flag, int64_t value) {
  add_argument(command, flag);
  *GROW(command->argv, command->count) = grow_text("%" PRId64, value);
}

static void add_variable(struct command *command, const char *name, const char *value) {
  command->variables[command->variable_count++] = (struct variable){name, value};
}

/* mpirun binds to the cores of the machine, also to those that are not in our affinity mask, and
 * has no option to respect a mask with several cores for each rank. Inside a restricted mask, ranks
 * therefore bind themselves. */
static bool ranks_bind_themselves(const struct point *point, const struct tools *tools) {
  return tools->narrowed && tools->flavour != MPI_UNKNOWN &&
         binding_asked(point, tools) != BINDING_NOTHING;
}

static void ask_ranks_to_bind(struct command *command, const struct point *point,
                              const struct tools *tools) {
  const char *unit = binding_asked(point, tools) == BINDING_THREADS ? "threads" : "cores";
  command->bind = grow_text("%s:%" PRId64, unit, point->threads);
  add_variable(command, "QUARTET_BIND", command->bind);
}

static void add_open_mpi(struct command *command, const struct point *point,
                         const struct tools *tools) {
  if (point->oversubscribed) {
    /* Ranks that wait by spinning would keep those that work from the cores. */
    static const char *const words[] = {"--oversubscribe", "--bind-to",           "none",
                                        "--mca",           "mpi_yield_when_idle", "1"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      add_argument(command, words[i]);
  } else if (ranks_bind_themselves(point, tools)) {
    add_argument(command, "--bind-to");
    add_argument(command, "none");
    ask_ranks_to_bind(command, point, tools);
  } else {
    bool hardware_threads = binding_asked(point, tools) == BINDING_THREADS;
    if (hardware_threads)
      add_argument(command, "--use-hwthread-cpus");
    add_argument(command, "--bind-to");
    add_argument(command, hardware_threads ? "hwthread" : "core");
    add_argument(command, "--map-by");
    *GROW(command->argv, command->count) = grow_text("slot:PE=%" PRId64, point->threads);
  }
  if (geteuid() == 0) { /* Open MPI refuses root without both; containers run as root */
    add_variable(command, "OMPI_ALLOW_RUN_AS_ROOT", "1");
    add_variable(command, "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
  }
}

static void add_mpirun(struct command *command, const struct point *point,
                       const struct tools *tools) {
  add_argument(command, tools->mpirun);
  add_number(command, "-np", point->ranks);
  if (tools->flavour == MPI_OPEN) {
    add_open_mpi(command, point, tools);
  } else if (ranks_bind_themselves(point, tools)) {
    ask_ranks_to_bind(command, point, tools); /* MPICH's mpiexec binds only if asked */
  } else if (tools->flavour == MPI_HYDRA && !point->oversubscribed) {
    add_argument(command, "-bind-to");
    *GROW(command->argv, command->count) = grow_text(
        binding_asked(point, tools) == BINDING_THREADS ? "hwthread:%" PRId64 : "core:%" PRId64,
        point->threads);
  }
}

/* Threads are bound in every run, or in none: not as the caller's environment happens to say. */
static void set_openmp(struct command *command, const struct point *point,
                       const struct tools *tools) {
  add_variable(command, "OMP_NUM_THREADS", NULL);
  if (point->setup->driver->use == CORES_ONE)
    return;
  static const char *const places[] = {
      [BINDING_NOTHING] = NULL, [BINDING_CORES] = "cores", [BINDING_THREADS] = "threads"};
  enum binding_asked asked = binding_asked(point, tools);
  add_variable(command, "OMP_PROC_BIND", asked == BINDING_NOTHING ? "false" : "close");
  add_variable(command, "OMP_PLACES", places[asked]);
}

static const char csv_option[] = "--csv";

void command_build(struct command *command, const struct point *point, const struct tools *tools) {
  const struct driver_setup *setup = point->setup;
  *command =
      (struct command){.program = grow_text("%s/%s", build_folder(point->build, tools->drivers),
                                            setup->driver->name)};
  set_openmp(command, point, tools);
  if (setup->driver->use == CORES_RANKS)
    add_mpirun(command, point, tools);
  add_argument(command, command->program);
  command->rows = command->count;
  add_argument(command, csv_option); /* first: it says how an error is reported */
  add_argument(command, point->workload->kernel);
  add_number(command, "--size", point->n);
  add_number(command, "--jobs", point->jobs);
  for (size_t i = 0; i < point->workload->settings.count; i++) {
    const struct setting *setting = &point->workload->settings.items[i];
    add_argument(command, SET_OPTION);
    *GROW(command->argv, command->count) = grow_text("%s=%s", setting->name, setting->value);
  }
  add_number(command, "--reps", point->reps);
  add_number(command, "--warmup", point->warmup);
  if (point->grain != 0)
    add_number(command, "--grain", point->grain);
  if (setup->driver->use != CORES_ONE)
    add_number(command, "--threads", point->threads);
  for (size_t i = 0; i < setup->settings.count; i++) {
    *GROW(command->argv, command->count) = driver_option_flag(setup->settings.items[i].name);
    add_argument(command, setup->settings.items[i].value);
  }
  *GROW(command->argv, command->count) = NULL;
}

void command_set_rows(struct command *command, const char *path) {
  free(command->argv[command->rows]);
  command->argv[command->rows] = grow_text("%s=%s", csv_option, path);
}

void command_limit(struct command *command, const struct point *point, int64_t timeout_ns) {
  if (point->setup->driver->use != CORES_RANKS || timeout_ns <= 0)
    return;
  int64_t seconds = (timeout_ns + 999999999) / 1000000000 + COMMAND_GRACE_S;
  command->count--; /* the NULL at the end */
  add_argument(command, "--time-limit");
  *GROW(command->argv, command->count) = grow_text("%" PRId64 "s", seconds);
  *GROW(command->argv, command->count) = NULL;
}

void command_free(struct command *command) {
  for (size_t i = 0; i < command->count; i++)
    free(command->argv[i]);
  free(command->argv);
  free(command->program);
  free(command->bind);
  *command = (struct command){0};
}

char *command_binding_text(const struct point *point, const struct tools *tools) {
  struct command command;
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (file == NULL)
    return grow_text("a core for each worker");
  command_build(&command, point, tools);
  for (size_t i = 0; i < command.variable_count; i++)
    if (command.variables[i].value != NULL && (strncmp(command.variables[i].name, "OMP_", 4) == 0 ||
                                               command.variables[i].value == command.bind))
      fprintf(file, "%s%s=%s", ftell(file) > 0 ? " " : "", command.variables[i].name,
              command.variables[i].value);
  for (size_t i = 0; strcmp(command.argv[i], command.program) != 0; i++)
    fprintf(file, " %s", command.argv[i]);
  bool by_itself = ftell(file) == 0;
  command_free(&command);
  fclose(file);
  if (by_itself) {
    free(text);
    return grow_text("a core for the worker, which the driver binds itself");
  }
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
