#include "runner/launch/command.h"

#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/cores.h"
#include "common/grow.h"
#include "common/host.h"
#include "runner/launch/binding.h"

/* Whether a mask that is set is the mask that is told: some sandboxes take any and set none. */
static bool can_bind(const cpu_set_t *allowed) {
  cpu_set_t one, told;
  CPU_ZERO(&one);
  for (size_t cpu = 0; cpu < TOOLS_CPUS && CPU_COUNT(&one) == 0; cpu++)
    if (CPU_ISSET(cpu, allowed))
      CPU_SET(cpu, &one);
  bool binds = sched_setaffinity(0, sizeof one, &one) == 0 &&
               sched_getaffinity(0, sizeof told, &told) == 0 && CPU_EQUAL(&one, &told);
  return sched_setaffinity(0, sizeof *allowed, allowed) == 0 && binds;
}

_Static_assert((int)TOOLS_CPUS == (int)CORES_CPUS, "core_of does not have what a cpu_set_t has");

static void find_cores(struct tools *tools) {
  cpu_set_t allowed;
  for (int cpu = 0; cpu < TOOLS_CPUS; cpu++)
    tools->core_of[cpu] = -1;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
    tools->physical_cores = host_cores();
    return;
  }
  for (int cpu = 0; cpu < TOOLS_CPUS; cpu++)
    if (CPU_ISSET((size_t)cpu, &allowed)) {
      tools->core_of[cpu] = (int16_t)cores_first_thread(cpu, &allowed);
      tools->physical_cores += tools->core_of[cpu] == cpu;
    }
  tools->binds = can_bind(&allowed);
  tools->narrowed = tools->binds && cores_are_narrowed(&allowed);
}

void tools_forget_mask(struct tools *tools) {
  for (int cpu = 0; cpu < TOOLS_CPUS; cpu++)
    if (tools->core_of[cpu] < 0)
      tools->core_of[cpu] = (int16_t)cpu;
}

enum mpi_flavour mpi_flavour_of(const char *version) {
  if (strstr(version, "Open MPI") != NULL || strstr(version, "OpenRTE") != NULL)
    return MPI_OPEN;
  if (strstr(version, "HYDRA") != NULL || strstr(version, "MPICH") != NULL)
    return MPI_HYDRA;
  return MPI_UNKNOWN;
}

void tools_find(struct tools *tools, const char *drivers) {
  const char *other = getenv("QUARTET_MPIRUN");
  *tools = (struct tools){.drivers = drivers,
                          .mpirun = other != NULL && *other != '\0' ? other : "mpirun"};
  find_cores(tools);
  char name[] = "--version";
  char *mpirun = grow_text("%s", tools->mpirun);
  char *argv[] = {mpirun, name, NULL};
  struct launch launch = {
      .argv = argv, .timeout_ns = INT64_C(20000000000), .output_bytes_max = 10000};
  struct launch_result result;
  struct error error = {0};
  if (launch_run(&launch, &result, &error) == 0) {
    if (result.ending == ENDED_UNSTARTED)
      tools->mpirun_error = result.error_number;
    if (result.ending == ENDED_EXIT && result.exit_code == 0) {
      tools->flavour = mpi_flavour_of(result.output);
      snprintf(tools->mpi_version, sizeof tools->mpi_version, "%.*s",
               (int)strcspn(result.output, "\n"), result.output);
    }
    launch_free(&result);
  }
  free(mpirun);
}

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
 * has no option that keeps to a mask with several cores for each rank. Inside a mask that somebody
 * has narrowed, ranks therefore bind themselves. */
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
  if (geteuid() == 0) { /* Open MPI refuses root unless told twice; containers run as root */
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
  if (point->way->driver->use == CORES_ONE)
    return;
  static const char *const places[] = {
      [BINDING_NOTHING] = NULL, [BINDING_CORES] = "cores", [BINDING_THREADS] = "threads"};
  enum binding_asked asked = binding_asked(point, tools);
  add_variable(command, "OMP_PROC_BIND", asked == BINDING_NOTHING ? "false" : "close");
  add_variable(command, "OMP_PLACES", places[asked]);
}

static const char csv_option[] = "--csv";

void command_build(struct command *command, const struct point *point, const struct tools *tools) {
  const struct way *way = point->way;
  *command = (struct command){
      .program = grow_text("%s/%s", build_folder(point->build, tools->drivers), way->driver->name)};
  set_openmp(command, point, tools);
  if (way->driver->use == CORES_RANKS)
    add_mpirun(command, point, tools);
  add_argument(command, command->program);
  add_argument(command, point->workload->kernel);
  add_number(command, "--size", point->n);
  add_number(command, "--jobs", point->jobs);
  for (size_t i = 0; i < point->workload->settings.count; i++) {
    const struct setting *setting = &point->workload->settings.items[i];
    add_argument(command, "--set");
    *GROW(command->argv, command->count) = grow_text("%s=%s", setting->name, setting->value);
  }
  add_number(command, "--reps", point->reps);
  add_number(command, "--warmup", point->warmup);
  if (point->grain != 0)
    add_number(command, "--grain", point->grain);
  if (way->driver->use != CORES_ONE)
    add_number(command, "--threads", point->threads);
  for (size_t i = 0; i < way->settings.count; i++) {
    add_argument(command, driver_option_find(way->driver, way->settings.items[i].name)->flag);
    add_argument(command, way->settings.items[i].value);
  }
  add_argument(command, csv_option); /* the last one: see command_set_rows */
  *GROW(command->argv, command->count) = NULL;
}

void command_set_rows(struct command *command, const char *path) {
  char **last = &command->argv[command->count - 2]; /* a NULL follows, which GROW counts, too */
  free(*last);
  *last = grow_text("%s=%s", csv_option, path);
}

void command_free(struct command *command) {
  for (size_t i = 0; i < command->count; i++)
    free(command->argv[i]);
  free(command->argv);
  free(command->program);
  free(command->bind);
  *command = (struct command){0};
}
