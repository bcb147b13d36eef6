#include "runner/launch/tools.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cores.h"
#include "common/grow.h"
#include "common/host.h"
#include "common/utf8.h"
#include "runner/process/launch.h"

/* Whether a mask that is set is the mask that the kernel then reports: some sandboxes accept any
 * mask and set none. */
static bool can_bind(const cpu_set_t *allowed) {
  cpu_set_t one, obtained;
  CPU_ZERO(&one);
  for (size_t cpu = 0; cpu < TOOLS_CPUS && CPU_COUNT(&one) == 0; cpu++)
    if (CPU_ISSET(cpu, allowed))
      CPU_SET(cpu, &one);
  bool binds = sched_setaffinity(0, sizeof one, &one) == 0 &&
               sched_getaffinity(0, sizeof obtained, &obtained) == 0 && CPU_EQUAL(&one, &obtained);
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
  struct program_launch launch = {
      .argv = argv, .timeout_ns = INT64_C(20000000000), .output_bytes_max = 10000};
  struct launch_result result;
  struct error error = {0};
  if (launch_run(&launch, &result, &error) == 0) {
    if (result.ending == ENDED_UNSTARTED)
      tools->mpirun_error = result.error_number;
    if (result.ending == ENDED_EXIT && result.exit_code == 0) {
      tools->flavour = mpi_flavour_of(result.output);
      result.output[strcspn(result.output, "\n")] = '\0';
      utf8_cut(tools->mpi_version, sizeof tools->mpi_version, result.output);
    }
    launch_free(&result);
  }
  free(mpirun);
}
