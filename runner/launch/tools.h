/* The means to run points: the drivers, the launcher of their ranks, and cores for workers. */
#ifndef QUARTET_RUNNER_LAUNCH_TOOLS_H
#define QUARTET_RUNNER_LAUNCH_TOOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/launch/launcher.h"
#include "runner/plan/plan.h"

enum { TOOLS_CPUS = 1024 }; /* hardware threads that a cpu_set_t knows */

struct tools {
  const char *drivers;         /* the folder of the drivers */
  const struct config *config; /* that the tools are for */
  struct launcher *launchers;  /* for each build of the config; one without an axis of builds */
  size_t launcher_count;
  int64_t physical_cores; /* that this process may use; hardware threads of one core count once */
  int16_t core_of[TOOLS_CPUS]; /* of each hardware thread: the first one of its core that this
                                  process may use; -1: not ours */
  bool binds;                  /* a process of this system can be bound to a core */
  bool narrowed; /* our affinity mask is smaller than the one that mpirun binds to: taskset, say */
};

/* Fills tools: finds the launcher that belongs to the drivers of each build (launcher.h).
 * builds_ask has been called. Config and texts must outlive the tools, which are to be freed. */
void tools_find(struct tools *tools, const struct config *config, const char *drivers);
void tools_free(struct tools *tools);

/* What the build's facts say of its MPI. */
struct mpi_build mpi_build_of(const struct build *build);

/* What is known of a point's build, and the launcher for its points (NULL: without an axis of
 * builds). */
const struct build *tools_build(const struct tools *tools, const struct build *build);
const struct launcher *tools_launcher(const struct tools *tools, const struct build *build);

/* Lets the tools take any hardware thread as ours: for judging what ran with another affinity mask.
 */
void tools_forget_mask(struct tools *tools);

#endif
