#include "runner/launch/tools.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "common/cores.h"
#include "common/grow.h"
#include "common/host.h"

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

struct mpi_build mpi_build_of(const struct build *build) {
  struct mpi_build mpi = {0};
  for (size_t i = 0; i < build->fact_count; i++) {
    const struct setting *fact = &build->facts[i];
    if (strcmp(fact->name, "mpi") == 0 && *fact->value != '\0')
      mpi.library = fact->value;
    if (strcmp(fact->name, "mpiexec") == 0 && *fact->value != '\0')
      mpi.mpiexec = fact->value;
  }
  return mpi;
}

void tools_find(struct tools *tools, const struct config *config, const char *drivers) {
  *tools = (struct tools){.drivers = drivers, .config = config};
  find_cores(tools);
  for (size_t i = 0; i == 0 || i < config->build_count; i++) {
    struct mpi_build mpi =
        mpi_build_of(config->build_count > 0 ? &config->builds[i] : &config->own);
    launcher_find(GROW(tools->launchers, tools->launcher_count), &config->launcher, &mpi);
  }
}

const struct build *tools_build(const struct tools *tools, const struct build *build) {
  return build != NULL ? build : &tools->config->own;
}

const struct launcher *tools_launcher(const struct tools *tools, const struct build *build) {
  return &tools->launchers[build != NULL ? build - tools->config->builds : 0];
}

void tools_free(struct tools *tools) {
  for (size_t i = 0; i < tools->launcher_count; i++)
    launcher_free(&tools->launchers[i]);
  free(tools->launchers);
  *tools = (struct tools){0};
}
